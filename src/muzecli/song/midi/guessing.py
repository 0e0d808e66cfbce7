"""What a MIDI file of another program does not say: instruments, roles, key and chords, from its notes.

Key: correlation with the profiles of Krumhansl and Kessler (1982), as in Krumhansl, "Cognitive Foundations of
Musical Pitch", 1990. Chords: templates matched to how long each pitch class sounds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby, pairwise

from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.instruments import instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.score import ChordEvent, Note, Role

_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)

# Qualities in order of how readily they are heard; a later one must explain more to be chosen.
_HEARD = ("maj", "min", "7", "min7", "maj7", "sus4", "dim", "sus2", "hdim7", "aug", "dim7", "5")
_RELUCTANCE = 0.015
_FOREIGN = 0.6  # what a note outside the chord costs, against one inside
_BASS_BONUS = 0.15  # what it is worth when the lowest note is the root
_SILENCE = 0.02  # share of the time below which nothing sounds

_GM_PADS = range(88, 96)
_GM_ENSEMBLES = range(48, 55)
_GM_BASSES = range(32, 40)
_POLYPHONIC = 1.4  # notes that sound at once, on average, from which on a part plays chords
_VOICE = re.compile(r"\b(vocals?|voice|vox|sing(er|ing)?|melod(y|ie)|choir lead)\b", re.IGNORECASE)
_BASS = re.compile(r"\bbass\b", re.IGNORECASE)
_LEAD = re.compile(r"\b(lead|solo|theme)\b", re.IGNORECASE)


def guess_instrument(program: int, *, is_drum: bool) -> str:
    """Return the name of the instrument nearest to a General MIDI program: the same, or of its family of eight."""
    candidates = [one for one in instruments().values() if one.is_drum == is_drum and not one.is_voice]
    same_eight = [one for one in candidates if one.program // 8 == program // 8]
    return min(same_eight or candidates, key=lambda one: abs(one.program - program)).name


def guess_role(notes: Sequence[Note], *, is_drum: bool, program: int, name: str) -> Role:
    """Return what a part probably does, from its name, its program and how its notes lie."""
    if is_drum:
        return Role.DRUMS
    if any(note.lyric for note in notes) or _VOICE.search(name):
        return Role.VOCALS
    if program in _GM_BASSES or _BASS.search(name):
        return Role.BASS
    if not notes:
        return Role.CHORDS
    sounding = sum(note.end - note.start for note in notes)
    if sounding > _POLYPHONIC * _covered(notes):
        return Role.PAD if program in _GM_PADS or program in _GM_ENSEMBLES else Role.CHORDS
    if _LEAD.search(name):
        return Role.LEAD
    pitches = sorted(note.pitch for note in notes)
    middle = pitches[len(pitches) // 2]
    if middle < 48:
        return Role.BASS
    leaps = sum(abs(b.pitch - a.pitch) > 2 for a, b in pairwise(notes))
    if len(notes) > 16 and leaps > 0.8 * len(notes):
        return Role.ARPEGGIO
    return Role.LEAD if middle >= 60 else Role.COUNTER


def estimate_key(notes: Sequence[Note]) -> Key:
    """Return the key whose profile correlates best with how long each pitch class sounds."""
    weights = [0.0] * 12
    for note in notes:
        weights[note.pitch % 12] += note.end - note.start
    if max(weights) == min(weights):
        return Key(0)

    mean = sum(weights) / 12

    def correlation(key: Key) -> float:
        profile = _MINOR if key.mode == "minor" else _MAJOR
        centre = sum(profile) / 12
        turned = [profile[(pc - key.tonic) % 12] - centre for pc in range(12)]
        covariance = sum((w - mean) * p for w, p in zip(weights, turned, strict=True))
        return covariance / math.sqrt(sum(p * p for p in turned))

    return max((Key.from_index(index) for index in range(24)), key=correlation)


def estimate_chords(
    notes: Sequence[Note], metre: TimeSignature, bars: int, key: Key
) -> tuple[ChordEvent, ...]:
    """Return chords that explain the notes, each half a bar long at least (a bar in odd metres).

    Args:
        notes: without drums.
        metre: the metre.
        bars: how many.
        key: decides whether names have sharps or flats.
    """
    step = metre.bar_ticks // 2 if metre.beats_per_bar % 2 == 0 else metre.bar_ticks
    count = bars * metre.bar_ticks // step
    weights = [[0.0] * 12 for _ in range(count)]
    lowest: list[int | None] = [None] * count
    for note in notes:
        for at in range(note.start // step, min((note.end - 1) // step + 1, count)):
            inside = min(note.end, (at + 1) * step) - max(note.start, at * step)
            weights[at][note.pitch % 12] += inside
            low = lowest[at]
            if inside > step // 8 and (low is None or note.pitch < low):
                lowest[at] = note.pitch
    found = [_best_chord(w, low, step, key.flats) for w, low in zip(weights, lowest, strict=True)]
    events, at = [], 0
    for chord, run in groupby(found):
        length = len(list(run))
        events.append(ChordEvent(at * step, (at + length) * step, chord))
        at += length
    return tuple(events)


def _best_chord(weights: Sequence[float], lowest: int | None, step: int, flats: bool) -> Chord:
    total = sum(weights)
    if total < _SILENCE * step:
        return Chord(None)
    best, best_fit = Chord(None), -1.0
    for rank, quality in enumerate(_HEARD):
        for root in range(12):
            inside = sum(weights[(root + interval) % 12] for interval in QUALITIES[quality])
            missing = sum(weights[(root + interval) % 12] == 0.0 for interval in QUALITIES[quality])
            fit = (inside - _FOREIGN * (total - inside)) / total - 0.12 * missing - _RELUCTANCE * rank
            if lowest is not None and lowest % 12 == root:
                fit += _BASS_BONUS
            if fit > best_fit:
                best, best_fit = Chord(root, quality, flats=flats), fit
    return best


def _covered(notes: Sequence[Note]) -> int:
    """Return for how many ticks at least one note sounds."""
    total, reach = 0, 0
    for note in sorted(notes):
        total += max(0, note.end - max(note.start, reach))
        reach = max(reach, note.end)
    return total
