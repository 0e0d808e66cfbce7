"""How well sections are foretold: nats and hits on the same events for every model, with intervals over songs.

An event is one section of a song. A model gives each of its four parts a probability, knowing the song's data, the
sections before and the parts before it in the same section; the cross entropy of a section is the sum over parts.
Sections of one song are not independent, so intervals resample whole songs (Efron & Tibshirani 1993, ch. 6).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_plan.model.codes import PARTS

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
LEVEL = 0.95


@dataclass(frozen=True)
class Scores:
    """One model on N songs.

    Attributes:
        nats: (N, 4) negative log probability, summed over a song's sections, in the order of PARTS.
        hits: (N,) sections whose type was the most probable one.
        sections: (N,) sections.
    """

    nats: Floats
    hits: Floats
    sections: Floats

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[float], float, float]]) -> Scores:
        """Join a row for each song: nats of the four parts, hits, sections."""
        return cls(
            np.asarray([row[0] for row in rows], dtype=np.float64).reshape(len(rows), len(PARTS)),
            np.asarray([row[1] for row in rows], dtype=np.float64),
            np.asarray([row[2] for row in rows], dtype=np.float64),
        )

    def sums(self) -> Floats:
        """Return (N, 7): nats of type, bars, energy, vocals and all together, hits, sections."""
        whole = self.nats.sum(axis=1, keepdims=True)
        return np.concatenate([self.nats, whole, self.hits[:, None], self.sections[:, None]], axis=1)


NAMES = (*(f"{part}_nats" for part in PARTS), "section_nats", "type_accuracy")


def figures(scores: Scores) -> dict[str, float]:
    """Return the mean of each measure a section."""
    total = scores.sums().sum(axis=0)
    return dict(zip(NAMES, (total[:-1] / total[-1]).tolist(), strict=True))


def report(models: Mapping[str, Scores], *, reference: str, seed: int = 0) -> dict[str, Any]:
    """Return the measures of every model on the same songs, and how far each is from one of them.

    Args:
        models: name → scores; all on the same songs.
        reference: the model that the others are compared with.
        seed: of the resampling.

    Returns:
        name → measure → {"mean", "low", "high"}, and for the others "worse_by": how many nats more and how much
        less accuracy than the reference, again with an interval (of the differences, song by song).
    """
    songs = len(models[reference].sections)
    rng = np.random.default_rng(seed)
    # Counts of how often each song is drawn: (RESAMPLES, N).
    draws = rng.multinomial(songs, np.full(songs, 1.0 / songs), size=RESAMPLES).astype(np.float64)
    means = {name: _means(scores, draws) for name, scores in models.items()}
    result: dict[str, Any] = {}
    for name, (mean, resampled) in means.items():
        result[name] = _intervals(mean, resampled)
        if name != reference:
            sign = np.where(np.asarray(NAMES) == "type_accuracy", -1.0, 1.0)
            result[name]["worse_by"] = _intervals(
                sign * (mean - means[reference][0]), sign * (resampled - means[reference][1])
            )
    return result


def _means(scores: Scores, draws: Floats) -> tuple[Floats, Floats]:
    sums = scores.sums()
    total, drawn = sums.sum(axis=0), draws @ sums
    return total[:-1] / total[-1], drawn[:, :-1] / drawn[:, -1:]


def _intervals(mean: Floats, resampled: Floats) -> dict[str, Any]:
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(resampled, [tail, 1.0 - tail], axis=0)
    return {
        name: {"mean": float(m), "low": float(a), "high": float(b)}
        for name, m, a, b in zip(NAMES, mean, low, high, strict=True)
    }
