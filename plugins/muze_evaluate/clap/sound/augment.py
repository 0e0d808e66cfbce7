"""What lies between a clean rendering and a recording: filters, a noise floor, a room, gaps; drawn for each item.

All of it happens to log-power spectra, in both views alike: a filter adds a curve over frequency, noise and
reverberation add power.

Shapes: B items, M mel bands, S semitone bands, T columns, K blocks; nats.
"""

from __future__ import annotations

import math
from functools import cache

import torch
from torch import Tensor

from muze_evaluate.clap.sound.spectra import COLUMNS_PER_BLOCK, LOWEST_PITCH, MEL, SEMITONES, Spectra
from muzecli.audio.mel import hz_to_mel, mel_to_hz

OCTAVES = 9.1
"""From the lowest mel band's frequency to the highest's."""
EQ_TERMS = 5
EQ_NATS = 1.6
FILTER_CHANCE, NOISE_CHANCE, ROOM_CHANCE, GAP_CHANCE = 0.25, 0.6, 0.3, 0.3


def augmented(spectra: Spectra, generator: torch.Generator) -> Spectra:
    """Return the same sounds as if recorded elsewhere."""
    count, device = spectra.mel.shape[0], spectra.mel.device
    draw = _Draw(count, generator, device)
    mel, semitones = spectra.mel, spectra.semitones
    if draw.chance_of_batch(ROOM_CHANCE):  # one in so many batches, since it is the only slow one
        decay_s, wet = draw.uniform(0.1, 0.6), draw.uniform(-5.0, -1.5)
        mel = _smeared(mel, decay_s, wet, step_s=MEL.hop_samples / MEL.rate_hz)
        semitones = _smeared(
            semitones, decay_s, wet, step_s=COLUMNS_PER_BLOCK * MEL.hop_samples / MEL.rate_hz
        )
    octave_mel, octave_semitones = (places.to(device) for places in _octaves())
    level = torch.logsumexp(mel.flatten(1), 1) - math.log(mel[0].numel())
    noise = level - draw.uniform(3.0, 14.0) + torch.where(draw.chance(NOISE_CHANCE), 0.0, -30.0)
    tilt = draw.uniform(-0.9, 0.3)
    mel = torch.logaddexp(mel, (noise[:, None] + tilt[:, None] * (octave_mel - 5.0))[..., None])
    semitones = torch.logaddexp(
        semitones, (noise[:, None] + tilt[:, None] * (octave_semitones - 5.0))[..., None]
    )
    amounts = draw.normal(EQ_TERMS) * EQ_NATS / torch.arange(1, EQ_TERMS + 1, device=device)
    low_cut = torch.where(draw.chance(FILTER_CHANCE), draw.uniform(0.5, 3.0), torch.full_like(level, -1.0))
    high_cut = torch.where(draw.chance(FILTER_CHANCE), draw.uniform(5.8, 8.8), torch.full_like(level, 20.0))
    steep = draw.uniform(1.5, 6.0)

    def curve(octave: Tensor) -> Tensor:
        waves = torch.cos(math.pi * octave / OCTAVES * torch.arange(1, EQ_TERMS + 1, device=device)[:, None])
        below = (low_cut[:, None] - octave).clamp(min=0.0)
        above = (octave - high_cut[:, None]).clamp(min=0.0)
        return (amounts @ waves - steep[:, None] * (below + above))[..., None]

    mel = mel + curve(octave_mel)
    semitones = semitones + curve(octave_semitones)
    return Spectra(_with_gaps(mel, draw), semitones)


class _Draw:
    """Random numbers, one an item."""

    def __init__(self, count: int, generator: torch.Generator, device: torch.device) -> None:
        self.count, self.generator, self.device = count, generator, device

    def uniform(self, low: float, high: float) -> Tensor:
        drawn = torch.rand(self.count, generator=self.generator, device=self.device)
        return low + (high - low) * drawn

    def normal(self, width: int) -> Tensor:
        return torch.randn(self.count, width, generator=self.generator, device=self.device)

    def chance(self, share: float) -> Tensor:
        return self.uniform(0.0, 1.0) < share

    def chance_of_batch(self, share: float) -> bool:
        return float(torch.rand(1, generator=self.generator, device=self.device)) < share


def _smeared(nats: Tensor, decay_s: Tensor, wet: Tensor, *, step_s: float) -> Tensor:
    """Return power with a tail that falls by e every `decay_s`, as loud as `wet` nats beside it."""
    keep = torch.exp(-step_s / decay_s)[:, None]
    power = nats.exp()
    tail = torch.zeros_like(power[..., 0])
    tails = torch.empty_like(power)
    for column in range(power.shape[-1]):
        tail = keep * tail + (1.0 - keep) * power[..., column]
        tails[..., column] = tail
    return torch.log(power + wet.exp()[:, None, None] * tails)


def _with_gaps(mel: Tensor, draw: _Draw) -> Tensor:
    """Blank a few bands and a few columns (Park et al. 2019, SpecAugment)."""
    for axis, widest in ((1, mel.shape[1] // 8), (2, mel.shape[2] // 8)):
        size = draw.uniform(0.0, float(widest)) * draw.chance(GAP_CHANCE)
        start = draw.uniform(0.0, 1.0) * (mel.shape[axis] - size)
        place = torch.arange(mel.shape[axis], device=mel.device)
        blank = (place >= start[:, None]) & (place < (start + size)[:, None])
        blank = blank[:, :, None] if axis == 1 else blank[:, None, :]
        mel = torch.where(blank, mel.amin(dim=(1, 2), keepdim=True), mel)
    return mel


@cache
def _octaves() -> tuple[Tensor, Tensor]:
    """Return where the bands of both views lie, in octaves above the lowest mel band."""
    ends = hz_to_mel([MEL.low_hz, MEL.rate_hz / 2], MEL.scale)
    mels = torch.linspace(float(ends[0]), float(ends[1]), MEL.n_mels + 2)[1:-1]
    mel_hz = torch.as_tensor(mel_to_hz(mels.numpy(), MEL.scale)).float()
    pitches = LOWEST_PITCH + torch.arange(SEMITONES)
    semitone_hz = 440.0 * 2.0 ** ((pitches - 69) / 12.0)
    return torch.log2(mel_hz / MEL.low_hz), torch.log2(semitone_hz / MEL.low_hz)
