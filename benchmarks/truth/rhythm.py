"""Tempo, beats, downbeats and metre against what was played.

Beats count as mir_eval has them: within 70 ms, after the first five seconds. The tempo must be right within 4 %
at its octave; `tempo_octave` forgives factors of two and three, as most published figures do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

GOALS: dict[str, float] = {"tempo_exact": 0.90, "beat_f": 0.90, "downbeat_f": 0.80}

_TOLERANCE = 0.04
_FACTORS = (1 / 3, 1 / 2, 1.0, 2.0, 3.0)


def scores(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of one track; what was not found counts as wrong."""
    from mir_eval.beat import evaluate

    tempo, truth = found.get("tempo"), track.get("tempo")
    figures: dict[str, float] = {}
    if truth is not None:
        ratio = (tempo or 0.0) / truth
        figures["tempo_exact"] = float(abs(ratio - 1.0) <= _TOLERANCE)
        figures["tempo_octave"] = float(any(abs(ratio / f - 1.0) <= _TOLERANCE for f in _FACTORS))
    for field, name in (("beat_positions", "beat_f"), ("downbeat_positions", "downbeat_f")):
        played = np.asarray(track.get(field) or ())
        if np.count_nonzero(played >= 5.0) < 2:
            continue
        result = evaluate(played, np.asarray(found.get(field) or ()))
        figures[name] = float(result["F-measure"])
        if name == "beat_f":
            figures["beat_cmlt"] = float(result["Correct Metric Level Total"])
            figures["beat_amlt"] = float(result["Any Metric Level Total"])
    if track.get("time_signature") is not None:
        figures["metre"] = float(found.get("time_signature") == track["time_signature"])
    return figures


def baseline(samples: npt.NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """Return tempo and beats by librosa's beat tracker; every fourth beat stands for a downbeat, and 4/4."""
    import librosa
    from librosa.beat import beat_track

    mono = librosa.resample(samples.mean(axis=0), orig_sr=rate_hz, target_sr=22_050)
    tempo, beats = beat_track(y=mono, sr=22_050, units="time")
    return {
        "tempo": float(np.atleast_1d(tempo)[0]) or None,
        "beat_positions": [float(time) for time in beats],
        "downbeat_positions": [float(time) for time in beats[::4]],
        "time_signature": "4/4",
    }
