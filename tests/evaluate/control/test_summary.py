"""Figures with their intervals, and rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.evaluate.control.made import heard, planned

from muze_evaluate.control.measured import FAMILIES, Measured
from muze_evaluate.control.songs import Song
from muze_evaluate.control.summary import AVERAGE_PRECISION, Results, doubts, figures_and_rows
from muze_evaluate.document import Figure
from muze_evaluate.statistics.shares import share_interval

KEYS = ("C major", "F# minor", "Eb major", "A minor")
BANDS = (("drums", "piano"), ("electric_bass", "piano"), ("drums", "strings"), ("electric_bass",))


def results(*, wrong: int = 0, count: int = 4) -> Results:
    """Songs of which the last ones are heard in another key."""
    plans = [
        planned(key=KEYS[at % 4], tempo_bpm=80.0 + 10 * at, instruments=BANDS[at % 4]) for at in range(count)
    ]
    measured = [heard(plan) for plan in plans]
    for place in range(count - wrong, count):
        measured[place] = replace(measured[place], key=plans[place - 1].key)
    songs = tuple(Song(f"{at}", Path(f"{at}.wav"), 0.0, plan, "takes") for at, plan in enumerate(plans))
    return Results("takes", songs, tuple(measured))


def by_name(figures: tuple[Figure, ...]) -> dict[tuple[str, str], Figure]:
    return {(figure.name, figure.group): figure for figure in figures}


def test_a_figure_is_the_mean_of_the_songs_with_its_interval() -> None:
    figures, rows = figures_and_rows(results(wrong=1), chance=False, seed=0)
    key = by_name(figures)[("key", "takes")]
    assert key.value == 0.75 == sum(float(row.values["key, weighted"] or 0) for row in rows) / 4
    assert key.low is not None and key.high is not None and key.low < 0.75 < key.high
    assert key.count == 4


def test_songs_that_are_all_right_leave_room_for_wrong_ones() -> None:
    figures, _ = figures_and_rows(results(count=20), chance=False, seed=0)
    found = by_name(figures)
    wilson = share_interval(20, 20)
    for name in ("key", "section types", "beats F"):  # shares of time and F-measures, too
        assert (found[(name, "takes")].value, found[(name, "takes")].low) == (1.0, wilson.low)
    of_four, _ = figures_and_rows(results(), chance=True, seed=0)  # in four keys
    assert by_name(of_four)[("key", "takes, chance")].high == share_interval(0, 4).high
    off = found[("loudness, off by", "takes")]
    assert off.value is None or (off.low, off.high) == (off.value, off.value)


def test_rows_have_the_plan_and_the_findings_in_words() -> None:
    _, rows = figures_and_rows(results(wrong=1), chance=False, seed=0)
    last = rows[-1]
    assert (last.id, last.group, last.path) == ("3", "takes", "3.wav")
    assert last.values["planned key"] == "A minor"
    assert last.values["heard key"] == "Eb major"
    assert last.values["planned instruments"] == "bass" == last.values["heard instruments"]


def test_chance_is_another_column_with_rows_of_its_own() -> None:
    figures, rows = figures_and_rows(results(), chance=True, seed=0)
    found = by_name(figures)
    assert found[("key", "takes")].value == 1.0
    assert found[("key", "takes, chance")].value == 0.0
    assert found[("loudness, off by", "takes, chance")].value is None
    assert [row.group for row in rows] == ["takes"] * 4 + ["takes, chance"] * 4


def test_songs_are_left_out_with_the_reason() -> None:
    several = results()
    deaf = Measured(24.0, unheard=frozenset({FAMILIES}), reasons={FAMILIES: "no scorer is here"})
    figures, _ = figures_and_rows(replace(several, measured=(deaf,) * 4), chance=False, seed=0)
    figure = by_name(figures)[("instruments found", "takes")]
    assert (figure.value, figure.count) == (None, 0)
    assert figure.note == "4 of 4 left out: no scorer is here"
    assert by_name(figures)[(AVERAGE_PRECISION, "takes")].value is None


def test_what_was_found_in_a_lesser_way_is_told_once_with_its_number() -> None:
    several = results()
    first, second, *rest = several.measured
    unsure = {FAMILIES: "nobody has measured this model"}
    unsure_ones = (replace(first, doubts=unsure), replace(second, doubts=unsure), *rest)
    assert doubts(several) == []
    assert doubts(replace(several, measured=unsure_ones)) == [
        f"takes: {FAMILIES} of 2 of 4 songs: nobody has measured this model"
    ]


def test_one_song_has_no_interval() -> None:
    figures, _ = figures_and_rows(results(count=1), chance=False, seed=0)
    key = by_name(figures)[("key", "takes")]
    assert (key.value, key.low, key.high, key.count) == (1.0, None, None, 1)


def test_families_are_ranked_over_the_songs() -> None:
    figures, _ = figures_and_rows(results(), chance=True, seed=0)
    found = by_name(figures)
    own, floor = found[(AVERAGE_PRECISION, "takes")], found[(AVERAGE_PRECISION, "takes, chance")]
    assert own.value == pytest.approx(1.0)
    assert floor.value is not None and floor.value < 0.8


def test_the_same_seed_gives_the_same_figures() -> None:
    assert figures_and_rows(results(wrong=1), chance=True, seed=3) == figures_and_rows(
        results(wrong=1), chance=True, seed=3
    )
