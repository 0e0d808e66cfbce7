"""One phrase made audible: source, noise, filters, overlap-add.

    pulses · voice(t) ┐
    air    · breath(t)┴─▶ frames ─▶ × H(formants of the frame) ┐
    hiss   · noise(t) ───▶ frames ─▶ × spectrum of the consonant ┴─▶ overlap-add ─▶ phrase

Levels are drawn in time to the sample, filters change every `HOP_S`. Each frame is a Hann window of two hops,
transformed with room for the filters' ringing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_synth.singer.gestures import Gesture
from muze_synth.singer.glottis import PulseTables, pulse_tables
from muze_synth.singer.noise import noise_response
from muze_synth.singer.pitch import PitchCurve
from muze_synth.singer.setting import SungNote
from muze_synth.singer.timbre import VoiceTimbre
from muze_synth.singer.tract import TractTrack, response, tuned, upper_response

HOP_S = 0.008
TAIL_S = 0.045
REFERENCE_RMS = 0.1
"""Level of a vowel at velocity 100, −20 dB of full scale."""

_EVENING = 0.85  # how far a vowel's own loudness is evened out; singers do, and small speakers need it
_PARTIALS = 48
_BLOCK_FRAMES = 512  # frames filtered at once: bounds memory

Samples = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Phrase:
    """All that is known of a phrase before it sounds.

    Attributes:
        start_s: where its audio begins.
        end_s: where its last gesture ends.
        gestures: in order; a breath before it is one of them.
        notes: what is sung, for the force.
        tract: where the formants stand.
        pitch: its melody.
    """

    start_s: float
    end_s: float
    gestures: tuple[Gesture, ...]
    notes: tuple[SungNote, ...]
    tract: TractTrack
    pitch: PitchCurve


def render_phrase(
    phrase: Phrase, timbre: VoiceTimbre, *, rate_hz: int, rng: np.random.Generator
) -> tuple[int, Samples]:
    """Return the first sample's index in the song and the phrase (N,).

    Args:
        phrase: what to sing.
        timbre: who sings.
        rate_hz: sampling rate.
        rng: noise, jitter and shimmer.
    """
    hop = 2 * round(HOP_S * rate_hz / 2)
    size = 1 << math.ceil(math.log2(2 * hop + TAIL_S * rate_hz))
    first = math.floor(phrase.start_s * rate_hz / hop) * hop
    frames = math.ceil((phrase.end_s * rate_hz - first) / hop) + 1
    samples = (frames + 1) * hop
    times = (first - hop + np.arange(samples)) / rate_hz  # half a frame of nothing comes first
    vocal, hiss = _sources(phrase, timbre, times, rate_hz, rng)
    frame_times = (first + hop * np.arange(frames)) / rate_hz
    output = np.zeros(samples + size, dtype=np.float32)
    window = np.hanning(2 * hop + 1)[:-1].astype(np.float32)
    strides = np.lib.stride_tricks.sliding_window_view
    for begin in range(0, frames, _BLOCK_FRAMES):
        block = slice(begin, min(begin + _BLOCK_FRAMES, frames))
        at = frame_times[block]
        filters = _vocal_filters(phrase, timbre, at, size // 2 + 1, rate_hz)
        spectrum = np.fft.rfft(strides(vocal, 2 * hop)[::hop][block] * window, size) * filters
        hissing = np.fft.rfft(strides(hiss, 2 * hop)[::hop][block] * window, size)
        scale = timbre.formant_scale * (1.0 + 0.12 * timbre.tract)
        for name, rows in _noise_frames(phrase.gestures, at).items():
            spectrum[rows] += hissing[rows] * noise_response(name, scale, size // 2 + 1, rate_hz)
        pieces = np.fft.irfft(spectrum, size).astype(np.float32)
        for row, piece in enumerate(pieces, start=begin):
            output[row * hop : row * hop + size] += piece
    length = min(round((phrase.end_s + TAIL_S) * rate_hz) - first + hop, output.size)
    fade = min(round(0.01 * rate_hz), length)
    output = output[:length]
    output[length - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return first - hop, output


def _sources(
    phrase: Phrase, timbre: VoiceTimbre, times: Array, rate_hz: int, rng: np.random.Generator
) -> tuple[Samples, Samples]:
    """Return what enters the vocal tract and what hisses before it, both (N,)."""
    voice, breath, noise = _levels(phrase.gestures, times)
    force = np.interp(times, *_force_points(phrase.notes)).astype(np.float32)
    count = times.size
    white = rng.standard_normal((2, count), dtype=np.float32)
    f0 = phrase.pitch.at(times)
    wobble = _slow_noise(rng, count, rate_hz, 60.0)
    phase = np.cumsum(f0 * (1.0 + timbre.jitter * wobble)) / rate_hz + rng.random()
    tables: PulseTables = pulse_tables(timbre.rd, rate_hz)
    pulses = tables.read(phase, f0)
    shimmer = 1.0 + timbre.shimmer_db / 8.686 * _slow_noise(rng, count, rate_hz, 30.0)
    # Air passes mostly while the glottis is open: the noise swells once a period.
    open_share = (0.6 - 0.4 * np.cos(2.0 * np.pi * (phase - 0.4))).astype(np.float32)
    airy = np.float32(0.009 + 0.06 * timbre.breathiness**1.5)
    air = white[0] * (airy * voice * open_share + np.float32(0.12) * breath)
    vocal = force * (pulses * voice * shimmer.astype(np.float32) + air)
    grain = np.where(voice > 0.05, open_share * np.float32(1.5), np.float32(1.0))
    hissing = noise * grain + voice * open_share * np.float32(0.004 + 0.016 * timbre.breathiness)
    return vocal, force * white[1] * hissing * np.float32(REFERENCE_RMS)


def _levels(gestures: Sequence[Gesture], times: Array) -> tuple[Samples, Samples, Samples]:
    """Draw voice, breath and noise (N,) from the gestures, with ramps at their borders."""
    tracks: list[Samples] = []
    for field in ("voice", "breath", "noise"):
        points: list[tuple[float, float]] = []
        for index, gesture in enumerate(gestures):
            level = float(getattr(gesture, field))
            apart = index == 0 or gestures[index - 1].end_s < gesture.start_s - 1e-6
            ends = index + 1 == len(gestures) or gestures[index + 1].start_s > gesture.end_s + 1e-6
            length = gesture.end_s - gesture.start_s
            if field == "noise" and gesture.burst:
                fall = min(0.7 * length, 0.05) if length > 0.03 else 0.9 * length
                points += [(gesture.start_s, 0.0), (gesture.start_s + 0.001, level)]
                points += [(gesture.end_s - fall, 0.7 * level), (gesture.end_s, 0.0)]
                continue
            rise = min(0.025 if apart else 0.008, 0.4 * length)
            fall = min(0.07 if ends else 0.008, 0.4 * length)
            if apart:
                points.append((gesture.start_s, 0.0))
            points.append((gesture.start_s + rise, level))
            points.append((gesture.end_s - fall, level))
            if ends:
                points.append((gesture.end_s, 0.0))
        moments, levels = np.array(points).T
        tracks.append(np.interp(times, moments, levels, left=0.0, right=0.0).astype(np.float32))
    return tracks[0], tracks[1], tracks[2]


def _force_points(notes: Sequence[SungNote]) -> tuple[list[float], list[float]]:
    """Return times and amplitudes: each note swells a little and eases off, as far as its velocity goes."""
    moments: list[float] = []
    levels: list[float] = []
    for note in notes:
        level = (note.velocity / 100.0) ** 1.1
        length = note.end_s - note.start_s
        for share, gain in ((0.0, 0.88), (0.35, 1.0), (0.75, 0.97), (0.97, 0.8)):
            moments.append(note.start_s + share * length)
            levels.append(level * gain)
    return moments, levels


def _vocal_filters(
    phrase: Phrase, timbre: VoiceTimbre, times: Array, bins: int, rate_hz: int
) -> npt.NDArray[np.complex64]:
    formants, widths, nasality = phrase.tract.at(times)
    f0 = phrase.pitch.at(times)
    formants, widths = tuned(formants, widths, f0)
    force = np.interp(times, *_force_points(phrase.notes))
    tilt = timbre.brightness_hz * np.clip(force, 0.25, 1.4)
    filters = response(formants, widths, nasality, tilt, bins=bins, rate_hz=rate_hz)
    filters *= upper_response(timbre, bins=bins, rate_hz=rate_hz)
    level = _loudness(filters, f0, pulse_tables(timbre.rd, rate_hz), rate_hz)
    usual = float(np.exp(np.log(level).mean()))
    gain = REFERENCE_RMS / level**_EVENING / usual ** (1.0 - _EVENING)
    filters *= gain[:, None].astype(np.float32)
    return filters


def _loudness(filters: npt.NDArray[np.complex64], f0_hz: Array, tables: PulseTables, rate_hz: int) -> Array:
    """Return the RMS (T,) that the pulses have behind each frame's filter."""
    bins = filters.shape[1]
    partials = np.arange(1, _PARTIALS + 1)
    place = partials * f0_hz[:, None] * (2.0 * (bins - 1) / rate_hz)
    heard = place < bins - 1
    index = np.minimum(place.astype(np.int64), bins - 2)
    share = place - index
    rows = np.arange(filters.shape[0])[:, None]
    low, high = np.abs(filters[rows, index]), np.abs(filters[rows, index + 1])
    amplitude = (low + share * (high - low)) * tables.harmonics[:_PARTIALS]
    rms: Array = np.sqrt(np.sum(np.where(heard, amplitude, 0.0) ** 2, axis=1))
    return rms


def _noise_frames(gestures: Sequence[Gesture], times: Array) -> dict[str, npt.NDArray[np.bool_]]:
    """Return which of the frames at some times (T,) hiss with which spectrum; with "air" where nothing narrows."""
    names = np.full(times.size, "air", dtype=object)
    hissing = [(g.start_s, g.end_s, g.noise_name) for g in gestures if g.noise_name and g.noise > 0.0]
    if hissing:
        middles = np.array([0.5 * (start + end) for start, end, _ in hissing])
        halves = np.array([0.5 * (end - start) for start, end, _ in hissing])
        away = np.abs(times[:, None] - middles) - halves  # negative inside
        nearest = np.argmin(away, axis=1)
        inside = away[np.arange(times.size), nearest] < HOP_S
        names[inside] = np.array([name for *_, name in hissing], dtype=object)[nearest[inside]]
    return {name: names == name for name in sorted(set(names))}


def _slow_noise(rng: np.random.Generator, count: int, rate_hz: int, band_hz: float) -> Array:
    """Return noise (count,) of unit deviation below a frequency."""
    knots = int(count * 2.0 * band_hz / rate_hz) + 3
    values = rng.standard_normal(knots)
    result: Array = np.interp(np.arange(count) * (2.0 * band_hz / rate_hz), np.arange(knots), values)
    return result
