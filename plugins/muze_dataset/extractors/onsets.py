"""What begins when in a recording, for everything that listens to rhythm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent


class Onsets:
    """Measures the strength of onsets in bands, 100 times a second, and changes of harmony."""

    name = "onsets"
    version = "1"
    needs = ("material.mono",)
    uses = ()
    gives = ("material.onsets",)
    cost_per_second = 0.001

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the audio alone decides."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return `muze_dataset.hearing.rhythm.onsets.Onsets`."""
        from muze_dataset.hearing.rhythm.onsets import find_onsets

        mono = heard.value("material.mono")
        if mono is None:
            return {"material.onsets": absent(f"no samples: {heard.reason('material.mono')}")}
        return {"material.onsets": Finding(find_onsets(mono), "superflux in bands of a sixth of an octave")}
