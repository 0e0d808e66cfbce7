"""Key and chords against what was played.

Chord figures are mir_eval's: shares of time in which root, major or minor triad, or seventh chord agree, over the
time in which the truth has one; and how well the changes lie where they should. The keys' score forgives some of a
fifth (.5), the relative (.3) and the parallel key (.2), as MIREX has it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

GOALS: dict[str, float] = {"key_exact": 0.80, "chord_majmin": 0.70}

# What mir_eval has no word for, in the words it has.
_SPELLED = {"add9": "maj(9)", "7sus4": "sus4(b7)", "7b9": "7(b9)", "7#9": "7(#9)"}
# Krumhansl, Cognitive Foundations of Musical Pitch, 1990, table 2.1.
_PROFILES = (
    (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
)
_TRIADS = {"maj": (0, 4, 7), "min": (0, 3, 7)}


def scores(track: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, float]:
    """Return the figures of one track; what was not found counts as wrong."""
    from mir_eval import chord, key

    figures: dict[str, float] = {}
    if track.get("key") is not None:
        heard = found.get("key")
        figures["key_exact"] = float(heard == track["key"])
        figures["key_mirex"] = (
            float(key.weighted_score(_lower(track["key"]), _lower(heard))) if heard else 0.0
        )
    if track.get("chord_progression"):
        true_spans, true_names = _spans(track["chord_progression"])
        spans, names = _spans(found.get("chord_progression") or ())
        result = chord.evaluate(true_spans, true_names, spans, names) if len(spans) else {}
        for figure in ("root", "majmin", "sevenths", "seg"):
            if figure == "seg" or _says(true_names, figure):
                figures[f"chord_{figure}"] = float(result.get(figure, 0.0))
    return figures


def baseline(samples: npt.NDArray[np.float32], rate_hz: int) -> dict[str, Any]:
    """Return the key by Krumhansl's profiles and 24 chord templates at the beats, both on librosa's CQT chroma."""
    import librosa

    from muzecli.song.chord import Chord
    from muzecli.song.pitch import Key

    mono = librosa.resample(samples.mean(axis=0), orig_sr=rate_hz, target_sr=22_050)
    chroma = librosa.feature.chroma_cqt(y=mono, sr=22_050)
    mean = chroma.mean(axis=1)
    match = [np.corrcoef(np.roll(profile, tonic), mean)[0, 1] for profile in _PROFILES for tonic in range(12)]
    _, beats = librosa.beat.beat_track(y=mono, sr=22_050)
    edges = librosa.util.fix_frames(beats, x_min=0, x_max=chroma.shape[1])
    synced = librosa.util.sync(chroma, beats, aggregate=np.median)[:, : len(edges) - 1]
    words = [Chord(root, quality) for root in range(12) for quality in _TRIADS]
    templates = np.array([[pc in word.pitch_classes for pc in range(12)] for word in words], np.float64)
    best = (templates @ synced).argmax(axis=0)
    times = librosa.frames_to_time(edges, sr=22_050)
    return {
        "key": str(Key.from_index(int(np.nanargmax(match)))),
        "chord_progression": [
            {"chord": str(words[index]), "start": float(start), "end": float(end)}
            for index, start, end in zip(best, times, times[1:], strict=False)
            if end > start
        ],
    }


def _spans(
    chords: Sequence[Mapping[str, Any]],
) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Return intervals (n, 2) and names as mir_eval wants them: no chord in the gaps, note names of bass left out."""
    intervals: list[tuple[float, float]] = []
    names: list[str] = []
    at = 0.0
    for item in chords:
        if item["start"] > at + 1e-6:
            intervals.append((at, item["start"]))
            names.append("N")
        intervals.append((max(at, item["start"]), item["end"]))
        names.append(_spelled(item["chord"]))
        at = item["end"]
    return np.array(intervals, np.float64).reshape(-1, 2), names


def _says(names: Sequence[str], figure: str) -> bool:
    """Say whether any chord counts in a figure: a song of power chords has no major and minor ones to compare."""
    from mir_eval import chord

    return bool((getattr(chord, figure)(list(names), list(names)) >= 0).any())


def _spelled(chord: str) -> str:
    plain = chord.split("/")[0]
    return re.sub(r":(.+)", lambda match: ":" + _SPELLED.get(match[1], match[1]), plain)


def _lower(key: str) -> str:
    """Return a key as mir_eval reads it: "F# minor" → "f# minor"."""
    note, mode = key.split()
    return f"{note.lower()} {mode}"
