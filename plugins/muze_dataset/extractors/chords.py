"""The chord progression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent


class Chords:
    """Finds chords and when they hold."""

    name = "chords"
    version = "1"
    needs = ("material.semitones", "material.mono")
    uses = ("beat_positions", "downbeat_positions")
    gives = ("chord_progression",)
    cost_per_second = 0.0002

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which tables are used."""
        from muze_dataset.hearing.harmony.tables import tables_sha256

        return {"tables": tables_sha256()}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the chords; where there is none is a gap."""
        from muze_dataset.extractors.mono import RATE_HZ
        from muze_dataset.hearing.harmony.chords import progression

        semitones = heard.value("material.semitones")
        if semitones is None or not semitones.is_pitched:
            return {"chord_progression": absent("nothing that sounds is tuned to a scale")}
        beats = heard.value("beat_positions") or ()
        spans, confidence = progression(
            semitones,
            len(heard.value("material.mono")) / RATE_HZ,
            beats_s=beats,
            downbeats_s=heard.value("downbeat_positions") or (),
        )
        if not spans:
            return {"chord_progression": absent("no chord is heard")}
        return {
            "chord_progression": Finding(
                [
                    {"chord": str(s.chord), "start": round(s.start_s, 4), "end": round(s.end_s, 4)}
                    for s in spans
                ],
                "fitted network and hidden Markov model" + (" on beats" if beats else ""),
                confidence=round(confidence, 3),
                fallback=None if beats else "no beats are known: chords change on half seconds",
            )
        }
