"""The floor: other songs' plans."""

from __future__ import annotations

import pytest
from tests.evaluate.control.made import heard, planned

from muze_evaluate.control.chance import SHIFTS, chance_values, shifts

KEYS = ("C major", "F# minor", "Eb major", "A minor", "D major")


@pytest.mark.parametrize("count", [2, 3, 7, 30])
def test_every_shift_gives_everybody_another_ones_plan(count: int) -> None:
    found = shifts(count, seed=1)
    assert len(found) == min(count - 1, SHIFTS)
    for plans in found:
        assert sorted(plans) == list(range(count))
        assert all(place != plan for place, plan in enumerate(plans))
    for song in range(count):  # never the same plan twice
        assert len({plans[song] for plans in found}) == len(found)


def test_the_seed_decides() -> None:
    assert shifts(20, seed=1) == shifts(20, seed=1) != shifts(20, seed=2)
    assert shifts(1, seed=1) == ()


def test_faultless_songs_are_wrong_by_other_plans() -> None:
    songs = [planned(key=key, tempo_bpm=80.0 + 15 * at) for at, key in enumerate(KEYS)]
    found = chance_values(songs, [heard(song) for song in songs], seed=0)
    assert [row["key"] for row in found] == [0.0] * len(KEYS)
    assert [row["tempo within 4 %"] for row in found] == [0.0] * len(KEYS)
    assert [row["metre"] for row in found] == [1.0] * len(KEYS)  # all are in 4/4, which comes for nothing
    assert {row["loudness, off by"] for row in found} == {None}


def test_other_takes_of_a_song_are_no_other_plans() -> None:
    songs = [planned(), planned(), planned(key="A minor")]
    found = chance_values(songs, [heard(song) for song in songs], seed=0)
    assert found[0]["key"] == 0.0
    alone = chance_values(songs[:2], [heard(song) for song in songs[:2]], seed=0)
    assert [row["key"] for row in alone] == [None, None]


def test_comparing_lasts_as_long_as_both_plans() -> None:
    short = planned(types=("verse",), energies=(0.5,), sung=(False,))
    long = planned(tempo_bpm=119.5)
    found = chance_values([short, long], [heard(short), heard(long)], seed=0)
    # Eight seconds of the long plan have one section, and the short one has no other.
    assert [row["boundaries F, 3 s"] for row in found] == [None, None]
    assert found[0]["chords, root"] == pytest.approx(1.0, abs=0.01)
