"""Sets of small recordings for tests, and embedders that count what they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import soundfile

Array = npt.NDArray[np.float32]


def sound(seed: int, *, seconds: float = 1.0, rate_hz: int = 22_050, channels: int = 1) -> Array:
    """A tone in noise, (N, C), whose pitch and level follow the seed."""
    random = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    tone = random.uniform(0.1, 0.4) * np.sin(2 * np.pi * random.uniform(100, 2000) * time_s)
    noise = random.uniform(0.01, 0.1) * random.standard_normal((len(time_s), channels))
    return np.asarray(tone[:, None] + noise, np.float32)


def folder_of(root: Path, seeds: Sequence[int], *, seconds: float = 1.0) -> Path:
    """A folder with a recording for each seed, named by it."""
    root.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        soundfile.write(root / f"{seed}.wav", sound(seed, seconds=seconds), 22_050)
    return root


class Counting:
    """An embedder whose vector is mean, level and length of a window; counts the windows that it was given."""

    name = "counting"
    rate_hz = 8000
    window_s = 0.5
    hop_s = 0.5
    width = 3
    packages: Sequence[str] = ()
    device = "cpu"

    def __init__(self, version: int = 1) -> None:
        self.version = version
        self.seen = 0
        self.batches: list[int] = []

    def identity(self) -> Mapping[str, Any]:
        return {"name": self.name, "version": self.version, "dimensions": self.width}

    def embed(self, windows: Sequence[Array]) -> Array:
        self.seen += len(windows)
        self.batches.append(len(windows))
        return np.array([[w.mean(), np.square(w).mean(), len(w)] for w in windows], np.float32)
