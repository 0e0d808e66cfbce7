"""The speaker encoder of Resemblyzer: a vector of 256 that is alike for two recordings of one voice.

Wan, Wang, Papir and Lopez Moreno, "Generalized end-to-end loss for speaker verification" (ICASSP 2018,
arXiv:1710.10467): three LSTM layers over a mel spectrogram, of which the last state counts. The package's own code
wants a compiler and an old SciPy; only its weights are read here.

Shapes: B windows, T frames, M = `BANDS` mel bands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from muze_dataset.hearing.voice.checkpoints import told
from muze_dataset.hearing.voice.packaged import GET_RESEMBLYZER

BANDS = 40
WIDTH = 256
_LAYERS = 3


class SpeakerEncoder(nn.Module):
    """Three LSTM layers, a linear layer and a rectifier: no component of its vectors is below 0."""

    def __init__(self) -> None:
        super().__init__()
        self.lstm = nn.LSTM(BANDS, WIDTH, _LAYERS, batch_first=True)
        self.linear = nn.Linear(WIDTH, WIDTH)

    def forward(self, mels: torch.Tensor) -> torch.Tensor:
        """Return (B, WIDTH) vectors of length 1.

        Args:
            mels: (B, T, M), as `utterances.mel_powers` gives them.
        """
        _, (last, _) = self.lstm(mels)  # (layers, B, WIDTH)
        raw = torch.relu(self.linear(last[-1]))
        # All rectified away happens with untrained weights only; a vector of zeros is then no division by 0.
        vectors: torch.Tensor = raw / raw.norm(dim=1, keepdim=True).clamp_min(1e-9)
        return vectors


def load_speaker_encoder(path: Path, device: str = "cpu") -> SpeakerEncoder:
    """Read the weights from a checkpoint of the package.

    Args:
        path: the checkpoint; nothing but tensors and numbers in it is unpickled.
        device: a PyTorch device.

    Raises:
        BadDataError: it holds something else.
    """
    with told(path, "Resemblyzer's checkpoint", hint=f"{GET_RESEMBLYZER} --force-reinstall"):
        stored: Any = torch.load(path, map_location="cpu", weights_only=True)
        state = {
            name: value
            for name, value in stored["model_state"].items()
            if not name.startswith("similarity_")  # of the loss it was trained with
        }
        encoder = SpeakerEncoder()
        encoder.load_state_dict(state)
    return encoder.to(device).eval().requires_grad_(False)
