"""The pitch of a voice over time, the common result of all methods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Contour:
    """Pitch every 10 ms.

    Attributes:
        hz: (F,) float32, 0 where there is none.
        voicing: (F,) float32, how likely each frame has a pitch, 0…1.
    """

    hz: npt.NDArray[np.float32]
    voicing: npt.NDArray[np.float32]

    @property
    def voiced(self) -> npt.NDArray[np.bool_]:
        """(F,) where there is a pitch."""
        return self.hz > 0.0

    @property
    def confidence(self) -> float | None:
        """Mean probability of what is said, 0…1: of a pitch where there is one; None where there is none at all."""
        voiced = self.voiced
        return float(self.voicing[voiced].mean(dtype=np.float64)) if voiced.any() else None

    def within(self, sung: npt.NDArray[np.bool_]) -> Contour:
        """Return the contour where `sung` (F,) is true, and no pitch elsewhere."""
        return Contour(
            np.where(sung, self.hz, np.float32(0.0)), np.where(sung, self.voicing, np.float32(0.0))
        )
