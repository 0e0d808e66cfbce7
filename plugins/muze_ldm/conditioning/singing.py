"""Encoders of how somebody sings: pitch at the rate of the latents, vibrato, breaths.

Legend: B items, W latent frames, w the encoder's width, m the width of the voicing, N breaths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from muze_ldm.conditioning.features import (
    TIME_WAVES,
    Missing,
    Mlp,
    any_known,
    known_of,
    masked_mean,
    time_waves,
)
from muzecli.song.track import F0_BINS

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions

_MIDDLE_HZ = 220.0
_TYPICAL_VIBRATO = (6.0, 100.0, 1.0)
"""Hz, cents and share that become 1."""
_TYPICAL_BREATHS = 4.0


class PitchEncoder(nn.Module):
    """The singer's pitch in time: logarithm of f0, its bin of 84, and voicing; each may be missing.

    Gives w channels of pitch and m of voicing at the rate of the latents, to be concatenated to the network's
    features, and their first w as a mean for the section vector.

    Args:
        width: w, 64 at full width.
        mask_width: m, 32 at full width.
    """

    KEYS = ("f0_hz", "f0_coarse", "f0_voiced")

    def __init__(self, width: int, mask_width: int) -> None:
        super().__init__()
        self.width = width
        self.channels = width + mask_width
        self.log_f0 = nn.Linear(2, width)
        self.coarse = nn.Embedding(F0_BINS, width)
        self.voiced = nn.Embedding(2, mask_width)
        self.missing = nn.ModuleDict(
            {"f0_hz": Missing(width), "f0_coarse": Missing(width), "f0_voiced": Missing(mask_width)}
        )
        self.layers = nn.Sequential(
            nn.Conv1d(2 * width + mask_width, width, 3, padding=1),
            nn.SiLU(),
            nn.Conv1d(width, width, 3, padding=1),
        )
        self.unknown = Missing(self.channels)

    def forward(self, conditions: Conditions, batch_size: int, frames: int) -> Tensor:
        """Return (B, w + m, W).

        Args:
            conditions: `f0_hz`, `f0_coarse` and `f0_voiced` (B, W) are used.
            batch_size: B.
            frames: W.
        """
        values = self._values(conditions)
        if not values:
            return self.unknown.vector[:, None].expand(batch_size, -1, frames)
        parts = []
        for key in self.KEYS:
            part = self.missing[key](values.get(key), known_of(conditions, key), batch_size)
            parts.append(part if key in values else part[:, None].expand(-1, frames, -1))
        pitch = self.layers(torch.cat(parts, dim=-1).transpose(1, 2))  # (B, w, W)
        features = torch.cat([pitch.transpose(1, 2), parts[-1]], dim=-1)  # (B, W, w + m)
        known: Tensor = self.unknown(features, any_known(conditions, *self.KEYS), batch_size)
        return known.transpose(1, 2)

    def _values(self, conditions: Conditions) -> dict[str, Tensor]:
        """Return what is there, each (B, W, width)."""
        values: dict[str, Tensor] = {}
        if "f0_hz" in conditions:
            f0 = conditions["f0_hz"].float()
            voiced = f0 > 0.0
            octaves = torch.where(voiced, torch.log2(f0.clamp(min=1.0) / _MIDDLE_HZ), 0.0)
            pair = torch.stack([octaves, voiced.float()], dim=-1)
            values["f0_hz"] = self.log_f0(pair.to(self.log_f0.weight.dtype))
        if "f0_coarse" in conditions:
            values["f0_coarse"] = self.coarse(conditions["f0_coarse"])
        if "f0_voiced" in conditions:
            values["f0_voiced"] = self.voiced(conditions["f0_voiced"].long())
        return values


class VibratoEncoder(nn.Module):
    """Rate in Hz, depth in cents and extent 0…1 of vibrato, (B, 3) → (B, w)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.layers = Mlp(3, width)

    def forward(self, vibrato: Tensor) -> Tensor:
        """Return the encoding."""
        scale = vibrato.new_tensor(_TYPICAL_VIBRATO)
        result: Tensor = self.layers(vibrato / scale)
        return result


class BreathEncoder(nn.Module):
    """Begin and end of breaths as a set, (B, N, 2) in seconds → (B, w); padding is −1. None at all is a value too."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.breath = Mlp(2 * TIME_WAVES + 1, width)
        self.projection = nn.Linear(width + 1, width)

    def forward(self, breaths: Tensor) -> Tensor:
        """Return the encoding."""
        starts, ends = breaths.float().unbind(-1)
        mask = starts >= 0.0
        features = torch.cat([time_waves(starts), (ends - starts)[..., None]], dim=-1)
        mean = masked_mean(self.breath(features), mask)
        count = mask.sum(dim=1, keepdim=True) / _TYPICAL_BREATHS
        result: Tensor = self.projection(torch.cat([mean, count.to(mean.dtype)], dim=-1))
        return result
