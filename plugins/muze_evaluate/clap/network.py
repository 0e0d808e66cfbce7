"""Two towers that meet in one space: sound on one side, words on the other.

    mel (M × 8K) ─── convolutions ── attention, mean, deviation over time ──┐
        └ onsets ── autocorrelation over log lag ── convolutions ───────────┼── MLP ── (D,) of length 1
    semitones (S × K) ── folded to 12 pitch classes ── rotations ───────────┘
                                                                            └── traits, an auxiliary head
    token vectors of a frozen text encoder ── transformer ── attention ─────── MLP ── (D,) of length 1

A pooled convolution hears neither tempo nor mode: the first needs distances in time that are longer than what it
sees, the second pitch classes. So each has a view of its own.

The objective is CLIP's (Radford et al. 2021, arXiv:2103.00020), brought to sound by Elizalde et al. (2023,
arXiv:2206.04769) and Wu et al. (2023, arXiv:2211.06687).

Shapes: B items, M = 64 mel bands, S = 72 semitones, K blocks, L tokens.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from muze_evaluate.clap.config import ClapConfig
from muze_evaluate.clap.hearing import Harmony, Rhythm, Timbre
from muze_evaluate.clap.reading import TextTower
from muze_evaluate.clap.sound.spectra import Spectra

QUIETEST_NATS = -16.0
"""Below the mean power, about −70 dB: what lies deeper is another recording's noise floor."""
LOUDEST_NATS = 6.0
_CENTRE_NATS, _SPREAD_NATS = -5.0, 3.5
HIGHEST_SCALE = 100.0
"""Of the logits: CLIP's, above which training is unstable."""


class Clap(nn.Module):
    """Both towers and the temperature.

    Args:
        config: its shape.
    """

    def __init__(self, config: ClapConfig) -> None:
        super().__init__()
        self.config = config
        self.audio = AudioTower(config)
        self.text = TextTower(config)
        self.traits = nn.Linear(self.audio.features, len(config.traits))
        self.log_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))

    def embed_audio(self, spectra: Spectra) -> tuple[Tensor, Tensor]:
        """Return places of sounds, (B, D) of length 1, and logits of their traits, (B, traits)."""
        features, place = self.audio(spectra)
        return _unit(place), self.traits(features).float()

    def embed_text(self, tokens: Tensor, mask: Tensor) -> Tensor:
        """Return places of texts, (B, D) of length 1.

        Args:
            tokens: (B, L, token_width) of the frozen text encoder.
            mask: (B, L), true on real tokens.
        """
        return _unit(self.text(tokens, mask))

    def forward(
        self, spectra: Spectra, texts: list[tuple[Tensor, Tensor]]
    ) -> tuple[Tensor, Tensor, list[Tensor], Tensor]:
        """Return places of sounds, logits of traits, places of each list of texts, and the scale of the logits."""
        places, traits = self.embed_audio(spectra)
        said = [self.embed_text(tokens, mask) for tokens, mask in texts]
        scale = self.log_scale.exp().clamp(max=HIGHEST_SCALE)
        return places, traits, said, scale


class AudioTower(nn.Module):
    """Sound to features."""

    def __init__(self, config: ClapConfig) -> None:
        super().__init__()
        self.timbre = Timbre(config.channels, config.trunk_width)
        self.rhythm = Rhythm(config.rhythm_width)
        self.harmony = Harmony(config.harmony_width)
        self.features = 3 * config.trunk_width + config.rhythm_width + config.harmony_width
        self.project = nn.Sequential(
            nn.LayerNorm(self.features),
            nn.Dropout(config.dropout),
            nn.Linear(self.features, 2 * config.width),
            nn.GELU(),
            nn.Linear(2 * config.width, config.width),
        )

    def forward(self, spectra: Spectra) -> tuple[Tensor, Tensor]:
        """Return (B, features), and (B, D)."""
        mel, semitones = levelled(spectra.mel), levelled(spectra.semitones)
        features = torch.cat([self.timbre(mel), self.rhythm(mel), self.harmony(semitones)], dim=-1)
        return features, self.project(features)


def levelled(nats: Tensor) -> Tensor:
    """Return band powers, (B, bands, T) nats, relative to their mean power, about −3…3: no level is heard."""
    reference = torch.logsumexp(nats.flatten(1), dim=1) - math.log(nats[0].numel())
    relative = (nats - reference[:, None, None]).clamp(QUIETEST_NATS, LOUDEST_NATS)
    return (relative - _CENTRE_NATS) / _SPREAD_NATS


def _unit(place: Tensor) -> Tensor:
    return F.normalize(place.float(), dim=-1)
