"""What a latent diffusion model makes of fixed inputs while it learns, as files to listen to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import soundfile
import torch
from torch import Tensor, nn

from muze_ldm.conditioning.collate import collate
from muze_ldm.data.texts import embed
from muze_ldm.diffusion.calls import predictor
from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.guidance import guided
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import euler
from muze_ldm.diffusion.times import times
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder
from muzecli.text import TextEncoder

PROMPTS = (
    "A fast techno track with a synthesiser lead.",
    "A calm piano ballad with strings.",
    "Heavy metal with distorted guitars and power drums.",
)
STEPS = 16
GUIDANCE = Guidance(text_scale=2.0)


class Listening:
    """Fixed prompts, and the score of one window held out, turned into sound.

    Sound is made by Griffin-Lim, which needs no training and is the same at every step.

    Args:
        vae: of the latents.
        process: of the model.
        encoder: of the texts.
        frames: W of what is made.
        scored: conditions of one window held out, a batch of one; None leaves it out.
    """

    def __init__(
        self,
        vae: AudioVAE,
        process: Process,
        encoder: TextEncoder,
        *,
        frames: int,
        scored: Mapping[str, Tensor] | None,
    ) -> None:
        self.vae, self.process, self.frames = vae, process, frames
        self.vocoder = GriffinLimVocoder(vae.config.mel)
        self.conditions: dict[str, Mapping[str, Tensor]] = {}
        for number, prompt in enumerate(PROMPTS, start=1):
            text = embed(encoder, prompt)
            self.conditions[f"prompt-{number}"] = collate([{"prompt": text.pooled, "context": text.tokens}])
        if scored is not None:
            self.conditions["score"] = scored

    def write(self, model: nn.Module, folder: Path) -> Sequence[Path]:
        """Write a file for each input, and return them.

        Args:
            model: the backbone, in evaluation mode.
            folder: is there already.
        """
        device = next(model.parameters()).device
        config = self.vae.config
        generator = torch.Generator().manual_seed(0)
        noise = torch.randn((1, config.latent_dim, config.latent_height, self.frames), generator=generator)
        written = []
        for name, conditions in self.conditions.items():
            ready = {key: value.to(device) for key, value in conditions.items()}
            guided_model = guided(predictor(model), ready, GUIDANCE, process=self.process)
            latents = euler.sample(guided_model, self.process, noise.to(device), times(STEPS))
            mel = self.vae.decode(self.vae.denormalise(latents.to(self.vae.latent_mean.device)))[:, 0]
            samples = self.vocoder.decode(mel.cpu())[0].numpy()
            path = folder / f"{name}.wav"
            peak = max(1.0, float(np.abs(samples).max()))
            soundfile.write(path, samples / peak, config.rate_hz)
            written.append(path)
        return written
