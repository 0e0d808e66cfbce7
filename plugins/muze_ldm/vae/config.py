"""The autoencoder as a kind of model (`muze.models`), and its configuration, which loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muzecli.audio.mel import MelSpec

if TYPE_CHECKING:
    from torch import nn

KIND = "vae"

_CHANNELS = {
    8: (64, 128, 256, 512),
    32: (64, 128, 256, 512),
    64: (96, 192, 384, 768),
    128: (128, 256, 512, 1024),
}
"""Channels a level where none are given, by latent channels."""


@dataclass(frozen=True)
class VaeConfig:
    """Shape of an autoencoder.

    With `fold_mels` the M bands become channels and everything happens along time: latents have height 1. Without,
    a spectrogram is an image of one channel, and each level but the first halves bands and columns.

    Attributes:
        latent_dim: C, channels of the latents.
        channels: of each level, finest first; empty takes those that belong to `latent_dim` 8, 32, 64 or 128.
        encoder_blocks: residual blocks a level on the way in.
        decoder_blocks: residual blocks a level on the way out.
        middle_blocks: residual blocks at the coarsest level, on either side of the latents.
        middle_attention: self-attention between the middle blocks.
        fold_mels: bands are channels; height 1.
        fold_columns: neighbouring columns that become channels, too, before the first level.
        kl_weight: β, of the Kullback-Leibler divergence beside the reconstruction.
        spectral_weight: of the multi-resolution loss beside the reconstruction.
        window_columns: mel columns of a training window, a multiple of the time stride.
        use_checkpoint: compute activations again in the backward pass instead of keeping them.
        rate_hz: sampling rate of the audio.
        n_fft: of the mel front end, in samples.
        hop_samples: of the mel front end.
        n_mels: M.
        mel_mean: nats that the network sees as 0.
        mel_std: nats that the network sees as 1.
    """

    latent_dim: int = 128
    channels: tuple[int, ...] = ()
    encoder_blocks: int = 2
    decoder_blocks: int = 3
    middle_blocks: int = 2
    middle_attention: bool = True
    fold_mels: bool = False
    fold_columns: int = 1
    kl_weight: float = 1e-3
    spectral_weight: float = 0.5
    window_columns: int = 256
    use_checkpoint: bool = False
    rate_hz: int = 32_000
    n_fft: int = 1024
    hop_samples: int = 320
    n_mels: int = 128
    mel_mean: float = -4.5
    mel_std: float = 2.5

    def __post_init__(self) -> None:
        if not self.channels and self.latent_dim not in _CHANNELS:
            known = ", ".join(str(size) for size in _CHANNELS)
            raise ValueError(
                f"channels must be given unless latent_dim is one of {known}; it is {self.latent_dim}"
            )
        if not self.channels:
            object.__setattr__(self, "channels", _CHANNELS[self.latent_dim])
        if any(not isinstance(width, int) or width < 8 or width % 8 for width in self.channels):
            raise ValueError(f"channels must be multiples of 8, and they are {list(self.channels)}")
        for name in ("latent_dim", "encoder_blocks", "decoder_blocks", "fold_columns", "n_mels"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, and it is {getattr(self, name)}")
        if self.window_columns < 1 or self.window_columns % self.time_stride:
            raise ValueError(
                f"window_columns must be a multiple of {self.time_stride}, and it is {self.window_columns}"
            )
        if self.middle_blocks < 0:
            raise ValueError(f"middle_blocks must be 0 or more, and it is {self.middle_blocks}")
        for name in ("kl_weight", "spectral_weight"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, and it is {getattr(self, name)}")
        if not self.mel_std > 0:
            raise ValueError(f"mel_std must be above 0, and it is {self.mel_std}")
        if self.fold_columns > 1 and not self.fold_mels:
            raise ValueError("fold_columns needs fold_mels: an image keeps its columns")
        if not self.fold_mels and self.n_mels % self.level_stride:
            raise ValueError(
                f"n_mels must be a multiple of {self.level_stride}, which the levels need, and it is {self.n_mels}"
            )

    @property
    def level_stride(self) -> int:
        """How much shorter the coarsest level is than the first."""
        return 1 << (len(self.channels) - 1)

    @property
    def time_stride(self) -> int:
        """Mel columns in a latent frame."""
        return self.level_stride * self.fold_columns

    @property
    def latent_height(self) -> int:
        """H of the latents."""
        return 1 if self.fold_mels else self.n_mels // self.level_stride

    @property
    def latent_rate_hz(self) -> float:
        """Latent frames a second."""
        return self.rate_hz / (self.hop_samples * self.time_stride)

    @property
    def mel(self) -> MelSpec:
        """The front end."""
        return MelSpec(self.rate_hz, n_fft=self.n_fft, hop_samples=self.hop_samples, n_mels=self.n_mels)


class VaeKind:
    """Autoencoders."""

    name = KIND
    config_type = VaeConfig

    def build(self, config: VaeConfig) -> nn.Module:
        """Return an untrained autoencoder."""
        from muze_ldm.vae.network import AudioVAE

        return AudioVAE(config)
