"""A saturation curve as numbers for a formula, and as points for a table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_fx.effects.parts.saturation import Curve
from muze_fx.export.script_parts import bend

Float64 = npt.NDArray[np.float64]

_RECTIFIED = 0.35  # share of the rectified wave that fuzz adds at high drive
_TABLE_LOW_DB, _TABLE_HIGH_DB, _TABLE_STEP_DB = -60.0, 12.0, 2.0


@dataclass(frozen=True)
class Waveshape:
    """y = makeup · (bend(slope · x + shift) - bend(shift)); see `muze_fx.effects.parts.saturation`.

    Attributes:
        kind: `soft`, `tube`, `hard` or `fuzz`.
        slope, shift, makeup: as above.
        rectified: share of |u| that fuzz adds before it clips; 0 for the other kinds.
        oversampling: how many times the sample rate keeps aliases down.
    """

    kind: str
    slope: float
    shift: float
    makeup: float
    rectified: float
    oversampling: int
    is_even: bool

    @classmethod
    def of(cls, curve: Curve, rate_hz: int) -> Waveshape:
        """Read the numbers off a curve."""
        drive = 1.0 - 10.0 ** (-curve.drive_db / 20.0)
        rectified = _RECTIFIED * drive if curve.kind == "fuzz" else 0.0
        probe = np.array([0.5])
        raised = bend(curve.kind, curve.slope * probe + curve.shift, rectified)
        resting = bend(curve.kind, np.array([curve.shift]), rectified)
        makeup = float(curve.compile()(probe.astype(np.float32))[0] / (raised - resting)[0])
        oversampling = curve.factor(rate_hz)
        return cls(curve.kind, curve.slope, curve.shift, makeup, rectified, oversampling, curve.is_even)

    def __call__(self, x: Float64) -> Float64:
        """Shape samples."""
        bent = bend(self.kind, self.slope * x + self.shift, self.rectified)
        result: Float64 = self.makeup * (bent - self.at_rest)
        return result

    @property
    def at_rest(self) -> float:
        """What the bent wave is at silence, before the makeup."""
        return float(bend(self.kind, np.array([self.shift]), self.rectified)[0])

    @property
    def is_odd(self) -> bool:
        """Whether both halves of a wave are shaped alike, so that a table of levels describes it."""
        return not self.is_even

    def level_table(self) -> list[tuple[float, float]]:
        """Return (level in, level out) in dB from -60 to +12 dB; for odd shapes."""
        if self.kind == "hard":  # straight lines with one corner
            levels = np.array([_TABLE_LOW_DB, -20.0 * math.log10(self.slope), _TABLE_HIGH_DB])
        else:
            levels = np.arange(_TABLE_LOW_DB, _TABLE_HIGH_DB + 1, _TABLE_STEP_DB, dtype=np.float64)
        out = 20.0 * np.log10(self(10.0 ** (levels / 20.0)))
        return list(zip(levels.tolist(), out.tolist(), strict=True))

    def raised_table(self, scale: float) -> list[tuple[float, float]]:
        """Return (level in, level out) in dB of a wave that has been moved above zero; for any shape.

        The wave is divided by `scale` to lie within ±1, then moved to 0…1 by v = (x / scale + 1) / 2. A table
        from levels of v to levels of (y / scale + 1) / 2 then knows both halves of the wave apart.
        """
        # Points close together where the curve bends, around 0, and far apart where it is flat.
        at = np.sinh(np.linspace(-1.0, 1.0, 61) * 4.5)
        x = scale * at / at[-1] * (1.0 - 1e-6)
        if self.kind == "hard":
            corners = (np.array([-1.0, 1.0]) - self.shift) / self.slope
            x = np.sort(np.concatenate([x, corners]))
        v = (x / scale + 1.0) / 2.0
        y = np.clip(self(x) / scale, -1.0 + 1e-6, 1.0)
        out = (y + 1.0) / 2.0
        return [
            (20.0 * math.log10(a), 20.0 * math.log10(b))
            for a, b in zip(v.tolist(), out.tolist(), strict=True)
        ]
