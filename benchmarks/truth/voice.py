"""Whether somebody sings, and when, against what was sung.

The truth is made of the phonemes' times, pauses of up to half a second within a phrase included. Frames of 10 ms are
compared; a recording without a voice has only `has_vocals`, for a share of nothing has no meaning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

GOALS: dict[str, float] = {"has_vocals": 0.95, "voice_activity_f": 0.85}

_PAUSE_S = 0.5
_FRAMES_PER_S = 100


def scores(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of one track; no answer counts as a wrong one, and as `has_vocals_open`."""
    sung, heard = track.get("has_vocals"), found.get("has_vocals")
    figures: dict[str, float] = {}
    if sung is not None:
        figures["has_vocals"] = float(heard is sung)
        figures["has_vocals_open"] = float(heard is None)
    phonemes = track.get("phoneme_timestamps")
    if phonemes:
        duration_s = float(track["duration"])
        truth = _frames(_phrases([(p["start"], p["end"]) for p in phonemes]), duration_s)
        guess = _frames(found.get("fact.voice_activity") or (), duration_s)
        both = np.count_nonzero(truth & guess)
        figures["voice_activity_precision"] = both / max(np.count_nonzero(guess), 1)
        figures["voice_activity_recall"] = both / max(np.count_nonzero(truth), 1)
        figures["voice_activity_f"] = 2 * both / max(np.count_nonzero(guess) + np.count_nonzero(truth), 1)
    return figures


def baseline(samples: npt.NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """Return what is not silent as the voice: librosa has no detector of voices, only of sound."""
    import librosa

    spans = librosa.effects.split(samples.mean(axis=0)) / rate_hz
    return {"has_vocals": bool(len(spans)), "fact.voice_activity": spans.tolist()}


def _phrases(spans: Sequence[tuple[float, float]]) -> list[list[float]]:
    phrases: list[list[float]] = []
    for start_s, end_s in spans:
        if phrases and start_s - phrases[-1][1] <= _PAUSE_S:
            phrases[-1][1] = max(end_s, phrases[-1][1])
        else:
            phrases.append([start_s, end_s])
    return phrases


def _frames(spans: Sequence[Sequence[float]], duration_s: float) -> npt.NDArray[np.bool_]:
    frames = np.zeros(max(round(duration_s * _FRAMES_PER_S), 1), dtype=bool)
    for start_s, end_s in spans:
        frames[round(start_s * _FRAMES_PER_S) : round(end_s * _FRAMES_PER_S)] = True
    return frames
