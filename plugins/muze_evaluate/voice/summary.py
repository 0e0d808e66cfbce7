"""What was heard to rows and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from muze_evaluate.document import Better, Cell, Figure
from muze_evaluate.statistics.bootstrap import interval, mean_interval
from muze_evaluate.voice.errors import Errors, distance, errors_between
from muze_evaluate.voice.hearing import VoiceHeard
from muze_evaluate.voice.pitch import PitchAccuracy, pitch_accuracy
from muze_evaluate.voice.similarity import cosines, equal_error_rate, mismatched
from muze_evaluate.voice.words import letters_of, words_of

SIMILARITY, FLOOR, EER = "voice similarity", "similarity of mismatched pairs", "equal error rate"
WER, CER = "word error rate", "character error rate"
RAW_PITCH, RAW_CHROMA = "raw pitch accuracy", "raw chroma accuracy"

_LISTED = 40
"""Errors of a row that are written out; their numbers are whole."""


@dataclass(frozen=True)
class Judged:
    """What became of one evaluated recording.

    Attributes:
        id: of the pair or the recording.
        similarity: cosine to its reference; None where there is none.
        words: its errors by words; None where they cannot be had.
        letters: number of errors by letters, and of letters wanted.
        pitch: how well it sings its notes; None where that cannot be had.
        values: for its row.
        notes: why something is missing.
    """

    id: str
    similarity: float | None = None
    words: Errors | None = None
    letters: tuple[int, int] = (0, 0)
    pitch: PitchAccuracy | None = None
    values: Mapping[str, Cell] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def measured(self) -> bool:
        """Whether anything could be measured of it."""
        return any(one is not None for one in (self.similarity, self.words, self.pitch))


def judged(name: str, heard: VoiceHeard, *, similarity: float | None, notes: Sequence[str] = ()) -> Judged:
    """Return what became of a recording.

    Args:
        name: its id.
        heard: what was heard in it.
        similarity: to its reference, where there is one.
        notes: what else there is to say.
    """
    remarks = list(notes)
    values: dict[str, Cell] = {
        SIMILARITY: similarity,
        "seconds": round(heard.seconds, 3),
        "vocals": heard.vocals,
    }
    words, letters = None, (0, 0)
    if heard.words is not None and heard.wanted.words is not None:
        if heard.words.value is None:
            remarks.append(f"no words: {heard.words.reason}")
        else:
            wanted, sung = words_of(heard.wanted.words), words_of(str(heard.words.value))
            words = errors_between(wanted, sung)
            letters = (distance(letters_of(wanted), letters_of(sung)), len(letters_of(wanted)))
            values |= {
                WER: words.rate,
                CER: letters[0] / letters[1] if letters[1] else None,
                "words": words.wanted,
                "substitutions": words.substitutions,
                "deletions": words.deletions,
                "insertions": words.insertions,
                "errors": _listed(words.listed),
                "heard": " ".join(sung),
                "heard by": heard.words.method,
                "words from": heard.wanted.words_from,
            }
            if not wanted:
                words, letters = None, (0, 0)
                remarks.append("no words were to be sung")
    pitch = None
    if heard.f0 is not None and heard.wanted.f0_hz is not None:
        if heard.f0.value is None:
            remarks.append(f"no pitch: {heard.f0.reason}")
        # A voice that cannot be heard hits no note.
        pitch = pitch_accuracy(heard.wanted.f0_hz, heard.f0.value or ())
        if pitch is not None:
            values |= {
                RAW_PITCH: pitch.raw_pitch,
                RAW_CHROMA: pitch.raw_chroma,
                "sung frames": pitch.frames,
                "pitch by": heard.f0.method or None,
                "notes from": heard.wanted.f0_from,
            }
    return Judged(name, similarity, words, letters, pitch, values, tuple(remarks))


def _listed(errors: Sequence[str]) -> str:
    more = f" … and {len(errors) - _LISTED} more" if len(errors) > _LISTED else ""
    return " ".join(errors[:_LISTED]) + more


def similarity_figures(
    similarities: Sequence[float], table: npt.ArrayLike | None, voices: Sequence[str], *, seed: int, note: str
) -> list[Figure]:
    """Return the similarity of pairs, of mismatched pairs, and how well the two can be told apart.

    Args:
        similarities: (n,) of pairs that belong together.
        table: (n, n) cosines of every reference with every evaluated voice; None where there is one reference.
        voices: (n,) whose voice each pair is.
        seed: of the interval.
        note: what the figures rest on.
    """
    first = _mean(SIMILARITY, similarities, seed=seed, better="higher", note=note)
    if table is None:
        why = "one reference voice has no mismatched pairs"
        return [
            first,
            Figure(FLOOR, None, note=why),
            Figure(EER, None, unit="share", better="lower", note=why),
        ]
    unlike = mismatched(np.asarray(table, np.float64), voices)
    if not unlike.size or not len(similarities):
        why = "there is one voice only, and no mismatched pair"
        return [
            first,
            Figure(FLOOR, None, note=why),
            Figure(EER, None, unit="share", better="lower", note=why),
        ]
    floor = Figure(FLOOR, float(unlike.mean()), count=int(unlike.size))
    rate = equal_error_rate(similarities, unlike)
    trials = f"{len(similarities)} pairs of one voice against {unlike.size} of two"
    return [
        first,
        floor,
        Figure(EER, rate, count=len(similarities), unit="share", better="lower", note=trials),
    ]


def table_of(
    reference: Sequence[VoiceHeard], evaluated: Sequence[VoiceHeard], name: str
) -> npt.NDArray[np.float64]:
    """Return the cosines of every reference with every evaluated voice by a field that all of them have."""
    return cosines(*([one.vectors[name].value for one in side] for side in (reference, evaluated)))


def word_figures(found: Sequence[Judged], *, seed: int, note: str = "") -> list[Figure]:
    """Return the error rates of a set by words and by letters: sums over sums, intervals over songs."""
    with_words = [one for one in found if one.words is not None]
    by_word = [(one.words.count, one.words.wanted) for one in with_words if one.words is not None]
    return [
        _rate(WER, by_word, seed=seed, note=note),
        _rate(CER, [one.letters for one in with_words], seed=seed),
    ]


def pitch_figures(found: Sequence[Judged], *, seed: int, note: str = "") -> list[Figure]:
    """Return the means over songs of both accuracies."""
    accuracies = [one.pitch for one in found if one.pitch is not None]
    return [
        _mean(
            RAW_PITCH, [a.raw_pitch for a in accuracies], seed=seed, better="higher", unit="share", note=note
        ),
        _mean(RAW_CHROMA, [a.raw_chroma for a in accuracies], seed=seed, better="higher", unit="share"),
    ]


def _rate(name: str, counts: Sequence[tuple[int, int]], *, seed: int, note: str = "") -> Figure:
    if not counts:
        return Figure(name, None, unit="share", better="lower", note=note)
    errors, wanted = np.array(counts, np.float64).T
    low = high = None
    if len(counts) > 1:
        found = interval(
            lambda drawn: float(errors[drawn].sum() / wanted[drawn].sum()), len(counts), seed=seed
        )
        low, high = found.low, found.high
    value = float(errors.sum() / wanted.sum())
    return Figure(name, value, low, high, count=len(counts), unit="share", better="lower", note=note)


def _mean(
    name: str, values: Sequence[float], *, seed: int, better: Better, unit: str = "", note: str = ""
) -> Figure:
    if not values:
        return Figure(name, None, unit=unit, better=better, note=note)
    low = high = None
    if len(values) > 1:
        found = mean_interval(values, seed=seed)
        low, high = found.low, found.high
    return Figure(
        name, float(np.mean(values)), low, high, count=len(values), unit=unit, better=better, note=note
    )
