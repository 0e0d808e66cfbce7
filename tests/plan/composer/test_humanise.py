from __future__ import annotations

import random
from statistics import pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muze_plan.composer.humanise import Hands, swing_ratio, swung
from muze_plan.composer.styles import Feel, Swing
from muzecli.song.metre import TimeSignature
from muzecli.song.score import Note


def test_swing_moves_the_second_of_a_pair_and_keeps_the_beat() -> None:
    bend = swung(Swing(8, 2 / 3), TimeSignature(), 120)
    assert [bend(tick) for tick in (0, 240, 480, 720)] == [0, 320, 480, 800]
    sixteenths = swung(Swing(16, 0.6), TimeSignature(), 90)
    assert [sixteenths(tick) for tick in (0, 120, 240, 360)] == [0, 144, 240, 384]


def test_fast_tempi_swing_less() -> None:
    ratios = [swing_ratio(Swing(8, 0.667), tempo) for tempo in (100, 160, 220, 330)]
    assert ratios == sorted(ratios, reverse=True)
    assert ratios[-1] == pytest.approx(0.5)


def test_compound_metres_have_their_lilt_already() -> None:
    bend = swung(Swing(8, 0.66), TimeSignature(12, 8), 60)
    assert all(bend(tick) == tick for tick in range(0, 2880, 60))


@given(st.integers(0, 40000), st.floats(0.5, 0.75), st.sampled_from([8, 16]))
def test_swing_never_turns_time_round(tick: int, ratio: float, of: int) -> None:
    bend = swung(Swing(of, ratio), TimeSignature(), 100)
    assert bend(tick) <= bend(tick + 1)
    assert abs(bend(tick) - tick) <= 120


def notes(count: int) -> list[Note]:
    return [Note(480 * i, 480 * i + 240, 60, 80) for i in range(1, count)]


def test_errors_have_the_spread_that_was_asked_for() -> None:
    hands = Hands(Feel(timing_ms=8, velocity=6), 1, 1.0, 10**6)
    played = hands.play(notes(2000), random.Random(2), lambda note: 0.0)
    shifts = [p.start - n.start for p, n in zip(played, notes(2000), strict=True)]
    assert 7 <= pstdev(shifts) <= 8.5
    assert 5 <= pstdev(note.velocity for note in played) <= 6.5


def test_those_who_play_together_err_together() -> None:
    hands = Hands(Feel(timing_ms=10, velocity=0), 1, 1.0, 10**6)
    one, two = (hands.play(notes(500), random.Random(seed), lambda note: 0.0) for seed in (3, 4))
    apart = pstdev(a.start - b.start for a, b in zip(one, two, strict=True))
    assert apart < 0.8 * 10 * 2**0.5


def test_lags_and_the_songs_ends() -> None:
    hands = Hands(Feel(timing_ms=0, velocity=0), 1, 2.0, 1000)
    late = hands.play([Note(0, 100, 60, 80), Note(900, 1000, 60, 80)], random.Random(1), lambda note: 10.0)
    assert [(n.start, n.end) for n in late] == [(20, 120), (920, 1000)]
    early = hands.play([Note(0, 100, 60, 80), Note(480, 500, 60, 80)], random.Random(1), lambda note: -10.0)
    assert [n.start for n in early] == [0, 460]


def test_a_machine_plays_what_is_written() -> None:
    hands = Hands(Feel(timing_ms=0, velocity=0), 1, 1.0, 10**6)
    assert hands.play(notes(20), random.Random(1), lambda note: 0.0) == notes(20)
