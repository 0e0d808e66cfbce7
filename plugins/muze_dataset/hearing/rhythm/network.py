"""A small network that hears where beats and downbeats may be, how fast the music goes, and in which metre.

It listens to onsets and changes of harmony, never to the sound itself, and looks ten seconds back and ahead: a
temporal convolutional network (Davies and Böck, "Temporal convolutional networks for musical audio beat tracking",
EUSIPCO 2019) that also tells the tempo of the whole (Böck, Davies and Knees, "Multi-task learning of tempo and
beat", ISMIR 2019). Its outputs are opinions; `bars.py` makes one beat of them.

    bands, two frames    ┐            ┌ beat, downbeat   (T, 2) log-odds
    changes of harmony   ┴ 86 → 24 ─▶ 8 × dilated ─┴ mean of each ─▶ tempo (100,), metre (7,) log-probabilities

T steps, 50 a second; C channels. 43 000 numbers, trained by `recipes/rhythm.py`; its card is in `weights/rhythm`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.onsets import Onsets
from muzecli.resources import weights_dir

Floats = npt.NDArray[np.float32]

STEPS_HZ = 50
METRES = ("2/4", "3/4", "4/4", "5/4", "6/8", "7/8", "12/8")
BEATS = {"2/4": 2, "3/4": 3, "4/4": 4, "5/4": 5, "6/8": 2, "7/8": 7, "12/8": 4}
"""Beats in a bar: those of 6/8 and 12/8 are dotted quarters, that of 7/8 is an eighth."""
TEMPI_BPM = np.geomspace(40.0, 240.0, 100)
DILATIONS = tuple(2**i for i in range(8))
KERNEL = 5

_BAND_SCALE = 5.0  # brings strong onsets to about 1


@dataclass(frozen=True)
class Opinions:
    """What the network thinks.

    Attributes:
        beat: (T,) log-odds that there is a beat, 50 a second.
        downbeat: (T,) that there is a downbeat.
        tempo: (100,) log-probabilities of `TEMPI_BPM`.
        metre: (7,) log-probabilities of `METRES`.
    """

    beat: Floats
    downbeat: Floats
    tempo: Floats
    metre: Floats


def inputs_of(onsets: Onsets) -> Floats:
    """Return what the network listens to, (T, 2 B + 4): two frames of bands and the changes at each step."""
    return stacked(onsets.bands, onsets.changes)


def stacked(bands: Floats, changes: Floats) -> Floats:
    """Return bands (F, B) at 100 Hz and changes (G, 4) at 25 Hz side by side at 50 Hz, (T, 2 B + 4)."""
    steps = (len(bands) + 1) // 2
    pairs = np.zeros((2 * steps, bands.shape[1]), np.float32)
    pairs[: len(bands)] = bands
    at = np.minimum(np.arange(steps) // 2, len(changes) - 1)
    return np.concatenate([pairs.reshape(steps, -1) * np.float32(_BAND_SCALE), changes[at]], axis=1)


def think(weights: Mapping[str, Floats], inputs: Floats) -> Opinions:
    """Return the network's opinions on inputs (T, 2 B + 4)."""
    x = _elu(_convolved(inputs, weights, "stem"))
    x = _elu(_convolved(x, weights, "context"))
    summary = []
    for index, dilation in enumerate(DILATIONS):
        y = _elu(_convolved(x, weights, f"dilated.{index}", dilation))
        y = _convolved(y, weights, f"mixed.{index}")
        x = x + y
        summary.append(_elu(y).mean(axis=0))
    marks = _convolved(_elu(x), weights, "marks")
    whole = _elu(_linear(np.concatenate(summary), weights, "summary"))
    return Opinions(
        beat=marks[:, 0],
        downbeat=marks[:, 1],
        tempo=_log_softmax(_linear(whole, weights, "tempo")),
        metre=_log_softmax(_linear(whole, weights, "metre")),
    )


def weights_path() -> Path | None:
    """Return the file with the trained weights; None where it is not installed."""
    folder = weights_dir()
    path = None if folder is None else folder / "rhythm" / "model.safetensors"
    return path if path is not None and path.is_file() else None


@lru_cache(maxsize=1)
def load(path: Path) -> Mapping[str, Floats]:
    """Return the weights by name; kept for the next recording."""
    from safetensors.numpy import load_file

    return load_file(path)


def _convolved(x: Floats, weights: Mapping[str, Floats], name: str, dilation: int = 1) -> Floats:
    """Return a convolution over time, zeros beyond both ends, of (T, C) with weights (out, in, taps)."""
    kernel, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    taps, steps = kernel.shape[2], len(x)
    result = np.broadcast_to(bias, (steps, len(bias))).copy()
    for tap in range(taps):
        shift = (tap - taps // 2) * dilation
        start, stop = max(0, -shift), min(steps, steps - shift)
        if start < stop:
            result[start:stop] += x[start + shift : stop + shift] @ kernel[:, :, tap].T
    return result


def _linear(x: Floats, weights: Mapping[str, Floats], name: str) -> Floats:
    result: Floats = weights[f"{name}.weight"] @ x + weights[f"{name}.bias"]
    return result


def _elu(x: Floats) -> Floats:
    return np.where(x > 0.0, x, np.expm1(np.minimum(x, np.float32(0.0))))


def _log_softmax(x: Floats) -> Floats:
    shifted = x - x.max()
    result: Floats = shifted - np.log(np.exp(shifted).sum())
    return result
