"""What the audio tower makes of each view of a sound: timbre, rhythm and harmony.

Shapes: B items, M mel bands, S semitone bands, T mel columns, K blocks.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from muze_evaluate.clap.sound.spectra import MEL, RATE_HZ, SEMITONES

ONSET_BANDS = 8
SHORTEST_LAG_S, LONGEST_LAG_S = 0.2, 2.4
LAGS = 96


class Timbre(nn.Module):
    """Convolutions over bands and time, pooled over time in three ways."""

    def __init__(self, channels: tuple[int, ...], width: int) -> None:
        super().__init__()
        levels: list[nn.Module] = []
        before = 1
        for depth, after in enumerate(channels):
            levels.append(_convolution(before, after, stride=2))
            if depth:
                levels.append(Residual(after))
            before = after
        self.levels = nn.Sequential(*levels)
        bands = -(-MEL.n_mels // 2 ** len(channels))
        self.bands = nn.Sequential(
            nn.Conv2d(before, width, (bands, 1), bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
        )
        self.attention = nn.Linear(width, width)

    def forward(self, mel: Tensor) -> Tensor:
        """Return (B, 3 width) of (B, M, T)."""
        image = mel[:, None].contiguous(memory_format=torch.channels_last)
        columns = self.bands(self.levels(image))[:, :, 0].transpose(1, 2).float()  # (B, t, width)
        weights = self.attention(columns).float().softmax(dim=1)
        mean = columns.mean(dim=1)
        deviation = (columns - mean[:, None]).square().mean(dim=1).add(1e-5).sqrt()
        return torch.cat([(weights * columns).sum(dim=1), mean, deviation], dim=-1)


class Residual(nn.Module):
    """x + convolution(x)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)
        )

    def forward(self, image: Tensor) -> Tensor:
        """Return the same shape, (B, channels, bands, T)."""
        return F.relu(image + self.inner(image))


class Rhythm(nn.Module):
    """Tempo: how alike onsets are to themselves some time later, over lags on a logarithmic axis.

    A tempo that is a little faster shifts the curve and changes nothing else, which convolutions over the axis use.
    """

    warp: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("warp", _log_lags(), persistent=False)
        self.net = nn.Sequential(
            nn.Conv1d(ONSET_BANDS, 32, 7, padding=3),
            nn.ReLU(),
            nn.Conv1d(32, 64, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Conv1d(64, 64, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(64 * LAGS // 4, width),
            nn.ReLU(),
        )

    def forward(self, mel: Tensor) -> Tensor:
        """Return (B, width) of (B, M, T)."""
        with torch.autocast(mel.device.type, enabled=False):  # there is no transform in 16 bits
            count, _, length = mel.shape
            bands = mel.float().reshape(count, ONSET_BANDS, -1, length).mean(dim=2)
            onsets = bands.diff(dim=-1).clamp(min=0.0)
            onsets = onsets - onsets.mean(dim=-1, keepdim=True)
            spectrum = torch.fft.rfft(onsets, n=2 * length, dim=-1)
            power = spectrum.real.square() + spectrum.imag.square()
            likeness = torch.fft.irfft(torch.complex(power, torch.zeros_like(power)), dim=-1)
            longest = self.warp.shape[0]
            likeness = F.pad(likeness[..., : min(longest, length)], (0, max(0, longest - length)))
            curve = (likeness / (likeness[..., :1] + 1e-3 * length)) @ self.warp  # (B, bands, LAGS)
        out: Tensor = self.net(curve).float()
        return out


class Harmony(nn.Module):
    """Key and mode: pitch classes, seen from each of the twelve as if it were the tonic.

    What is learned of one tonic holds for all; the best rotation tells the mode, where it lies tells the key.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.local = nn.Sequential(
            nn.Conv2d(1, 16, (5, 3), padding=(2, 1)),
            nn.ReLU(),
            nn.Conv2d(16, 16, (3, 3), padding=(1, 1)),
            nn.ReLU(),
        )
        self.rotations = nn.Sequential(
            nn.Conv1d(2 * 16 + 1, 96, 12),
            nn.ReLU(),
            nn.Conv1d(96, 64, 1),
            nn.ReLU(),
        )
        self.out = nn.Sequential(nn.Linear(2 * 64 + 12 * 64 + SEMITONES, width), nn.ReLU())

    def forward(self, semitones: Tensor) -> Tensor:
        """Return (B, width) of (B, S, K)."""
        around = F.avg_pool1d(semitones.transpose(1, 2), 13, stride=1, padding=6, count_include_pad=False)
        peaks = semitones - around.transpose(
            1, 2
        )  # what stands out from its neighbourhood, whatever the timbre
        local = self.local(peaks[:, None]).float().mean(dim=-1)  # (B, 16, S)
        octaves = local.reshape(*local.shape[:-1], SEMITONES // 12, 12)
        plain = peaks.mean(dim=-1).reshape(-1, SEMITONES // 12, 12)
        classes = torch.cat([octaves.mean(2), octaves.amax(2), plain.mean(1)[:, None]], dim=1)  # (B, 33, 12)
        # All rotations at once: a window of twelve over the classes written down twice.
        turned = self.rotations(torch.cat([classes, classes[..., :11]], dim=-1)).float()  # (B, 64, 12)
        told = [turned.mean(-1), turned.amax(-1), turned.flatten(1), peaks.mean(dim=-1)]
        out: Tensor = self.out(torch.cat(told, dim=-1)).float()
        return out


def _convolution(before: int, after: int, *, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )


def _log_lags() -> Tensor:
    """Return (lags in columns, LAGS): linear interpolation to lags on a logarithmic axis."""
    per_s = RATE_HZ / MEL.hop_samples
    lags = torch.logspace(math.log10(SHORTEST_LAG_S), math.log10(LONGEST_LAG_S), LAGS) * per_s
    columns = torch.arange(int(LONGEST_LAG_S * per_s) + 2)
    return (1.0 - (columns[:, None] - lags).abs()).clamp(min=0.0)
