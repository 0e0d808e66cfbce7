"""Which of the options go to the engine, and under which names."""

from __future__ import annotations

import json
from typing import Any

from muze_generate.asking.request import GenerateRequest, flag
from muzecli.errors import UsageError

PASSED = (
    *(
        "model",
        "vae_checkpoint",
        "vocoder_checkpoint",
        "ldm_checkpoint",
        "steps",
        "sampler",
        "eta",
        "cfg_scale",
    ),
    *("score_scale", "cfg_rescale", "negative_prompt", "score_control", "style_of", "soundfont", "composer"),
)
"""Options that the engine gets under their own names; it says itself which of them it does not understand."""


def engine_options(request: GenerateRequest) -> dict[str, Any]:
    """Return what was asked of the engine alone; nothing that was not.

    Raises:
        UsageError: `--engine-option` is not NAME=VALUE, or names what has an option of its own that is given, too.
    """
    values = {name: getattr(request, name) for name in PASSED}
    options = {name: value for name, value in values.items() if value is not None}
    if request.stems:
        options["stems"] = True
    for text in request.engine_option:
        name, equals, value = text.partition("=")
        name = name.strip().replace("-", "_")
        if not name or not equals:
            raise UsageError(
                f"--engine-option must be NAME=VALUE, and it is '{text}'", hint="such as mix_seed=7"
            )
        if name in options:
            given = flag(name) if name in PASSED or name == "stems" else "another --engine-option"
            raise UsageError(f"--engine-option {name} is given by {given}, too", hint="leave one out")
        options[name] = _value(value.strip())
    return options


def _value(text: str) -> Any:
    """Return a number, a truth value or a list for text that reads so in JSON, else the text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
