"""Steps cover the recording without gaps, on beats where there are any; pooling keeps totals."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.harmony.decoding import CHANGE_AT_BAR, best_path, change_odds
from muze_dataset.hearing.harmony.steps import pooled, step_edges


@pytest.mark.parametrize("duration_s", [0.05, 0.1, 0.7, 30.0])
@pytest.mark.parametrize("beats_s", [(), (0.3,), (0.04, 0.5, 0.99), (5.0, 5.4, 5.8), (1.0, 3.5)])
def test_steps_cover_the_recording(duration_s: float, beats_s: tuple[float, ...]) -> None:
    edges = step_edges(duration_s, [beat for beat in beats_s if beat <= duration_s])
    assert edges[0] == 0.0 and edges[-1] == duration_s
    assert (np.diff(edges) > 0.0).all()


def test_beats_go_on_before_the_first_and_after_the_last() -> None:
    edges = step_edges(8.0, [3.0, 3.5, 4.0, 4.5])
    assert np.diff(edges) == pytest.approx(np.full(16, 0.5))


def test_slow_beats_are_halved() -> None:
    assert np.diff(step_edges(6.0, [0.0, 1.5, 3.0, 4.5])).max() == pytest.approx(0.75)


def test_pooling_keeps_the_total() -> None:
    values = np.random.default_rng(0).random((50, 3)).astype(np.float32)
    edges = np.array([0.0, 0.33, 1.7, 1.74, 4.95])  # the last frame, at 4.9 s, holds until 4.95 s
    means = pooled(values, 10.0, edges)
    widths = np.diff(edges * 10.0 + 0.5)
    assert (means * widths[:, None]).sum(axis=0) == pytest.approx(
        values.sum(axis=0) - 0.5 * values[0], rel=1e-4
    )


def test_pooling_beyond_the_last_frame_repeats_it() -> None:
    values = np.array([[1.0], [2.0]], np.float32)
    assert pooled(values, 10.0, np.array([0.0, 0.15, 0.3, 0.4]))[-1, 0] == pytest.approx(2.0)


def test_bars_are_where_chords_change() -> None:
    odds = change_odds(np.arange(9) * 0.5, [0.0, 2.02])
    assert (odds == CHANGE_AT_BAR).nonzero()[0].tolist() == [0, 4]
    assert len(set(change_odds(np.arange(9) * 0.5, []))) == 1
    assert (change_odds(np.arange(9) * 0.5, [2.0]) == CHANGE_AT_BAR).sum() == 1


def test_the_best_path_is_the_best_of_all() -> None:
    random = np.random.default_rng(3)
    probabilities = random.dirichlet(np.full(4, 0.3), 40)
    change = np.full(40, 0.1)
    path = best_path(probabilities, change)
    assert len(path) == 40
    assert (np.diff(path) != 0).sum() < (np.diff(probabilities.argmax(axis=1)) != 0).sum()
    certain = np.eye(4)[[0, 0, 2, 2, 1]] * 0.99 + 0.0025
    assert best_path(certain, np.full(5, 0.2)).tolist() == [0, 0, 2, 2, 1]
