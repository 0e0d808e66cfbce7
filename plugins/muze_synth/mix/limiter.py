"""The last stage: loudness, and a ceiling that no sample passes.

Gain is worked out for short blocks. A node stands at each edge between blocks; its gain is no more than what any
block nearby needs, so the straight line between two nodes never lets a sample over the ceiling:

    block peaks ── needed gain ── least of the neighbours ── mean of the same neighbours ── release ── line by line

Because K-weighted energy of a block grows with its gain squared, the loudness that a drive would give is known
without processing the audio, and the drive that reaches the target is found by bisection.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from muze_synth.mix.levels import FRAMES, energies, gated_lufs
from muze_synth.play import Samples

BLOCK_FRAMES = 64
_NEAR = 2  # blocks to each side whose need counts: 4 ms at 32 kHz
_RELEASE_S = 0.08
_MOST_DB = 10.0  # a limiter that takes more away is heard; the master stays softer instead
_STEPS = 4
_EXACT_LU = 0.1

Float64 = npt.NDArray[np.float64]


def finished(
    samples: Samples, rate_hz: int, *, loudness_lufs: float, ceiling_db: float, most_db: float = _MOST_DB
) -> Samples:
    """Bring (2, N) samples to a loudness under a ceiling.

    Args:
        samples: the mix.
        rate_hz: sampling rate.
        loudness_lufs: integrated loudness to reach, as far as `most_db` allows.
        ceiling_db: highest level, dBFS.
        most_db: how much the limiter may take away at the highest peak.

    Returns:
        (2, N), every sample at or under the ceiling; zeros stay zeros.
    """
    frames = samples.shape[1]
    padded = np.pad(samples, ((0, 0), (0, -frames % BLOCK_FRAMES)))
    peaks = _peaks(padded)
    energy = energies(samples, rate_hz)
    now_lufs, peak = gated_lufs(energy, rate_hz), float(peaks.max(initial=0.0))
    if not math.isfinite(now_lufs) or peak == 0.0:
        return samples.copy()
    ceiling = 10.0 ** (ceiling_db / 20.0)
    release = math.exp(-BLOCK_FRAMES / (_RELEASE_S * rate_hz))

    def gains(drive_db: float) -> Float64:
        return _node_gains(peaks, 10.0 ** (drive_db / 20.0), ceiling, release)

    most = 20.0 * math.log10(ceiling / peak) + most_db
    drive_db = min(loudness_lufs - now_lufs, most)
    for _ in range(_STEPS):
        missing = loudness_lufs - gated_lufs(_with(gains(drive_db), energy), rate_hz)
        if missing < _EXACT_LU or drive_db >= most:
            break
        drive_db = min(drive_db + 1.3 * missing, most)  # the limiter takes part of what is added
    nodes = gains(drive_db).astype(np.float32)
    ramp = np.arange(BLOCK_FRAMES, dtype=np.float32) / np.float32(BLOCK_FRAMES)
    gain = nodes[:-1, None] + (nodes[1:] - nodes[:-1])[:, None] * ramp  # (blocks, 64)
    out: Samples = (padded * gain.reshape(-1))[:, :frames]
    limit = np.float32(ceiling)
    return np.clip(out, -limit, limit, out=out)  # rounding alone could pass it


def _peaks(samples: Samples) -> Float64:
    """Return the highest level of each block, (blocks,), halfway between the samples too.

    A cubic through four samples finds most of what a player's filter would make of them: what is left over passes
    full scale by some tenths of a decibel at most.
    """
    between = samples[:, 1:-2] + samples[:, 2:-1]
    between *= np.float32(9.0 / 16.0)
    outer = samples[:, :-3] + samples[:, 3:]
    outer *= np.float32(1.0 / 16.0)
    between -= outer
    np.abs(between, out=between)
    level = np.abs(samples)
    np.maximum(level[:, 1:-2], between, out=level[:, 1:-2])
    blocks = level.reshape(len(samples), samples.shape[1] // BLOCK_FRAMES, BLOCK_FRAMES)
    highest: Float64 = blocks.max(axis=2).max(axis=0).astype(np.float64)
    return highest


def _node_gains(peaks: Float64, drive: float, ceiling: float, release: float) -> Float64:
    """Return the gain at each edge between blocks, (blocks + 1,)."""
    need = np.minimum(1.0, ceiling / np.maximum(peaks * drive, 1e-12))
    if need.min() >= 1.0:
        return np.full(len(peaks) + 1, drive)
    reach = 2 * _NEAR  # the mean below reaches _NEAR further
    wide = np.pad(need, reach, constant_values=1.0)
    least = np.lib.stride_tricks.sliding_window_view(wide, 2 * reach).min(axis=1)  # (blocks + 1,)
    released = _released(least, release)
    smooth = np.pad(released, _NEAR, mode="edge")
    width = 2 * _NEAR + 1
    mean = np.convolve(smooth, np.full(width, 1.0 / width), mode="valid")
    nodes: Float64 = drive * mean
    return nodes


def _released(least: Float64, release: float) -> Float64:
    """Let gain come back slowly: at most the way towards 1 that the release allows."""
    level, out = 1.0, []
    for need in least.tolist():
        level = min(need, 1.0 - (1.0 - level) * release)
        out.append(level)
    return np.array(out)


def _with(nodes: Float64, energy: Float64) -> Float64:
    """Return the energy of stretches after the gain at the nodes, (B,)."""
    per_stretch = FRAMES // BLOCK_FRAMES
    squares = np.square(0.5 * (nodes[:-1] + nodes[1:]))
    count = min(len(energy), len(squares) // per_stretch)
    means = squares[: count * per_stretch].reshape(count, per_stretch).mean(axis=1)
    after: Float64 = energy[:count] * means
    return after
