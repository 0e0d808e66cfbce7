"""Where frames and windows lie."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch

from muze_ldm.engine.timeline import Timeline, lay_windows


def test_frames_and_seconds() -> None:
    line = Timeline.of(30.0, rate_hz=25.0)
    assert (line.frames, line.start_s, line.seconds(50), line.frame(2.0)) == (750, 0.0, 2.0, 50)
    line = Timeline.of(30.01, rate_hz=25.0, lead=100, multiple=8)
    assert line.frames == 856 and line.start_s == -4.0
    assert line.seconds(100) == 0.0 and line.frame(0.0) == 100


@pytest.mark.parametrize("frames", [1, 20, 199, 200, 201, 399, 750, 3000])
@pytest.mark.parametrize(
    "edges", [[0], [0, 100, 300, 500, 650], [0, 10, 20, 30, 700], list(range(0, 3000, 50))]
)
def test_windows_cover_every_frame_and_weights_add_up(frames: int, edges: list[int]) -> None:
    windows = lay_windows(frames, edges, width=200)
    assert windows.width == min(200, frames) and windows.total == frames
    assert windows.cells[0][0] == 0 and windows.cells[-1][1] == frames
    for cell, after in zip(windows.cells, windows.cells[1:], strict=False):
        assert cell[1] == after[0]
    for (start, stop), (first, behind) in zip(windows.spans, windows.cells, strict=True):
        assert 0 <= start <= first < behind <= stop <= frames
    z = torch.randn(1, 3, 1, frames)
    torch.testing.assert_close(windows.blend(windows.cut(z)), z)


def test_cuts_lie_between_sections_where_that_costs_no_window() -> None:
    windows = lay_windows(750, [0, 190, 375, 560], width=250)
    assert windows.cells == ((0, 190), (190, 375), (375, 560), (560, 750))
    weights = windows.weights()
    for row, (start, (first, behind)) in enumerate(zip(windows.starts, windows.cells, strict=True)):
        assert weights[row, first + 32 - start : behind - 32 - start].min() == 1.0


@pytest.mark.parametrize("edges", [[0], range(0, 750, 25), [0, 100, 300, 500, 650], [0, 745]])
def test_windows_are_as_few_as_they_can_be(edges: Sequence[int]) -> None:
    assert len(lay_windows(750, edges, width=250).starts) == 4
    assert len(lay_windows(250, edges, width=250).starts) == 1
    assert len(lay_windows(430, edges, width=250).starts) == 2
    assert len(lay_windows(15_000, edges, width=250).starts) <= 83  # 80, but cells begin on a grid
