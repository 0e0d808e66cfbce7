"""AudioVAE: a convolutional variational autoencoder of log-mel spectrograms.

The network of latent diffusion's KL autoencoders (Rombach et al., "High-Resolution Image Synthesis with Latent
Diffusion Models", 2022, appendix), for spectrograms. With `fold_mels` the same classes work on a picture of height
1, so that all that is done is done along time.

Shapes: B items, M mel bands, T columns (a multiple of the time stride), C latent channels, H latent height,
W = T / time stride latent frames, K channels inside.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from muze_ldm.vae.config import VaeConfig

_LOG_STD_RANGE = (-10.0, 5.0)


@dataclass(frozen=True)
class Posterior:
    """What the encoder believes of the latents: independent Gaussians.

    Attributes:
        mean: (B, C, H, W).
        log_std: (B, C, H, W).
    """

    mean: Tensor
    log_std: Tensor

    def sample(self, generator: torch.Generator | None = None) -> Tensor:
        """Draw latents, (B, C, H, W)."""
        noise = torch.randn(
            self.mean.shape, generator=generator, device=self.mean.device, dtype=self.mean.dtype
        )
        return self.mean + self.log_std.exp() * noise

    def kl(self) -> Tensor:
        """Return the divergence from a standard Gaussian in nats a latent value, a scalar."""
        # Kingma and Welling, "Auto-Encoding Variational Bayes" (2014), appendix B
        return 0.5 * (self.mean.square() + (2 * self.log_std).exp() - 1 - 2 * self.log_std).mean()


class AudioVAE(nn.Module):
    """Log-mel spectrograms to latents and back.

    The latents' mean and standard deviation over a corpus are stored with the weights, so that whoever models
    latents sees them with mean 0 and deviation 1: see `normalise`.
    """

    latent_mean: Tensor
    latent_std: Tensor

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.register_buffer("latent_mean", torch.zeros(1, config.latent_dim, 1, 1))
        self.register_buffer("latent_std", torch.ones(1, config.latent_dim, 1, 1))

    def encode(self, mel: Tensor) -> Posterior:
        """Return the latents' distribution.

        Args:
            mel: (B, 1, M, T) log-mel in nats; T a multiple of the time stride.
        """
        config = self.config
        x = (mel - config.mel_mean) / config.mel_std
        if config.fold_mels:
            x = fold(x, config.fold_columns).contiguous(memory_format=torch.channels_last)
        mean, log_std = self.encoder(x).float().chunk(2, dim=1)
        return Posterior(mean, log_std.clamp(*_LOG_STD_RANGE))

    def decode(self, z: Tensor) -> Tensor:
        """Return the log-mel (B, 1, M, T) in nats of latents (B, C, H, W)."""
        config = self.config
        if config.fold_mels:
            z = z.contiguous(memory_format=torch.channels_last)
        x: Tensor = self.decoder(z).float()
        if config.fold_mels:
            x = unfold(x, config.n_mels)
        return x * config.mel_std + config.mel_mean

    def normalise(self, z: Tensor) -> Tensor:
        """Return latents with mean 0 and deviation 1 over the corpus."""
        return (z - self.latent_mean) / self.latent_std

    def denormalise(self, z: Tensor) -> Tensor:
        """Return what `normalise` was given."""
        return z * self.latent_std + self.latent_mean

    def forward(self, mel: Tensor, generator: torch.Generator | None = None) -> tuple[Tensor, Tensor]:
        """Return a reconstruction through drawn latents, (B, 1, M, T), and their divergence, a scalar."""
        posterior = self.encode(mel)
        return self.decode(posterior.sample(generator)), posterior.kl()


class Encoder(nn.Module):
    """Spectrogram, or folded spectrogram, to mean and log deviation, (B, 2C, H, W)."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        widths, flat = config.channels, config.fold_mels
        self.use_checkpoint = config.use_checkpoint
        self.enter = conv(input_channels(config), widths[0], flat=flat)
        layers: list[nn.Module] = []
        before = widths[0]
        for level, width in enumerate(widths):
            for _ in range(config.encoder_blocks):
                layers.append(ResBlock(before, width, flat=flat))
                before = width
            if level < len(widths) - 1:
                layers.append(Down(width, flat=flat))
        layers += middle(config)
        self.layers = nn.ModuleList(layers)
        self.norm = normalisation(before, flat=flat)
        self.leave = conv(before, 2 * config.latent_dim, flat=flat)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, 2C, H, W)."""
        x = _through(self.layers, self.enter(x), keep=not (self.use_checkpoint and self.training))
        return self.leave(functional.silu(self.norm(x)))  # type: ignore[no-any-return]


class Decoder(nn.Module):
    """Latents to a spectrogram, or a folded spectrogram."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        widths, flat = config.channels, config.fold_mels
        self.use_checkpoint = config.use_checkpoint
        self.enter = conv(config.latent_dim, widths[-1], flat=flat)
        layers: list[nn.Module] = middle(config)
        before = widths[-1]
        for level in reversed(range(len(widths))):
            for _ in range(config.decoder_blocks):
                layers.append(ResBlock(before, widths[level], flat=flat))
                before = widths[level]
            if level:
                layers.append(Up(before, flat=flat))
        self.layers = nn.ModuleList(layers)
        self.norm = normalisation(before, flat=flat)
        self.leave = conv(before, input_channels(config), flat=flat)

    def forward(self, z: Tensor) -> Tensor:
        """Return (B, 1, M, T), or the folded (B, M·fold, 1, T/fold)."""
        x = _through(self.layers, self.enter(z), keep=not (self.use_checkpoint and self.training))
        return self.leave(functional.silu(self.norm(x)))  # type: ignore[no-any-return]


class ResBlock(nn.Module):
    """Two convolutions beside a short cut, each after normalisation and SiLU (He et al., 2016, pre-activation)."""

    def __init__(self, inner: int, outer: int, *, flat: bool) -> None:
        super().__init__()
        self.norm1, self.conv1 = normalisation(inner, flat=flat), conv(inner, outer, flat=flat)
        self.norm2, self.conv2 = normalisation(outer, flat=flat), conv(outer, outer, flat=flat)
        self.shortcut = nn.Identity() if inner == outer else nn.Conv2d(inner, outer, 1)
        nn.init.zeros_(self.conv2.weight)  # a block begins as its short cut
        assert self.conv2.bias is not None
        nn.init.zeros_(self.conv2.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, outer, H, W) of (B, inner, H, W)."""
        y = self.conv1(functional.silu(self.norm1(x)))
        y = self.conv2(functional.silu(self.norm2(y)))
        return self.shortcut(x) + y  # type: ignore[no-any-return]


class Attention(nn.Module):
    """Self-attention of one head over all places (B, K, H, W)."""

    def __init__(self, channels: int, *, flat: bool) -> None:
        super().__init__()
        self.norm = normalisation(channels, flat=flat)
        self.qkv = nn.Conv2d(channels, 3 * channels, 1)
        self.out = nn.Conv2d(channels, channels, 1)
        nn.init.zeros_(self.out.weight)
        assert self.out.bias is not None
        nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, K, H, W)."""
        q, k, v = self.qkv(self.norm(x)).flatten(2).transpose(1, 2).chunk(3, dim=-1)  # each (B, HW, K)
        attended = functional.scaled_dot_product_attention(q, k, v)
        return x + self.out(attended.transpose(1, 2).reshape(x.shape))  # type: ignore[no-any-return]


class Down(nn.Module):
    """Half as many bands and columns, or, flat, half as many columns."""

    def __init__(self, channels: int, *, flat: bool) -> None:
        super().__init__()
        self.pad = (0, 1, 0, 0) if flat else (0, 1, 0, 1)
        kernel, stride = ((1, 3), (1, 2)) if flat else ((3, 3), (2, 2))
        self.conv = nn.Conv2d(channels, channels, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, K, H/2, W/2), or (B, K, 1, W/2)."""
        return self.conv(functional.pad(x, self.pad))  # type: ignore[no-any-return]


class Up(nn.Module):
    """Twice as many bands and columns, or, flat, twice as many columns."""

    def __init__(self, channels: int, *, flat: bool) -> None:
        super().__init__()
        self.scale = (1.0, 2.0) if flat else (2.0, 2.0)
        self.conv = conv(channels, channels, flat=flat)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, K, 2H, 2W), or (B, K, 1, 2W)."""
        return self.conv(functional.interpolate(x, scale_factor=self.scale, mode="nearest"))  # type: ignore[no-any-return]


def middle(config: VaeConfig) -> list[nn.Module]:
    """Return the layers at the coarsest level that both sides have."""
    width, flat = config.channels[-1], config.fold_mels
    layers: list[nn.Module] = [ResBlock(width, width, flat=flat) for _ in range(config.middle_blocks)]
    if config.middle_attention:
        layers.insert(math.ceil(len(layers) / 2), Attention(width, flat=flat))
    return layers


def conv(inner: int, outer: int, *, flat: bool) -> nn.Conv2d:
    """Return a convolution over three neighbours, along time alone where flat, that keeps the size."""
    return nn.Conv2d(inner, outer, (1, 3) if flat else (3, 3), padding=(0, 1) if flat else (1, 1))


class FrameNorm(nn.LayerNorm):
    """Normalisation over the channels of each place alone, so that what is far away changes nothing.

    That is what lets a flat decoder work through a long song piece by piece with the same result.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, K, H, W); cheap where channels lie side by side in memory."""
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def normalisation(channels: int, *, flat: bool) -> nn.Module:
    """Return group normalisation of at most 32 groups for images, normalisation by frame where flat."""
    if flat:
        return FrameNorm(channels, eps=1e-6)
    return nn.GroupNorm(math.gcd(32, channels), channels, eps=1e-6)


def input_channels(config: VaeConfig) -> int:
    """Return the channels of what the encoder reads and the decoder writes."""
    return config.n_mels * config.fold_columns if config.fold_mels else 1


def fold(mel: Tensor, columns: int) -> Tensor:
    """Return (B, M·columns, 1, T/columns) of (B, 1, M, T)."""
    batch, _, bands, length = mel.shape
    return (
        mel.reshape(batch, bands, length // columns, columns)
        .transpose(2, 3)
        .reshape(batch, bands * columns, 1, -1)
    )


def unfold(x: Tensor, bands: int) -> Tensor:
    """Return what `fold` was given."""
    batch, channels, _, length = x.shape
    columns = channels // bands
    return x.reshape(batch, bands, columns, length).transpose(2, 3).reshape(batch, 1, bands, length * columns)


def _through(layers: nn.ModuleList, x: Tensor, *, keep: bool) -> Tensor:
    for layer in layers:
        x = layer(x) if keep else checkpoint(layer, x, use_reentrant=False)
    return x
