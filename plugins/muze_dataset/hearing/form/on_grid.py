"""What sounds in each bar: timbre, rhythm, pitch and energy, laid on the grid.

Shapes: U steps, B bars, q steps in a usual bar, M = 36 bands, P = 84 semitones. A bar with fewer or more steps is
sampled at q points, so that bars can be compared step by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.form.bands import Bands, centres_hz
from muze_dataset.hearing.form.energy import loud_power

if TYPE_CHECKING:
    from muze_dataset.hearing.form.grid import Grid

Float64 = npt.NDArray[np.float64]

_PARTS_OF_STEP = 4  # rhythm is told apart down to sixteenths
_REGISTERS = (0, 3, 18, 36)  # bands between which strokes are counted: drums' low end, middle, cymbals
_HIGH_BANDS = 18  # above 1.7 kHz


class Pitches(Protocol):
    """What is read of `material.semitones`: (T, P) amplitudes, `rate_hz` frames a second."""

    @property
    def rate_hz(self) -> float:
        """Frames a second."""
        ...

    @property
    def energies(self) -> npt.NDArray[np.float32]:
        """Amplitude of each semitone in each frame, (T, P)."""
        ...


@dataclass(frozen=True)
class BarSounds:
    """What sounds in each bar.

    Attributes:
        bar_steps: q.
        timbre: (B, q · M) specific loudness in each band at each step.
        rhythm: (B, q · 12) strength of strokes in three registers at each sixteenth.
        pitch: (B, q · P) root of the amplitude of each semitone at each step.
        fullness: (B,) mean specific loudness.
        opening: (B,) loudness of the high bands at the bar's first step: a crash, or none.
        turning: (B,) strokes in the two steps before the bar: a fill, or none.
        low_strokes: (B,) strength of strokes in the low register: kick drum and bass.
    """

    bar_steps: int
    timbre: Float64
    rhythm: Float64
    pitch: Float64
    fullness: Float64
    opening: Float64
    turning: Float64
    low_strokes: Float64


def sounds_on(grid: Grid, bands: Bands, pitches: Pitches) -> BarSounds | None:
    """Lay a recording on its grid; None where it is silent."""
    loud = loud_power(bands)
    if loud is None:
        return None
    power = (
        bands.power.astype(np.float64) * (centres_hz() / 1000.0) / loud
    )  # (T, M), as `energy_terms` has it
    levels = np.log10(1.0 + 1000.0 * power)
    rises = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0.0)
    registers = np.stack(
        [rises[:, low:high].mean(axis=1) for low, high in pairwise(_REGISTERS)], axis=1
    )  # (T, 3)
    timbre = means_between(power**0.25, bands.rate_hz, grid.edges_s)  # (U, M)
    parts = len(timbre) * _PARTS_OF_STEP
    fine_s = np.interp(np.arange(parts + 1) / _PARTS_OF_STEP, np.arange(len(grid.edges_s)), grid.edges_s)
    strokes = means_between(registers, bands.rate_hz, fine_s).reshape(len(timbre), -1)  # (U, 12)
    pitch = means_between(np.sqrt(pitches.energies.astype(np.float64)), pitches.rate_hz, grid.edges_s)
    bars = list(zip(grid.bars[:-1].tolist(), grid.bars[1:].tolist(), strict=True))
    busy = strokes.mean(axis=1)
    return BarSounds(
        bar_steps=grid.bar_steps,
        timbre=_by_bar(timbre, bars, grid.bar_steps),
        rhythm=_by_bar(strokes, bars, grid.bar_steps),
        pitch=_by_bar(pitch, bars, grid.bar_steps),
        fullness=np.array([timbre[a:b].mean() for a, b in bars]),
        opening=timbre[grid.bars[:-1], _HIGH_BANDS:].mean(axis=1),
        turning=np.array([busy[max(a - 2, 0) : a].mean() if a else 0.0 for a, _ in bars]),
        low_strokes=np.array([strokes[a:b, :: len(_REGISTERS) - 1].mean() for a, b in bars]),
    )


def means_between(values: Float64, rate_hz: float, edges_s: Float64) -> Float64:
    """Return the means of frames (T, X) between edges (U + 1,), (U, X); frame t lies about t / rate_hz seconds."""
    sums = np.concatenate((np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)))
    at = np.clip(edges_s * rate_hz + 0.5, 0.0, len(values))
    whole = np.minimum(at.astype(np.int64), len(values) - 1)
    part = (at - whole)[:, None]
    up_to = sums[whole] * (1.0 - part) + sums[whole + 1] * part
    widths = np.diff(at)[:, None]
    nearest = values[np.minimum(at[:-1].astype(np.int64), len(values) - 1)]
    return np.where(widths > 1e-6, np.diff(up_to, axis=0) / np.maximum(widths, 1e-6), nearest)


def _by_bar(values: Float64, bars: list[tuple[int, int]], bar_steps: int) -> Float64:
    at = np.array([first + (last - first) * np.arange(bar_steps) / bar_steps for first, last in bars])
    return values[(at + 1e-6).astype(np.int64)].reshape(len(bars), -1)  # (B, q, X) → (B, q · X)
