"""Against mir_eval: all pairs of keys, and progressions of all kinds of chords."""

from __future__ import annotations

import itertools
import re
import warnings

import numpy as np
import pytest

from muze_evaluate.control import harmony
from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.pitch import Key
from muzecli.song.track import ChordTime

# What mir_eval has no word for, in the words it has.
SPELLED = {"add9": "maj(9)", "7sus4": "sus4(b7)", "7b9": "7(b9)", "7#9": "7(#9)"}
FIGURES = {
    "root": harmony.same_root,
    "majmin": harmony.same_majmin,
    "sevenths": harmony.same_sevenths,
}


def spelled(chord: Chord) -> str:
    plain = str(chord).split("/")[0]
    return re.sub(r":(.+)", lambda found: ":" + SPELLED.get(found[1], found[1]), plain)


def progression(seed: int, *, duration_s: float, gaps: bool) -> tuple[ChordTime, ...]:
    rng = np.random.default_rng(seed)
    edges = np.concatenate(([0.0], np.sort(rng.uniform(0, duration_s, 12)), [duration_s]))
    chords = []
    for start, end in itertools.pairwise(edges):
        if gaps and rng.random() < 0.2:
            continue
        root = int(rng.integers(0, 3))
        quality = str(
            rng.choice(list(QUALITIES) if seed % 2 else ["maj", "min", "7", "min7", "maj7", "sus4"])
        )
        chord = Chord(None) if rng.random() < 0.1 else Chord(root, quality, int(rng.integers(0, 12)))
        chords.append(ChordTime(chord, float(start), float(end)))
    return tuple(chords)


def intervals(chords: tuple[ChordTime, ...]) -> tuple[np.ndarray, list[str]]:
    return (
        np.array([(one.start_s, one.end_s) for one in chords]).reshape(-1, 2),
        [spelled(one.chord) for one in chords],
    )


@pytest.mark.parametrize("seed", range(24))
def test_chords_are_compared_as_mir_eval_does(seed: int) -> None:
    from mir_eval import chord, util

    wanted = progression(seed, duration_s=20.0, gaps=False)
    found = progression(seed + 1000, duration_s=20.0, gaps=True)
    spans, names = intervals(wanted)
    with_gaps: list[ChordTime] = []
    at = 0.0
    for one in found:  # mir_eval wants no gaps
        if one.start_s > at:
            with_gaps.append(ChordTime(Chord(None), at, one.start_s))
        with_gaps.append(one)
        at = one.end_s
    found_spans, found_names = util.adjust_intervals(*intervals(tuple(with_gaps)), 0.0, 20.0, "N", "N")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = chord.evaluate(spans, names, found_spans, found_names)
    for name, same in FIGURES.items():
        assert harmony.chord_overlap(wanted, found, same) == pytest.approx(expected[name], abs=1e-9), name


def test_all_pairs_of_keys_score_as_in_mirex() -> None:
    from mir_eval import key

    def lower(one: Key) -> str:
        note, mode = str(one).split()
        return f"{note.lower()} {mode}"

    keys = [Key.from_index(index) for index in range(24)]
    for wanted in keys:
        for found in keys:
            score = key.weighted_score(lower(wanted), lower(found))
            assert harmony.key_weighted(wanted, found) == score
            assert harmony.key_exact(wanted, found) == (score == 1.0)
    assert harmony.key_weighted(keys[0], None) == harmony.key_exact(keys[0], None) == 0.0


def chords(*names: str) -> tuple[ChordTime, ...]:
    return tuple(ChordTime(Chord.parse(name), float(at), at + 1.0) for at, name in enumerate(names))


def test_power_chords_have_no_triad_to_compare() -> None:
    wanted = chords("C:5", "G:sus4")
    assert harmony.chord_overlap(wanted, wanted, harmony.same_majmin) is None
    assert harmony.chord_overlap(wanted, wanted, harmony.same_root) == 1.0


def test_no_chord_is_right_where_none_is_planned() -> None:
    wanted = chords("N", "C:maj")
    assert harmony.chord_overlap(wanted, (), harmony.same_majmin) == 0.5
    assert harmony.chord_overlap(wanted, None, harmony.same_majmin) == 0.5
    assert harmony.chord_overlap(wanted, chords("C:maj", "N"), harmony.same_majmin) == 0.0
    assert harmony.chord_overlap((), wanted, harmony.same_root) is None


def test_what_is_played_after_the_plan_does_not_count() -> None:
    assert harmony.chord_overlap(chords("C:maj"), chords("C:maj", "D:maj"), harmony.same_root) == 1.0
