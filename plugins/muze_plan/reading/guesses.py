"""Words that the lexicon lacks: the nearest genre, mood or instrument by meaning, with a confidence.

A sentence encoder places the unknown words, those that the lexicon knows, and decoys that have nothing to do with
music. It puts "bittersweet" beside "angry" and happy beside sad, so nearness alone decides nothing: the thirty
nearest words vote, too, for meanings like their own and against contrary moods. The confidence is a logistic
function of these and of how near decoys are, fitted to the lexicon's own words, each hidden in turn
(`python -m benchmarks.plan_reading --guesses` repeats that and prints how often a guess is right).

Shapes: Q phrases, F forms, G decoys, N meanings, D the encoder's width.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from muze_plan.reading.decoys import DECOYS
from muze_plan.reading.entries import Entry
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon
from muze_plan.reading.meanings import Meanings
from muzecli.config import user_cache_dir
from muzecli.errors import OutputError
from muzecli.files import write_bytes
from muzecli.text import load_text_encoder
from muzecli.weights import MINILM, find_weights

if TYPE_CHECKING:
    from muzecli.text import TextEncoder

Float32 = npt.NDArray[np.float32]

THRESHOLD = 0.7  # confidence from which a guess is acted upon
# Fitted: nearness, nearness of decoys, share of agreeing and of contrary neighbours; and a constant for each lane.
WEIGHTS = np.array([2.3, -5.1, 5.3, 1.0], np.float32)
CONSTANTS = {GENRE: -4.2, WORD: -2.1, INSTRUMENT: -2.8}
VOTE = 0.5  # what a vote counts beside nearness when the likeliest meaning is chosen
VOTERS = 30
SHARPNESS = 0.15  # cosine by which a voter must be nearer to count e times as much
_FORMAT = 1  # raise it when a change here changes the numbers


@lru_cache(maxsize=2)
def guesser_of(lexicon: Lexicon) -> Guesser:
    """Return the guesser for a lexicon's words, with the default encoder."""
    return Guesser(lexicon)


@dataclass(frozen=True)
class Guess:
    """What unknown words probably mean.

    Attributes:
        phrase: the words.
        lane: genre, word (a mood) or instrument.
        entry: the meaning.
        form: the known word that is nearest.
        confidence: 0…1, how often guesses like this one were right in the calibration.
    """

    phrase: str
    lane: str
    entry: Entry
    form: str
    confidence: float


class Guesser:
    """Guesses by meaning. Nothing is loaded before the first phrase.

    Args:
        lexicon: what is known.
        encoder: a text encoder; MiniLM where None. The cache is used for MiniLM only.
    """

    def __init__(self, lexicon: Lexicon, encoder: TextEncoder | None = None) -> None:
        self._lexicon = lexicon
        self._given_encoder = encoder

    def guess(self, phrase: str) -> Guess | None:
        """Return what a phrase means, or None where the confidence is below `THRESHOLD`.

        Raises:
            UnavailableError: the encoder's weights are not on this machine.
        """
        found = self.nearest(phrase)
        return found if found is not None and found.confidence >= THRESHOLD else None

    def nearest(self, phrase: str) -> Guess | None:
        """Return the likeliest meaning, whatever its confidence; None where the lexicon is empty."""
        meanings = self.meanings
        if not meanings.entries:
            return None
        forms, decoys, mean = self.space
        point = _unit(self._encoder.encode([phrase]) - mean)
        to_forms = point @ forms.T
        best, sure = judge(to_forms, point @ decoys.T, meanings)
        number = int(best[0])
        own = np.flatnonzero(meanings.owners == number)
        form = meanings.forms[int(own[to_forms[0, own].argmax()])]
        return Guess(phrase, meanings.lanes[number], meanings.entries[number], form, float(sure[0]))

    @cached_property
    def meanings(self) -> Meanings:
        """What can be guessed."""
        return Meanings.of(self._lexicon)

    @cached_property
    def _encoder(self) -> TextEncoder:
        return self._given_encoder or load_text_encoder("minilm")

    @cached_property
    def space(self) -> tuple[Float32, Float32, Float32]:
        """Unit vectors of forms (F, D) and decoys (G, D) about the mean (D,) of the forms."""
        path = None
        if self._given_encoder is None:
            content = [_FORMAT, find_weights(MINILM).sha256, self.meanings.forms, DECOYS]
            key = hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]
            path = user_cache_dir() / f"reading-{key}.npz"
        rows = len(self.meanings.forms) + len(DECOYS)
        vectors = _read_cache(path, rows) if path else None
        if vectors is None:
            vectors = self._encoder.encode([*self.meanings.forms, *DECOYS])
            if path:
                _write_cache(path, vectors)
        forms, decoys = vectors[: len(self.meanings.forms)], vectors[len(self.meanings.forms) :]
        mean = forms.mean(axis=0)
        return _unit(forms - mean), _unit(decoys - mean), mean


def judge(to_forms: Float32, to_decoys: Float32, meanings: Meanings) -> tuple[npt.NDArray[np.intp], Float32]:
    """Return the likeliest meaning of each phrase, (Q,), and the confidence in it, (Q,)."""
    best, pieces = evidence(to_forms, to_decoys, meanings)
    constants = np.array([CONSTANTS[lane] for lane in meanings.lanes], np.float32)[best]
    sure: Float32 = 1 / (1 + np.exp(-(pieces @ WEIGHTS + constants)))
    return best, sure


def evidence(
    to_forms: Float32, to_decoys: Float32, meanings: Meanings
) -> tuple[npt.NDArray[np.intp], Float32]:
    """Return the likeliest meanings, (Q,), and what the confidence is made of, (Q, 4), in the order of `WEIGHTS`.

    Args:
        to_forms: (Q, F) cosines; -inf hides a form.
        to_decoys: (Q, G) cosines.
        meanings: whose forms they are.
    """
    nearness = _nearness(to_forms, meanings.owners, len(meanings.entries))  # (Q, N)
    votes = _votes(to_forms, meanings.owners, len(meanings.entries))
    agreeing, contrary = votes @ meanings.alike, votes @ meanings.contrary
    best = (nearness + VOTE * (agreeing - contrary)).argmax(axis=1)
    rows = np.arange(len(best))
    decoy = np.sort(to_decoys, axis=1)[:, -2:].mean(axis=1)  # two of them, as for a meaning
    pieces = (nearness[rows, best], decoy, agreeing[rows, best], contrary[rows, best])
    return best, np.stack(pieces, axis=-1)


def _votes(to_forms: Float32, owners: npt.NDArray[np.intp], count: int) -> Float32:
    """Return the share that each meaning has in the nearest forms, (Q, N), rows summing to 1."""
    voters = min(VOTERS, to_forms.shape[1])
    nearest = np.argpartition(-to_forms, voters - 1, axis=1)[:, :voters]  # (Q, voters)
    cosines = np.take_along_axis(to_forms, nearest, axis=1)
    weight = np.exp((cosines - cosines.max(axis=1, keepdims=True)) / SHARPNESS)
    weight /= weight.sum(axis=1, keepdims=True)
    votes = np.zeros((len(to_forms), count), np.float32)
    np.add.at(votes, (np.arange(len(votes))[:, None], owners[nearest]), weight)
    return votes


def _nearness(to_forms: Float32, owners: npt.NDArray[np.intp], count: int) -> Float32:
    """Return (Q, N): of each meaning the mean of its two nearest forms; of one form that one; of none -1."""
    sizes = np.bincount(owners, minlength=count)
    column = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    table = np.full((len(to_forms), count, max(int(sizes.max()), 2)), -np.inf, np.float32)
    table[:, owners, column] = to_forms
    second, first = np.moveaxis(np.partition(table, (-2, -1), axis=2)[:, :, -2:], 2, 0)
    with np.errstate(invalid="ignore"):  # -inf - -inf, replaced below
        nearness = np.where(np.isfinite(second), (first + second) / 2, first)
    return np.where(np.isfinite(first), nearness, -1).astype(np.float32)


def _unit(vectors: Float32) -> Float32:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Float32 = (vectors / np.maximum(length, 1e-9)).astype(np.float32)
    return scaled


def _read_cache(path: Path, rows: int) -> Float32 | None:
    """Return stored vectors; None where there are none, or damaged ones that must be made again."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            vectors: Any = stored["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    right = vectors.ndim == 2 and len(vectors) == rows and vectors.dtype == np.float32
    return vectors if right and np.isfinite(vectors).all() else None


def _write_cache(path: Path, vectors: Float32) -> None:
    """Store vectors and drop those of earlier lexicons; failing to costs time, nothing else."""
    content = io.BytesIO()
    np.savez(content, vectors=vectors)
    with suppress(OSError, OutputError):
        write_bytes(path, content.getvalue(), overwrite=True)
        for other in path.parent.glob("reading-*.npz"):
            if other != path:
                other.unlink(missing_ok=True)
