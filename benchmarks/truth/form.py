"""Sections and energy against what was planned.

Boundary figures are mir_eval's hit rates within 3 s and 0.5 s. The plain ones have the first and the last boundary
in them, as `mir_eval.segment.evaluate` has; those named `inner` leave them out (`trim`), for anybody finds them.
A label counts as right for as long as it stands where the plan has the same. The order of energies is that of all
pairs of planned sections whose energies differ by 0.1 or more, measured over the planned spans.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

GOALS: dict[str, float] = {"section_f3": 0.6, "section_inner_f3": 0.6, "energy_order": 0.9}

_LEAST_DIFFERENCE = 0.1
_SAMPLED_S = 0.1
_SECTION_S = 15.0  # the baseline expects a boundary that often

Segments = Sequence[Mapping[str, Any]]


def scores(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of one track; what was not found counts as one section."""
    planned = track.get("segments")
    if not planned:
        return {}
    whole = {"type": "unknown", "start": 0.0, "end": track["duration"], "energy": None}
    heard = found.get("segments") or [whole]
    figures = _boundaries(planned, heard)
    named = "type" in heard[0]
    times_s = np.arange(_SAMPLED_S / 2.0, track["duration"], _SAMPLED_S)
    if named:
        right = [a == b for a, b in zip(_at(planned, times_s), _at(heard, times_s), strict=True)]
        figures["section_label"] = float(np.mean(right))
        figures["section_unknown"] = float(np.mean([name == "unknown" for name in _at(heard, times_s)]))
    figures["section_count_error"] = float(abs(len(heard) - len(planned)))
    return figures | _energies(planned, heard)


def baseline(samples: npt.NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """Return sections by librosa's agglomerative clustering of beat-synchronous chroma and MFCC, k from the duration.

    Their energy is the mean RMS; types it has none.
    """
    import librosa

    mono = librosa.resample(samples.mean(axis=0), orig_sr=rate_hz, target_sr=22_050)
    duration_s = len(mono) / 22_050
    features = np.concatenate(
        (
            librosa.util.normalize(librosa.feature.chroma_cqt(y=mono, sr=22_050), axis=1),
            librosa.util.normalize(librosa.feature.mfcc(y=mono, sr=22_050), axis=1),
        )
    )
    rms = librosa.feature.rms(y=mono)[0]
    _, beats = librosa.beat.beat_track(y=mono, sr=22_050)
    frames = librosa.util.fix_frames(beats, x_min=0, x_max=features.shape[1])
    synced = librosa.util.sync(features, frames)
    count = min(max(round(duration_s / _SECTION_S), 2), synced.shape[1])
    starts = frames[librosa.segment.agglomerative(synced, count)]
    edges = [*starts.tolist(), features.shape[1]]
    times_s = [*librosa.frames_to_time(starts, sr=22_050).tolist(), duration_s]
    return {
        "segments": [
            {"start": times_s[i], "end": times_s[i + 1], "energy": float(rms[edges[i] : edges[i + 1]].mean())}
            for i in range(len(starts))
            if times_s[i + 1] > times_s[i]
        ]
    }


def _boundaries(planned: Segments, heard: Segments) -> dict[str, float]:
    from mir_eval.segment import detection

    truth, ours = _intervals(planned), _intervals(heard)
    figures = {}
    for window_s, name in ((3.0, "f3"), (0.5, "f05")):
        precision, recall, figures[f"section_{name}"] = detection(truth, ours, window=window_s)
        if window_s == 3.0:
            figures |= {"section_precision3": precision, "section_recall3": recall}
        if len(planned) > 1:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # one section has no inner boundary: 0, which is meant
                figures[f"section_inner_{name}"] = detection(truth, ours, window=window_s, trim=True)[2]
    return {name: float(value) for name, value in figures.items()}


def _energies(planned: Segments, heard: Segments) -> dict[str, float]:
    wanted = np.array([one["energy"] for one in planned], np.float64)
    measured = np.array([_mean_energy(heard, one["start"], one["end"]) for one in planned])
    higher = wanted[:, None] - wanted[None, :] >= _LEAST_DIFFERENCE
    figures = {}
    if higher.any():
        figures["energy_order"] = float((measured[:, None] > measured[None, :])[higher].mean())
    if len(planned) > 2 and wanted.std() > 0.0:
        flat = not measured.std() > 0.0
        figures["energy_correlation"] = 0.0 if flat else float(np.corrcoef(wanted, measured)[0, 1])
    return figures


def _mean_energy(heard: Segments, start_s: float, end_s: float) -> float:
    """Return the mean energy over a span; 0 where there is none."""
    total = sum(
        max(min(one["end"], end_s) - max(one["start"], start_s), 0.0) * (one["energy"] or 0.0)
        for one in heard
    )
    return float(total / (end_s - start_s))


def _intervals(segments: Segments) -> npt.NDArray[np.float64]:
    return np.array([(one["start"], one["end"]) for one in segments], np.float64)


def _at(segments: Segments, times_s: npt.NDArray[np.float64]) -> list[str]:
    starts = [one["start"] for one in segments]
    index = np.maximum(np.searchsorted(starts, times_s, side="right") - 1, 0)
    return [str(segments[i]["type"]) for i in index]
