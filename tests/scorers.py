"""Scorers with known truth, and how to register them alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from muzecli import entrypoints
from muzecli.entrypoints import EntryPoint
from muzecli.errors import UnavailableError

GROUP = "muze.scorers"
RATE_HZ = 8_000
BANDS_HZ = (100.0, 200.0, 400.0, 800.0, 1600.0)
"""Text `band 2` means a tone of 400 Hz."""

Array = npt.NDArray[np.float32]


def register(monkeypatch: pytest.MonkeyPatch, **registered: str) -> None:
    """Register these scorers and no others: `register(monkeypatch, bands="Bands")`; a class here or "module:Class"."""
    others = [entry for entry in entrypoints.all_entry_points() if entry.group != GROUP]
    named = {name: place if ":" in place else f"tests.scorers:{place}" for name, place in registered.items()}
    own = [EntryPoint(GROUP, name, place, "tests 1") for name, place in sorted(named.items())]
    monkeypatch.setattr(entrypoints, "_scan", lambda: (*others, *own))


class Bands:
    """A window is the share of its power in each band; a text is the band that it names."""

    name = "bands"
    stands_in = False
    sha256 = "ba" * 32

    def identity(self) -> Mapping[str, Any]:
        return {
            "model": "bands",
            "sha256": self.sha256,
            "dimensions": len(BANDS_HZ),
            "rate_hz": RATE_HZ,
            "channels": 1,
            "window_s": 1.0,
            "hop_s": 1.0,
            "loudness": "as it is",
        }

    def embed_texts(self, texts: Sequence[str]) -> Array:
        vectors = np.zeros((len(texts), len(BANDS_HZ)), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            row[int(text.split()[1])] = 1.0
        return vectors

    def embed_windows(self, windows: Sequence[Array]) -> Array:
        return np.stack([_shares(window) for window in windows])

    def embed_audio(self, audio: Sequence[tuple[Array, int]]) -> Array:
        return np.stack([_shares(samples.mean(axis=0), rate_hz) for samples, rate_hz in audio])

    def score(self, texts: Sequence[str], audio: Sequence[tuple[Array, int]]) -> Array:
        return np.asarray((self.embed_texts(texts) * self.embed_audio(audio)).sum(axis=1), np.float32)


class StandIn(Bands):
    """The same, and gives way to others."""

    name = "stand-in"
    stands_in = True


class Absent(Bands):
    """Its weights are not here."""

    name = "absent"

    def identity(self) -> Mapping[str, Any]:
        raise UnavailableError("the weights of absent are not here", hint="fetch absent")


class Broken(Bands):
    """Cannot say what it is."""

    name = "broken"

    def identity(self) -> Mapping[str, Any]:
        raise ZeroDivisionError("no")


class Unbuildable(Bands):
    """Cannot even be made."""

    def __init__(self) -> None:
        raise RuntimeError("out of order")


class Wide(Bands):
    """Gives as many numbers as CLAP, all alike."""

    name = "wide"

    def identity(self) -> Mapping[str, Any]:
        return {**super().identity(), "dimensions": 512}

    def embed_texts(self, texts: Sequence[str]) -> Array:
        return np.full((len(texts), 512), 512**-0.5, np.float32)

    def embed_audio(self, audio: Sequence[tuple[Array, int]]) -> Array:
        return np.full((len(audio), 512), 512**-0.5, np.float32)


class ManyModels(Bands):
    """Reads models from folders that hold a file `bands.txt`, and remembers device and model."""

    name = "many"

    def __init__(self, model: str | None = None, device: str = "cpu") -> None:
        self.model, self.device = model, device

    def of(self, model: str | None, *, device: str = "cpu") -> ManyModels:
        return ManyModels(model, device)

    def identity(self) -> Mapping[str, Any]:
        from pathlib import Path

        from muzecli.errors import BadDataError

        if self.model is not None and not (Path(self.model) / "bands.txt").is_file():
            raise BadDataError(f"{self.model} holds no bands")
        return {**super().identity(), "model": self.model or "bands"}


def _shares(mono: Array, rate_hz: int = RATE_HZ) -> Array:
    """Return the power at each band (D,), at length 1."""
    at = np.arange(len(mono)) / rate_hz
    power = [abs(np.dot(mono, np.exp(-2j * np.pi * hz * at))) ** 2 for hz in BANDS_HZ]
    vector = np.array(power) + 1e-9
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def tone(band: int, seconds: float = 2.0, rate_hz: int = RATE_HZ) -> Array:
    """Return a tone (N,) of a band."""
    return np.asarray(
        0.3 * np.sin(2 * np.pi * BANDS_HZ[band] * np.arange(round(seconds * rate_hz)) / rate_hz), np.float32
    )
