"""Who can tell families of instruments: scorers that were taught to name them, or any scorer by its words.

A listener gives log-odds that a family plays, 0 where it neither says yes nor no. Those of a scorer that names
families are the log-odds of its probability over those of its threshold. Those of another one are the difference of
its similarities to "music with …" and "music without …", times `SCALE`: zero-shot classification as in Radford et al.,
"Learning Transferable Visual Models From Natural Language Supervision", ICML 2021.

Shapes: audio is (C, N), C channels, N samples; D numbers in a vector, P texts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from muze_evaluate.instruments.tables import Judged, Words, judged, words
from muzecli.errors import BadDataError, ConfigError, UnavailableError
from muzecli.plugin import ModelScorer, Scorer, scorers
from muzecli.scoring import preferred_scorer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.float32]
    Vectors = npt.NDArray[np.float32]

SCALE = 20.0
"""Log-odds for a difference of similarities of 1: near the temperature that contrastive models learn."""

_SUREST = 1e-6  # probabilities are kept so far from 0 and 1, where log-odds end


@runtime_checkable
class NamesFamilies(Protocol):
    """A scorer that was taught to name families of instruments."""

    def families(self, samples: Samples, rate_hz: int) -> Mapping[str, float]:
        """Return the probability of each family, 0…1."""
        ...

    def family_thresholds(self) -> Mapping[str, float]:
        """Return the probability from which each family counts as heard; quickly, without loading a model."""
        ...


@dataclass(frozen=True)
class Listener:
    """Who listens for families.

    Attributes:
        name: of the scorer.
        how: a few words on how it tells them.
        identity: JSON values that decide its answers.
        log_odds: from samples and rate to log-odds by family.
        judged: what was measured of it; None where nobody has.
        passed_over: a line for each scorer that would have been asked first, and is damaged.
    """

    name: str
    how: str
    identity: Mapping[str, Any]
    log_odds: Callable[[Samples, int], Mapping[str, float]]
    judged: Judged | None
    passed_over: tuple[str, ...] = ()


def find_listener(device: str) -> Listener:
    """Return who listens here: the first scorer by name that names families, else the scorer that is preferred.

    Args:
        device: a PyTorch device, for those scorers that can be made for one.

    Raises:
        UnavailableError: no scorer is here; it says why of each.
    """
    working, _ = scorers.working()
    damaged: list[str] = []
    for name, scorer in working.items():
        if isinstance(scorer, NamesFamilies):
            try:
                return replace(_naming(name, scorer, device), passed_over=tuple(damaged))
            except UnavailableError:  # not here: others may do
                continue
            except (BadDataError, ConfigError) as error:  # which is to be told, whoever does instead
                damaged.append(f"{name}: {error.line}")
    choice = preferred_scorer(device=device)
    known = judged(str(choice.identity.get("sha256")))
    thresholds = {} if known is None else known.thresholds
    return Listener(
        choice.name,
        "similarity to words for and against",
        dict(choice.identity),
        by_words(choice.scorer, words(), thresholds),
        known,
        tuple(damaged),
    )


def _naming(name: str, scorer: Scorer, device: str) -> Listener:
    """Return a scorer that names families as a listener.

    Raises:
        UnavailableError, BadDataError, ConfigError: its weights are not here, or damaged.
    """
    made = scorer.of(None, device=device) if isinstance(scorer, ModelScorer) else scorer
    assert isinstance(made, NamesFamilies)
    identity, thresholds = dict(made.identity()), dict(made.family_thresholds())

    def log_odds(samples: Samples, rate_hz: int) -> Mapping[str, float]:
        found = made.families(samples, rate_hz)
        return {family: odds(found[family]) - odds(thresholds[family]) for family in thresholds}

    return Listener(
        name,
        "probabilities by the model, ½ at its thresholds",
        {**identity, "thresholds": thresholds},
        log_odds,
        judged(str(identity.get("sha256"))),
    )


def by_words(
    scorer: Scorer, said: Mapping[str, Words], thresholds: Mapping[str, float]
) -> Callable[[Samples, int], Mapping[str, float]]:
    """Return how a scorer tells families by words for and against them.

    Args:
        scorer: texts are embedded when the first audio comes, and kept.
        said: the words by family.
        thresholds: log-odds that are taken off, by family; 0 where absent.
    """
    kept: dict[str, Vectors] = {}

    def direction(texts: Sequence[str]) -> Vectors:
        mean: Vectors = scorer.embed_texts(texts).mean(axis=0)
        return mean

    def log_odds(samples: Samples, rate_hz: int) -> Mapping[str, float]:
        if not kept:
            kept.update({name: direction(one.with_it) - direction(one.without) for name, one in said.items()})
        place = scorer.embed_audio([(samples, rate_hz)])[0]
        return {
            name: SCALE * float(place @ difference) - thresholds.get(name, 0.0)
            for name, difference in kept.items()
        }

    return log_odds


def odds(probability: float) -> float:
    """Return the log-odds of a probability."""
    clipped = min(max(probability, _SUREST), 1.0 - _SUREST)
    return math.log(clipped / (1.0 - clipped))


def probability_of(log_odds: float) -> float:
    """Return the probability of log-odds."""
    return 1.0 / (1.0 + math.exp(-log_odds))
