"""A grid covers the recording whatever was found of beats and bars."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.form.grid import lay_grid

BEATS = [0.5 * i for i in range(1, 60)]


def check_covers(duration_s: float, beats: list[float], downbeats: list[float]) -> None:
    grid = lay_grid(duration_s, beats, downbeats)
    assert grid.edges_s[0] == 0.0 and grid.edges_s[-1] == pytest.approx(duration_s)
    assert (np.diff(grid.edges_s) > 0.0).all()
    assert grid.bars[0] == 0 and grid.bars[-1] == len(grid.edges_s) - 1
    assert (np.diff(grid.bars) > 0).all()


@pytest.mark.parametrize(
    ("duration_s", "beats", "downbeats"),
    [
        (0.1, [], []),
        (30.0, [], []),
        (30.0, BEATS, []),
        (30.0, BEATS, BEATS[1::4]),
        (300.0, BEATS, BEATS[1::4]),
        (29.51, BEATS, BEATS[::3]),
        (30.0, BEATS, BEATS[-1:]),
        (30.0, [0.001, *BEATS], [0.001, *BEATS[3::4]]),
        (30.0, [0.0, 0.01, 0.02, *BEATS], BEATS[::2]),
    ],
)
def test_it_covers_the_recording(duration_s: float, beats: list[float], downbeats: list[float]) -> None:
    check_covers(duration_s, beats, downbeats)


def test_bars_begin_at_the_downbeats_found_and_an_upbeat_belongs_to_the_first() -> None:
    grid = lay_grid(30.0, BEATS, BEATS[1::4])  # 1.0, 3.0 … after an upbeat of half a bar
    assert grid.bar_steps == 4 and grid.beaten and grid.barred
    assert grid.bar_edges_s[:4].tolist() == [0.0, 1.0, 3.0, 5.0]
    grid = lay_grid(30.0, BEATS, BEATS[::4])  # 0.5, 2.5 … after an upbeat of one beat
    assert grid.bar_edges_s[:3].tolist() == [0.0, 2.5, 4.5]


def test_a_gap_without_beats_is_filled() -> None:
    beats = [*BEATS[:20], *BEATS[40:]]
    steps = np.diff(lay_grid(30.0, beats, BEATS[1:20:4]).edges_s)
    assert steps.max() == pytest.approx(0.5)


def test_an_hour_has_no_more_bars_than_matrices_may_have() -> None:
    beats = np.arange(0.0, 3600.0, 0.3).tolist()
    assert len(lay_grid(3600.0, beats, beats[::4]).bars) <= 1501
