"""Key and chords against what is planned.

Keys are weighed as in MIREX; chords are compared as in Harte, "Towards Automatic Extraction of Harmony Information
from Music Signals", PhD thesis, QMUL 2010, ch. 8, with the vocabularies of Pauwels and Peeters, ICASSP 2013, as
mir_eval has them:

    root        the root, or that there is no chord
    majmin      root and triad, over the time in which the plan has a major or minor triad or no chord
    sevenths    root and all notes within the octave, over the time in which the plan has maj, min, maj7, 7, min7, N

The bass is not compared, and notes beyond the octave (9, 13) are not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.pitch import Key
from muzecli.song.track import ChordTime

Compare = Callable[[Chord, Chord], bool | None]

FIFTH_SCORE, RELATIVE_SCORE, PARALLEL_SCORE = 0.5, 0.3, 0.2

_NO_CHORD = Chord(None)
_FIFTH, _TO_RELATIVE_MINOR, _TO_RELATIVE_MAJOR = 7, 9, 3  # semitones up
_TRIAD_STEPS, _OCTAVE = 8, 12
_TRIADS = (frozenset(QUALITIES["maj"]), frozenset(QUALITIES["min"]))
_SEVENTHS = tuple(frozenset(QUALITIES[name]) for name in ("maj", "min", "maj7", "7", "min7"))


def key_exact(planned: Key, found: Key | None) -> float:
    """Return 1 where tonic and mode are those that are planned, else 0."""
    return float(found == planned)


def key_weighted(planned: Key, found: Key | None) -> float:
    """Return the MIREX score: 1, 0.5 for a fifth above, 0.3 for the relative key, 0.2 for the parallel one, or 0."""
    if found is None:
        return 0.0
    if found == planned:
        return 1.0
    steps = (found.tonic - planned.tonic) % 12
    if found.mode == planned.mode:
        return FIFTH_SCORE if steps == _FIFTH else 0.0
    if steps == (_TO_RELATIVE_MINOR if planned.mode == "major" else _TO_RELATIVE_MAJOR):
        return RELATIVE_SCORE
    return PARALLEL_SCORE if steps == 0 else 0.0


def same_root(planned: Chord, found: Chord) -> bool | None:
    """Say whether roots agree, or neither is a chord."""
    return planned.root == found.root


def same_majmin(planned: Chord, found: Chord) -> bool | None:
    """Say whether root and triad agree; None where the planned one is neither major, minor nor none."""
    if planned.root is not None and _steps(planned, _TRIAD_STEPS) not in _TRIADS:
        return None
    return planned.root == found.root and _steps(planned, _TRIAD_STEPS) == _steps(found, _TRIAD_STEPS)


def same_sevenths(planned: Chord, found: Chord) -> bool | None:
    """Say whether root and notes within the octave agree; None where the planned one is of no kind that counts."""
    if planned.root is not None and _steps(planned, _OCTAVE) not in _SEVENTHS:
        return None
    return planned.root == found.root and _steps(planned, _OCTAVE) == _steps(found, _OCTAVE)


def chord_overlap(
    planned: Sequence[ChordTime], found: Sequence[ChordTime] | None, same: Compare
) -> float | None:
    """Return the share of the planned time in which chords agree.

    Args:
        planned: in order, without overlaps; their whole time counts.
        found: in order, without overlaps; gaps, and all where nothing was found, are no chord.
        same: `same_root`, `same_majmin` or `same_sevenths`.

    Returns:
        0…1; None where no planned chord counts.
    """
    heard = _without_gaps(found or ())
    right = total = 0.0
    for wanted in planned:
        for start_s, end_s, chord in heard:
            shared = min(end_s, wanted.end_s) - max(start_s, wanted.start_s)
            if shared <= 0.0:
                continue
            agrees = same(wanted.chord, chord)
            if agrees is not None:
                total += shared
                right += shared if agrees else 0.0
    return right / total if total > 0.0 else None


def _without_gaps(chords: Sequence[ChordTime]) -> list[tuple[float, float, Chord]]:
    spans: list[tuple[float, float, Chord]] = []
    at = 0.0
    for item in chords:
        if item.start_s > at:
            spans.append((at, item.start_s, _NO_CHORD))
        spans.append((item.start_s, item.end_s, item.chord))
        at = item.end_s
    return [*spans, (at, float("inf"), _NO_CHORD)]


def _steps(chord: Chord, below: int) -> frozenset[int]:
    """Return the notes as semitones above the root, those below an interval; none of no chord."""
    if chord.root is None:
        return frozenset()
    return frozenset(step for step in QUALITIES[chord.quality] if step < below)
