"""Latents of any length from a network of one width: windows that overlap and are blended at every step.

Bar-Tal et al. 2023, "MultiDiffusion", eq. 3-5: at every step each window of the one long z is predicted with its own
conditions, and the predictions are averaged where windows overlap. Since all windows are cut from the same z, they
agree about what is in both before there is anything to hear, and no join remains.

    z         ├──────────────────────────────────────┤ W
    windows   ├─────────────┤
                        ├─────────────┤
                                   ├─────────────┤  …
    weights   ▔▔▔▔▔▔▔▔▔▔╲╱▔▔▔▔▔▔▔▔▔▔▔╲╱   squared sines, which add up to 1 in every frame

Time is linear in W; so is memory, with a small factor: what counts is what the network holds for the windows that it
sees at once (see `calls.chunked`).

Legend: B songs, n windows, C latent channels, H latent height, W frames of the whole, w of a window.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Model


@dataclass(frozen=True)
class Windows:
    """Where windows of one width lie on a length; together they cover all of it.

    Attributes:
        total: W, at least `width`.
        width: w.
        starts: rising; the first is 0, the last total − width, none further from the one before than the width.
    """

    total: int
    width: int
    starts: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 1 <= self.width <= self.total:
            raise ValueError(
                f"a window must be 1…{self.total} frames wide, the whole, and it is {self.width}"
            )
        if not self.starts or self.starts[0] != 0 or self.starts[-1] != self.total - self.width:
            raise ValueError(
                f"windows must lie from 0 to {self.total - self.width}, and they start at {self.starts}"
            )
        steps = [after - before for before, after in zip(self.starts, self.starts[1:], strict=False)]
        if any(not 0 < step <= self.width for step in steps):
            raise ValueError(f"windows must rise and leave no gap, and they start at {self.starts}")

    @classmethod
    def cover(cls, total: int, *, width: int, overlap: int) -> Windows:
        """Return as few windows as overlap by at least so many frames, evenly spread.

        Args:
            total: frames of the whole, at least 1; less than the width gives one window of all of it.
            width: frames of a window.
            overlap: 0…width − 1.
        """
        if not 0 <= overlap < width:
            raise ValueError(
                f"the overlap must be 0…{width - 1} frames, below the width, and it is {overlap}"
            )
        if total <= width:
            return cls(total, total, (0,))
        steps = math.ceil((total - width) / (width - overlap))
        # Rounded down, neighbours could be one frame further apart than the overlap allows only if the even
        # spacing were above width − overlap, which it is not.
        return cls(total, width, tuple(step * (total - width) // steps for step in range(steps + 1)))

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """From and to (exclusive) of each, in frames."""
        return tuple((start, start + self.width) for start in self.starts)

    @cached_property
    def _weights(self) -> Tensor:
        raw = torch.ones(len(self.starts), self.width, dtype=torch.float64)
        for after, start in enumerate(self.starts[1:], start=1):
            shared = self.width - (start - self.starts[after - 1])
            rise = (
                torch.sin(
                    (torch.arange(shared, dtype=torch.float64) + 0.5) * (math.pi / 2.0 / max(shared, 1))
                )
                ** 2
            )
            raw[after, :shared] *= rise
            raw[after - 1, self.width - shared :] *= rise.flip(0)
        total = torch.zeros(self.total, dtype=torch.float64)
        for row, (start, stop) in zip(raw, self.spans, strict=True):
            total[start:stop] += row
        return torch.stack(
            [row / total[start:stop] for row, (start, stop) in zip(raw, self.spans, strict=True)]
        ).float()

    def weights(self) -> Tensor:
        """Return how much each counts in its frames, (n, w) float32; over all that cover a frame they add up to 1.

        A window fades in over what it shares with the one before and out over what it shares with the one after,
        by squared sines; where more than two lie over each other, all are scaled alike.
        """
        return self._weights

    def cut(self, z: Tensor) -> Tensor:
        """Return the windows of z (B, …, W) as one batch (n·B, …, w), all songs of the first window first."""
        return torch.cat([z[..., start:stop] for start, stop in self.spans])

    def blend(self, parts: Tensor) -> Tensor:
        """Return the whole (B, …, W) from its windows (n·B, …, w): the inverse of `cut`."""
        songs = len(parts) // len(self.starts)
        whole = parts.new_zeros((songs, *parts.shape[1:-1], self.total))
        weights = self.weights().to(parts)
        for place, (weight, (start, stop)) in enumerate(zip(weights, self.spans, strict=True)):
            whole[..., start:stop] += weight * parts[place * songs : (place + 1) * songs]
        return whole


def windowed(model: Model, windows: Windows) -> Model:
    """Return a model of z (B, C, H, W) from one of its windows (n·B, C, H, w).

    Args:
        model: predicts all windows as one batch; its conditions are those of the first window for all songs, then
            those of the second, … (see `joining.join`).
        windows: where they lie.
    """
    if len(windows.starts) == 1:
        return model

    def whole(z: Tensor, t: float) -> Tensor:
        return windows.blend(model(windows.cut(z), t))

    return whole
