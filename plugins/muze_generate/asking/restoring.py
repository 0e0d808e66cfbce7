"""Take from a sidecar how a song was made, for what the command line leaves open.

A sidecar counts as a preset: flags, variables and configuration files come before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from muze_generate.asking.request import AUTO, GenerateRequest
from muze_generate.asking.sources import GENERATION, GivenPlan
from muzecli.errors import BadDataError
from muzecli.options import Run

ENGINE_OPTIONS = (
    *(
        "engine",
        "composer",
        "model",
        "vae_checkpoint",
        "vocoder_checkpoint",
        "ldm_checkpoint",
        "steps",
        "sampler",
    ),
    *(
        "eta",
        "cfg_scale",
        "score_scale",
        "cfg_rescale",
        "negative_prompt",
        "score_control",
        "style_of",
        "soundfont",
    ),
    "engine_option",
)
"""Options that say who plays, and how."""
_REFERENCE_OPTIONS = ("init_audio", "strength", "continue_from", "regenerate_section", "of")
_FORMAT_OPTIONS = ("bit_depth", "sample_rate", "channels", "loudness")
REPEATED = (*ENGINE_OPTIONS, *_REFERENCE_OPTIONS, *_FORMAT_OPTIONS, "seed", "device")


def restored(run: Run, request: GenerateRequest, given: GivenPlan) -> tuple[Run, GenerateRequest]:
    """Return the run and the request with all that decides the sound taken from a sidecar."""
    if not given.repeats or given.sidecar is None:
        return run, request
    played_by = given.sidecar[GENERATION].get("engine")
    other_engine = request.engine not in (AUTO, played_by)  # which would not understand the options
    names = [
        name
        for name in REPEATED
        if not (_replaces_reference(request, name) or (other_engine and name in ENGINE_OPTIONS))
    ]
    values = _values(given.sidecar, names, given.name) | {"seed": given.sidecar.get("seed")}
    return _with(run, request, values, given.name)


def inherited(
    run: Run, request: GenerateRequest, sidecar: Mapping[str, Any], name: str
) -> tuple[Run, GenerateRequest]:
    """Return the run and the request with the engine of the song that is gone on with, and that engine's options."""
    if not isinstance(sidecar.get(GENERATION), dict) or request.engine != AUTO:
        return run, request
    return _with(run, request, _values(sidecar, ENGINE_OPTIONS, name), name)


def _replaces_reference(request: GenerateRequest, name: str) -> bool:
    """Say whether the command line names another piece of audio to work on than the sidecar."""
    said = (request.init_audio, request.continue_from, request.of)
    return name in _REFERENCE_OPTIONS and any(value is not None for value in said)


def _values(sidecar: Mapping[str, Any], names: Sequence[str], place: str) -> dict[str, Any]:
    options = sidecar.get("options")
    if not isinstance(options, dict):
        raise BadDataError(f"{place}: a sidecar must hold options, and this one has none")
    values = {}
    for name in names:
        entry = options.get(name)
        if isinstance(entry, dict) and entry.get("value") is not None:
            values[name] = entry["value"]
    generation = sidecar[GENERATION]
    if "engine" in names and isinstance(generation.get("engine"), str):
        values["engine"] = generation["engine"]  # who played, where "auto" chose
    return values


def _with(
    run: Run, request: GenerateRequest, values: Mapping[str, Any], place: str
) -> tuple[Run, GenerateRequest]:
    for name, value in values.items():
        if value is not None and not isinstance(value, _TYPES[name]):
            raise BadDataError(f"{place}: the option {name} cannot be {value!r}")
    run = run.with_preset(values, place)
    taken = {name: run.value_of(name) for name in values if run.options[name].source.startswith("preset ")}
    if "engine_option" in taken:
        taken["engine_option"] = tuple(taken["engine_option"])
    return run, replace(request, **taken)


def _type_of(annotation: str) -> tuple[type, ...]:
    known: dict[str, tuple[type, ...]] = {
        "str": (str,),
        "float": (int, float),
        "int": (int,),
        "bool": (bool,),
        "tuple[str, ...]": (list, tuple),
    }
    return known.get(annotation.removesuffix(" | None"), (str, Path))


_TYPES = {item.name: _type_of(str(item.type)) for item in fields(GenerateRequest)}
