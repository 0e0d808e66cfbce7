"""Classifier-free guidance: away from what the model says without a condition, towards what it says with it.

Text and score have scales of their own (nested as in Brooks et al. 2023, "InstructPix2Pix", eq. 3):

    p = p(∅) + w_score (p(score) − p(∅)) + w_text (p(score, text) − p(score))
      = w_text · p(score, text) + (w_score − w_text) · p(score) + (1 − w_score) · p(∅)

What neither scale speaks of (section, tempo, voice, …) stays in all three. A negative prompt stands where the text is
missing. A term whose factor is 0 is not evaluated: with a scale for the text alone, or one for both, there are two
evaluations, as in Ho and Salimans 2022, and without guidance there is one. Those of a step run as one batch.

Rescale (Lin et al. 2023, "Common Diffusion Noise Schedules", eq. 15, 16) gives the estimate of x the standard
deviation back that it has with the conditions alone; the interval (Kynkäänniemi et al. 2024, "Applying Guidance in a
Limited Interval") leaves guidance out where there is only noise, or only detail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import torch
from torch import Tensor

from muze_ldm.conditioning.dropout import without
from muze_ldm.conditioning.keys import CONTROL_PREFIX, GROUPS, KNOWN
from muze_ldm.diffusion.calls import Conditions, Model, Settle
from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.joining import join
from muze_ldm.diffusion.process import Process

TEXT = ("text",)
SCORE = ("control",)
"""Groups of conditions that the two scales speak of."""


@dataclass(frozen=True, eq=False)
class Branch:
    """One term of the sum.

    Attributes:
        factor: other than 0.
        conditions: of the B items.
    """

    factor: float
    conditions: Conditions


def guided(
    settle: Settle,
    conditions: Conditions,
    guidance: Guidance,
    *,
    process: Process,
    negative: Conditions | None = None,
    text: Sequence[str] = TEXT,
    score: Sequence[str] = SCORE,
) -> Model:
    """Return a model that follows its conditions as strongly as is asked.

    Args:
        settle: puts the network under conditions, of up to 3 B items (see `calls.chunked`).
        conditions: of the B items.
        guidance: scales, rescale and interval.
        process: what a prediction stands for.
        negative: text conditions of B items or of one, of what it should not sound like.
        text: groups of `keys.GROUPS` that the text's scale speaks of.
        score: groups that the score's scale speaks of.
    """
    unguided = settle(conditions)
    terms = branches(conditions, guidance, negative=negative, text=text, score=score)
    if len(terms) == 1 and terms[0].factor == 1.0 and terms[0].conditions is conditions:
        return unguided
    # The estimate without guidance is needed for its deviation even where its factor is 0.
    if guidance.rescale and terms[0].conditions is not conditions:
        terms.insert(0, Branch(0.0, conditions))
    count = len(terms)

    @cache
    def together(items: int) -> Model:  # by the number of items, which conditions need not tell
        return settle(join([term.conditions for term in terms], [items] * count))

    def model(z: Tensor, t: float) -> Tensor:
        if not guidance.applies(t):
            return unguided(z, t)
        predictions = together(len(z))(z.repeat(count, 1, 1, 1), t).chunk(count)
        result = terms[0].factor * predictions[0]
        for term, prediction in zip(terms[1:], predictions[1:], strict=True):
            result = result + term.factor * prediction
        if guidance.rescale:
            result = _rescaled(z, t, result, predictions[0], guidance.rescale, process)
        return result

    return model


def branches(
    conditions: Conditions,
    guidance: Guidance,
    *,
    negative: Conditions | None = None,
    text: Sequence[str] = TEXT,
    score: Sequence[str] = SCORE,
) -> list[Branch]:
    """Return the terms whose factor is not 0, the one with all conditions first if it is among them.

    Terms that are the same, since there is no text or no score to leave out, are one.
    """
    no_text = conditions
    if negative is not None or _has(conditions, text):
        no_text = _without_text(conditions, text, negative)
    neither = without(no_text, score) if _has(no_text, score) else no_text
    levels = [
        (guidance.text_scale, conditions),
        (guidance.score_scale, no_text),
        (1.0, neither),
    ]
    # p = Σ w_k (p_k − p_k+1), so a level that is the same as the next adds nothing.
    levels = [
        level
        for level, after in zip(levels, [*levels[1:], None], strict=True)
        if not after or after[1] is not level[1]
    ]
    before = 0.0
    terms = []
    for scale, given in levels:
        if scale != before:
            terms.append(Branch(scale - before, given))
        before = scale
    return terms


def _has(conditions: Conditions, groups: Sequence[str]) -> bool:
    """Return whether any condition of some groups is there."""
    return any(
        name in conditions
        for group in groups
        for name in (("control",) if group.startswith(CONTROL_PREFIX) else GROUPS[group])
    )


def _without_text(conditions: Conditions, text: Sequence[str], negative: Conditions | None) -> Conditions:
    base = without(conditions, text)
    if negative is None:
        return base
    size = len(next(iter(conditions.values()))) if conditions else len(next(iter(negative.values())))
    kept = {name: value for name, value in base.items() if name.removesuffix(KNOWN) not in negative}
    return kept | {
        name: value.expand(size, *value.shape[1:]) if len(value) == 1 else value
        for name, value in negative.items()
    }


def _rescaled(z: Tensor, t: float, guided_: Tensor, plain: Tensor, share: float, process: Process) -> Tensor:
    """Return a prediction whose estimate of x has `share` of the way back to its plain deviation, item by item."""
    x, plain_x = process.to_x0(z, guided_, t), process.to_x0(z, plain, t)
    axes = (1, 2, 3)
    factor = plain_x.std(dim=axes, keepdim=True) / x.std(dim=axes, keepdim=True).clamp(
        min=torch.finfo(x.dtype).tiny
    )
    return process.from_x0(z, (share * factor + (1.0 - share)) * x, t)
