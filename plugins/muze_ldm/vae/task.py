"""The autoencoder as a task of the training room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from muze_ldm.data.audio import MelCache
from muze_ldm.data.windows import Window, of_first_split, spread, windows_of
from muze_ldm.vae.config import KIND, VaeConfig
from muze_ldm.vae.losses import multi_resolution, reconstruction
from muze_ldm.vae.network import AudioVAE

VALIDATION_WINDOWS = 192
VALIDATION_BATCH = 32


class VaeTask:
    """Learns to squeeze spectrograms and to restore them.

    Args:
        config: the network's.
        mels: spectrograms of all recordings.
        seed: of the initial weights.
    """

    kind = KIND

    def __init__(self, config: VaeConfig, mels: MelCache, *, seed: int) -> None:
        columns = config.window_columns
        self.vae, self.mels, self.columns = config, mels, columns
        self._train = self._windows("train", hop=columns // 2)
        self._valid = spread(self._windows("valid", "test", hop=columns), VALIDATION_WINDOWS)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.model = AudioVAE(config)

    def _windows(self, *splits: str, hop: int) -> list[Window]:
        # Where a split named first has recordings, the others are left for the report.
        chosen = of_first_split([recording.split for recording in self.mels.recordings], *splits)
        lengths = [self.mels.columns(i) for i in range(len(self.mels.recordings))]
        return windows_of(lengths, chosen, frames=self.columns, hop=hop)

    def config(self) -> Mapping[str, Any]:
        """Return the network's configuration."""
        return asdict(self.vae)

    def __len__(self) -> int:
        """Return how many windows there are to learn from."""
        return len(self._train)

    def item_id(self, index: int) -> str:
        """Return the recording of a window, and where in it."""
        window = self._train[index]
        seconds = window.start * self.vae.hop_samples / self.vae.rate_hz
        return f"{self.mels.recordings[window.recording].id} at {seconds:.2f} s"

    def length(self, index: int) -> int:
        """Return 1: all windows are alike."""
        return 1

    def batch(self, indices: Sequence[int]) -> Tensor:
        """Return windows as (B, 1, M, T)."""
        return self._stacked([self._train[index] for index in indices])

    def _stacked(self, windows: Sequence[Window]) -> Tensor:
        floor = np.log(self.mels.spec.floor)
        stacked = np.full((len(windows), 1, self.vae.n_mels, self.columns), floor, np.float32)
        for row, window in zip(stacked, windows, strict=True):
            mel = self.mels.mel(window.recording, window.start, window.start + self.columns)
            row[0, :, : mel.shape[1]] = mel
        return torch.from_numpy(stacked)

    def loss(self, model: nn.Module, batch: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the loss and its parts: L1 in nats, the multi-resolution loss, the divergence."""
        guess, kl = model(batch, generator)
        nats, spectral = reconstruction(guess, batch), multi_resolution(guess, batch)
        loss = nats + self.vae.spectral_weight * spectral + self.vae.kl_weight * kl
        return {"loss": loss, "nats": nats.detach(), "spectral": spectral.detach(), "kl": kl.detach()}

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        """Return the same on windows held out, without the latents' noise drawn anew each time."""
        sums: dict[str, float] = {}
        for start in range(0, len(self._valid), VALIDATION_BATCH):
            windows = self._valid[start : start + VALIDATION_BATCH]
            batch = to_device(self._stacked(windows))
            generator = torch.Generator(device=batch.device).manual_seed(start)
            for name, value in self.loss(model, batch, generator).items():
                sums[name] = sums.get(name, 0.0) + float(value) * len(windows) / len(self._valid)
        return sums
