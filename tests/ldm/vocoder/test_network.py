"""The network: shapes, alignment, pieces that fit, sizes."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from tests.ldm.vocoder.tones import SMALL

from muze_ldm.vocoder.config import KIND, VocoderConfig, VocoderKind
from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder
from muze_ldm.vocoder.network import Bands, ColumnConv, IstftVocoder
from muze_ldm.vocoder.protocol import Vocoder
from muzecli.audio.mel import MelSpec, log_mel
from muzecli.errors import ConfigError
from muzecli.training.presets import build, load_model_preset

PRESETS = {"vocoder-micro": (0.1, 0.3), "vocoder-tiny": (5.0, 8.0), "vocoder-base": (30.0, 70.0)}
"""Millions of parameters: at least, at most."""

SPEC = MelSpec(32_000, n_fft=1024, hop_samples=320, n_mels=128)


def made(config: VocoderConfig = SMALL, seed: int = 0) -> IstftVocoder:
    torch.manual_seed(seed)
    return IstftVocoder(config).eval()


def mel_of(columns: int, *, items: int = 2, config: VocoderConfig = SMALL) -> torch.Tensor:
    generator = torch.Generator().manual_seed(columns)
    return log_mel(0.1 * torch.randn(items, columns * config.hop_samples, generator=generator), config.mel)[
        ..., :columns
    ]


@pytest.mark.parametrize("columns", [1, 5, 33])
def test_every_column_is_a_hop_of_samples(columns: int) -> None:
    samples = made().decode(mel_of(columns))
    assert samples.shape == (2, columns * SMALL.hop_samples)
    assert samples.isfinite().all()


def test_it_is_a_vocoder() -> None:
    assert isinstance(made(), Vocoder)
    assert isinstance(GriffinLimVocoder(SMALL.mel), Vocoder)


@pytest.mark.parametrize("refinements", [0, 1, 3])
def test_pieces_with_context_are_the_whole(refinements: int) -> None:
    vocoder = made(replace(SMALL, decode_refinements=refinements))
    mel, hop, context = mel_of(150, items=1), SMALL.hop_samples, vocoder.context_columns
    whole = vocoder.decode(mel)
    for start, stop in ((0, 50), (50, 101), (101, 150)):
        first, last = max(0, start - context), min(150, stop + context)
        piece = vocoder.decode(mel[..., first:last], first_column=first)
        own = piece[:, (start - first) * hop : (stop - first) * hop]
        torch.testing.assert_close(own, whole[:, start * hop : stop * hop], atol=1e-4, rtol=0)


def test_no_sample_depends_on_more_than_the_context() -> None:
    vocoder = made(replace(SMALL, decode_refinements=1))
    mel = mel_of(80, items=1).requires_grad_()
    samples = vocoder(mel, 0, 1).samples
    column = 40
    own = samples[0, column * SMALL.hop_samples : (column + 1) * SMALL.hop_samples]
    (gradient,) = torch.autograd.grad(own.square().sum(), mel)
    seen = gradient[0].abs().sum(0).nonzero()[:, 0]
    assert int(seen.min()) >= column - vocoder.context_columns
    assert int(seen.max()) <= column + vocoder.context_columns
    assert int(seen.min()) < column - SMALL.depth  # and the context is no mere guess


def test_the_clock_tells_columns_apart_that_look_alike() -> None:
    still = torch.full((1, SMALL.n_mels, 40), -3.0)
    hop, middle = SMALL.hop_samples, slice(18 * SMALL.hop_samples, 22 * SMALL.hop_samples)

    def repeats(vocoder: IstftVocoder) -> bool:
        samples = vocoder.decode(still)[0]
        return torch.allclose(samples[middle], samples[middle.start + hop : middle.stop + hop], atol=1e-5)

    without = made(replace(SMALL, clock_columns=0, decode_refinements=0))
    assert repeats(without)  # only multiples of rate / hop can sound
    assert not repeats(made(replace(SMALL, decode_refinements=0)))


def test_magnitudes_are_guessed_at_the_level_of_the_bands() -> None:
    noise = torch.randn(1, 64_000, generator=torch.Generator().manual_seed(0))
    guess = Bands(SPEC, 1024).guess(log_mel(noise, SPEC).transpose(1, 2))
    true = torch.stft(noise, 1024, 320, window=torch.hann_window(1024), return_complex=True).abs().log()
    apart = (guess.transpose(1, 2) - true)[:, 4:-4].mean(dim=(0, 2))
    # E log|X| of noise lies 0.17 nat below log E|X|, wherever in the spectrum.
    assert apart.mean().item() == pytest.approx(0.15, abs=0.1)
    assert apart.std() < 0.15


def test_levelling_gives_the_bands_what_they_should_have_and_keeps_what_fits() -> None:
    bands, generator = Bands(SPEC, 1024), torch.Generator().manual_seed(0)
    true = torch.randn(1, 9, 513, generator=generator)
    mel = (true.exp() @ bands.bank).log()
    torch.testing.assert_close(bands.levelled(true, mel), true, atol=1e-4, rtol=0)
    off = true + bands.spread(torch.randn(1, 9, 128, generator=generator))
    before, after = (
        ((x.exp() @ bands.bank).log() - mel).abs().mean() for x in (off, bands.levelled(off, mel))
    )
    assert after < 0.35 * before


def test_a_column_convolution_is_a_convolution() -> None:
    torch.manual_seed(0)
    ours, x = ColumnConv(3, 5, 7), torch.randn(2, 9, 3)
    weight = ours.linear.weight.reshape(5, 7, 3).transpose(1, 2)
    wanted = torch.nn.functional.conv1d(x.transpose(1, 2), weight, ours.linear.bias, padding=3)
    torch.testing.assert_close(ours(x), wanted.transpose(1, 2))


def test_absurd_levels_stay_finite() -> None:
    for level in (-1e4, 40.0, 1e4):
        assert made().decode(torch.full((1, SMALL.n_mels, 9), level)).isfinite().all()


@pytest.mark.parametrize("name", PRESETS)
def test_shipped_sizes(name: str) -> None:
    config = load_model_preset(name, kind=KIND).config(VocoderConfig)
    with torch.device("meta"):
        network = VocoderKind().build(config)
    millions = sum(weights.numel() for weights in network.parameters()) / 1e6
    low, high = PRESETS[name]
    assert low <= millions <= high


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kernel": 4}, "kernel must be odd, and it is 4"),
        ({"width": 0}, "width must be at least 1, and it is 0"),
        ({"istft_n_fft": 640}, "even multiple of hop_samples = 320, at least four"),
        ({"crop_columns": 4}, "crop_columns must make at least 4096 samples, and 4 columns make 1280"),
        ({"high_hz": 20000}, "mel bands must lie between 0 and 16000 Hz"),
        ({"mel_weight": -1.0}, "mel_weight must be 0 or more"),
        ({"stft_sizes": [32]}, "windows of at least 64 samples"),
    ],
)
def test_a_wrong_configuration_is_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build(VocoderConfig, values, where="test")
