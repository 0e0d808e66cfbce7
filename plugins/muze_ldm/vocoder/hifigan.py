"""HiFi-GAN's generator (Kong, Kim and Bae 2020), with the names and the layout of transformers' SpeechT5HifiGan.

It exists so that weights made elsewhere can be used. Such weights do not say which mel analysis they were trained
for beyond the number of bands and the rate, so their `config.json` must be given a block `mel`:

    "mel": {"n_fft": 1024, "low_hz": 0, "high_hz": 8000, "scale": "slaney", "area_norm": true, "power": 1,
            "floor": 1e-5, "log": "natural", "centre": "start"}

`log` is natural or log10. `centre` says which sample of its hop a column is centred on: `start` where the analysis
was centred as torch.stft's is, `middle` where it was padded by (n_fft − hop)/2 as in the HiFi-GAN paper's own code.

Shapes: B items, M mel bands, T columns, N = T · hop samples.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from muzecli.audio.mel import MelSpec
from muzecli.errors import BadDataError, MuzeError

MODEL_TYPES = ("hifigan", "speecht5_hifigan")
ARCHITECTURE = "SpeechT5HifiGan"

_MEL_KEYS = ("n_fft", "low_hz", "high_hz", "scale", "area_norm", "power", "floor", "log", "centre")
_LOGS = {"natural": 1.0, "log10": 1.0 / math.log(10.0)}
_CENTRES = {"start": 0, "middle": 1}
_LAST_SLOPE = 0.01  # of the last activation, which the original leaves at PyTorch's default


@dataclass(frozen=True)
class HifiGanConfig:
    """The keys of transformers' SpeechT5HifiGanConfig that decide the network.

    Attributes:
        model_in_dim: M.
        sampling_rate: Hz.
        upsample_initial_channel: channels before the first upsampling; each halves them.
        upsample_rates: their product is the hop in samples.
        upsample_kernel_sizes: of the transposed convolutions.
        resblock_kernel_sizes: of the residual blocks after each upsampling.
        resblock_dilation_sizes: of their convolutions.
        leaky_relu_slope: of all activations but the last.
        normalize_before: whether mean and scale are applied to the input.
    """

    model_in_dim: int = 80
    sampling_rate: int = 16_000
    upsample_initial_channel: int = 512
    upsample_rates: tuple[int, ...] = (4, 4, 4, 4)
    upsample_kernel_sizes: tuple[int, ...] = (8, 8, 8, 8)
    resblock_kernel_sizes: tuple[int, ...] = (3, 7, 11)
    resblock_dilation_sizes: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    leaky_relu_slope: float = 0.1
    normalize_before: bool = True

    def __post_init__(self) -> None:
        if len(self.upsample_rates) != len(self.upsample_kernel_sizes) or not self.upsample_rates:
            raise ValueError("upsample_rates and upsample_kernel_sizes must be lists of the same length")
        if len(self.resblock_kernel_sizes) != len(self.resblock_dilation_sizes):
            raise ValueError("resblock_kernel_sizes and resblock_dilation_sizes must be of the same length")
        for rate, kernel in zip(self.upsample_rates, self.upsample_kernel_sizes, strict=True):
            if rate < 1 or kernel < rate or (kernel - rate) % 2:
                raise ValueError(
                    "each upsample kernel must be longer than its rate by an even number, so that the output is a"
                    f" whole number of hops, and {kernel} is not for {rate}"
                )
        if self.upsample_initial_channel >> len(self.upsample_rates) < 1:
            raise ValueError("upsample_initial_channel must be at least 2 to the number of upsamplings")

    @property
    def hop_samples(self) -> int:
        """Samples a column."""
        return math.prod(self.upsample_rates)

    @staticmethod
    def from_document(document: Mapping[str, Any]) -> HifiGanConfig:
        """Take the keys that matter from a `config.json`.

        Raises:
            ValueError: a value does not fit.
        """
        given = {
            field.name: _tupled(document[field.name])
            for field in fields(HifiGanConfig)
            if field.name in document
        }
        try:
            return HifiGanConfig(**given)
        except TypeError as error:
            raise ValueError(f"a value is of the wrong type: {error}") from error


class ResidualBlock(nn.Module):
    """Pairs of convolutions, the first of each dilated, each pair beside a short cut."""

    def __init__(self, channels: int, kernel: int, dilations: tuple[int, ...], slope: float) -> None:
        super().__init__()
        self.slope = slope
        self.convs1 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, dilation=d, padding=(kernel - 1) * d // 2)
            for d in dilations
        )
        self.convs2 = nn.ModuleList(
            nn.Conv1d(channels, channels, kernel, padding=(kernel - 1) // 2) for _ in dilations
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, C, N) of (B, C, N)."""
        for dilated, plain in zip(self.convs1, self.convs2, strict=True):
            x = x + plain(functional.leaky_relu(dilated(functional.leaky_relu(x, self.slope)), self.slope))
        return x


class HifiGanVocoder(nn.Module):
    """HiFi-GAN as a vocoder.

    Args:
        config: of the network.
        mel: the analysis it was trained for; `log_scale` times its natural logarithm is what the network takes.
        log_scale: 1, or 1 / ln 10 for weights trained on decimal logarithms.
        half_hops: 1 where the network takes column t to be centred on sample (t + ½) · hop, else 0.

    Attributes:
        rate_hz: sampling rate.
        context_columns: columns on either side that a sample depends on.
    """

    mean: Tensor
    scale: Tensor

    def __init__(
        self, config: HifiGanConfig, mel: MelSpec, *, log_scale: float = 1.0, half_hops: int = 0
    ) -> None:
        super().__init__()
        self.config, self.mel, self.log_scale, self.half_hops = config, mel, log_scale, half_hops
        self.rate_hz = config.sampling_rate
        self.context_columns = context_columns(config) + half_hops
        wide = config.upsample_initial_channel
        self.conv_pre = nn.Conv1d(config.model_in_dim, wide, 7, padding=3)
        self.upsampler = nn.ModuleList(
            nn.ConvTranspose1d(wide >> i, wide >> (i + 1), kernel, rate, padding=(kernel - rate) // 2)
            for i, (rate, kernel) in enumerate(
                zip(config.upsample_rates, config.upsample_kernel_sizes, strict=True)
            )
        )
        self.resblocks = nn.ModuleList(
            ResidualBlock(wide >> (i + 1), kernel, dilations, config.leaky_relu_slope)
            for i in range(len(config.upsample_rates))
            for kernel, dilations in zip(
                config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True
            )
        )
        self.conv_post = nn.Conv1d(wide >> len(config.upsample_rates), 1, 7, padding=3)
        self.register_buffer("mean", torch.zeros(config.model_in_dim))
        self.register_buffer("scale", torch.ones(config.model_in_dim))

    def forward(self, mel: Tensor) -> Tensor:
        """Return samples (B, T · hop) of what the network takes, (B, M, T); nothing is shifted."""
        slope, kernels = self.config.leaky_relu_slope, len(self.config.resblock_kernel_sizes)
        if self.config.normalize_before:
            mel = (mel - self.mean[:, None]) / self.scale[:, None]
        x = self.conv_pre(mel)
        for i, upsample in enumerate(self.upsampler):
            x = upsample(functional.leaky_relu(x, slope))
            blocks = [self.resblocks[i * kernels + j] for j in range(kernels)]
            x = torch.stack([block(x) for block in blocks]).sum(0) / kernels
        samples: Tensor = torch.tanh(self.conv_post(functional.leaky_relu(x, _LAST_SLOPE)))
        return samples[:, 0]

    @torch.inference_mode()
    def decode(self, mel: Tensor, *, first_column: int = 0) -> Tensor:
        """Return samples (B, T · hop) of natural log-mel columns (B, M, T); column t is centred on sample t · hop."""
        if not self.half_hops:
            return self.forward(mel * self.log_scale)
        # The network puts column t half a hop too late: half a hop goes at the start, and one column more at the
        # end fills what is then missing there.
        longer = torch.cat([mel, mel[..., -1:]], dim=-1)
        late, length = self.config.hop_samples // 2, mel.shape[-1] * self.config.hop_samples
        return self.forward(longer * self.log_scale)[:, late : late + length]


def context_columns(config: HifiGanConfig) -> int:
    """Return how many columns on either side a sample depends on, by adding up what each layer sees."""
    samples, hop = 3.0, config.hop_samples  # of conv_post, at the full rate
    step = 1  # samples of the output a frame of this layer's output
    for rate, kernel in zip(
        reversed(config.upsample_rates), reversed(config.upsample_kernel_sizes), strict=True
    ):
        blocks = max(
            sum((size - 1) // 2 * (dilation + 1) for dilation in dilations)
            for size, dilations in zip(
                config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True
            )
        )
        samples += blocks * step
        samples += kernel * step  # a frame of the input reaches (kernel − rate)/2 + rate frames at most
        step *= rate
    return math.ceil(samples / hop) + 3  # and conv_pre's three columns


def mel_from_document(
    document: Mapping[str, Any], config: HifiGanConfig, *, name: str
) -> tuple[MelSpec, float, int]:
    """Return the analysis, the scale of its logarithm and the half hops that a `config.json` names.

    Raises:
        BadDataError: it names none, or a value is wrong.
    """
    block = document.get("mel")
    if not isinstance(block, Mapping):
        raise BadDataError(
            f"{name}: the mel analysis that these weights were trained for must stand in a block 'mel'",
            hint=f'add "mel": {{…}} with the keys {", ".join(_MEL_KEYS)}; wrong values sound wrong',
        )
    wrong = sorted(set(_MEL_KEYS) ^ set(block))
    if wrong:
        raise BadDataError(
            f"{name}: the block 'mel' must have the keys {', '.join(_MEL_KEYS)}; missing or unknown:"
            f" {', '.join(wrong)}"
        )
    for key, words in (("log", _LOGS), ("centre", _CENTRES), ("scale", ("slaney", "htk"))):
        if block[key] not in words:
            raise BadDataError(
                f"{name}: mel.{key} must be one of {', '.join(words)}, and it is {block[key]!r}"
            )
    try:
        spec = MelSpec(
            config.sampling_rate,
            n_fft=int(block["n_fft"]),
            hop_samples=config.hop_samples,
            n_mels=config.model_in_dim,
            low_hz=float(block["low_hz"]),
            high_hz=float(block["high_hz"]),
            scale=block["scale"],
            area_norm=bool(block["area_norm"]),
            power=float(block["power"]),
            floor=float(block["floor"]),
        )
    except (TypeError, ValueError, MuzeError) as error:
        raise BadDataError(f"{name}: the block 'mel' describes no analysis: {error}") from error
    return spec, _LOGS[block["log"]], _CENTRES[block["centre"]]


def plain_weights(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the weights with weight normalisation folded in, w = g · v / ‖v‖ (Salimans and Kingma 2016, eq. 2).

    Both of PyTorch's layouts are known: `weight_g`, `weight_v` and `parametrizations.weight.original0`, `…1`.
    """
    plain: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        for length, direction in (
            ("weight_g", "weight_v"),
            ("parametrizations.weight.original0", "parametrizations.weight.original1"),
        ):
            if name.endswith(direction):
                break
            if name.endswith(length):
                stem = name.removesuffix(length)
                other = tensors.get(stem + direction)
                if other is not None:
                    sides = tuple(range(1, other.ndim))
                    plain[stem + "weight"] = tensor * other / other.norm(dim=sides, keepdim=True)
                break
        else:
            plain[name] = tensor
    return plain


def _tupled(value: Any) -> Any:
    return tuple(_tupled(item) for item in value) if isinstance(value, list) else cast("Any", value)
