"""Griffin-Lim behind the same seam: length, place, and how near it comes."""

from __future__ import annotations

import torch

from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder
from muze_ldm.vocoder.losses import SpectralDistance
from muzecli.audio.mel import MelSpec, log_mel

SPEC = MelSpec(8000, n_fft=256, hop_samples=80, n_mels=40)


def test_a_click_stays_where_it_is() -> None:
    samples = torch.zeros(1, 4000)
    samples[0, 25 * 80] = 1.0
    made = GriffinLimVocoder(SPEC).decode(log_mel(samples, SPEC)[..., :50])
    assert made.shape == samples.shape
    energy = made[0].square()
    centre = float((energy * torch.arange(4000)).sum() / energy.sum())
    assert abs(centre - 25 * 80) < 20


def test_more_rounds_come_nearer() -> None:
    generator = torch.Generator().manual_seed(0)
    time_s = torch.arange(8000) / 8000
    samples = (0.3 * torch.sin(2 * torch.pi * 440 * time_s) + 0.01 * torch.randn(8000, generator=generator))[
        None
    ]
    mel = log_mel(samples, SPEC)[..., :100]
    distance = SpectralDistance(SPEC, (128, 256))
    apart = [
        float(distance(GriffinLimVocoder(SPEC, iterations=n).decode(mel), samples)["mel"]) for n in (0, 4, 32)
    ]
    assert apart[0] > apart[1] > apart[2]
