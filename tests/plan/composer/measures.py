"""What is measured of a score: harmony, density, likeness, motion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from muzecli.song.score import ChordEvent, Note, Part, Role, Score

KICKS = (35, 36)
EARLY = 60  # ticks by which a note may come before its chord: hands, and swing


def chord_of(score: Score, tick: int) -> ChordEvent:
    return next((event for event in reversed(score.chords) if event.start <= tick), score.chords[0])


def explained(score: Score, part: Part) -> float:
    """Return the share of a part's notes that are in the key, or in the chord that holds or is about to."""
    good = 0
    for note in part.notes:
        chords = (
            chord_of(score, note.start),
            chord_of(score, note.start + EARLY),
            chord_of(score, note.end - 1),
        )
        pcs = {pc for event in chords for pc in (*event.chord.pitch_classes, event.chord.bass_pc)}
        good += note.pitch % 12 in pcs or note.pitch % 12 in score.key.scale
    return good / len(part.notes)


def chordal(score: Score, part: Part) -> float:
    """Return the share of a part's notes that are in the chord itself."""
    good = 0
    for note in part.notes:
        chords = (
            chord_of(score, note.start),
            chord_of(score, note.start + EARLY),
            chord_of(score, note.end - 1),
        )
        pcs = {pc for event in chords for pc in (*event.chord.pitch_classes, event.chord.bass_pc)}
        good += note.pitch % 12 in pcs
    return good / len(part.notes)


def section_ticks(score: Score) -> list[tuple[int, int]]:
    bar_ticks = score.time_signature.bar_ticks
    bar_s = score.time_signature.bar_s(score.tempo_bpm)
    return [
        (round(s.start_s / bar_s) * bar_ticks, round(s.end_s / bar_s) * bar_ticks) for s in score.sections
    ]


def within(notes: Iterable[Note], start: int, end: int, *, early: int = EARLY) -> list[Note]:
    return [note for note in notes if start - early <= note.start < end - early]


def fullness(score: Score, start: int, end: int) -> float:
    """Return velocity a bar, summed over all notes that begin between two ticks."""
    total = sum(note.velocity for part in score.parts for note in within(part.notes, start, end))
    return total / ((end - start) / score.time_signature.bar_ticks)


def playing(score: Score, start: int, end: int) -> int:
    return sum(bool(within(part.notes, start, end)) for part in score.parts)


def kick_bass(score: Score, tolerance: int = 45) -> float:
    """Return the share of the bass drum's strokes on which the bass begins a note."""
    kicks = [n.start for p in score.parts_of(Role.DRUMS) for n in p.notes if n.pitch in KICKS]
    bass = sorted(n.start for p in score.parts_of(Role.BASS) for n in p.notes)
    return sum(any(abs(k - b) <= tolerance for b in bass) for k in kicks) / max(len(kicks), 1)


def fingerprint(score: Score, start: int, end: int, *, early: int = 70) -> set[tuple[str, int, int]]:
    """Return part, grid position and pitch of the notes of a section, from its own beginning."""
    grid = 120
    return {
        (part.name, round((note.start - start) / grid), note.pitch)
        for part in score.parts
        for note in within(part.notes, start, end, early=early)
    }


def likeness(one: set[tuple[str, int, int]], other: set[tuple[str, int, int]]) -> float:
    """Return the Jaccard index of two sections' notes."""
    return len(one & other) / max(len(one | other), 1)


def chords_struck(notes: Sequence[Note], *, spread: int = 40) -> list[tuple[int, ...]]:
    """Return the chords of three notes and more that are struck together."""
    groups: list[list[Note]] = []
    for note in sorted(notes, key=lambda n: n.start):
        if groups and note.start - groups[-1][0].start <= spread:
            groups[-1].append(note)
        else:
            groups.append([note])
    return [tuple(sorted({n.pitch for n in group})) for group in groups if len({n.pitch for n in group}) >= 3]


def mean_motion(chords: Sequence[tuple[int, ...]]) -> float:
    """Return by how many semitones each voice moves on average where the chord changes."""
    moves = []
    for before, after in pairwise(chords):
        if before != after and len(before) == len(after):
            moves += [abs(b - a) for a, b in zip(before, after, strict=True)]
    return sum(moves) / max(len(moves), 1)


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Spearman's rank correlation."""
    a, b = _ranks(one), _ranks(other)
    mean = (len(a) - 1) / 2
    covariance = sum((x - mean) * (y - mean) for x, y in zip(a, b, strict=True))
    spread = (sum((x - mean) ** 2 for x in a) * sum((y - mean) ** 2 for y in b)) ** 0.5
    return covariance / spread if spread else 1.0


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(values)
    return [(2 * order.index(v) + order.count(v) - 1) / 2 for v in values]
