"""What no song may have: numbers that are none, samples beyond full scale, holes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from benchmarks.hearing.heard import RATE_HZ, Floats, Heard

SILENT_DB, SOUNDING_DB = -60.0, -45.0
_WINDOW_S = 0.25
_FULL_SCALE = 0.999
_RUN = 3


def not_finite(samples: npt.NDArray[np.float32]) -> int:
    """Return how many of the samples (C, N) are NaN or infinite."""
    return int((~np.isfinite(samples)).sum())


def peak(samples: npt.NDArray[np.float32]) -> float:
    """Return the highest absolute sample of (C, N)."""
    return float(np.abs(np.nan_to_num(samples)).max(initial=0.0))


def clipped(samples: npt.NDArray[np.float32]) -> int:
    """Return how many times three or more samples in a row of one channel stand at full scale or beyond it."""
    full = np.abs(np.nan_to_num(samples)) >= _FULL_SCALE
    runs = np.lib.stride_tricks.sliding_window_view(full, _RUN, axis=1).min(axis=2).astype(np.int8)
    starts = np.diff(runs, axis=1, prepend=np.zeros((len(samples), 1), np.int8)) == 1
    return int(starts.sum())


def holes_s(heard: Heard, reference: Heard) -> float:
    """Return for how many seconds a song is silent, below −60 dBFS, while another rendering sounds, above −45."""
    windows = min(len(heard.mono), len(reference.mono)) // round(_WINDOW_S * RATE_HZ)
    own, other = _levels_db(heard.mono, windows), _levels_db(reference.mono, windows)
    return float(((own < SILENT_DB) & (other > SOUNDING_DB)).sum() * _WINDOW_S)


def _levels_db(mono: Floats, windows: int) -> npt.NDArray[np.float64]:
    each = round(_WINDOW_S * RATE_HZ)
    blocks = mono[: windows * each].reshape(windows, each).astype(np.float64)
    return np.asarray(10 * np.log10((blocks**2).mean(axis=1) + 1e-12))
