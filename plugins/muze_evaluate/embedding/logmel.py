"""Statistics of a log-mel spectrogram: a space that needs no model, and that everybody has.

A window's vector has three numbers for each of 40 bands, all in decibels:

    mean         its spectrum: timbre, balance, level
    deviation    how much the band comes and goes
    flux         mean size of the change from a frame to the next: how fast

It hears differences of sound, level and pace, and nothing of harmony or form: a floor to compare with, and no
replacement for a trained space. Levels are left as they are, so that a quieter set is a different one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from muzecli.audio.mel import MelSpec, mel_filterbank

Array = npt.NDArray[np.float32]

SPEC = MelSpec(rate_hz=22_050, n_fft=1024, hop_samples=512, n_mels=40, power=2.0)
WINDOW_S = 5.0
FLOOR_DB = -80.0
"""Below a sine wave of full scale; what is quieter in a band counts as that."""


class LogMel:
    """The embedder `logmel`."""

    name = "logmel"
    rate_hz = SPEC.rate_hz
    window_s = WINDOW_S
    hop_s = WINDOW_S
    width = 3 * SPEC.n_mels
    packages: Sequence[str] = ("numpy",)
    device = "cpu"

    def __init__(self) -> None:
        self._window = np.hanning(SPEC.n_fft + 1)[:-1].astype(np.float32)
        # A sine of full scale has half the window's sum as its magnitude.
        self._full = float(self._window.sum() / 2) ** 2
        self._bands = [_support(band / band.sum()) for band in mel_filterbank(SPEC)]

    def identity(self) -> Mapping[str, Any]:
        """Return what decides its vectors."""
        return {
            "name": self.name,
            "model": "log-mel statistics 1",
            "sha256": None,
            "dimensions": self.width,
            "rate_hz": self.rate_hz,
            "channels": 1,
            "window_s": self.window_s,
            "hop_s": self.hop_s,
            "loudness": "as it is",
        }

    def embed(self, windows: Sequence[Array]) -> Array:
        """Return (B, 120) vectors in decibels: means, deviations and fluxes of the 40 bands."""
        return np.stack([self._vector(window) for window in windows])

    def _vector(self, window: Array) -> Array:
        # Frames lie inside the window, so that a cut through a tone is not a click.
        padded = np.pad(window, (0, max(SPEC.n_fft - len(window), 0)))
        frames = np.lib.stride_tricks.sliding_window_view(padded, SPEC.n_fft)[
            :: SPEC.hop_samples
        ]  # (T, n_fft)
        spectrum = np.fft.rfft(frames * self._window, axis=1)  # (T, F)
        power = (spectrum.real**2 + spectrum.imag**2) / self._full
        # Not a matrix product: its last bits depend on how many threads there are, and nine tenths of it are nought.
        bands = np.stack([(power[:, where] * weights).sum(axis=1) for where, weights in self._bands], axis=1)
        db = 10.0 * np.log10(np.maximum(bands, 10 ** (FLOOR_DB / 10))).astype(np.float64)  # (T, M)
        flux = np.abs(np.diff(db, axis=0)).mean(axis=0) if len(db) > 1 else np.zeros(db.shape[1])
        return np.concatenate([db.mean(axis=0), db.std(axis=0), flux]).astype(np.float32)


def _support(band: Array) -> tuple[slice, Array]:
    """Return where a band's weights (F,) are not nought, and these."""
    at = np.flatnonzero(band)
    where = slice(int(at[0]), int(at[-1]) + 1)
    return where, band[where]
