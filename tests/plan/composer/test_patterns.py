from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muze_plan.composer.patterns import HOLD, REST, Pattern, accents, adapted, compound_beat, felt_quarter
from muzecli.song.metre import TimeSignature

METRES = [
    TimeSignature(n, d)
    for d in (2, 4, 8, 16)
    for n in range(1, 17)
    if TimeSignature(n, d).bar_ticks % TimeSignature(n, d).beat_ticks == 0
]


def test_steps_share_the_bar_and_holds_lengthen() -> None:
    hits = Pattern.parse("x... ..x- x--. ....", symbols="x").hits(0, TimeSignature(4, 4), 120)
    assert [(hit.tick, hit.ticks) for hit in hits] == [(0, 120), (720, 240), (960, 360)]


def test_bars_follow_each_other_and_begin_anew() -> None:
    pattern = Pattern.parse("x... | ..x.", symbols="x")
    assert [[hit.tick for hit in pattern.hits(bar, TimeSignature(), 120)] for bar in range(3)] == [
        [0],
        [960],
        [0],
    ]


@pytest.mark.parametrize(
    ("text", "metre", "fault"),
    [
        ("x.q.", "4/4", "not q"),
        ("x.... ", "4/4", "5 steps do not share a bar of 4/4"),
        ("x...|", "4/4", "one of 'x...|' has none"),
        ("xxxxxxxxxxxxx", "7/8", "13 steps do not share a bar of 7/8"),
    ],
)
def test_what_is_no_pattern_is_refused(text: str, metre: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Pattern.parse(text, symbols="x", metre=metre)


@given(st.lists(st.sampled_from("x.-"), min_size=16, max_size=16), st.sampled_from(METRES), st.booleans())
def test_a_bar_of_any_metre_adds_up(steps: list[str], metre: TimeSignature, fast: bool) -> None:
    text = adapted("".join(steps), metre, fast=fast and metre.denominator >= 8 and not metre.compound)
    assert metre.bar_ticks % len(text) == 0
    hits = Pattern(("".join(steps),)).hits(0, metre, 250 if fast else 100)
    assert all(0 <= hit.tick < hit.tick + hit.ticks <= metre.bar_ticks for hit in hits)
    assert all(a.tick + a.ticks <= b.tick for a, b in pairwise(hits))


@pytest.mark.parametrize(
    ("metre", "expected"),
    [
        ("3/4", "K... S... s..."),
        ("5/4", "K... S... s... k... s..."),
        ("2/4", "K... S..."),
        ("7/4", "K... S... k... s... K... S... s..."),
        ("6/4", "K... S... s... k... S... s..."),
    ],
)
def test_other_metres_borrow_beats_of_the_same_weight(metre: str, expected: str) -> None:
    assert adapted("K...S...k...s...", TimeSignature.parse(metre)) == expected.replace(" ", "")


def test_compound_beats_bend_halves_to_two_thirds() -> None:
    assert compound_beat("x.x.") == "x...x."
    assert compound_beat("x-x-") == "x---x-"
    assert adapted("K...S...k...s...", TimeSignature(6, 8)) == "K.....S....."


def test_fast_sevens_are_a_bar_of_four_that_ends_early() -> None:
    assert adapted("K...S...k...s...", TimeSignature(7, 8), fast=True) == "K...S...k...s."
    assert accents(TimeSignature(7, 8), 220) == (0, 480, 960)
    assert len(accents(TimeSignature(7, 8), 100)) == 7


@pytest.mark.parametrize("metre", METRES, ids=str)
@pytest.mark.parametrize("tempo", [90, 240])
def test_accents_begin_with_the_bar_and_stay_in_it(metre: TimeSignature, tempo: int) -> None:
    found = accents(metre, tempo)
    assert found[0] == 0
    assert list(found) == sorted(set(found))
    assert found[-1] < metre.bar_ticks
    assert felt_quarter(metre, tempo) > 0


def test_six_eight_and_twelve_eight_help_each_other() -> None:
    twelve = Pattern.parse("x.. o.. g.. X..", symbols="xogX", metre="12/8")
    halves = [twelve.hits(bar, TimeSignature(6, 8), 60) for bar in (0, 1)]
    assert [[hit.symbol for hit in half] for half in halves] == [["x", "o"], ["g", "X"]]
    six = Pattern.parse("x.. o..", symbols="xo", metre="6/8")
    assert [hit.symbol for hit in six.hits(0, TimeSignature(12, 8), 60)] == ["x", "o", "x", "o"]


def test_rests_and_holds_are_not_struck() -> None:
    assert Pattern.parse(REST * 2 + HOLD * 2, symbols="x").hits(0, TimeSignature(), 120) == ()
