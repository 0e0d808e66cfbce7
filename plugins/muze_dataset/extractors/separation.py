"""Vocals taken out of the mix, by whichever separator is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from muzecli.entrypoints import entry_points
from muzecli.errors import BugError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    from muzecli.plugin import Separator

STEM = "vocals"
GROUP = "muze.separators"
NOT_ASKED = "--separate-vocals was not given"
NONE_THERE = (
    "no separator is installed: a package must register one with a stem of vocals under muze.separators"
)


class Separation:
    """Asks the first separator that has a stem of vocals and works."""

    name = "separation"
    version = "1"
    needs = ("audio",)
    uses = ()
    gives = ("material.vocals",)
    cost_per_second = 1.0

    def __init__(self) -> None:
        self._separators: dict[str, Separator] | None = None
        self._faults: list[str] = []

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return whether vocals are asked for and, if so, which separators are installed."""
        if not options["separate_vocals"]:
            return {"separate_vocals": False}
        installed = [[entry.name, entry.value, entry.distribution] for entry in entry_points(GROUP)]
        return {"separate_vocals": True, "separators": installed}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the vocals, (C, N) at the mix's rate."""
        if not heard.options["separate_vocals"]:
            return {"material.vocals": absent(NOT_ASKED)}
        faults = []
        for name, separator in self._able().items():
            try:
                stems = separator.separate(heard.audio, heard.rate_hz, device=heard.options["device"])
            except (
                UnavailableError
            ) as error:  # it needs something that is not here: perhaps the next one does not
                faults.append(f"{name}: {error.line}")
                continue
            fallback = "; ".join([*self._faults, *faults]) or None
            vocals = _checked(name, stems, heard.audio.shape)
            return {"material.vocals": Finding(vocals, f"separated by {name}", fallback=fallback)}
        return {"material.vocals": absent("; ".join([*self._faults, *faults]) or NONE_THERE)}

    def _able(self) -> dict[str, Separator]:
        if self._separators is None:
            from muzecli.plugin import separators

            working, faults = separators.working()
            self._separators = {name: one for name, one in working.items() if STEM in one.stems}
            self._faults = [fault.line for fault in faults]
        return self._separators


def _checked(name: str, stems: Mapping[str, Any], shape: tuple[int, ...]) -> Any:
    vocals = stems.get(STEM)
    if vocals is None or vocals.shape != shape or not np.isfinite(vocals).all():
        found = "none" if vocals is None else f"{vocals.shape}, finite: {bool(np.isfinite(vocals).all())}"
        raise BugError(
            f"the separator '{name}' must return finite vocals of the mix's shape {shape}; got {found}"
        )
    return vocals.astype(np.float32, copy=False)
