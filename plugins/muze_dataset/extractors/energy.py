"""Musical energy, of the whole and over time, and the band levels it is heard in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.listening.heard import Finding, Heard, absent

_METHOD = "loudness of all registers, strokes and low end, on the scale of planned songs"
_BANDS = "mel bands of the short-time spectrum"


class Energy:
    """Measures energy 0…1; see `muze_dataset.hearing.form.energy`."""

    name = "energy"
    version = "1"
    needs = ("material.mono",)
    uses = ()
    gives = ("energy", "material.energy_curve", "material.bands")
    cost_per_second = 0.0006

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return nothing: the audio alone decides."""
        return {}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the energy, an `EnergyCurve` and `Bands`."""
        from muze_dataset.hearing.form.bands import bands_of
        from muze_dataset.hearing.form.energy import SHORTEST_S, energy_curve

        mono = heard.value("material.mono")
        if mono is None:
            return dict.fromkeys(self.gives, absent(f"no samples: {heard.reason('material.mono')}"))
        bands = bands_of(mono)
        curve = energy_curve(bands)
        if curve is None:
            none = absent(f"silent, or shorter than {SHORTEST_S:g} s")
            return {**dict.fromkeys(self.gives, none), "material.bands": Finding(bands, _BANDS)}
        return {
            "energy": Finding(round(curve.mean, 3), _METHOD),
            "material.energy_curve": Finding(curve, _METHOD),
            "material.bands": Finding(bands, _BANDS),
        }
