"""Pairs in one space: how well each text fits its audio, and how well it would fit by chance.

Shapes: n pairs, M different texts, K different audios, D dimensions. Everything is float64.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Space:
    """Texts and audio in one space, each that is the same only once.

    A text said of several audios fits all of them, and an audio fits every text that is said of it: neither counts as
    a mistake where one is found in place of another.

    Attributes:
        texts: (M, D) vectors of length 1.
        audio: (K, D) means over the windows of vectors of length 1, so that texts @ audioᵀ are mean cosines.
        text_of: (n,) which text a pair has, 0…M−1.
        audio_of: (n,) which audio, 0…K−1.
    """

    texts: Array
    audio: Array
    text_of: Index
    audio_of: Index

    @cached_property
    def texts_of_audio(self) -> tuple[Index, ...]:
        """For each audio the texts that are said of it."""
        return _groups(self.audio_of, self.text_of, len(self.audio))

    @cached_property
    def audio_of_texts(self) -> tuple[Index, ...]:
        """For each text the audios that it is said of."""
        return _groups(self.text_of, self.audio_of, len(self.texts))


def unit(vectors: ArrayLike) -> Array:
    """Return vectors (n, D) at length 1; one without a length stays as it is."""
    given = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(given, axis=1, keepdims=True)
    return given / np.where(lengths > 0, lengths, 1.0)


def mean_of_windows(vectors: ArrayLike) -> Array:
    """Return the mean (D,) of windows' vectors (w, D), each brought to length 1 first."""
    return np.asarray(unit(vectors).mean(axis=0))


def pair_scores(space: Space) -> Array:
    """Return (n,) the score of each pair: the mean cosine between its text and its audio's windows, −1…1."""
    return np.asarray(np.einsum("nd,nd->n", space.texts[space.text_of], space.audio[space.audio_of]))


def mismatched(space: Space) -> Array:
    """Return (n,) for each pair the mean score of its audio with all texts that are not said of it.

    That is the floor: what a scorer gives that hears music and words, and nothing in common. NaN where every text is
    said of the audio.
    """
    whole = space.audio @ space.texts.sum(axis=0)  # (K,) sums over all texts
    floors = np.full(len(space.audio), np.nan)
    for audio, own in enumerate(space.texts_of_audio):
        others = len(space.texts) - len(own)
        if others:
            floors[audio] = (whole[audio] - (space.texts[own] @ space.audio[audio]).sum()) / others
    return floors[space.audio_of]


def _groups(keys: Index, values: Index, count: int) -> tuple[Index, ...]:
    """Return for each key 0…count−1 its values, each once, ascending."""
    found: list[set[int]] = [set() for _ in range(count)]
    for key, value in zip(keys.tolist(), values.tolist(), strict=True):
        found[key].add(value)
    return tuple(np.array(sorted(one), np.intp) for one in found)


def numbered(items: Sequence[str]) -> tuple[list[str], Index]:
    """Return the different items in their own order, and which of them each is (n,)."""
    different = sorted(set(items))
    place = {item: index for index, item in enumerate(different)}
    return different, np.array([place[item] for item in items], np.intp)
