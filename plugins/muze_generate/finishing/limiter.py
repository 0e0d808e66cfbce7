"""Hold a ceiling: gain that goes down in time and comes back slowly.

Gain is worked out for short blocks. Every block is given no more than what any block nearby needs, the least of the
neighbours is smoothed, and between the middles of blocks gain runs in straight lines; so no sample passes the ceiling:

    block peaks ─ needed gain ─ least within ±2L ─ slow release ─ mean within ±L ─ line from middle to middle

Values between the samples may pass it all the same; the ceiling for samples is lowered until those keep it, too.

Shapes: C channels, N frames, B blocks.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from muzecli.audio.true_peak import TruePeakMeter

Samples = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]

BLOCK_FRAMES = 32
_LOOK_S = 0.003  # L: how far ahead gain begins to go down, and half the width of its smoothing
_RELEASE_S = 0.12  # until the gain has come back by two thirds
_SLACK_DB = 0.02
_TRIES = 4
_CHUNK_FRAMES = 1 << 18


def limited(samples: Samples, rate_hz: int, *, ceiling_dbtp: float) -> Samples:
    """Return (C, N) samples whose true peak is at or under a ceiling.

    Args:
        samples: (C, N), of any level.
        rate_hz: sampling rate.
        ceiling_dbtp: highest true peak wanted, dB over full scale, at most 0.
    """
    peaks = _block_peaks(samples)
    sample_ceiling_db = ceiling_dbtp
    for _ in range(_TRIES):
        out = _with_gain(samples, _gains(peaks, 10.0 ** (sample_ceiling_db / 20.0), rate_hz))
        over_db = _true_peak_dbtp(out, rate_hz) - ceiling_dbtp
        if over_db <= 0.0:
            return out
        sample_ceiling_db -= over_db + _SLACK_DB
    out *= np.float32(10.0 ** (-(over_db + _SLACK_DB) / 20.0))  # what is left is hundredths of a decibel
    return out


def _block_peaks(samples: Samples) -> Floats:
    """Return the highest level of each block, (B,)."""
    count = -(-samples.shape[1] // BLOCK_FRAMES)
    level = np.zeros(count * BLOCK_FRAMES, np.float32)
    np.abs(samples).max(axis=0, out=level[: samples.shape[1]])
    highest: Floats = level.reshape(count, BLOCK_FRAMES).max(axis=1).astype(np.float64)
    return highest


def _gains(peaks: Floats, ceiling: float, rate_hz: int) -> Floats:
    """Return the gain in the middle of each block, (B,)."""
    need = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-12))
    look = max(1, round(_LOOK_S * rate_hz / BLOCK_FRAMES))
    wide = np.pad(need, 2 * look, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(wide, 4 * look + 1).min(axis=1)
    slow = np.pad(_released(least, math.exp(-BLOCK_FRAMES / (_RELEASE_S * rate_hz))), look, mode="edge")
    width = 2 * look + 1
    mean: Floats = np.convolve(slow, np.full(width, 1.0 / width), mode="valid")
    return np.minimum(mean, 1.0)  # rounding of the mean alone could pass it


def _released(least: Floats, keep: float) -> Floats:
    """Let gain come back slowly; it goes down at once."""
    level, out = 1.0, []
    for need in least.tolist():
        level = min(need, 1.0 - (1.0 - level) * keep)
        out.append(level)
    return np.array(out)


def _with_gain(samples: Samples, gains: Floats) -> Samples:
    frames = samples.shape[1]
    middles = (np.arange(len(gains)) + 0.5) * BLOCK_FRAMES
    out = np.empty_like(samples)
    for start in range(0, frames, _CHUNK_FRAMES):
        at = np.arange(start, min(start + _CHUNK_FRAMES, frames)) + 0.5
        span = slice(start, start + len(at))
        out[:, span] = samples[:, span] * np.interp(at, middles, gains).astype(np.float32)
    return out


def _true_peak_dbtp(samples: Samples, rate_hz: int) -> float:
    meter = TruePeakMeter(rate_hz, samples.shape[0])
    for start in range(0, samples.shape[1], _CHUNK_FRAMES):
        meter.add(samples[:, start : start + _CHUNK_FRAMES])
    return meter.dbtp
