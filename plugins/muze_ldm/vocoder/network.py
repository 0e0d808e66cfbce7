"""The vocoder's network: log-mel columns in, samples out, by way of a spectrum (Vocos: Siuzdak 2023).

    log-mel ─▶ stem ─▶ + clock ─▶ blocks ─┬▶ phases ────────────────▶ spectrum ─▶ refinements ─▶ inverse ─▶ samples
       │                                  └▶ shape ─▶ + ─▶ magnitudes ──┴────────────┘           transform
       └─▶ the bands' levels, spread over the bins ───┴──────┘

Unlike Vocos it has ordinary convolutions, which a CPU does several times faster than depthwise ones; its magnitudes
are the mel's own bands, and only their shape within the bands is learned; it knows a clock; and a few rounds of the
Griffin-Lim algorithm, through which it is trained, make neighbouring columns agree (Masuyama et al. 2019, "Deep
Griffin-Lim iteration").

Shapes: B items, M mel bands, T columns, C channels, K = n_fft/2 + 1 bins; inside, channels come last.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.vocoder.config import VocoderConfig
from muze_ldm.vocoder.istft import OverlapAdd
from muzecli.audio.mel import MelSpec, hz_to_mel, mel_filterbank

LOUDEST = 8.0
"""Log-mel above which nothing gets louder: 30 dB over a full-scale sine in the loudest band."""

MOMENTUM = 0.99
"""Of the fast Griffin-Lim algorithm (Perraudin, Balazs and Søndergaard 2013)."""

_CENTRE, _SPREAD = -4.0, 3.0  # of log-mel values of music, roughly
_CEILING = (
    LOUDEST + 6.0
)  # of log-magnitudes: a band's level is a mean over its Hz, and a bin may hold all of it
_LEAST = 1e-7  # of a band, below every floor
_LEVELLINGS = 2  # each halves and more what is left of a band's error, as far as neighbours allow
_TRIM = 0.3  # nats a unit: bands are to stay near the mel's


class ColumnConv(nn.Module):
    """A convolution over columns as one matrix product: neighbours side by side, then a linear layer.

    Args:
        inputs: channels in.
        outputs: channels out.
        kernel: columns seen, odd; beyond the ends there are zeros.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel
        self.linear = nn.Linear(inputs * kernel, outputs)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, T, outputs) of (B, T, inputs)."""
        columns, side = x.shape[1], self.kernel // 2
        padded = functional.pad(x, (0, 0, side, side))
        beside = torch.cat([padded[:, k : k + columns] for k in range(self.kernel)], dim=-1)
        out: Tensor = self.linear(beside)
        return out


class Block(nn.Module):
    """x + scale · linear(gelu(conv(norm(x)))).

    Args:
        config: sizes.
    """

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(config.width)
        self.conv = ColumnConv(config.width, config.hidden, config.kernel)
        self.out = nn.Linear(config.hidden, config.width)
        # All blocks together begin as strong as one (Touvron et al. 2021, "layer scale").
        self.scale = nn.Parameter(torch.full((config.width,), 1.0 / config.depth))

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, T, C) of (B, T, C)."""
        change: Tensor = self.out(functional.gelu(self.conv(self.norm(x)), approximate="tanh"))
        return x + self.scale * change


class Bands(nn.Module):
    """What the mel bands say of the magnitudes of the bins.

    Args:
        spec: the mel analysis; bands of unit area.
        n_fft: of the bins.
    """

    below: Tensor
    share: Tensor
    bank: Tensor

    def __init__(self, spec: MelSpec, n_fft: int) -> None:
        super().__init__()
        bins_hz = np.linspace(0.0, spec.rate_hz / 2, n_fft // 2 + 1)
        low, high = hz_to_mel([spec.low_hz, spec.high_hz or spec.rate_hz / 2], spec.scale)
        # Band b has its middle at corner b + 1 of n_mels + 2.
        place = (hz_to_mel(bins_hz, spec.scale) - low) / (high - low) * (spec.n_mels + 1) - 1.0
        place = np.clip(place, 0.0, spec.n_mels - 1.0)
        below = np.minimum(place.astype(np.int64), max(spec.n_mels - 2, 0))
        bank = torch.from_numpy(mel_filterbank(replace(spec, n_fft=n_fft)))
        self.register_buffer("below", torch.from_numpy(below), persistent=False)
        self.register_buffer("share", torch.from_numpy((place - below).astype(np.float32)), persistent=False)
        self.register_buffer("bank", bank.T.contiguous(), persistent=False)  # (K, M)
        # A level spectrum of magnitude a has bands of a / (Hz a bin), each band's area being 1.
        self.offset = math.log(spec.rate_hz / spec.n_fft)
        # In a window r times as long a band's magnitudes add up to r times as much for a tone, to r^1.5 times for
        # noise; between the two, the network decides.
        self.longer = 1.25 * math.log(n_fft / spec.n_fft)

    def spread(self, values: Tensor) -> Tensor:
        """Return values (B, T, K) for the bins, on straight lines between those (B, T, M) of the bands' middles."""
        above = (self.below + 1).clamp(max=values.shape[-1] - 1)
        return torch.lerp(values[..., self.below], values[..., above], self.share)

    def guess(self, mel: Tensor) -> Tensor:
        """Return log-magnitudes (B, T, K) of log-mel columns (B, T, M), as smooth as the bands."""
        return self.spread(mel) + self.offset

    def levelled(self, log_magnitude: Tensor, mel: Tensor) -> Tensor:
        """Return log-magnitudes (B, T, K) of the same shape within the bands, whose bands are as loud as they should.

        One step of the updates by which `griffin_lim` finds magnitudes (Lee and Seung 2001), with the bands' factors
        spread over the bins.

        Args:
            log_magnitude: (B, T, K).
            mel: (B, T, M), what the bands are to be.
        """
        with torch.autocast(mel.device.type, enabled=False):
            found = (torch.exp(log_magnitude) @ self.bank).clamp(min=_LEAST).log()
            return log_magnitude + self.spread(mel + self.longer - found)


class Made(NamedTuple):
    """What the network makes of mel columns.

    Attributes:
        samples: (B, T · hop).
        magnitude: (B, T, K), the magnitudes that the spectrum of the samples is to have.
    """

    samples: Tensor
    magnitude: Tensor


class IstftVocoder(nn.Module):
    """A vocoder with an inverse-transform head.

    Attributes:
        config: what it was built from.
        rate_hz: sampling rate of the samples.
        mel: the analysis that it inverts.
    """

    def __init__(self, config: VocoderConfig) -> None:
        super().__init__()
        self.config = config
        self.rate_hz, self.mel = config.rate_hz, config.mel
        self.bins = config.istft_n_fft // 2 + 1
        self.stem = ColumnConv(config.n_mels, config.width, config.stem_kernel)
        self.clock = nn.Parameter(0.02 * torch.randn(max(config.clock_columns, 1), config.width))
        self.blocks = nn.ModuleList(Block(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(config.width)
        self.head = nn.Linear(config.width, 3 * self.bins + config.n_mels)
        self.bands = Bands(config.mel, config.istft_n_fft)
        self.overlap_add = OverlapAdd(config.istft_n_fft, config.hop_samples)
        for layer in self.modules():
            if isinstance(layer, nn.Linear):
                nn.init.trunc_normal_(layer.weight, std=layer.in_features**-0.5)
                nn.init.zeros_(layer.bias)

    @property
    def context_columns(self) -> int:
        """Columns on either side that a sample depends on."""
        config, ratio = self.config, self.overlap_add.ratio
        network = config.stem_kernel // 2 + config.depth * (config.kernel // 2)
        return network + ratio // 2 + config.decode_refinements * (ratio - 1)

    def forward(self, mel: Tensor, first_column: int = 0, refinements: int | None = None) -> Made:
        """Make samples of natural log-mel columns (B, M, T); column t is centred on sample t · hop.

        Args:
            mel: (B, M, T).
            first_column: the first column's number, for the clock, where these are a piece of something longer.
            refinements: rounds of Griffin-Lim; None for as many as in training.
        """
        columns = mel.transpose(1, 2).float().clamp(min=math.log(self.mel.floor), max=LOUDEST)
        x = self.stem((columns - _CENTRE) / _SPREAD)  # (B, T, C)
        now = (torch.arange(x.shape[1], device=x.device) + first_column) % len(self.clock)
        x = x + self.clock[now]
        for block in self.blocks:
            x = block(x)
        # In full precision: bf16 would round the spectrum at −48 dB, and has no Fourier transform.
        out = self.head(self.norm(x)).float()
        trim, shape, real, imaginary = out.split([columns.shape[-1], *3 * [self.bins]], dim=-1)
        log_magnitude = (self.bands.guess(columns) + shape).clamp(max=_CEILING)
        for _ in range(_LEVELLINGS):
            log_magnitude = self.bands.levelled(log_magnitude, columns + _TRIM * trim).clamp(max=_CEILING)
        magnitude = torch.exp(log_magnitude)  # (B, T, K)
        spectrum = with_magnitude(torch.complex(real, imaginary), magnitude)
        previous: Tensor | None = None
        for _ in range(self.config.refinements if refinements is None else refinements):
            # The spectrum of a real sound that comes nearest; a little beyond it, away from where we were.
            nearest = self.overlap_add.analyse(self.overlap_add(spectrum))
            ahead = nearest if previous is None else nearest - MOMENTUM / (1.0 + MOMENTUM) * previous
            spectrum, previous = with_magnitude(ahead, magnitude), nearest
        return Made(self.overlap_add(spectrum), magnitude)

    @torch.inference_mode()
    def decode(self, mel: Tensor, *, first_column: int = 0) -> Tensor:
        """Return samples (B, T · hop) of natural log-mel columns (B, M, T), without gradients.

        Args:
            mel: (B, M, T).
            first_column: number of the first column, where these are a piece of something longer.
        """
        return self.forward(mel, first_column, self.config.decode_refinements).samples


def with_magnitude(spectrum: Tensor, magnitude: Tensor) -> Tensor:
    """Return the spectrum with other magnitudes and its own phases."""
    return spectrum * (magnitude / spectrum.abs().clamp(min=1e-4))
