"""Loudness to a target, and no peak over the ceiling: one gain where that is enough, else a limiter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_generate.finishing.limiter import limited
from muzecli.audio.loudness import LoudnessMeter
from muzecli.audio.peaks import decide_peak

Samples = npt.NDArray[np.float32]

CEILING_DBTP = -1.0
"""What AES TD1008 and EBU R 128 ask of music that will be resampled or encoded again."""
MOST_LIMITED_DB = 8.0
"""How much of a peak the limiter may take away; beyond that the music stays softer than asked."""
MOST_MATCHED_DB = 12.0
_NEAR_LU = 0.2
_BLOCK_FRAMES = 1 << 18


@dataclass(frozen=True)
class Level:
    """What was measured.

    Attributes:
        lufs: integrated loudness; −inf for silence.
        true_peak_dbtp: highest true peak.
    """

    lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True)
class Levelled:
    """Audio at its loudness.

    Attributes:
        samples: (C, N).
        level: measured on them.
        gain_db: what was added to the whole.
        limited_db: how much of the highest peak was taken away.
        warnings: what the user should know.
    """

    samples: Samples
    level: Level
    gain_db: float
    limited_db: float = 0.0
    warnings: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, float]:
        """Return the figures for a sidecar."""
        figures = {
            "integrated_lufs": self.level.lufs,
            "true_peak_dbtp": self.level.true_peak_dbtp,
            "gain_db": self.gain_db,
            "limited_db": self.limited_db,
        }
        return {name: round(value, 2) for name, value in figures.items()}


def measured(samples: Samples, rate_hz: int) -> Level:
    """Return loudness and true peak of (C, N) samples."""
    meter = LoudnessMeter(rate_hz, samples.shape[0])
    for start in range(0, samples.shape[1], _BLOCK_FRAMES):
        meter.add(samples[:, start : start + _BLOCK_FRAMES])
    return Level(meter.integrated_lufs, meter.true_peak_dbtp)


def levelled(samples: Samples, rate_hz: int, *, target_lufs: float | None) -> Levelled:
    """Bring samples to a loudness without a peak over the ceiling.

    Args:
        samples: (C, N).
        rate_hz: sampling rate.
        target_lufs: integrated loudness wanted; None keeps the level, and turns it down only where it would clip.
    """
    before = measured(samples, rate_hz)
    if not math.isfinite(before.true_peak_dbtp):
        return Levelled(samples, before, 0.0, warnings=("it is silent",))
    if target_lufs is None or not math.isfinite(before.lufs):  # too short or too soft to have a loudness
        peak = decide_peak(before.true_peak_dbtp, "normalize", ceiling_dbtp=CEILING_DBTP)
        level = Level(before.lufs + peak.gain_db, before.true_peak_dbtp + peak.gain_db)
        unheard = None if target_lufs is None else "it is too soft or too short to have a loudness"
        warnings = tuple(filter(None, (peak.warning, unheard)))
        return Levelled(_gained(samples, peak.gain_db), level, peak.gain_db, warnings=warnings)
    gain_db = target_lufs - before.lufs
    over_db = before.true_peak_dbtp + gain_db - CEILING_DBTP
    if over_db <= 0.0:
        level = Level(target_lufs, before.true_peak_dbtp + gain_db)
        return Levelled(_gained(samples, gain_db), level, gain_db)
    return _limited_to(samples, rate_hz, before, target_lufs)


def under_ceiling(samples: Samples, rate_hz: int) -> Samples:
    """Return samples without a peak over the ceiling, limited only where there is one."""
    if measured(samples, rate_hz).true_peak_dbtp <= CEILING_DBTP:
        return samples
    return limited(samples, rate_hz, ceiling_dbtp=CEILING_DBTP)


def matching_gain_db(stays: Samples, rendered: Samples, rate_hz: int) -> float:
    """Return the gain that brings a rendering to the level of audio that stays, from the same stretch of both.

    0 where one of them is silent, or too short to have a loudness; never more than 12 dB either way.
    """
    difference = measured(stays, rate_hz).lufs - measured(rendered, rate_hz).lufs
    if not math.isfinite(difference):
        return 0.0
    return min(MOST_MATCHED_DB, max(-MOST_MATCHED_DB, difference))


def _limited_to(samples: Samples, rate_hz: int, before: Level, target_lufs: float) -> Levelled:
    """Drive a limiter until the loudness is reached; what it takes away is added in a second pass."""
    most_db = CEILING_DBTP - before.true_peak_dbtp + MOST_LIMITED_DB
    gain_db = min(target_lufs - before.lufs, most_db)
    for last in (False, False, True):
        out = limited(_gained(samples, gain_db), rate_hz, ceiling_dbtp=CEILING_DBTP)
        level = measured(out, rate_hz)
        missing = target_lufs - level.lufs
        if last or missing < _NEAR_LU or gain_db >= most_db:
            break
        gain_db = min(gain_db + 1.2 * missing, most_db)
    limited_db = max(0.0, before.true_peak_dbtp + gain_db - CEILING_DBTP)
    softer = f"it is {level.lufs:.1f} LUFS: peaks leave no room for {target_lufs:g}"
    return Levelled(out, level, gain_db, limited_db, (softer,) if missing > 0.5 else ())


def _gained(samples: Samples, gain_db: float) -> Samples:
    return samples * np.float32(10.0 ** (gain_db / 20.0)) if gain_db else samples
