"""The strength of each semitone over time, in the recording's own tuning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent


class Semitones:
    """Measures semitones and tuning; see `muze_dataset.hearing.harmony.semitones.Semitones`."""

    name = "semitones"
    version = "1"
    needs = ("material.mono",)
    uses = ()
    gives = ("material.semitones", "fact.tuning_cents")
    cost_per_second = 0.0013

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the audio alone decides."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the semitones, and the tuning where partials tell it."""
        from muze_dataset.extractors.mono import RATE_HZ
        from muze_dataset.hearing.harmony.semitones import semitones

        found = semitones(heard.value("material.mono"), RATE_HZ)
        return {
            "material.semitones": Finding(found, "partials in their own tuning, fitted by note spectra"),
            "fact.tuning_cents": Finding(
                round(found.tuning_cents, 2),
                "circular mean of partials' deviations",
                confidence=round(found.tuning_confidence, 3),
            )
            if found.tuning_confidence > 0.0
            else absent("nothing that sounds is tuned: the partials agree on no tuning"),
        }
