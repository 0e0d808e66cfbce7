"""Loudness by BS.1770, its range, and the peaks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from muzecli.listening.heard import Finding, Heard, absent

_BLOCK_FRAMES = 65_536
_SHORTEST_S = 0.4  # a gating block of BS.1770
_SHORTEST_RANGE_S = 3.0  # a block of EBU Tech 3342


class Loudness:
    """Measures integrated loudness, loudness range, true peak and sample peak."""

    name = "loudness"
    version = "1"
    needs = ("audio",)
    uses = ()
    gives = ("loudness_db", "fact.loudness_range_lu", "fact.true_peak_dbtp", "fact.sample_peak_dbfs")
    cost_per_second = 0.001

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the audio alone decides."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Measure (ITU-R BS.1770-5; EBU Tech 3342 for the range)."""
        from muzecli.audio.loudness import LoudnessMeter

        samples = heard.audio
        meter = LoudnessMeter(heard.rate_hz, len(samples))
        for start in range(0, samples.shape[1], _BLOCK_FRAMES):
            meter.add(np.ascontiguousarray(samples[:, start : start + _BLOCK_FRAMES]))
        peak = max(float(samples.max(initial=0.0)), -float(samples.min(initial=0.0)))
        return {
            "loudness_db": _level(
                meter.integrated_lufs if heard.duration_s >= _SHORTEST_S else None,
                "BS.1770",
                f"shorter than {_SHORTEST_S:g} s, or nothing in it is above −70 LUFS",
            ),
            "fact.loudness_range_lu": _level(
                meter.range_lu if heard.duration_s >= _SHORTEST_RANGE_S else None,
                "EBU Tech 3342",
                f"shorter than {_SHORTEST_RANGE_S:g} s",
            ),
            "fact.true_peak_dbtp": _level(meter.true_peak_dbtp, "BS.1770, 4× oversampled", "digital silence"),
            "fact.sample_peak_dbfs": _level(
                20.0 * math.log10(peak) if peak > 0.0 else None, "largest sample", "digital silence"
            ),
        }


def _level(value: float | None, method: str, reason: str) -> Finding:
    if value is None or not math.isfinite(value):
        return absent(reason)
    return Finding(round(value, 2), method)
