"""Pitch, vibrato and breaths of the voice against what was sung.

Pitch figures are mir_eval's of melody extraction, at 50 cents and every 10 ms; where we say that nobody sings, we are
wrong if somebody does, as the contour says nothing else there. The goal is for sung lines alone; `sung_line` names
the recording of a corpus track's voice, and the same figures on the mixes beside it are what can be had without a
separator. Breaths count as found when they and the true ones share half of either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

GOALS: dict[str, float] = {"f0_accuracy": 0.90, "vibrato_rate_right": 0.90, "breath_f": 0.85}
_RATE_HZ = 100
_VIBRATO_HZ = 0.3  # how near a vibrato's rate must come
_LOWEST_HZ, _HIGHEST_HZ = 60.0, 1500.0


def sung_line(corpus: Path, track: Mapping[str, Any]) -> Path | None:
    """Return the recording of the voice alone that belongs to a synthetic track; None where nobody sings."""
    stems = track["source"].get("stems", {})
    names = [name for name in stems if name.endswith("_vocals")]
    return corpus / stems[names[0]] if names else None


def scores(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of one track; none where nobody sings, and 0 where nothing was found."""
    if not track.get("f0_contour") or not any(track["f0_contour"]):
        return {}
    return {**_pitch(track, found), **_vibrato(track, found), **_breaths(track, found)}


def baseline(samples: npt.NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """Return the pitch by librosa's pYIN in the range that ours seeks; librosa has no vibrato and no breaths."""
    import librosa

    hop = 220  # of 22 050 Hz: 9.98 ms
    mono = librosa.resample(samples.mean(axis=0), orig_sr=rate_hz, target_sr=22_050)
    hz, _, _ = librosa.pyin(mono, fmin=_LOWEST_HZ, fmax=_HIGHEST_HZ, sr=22_050, hop_length=hop)
    count = int(np.ceil(samples.shape[1] / rate_hz * _RATE_HZ - 1e-6))
    at = np.clip(np.rint(np.arange(count) / _RATE_HZ * 22_050 / hop).astype(int), 0, len(hz) - 1)
    contour = np.nan_to_num(hz)[at]
    return {"f0_contour": contour.tolist(), "f0_voiced_mask": (contour > 0.0).tolist()}


def _pitch(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    from mir_eval import melody

    true = np.array(track["f0_contour"])
    ours = np.zeros(true.size)
    given = np.array(found.get("f0_contour") or ())[: true.size]
    ours[: given.size] = given
    cents, our_cents = melody.hz2cents(true), melody.hz2cents(ours)
    voiced, our_voiced = true > 0.0, ours > 0.0
    return {
        "f0_accuracy": melody.raw_pitch_accuracy(voiced, cents, our_voiced, our_cents),
        "f0_accuracy_octaves_folded": melody.raw_chroma_accuracy(voiced, cents, our_voiced, our_cents),
        "f0_voicing_recall": melody.voicing_recall(voiced, our_voiced),
        "f0_voicing_false_alarm": melody.voicing_false_alarm(voiced, our_voiced),
        "f0_overall": melody.overall_accuracy(voiced, cents, our_voiced, our_cents),
    }


def _vibrato(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    rate_hz, depth = track.get("vibrato_rate"), track.get("vibrato_depth")
    ours, our_depth = found.get("vibrato_rate"), found.get("vibrato_depth")
    if rate_hz is None or depth is None:
        return {"vibrato_none_right": float(ours is None)}
    figures = {"vibrato_rate_right": float(ours is not None and abs(ours - rate_hz) <= _VIBRATO_HZ)}
    if ours is not None and our_depth is not None:
        figures["vibrato_rate_error_hz"] = abs(ours - rate_hz)
        figures["vibrato_depth_ratio"] = our_depth / depth
        figures["vibrato_extent_error"] = abs((found.get("vibrato_extent") or 0.0) - track["vibrato_extent"])
    return figures


def _breaths(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    true, ours = track.get("breath_positions"), found.get("breath_positions")
    if not true or ours is None:
        return {}
    hits = _hits(true, ours)
    return {"breath_f": 2.0 * hits / (len(true) + len(ours)), "breath_precision": hits / max(len(ours), 1)}


def _hits(true: Sequence[Sequence[float]], ours: Sequence[Sequence[float]]) -> int:
    left = list(true)
    hits = 0
    for start, end in ours:
        for span in left:
            shared = min(end, span[1]) - max(start, span[0])
            if shared >= 0.5 * (end - start) and shared >= 0.5 * (span[1] - span[0]):
                left.remove(span)
                hits += 1
                break
    return hits
