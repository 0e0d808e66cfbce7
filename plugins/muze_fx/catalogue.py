"""The effects and their parameters as plain data, for `muze fx list` and the documentation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from muze_fx.effects import EFFECTS
from muze_fx.effects.base import Parameter
from muze_fx.effects.equalizer import Equalizer
from muzecli.errors import UsageError


def catalogue(only: str | None = None) -> list[dict[str, Any]]:
    """Return each effect with its parameters, in the order of a chain.

    Raises:
        UsageError: `only` names no effect.
    """
    if only is not None and only not in EFFECTS:
        close = get_close_matches(only, EFFECTS, n=1)
        hint = f"did you mean '{close[0]}'?" if close else f"known: {', '.join(EFFECTS)}"
        raise UsageError(f"there is no effect named '{only}'", hint=hint)
    entries = []
    for effect in sorted(EFFECTS.values(), key=lambda effect: effect.order):
        if only in (None, effect.name):
            banded = effect is Equalizer
            parameters = Equalizer.band_parameters() if banded else effect.parameters()
            entries.append(
                {
                    "effect": effect.name,
                    "summary": effect.summary,
                    "parameters": [_document(p, prefix="bands[]." if banded else "") for p in parameters],
                }
            )
    return entries


def _document(parameter: Parameter, *, prefix: str) -> dict[str, Any]:
    number = parameter.kind == "number"
    return {
        "name": prefix + parameter.name,
        "kind": parameter.kind,
        "unit": parameter.unit,
        "low": parameter.low if number and math.isfinite(parameter.low) else None,
        "high": parameter.high if number and math.isfinite(parameter.high) else None,
        "choices": list(parameter.choices),
        "default": parameter.default,
        "neutral": parameter.neutral,
        "description": parameter.description,
    }


def catalogue_rows(entries: Sequence[dict[str, Any]]) -> list[list[object]]:
    """Return the catalogue as rows of a table: effect, parameter, range, default, unit, what."""
    rows: list[list[object]] = []
    for entry in entries:
        rows.append([entry["effect"], "", "", "", "", entry["summary"]])
        for parameter in entry["parameters"]:
            span = f"{parameter['low']:g} … {parameter['high']:g}" if parameter["low"] is not None else ""
            choices = "|".join(parameter["choices"])
            default = parameter["default"]
            shown = f"{default:g}" if isinstance(default, float) else str(default)
            rows.append(
                ["", parameter["name"], choices or span, shown, parameter["unit"], parameter["description"]]
            )
    return rows
