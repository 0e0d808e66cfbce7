"""The times at which a sampler looks, from noise to data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muzecli.errors import UsageError

if TYPE_CHECKING:
    from muze_ldm.diffusion.process import Process


def times(
    steps: int, *, start: float = 1.0, shift: float = 1.0, process: Process | None = None
) -> tuple[float, ...]:
    """Return steps + 1 falling times, from `start` to exactly 0.

    Args:
        steps: at least 1.
        start: where to begin, above 0, at most 1; below 1 for latents that are partly noise already.
        shift: above 0; 1 spaces them evenly, more spends steps on noise, less on detail:
            with u = t / start, u → shift · u / (1 + (shift − 1) u) (Esser et al. 2024, eq. 23).
        process: spaces them on its clock, in which its path is smooth; that is the same but for linear_beta, where
            first and second order need it.

    Raises:
        UsageError: an argument is out of range.
    """
    if steps < 1:
        raise UsageError(f"sampling must have at least 1 step, and it has {steps}")
    if not 0.0 < start <= 1.0:
        raise UsageError(f"sampling must start above 0, at most at 1, and it starts at {start:g}")
    if not 0.0 < shift < float("inf"):
        raise UsageError(f"the shift of the times must be above 0, and it is {shift:g}")
    begin = start if process is None else process.clock(start)
    even = (begin * (1.0 - step / steps) for step in range(1, steps))
    between = even if process is None else map(process.time_at, even)
    # How far each is on the way, shifted; where the way ends stays.
    shares = (t / start for t in between)
    return (start, *(start * shift * share / (1.0 + (shift - 1.0) * share) for share in shares), 0.0)
