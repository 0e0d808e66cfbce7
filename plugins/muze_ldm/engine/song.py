"""A plan and its score to samples, with models that are loaded: every part in order.

Shapes: C latent channels, H latent height, W latent frames, M mel bands, T columns, N samples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.process import Process
from muze_ldm.engine.decode import decode_mel, decode_sound
from muze_ldm.engine.finish import FADE_IN_S, finished, with_kept, within_full_scale
from muze_ldm.engine.known import kept_spans, known_latents, lead_frames
from muze_ldm.engine.options import LdmOptions
from muze_ldm.engine.sampling import Sampling, precision_of, sample_latents
from muze_ldm.engine.timeline import Timeline, lay_windows
from muze_ldm.engine.wishes import negative_of, window_conditions

if TYPE_CHECKING:
    from muze_ldm.bundle import Bundle
    from muzecli.plugin import Reference
    from muzecli.song.plan import Plan
    from muzecli.song.score import Score

Floats = npt.NDArray[np.float32]
OnPart = Callable[[str, float], None]
"""Told the name of a part, "sampling", "spectrogram" or "sound", and the share of it that is done."""


@torch.inference_mode()
def render_song(
    bundle: Bundle,
    plan: Plan,
    score: Score,
    options: LdmOptions,
    *,
    seed: int,
    device: str,
    reference: Reference | None,
    on_part: OnPart,
) -> Floats:
    """Return the song, (channels, N) at the rate of the options, exactly as long as the plan.

    Args:
        bundle: on the device.
        plan: what to play.
        score: its notes.
        options: of the rendering.
        seed: decides the sound.
        device: a PyTorch name.
        reference: audio to rework.
        on_part: see `OnPart`.
    """
    settings, config = bundle.files.settings, bundle.network.config
    width = settings.window_frames
    if options.window_s is not None:
        width = max(1, round(options.window_s * settings.rate_hz))
    multiple = config.width_multiple
    width = max(1, width // multiple) * multiple
    lead = lead_frames(reference, rate_hz=settings.rate_hz, window_frames=width)
    timeline = Timeline.of(plan.duration_s, rate_hz=settings.rate_hz, lead=lead, multiple=multiple)
    windows = lay_windows(timeline.frames, timeline.edges(plan), width=width)
    known = None if reference is None else known_latents(bundle.vae, reference, timeline)

    precision = precision_of(options.precision, device)
    latents = sample_latents(
        bundle.network,
        Process(settings.diffusion),
        windows,
        window_conditions(bundle, plan, score, timeline, windows, options, device=device),
        Sampling(
            options.sampler,
            options.steps,
            options.eta,
            Guidance(options.cfg_scale, options.score_scale, options.cfg_rescale, options.cfg_interval),
            seed,
            device,
            precision,
        ),
        negative=negative_of(bundle, plan, options, device=device),
        known=known,
        on_step=lambda done: on_part("sampling", done / options.steps),
    )[..., lead:]
    mel = decode_mel(
        bundle.vae, latents, precision=precision, on_part=lambda share: on_part("spectrogram", share)
    )
    mono = decode_sound(bundle.vocoder, mel, on_part=lambda share: on_part("sound", share))
    song = finished(
        mono,
        rate_hz=bundle.vocoder.rate_hz,
        duration_s=plan.duration_s,
        to_rate_hz=options.sample_rate,
        stereo=options.stereo,
        fade_in_s=0.0 if lead else FADE_IN_S,
    )
    if reference is None:
        return within_full_scale(song)
    return with_kept(song, options.sample_rate, reference, kept_spans(reference))
