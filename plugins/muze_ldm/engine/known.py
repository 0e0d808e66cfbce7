"""Audio that is there already: as latents for the sampler, which draws the rest to fit.

Three kinds of frames, by what the reference says of them:

    kept       wholly within a span that stays, or before the plan begins: known latents at every step
    started    elsewhere in the reference: known until the sampler reaches t = strength, free from there on
    free       where there is no reference: drawn anew from noise

Shapes: C latent channels, H latent height, W latent frames, N samples, T mel columns.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from muze_ldm.data.latents import encode_mel
from muze_ldm.diffusion.calls import Constrain
from muze_ldm.diffusion.editing import keep, restart
from muze_ldm.engine.timeline import Timeline
from muzecli.audio.mel import log_mel
from muzecli.audio.resample import resample
from muzecli.errors import UsageError

if TYPE_CHECKING:
    from muze_ldm.diffusion.process import Process
    from muze_ldm.vae.network import AudioVAE
    from muzecli.plugin import Reference

LEAD_SHARE = 0.5
"""The most of a window that what precedes the plan takes."""
_EPSILON = 1e-6


@dataclass(frozen=True, eq=False)
class Known:
    """What the sampler is told of a reference.

    Attributes:
        latents: (1, C, H, W) normalised; of no meaning in free frames.
        kept: (W,) bool.
        started: (W,) bool; nowhere where `strength` is 1.
        strength: 0…1, exclusive of 0.
    """

    latents: Tensor
    kept: Tensor
    started: Tensor
    strength: float

    @property
    def start(self) -> float:
        """The time at which sampling starts: late where nothing is drawn from noise alone."""
        return self.strength if bool((self.kept | self.started).all()) else 1.0

    def begin(self, process: Process, noise: Tensor) -> Tensor:
        """Return the latents (1, C, H, W) at the start."""
        return noise if self.start == 1.0 else restart(process, self.latents, noise, strength=self.start)

    def constrain(self, process: Process, noise: Tensor) -> Constrain:
        """Return what puts known latents back after every step."""
        always = keep(process, self.latents, self.kept, noise)
        at_first = keep(process, self.latents, self.kept | self.started, noise)
        return lambda z, t: (at_first if t >= self.strength else always)(z, t)


def check_reference(reference: Reference, duration_s: float) -> None:
    """Check what can be checked without a model.

    Raises:
        UsageError: the reference is out of range, or it does not touch the plan.
    """
    channels, frames = reference.samples.shape
    if channels < 1 or frames < 1 or reference.rate_hz < 1:
        raise UsageError("audio to rework must have samples, and it has none")
    if not np.isfinite(reference.samples).all():
        raise UsageError("audio to rework must be finite, and it holds NaN or infinity")
    if not 0.0 < reference.strength <= 1.0:
        raise UsageError(f"the strength must be above 0, at most 1, and it is {reference.strength:g}")
    end_s = reference.start_s + frames / reference.rate_hz
    if reference.start_s >= duration_s or end_s < 0.0:
        raise UsageError(
            f"audio to rework must touch the song, 0 to {duration_s:g} s, and it lies at {reference.start_s:g} to"
            f" {end_s:g} s"
        )
    for from_s, to_s in reference.keep:
        if not from_s < to_s:
            raise UsageError(f"a span to keep must end after it begins, and it is {from_s:g} to {to_s:g} s")


def kept_spans(reference: Reference) -> list[tuple[float, float]]:
    """Return what stays: the spans to keep and all that precedes the plan, joined where they touch, in order."""
    wanted = sorted([*reference.keep, *([(reference.start_s, 0.0)] if reference.start_s < 0.0 else [])])
    spans: list[tuple[float, float]] = []
    for from_s, to_s in wanted:
        if spans and from_s <= spans[-1][1] + _EPSILON:
            spans[-1] = (spans[-1][0], max(spans[-1][1], to_s))
        else:
            spans.append((from_s, to_s))
    return spans


def lead_frames(reference: Reference | None, *, rate_hz: float, window_frames: int) -> int:
    """Return how many latent frames before the plan the model is shown."""
    if reference is None or reference.start_s >= 0.0:
        return 0
    return min(math.floor(-reference.start_s * rate_hz + _EPSILON), round(window_frames * LEAD_SHARE))


def known_latents(vae: AudioVAE, reference: Reference, timeline: Timeline) -> Known:
    """Return a reference as the sampler sees it, on the autoencoder's device."""
    config, device = vae.config, vae.latent_mean.device
    per_frame = config.hop_samples * config.time_stride
    mono = resample(
        reference.samples.mean(axis=0, keepdims=True, dtype=np.float32), reference.rate_hz, config.rate_hz
    )
    # What lies before the first frame is left out; what begins within one begins with it.
    offset = round((reference.start_s - timeline.start_s) * config.rate_hz)
    begin = max(0, math.floor(offset / per_frame + _EPSILON))
    heard = np.zeros((1, offset - begin * per_frame + mono.shape[1]), np.float32)
    heard[:, max(0, offset - begin * per_frame) :] = mono[:, max(0, begin * per_frame - offset) :]
    end = min(timeline.frames, begin + max(1, round(heard.shape[1] / per_frame)))
    heard = heard[:, : (end - begin) * per_frame]
    mel = log_mel(heard, config.mel)[0, :, : heard.shape[1] // config.hop_samples]  # (M, T)
    latents = torch.zeros(1, config.latent_dim, config.latent_height, timeline.frames, device=device)
    latents[0, ..., begin:end] = encode_mel(vae, mel)[..., : end - begin]
    there = torch.zeros(timeline.frames, dtype=torch.bool, device=device)
    there[begin:end] = True
    kept = torch.zeros_like(there)
    for from_s, to_s in kept_spans(reference):
        first = max(0, math.ceil((from_s - timeline.start_s) * timeline.rate_hz - _EPSILON))
        behind = math.floor((to_s - timeline.start_s) * timeline.rate_hz + _EPSILON)
        kept[first : max(first, behind)] = True
    kept &= there
    started = there & ~kept if reference.strength < 1.0 else torch.zeros_like(there)
    return Known(latents, kept, started, reference.strength)
