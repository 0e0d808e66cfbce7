"""Tempo, beats, downbeats and metre."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent

_TIMES = "network on onsets and harmony, bar-pointer Viterbi"


class Beats:
    """Finds the beat and the bar, and the tempo and metre that follow from them."""

    name = "beats"
    version = "1"
    needs = ("material.onsets",)
    uses = ()
    gives = ("tempo", "beat_positions", "downbeat_positions", "time_signature", "fact.tempo_candidates")
    cost_per_second = 0.003

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return which weights are installed."""
        from muze_dataset.hearing.rhythm.network import weights_path
        from muzecli.files import file_sha256

        path = weights_path()
        return {"weights": None if path is None else file_sha256(path)}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Find them; without a steady pulse none has a value."""
        from muze_dataset.hearing.rhythm.network import load, weights_path
        from muze_dataset.hearing.rhythm.rhythm import NoRhythm, find_rhythm

        onsets, path = heard.value("material.onsets"), weights_path()
        if onsets is None:
            return self._none(f"no onsets: {heard.reason('material.onsets')}")
        if path is None:
            return self._none("the weights of the beat network are not installed; reinstall muze")
        found = find_rhythm(onsets, load(path))
        if isinstance(found, NoRhythm):
            return self._none(found.reason)
        beats = [round(float(time), 4) for time in found.beats_s]
        downbeats = [time for time, place in zip(beats, found.places, strict=True) if place == 0]
        chosen = found.candidates[0].weight
        pulse = round(found.pulse, 3)
        return {
            "tempo": Finding(
                round(found.tempo_bpm, 2),
                f"{'even grid' if found.steady else 'median interval'} of the beats",
                round(chosen, 3),
            ),
            "beat_positions": Finding(beats, _TIMES, pulse),
            "downbeat_positions": Finding(downbeats, _TIMES, round(found.downbeat_confidence, 3)),
            "time_signature": Finding(found.time_signature, _TIMES, round(found.metre_confidence, 3)),
            "fact.tempo_candidates": Finding(
                [{"bpm": round(c.tempo_bpm, 2), "weight": round(c.weight, 3)} for c in found.candidates],
                "a walk through bars for each",
            ),
        }

    def _none(self, reason: str) -> Mapping[str, Finding]:
        return dict.fromkeys(self.gives, absent(reason))
