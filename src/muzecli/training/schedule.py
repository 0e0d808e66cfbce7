"""The learning rate over a run: linear warm-up, then half a cosine down to a floor."""

from __future__ import annotations

import math


def lr_share(step: int, *, steps: int, warmup_steps: int, final: float) -> float:
    """Return the learning rate of a step as a share of its peak.

    It rises in equal parts over the warm-up, so that the first step already moves, and falls along
    `final + (1 − final) · (1 + cos πt)/2` (Loshchilov & Hutter 2017, eq. 5, one cycle), where t goes from 0 at
    the end of the warm-up to 1 at the last step. A warm-up longer than the run is cut to it.

    Args:
        step: 0…steps−1.
        steps: steps of the run.
        warmup_steps: steps until the peak.
        final: share at the last step, 0…1.

    Example:
        >>> [round(lr_share(s, steps=6, warmup_steps=2, final=0.0), 2) for s in range(6)]
        [0.5, 1.0, 0.85, 0.5, 0.15, 0.0]
    """
    warmup = min(warmup_steps, steps)
    if step < warmup:
        return (step + 1) / warmup
    # The peak stands at the last step of the warm-up, or before step 0 where there is none.
    peak = warmup - 1 if warmup else 0
    t = (step - peak) / max(steps - 1 - peak, 1)
    return final + (1.0 - final) * 0.5 * (1.0 + math.cos(math.pi * t))
