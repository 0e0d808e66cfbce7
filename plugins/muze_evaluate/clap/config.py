"""The text-audio model as a kind of model (`muze.models`), and its configuration, which loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

KIND = "clap"
TEXT_ENCODER = "minilm"


@dataclass(frozen=True)
class ClapConfig:
    """Shape of a text-audio model, and what decides its training beside the settings.

    Attributes:
        width: D, components of the space that both towers share.
        channels: of the levels of the convolutions over the mel spectrogram; each level halves bands and columns.
        trunk_width: channels that are pooled over time.
        rhythm_width: components of what is known from the autocorrelation of onsets.
        harmony_width: components of what is known from the semitone bands.
        text_width: of the transformer over the text encoder's vectors of tokens.
        text_layers: of it.
        text_heads: of it; they divide `text_width`.
        token_width: components of the text encoder's vector of a token.
        dropout: of both towers, 0…1.
        window_blocks: K, what is heard at once, in blocks of 0.16 s; a multiple of 8.
        views: stretches of each song that count as different items.
        trait_weight: of the auxiliary loss, in which the audio tower names what it hears.
        traits: what the auxiliary head names, in its order; filled in by the trainer.
        thresholds: probability from which a family of instruments counts as heard, one a family in the order of
            `muzecli.song.instruments.FAMILIES`; chosen on held-out songs by the trainer.
    """

    width: int = 512
    channels: tuple[int, ...] = (24, 48, 96, 192)
    trunk_width: int = 384
    rhythm_width: int = 192
    harmony_width: int = 192
    text_width: int = 256
    text_layers: int = 2
    text_heads: int = 4
    token_width: int = 384
    dropout: float = 0.1
    window_blocks: int = 64
    views: int = 64
    trait_weight: float = 0.5
    traits: tuple[str, ...] = ()
    thresholds: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        for name in ("width", "trunk_width", "rhythm_width", "harmony_width", "text_width", "views"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, and it is {getattr(self, name)}")
        if not 2 <= len(self.channels) <= 6 or any(width < 1 for width in self.channels):
            raise ValueError(f"channels must be those of 2 to 6 levels, and they are {list(self.channels)}")
        if self.window_blocks < 8 or self.window_blocks % 8:
            raise ValueError(f"window_blocks must be a multiple of 8, and it is {self.window_blocks}")
        if self.text_layers < 0:
            raise ValueError(f"text_layers must be 0 or more, and it is {self.text_layers}")
        if self.text_heads < 1 or self.text_width % self.text_heads:
            raise ValueError(
                f"text_width must be a multiple of text_heads, and they are {self.text_width} and {self.text_heads}"
            )
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout must be 0 or more and below 1, and it is {self.dropout}")
        if not self.trait_weight >= 0.0:
            raise ValueError(f"trait_weight must be 0 or more, and it is {self.trait_weight}")


class ClapKind:
    """Text-audio models."""

    name = KIND
    config_type = ClapConfig

    def build(self, config: ClapConfig) -> nn.Module:
        """Return an untrained text-audio model."""
        from muze_evaluate.clap.network import Clap

        return Clap(config)
