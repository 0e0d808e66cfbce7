"""Words that the lexicon does not know: the nearest descriptor, with a confidence, never across an antonym.

Sentence encoders put "warm" beside "cold", so nearness alone decides nothing about tone. The confidence in the
nearest descriptor weighs four things: how near its words are; how near decoys are, words that have nothing to
do with sound; and how many of the thirty nearest words, whosever they are, would treat the sound alike, or the
contrary way. A logistic function of them was fitted to the lexicon's own synonyms, each hidden in turn, and the
threshold was chosen there (`benchmarks/fx_neighbours.py` repeats both and prints how often a guess is right).
A guess is held back, whatever its confidence, where the antonym is nearly as near or the spelling says the
opposite.

Shapes: Q phrases, N descriptors, F forms, G decoys.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from muze_fx.words import semantic_space
from muze_fx.words.decoys import DECOYS
from muze_fx.words.kinship import Kinship, opposed, poles_apart
from muze_fx.words.semantic_space import Float32, Space
from muzecli.config import user_cache_dir
from muzecli.text import load_text_encoder
from muzecli.weights import MINILM, find_weights

if TYPE_CHECKING:
    from collections.abc import Iterable

    from muze_fx.words.lexicon import Descriptor
    from muzecli.text import TextEncoder

THRESHOLD = 0.65  # confidence from which a guess is acted upon
ANTONYM_MARGIN = 0.15  # by how much the nearest descriptor must be nearer than its antonym
HELD_BACK = 0.5  # what a confidence is multiplied with where the sign of a guess is in doubt

# Fitted: the nearness of a descriptor's words and of decoys, the shares of alike and of contrary neighbours.
WEIGHTS = np.array([3.8, -4.8, 4.2, -0.5], np.float32)
CONSTANT = -2.6
VOTERS = 30  # neighbouring words that are asked whether they agree
SHARPNESS = 0.15  # cosine by which a voter must be nearer to count e times as much


@dataclass(frozen=True)
class Neighbour:
    """A known descriptor near an unknown phrase.

    Attributes:
        descriptor_name: canonical name.
        form: the word of the descriptor that is nearest to the phrase.
        similarity: mean cosine of the two nearest words of the descriptor, -1…1.
        confidence: 0…1, how often guesses like this one were right in the calibration.
    """

    descriptor_name: str
    form: str
    similarity: float
    confidence: float


class Neighbours:
    """The descriptors of a lexicon, to be found by meaning.

    Nothing is read or computed before the first phrase. The first phrase ever encodes all words of the lexicon
    (seconds) and keeps the result in the user's cache; after that a process pays for loading the encoder once.

    Args:
        lexicon: the descriptors.
        encoder: a text encoder; MiniLM where None. The cache is used for MiniLM only.
    """

    def __init__(self, lexicon: Iterable[Descriptor], encoder: TextEncoder | None = None) -> None:
        self._lexicon = lexicon
        self._given_encoder = encoder
        self._answers: dict[str, list[Neighbour]] = {}

    def resolve(self, phrase: str) -> Neighbour | None:
        """Return the descriptor that a phrase means, or None where the confidence is below `THRESHOLD`."""
        nearest = self.nearest(phrase, 1)
        return nearest[0] if nearest and nearest[0].confidence >= THRESHOLD else None

    def nearest(self, word_or_phrase: str, count: int = 5) -> list[Neighbour]:
        """Return the nearest descriptors, nearest first, whatever their confidence.

        Args:
            word_or_phrase: a few words; none at all have no neighbours.
            count: how many, at most.
        """
        text = " ".join(word_or_phrase.lower().split())
        if not text or not self._kin.names:
            return []
        if text not in self._answers:
            self._answers[text] = self._rank(text)
        return self._answers[text][:count]

    def _rank(self, text: str) -> list[Neighbour]:
        to_forms, to_decoys = self._space.similarity(self._encoder.encode([text]))
        scores, certainty = judge(to_forms, to_decoys, self._kin.owners, self._kin)
        ranked = []
        for number in np.argsort(-scores[0], kind="stable"):
            form = nearest_form(to_forms[0], int(number), self._kin.owners, self._kin.forms)
            name, score = self._kin.names[number], float(scores[0, number])
            doubt = HELD_BACK if opposed(text, form) or poles_apart(text, name) else 1.0
            ranked.append(Neighbour(name, form, score, doubt * float(certainty[0, number])))
        return ranked

    @cached_property
    def _kin(self) -> Kinship:
        return Kinship.of(self._lexicon)

    @cached_property
    def _encoder(self) -> TextEncoder:
        return self._given_encoder or load_text_encoder("minilm")

    @cached_property
    def _space(self) -> Space:
        forms, decoys = self._kin.forms, decoys_beside(self._kin)
        if self._given_encoder is not None:
            return Space.of(self._encoder.encode(forms), self._encoder.encode(decoys))
        key = semantic_space.cache_key(self._kin.groups, decoys, find_weights(MINILM).sha256)
        path = user_cache_dir() / f"lexicon-{key}.npz"
        space = semantic_space.read_cache(path, len(forms), len(decoys))
        if space is None:
            space = Space.of(self._encoder.encode(forms), self._encoder.encode(decoys))
            semantic_space.write_cache(path, space)
        return space


def decoys_beside(kin: Kinship) -> tuple[str, ...]:
    """Return the decoys that are no words of the lexicon."""
    known = set(kin.forms)
    return tuple(decoy for decoy in DECOYS if decoy not in known)


def judge(
    to_forms: Float32, to_decoys: Float32, owners: npt.NDArray[np.intp], kin: Kinship
) -> tuple[Float32, Float32]:
    """Return how near every descriptor is, and the confidence in it: (Q, N) each.

    Args:
        to_forms: (Q, F) cosines; -inf hides a form.
        to_decoys: (Q, G) cosines.
        owners: (F,) descriptor number of each form, ascending.
        kin: the descriptors.
    """
    scores = semantic_space.descriptor_scores(to_forms, owners, len(kin.names))
    logits = evidence(scores, to_forms, to_decoys, owners, kin) @ WEIGHTS + CONSTANT
    certainty: Float32 = 1 / (1 + np.exp(-logits))
    return scores, np.where(antonym_near(scores, kin), HELD_BACK * certainty, certainty)


def evidence(
    scores: Float32, to_forms: Float32, to_decoys: Float32, owners: npt.NDArray[np.intp], kin: Kinship
) -> Float32:
    """Return what the confidence is made of, (Q, N, 4), in the order of `WEIGHTS`."""
    decoy = np.sort(to_decoys, axis=1)[:, -2:].mean(axis=1)  # (Q,) two of them, as for a descriptor
    votes = _votes(to_forms, owners, len(kin.names))
    agreeing, contradicting = votes @ kin.alike.astype(np.float32), votes @ kin.contrary.astype(np.float32)
    return np.stack([scores, np.broadcast_to(decoy[:, None], scores.shape), agreeing, contradicting], axis=-1)


def antonym_near(scores: Float32, kin: Kinship) -> npt.NDArray[np.bool_]:
    """Return (Q, N) True where a descriptor is not `ANTONYM_MARGIN` nearer than its antonyms."""
    antonym = np.full_like(scores, -np.inf)
    for number, other in zip(*np.nonzero(kin.antonyms), strict=True):
        antonym[:, number] = np.maximum(antonym[:, number], scores[:, other])
    near: npt.NDArray[np.bool_] = scores - antonym < ANTONYM_MARGIN
    return near


def nearest_form(to_forms: Float32, number: int, owners: npt.NDArray[np.intp], forms: tuple[str, ...]) -> str:
    """Return the form of descriptor `number` that is nearest by the cosines (F,)."""
    own = np.flatnonzero(owners == number)
    return forms[int(own[to_forms[own].argmax()])]


def _votes(to_forms: Float32, owners: npt.NDArray[np.intp], count: int) -> Float32:
    """Return the share that each descriptor has in the nearest forms, (Q, N), rows summing to 1."""
    voters = min(VOTERS, to_forms.shape[1])
    nearest = np.argpartition(-to_forms, voters - 1, axis=1)[:, :voters]  # (Q, voters)
    cosines = np.take_along_axis(to_forms, nearest, axis=1)
    weight = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / SHARPNESS)
    weight /= weight.sum(axis=1, keepdims=True)
    votes = np.zeros((len(to_forms), count), np.float32)
    np.add.at(votes, (np.arange(len(votes))[:, None], owners[nearest]), weight)
    return votes
