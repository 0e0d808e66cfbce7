"""Losses of spectrograms: zero for what is equal, forgiving noise its place, not its level."""

from __future__ import annotations

import pytest
import torch

from muze_ldm.vae.losses import multi_resolution, reconstruction, spectral_convergence


def test_equal_spectrograms_cost_nothing() -> None:
    mel = torch.randn(2, 1, 32, 64)
    assert float(reconstruction(mel, mel)) == 0.0
    assert float(multi_resolution(mel, mel)) == pytest.approx(0.0, abs=1e-6)


def test_an_offset_costs_itself_in_nats() -> None:
    mel = torch.randn(2, 1, 32, 64)
    assert float(reconstruction(mel + 0.5, mel)) == pytest.approx(0.5, rel=1e-5)


def test_convergence_is_the_relative_error() -> None:
    x = torch.rand(3, 1, 8, 8) + 1.0
    assert float(spectral_convergence(1.1 * x, x)) == pytest.approx(0.1, rel=1e-4)
    assert float(spectral_convergence(torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4))) == 0.0


def test_moved_noise_costs_less_than_missing_noise() -> None:
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(1, 1, 64, 128, generator=generator)
    moved = torch.randn(1, 1, 64, 128, generator=generator)
    assert float(multi_resolution(moved, noise)) < 0.7 * float(multi_resolution(noise - 2.0, noise))


def test_small_spectrograms_work() -> None:
    mel = torch.randn(1, 1, 4, 4, requires_grad=True)
    loss = multi_resolution(mel, torch.zeros(1, 1, 4, 4))
    loss.backward()
    assert mel.grad is not None and torch.isfinite(mel.grad).all()
