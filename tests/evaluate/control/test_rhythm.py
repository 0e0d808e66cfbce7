"""Against mir_eval, and where it has nothing to say."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from muze_evaluate.control import rhythm


def played(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A grid, and one that follows it: with wrong levels, gaps, extra beats and a wandering hand."""
    rng = np.random.default_rng(seed)
    period = rng.uniform(0.3, 1.2)
    beats = np.arange(rng.uniform(0, 1), 40.0, period)
    factor = rng.choice([1.0, 1.0, 2.0, 0.5, 1.5])
    found = np.arange(beats[0], 40.0, period / factor)
    found = found + rng.choice([0.0, period / 2, 0.05]) + rng.normal(0, rng.choice([0.005, 0.04]), len(found))
    keep = rng.random(len(found)) > rng.choice([0.0, 0.2])
    extra = rng.uniform(0, 40, rng.integers(0, 4))
    return beats, np.unique(np.maximum(np.concatenate((found[keep], extra)), 0.0))


@pytest.mark.parametrize("seed", range(40))
def test_beats_are_compared_as_mir_eval_does(seed: int) -> None:
    from mir_eval import beat

    wanted, found = played(seed)
    reference, estimate = beat.trim_beats(wanted), beat.trim_beats(found)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, cmlt, _, amlt = beat.continuity(reference, estimate)
        f = beat.f_measure(reference, estimate)
    assert rhythm.beat_f(wanted, found) == pytest.approx(f, abs=1e-12)
    assert rhythm.beats_continuous(wanted, found) == pytest.approx((cmlt, amlt), abs=1e-12)


def test_some_of_these_songs_agree_and_some_do_not() -> None:
    shares = [rhythm.beats_continuous(*played(seed)) for seed in range(40)]
    assert {share is not None for share in shares} == {True}
    assert len({round(share[0], 1) for share in shares if share}) > 5


def test_noise_without_beats_is_wrong_and_not_left_out() -> None:
    wanted = np.arange(0, 20, 0.5)
    for nothing in (None, (), (7.0,)):
        assert rhythm.beat_f(wanted, nothing) == pytest.approx(0.0, abs=0.07)
        assert rhythm.beats_continuous(wanted, nothing) == (0.0, 0.0)


def test_a_song_too_short_for_beats_has_no_figure() -> None:
    assert rhythm.beat_f([0.0, 2.0, 4.9, 5.1], [5.1]) is None
    assert rhythm.beats_continuous([0.0, 5.5], [0.0, 5.5]) is None


def test_the_first_five_seconds_do_not_count() -> None:
    wanted = np.arange(0, 12, 0.5)
    assert rhythm.beat_f(wanted, wanted[wanted >= 5.0]) == 1.0


def test_every_other_beat_is_right_at_another_level_only() -> None:
    wanted = np.arange(0, 20, 0.5)
    at_level, at_any = rhythm.beats_continuous(wanted, wanted[::2]) or (None, None)
    assert at_level == 0.0
    assert at_any == 1.0


@pytest.mark.parametrize(
    ("found", "exact", "any_level"),
    [
        (120.0, 1, 1),
        (124.7, 1, 1),
        (125.0, 0, 0),
        (60.0, 0, 1),
        (238.0, 0, 1),
        (40.5, 0, 1),
        (90.0, 0, 0),
        (None, 0, 0),
    ],
)
def test_tempi_within_four_percent(found: float | None, exact: int, any_level: int) -> None:
    assert rhythm.tempo_right(120.0, found) == exact
    assert rhythm.tempo_right(120.0, found, factors=rhythm.FACTORS) == any_level


def test_the_largest_matching_is_found() -> None:
    planned, found = np.array([1.0, 1.1]), np.array([1.06, 1.14])
    assert rhythm.matched(planned, found, window_s=0.07) == 2
    assert rhythm.matched(np.array([1.0, 1.1]), np.array([1.05]), window_s=0.07) == 1
