"""The latent diffusion model as a task of the training room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from muze_ldm.backbone import build_backbone, stored_config
from muze_ldm.conditioning.dropout import drop, without
from muze_ldm.conditioning.phonemes import phoneme_duration_loss
from muze_ldm.data.windows import Window, of_first_split, spread, windows_of
from muze_ldm.diffusion.calls import Conditions
from muze_ldm.diffusion.loss import answer_loss, ask
from muze_ldm.diffusion.process import Process
from muze_ldm.ldm.config import KIND, LdmConfig
from muze_ldm.ldm.listening import Listening
from muze_ldm.ldm.material import LdmBatch, Material
from muze_ldm.transformer.config import TransformerConfig
from muze_ldm.unet.config import UNetConfig

VALIDATION_WINDOWS = 128
VALIDATION_BATCH = 16


class LdmTask:
    """Learns to take noise from latents, knowing any part of what there is to know about them.

    Args:
        config: of the model.
        network: of its backbone, all filled in.
        material: what it learns from.
        vae_sha256: of the autoencoder whose latents these are.
        seed: of the initial weights.
        listening: turns the model into sound while it learns; None makes none.
    """

    kind = KIND

    def __init__(
        self,
        config: LdmConfig,
        network: UNetConfig | TransformerConfig,
        material: Material,
        *,
        vae_sha256: str,
        seed: int,
        listening: Callable[[Conditions | None], Listening] | None = None,
    ) -> None:
        self.ldm, self.network, self.material, self.vae_sha256 = config, network, material, vae_sha256
        self.process = Process(config.process())
        self._train = self._windows("train", hop=config.window_hop)
        self._valid = spread(self._windows("valid", "test", hop=config.window_frames), VALIDATION_WINDOWS)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            backbone: Any = build_backbone(network)
        self.model: nn.Module = backbone
        self._listening = listening
        self._ear: Listening | None = None  # made at the first samples: it loads a text encoder

    def _windows(self, *splits: str, hop: int) -> list[Window]:
        latents = self.material.latents
        chosen = of_first_split([recording.split for recording in latents.recordings], *splits)
        lengths = [latents.frames(i) for i in range(len(latents.recordings))]
        return windows_of(lengths, chosen, frames=self.ldm.window_frames, hop=hop)

    def samples(self, model: nn.Module, folder: Path, step: int) -> None:
        """Write what the model makes of fixed prompts, and of the score of the first window held out."""
        if self._listening is None:
            return
        if self._ear is None:
            scored = self.material.batch(self._valid[:1], self.ldm.window_frames).conditions
            self._ear = self._listening(scored if "control" in scored else None)
        self._ear.write(model, folder)

    def config(self) -> Mapping[str, Any]:
        """Return all that is needed to build the network again and to sample with it."""
        network = self.network
        return {
            "network": stored_config(network),
            "objective": self.process.objective,
            "schedule": self.process.schedule,
            "latents": {
                "channels": network.latent_channels,
                "height": network.latent_height,
                "rate_hz": self.material.rate_hz,
                "window_frames": self.ldm.window_frames,
                "vae_sha256": self.vae_sha256,
            },
            "control": {"fold": network.control_fold, "channels": list(network.control_channels)},
            "text_encoder": self.ldm.text_encoder,
            "genres": list(network.genres),
        }

    def __len__(self) -> int:
        """Return how many windows there are to learn from."""
        return len(self._train)

    def item_id(self, index: int) -> str:
        """Return the recording of a window, and where in it."""
        window = self._train[index]
        name = self.material.latents.recordings[window.recording].id
        return f"{name} at {window.start / self.material.rate_hz:.2f} s"

    def length(self, index: int) -> int:
        """Return 1: all windows are alike."""
        return 1

    def batch(self, indices: Sequence[int]) -> LdmBatch:
        """Return windows as one batch."""
        return self.material.batch([self._train[index] for index in indices], self.ldm.window_frames)

    def loss(self, model: nn.Module, batch: LdmBatch, generator: torch.Generator) -> dict[str, Tensor]:
        """Return the loss and its parts; some conditions of some windows are left out."""
        conditions = drop(
            batch.conditions, self.ldm.rates, generator, control_groups=self.network.control_groups
        )
        question = ask(self.process, batch.latents, generator)
        prediction, durations = model(question.z, question.t, conditions)
        found = answer_loss(self.process, question, prediction, real=batch.real)
        if durations is not None and "phoneme_starts" in conditions:
            found["durations"] = phoneme_duration_loss(durations, conditions)
            found["loss"] = found["loss"] + self.ldm.duration_weight * found["durations"]
            found["durations"] = found["durations"].detach()
        return found

    def validate(self, model: nn.Module, to_device: Callable[[Any], Any]) -> dict[str, float]:
        """Return the mean squared error on windows held out, at times spread evenly over 0…1.

        "loss" knows everything, "mse_text" the text and the section but no score, "mse_free" nothing at all. The same
        noise is drawn each time.
        """
        sums = {"loss": 0.0, "mse_text": 0.0, "mse_free": 0.0}
        for start in range(0, len(self._valid), VALIDATION_BATCH):
            windows = self._valid[start : start + VALIDATION_BATCH]
            batch = to_device(self.material.batch(windows, self.ldm.window_frames))
            latents, count = batch.latents, len(windows)
            place = torch.arange(start, start + count, device=latents.device)
            t = ((place * 0.6180339887) % 1.0).clamp(
                0.01, 0.99
            )  # golden steps: even for any number of windows
            for name, conditions in (
                ("loss", batch.conditions),
                ("mse_text", without(batch.conditions, ["control", "pitch", "phonemes"])),
                ("mse_free", {}),
            ):
                generator = torch.Generator(device=latents.device).manual_seed(start)
                question = ask(self.process, latents, generator, t=t)
                prediction, _ = model(question.z, question.t, conditions)
                found = answer_loss(self.process, question, prediction, real=batch.real)
                sums[name] += float(found["mse"]) * count / len(self._valid)
        return sums
