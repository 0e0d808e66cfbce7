"""Encoders of what the music is: its numbers, genres, beats, chord and CLAP embeddings.

Legend: B items, w the encoder's width, G genres, N beats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from muze_ldm.conditioning.features import (
    TIME_WAVES,
    Missing,
    Mlp,
    known_of,
    masked_mean,
    sinusoid,
    time_waves,
)
from muze_ldm.conditioning.vocabulary import CHORDS, METRES

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions

_POSITION_STEPS = 1000.0
"""A position 0…1 is waved like the steps of a diffusion, so that the slowest wave is less than one turn."""


class NumberEncoder(nn.Module):
    """One number by an MLP, (B,) → (B, w): (x − centre) / scale goes in.

    Args:
        width: w.
        centre: what becomes 0.
        scale: what becomes 1 above the centre.
    """

    def __init__(self, width: int, *, centre: float = 0.0, scale: float = 1.0) -> None:
        super().__init__()
        self.centre, self.scale = centre, scale
        self.layers = Mlp(1, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the encoding of each number."""
        result: Tensor = self.layers(((x.float() - self.centre) / self.scale)[:, None])
        return result


class PositionEncoder(nn.Module):
    """A position in the song, 0…1, by sines and cosines and an MLP, (B,) → (B, w)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.width = width
        self.layers = Mlp(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the encoding of each position."""
        result: Tensor = self.layers(sinusoid(x * _POSITION_STEPS, self.width))
        return result


class VectorEncoder(nn.Module):
    """An embedding by some other model, (B, inputs) → (B, w).

    Normalised first: models differ in whether their vectors have unit length.
    """

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(inputs)
        self.projection = nn.Linear(inputs, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the encoding of each vector."""
        result: Tensor = self.projection(self.norm(x.to(self.norm.weight.dtype)))
        return result


class GenreEncoder(nn.Module):
    """Genres as a multi-hot vector: the mean of their embeddings, projected, (B, G) → (B, w)."""

    def __init__(self, genres: int, width: int) -> None:
        super().__init__()
        self.embeddings = nn.Parameter(torch.randn(genres, width))
        self.projection = nn.Linear(width, width)

    def forward(self, hot: Tensor) -> Tensor:
        """Return the encoding; a row without any genre encodes the mean of none, a zero before projection."""
        hot = hot.to(self.embeddings.dtype)
        mean = hot @ self.embeddings / hot.sum(dim=1, keepdim=True).clamp(min=1.0)
        result: Tensor = self.projection(mean)
        return result


class ClapFusion(nn.Module):
    """CLAP embeddings of audio and of text, either of which may be missing, fused into (B, w)."""

    KEYS = ("clap_audio", "clap_text")

    def __init__(self, clap_dim: int, width: int) -> None:
        super().__init__()
        self.encoders = nn.ModuleDict({key: VectorEncoder(clap_dim, width) for key in self.KEYS})
        self.missing = nn.ModuleDict({key: Missing(width) for key in self.KEYS})
        self.fusion = nn.Sequential(nn.SiLU(), nn.Linear(2 * width, width))

    def forward(self, conditions: Conditions, batch_size: int) -> Tensor:
        """Return the fused vector."""
        parts = []
        for key in self.KEYS:
            value = self.encoders[key](conditions[key]) if key in conditions else None
            parts.append(self.missing[key](value, known_of(conditions, key), batch_size))
        result: Tensor = self.fusion(torch.cat(parts, dim=-1))
        return result


class BeatEmbedding(nn.Module):
    """Number and times of the beats and the metre, each of which may be missing, as (B, w).

    The times are a set: each is encoded by itself and the mean is taken, so that padding changes nothing.
    """

    KEYS = ("num_beats", "beat_positions", "time_signature")
    _TYPICAL_BEATS = 16.0

    def __init__(self, width: int) -> None:
        super().__init__()
        self.count = NumberEncoder(width, scale=self._TYPICAL_BEATS)
        self.beat = Mlp(2 * TIME_WAVES, width)
        self.metre = nn.Embedding(METRES, width)
        self.missing = nn.ModuleDict({key: Missing(width) for key in self.KEYS})
        self.fusion = nn.Sequential(nn.SiLU(), nn.Linear(3 * width, width))

    def forward(self, conditions: Conditions, batch_size: int) -> Tensor:
        """Return the encoding."""
        values: dict[str, Tensor] = {}
        if "num_beats" in conditions:
            values["num_beats"] = self.count(conditions["num_beats"])
        if "beat_positions" in conditions:
            times = conditions["beat_positions"]  # (B, N) s, −1 behind the last
            values["beat_positions"] = masked_mean(self.beat(time_waves(times)), times >= 0.0)
        if "time_signature" in conditions:
            values["time_signature"] = self.metre(conditions["time_signature"])
        parts = [
            self.missing[key](values.get(key), known_of(conditions, key), batch_size) for key in self.KEYS
        ]
        result: Tensor = self.fusion(torch.cat(parts, dim=-1))
        return result


class ChordEmbedding(nn.Module):
    """A chord as the sum of its root's, its quality's and its own embedding, (B,) → (B, w).

    The first two are shared between chords, so that a rare one is not learned from nothing.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.root = nn.Embedding(13, width)  # 12: no chord
        self.quality = nn.Embedding((CHORDS - 1) // 12 + 1, width)  # the last: no chord
        self.chord = nn.Embedding(CHORDS, width)
        nn.init.zeros_(self.chord.weight)

    def forward(self, number: Tensor) -> Tensor:
        """Return the encoding of each chord's number (`vocabulary.chord_number`)."""
        silent = number == 0
        root = torch.where(silent, 12, (number - 1) % 12)
        quality = torch.where(silent, (CHORDS - 1) // 12, (number - 1).clamp(min=0) // 12)
        result: Tensor = self.root(root) + self.quality(quality) + self.chord(number)
        return result
