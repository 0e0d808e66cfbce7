"""Recordings made of tones and noise, in memory, in the shape of an audio cache."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_ldm.vocoder.config import VocoderConfig

SMALL = VocoderConfig(
    rate_hz=8000,
    mel_n_fft=256,
    hop_samples=80,
    n_mels=24,
    high_hz=4000.0,
    width=24,
    hidden=32,
    depth=2,
    istft_n_fft=320,
    clock_columns=4,
    refinements=1,
    decode_refinements=2,
    crop_columns=16,
    stft_sizes=(128, 256, 512),
    adversary_channels=4,
)


class Tones:
    """Recordings of a second or so."""

    def __init__(self, splits: tuple[str, ...] = ("train", "train", "valid"), *, rate_hz: int = 8000) -> None:
        self.splits = list(splits)
        self.ids = [f"tone {i}" for i in range(len(splits))]
        self._samples = [_tone(i, rate_hz) for i in range(len(splits))]

    def samples(self, index: int) -> int:
        return len(self._samples[index])

    def audio(self, index: int, start: int = 0, end: int | None = None) -> npt.NDArray[np.float32]:
        return self._samples[index][start:end]


def _tone(seed: int, rate_hz: int) -> npt.NDArray[np.float32]:
    rng = np.random.default_rng(seed)
    time_s = np.arange(rate_hz + 37 * seed) / rate_hz
    tone = 0.3 * np.sin(2 * np.pi * (200 + 130 * seed) * time_s) * np.exp(-3 * time_s)
    return (tone + 0.01 * rng.standard_normal(len(time_s))).astype(np.float32)
