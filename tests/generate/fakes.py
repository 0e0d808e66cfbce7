"""An engine that reworks audio, one that has no weights, and a scorer: small, exact, and registered like any other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from muzecli.errors import UnavailableError, UsageError
from muzecli.plugin import Reference, Rendering
from muzecli.song.plan import Plan

RATE_HZ = 16_000
KEPT_GAIN = 0.5
"""The fake gives what it keeps at half its level, as an engine with a mastering stage of its own might."""


class FakeEngine:
    """A tone for every section, its pitch by the seed; `known` are its options.

    Every rendering is written down in `calls`, for tests to look at.
    """

    name = "fake"
    summary = "tones"
    reworks = True
    calls: list[dict[str, Any]] = []  # noqa: RUF012 - shared on purpose

    def render(
        self,
        plan: Plan,
        *,
        seed: int,
        device: str,
        options: Mapping[str, Any],
        on_progress: Callable[[float], None],
        reference: Reference | None = None,
    ) -> Rendering:
        known = ("steps", "model", "level", "channels", "stems", "crest", "broken")
        for name in options:
            if name not in known:
                raise UsageError(f"the engine 'fake' has no option '{name}'")
        self.calls.append({"plan": plan, "seed": seed, "options": dict(options), "reference": reference})
        on_progress(0.5)
        frames = round(plan.duration_s * RATE_HZ)
        at = np.arange(frames) / RATE_HZ
        tone = np.zeros(frames)
        for number, span in enumerate(plan.spans):
            inside = (at >= span.start_s) & (at < span.end_s)
            hz = tone_hz(seed) * (1 + number / 8)
            tone[inside] = np.sin(2 * np.pi * hz * at[inside]) * (0.2 + 0.8 * span.energy)
        samples = np.stack((tone, 0.7 * np.roll(tone, 3))).astype(np.float32) * float(
            options.get("level", 0.3)
        )
        if options.get("crest"):  # a peak far over everything else, once a second
            samples[:, RATE_HZ // 2 :: RATE_HZ] *= 20.0
        if options.get("broken"):
            samples[0, 10] = np.nan
        samples = samples[: int(options.get("channels", 2))]
        if reference is not None:
            samples = reworked(samples, reference)
        on_progress(1.0)
        stems = {"drums": samples * 0.25, "bass": samples * 0.75} if options.get("stems") else {}
        return Rendering(samples, RATE_HZ, stems, ({"name": "fake/model", "sha256": "ab" * 32},))


def tone_hz(seed: int) -> float:
    """The pitch of a rendering's first section."""
    return 200.0 + seed % 397


def reworked(samples: np.ndarray[Any, Any], reference: Reference) -> np.ndarray[Any, Any]:
    """Lay what is to be kept over a rendering, by the nearest sample; mix in the rest where strength asks for it."""
    at = np.arange(samples.shape[1]) / RATE_HZ - reference.start_s
    index = np.round(at * reference.rate_hz).astype(int)
    inside = (index >= 0) & (index < reference.samples.shape[1])
    heard = np.zeros_like(samples)
    heard[:, inside] = reference.samples[: len(samples), index[inside]]
    out = samples * reference.strength + heard * (1 - reference.strength)
    for from_s, to_s in reference.keep:
        kept = inside & (at + reference.start_s >= from_s) & (at + reference.start_s < to_s)
        out[:, kept] = KEPT_GAIN * heard[:, kept]
    out = out.astype(np.float32)
    new = np.ones(samples.shape[1], bool)
    for from_s, to_s in reference.keep:
        new &= ~((at + reference.start_s >= from_s) & (at + reference.start_s < to_s))
    return np.where(new, KEPT_GAIN * out, out).astype(np.float32) if reference.keep else out


class WeightlessEngine(FakeEngine):
    """The diffusion model without its weights."""

    name = "ldm"

    def render(self, plan: Plan, **more: Any) -> Rendering:
        raise UnavailableError("the weights of 'tiny' are not here", hint="get them")


class PitchScorer:
    """The higher the pitch, the better."""

    name = "pitch"
    stands_in = False

    def identity(self) -> Mapping[str, Any]:
        return {"model": "spectral peak", "sha256": "cd" * 32, "dimensions": 1}

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        raise NotImplementedError("it only scores")

    def embed_audio(
        self, audio: Sequence[tuple[np.ndarray[Any, Any], int]]
    ) -> np.ndarray[Any, np.dtype[np.float32]]:
        raise NotImplementedError("it only scores")

    def score(
        self, texts: Sequence[str], audio: Sequence[tuple[np.ndarray[Any, Any], int]]
    ) -> np.ndarray[Any, np.dtype[np.float32]]:
        found = []
        for samples, rate_hz in audio:
            middle = samples[0, :rate_hz]
            found.append(np.abs(np.fft.rfft(middle)).argmax() / 1000)
        return np.array(found, np.float32)


class DepthJudge:
    """The lower the pitch, the better a take follows its plan."""

    name = "depth"

    def identity(self, *, device: str) -> Mapping[str, Any]:
        return {"aspects": ["depth"], "device": device}

    def judge(
        self, plan: Plan, samples: np.ndarray[Any, Any], rate_hz: int, *, device: str
    ) -> Mapping[str, float]:
        (pitch,) = PitchScorer().score([plan.prompt], [(samples, rate_hz)])
        return {"depth": float(max(0.0, 1.0 - pitch / 10))}
