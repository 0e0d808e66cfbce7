"""Crops of recordings with what lies around them, and the spectrograms that a vocoder is fed.

    samples   |- margin -|============ crop_columns · hop ============|- margin -|
    columns        |- around -| 0   1   2  …            T − 1 |- around -|

The margin holds half a window, so that a crop's columns are those of the whole recording, and some columns more
where an autoencoder is to see what surrounds the crop.

Shapes: B items, M mel bands, T columns of a crop, N = T · hop samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from muze_ldm.data.windows import Window, of_first_split, spread, windows_of
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.config import VocoderConfig
from muze_ldm.vocoder.frontend import FrontEnd


class Audio(Protocol):
    """What is asked of `muze_ldm.data.audio.AudioCache`."""

    @property
    def ids(self) -> list[str]: ...  # noqa: D102
    @property
    def splits(self) -> list[str]: ...  # noqa: D102
    def samples(self, index: int) -> int: ...  # noqa: D102
    def audio(self, index: int, start: int = 0, end: int | None = None) -> npt.NDArray[np.float32]: ...  # noqa: D102


@dataclass(frozen=True)
class Crops:
    """Reads crops.

    Attributes:
        audio: of all recordings.
        config: of the vocoder.
        around: columns on either side that an autoencoder sees; 0 without one.
    """

    audio: Audio
    config: VocoderConfig
    around: int = 0

    @property
    def margin(self) -> int:
        """Samples on either side of a crop."""
        return self.config.mel_n_fft // 2 + self.around * self.config.hop_samples

    def windows(self, *splits: str, step_columns: int, most: int | None = None) -> list[Window]:
        """Return crops in columns, of the first split that has recordings.

        Args:
            splits: names, in order of preference.
            step_columns: from one crop to the next.
            most: at most so many, evenly spread.
        """
        lengths = [self.audio.samples(i) // self.config.hop_samples for i in range(len(self.audio.ids))]
        chosen = of_first_split(self.audio.splits, *splits)
        found = windows_of(lengths, chosen, frames=self.config.crop_columns, hop=step_columns)
        return found if most is None else spread(found, most)

    def name(self, window: Window) -> str:
        """Return how a user finds a crop: recording and time."""
        seconds = window.start * self.config.hop_samples / self.config.rate_hz
        return f"{self.audio.ids[window.recording]} at {seconds:.2f} s"

    def read(self, windows: Sequence[Window]) -> Tensor:
        """Return samples (B, margin + N + margin); beyond a recording's ends there is silence."""
        hop = self.config.hop_samples
        out = np.zeros((len(windows), 2 * self.margin + self.config.crop_columns * hop), np.float32)
        for row, window in zip(out, windows, strict=True):
            first = window.start * hop - self.margin
            samples = self.audio.audio(window.recording, max(first, 0), first + len(row))
            at = max(-first, 0)
            row[at : at + len(samples)] = samples
        return torch.from_numpy(out)

    def inner(self, samples: Tensor) -> Tensor:
        """Return the crop (B, N) of what `read` gave."""
        return samples[:, self.margin : samples.shape[1] - self.margin]


def mel_of_crop(
    samples: Tensor, front_end: FrontEnd, vae: AudioVAE | None, *, columns: int, around: int
) -> Tensor:
    """Return what the vocoder is fed, (B, M, T): a crop's log-mel, or what an autoencoder makes of it.

    Args:
        samples: of `Crops.read`.
        front_end: the analysis.
        vae: the autoencoder, or None.
        columns: T.
        around: columns that lie on either side.
    """
    hop, whole = front_end.spec.hop_samples, columns + 2 * around
    framed = samples[:, : 2 * front_end.margin + (whole - 1) * hop]
    mel = front_end.log_mel(front_end.magnitudes(framed)).transpose(1, 2)  # (B, M, T + 2 · around)
    if vae is None:
        return mel
    restored = vae.decode(vae.encode(mel[:, None]).mean)[:, 0]
    return restored[..., around : around + columns]


def around_columns(vae: AudioVAE | None, config: VocoderConfig, *, wanted: int = 32) -> int:
    """Return how many columns to read on either side of a crop for an autoencoder, about `wanted`; 0 without one.

    Raises:
        ValueError: no margin makes the crop a multiple of the autoencoder's stride.
    """
    if vae is None:
        return 0
    stride = vae.config.time_stride
    for around in range(wanted, wanted + stride):
        if (config.crop_columns + 2 * around) % stride == 0:
            return around
    raise ValueError(
        f"crop_columns must be even where the autoencoder's stride is {stride}, and it is {config.crop_columns}"
    )
