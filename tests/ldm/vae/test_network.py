"""The autoencoder: shapes, folding, what it sees, published sizes."""

from __future__ import annotations

import pytest
import torch

from muze_ldm.vae.config import VaeConfig
from muze_ldm.vae.network import AudioVAE, Posterior, fold, unfold
from muze_ldm.vae.statistics import measure_latents

FLAT = VaeConfig(
    latent_dim=4,
    channels=(16, 24),
    encoder_blocks=1,
    decoder_blocks=1,
    middle_blocks=0,
    middle_attention=False,
    fold_mels=True,
    fold_columns=2,
    n_mels=16,
    window_columns=32,
)
IMAGE = VaeConfig(
    latent_dim=4, channels=(8, 16, 16), encoder_blocks=1, decoder_blocks=1, n_mels=16, window_columns=32
)

PUBLISHED_M = {
    "8": (VaeConfig(latent_dim=8), 55),
    "32": (VaeConfig(latent_dim=32), 56),
    "64": (VaeConfig(latent_dim=64), 125),
    "128": (VaeConfig(latent_dim=128), 224),
    "light": (VaeConfig(latent_dim=128, channels=(64, 128, 256, 512)), 57),
    "heavy": (VaeConfig(latent_dim=128, channels=(256, 512, 1024, 2048)), 889),
}


def made(config: VaeConfig, seed: int = 0) -> AudioVAE:
    torch.manual_seed(seed)
    return AudioVAE(config).eval()


@pytest.mark.parametrize("name", PUBLISHED_M)
def test_sizes_are_the_published_ones(name: str) -> None:
    config, millions = PUBLISHED_M[name]
    with torch.device("meta"):
        found = sum(weights.numel() for weights in AudioVAE(config).parameters())
    assert found / 1e6 == pytest.approx(millions, rel=0.05)


@pytest.mark.parametrize("config", [FLAT, IMAGE])
@pytest.mark.parametrize("windows", [1, 3])
def test_shapes(config: VaeConfig, windows: int) -> None:
    vae, mel = made(config), torch.randn(2, 1, 16, 32 * windows)
    posterior = vae.encode(mel)
    frames = 32 * windows // config.time_stride
    assert posterior.mean.shape == posterior.log_std.shape == (2, 4, config.latent_height, frames)
    assert vae.decode(posterior.mean).shape == mel.shape
    guess, kl = vae(mel, torch.Generator().manual_seed(0))
    assert guess.shape == mel.shape
    assert kl.shape == ()


def test_rates_follow_from_the_strides() -> None:
    assert (FLAT.time_stride, FLAT.latent_height, FLAT.latent_rate_hz) == (4, 1, 25.0)
    assert (IMAGE.time_stride, IMAGE.latent_height, IMAGE.latent_rate_hz) == (4, 4, 25.0)
    full = VaeConfig()
    assert (full.time_stride, full.latent_height, full.latent_rate_hz) == (8, 16, 12.5)
    assert full.channels == (128, 256, 512, 1024)


def test_folding_is_undone() -> None:
    mel = torch.randn(2, 1, 6, 12)
    folded = fold(mel, 3)
    assert folded.shape == (2, 18, 1, 4)
    assert torch.equal(unfold(folded, 6), mel)
    # what lies in one folded frame are neighbouring columns
    assert torch.equal(folded[0, :, 0, 1].reshape(6, 3), mel[0, 0, :, 3:6])


def test_a_flat_decoder_works_piece_by_piece() -> None:
    vae, z = made(FLAT), torch.randn(1, 4, 1, 64)
    whole, piece = vae.decode(z), vae.decode(z[..., 16:48])
    assert torch.allclose(whole[..., 24 * 4 : 40 * 4], piece[..., 8 * 4 : 24 * 4], atol=1e-5)


def test_what_is_drawn_has_the_posteriors_moments() -> None:
    posterior = Posterior(torch.full((1, 1, 1, 40_000), 2.0), torch.full((1, 1, 1, 40_000), -1.0))
    drawn = posterior.sample(torch.Generator().manual_seed(1))
    assert float(drawn.mean()) == pytest.approx(2.0, abs=0.01)
    assert float(drawn.std()) == pytest.approx(float(torch.tensor(-1.0).exp()), rel=0.02)
    again = posterior.sample(torch.Generator().manual_seed(1))
    assert torch.equal(drawn, again)


def test_divergence_is_that_of_gaussians() -> None:
    mean, log_std = torch.randn(1, 3, 1, 5), 0.3 * torch.randn(1, 3, 1, 5)
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, log_std.exp()), torch.distributions.Normal(0.0, 1.0)
    ).mean()
    assert float(Posterior(mean, log_std).kl()) == pytest.approx(float(wanted), rel=1e-5)
    assert float(Posterior(torch.zeros(1, 1, 1, 1), torch.zeros(1, 1, 1, 1)).kl()) == 0.0


def test_checkpointing_changes_no_gradient() -> None:
    mel = torch.randn(2, 1, 16, 32)
    gradients = []
    for again in (False, True):
        config = VaeConfig(**{**vars(FLAT), "use_checkpoint": again})
        vae = made(config).train()
        guess, kl = vae(mel, torch.Generator().manual_seed(0))
        ((guess - mel).square().mean() + kl).backward()
        gradients.append([weights.grad for weights in vae.parameters()])
    for one, other in zip(*gradients, strict=True):
        assert one is not None and other is not None
        assert torch.allclose(one, other, atol=1e-6)


def test_normalised_latents_are_standard() -> None:
    vae = made(FLAT)
    mels = [torch.randn(64, 1, 16, 32) + index for index in range(3)]
    vae.latent_mean, vae.latent_std = measure_latents(vae, mels)
    drawn = torch.cat(
        [vae.normalise(vae.encode(mel).sample(torch.Generator().manual_seed(5))) for mel in mels]
    )
    assert torch.allclose(drawn.mean(dim=(0, 2, 3)), torch.zeros(4), atol=0.1)
    assert torch.allclose(drawn.std(dim=(0, 2, 3)), torch.ones(4), atol=0.1)
    assert torch.allclose(vae.denormalise(vae.normalise(drawn)), drawn, atol=1e-5)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"latent_dim": 12}, "channels must be given unless latent_dim is one of 8, 32, 64, 128; it is 12"),
        ({"channels": (10,)}, "channels must be multiples of 8"),
        ({"fold_columns": 4}, "fold_columns needs fold_mels"),
        ({"window_columns": 100}, "window_columns must be a multiple of 8, and it is 100"),
        ({"n_mels": 100}, "n_mels must be a multiple of 8"),
        ({"kl_weight": -1.0}, "kl_weight must be 0 or more"),
        ({"mel_std": 0.0}, "mel_std must be above 0"),
    ],
)
def test_wrong_shapes_are_refused(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        VaeConfig(**values)  # type: ignore[arg-type]
