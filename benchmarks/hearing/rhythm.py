"""Whether two renderings begin the same notes at the same times, and how much begins."""

from __future__ import annotations

import numpy as np
from librosa.onset import onset_detect

from benchmarks.hearing.heard import FRAMES_HZ, HOP, RATE_HZ, Floats, Heard

LAG_S = 0.05
_LAG = round(LAG_S * FRAMES_HZ)


def onset_correlation(a: Heard, b: Heard) -> tuple[float, float]:
    """Return Pearson's correlation of two onset envelopes at the best lag within ±50 ms, and that lag in seconds.

    The lag, one for the whole song, forgives a delay of the engine and nothing else; a positive one says that `a`
    comes later. The shorter of the two decides the length. An envelope without any variation correlates 0.
    """
    frames = min(len(a.onsets), len(b.onsets))
    x, y = a.onsets[:frames], b.onsets[:frames]
    found = [
        (_correlation(x[max(0, lag) : frames + min(0, lag)], y[max(0, -lag) : frames - max(0, lag)]), lag)
        for lag in range(-_LAG, _LAG + 1)
    ]
    best, lag = max(found)
    return best, lag / FRAMES_HZ


def onset_rate_hz(heard: Heard) -> float:
    """Return how many notes or strokes begin in a second, by librosa's peak picking."""
    frames = onset_detect(onset_envelope=heard.onsets, sr=RATE_HZ, hop_length=HOP)
    return len(frames) / heard.duration_s


def _correlation(x: Floats, y: Floats) -> float:
    if len(x) < 2 or x.std() == 0 or y.std() == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])
