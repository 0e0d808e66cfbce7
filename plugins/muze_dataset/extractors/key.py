"""The key, and the keys that come next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent

_CANDIDATES = 4
_METHOD = "chords, chroma, bass, beginning and end, weighed by a fitted network"


class KeyFinder:
    """Finds the main key."""

    name = "key"
    version = "1"
    needs = ("material.semitones",)
    uses = ()
    gives = ("key", "fact.key_candidates")
    cost_per_second = 0.0001

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which tables are used."""
        from muze_dataset.hearing.harmony.tables import tables_sha256

        return {"tables": tables_sha256()}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the most probable key; its probability is its confidence."""
        from muze_dataset.hearing.harmony.chords import key_of
        from muzecli.song.pitch import Key

        semitones = heard.value("material.semitones")
        if semitones is None or not semitones.is_pitched:
            why = absent("nothing that sounds is tuned to a scale")
            return {"key": why, "fact.key_candidates": why}
        probable = key_of(semitones)
        best = [int(index) for index in probable.argsort(kind="stable")[::-1][:_CANDIDATES]]
        weights = [round(float(probable[index]), 3) for index in best]
        names = [str(Key.from_index(index)) for index in best]
        candidates = [{"key": name, "weight": weight} for name, weight in zip(names, weights, strict=True)]
        return {
            "key": Finding(names[0], _METHOD, confidence=weights[0]),
            "fact.key_candidates": Finding(candidates, _METHOD),
        }
