"""The adversary: small networks that look at magnitudes of several resolutions (Jang et al. 2021, "UnivNet").

Its hinge losses are those of Lim and Ye 2017, "Geometric GAN"; the distance between its features that of Larsen et
al. 2016, as in MelGAN.

Shapes: B items, T columns, K bins of a resolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

_COMPRESSION = 0.3
_SLOPE = 0.1

Judgement = tuple[Tensor, list[Tensor]]
"""Opinions (B, 1, t, k) on patches, and the features they come from."""


class SpectrumCritic(nn.Module):
    """Convolutions over one resolution's picture of columns and bins.

    Args:
        channels: of the first layer.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        wide = 2 * channels
        # Bins are many and neighbours alike, so the first layer already takes every fourth.
        self.layers = nn.ModuleList(
            [
                nn.Conv2d(1, channels, (3, 9), (1, 4), (1, 4)),
                nn.Conv2d(channels, wide, (3, 5), (2, 2), (1, 2)),
                nn.Conv2d(wide, wide, (3, 5), (2, 2), (1, 2)),
                nn.Conv2d(wide, wide, 3, 1, 1),
            ]
        )
        self.opinion = nn.Conv2d(wide, 1, 3, 1, 1)

    def forward(self, magnitude: Tensor) -> Judgement:
        """Judge magnitudes (B, T, K)."""
        x = (magnitude + 1e-3).pow(_COMPRESSION)[:, None]
        features = []
        for layer in self.layers:
            x = functional.leaky_relu(layer(x), _SLOPE)
            features.append(x)
        return self.opinion(x), features


class Adversary(nn.Module):
    """A critic for each resolution.

    Args:
        resolutions: how many.
        channels: of each critic's first layer.
    """

    def __init__(self, resolutions: int, channels: int) -> None:
        super().__init__()
        self.critics = nn.ModuleList(SpectrumCritic(channels) for _ in range(resolutions))

    def forward(self, spectra: Sequence[Tensor]) -> list[Judgement]:
        """Judge the magnitudes (B, T, K) of every resolution."""
        return [critic(magnitude) for critic, magnitude in zip(self.critics, spectra, strict=True)]


def adversary_hinge(real: Sequence[Judgement], made: Sequence[Judgement]) -> Tensor:
    """Return what the adversary makes small: it is to say above 1 of what is real and below −1 of what is made."""
    losses = [
        functional.relu(1.0 - r.float()).mean() + functional.relu(1.0 + m.float()).mean()
        for (r, _), (m, _) in zip(real, made, strict=True)
    ]
    return torch.stack(losses).mean()


def generator_hinge(made: Sequence[Judgement]) -> Tensor:
    """Return what the vocoder makes small: what it made is to be taken for real."""
    return torch.stack([-opinion.float().mean() for opinion, _ in made]).mean()


def feature_distance(real: Sequence[Judgement], made: Sequence[Judgement]) -> Tensor:
    """Return the L1 distance of features, relative to their size, the mean over layers and resolutions."""
    distances = [
        (m.float() - r.float()).abs().mean() / r.float().abs().mean().clamp(min=1e-4)
        for (_, reals), (_, mades) in zip(real, made, strict=True)
        for r, m in zip(reals, mades, strict=True)
    ]
    return torch.stack(distances).mean()
