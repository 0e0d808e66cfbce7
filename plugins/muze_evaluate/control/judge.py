"""The judge `control` (`muze.judges`): how far a take does what its plan asks for, aspect by aspect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muzecli.song.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASPECTS = (
    "tempo within 4 %",
    "beats F",
    "downbeats F",
    "key, weighted",
    "chords, major/minor",
    "boundaries F, 3 s",
    "energy order",
    "vocals",
    "instruments found",
)
"""One for each thing that a plan says: those that measure the same again would count it twice."""


class ControlJudge:
    """Hears a take as `muze evaluate control` does, by the extractors that annotate datasets."""

    name = "control"

    def identity(self, *, device: str) -> Mapping[str, Any]:
        """Return the aspects, and what decides what each extractor hears."""
        from muze_evaluate.control.listening import installed
        from muzecli.listening.options import options_with

        return {
            "aspects": list(ASPECTS),
            "extractors": installed(device).provenance(options_with({"device": device})),
        }

    def judge(
        self, plan: Plan, samples: npt.NDArray[np.float32], rate_hz: int, *, device: str
    ) -> Mapping[str, float]:
        """Return by aspect how far the audio is as planned, 0…1.

        Args:
            plan: what was to be played.
            samples: (C, N) from where the plan begins.
            rate_hz: their rate.
            device: where models run.

        Raises:
            StageError: an extractor failed.
        """
        from muze_evaluate.control.aspects import values
        from muze_evaluate.control.listening import heard_from
        from muze_evaluate.control.planned import planned_from

        found = values(planned_from(plan), heard_from(samples, rate_hz, device=device))
        return {name: share for name in ASPECTS if (share := found[name]) is not None}
