"""Pieces and how they are joined."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from muze_ldm.engine.chunks import Joiner, chunks, fade_gains


@pytest.mark.parametrize("length", [1, 3, 99, 100, 101, 250, 1000, 12_345])
@pytest.mark.parametrize(("size", "overlap", "margin"), [(100, 10, 0), (100, 5, 20), (7, 0, 3)])
def test_pieces_cover_everything_and_overlap_as_asked(
    length: int, size: int, overlap: int, margin: int
) -> None:
    pieces = chunks(length, size=size, overlap=overlap, margin=margin)
    assert pieces[0].start == pieces[0].first == 0 and pieces[-1].stop == pieces[-1].last == length
    for piece, after in itertools.pairwise(pieces):
        assert piece.stop - after.start == overlap
    for piece in pieces:
        assert 0 < piece.stop - piece.start <= size + 1
        assert piece.first == max(0, piece.start - margin)
        assert piece.last == min(length, piece.stop + margin)


def test_equal_pieces_come_through_unchanged() -> None:
    whole = np.random.default_rng(1).standard_normal((2, 1000)).astype(np.float32)
    for alike in (True, False):
        joiner = Joiner(2, 1000, alike=alike)
        for piece in chunks(1000, size=300, overlap=50, margin=0):
            joiner.add(whole[:, piece.start : piece.stop], piece.start)
        np.testing.assert_allclose(joiner.whole, whole, atol=1e-6)


def test_unrelated_pieces_keep_their_level_across_the_joint() -> None:
    rng = np.random.default_rng(2)
    before, after = (rng.standard_normal((1, 40_000)).astype(np.float32) for _ in range(2))
    out, into = fade_gains(before, after)
    joined = before * out + after * into
    for part in np.array_split(joined[0], 8):
        assert np.sqrt(np.mean(part**2)) == pytest.approx(1.0, abs=0.05)


def test_pieces_that_cancel_and_silence_do_no_harm() -> None:
    sound = np.random.default_rng(4).standard_normal((1, 500)).astype(np.float32)
    for before, after in ((sound, -sound), (sound, 0 * sound), (0 * sound, 0 * sound)):
        out, into = fade_gains(before, after)
        joined = before * out + after * into
        assert np.isfinite(joined).all() and np.abs(joined).max() <= np.abs(sound).max() + 1e-6
