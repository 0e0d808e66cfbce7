"""A reference as latents: which frames stay, which are started from, which are free."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from muze_ldm.bundle import find_bundle, load_bundle
from muze_ldm.diffusion.config import DiffusionConfig
from muze_ldm.diffusion.process import Process
from muze_ldm.engine.known import kept_spans, known_latents, lead_frames
from muze_ldm.engine.timeline import Timeline
from muze_ldm.vae.network import AudioVAE
from muzecli.plugin import Reference

RATE_HZ = 32_000
LINE = Timeline.of(4.0, rate_hz=25.0)


@pytest.fixture(scope="module")
def vae(bundle: Path) -> AudioVAE:
    return load_bundle(find_bundle(str(bundle)), device="cpu").vae


def sound(seconds: float) -> np.ndarray:
    rng = np.random.default_rng(1)
    return rng.standard_normal((2, round(seconds * RATE_HZ))).astype(np.float32) * 0.1


def test_spans_are_joined_and_what_precedes_is_one() -> None:
    reference = Reference(sound(4), RATE_HZ, start_s=-2.0, keep=((3.0, 3.5), (0.0, 1.0), (0.5, 2.0)))
    assert kept_spans(reference) == [(-2.0, 2.0), (3.0, 3.5)]
    assert kept_spans(Reference(sound(4), RATE_HZ)) == []


def test_frames_wholly_within_a_span_are_kept(vae: AudioVAE) -> None:
    known = known_latents(vae, Reference(sound(4), RATE_HZ, keep=((0.01, 1.03),)), LINE)
    assert known.kept.nonzero().flatten().tolist() == list(range(1, 25))
    assert not known.started.any() and known.start == 1.0


def test_less_strength_starts_elsewhere_and_late_only_where_all_is_known(vae: AudioVAE) -> None:
    whole = known_latents(vae, Reference(sound(4), RATE_HZ, keep=((0.0, 1.0),), strength=0.5), LINE)
    assert (whole.kept ^ whole.started).all() and whole.start == 0.5
    part = known_latents(vae, Reference(sound(2), RATE_HZ, strength=0.5), LINE)
    assert part.started.sum() == 50 and part.start == 1.0
    process, noise = Process(DiffusionConfig()), torch.randn_like(part.latents)
    constrain, z = part.constrain(process, noise), torch.zeros_like(part.latents)
    early, late = constrain(z, 0.7), constrain(z, 0.4)
    torch.testing.assert_close(early[..., :50], process.add_noise(part.latents, noise, 0.7)[..., :50])
    assert not early[..., 50:].any() and not late.any()


def test_latents_are_those_of_the_audio_wherever_it_lies(vae: AudioVAE) -> None:
    audio = sound(4)
    direct = known_latents(vae, Reference(audio, RATE_HZ), LINE).latents
    led = Timeline.of(4.0, rate_hz=25.0, lead=25)
    later = known_latents(vae, Reference(audio, RATE_HZ, start_s=-1.0, keep=((0.0, 3.0),)), led)
    torch.testing.assert_close(later.latents[..., :100], direct)
    assert later.kept.nonzero().flatten().tolist() == list(range(100))
    # Two seconds before the first frame that is looked at, and a part of a frame late.
    cut = known_latents(vae, Reference(audio, RATE_HZ, start_s=-3.0), led)
    torch.testing.assert_close(cut.latents[..., 8:40], direct[..., 58:90], atol=0.05, rtol=0.1)
    shifted = known_latents(vae, Reference(audio, RATE_HZ, start_s=1.02), LINE)
    assert shifted.latents[..., :25].abs().sum() == 0 and shifted.latents[..., 25:].abs().sum() > 0


def test_the_lead_is_at_most_half_a_window() -> None:
    before = Reference(sound(4), RATE_HZ, start_s=-3.0)
    assert lead_frames(before, rate_hz=25.0, window_frames=400) == 75
    assert lead_frames(before, rate_hz=25.0, window_frames=100) == 50
    assert lead_frames(None, rate_hz=25.0, window_frames=100) == 0
