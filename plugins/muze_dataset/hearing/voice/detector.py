"""The network that says how likely a voice is, frame by frame.

Small convolutions over mel spectra see formants move and partials bend; dilated ones over time see syllables (after
Schlüter and Grill, "Exploring data augmentation for improved singing voice detection with neural networks", ISMIR
2015). It learned from synthetic songs alone, voices and accompaniments mixed anew; its card is in `weights/voice`.

Shapes: B recordings, T frames, M mel bands; two layers, mid and side.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from muze_dataset.hearing.voice.spectra import BANDS, FLOOR_DB
from muzecli.errors import BadDataError
from muzecli.weights import FoundWeights

_PIECE_FRAMES = 3000  # a minute
_CONTEXT_FRAMES = 64  # the network sees 3 + 31 frames to either side


@dataclass(frozen=True)
class DetectorConfig:
    """Sizes of the network.

    Attributes:
        maps: channels of the three convolutions over mel and time.
        width: channels of those over time.
        dilations: frames between the taps of those over time, three taps each.
        dropout: share of values left out while training.
    """

    maps: tuple[int, int, int] = (16, 24, 32)
    width: int = 48
    dilations: tuple[int, ...] = (1, 2, 4, 8, 16)
    dropout: float = 0.2


class VoiceDetector(nn.Module):
    """Three convolutions over mel and time, each with half the bands of the one before, then time alone."""

    def __init__(self, config: DetectorConfig) -> None:
        super().__init__()
        self.config = config
        first, second, third = config.maps
        self.spectral = nn.Sequential(
            _over_both(2, first), _over_both(first, second), _over_both(second, third)
        )
        self.gather = nn.Conv1d(third * BANDS // 8, config.width, 1)
        self.temporal = nn.ModuleList(
            nn.Sequential(
                nn.Conv1d(config.width, config.width, 3, padding=gap, dilation=gap),
                nn.BatchNorm1d(config.width),
                nn.ReLU(),
                nn.Dropout(config.dropout),
            )
            for gap in config.dilations
        )
        self.last = nn.Conv1d(config.width, 1, 1)

    def forward(self, levels: torch.Tensor) -> torch.Tensor:
        """Return the logit of a voice, (B, T).

        Args:
            levels: (B, layers, M, T), as `spectra.detector_input` gives them.
        """
        maps = self.spectral(levels)  # (B, maps, M/8, T)
        hidden = torch.relu(self.gather(maps.flatten(1, 2)))  # (B, width, T)
        for block in self.temporal:
            hidden = hidden + block(hidden)
        logits: torch.Tensor = self.last(hidden)[:, 0]
        return logits


def _over_both(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, stride=(2, 1), bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def load_detector(weights: FoundWeights) -> VoiceDetector:
    """Return the network of `config.json` and `model.safetensors`, ready to listen.

    Raises:
        BadDataError: one of the two is missing, or they do not fit each other.
    """
    path = weights.folder / "config.json"
    try:
        stored = json.loads(path.read_text("utf-8"))["config"]
        config = DetectorConfig(**{name: _as_stored(value) for name, value in stored.items()})
        network = VoiceDetector(config)
        network.load_state_dict(load_file(weights.path))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise BadDataError(
            f"{weights.folder} must hold a voice detector, model.safetensors and its config.json: {error}"
        ) from error
    return network.eval().requires_grad_(False)


def logits_of(network: VoiceDetector, levels: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the logits (T,) of one recording.

    The network is asked twice, with the side and without it, and the mean counts: the side tells voices from what is
    spread out, and can mislead where a mix is unlike those it was trained on. Computed piece by piece, so that memory
    does not grow with the length.

    Args:
        network: from `load_detector`.
        levels: (2, M, T), as `spectra.detector_input` gives them.
    """
    frames = levels.shape[2]
    pieces = [np.zeros(0, np.float32)]
    with torch.inference_mode():
        for start in range(0, frames, _PIECE_FRAMES):
            first, last = (
                max(start - _CONTEXT_FRAMES, 0),
                min(start + _PIECE_FRAMES + _CONTEXT_FRAMES, frames),
            )
            seen = torch.from_numpy(levels[:, :, first:last].copy())
            middle = torch.stack([seen[0], torch.full_like(seen[1], FLOOR_DB / 10)])
            logits = network(torch.stack([seen, middle])).mean(dim=0).numpy()
            pieces.append(logits[start - first : start - first + _PIECE_FRAMES])
    return np.concatenate(pieces)


def _as_stored(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
