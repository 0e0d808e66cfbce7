"""What was appended comes back, any number of times, from memory or disk."""

from __future__ import annotations

import numpy as np
import pytest

from muzecli.audio.memory import keep_freed_memory
from muzecli.audio.spool import Spool
from muzecli.errors import BugError
from tests.audio.conftest import noise


@pytest.mark.parametrize("max_memory_bytes", [1, 100_000, 10**8])
def test_blocks_come_back_as_often_as_wanted(max_memory_bytes: int) -> None:
    blocks = [noise(frames, channels=3, seed=frames) for frames in (1, 0, 65_536, 777)]
    with Spool(3, max_memory_bytes=max_memory_bytes) as spool:
        for block in blocks:
            spool.append(block)
        assert spool.frames == 66_314
        for _ in range(3):
            for ours, theirs in zip(spool.blocks(), blocks, strict=True):
                assert np.array_equal(ours, theirs)
                ours *= 0  # the caller may change what it gets
        spool.append(blocks[0])
        assert sum(block.shape[1] for block in spool.blocks()) == 66_315


def test_a_pass_that_was_given_up_does_not_disturb_the_next() -> None:
    with Spool(1, max_memory_bytes=10) as spool:
        for seed in range(3):
            spool.append(noise(100, seed=seed))
        next(spool.blocks())
        spool.append(noise(100, seed=3))
        assert [block[0, 0] for block in spool.blocks()] == [noise(100, seed=seed)[0, 0] for seed in range(4)]


def test_views_are_kept_as_they_look() -> None:
    samples = noise(1000, channels=2)
    with Spool(2) as spool:
        spool.append(samples[:, ::2])
        assert np.array_equal(next(spool.blocks()), samples[:, ::2])


@pytest.mark.parametrize("bad", [np.zeros((1, 5), np.float32), np.zeros((2, 5)), np.zeros(5, np.float32)])
def test_other_shapes_and_types_are_refused(bad: np.ndarray) -> None:
    with Spool(2) as spool, pytest.raises(BugError, match=r"takes float32 \(2, n\)"):
        spool.append(bad)


def test_keeping_memory_says_whether_it_took_effect() -> None:
    assert keep_freed_memory() in (True, False)
