"""The voice as a stream of its own: embeddings fused into one vector, and attention of the features to it.

Text and voice do not compete for the same attention, and the gates say how much of the voice enters where.
Legend: B items, V width of the fused voice, C channels, (H, W) the features' grid, L = H · W places, T tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.conditioning.features import Missing, any_known, known_of
from muze_ldm.conditioning.music import VectorEncoder

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Conditions


class Voice(NamedTuple):
    """A fused voice.

    Attributes:
        vector: (B, V).
        known: (B,) bool, for which items there is one; None for all of them.
    """

    vector: Tensor
    known: Tensor | None


class VoiceEmbeddingFusion(nn.Module):
    """Embeddings of a voice by other models, any of which may be missing, fused into (B, V).

    `voice` is of the voice within the mix, `voice_separated` and `ecapa` are of the voice alone.

    Args:
        config: `use_dual_voice` takes the last two in; `voice_width` is V.
    """

    def __init__(self, config: ConditioningConfig) -> None:
        super().__init__()
        sizes = {"voice": config.voice_dim}
        if config.use_dual_voice:
            sizes |= {"voice_separated": config.voice_dim, "ecapa": config.ecapa_dim}
        width = config.voice_width
        self.keys = tuple(sizes)
        self.encoders = nn.ModuleDict({key: VectorEncoder(size, width) for key, size in sizes.items()})
        self.missing = nn.ModuleDict({key: Missing(width) for key in sizes})
        self.fusion = nn.Sequential(
            nn.SiLU(), nn.Linear(len(sizes) * width, width), nn.SiLU(), nn.Linear(width, width)
        )
        self.norm = nn.LayerNorm(width)

    def forward(self, conditions: Conditions, batch_size: int) -> Voice | None:
        """Return the fused voice; None where the batch has no embedding of one."""
        there = [key for key in self.keys if key in conditions]
        if not there:
            return None
        parts = []
        for key in self.keys:
            value = self.encoders[key](conditions[key]) if key in conditions else None
            parts.append(self.missing[key](value, known_of(conditions, key), batch_size))
        return Voice(self.norm(self.fusion(torch.cat(parts, dim=-1))), any_known(conditions, *there))


class VoiceStreamAttention(nn.Module):
    """x + sigmoid(gate) · attended, where the features ask and the fused voice answers.

    The voice becomes T tokens, for with a single one every feature would get the same answer; beside them stands
    one that answers nothing, so that a feature may leave the voice alone. Starts as nothing: the last projection
    is zero.

    Args:
        channels: C of the features.
        voice_width: V.
        heads: of attention; they divide C.
        tokens: T.
    """

    def __init__(self, channels: int, voice_width: int = 256, *, heads: int = 8, tokens: int = 4) -> None:
        super().__init__()
        if channels % heads:
            raise ValueError(f"channels must be a multiple of heads, and {channels} is none of {heads}")
        self.heads, self.tokens = heads, tokens
        self.norm = nn.LayerNorm(channels)
        self.to_tokens = nn.Linear(voice_width, tokens * voice_width)
        self.query = nn.Linear(channels, channels, bias=False)
        self.key_value = nn.Linear(voice_width, 2 * channels, bias=False)
        self.silent_key = nn.Parameter(torch.zeros(channels))
        self.out = nn.Linear(channels, channels, bias=False)
        nn.init.zeros_(self.out.weight)
        self.gate = nn.Parameter(torch.zeros(()))

    @property
    def openness(self) -> float:
        """How far the gate is open, 0…1."""
        return float(torch.sigmoid(self.gate.detach()))

    @openness.setter
    def openness(self, share: float) -> None:
        if not 0.0 < share < 1.0:
            raise ValueError(f"a gate must be open between 0 and 1, and {share:g} is not")
        with torch.no_grad():
            self.gate.copy_(torch.logit(torch.tensor(share)))

    def forward(self, x: Tensor, voice: Voice | None) -> Tensor:
        """Return the features with what they took from the voice; unchanged where there is none.

        Args:
            x: (B, C, H, W), or (B, L, C) tokens.
            voice: of the same items.
        """
        if voice is None:
            return x
        places = x.flatten(2).transpose(1, 2) if x.dim() == 4 else x  # (B, L, C)
        attended = self._attended(places, voice.vector)
        if voice.known is not None:
            attended = attended * voice.known.view(-1, 1, 1).to(attended.dtype)
        attended = torch.sigmoid(self.gate) * attended
        if x.dim() == 4:
            attended = attended.transpose(1, 2).reshape(x.shape)
        return x + attended

    def _attended(self, places: Tensor, vector: Tensor) -> Tensor:
        batch, _, channels = places.shape
        tokens = self.to_tokens(vector).view(batch, self.tokens, -1)
        key, value = self.key_value(tokens).chunk(2, dim=-1)  # each (B, T, C)
        silent = self.silent_key.to(key.dtype).expand(batch, 1, channels)
        key = torch.cat([silent, key], dim=1)
        value = functional.pad(value, (0, 0, 1, 0))
        query = self.query(self.norm(places))
        attended = functional.scaled_dot_product_attention(
            self._by_head(query), self._by_head(key), self._by_head(value)
        )
        result: Tensor = self.out(attended.transpose(1, 2).reshape(batch, -1, channels))
        return result

    def _by_head(self, x: Tensor) -> Tensor:
        """Return (B, heads, …, C / heads) of (B, …, C)."""
        batch, places, channels = x.shape
        return x.view(batch, places, self.heads, channels // self.heads).transpose(1, 2)


def voice_gates(model: nn.Module) -> dict[str, float]:
    """Return how far each voice gate of a model is open, 0…1, by the name of its module."""
    return {
        name: module.openness
        for name, module in model.named_modules()
        if isinstance(module, VoiceStreamAttention)
    }


def set_voice_gates(model: nn.Module, openness: float | Mapping[str, float]) -> None:
    """Open all voice gates of a model to the same share, or some of them by name.

    Raises:
        ValueError: a share is not between 0 and 1, or no gate has such a name.
    """
    gates = {name: m for name, m in model.named_modules() if isinstance(m, VoiceStreamAttention)}
    wanted = openness if isinstance(openness, Mapping) else dict.fromkeys(gates, openness)
    for name, share in wanted.items():
        if name not in gates:
            raise ValueError(f"a voice gate is one of {', '.join(gates) or '(none)'}, not '{name}'")
        gates[name].openness = share
