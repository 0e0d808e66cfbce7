"""When a singer breathes in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    import numpy.typing as npt

_FIELD = "breath_positions"
_NEARBY_S = 1.0  # breaths are sought this far around what is sung
_MIXED = "breaths cannot be told from the accompaniment"


class Breaths:
    """Finds breaths of a voice that is alone, by itself or after separation."""

    name = "breaths"
    version = "1"
    needs = ("audio", "f0_contour", "fact.voice_activity")
    uses = ("material.vocals",)
    gives = (_FIELD,)
    cost_per_second = 0.006

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the recording and its pitch decide."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return start and end of each breath, or why they cannot be heard."""
        from muze_dataset.hearing.pitch.breath import find_breaths
        from muze_dataset.hearing.pitch.framing import at_rate
        from muze_dataset.hearing.pitch.periodicity import find_candidates
        from muze_dataset.hearing.pitch.solo import is_solo
        from muze_dataset.hearing.pitch.spans import frames_within

        contour = heard.value("f0_contour")
        if contour is None:
            return {_FIELD: absent(f"there is no pitch to find pauses in: {heard.reason('f0_contour')}")}
        vocals = heard.value("material.vocals")
        signal = at_rate(heard.audio if vocals is None else vocals, heard.rate_hz)
        found = find_candidates(signal, len(contour))
        if vocals is None and not is_solo(signal, found):
            return {_FIELD: absent(_MIXED)}
        hz: npt.NDArray[np.float32] = np.asarray(contour, dtype=np.float32)
        breaths = find_breaths(signal, hz, found)
        if vocals is not None:  # what is left of the accompaniment far from any singing is no breath
            near = frames_within(heard.value("fact.voice_activity"), hz.size, margin_s=_NEARBY_S)
            breaths = [b for b in breaths if near[min(int(b.end_s * 100.0), hz.size - 1)]]
        spans = [[round(b.start_s, 4), round(min(b.end_s, heard.duration_s), 4)] for b in breaths]
        clarity = round(float(np.mean([b.clarity for b in breaths])), 3) if breaths else None
        where = "voice alone" if vocals is None else "separated vocals"
        return {_FIELD: Finding(spans, f"noise that leads up to singing, {where}", clarity)}
