"""The samples as most measurements want them: one channel at 22 050 Hz."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard

RATE_HZ = 22_050


class Mono:
    """Mixes down to one channel, (N,) float32 at `RATE_HZ`."""

    name = "mono"
    version = "1"
    needs = ("audio",)
    uses = ()
    gives = ("material.mono",)
    cost_per_second = 0.0004

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the audio alone decides."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the mean of the channels, resampled."""
        from muzecli.audio.resample import mixed_down

        mono = mixed_down(heard.audio, heard.rate_hz, RATE_HZ)
        return {"material.mono": Finding(mono, "mean of the channels")}
