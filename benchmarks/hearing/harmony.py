"""Whether the chords of the plan sound.

The harmonic part (median filters over time and frequency, Fitzgerald 2010) of a constant-Q transform with three bins
a semitone, C2 to B7, is squared and folded into twelve pitch classes. Over the time of each chord

    overlap = energy in the pitch classes of the chord and its bass / energy in all twelve,
    cosine  = cosine of the energies' roots with ones at the same classes,

and a song's figures are means over its chords, weighted by their time. On 40 songs of a synthetic corpus, played by
the sampler, the overlap is .79; with the same chords in another order .54, moved to another key .25. What is
missing to 1 are melodies' passing notes. The cosine tells less: .81, .58 and .34.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import librosa
import numpy as np
from librosa.decompose import hpss

from benchmarks.hearing.heard import RATE_HZ, Floats, Heard
from muzecli.audio.resample import resample
from muzecli.song.chord import Chord
from muzecli.song.plan import Plan

_CQT_RATE_HZ = 22_050
_HOP = 1024
_FRAMES_HZ = _CQT_RATE_HZ / _HOP
_OCTAVES, _FINE = 6, 3
_LOWEST_HZ = 65.406  # C2
_MEDIAN_FRAMES = 31


@dataclass(frozen=True)
class ChordSpan:
    """A chord and when it holds, in seconds."""

    start_s: float
    end_s: float
    chord: Chord


def chord_spans(plan: Plan) -> tuple[ChordSpan, ...]:
    """Return when each chord of a plan holds; several in a bar share it in equal parts."""
    spans, bar = [], 0
    for section in plan.sections:
        for chords in section.chords:
            for index, chord in enumerate(chords):
                start, end = bar + index / len(chords), bar + (index + 1) / len(chords)
                spans.append(ChordSpan(start * plan.bar_s, end * plan.bar_s, chord))
            bar += 1
    return tuple(spans)


def chroma(heard: Heard) -> Floats:
    """Return the harmonic energy of each pitch class, C first, (12, T) at 21.5 frames a second."""
    y = resample(heard.mono[None], RATE_HZ, _CQT_RATE_HZ)[0]
    magnitude = np.abs(
        librosa.cqt(
            y=y,
            sr=_CQT_RATE_HZ,
            hop_length=_HOP,
            fmin=_LOWEST_HZ,
            n_bins=_OCTAVES * 12 * _FINE,
            bins_per_octave=12 * _FINE,
        )
    )
    harmonic, _ = hpss(magnitude, kernel_size=_MEDIAN_FRAMES)
    # A semitone is its own bin and the ones to both sides: the bin below C is the last of the octave beneath.
    bins = np.roll(harmonic**2, 1, axis=0).reshape(_OCTAVES, 12, _FINE, -1)
    return np.asarray(bins.max(axis=2).sum(axis=0), np.float32)


def overlap(energies: Floats, spans: Sequence[ChordSpan]) -> tuple[float, float]:
    """Return overlap and cosine of a song's chroma (12, T) with its chords; 0 where nothing sounds."""
    totals = np.zeros(3)
    for span in spans:
        first = round(span.start_s * _FRAMES_HZ)
        sounding = energies[:, first : max(first + 1, round(span.end_s * _FRAMES_HZ))].sum(axis=1)
        if span.chord.bass_pc is None or not sounding.size or not sounding.any():
            continue
        template = np.zeros(12)
        template[[*span.chord.pitch_classes, span.chord.bass_pc]] = 1
        share = sounding @ template / sounding.sum()
        roots = np.sqrt(sounding)
        cosine = roots @ template / (np.linalg.norm(roots) * np.linalg.norm(template))
        totals += (span.end_s - span.start_s) * np.array([1, share, cosine])
    return (float(totals[1] / totals[0]), float(totals[2] / totals[0])) if totals[0] else (0.0, 0.0)


def shuffled(spans: Sequence[ChordSpan], seed: int) -> tuple[ChordSpan, ...]:
    """Return the same chords in another order: what a song in the right key without the right chords would get."""
    chords = [span.chord for span in spans]
    random.Random(seed).shuffle(chords)
    return tuple(
        ChordSpan(span.start_s, span.end_s, chord) for span, chord in zip(spans, chords, strict=True)
    )
