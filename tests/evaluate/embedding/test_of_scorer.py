"""A scorer's audio half as an embedder."""

from __future__ import annotations

import numpy as np
import pytest

from muze_evaluate.embedding.embedder import Embedder
from muze_evaluate.embedding.of_scorer import OfScorer
from muzecli.errors import BugError, UnavailableError

WINDOWS = [np.full(4, level, np.float32) for level in (0.1, 0.2, 0.3)]


class Toy:
    """A scorer that embeds whole recordings."""

    name = "toy"
    stands_in = False

    def __init__(self) -> None:
        self.heard: list[tuple[tuple[int, ...], int]] = []

    def identity(self):
        return {
            "model": "toy 1",
            "sha256": "00",
            "dimensions": 2,
            "rate_hz": 8,
            "window_s": 0.5,
            "hop_s": 0.25,
        }

    def embed_texts(self, texts):
        raise AssertionError

    def embed_audio(self, audio):
        self.heard += [(samples.shape, rate_hz) for samples, rate_hz in audio]
        return np.array([[samples.mean(), 1] for samples, _ in audio], np.float32)

    def score(self, texts, audio):
        raise AssertionError


class ByWindows(Toy):
    """One that takes windows, too."""

    def embed_windows(self, windows):
        assert isinstance(windows, np.ndarray)
        return np.stack([windows.mean(axis=1), np.full(len(windows), 2)], axis=1).astype(np.float32)


def test_it_is_an_embedder_with_the_scorers_windows() -> None:
    made = OfScorer(Toy(), device="cpu")
    assert isinstance(made, Embedder)
    assert (made.name, made.rate_hz, made.window_s, made.hop_s, made.width) == ("toy", 8, 0.5, 0.25, 2)
    assert made.identity() == {"name": "toy", **Toy().identity()}


def test_windows_go_as_they_are_where_the_scorer_takes_them_and_as_recordings_elsewhere() -> None:
    by_audio = Toy()
    assert OfScorer(by_audio, device="cpu").embed(WINDOWS)[:, 1].tolist() == [1, 1, 1]
    assert by_audio.heard == [((1, 4), 8)] * 3
    assert OfScorer(ByWindows(), device="cpu").embed(WINDOWS) == pytest.approx(
        np.array([[0.1, 2], [0.2, 2], [0.3, 2]], np.float32)
    )


def test_what_its_identity_lacks_is_a_bug_of_the_scorer_and_absent_weights_are_none() -> None:
    class Bare(Toy):
        def identity(self):
            return {"model": "bare"}

    class Absent(Toy):
        def identity(self):
            raise UnavailableError("no weights")

    with pytest.raises(BugError, match="the identity of the scorer toy must be whole: 'rate_hz'"):
        OfScorer(Bare(), device="cpu")
    with pytest.raises(UnavailableError, match="no weights"):
        OfScorer(Absent(), device="cpu")
