"""Signals and files that the audio tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from tests.conftest import SHARED_AUDIO

Samples = npt.NDArray[np.float32]
MakeFile = Callable[..., Path]

SUBTYPES = {"wav": "PCM_16", "flac": "PCM_16", "aiff": "PCM_16", "ogg": "VORBIS", "mp3": "MPEG_LAYER_III"}


def tone(
    freq_hz: float, duration_s: float, rate_hz: int = 44_100, *, channels: int = 1, level: float = 0.5
) -> Samples:
    """A sine, the same in each channel, `(C, N)`."""
    t = np.arange(round(duration_s * rate_hz)) / rate_hz
    return np.tile(level * np.sin(2 * np.pi * freq_hz * t), (channels, 1)).astype(np.float32)


def noise(frames: int, *, channels: int = 1, seed: int = 0, level: float = 0.1) -> Samples:
    """White noise `(C, N)`."""
    return (level * np.random.default_rng(seed).standard_normal((channels, frames))).astype(np.float32)


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """Write samples `(C, N)` with soundfile, independently of the code under test."""

    def make(name: str, samples: Samples, rate_hz: int = 44_100, subtype: str | None = None) -> Path:
        path = tmp_path / name
        kind = path.suffix[1:]
        with soundfile.SoundFile(
            path, "w", rate_hz, samples.shape[0], subtype or SUBTYPES[kind], format=kind.upper()
        ) as file:
            for start in range(0, samples.shape[1], 65_536):
                file.write(samples[:, start : start + 65_536].T)
        return path

    return make


@pytest.fixture
def robustness() -> Path:
    """Folder of broken files; the test is skipped where it is absent."""
    folder = SHARED_AUDIO / "robustness"
    if not folder.is_dir():
        pytest.skip("no folder of broken recordings beside the checkout (set MUZE_TEST_AUDIO)")
    return folder
