"""What the engine understands, and what it says to the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from muze_ldm.diffusion.samplers import SAMPLERS
from muze_ldm.engine.options import TAKE_ETA, LdmOptions
from muzecli.errors import UsageError


def test_defaults_and_values() -> None:
    assert LdmOptions.from_mapping({}) == LdmOptions()
    given = LdmOptions.from_mapping(
        {
            "model": Path("m"),
            "steps": 8,
            "cfg_scale": 3,
            "cfg_interval": [0.1, 0.9],
            "stems": False,
            "eta": None,
        }
    )
    assert given == LdmOptions(model="m", steps=8, cfg_scale=3.0, cfg_interval=(0.1, 0.9))


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"step": 3}, "the engine 'ldm' has no option 'step'", "did you mean steps?"),
        ({"zzz": 1}, "has no option 'zzz'", "known: model"),
        ({"steps": 0}, "steps must be a whole number of 1…1000; found 0", ""),
        ({"steps": True}, "found True", ""),
        ({"steps": 2.5}, "found 2.5", ""),
        ({"sampler": "dim"}, "sampler must be one of ddpm, ddim, .*; found 'dim'", "did you mean ddim?"),
        ({"eta": 0.5}, "eta must be 0 with the sampler", "only ddim"),
        ({"eta": 2, "sampler": "ddim"}, "eta must be a number of 0…1; found 2", ""),
        ({"cfg_scale": -1}, "cfg_scale must be a number of 0…50; found -1", ""),
        ({"cfg_scale": float("nan")}, "found nan", ""),
        ({"cfg_rescale": 1.5}, "cfg_rescale must be a number of 0…1", ""),
        ({"cfg_interval": (0.9, 0.1)}, "cfg_interval must be two rising numbers of 0…1", ""),
        ({"cfg_interval": 3}, "found 3", ""),
        ({"negative_prompt": 3}, "negative_prompt must be words; found 3", ""),
        ({"score_control": "no"}, "score_control must be true or false; found 'no'", ""),
        ({"sample_rate": 8000}, "sample_rate must be a whole number of 16000…96000 Hz; found 8000", ""),
        ({"model": " "}, "model must be a name or a folder; found ' '", ""),
        ({"precision": "fp16"}, "precision must be one of auto, fp32, bf16", ""),
        ({"window_s": 0.1}, "window_s must be a number of 1…600", ""),
        ({"stems": True}, "has no stems of it", "--engine sampler"),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        LdmOptions.from_mapping(options)
    assert (caught.value.hint or "").startswith(hint)


def test_samplers_that_take_eta_are_those_that_say_so() -> None:
    assert set(TAKE_ETA) == {name for name, sampler in SAMPLERS.items() if sampler.takes_eta}
