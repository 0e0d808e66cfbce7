"""The vocoder as a kind of model (`muze.models`), and its configuration, which loads no torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muzecli.audio.mel import MelSpec

if TYPE_CHECKING:
    from torch import nn

KIND = "vocoder"


@dataclass(frozen=True)
class VocoderConfig:
    """Front end, size and training of a vocoder.

    Attributes:
        rate_hz: sampling rate.
        mel_n_fft: window of the mel analysis in samples.
        hop_samples: from one mel column to the next.
        n_mels: M, bands.
        low_hz: where the lowest band begins.
        high_hz: where the highest band ends, at most half the rate.
        floor: least mel value before the logarithm.
        width: C, channels of the trunk.
        hidden: channels inside a block.
        depth: blocks.
        kernel: columns that a block's convolution sees; odd.
        stem_kernel: columns that the first convolution sees; odd.
        istft_n_fft: window of the inverse transform in samples, an even multiple of the hop, at least four.
        clock_columns: period of the column counter that the network is told, in columns; 0 for none. A tone that
            stands still looks alike in every column, and only a clock lets its phase go on: partials can then
            lie on any multiple of rate / (hop · period).
        refinements: rounds of the Griffin-Lim algorithm in training; the network learns through them.
        decode_refinements: rounds of it in use, where more of them cost little and still help.
        crop_columns: length of a training item.
        stft_sizes: windows of the STFT losses in samples, each with a hop of the mel's proportion.
        mel_weight: of the log-mel L1 in the loss.
        stft_weight: of each STFT term in the loss.
        magnitude_weight: of the distance between the network's magnitudes and those of the true sound.
        adversary_weight: of the discriminator's opinion in the loss.
        feature_weight: of the distance between the discriminator's features in the loss.
        adversary_channels: of the discriminator's first layers; it looks at the spectra of `stft_sizes`.
    """

    rate_hz: int = 32_000
    mel_n_fft: int = 1024
    hop_samples: int = 320
    n_mels: int = 128
    low_hz: float = 0.0
    high_hz: float = 16_000.0
    floor: float = 1e-5
    width: int = 384
    hidden: int = 768
    depth: int = 5
    kernel: int = 3
    stem_kernel: int = 7
    istft_n_fft: int = 1280
    clock_columns: int = 32
    refinements: int = 4
    decode_refinements: int = 8
    crop_columns: int = 64
    stft_sizes: tuple[int, ...] = (512, 1024, 2048)
    mel_weight: float = 1.0
    stft_weight: float = 1.0
    magnitude_weight: float = 1.0
    adversary_weight: float = 1.0
    feature_weight: float = 1.0
    adversary_channels: int = 24

    def __post_init__(self) -> None:
        for name in ("width", "hidden", "depth", "adversary_channels"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, and it is {getattr(self, name)}")
        for name in ("kernel", "stem_kernel"):
            if getattr(self, name) < 1 or getattr(self, name) % 2 == 0:
                raise ValueError(f"{name} must be odd, and it is {getattr(self, name)}")
        if self.rate_hz < 1 or self.n_mels < 1 or not 0.0 < self.floor < 1.0:
            raise ValueError(
                "rate_hz and n_mels must be at least 1 and floor between 0 and 1, and they are"
                f" {self.rate_hz}, {self.n_mels} and {self.floor:g}"
            )
        if not 0.0 <= self.low_hz < self.high_hz <= self.rate_hz / 2:
            raise ValueError(
                f"the mel bands must lie between 0 and {self.rate_hz / 2:g} Hz, and they go from {self.low_hz:g} to"
                f" {self.high_hz:g} Hz"
            )
        if not 0 < self.hop_samples <= self.mel_n_fft // 2:
            raise ValueError(
                f"hop_samples must be 1 to mel_n_fft/2 = {self.mel_n_fft // 2}, and it is {self.hop_samples}"
            )
        ratio, rest = divmod(self.istft_n_fft, self.hop_samples)
        if rest or ratio < 4 or ratio % 2:
            raise ValueError(
                f"istft_n_fft must be an even multiple of hop_samples = {self.hop_samples}, at least four of them,"
                f" and it is {self.istft_n_fft}"
            )
        for name in (
            *("clock_columns", "refinements", "decode_refinements", "mel_weight", "stft_weight"),
            *("magnitude_weight", "adversary_weight", "feature_weight"),
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, and it is {getattr(self, name)}")
        if not self.stft_sizes or min(self.stft_sizes) < 64:
            raise ValueError(
                f"stft_sizes must name windows of at least 64 samples, and they are {self.stft_sizes}"
            )
        longest = 2 * max(*self.stft_sizes, self.mel_n_fft, self.istft_n_fft)
        if self.crop_columns * self.hop_samples < longest:
            raise ValueError(
                f"crop_columns must make at least {longest} samples, and {self.crop_columns} columns make"
                f" {self.crop_columns * self.hop_samples}"
            )

    @property
    def mel(self) -> MelSpec:
        """The mel analysis that the vocoder inverts."""
        return MelSpec(
            self.rate_hz,
            n_fft=self.mel_n_fft,
            hop_samples=self.hop_samples,
            n_mels=self.n_mels,
            low_hz=self.low_hz,
            # As others write it, so that equal analyses are equal.
            high_hz=None if 2 * self.high_hz == self.rate_hz else self.high_hz,
            floor=self.floor,
        )


class VocoderKind:
    """Vocoders with an inverse-transform head."""

    name = KIND
    config_type = VocoderConfig

    def build(self, config: VocoderConfig) -> nn.Module:
        """Return an untrained vocoder."""
        from muze_ldm.vocoder.network import IstftVocoder

        return IstftVocoder(config)
