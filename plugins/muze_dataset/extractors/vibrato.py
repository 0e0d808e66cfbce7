"""Vibrato, from the pitch of the voice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from muzecli.listening.heard import Finding, Heard, absent

_METHOD = "sine fitted to the pitch"


class Vibrato:
    """Measures rate, depth (middle to peak) and extent of vibrato."""

    name = "vibrato"
    version = "1"
    needs = ("f0_contour",)
    uses = ()
    gives = ("vibrato_rate", "vibrato_depth", "vibrato_extent")
    cost_per_second = 0.003

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the pitch alone decides."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Measure; where a voice has none, its extent is 0 and its rate and depth are not known."""
        from muze_dataset.hearing.pitch.vibrato import find_vibrato

        contour = heard.value("f0_contour")
        if contour is None:
            reason = f"there is no pitch to find it in: {heard.reason('f0_contour')}"
            return dict.fromkeys(self.gives, absent(reason))
        found = find_vibrato(np.asarray(contour, dtype=np.float32))
        fallback = heard.findings["f0_contour"].fallback
        extent = Finding(round(found.extent, 3), _METHOD, _rounded(found.confidence), fallback)
        if found.rate_hz is None or found.depth_cents is None:
            none = absent("no vibrato was heard")
            return {"vibrato_rate": none, "vibrato_depth": none, "vibrato_extent": extent}
        return {
            "vibrato_rate": Finding(round(found.rate_hz, 2), _METHOD, _rounded(found.confidence), fallback),
            "vibrato_depth": Finding(
                round(found.depth_cents, 1), _METHOD, _rounded(found.confidence), fallback
            ),
            "vibrato_extent": extent,
        }


def _rounded(confidence: float | None) -> float | None:
    return None if confidence is None else round(min(max(confidence, 0.0), 1.0), 3)
