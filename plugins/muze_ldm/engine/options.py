"""What the engine `ldm` understands beside the plan; checked before anything is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from muze_ldm.diffusion.config import SAMPLER_NAMES
from muzecli.errors import UsageError

ENGINE = "ldm"
RATES_HZ = (16_000, 96_000)
STEPS = (1, 1000)
SCALES = (0.0, 50.0)
PRECISIONS = ("auto", "fp32", "bf16")
TAKE_ETA = ("ddim",)
"""Samplers whose eta may be other than 0; `SAMPLERS` says the same, and loads torch."""


@dataclass(frozen=True)
class LdmOptions:
    """Options of a rendering.

    Attributes:
        model: the bundle: a name, or a folder that holds vae/, vocoder/ and ldm/.
        vae_checkpoint: an autoencoder in place of the bundle's: a name or a folder.
        vocoder_checkpoint: a vocoder in place of the bundle's; "griffin-lim" does without one.
        ldm_checkpoint: a latent diffusion model in place of the bundle's.
        steps: of the sampler, 1…1000.
        sampler: its name.
        eta: 0…1, noise that "ddim" puts back at every step.
        cfg_scale: guidance by text, 0…50; 1 is none.
        score_scale: guidance by the score, 0…50; equal scales need two evaluations a step, others three, 1 and 1 one.
        cfg_rescale: 0…1, how far guided predictions are brought back to the deviation of unguided ones.
        cfg_interval: between which times, 0 sound to 1 noise, there is guidance.
        negative_prompt: words for what it should not sound like; None takes those of the plan.
        score_control: whether the model is shown the score; without it it knows sections and words alone.
        style_of: name of an artist that the model has learned from.
        composer: name of the composer.
        sample_rate: of the audio, 16000…96000 Hz.
        stereo: two channels; otherwise one.
        window_s: seconds that the network sees at once; None takes what it was trained on.
        precision: "bf16", "fp32", or "auto" for what is quicker on the device.
    """

    model: str = "tiny"
    vae_checkpoint: str | None = None
    vocoder_checkpoint: str | None = None
    ldm_checkpoint: str | None = None
    steps: int = 16
    sampler: str = "euler"
    eta: float = 0.0
    cfg_scale: float = 2.5
    score_scale: float = 2.5
    cfg_rescale: float = 0.0
    cfg_interval: tuple[float, float] = (0.0, 1.0)
    negative_prompt: str | None = None
    score_control: bool = True
    style_of: str | None = None
    composer: str = "theory"
    sample_rate: int = 44_100
    stereo: bool = True
    window_s: float | None = None
    precision: str = "auto"

    @classmethod
    def from_mapping(cls, options: Mapping[str, Any]) -> LdmOptions:
        """Read the options of a rendering.

        Raises:
            UsageError: an unknown option, or a value that is not allowed.
        """
        known = [item.name for item in fields(cls)]
        for name in options:
            if name not in (*known, "stems"):
                near = get_close_matches(str(name), known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
                raise UsageError(f"the engine '{ENGINE}' has no option '{name}'", hint=hint)
        if options.get("stems"):
            raise UsageError(
                f"the engine '{ENGINE}' makes a song as one sound and has no stems of it",
                hint="--engine sampler and --engine plain play every part by itself",
            )
        read = _Reader(options, cls())
        sampler, eta = read.choice("sampler", SAMPLER_NAMES), read.number("eta", 0.0, 1.0)
        if eta and sampler not in TAKE_ETA:
            raise UsageError(
                f"eta must be 0 with the sampler {sampler}, and it is {eta:g}",
                hint=f"only {' and '.join(TAKE_ETA)} takes another",
            )
        low, high = read.pair("cfg_interval")
        return cls(
            model=read.text("model"),
            vae_checkpoint=read.place("vae_checkpoint"),
            vocoder_checkpoint=read.place("vocoder_checkpoint"),
            ldm_checkpoint=read.place("ldm_checkpoint"),
            steps=read.whole("steps", *STEPS),
            sampler=sampler,
            eta=eta,
            cfg_scale=read.number("cfg_scale", *SCALES),
            score_scale=read.number("score_scale", *SCALES),
            cfg_rescale=read.number("cfg_rescale", 0.0, 1.0),
            cfg_interval=(low, high),
            negative_prompt=read.optional_text("negative_prompt"),
            score_control=read.switch("score_control"),
            style_of=read.optional_text("style_of"),
            composer=read.text("composer"),
            sample_rate=read.whole("sample_rate", *RATES_HZ, unit=" Hz"),
            stereo=read.switch("stereo"),
            window_s=None if options.get("window_s") is None else read.number("window_s", 1.0, 600.0),
            precision=read.choice("precision", PRECISIONS),
        )


class _Reader:
    """Values by name, or the defaults; each of its type, and within its range."""

    def __init__(self, options: Mapping[str, Any], defaults: LdmOptions) -> None:
        self._options, self._defaults = options, defaults

    def _value(self, name: str) -> Any:
        value = self._options.get(name)
        return getattr(self._defaults, name) if value is None else value

    def text(self, name: str) -> str:
        value = self._value(name)
        if isinstance(value, Path):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            raise UsageError(f"{name} must be a name or a folder; found {value!r}")
        return value

    def place(self, name: str) -> str | None:
        return None if self._options.get(name) is None else self.text(name)

    def optional_text(self, name: str) -> str | None:
        value = self._value(name)
        if value is not None and not isinstance(value, str):
            raise UsageError(f"{name} must be words; found {value!r}")
        return value

    def whole(self, name: str, low: int, high: int, *, unit: str = "") -> int:
        value = self._value(name)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise UsageError(f"{name} must be a whole number of {low}…{high}{unit}; found {value!r}")
        return value

    def number(self, name: str, low: float, high: float) -> float:
        value = self._value(name)
        # A NaN is not between any two numbers.
        if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
            raise UsageError(f"{name} must be a number of {low:g}…{high:g}; found {value!r}")
        return float(value)

    def pair(self, name: str) -> tuple[float, float]:
        value = self._value(name)
        numbers = isinstance(value, tuple | list) and all(isinstance(item, int | float) for item in value)
        if not numbers or len(value) != 2 or not 0.0 <= value[0] < value[1] <= 1.0:
            raise UsageError(f"{name} must be two rising numbers of 0…1; found {value!r}")
        return float(value[0]), float(value[1])

    def switch(self, name: str) -> bool:
        value = self._value(name)
        if not isinstance(value, bool):
            raise UsageError(f"{name} must be true or false; found {value!r}")
        return value

    def choice(self, name: str, known: tuple[str, ...]) -> str:
        value = self._value(name)
        if value not in known:
            near = get_close_matches(str(value), known, n=1)
            hint = f"did you mean {near[0]}?" if near else None
            raise UsageError(f"{name} must be one of {', '.join(known)}; found {value!r}", hint=hint)
        return str(value)
