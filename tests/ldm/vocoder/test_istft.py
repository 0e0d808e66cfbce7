"""Transforms: columns where they are said to be, exact ways back, and gradients as PyTorch has them."""

from __future__ import annotations

import pytest
import torch

from muze_ldm.vocoder.config import VocoderConfig
from muze_ldm.vocoder.frontend import FrontEnd, magnitudes
from muze_ldm.vocoder.istft import OverlapAdd
from muzecli.audio.mel import MelSpec, log_mel

HOP, N_FFT = 20, 80


def noise(columns: int, *, items: int = 2, seed: int = 0) -> torch.Tensor:
    return torch.randn(items, columns * HOP, generator=torch.Generator().manual_seed(seed))


def test_squared_windows_add_up_to_the_same_everywhere() -> None:
    transform = OverlapAdd(1280, 320)
    shifted = transform.energy.reshape(4, 320).sum(0)
    torch.testing.assert_close(shifted, torch.full((320,), 1.5))


def test_analysis_and_synthesis_give_the_samples_back_up_to_both_ends() -> None:
    transform, samples = OverlapAdd(N_FFT, HOP), noise(9)
    torch.testing.assert_close(transform(transform.analyse(samples)), samples, atol=1e-5, rtol=0)


def test_analysis_is_the_centred_one_of_torch() -> None:
    transform, samples = OverlapAdd(N_FFT, HOP), noise(9)
    wanted = torch.stft(
        samples, N_FFT, HOP, window=torch.hann_window(N_FFT), pad_mode="constant", return_complex=True
    )
    torch.testing.assert_close(transform.analyse(samples), wanted[..., :9].transpose(1, 2), atol=1e-5, rtol=0)


def test_column_t_is_centred_on_sample_t_times_hop() -> None:
    spectrum = torch.zeros(1, 9, N_FFT // 2 + 1, dtype=torch.complex64)
    spectrum[0, 4] = 1.0  # a click: all bins in phase, and that half a window after the window's start
    spectrum[0, 4, 1::2] = -1.0
    samples = OverlapAdd(N_FFT, HOP)(spectrum)
    assert samples.shape == (1, 9 * HOP)
    assert int(samples[0].abs().argmax()) == 4 * HOP


def test_a_window_must_be_an_even_number_of_hops() -> None:
    with pytest.raises(ValueError, match="even multiple of the hop 20, and it is 100"):
        OverlapAdd(100, 20)
    with pytest.raises(ValueError, match="istft_n_fft must be an even multiple of hop_samples = 320"):
        VocoderConfig(istft_n_fft=960)


@pytest.mark.parametrize(("n_fft", "hop"), [(64, 20), (64, 16), (32, 32)])
def test_magnitudes_and_their_gradient(n_fft: int, hop: int) -> None:
    samples = torch.randn(2, 150, dtype=torch.float64, requires_grad=True)
    window = torch.hann_window(n_fft, dtype=torch.float64)

    def plain(x: torch.Tensor) -> torch.Tensor:
        spectrum = torch.stft(x, n_fft, hop, window=window, center=False, return_complex=True)
        return spectrum.abs().transpose(1, 2)

    torch.testing.assert_close(magnitudes(samples, window, hop), plain(samples))
    weights = torch.randn(plain(samples).shape, dtype=torch.float64)
    ours = torch.autograd.grad((magnitudes(samples, window, hop) * weights).sum(), samples)
    theirs = torch.autograd.grad((plain(samples) * weights).sum(), samples)
    torch.testing.assert_close(ours, theirs)


def test_the_gradient_of_the_analysis() -> None:
    transform = OverlapAdd(16, 4).double()
    samples = torch.randn(2, 24, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: torch.view_as_real(transform.analyse(x)), (samples,))


def test_columns_of_a_crop_are_those_of_the_whole() -> None:
    spec = MelSpec(8000, n_fft=256, hop_samples=80, n_mels=24)
    front_end, samples = FrontEnd(spec), 0.1 * torch.randn(1, 4000)
    whole = log_mel(samples, spec)
    first, columns = 10, 16
    begin = first * 80 - front_end.margin
    crop = samples[:, begin : begin + 2 * front_end.margin + (columns - 1) * 80]
    made = front_end.log_mel(front_end.magnitudes(crop)).transpose(1, 2)
    torch.testing.assert_close(made, whole[..., first : first + columns], atol=1e-4, rtol=0)
