"""Words that the lexicon lacks: the nearest genre, mood or instrument by meaning, with a confidence.

A sentence encoder places the unknown words, everything the lexicon knows, and decoys that have nothing to do with
music. A meaning is as near as the mean of its two nearest words: one may be an accident. The confidence is a
logistic function of that nearness, of how near decoys are, and of the lead over the next meaning of another sort;
it was fitted to those words of the lexicon that are not placed (`python -m benchmarks.plan_reading --guesses`):
a meaning's first words are, for placing a thousand words costs seconds once.

Shapes: Q phrases, F forms, G decoys, D the encoder's width.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from muze_plan.reading.decoys import DECOYS
from muze_plan.reading.entries import Entry
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon
from muzecli.config import user_cache_dir
from muzecli.errors import OutputError
from muzecli.files import write_bytes
from muzecli.text import load_text_encoder
from muzecli.weights import MINILM, find_weights

if TYPE_CHECKING:
    from muzecli.text import TextEncoder

Float32 = npt.NDArray[np.float32]

THRESHOLD = 0.7  # confidence from which a guess is acted upon
# Fitted: nearness, nearness of decoys, lead; and a constant for each lane.
WEIGHTS = np.array([9.0, -4.0, 6.0], np.float32)
CONSTANTS = {GENRE: -3.2, WORD: -3.2, INSTRUMENT: -3.2}
LANES = (GENRE, WORD, INSTRUMENT)
#: How many words of a meaning are placed.
PLACED = {GENRE: 12, WORD: 8, INSTRUMENT: 2}
_FORMAT = 1  # raise it when a change here changes the numbers


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


@dataclass(frozen=True)
class Meanings:
    """The meanings that can be guessed, and their words.

    Attributes:
        entries: genres, moods and single instruments, in the order of `LANES`.
        lanes: lane of each.
        forms: the words that are placed, meaning by meaning.
        owners: (F,) index of the meaning of each form.
        others: index of a meaning and a word of it that is not placed.
    """

    entries: tuple[Entry, ...]
    lanes: tuple[str, ...]
    forms: tuple[str, ...]
    owners: npt.NDArray[np.intp]
    others: tuple[tuple[int, str], ...]

    @classmethod
    def of(cls, lexicon: Lexicon) -> Meanings:
        """Collect them: hints are left out, for they are no names."""
        words: dict[int, list[str]] = {}
        entries: dict[int, tuple[str, Entry]] = {}
        for form, lane, entry in lexicon.forms():
            named = {GENRE: entry.kind == "genre", WORD: entry.kind == "mood", INSTRUMENT: _is_single(entry)}
            if named[lane]:
                entries[id(entry)] = (lane, entry)
                words.setdefault(id(entry), []).append(form)
        order = sorted(entries, key=lambda key: LANES.index(entries[key][0]))
        placed = {key: PLACED[entries[key][0]] for key in order}
        forms = [form for key in order for form in words[key][: placed[key]]]
        owners = [number for number, key in enumerate(order) for _ in words[key][: placed[key]]]
        others = [(number, form) for number, key in enumerate(order) for form in words[key][placed[key] :]]
        return cls(
            tuple(entries[key][1] for key in order),
            tuple(entries[key][0] for key in order),
            tuple(forms),
            np.array(owners, np.intp),
            tuple(others),
        )


class Guesser:
    """Guesses by meaning. Nothing is loaded before the first phrase.

    Args:
        lexicon: what is known.
        encoder: a text encoder; MiniLM where None. The cache is used for MiniLM only.
    """

    def __init__(self, lexicon: Lexicon, encoder: TextEncoder | None = None) -> None:
        self._lexicon = lexicon
        self._given_encoder = encoder

    def guess(self, phrases: Sequence[str]) -> list[Guess | None]:
        """Return for each phrase what it means, or None where the confidence is below `THRESHOLD`.

        Raises:
            UnavailableError: the encoder's weights are not on this machine.
        """
        found = [self.nearest(phrase) for phrase in phrases]
        return [guess if guess is not None and guess.confidence >= THRESHOLD else None for guess in found]

    def nearest(self, phrase: str) -> Guess | None:
        """Return the likeliest meaning, whatever its confidence; None where the lexicon is empty."""
        meanings = self.meanings
        if not meanings.entries:
            return None
        forms, decoys, mean = self._space
        point = _unit(self._encoder.encode([phrase]) - mean)
        to_forms = point @ forms.T
        sure = confidences(to_forms, point @ decoys.T, meanings)[0]
        best = int(sure.argmax())
        own = np.flatnonzero(meanings.owners == best)
        form = meanings.forms[int(own[to_forms[0, own].argmax()])]
        return Guess(phrase, meanings.lanes[best], meanings.entries[best], form, float(sure[best]))

    @cached_property
    def meanings(self) -> Meanings:
        """What can be guessed."""
        return Meanings.of(self._lexicon)

    @cached_property
    def _encoder(self) -> TextEncoder:
        return self._given_encoder or load_text_encoder("minilm")

    @cached_property
    def _space(self) -> tuple[Float32, Float32, Float32]:
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


def confidences(to_forms: Float32, to_decoys: Float32, meanings: Meanings) -> Float32:
    """Return the confidence in every meaning, (Q, N), from cosines to forms (Q, F) and decoys (Q, G)."""
    pieces = evidence(to_forms, to_decoys, meanings)
    constants = np.array([CONSTANTS[lane] for lane in meanings.lanes], np.float32)
    sure: Float32 = 1 / (1 + np.exp(-(pieces @ WEIGHTS + constants)))
    return sure


def evidence(to_forms: Float32, to_decoys: Float32, meanings: Meanings) -> Float32:
    """Return what the confidence is made of, (Q, N, 3), in the order of `WEIGHTS`.

    Args:
        to_forms: (Q, F) cosines; -inf hides a form.
        to_decoys: (Q, G) cosines.
        meanings: whose forms they are.
    """
    nearness = _nearness(to_forms, meanings.owners, len(meanings.entries))
    decoy = np.sort(to_decoys, axis=1)[:, -2:].mean(axis=1)[:, None]
    rival = np.empty_like(nearness)
    for number in range(len(meanings.entries)):
        others = [i for i in range(len(meanings.entries)) if not akin(meanings, number, i)]
        rival[:, number] = nearness[:, others].max(axis=1) if others else -1.0
    return np.stack([nearness, np.broadcast_to(decoy, nearness.shape), nearness - rival], axis=-1)


def akin(meanings: Meanings, one: int, other: int) -> bool:
    """Whether to take one meaning for the other does little harm: like moods, instruments of one family."""
    if meanings.lanes[one] != meanings.lanes[other]:
        return False
    a, b = meanings.entries[one], meanings.entries[other]
    if one == other:
        return True
    if meanings.lanes[one] == WORD:
        return abs((a.energy or 0) - (b.energy or 0)) <= 0.25 and abs((a.valence or 0) - (b.valence or 0)) <= 0.4
    return meanings.lanes[one] == INSTRUMENT and _family(a) == _family(b)


def _family(entry: Entry) -> str:
    from muzecli.song.instruments import instruments

    table = instruments()
    return table[entry.instruments[0]].family if entry.instruments[0] in table else entry.name


def _is_single(entry: Entry) -> bool:
    return entry.kind in ("table", "instrument") and len(entry.instruments) == 1 and len(entry.unwanted) < 12


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
