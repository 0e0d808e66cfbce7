"""Distances and the adversary: nothing between equals, known values, no NaN in silence."""

from __future__ import annotations

import math

import pytest
import torch

from muze_ldm.vocoder.adversary import Adversary, adversary_hinge, feature_distance, generator_hinge
from muze_ldm.vocoder.losses import SpectralDistance
from muzecli.audio.mel import MelSpec, log_mel

SPEC = MelSpec(8000, n_fft=256, hop_samples=80, n_mels=24)
NAMES = ("mel", "convergence", "magnitude")


@pytest.fixture
def distance() -> SpectralDistance:
    return SpectralDistance(SPEC, (128, 256, 512))


def noise(seed: int = 0) -> torch.Tensor:
    return 0.1 * torch.randn(2, 4000, generator=torch.Generator().manual_seed(seed))


def test_equals_are_not_apart(distance: SpectralDistance) -> None:
    found = distance(noise(), noise())
    assert all(float(found[name]) == 0.0 for name in NAMES)


def test_half_as_loud(distance: SpectralDistance) -> None:
    found = distance(0.5 * noise(), noise())
    assert float(found["mel"]) == pytest.approx(math.log(2), rel=1e-3)
    assert float(found["magnitude"]) == pytest.approx(math.log(2), rel=1e-2)
    assert float(found["convergence"]) == pytest.approx(0.5, rel=1e-4)


def test_the_mel_distance_is_that_of_the_front_end(distance: SpectralDistance) -> None:
    a, b = noise(0), noise(1)
    inner = slice(2, -3)  # columns whose windows lie within
    wanted = (log_mel(a, SPEC) - log_mel(b, SPEC))[..., inner].abs().mean()
    assert float(distance(a, b)["mel"]) == pytest.approx(float(wanted), rel=0.05)
    alone = SpectralDistance(SPEC, (128, 512))  # where no other resolution shares its spectra
    assert float(alone(a, b)["mel"]) == pytest.approx(float(distance(a, b)["mel"]), rel=1e-5)


def test_silence_is_no_trouble(distance: SpectralDistance) -> None:
    made = (1e-3 * noise()).requires_grad_()
    found = distance(made, torch.zeros(2, 4000))
    torch.autograd.backward(sum(found[name] for name in NAMES))
    assert made.grad is not None and made.grad.isfinite().all()
    silent = torch.zeros(2, 4000, requires_grad=True)
    total = sum(distance(silent, noise())[name] for name in NAMES)
    torch.autograd.backward(total)
    assert silent.grad is not None and silent.grad.isfinite().all()


def test_the_hinge_is_still_where_the_adversary_is_sure() -> None:
    def said(value: float) -> list[tuple[torch.Tensor, list[torch.Tensor]]]:
        return [(torch.full((2, 1, 3, 3), value), [])]

    assert float(adversary_hinge(said(1.5), said(-2.0))) == 0.0
    assert float(adversary_hinge(said(0.0), said(0.0))) == 2.0
    assert float(generator_hinge(said(0.7))) == pytest.approx(-0.7)


def test_the_adversary_learns_to_tell_noise_from_tones(distance: SpectralDistance) -> None:
    torch.manual_seed(0)
    adversary = Adversary(3, 4)
    optimizer = torch.optim.Adam(adversary.parameters(), lr=3e-3)
    time_s = torch.arange(4000) / 8000
    tones = 0.1 * torch.stack([torch.sin(2 * torch.pi * hz * time_s) for hz in (300.0, 700.0)])
    spectra = distance.spectra(noise()), distance.spectra(tones)
    losses = []
    for _ in range(25):
        loss = adversary_hinge(adversary(spectra[1]), adversary(spectra[0]))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[0] > 1.5 and losses[-1] < 0.5
    same = adversary(spectra[0])
    assert float(feature_distance(same, same).detach()) == 0.0
    assert float(feature_distance(same, adversary(spectra[1])).detach()) > 0.1
