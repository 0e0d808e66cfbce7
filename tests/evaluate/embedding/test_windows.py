"""Windows: all of a recording, the last one at its end."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.embedding.windows import count, cut, windows
from muzecli.audio.resample import mixed_down


@pytest.mark.parametrize(
    ("samples", "starts"),
    [
        (5, [0]),  # shorter than a window
        (10, [0]),
        (11, [0, 1]),
        (30, [0, 10, 20]),
        (35, [0, 10, 20, 25]),
    ],
)
def test_windows_lie_a_hop_apart_and_the_last_one_ends_with_the_recording(samples, starts) -> None:
    mono = np.arange(samples, dtype=np.float32)
    found = list(cut(mono, 1, window_s=10, hop_s=10))
    assert [int(window[0]) for window in found] == starts
    assert found[-1][-1] == samples - 1
    assert {len(window) for window in found} == {min(samples, 10)}
    assert count(samples, 1, window_s=10, hop_s=10) == len(found)


def test_a_hop_shorter_than_a_window_overlaps() -> None:
    found = list(cut(np.arange(10, dtype=np.float32), 1, window_s=4, hop_s=2))
    assert [int(window[0]) for window in found] == [0, 2, 4, 6]


def test_windows_are_the_mean_of_the_channels_resampled_before_they_are_cut() -> None:
    stereo = np.random.default_rng(0).standard_normal((2, 44_100)).astype(np.float32)
    found = list(windows(stereo, 44_100, to_rate_hz=16_000, window_s=0.25, hop_s=0.25))
    assert np.array_equal(np.concatenate(found), mixed_down(stereo, 44_100, 16_000))
