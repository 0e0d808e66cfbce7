"""The figures and rows of pairs: scores, their floor, and retrieval both ways, each with its interval.

Shapes: n pairs, Q queries of one direction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from muze_evaluate.document import Better, Cell, Figure
from muze_evaluate.pairing.retrieval import Retrieval, retrieval
from muze_evaluate.pairing.scores import Array, Space, mismatched, pair_scores
from muze_evaluate.statistics.bootstrap import Interval, interval, mean_interval
from muze_evaluate.statistics.shares import fraction_interval

KS = (1, 5)
_ONE_PAIR = "an interval takes at least 2"
_NO_OTHERS = "takes another text that is said of another audio"


@dataclass(frozen=True)
class Result:
    """What vectors say of pairs.

    Attributes:
        figures: in the order to be shown.
        values: for each of the n pairs its numbers by name.
    """

    figures: tuple[Figure, ...]
    values: tuple[Mapping[str, Cell], ...] = field(repr=False)


def result_of(space: Space, *, seed: int, ci: bool = True) -> Result:
    """Return figures and rows of pairs in one space.

    Args:
        space: the pairs, at least one.
        seed: of the intervals' draws.
        ci: whether there are to be intervals.
    """
    scores, floors = pair_scores(space), mismatched(space)
    have = np.isfinite(floors)
    figures = [_mean("clap score", scores, seed=seed, ci=ci, better="higher")]
    values: list[dict[str, Cell]] = [
        {"score": _rounded(score), "mismatched": _rounded(floor)}
        for score, floor in zip(scores, floors, strict=True)
    ]
    if not have.any():
        return Result((*figures, Figure("mismatched", None, note=_NO_OTHERS)), tuple(values))
    figures += [
        _mean("mismatched", floors[have], seed=seed, ci=ci),
        _mean("above mismatched", (scores - floors)[have], seed=seed, ci=ci, better="higher"),
    ]
    for what, found, own in _directions(space):
        figures += _retrieval(what, found, seed=seed, ci=ci)
        for value, query in zip(values, own.tolist(), strict=True):
            value[f"{what} rank"] = float(found.ranks[query])
    return Result(tuple(figures), tuple(values))


def _directions(space: Space) -> Sequence[tuple[str, Retrieval, np.ndarray[tuple[int], np.dtype[np.intp]]]]:
    """Return for each direction its name, what was found, and which query each pair has."""
    to_audio = retrieval(space.texts, space.audio, space.audio_of_texts, ks=KS)
    to_text = retrieval(space.audio, space.texts, space.texts_of_audio, ks=KS)
    return (("text to audio", to_audio, space.text_of), ("audio to text", to_text, space.audio_of))


def _retrieval(what: str, found: Retrieval, *, seed: int, ci: bool) -> list[Figure]:
    figures = []
    for k in KS:
        name, chance = f"{what} R@{k}", f"{found.chance[k]:.3g} by chance, of {found.answers}"
        if k >= found.answers:
            note = f"all {found.answers} are among the first {k}"
            figures.append(Figure(name, None, count=len(found.ranks), note=note))
        else:
            hits, count = found.hits[k], len(found.ranks)
            share = fraction_interval(hits, seed=seed) if ci and count > 1 else None
            note = chance if share or not ci else f"{chance}; {_ONE_PAIR}"
            figures.append(_figure(name, float(hits.mean()), share, count, better="higher", note=note))
    drawn = None
    if ci and len(found.ranks) > 1:
        drawn = interval(lambda index: float(np.median(found.ranks[index])), len(found.ranks), seed=seed)
    median = float(np.median(found.ranks))
    figures.append(_figure(f"{what} median rank", median, drawn, len(found.ranks), better="lower"))
    return figures


def _mean(name: str, values: Array, *, seed: int, ci: bool, better: Better = "", note: str = "") -> Figure:
    drawn = mean_interval(values, seed=seed) if ci and len(values) > 1 else None
    if ci and drawn is None:
        note = _ONE_PAIR
    return _figure(name, float(values.mean()), drawn, len(values), better=better, note=note)


def _figure(
    name: str, value: float, drawn: Interval | None, count: int, *, better: Better, note: str = ""
) -> Figure:
    low, high = (None, None) if drawn is None else (drawn.low, drawn.high)
    return Figure(name, value, low, high, count=count, better=better, note=note)


def _rounded(value: float) -> float | None:
    """Return a number of a row: six decimals are more than a scorer means; None where there is none."""
    return round(float(value), 6) if np.isfinite(value) else None
