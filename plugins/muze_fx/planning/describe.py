"""Settings in words, for `muze fx explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_fx.biquad import Band
from muze_fx.curves import CENTRES_HZ
from muze_fx.effects import Effect


def curve_text(curve_db: npt.NDArray[np.float64]) -> str:
    """Describe a tone curve by its largest rise and fall: `+4 dB around 125 Hz, −5 dB around 16 kHz`."""
    parts = []
    for index in (int(np.argmax(curve_db)), int(np.argmin(curve_db))):
        gain_db = float(curve_db[index])
        if abs(gain_db) >= 0.5:
            parts.append(f"{signed(gain_db)} dB around {hertz(CENTRES_HZ[index])}")
    return "equalizer " + ", ".join(dict.fromkeys(parts)) if parts else "equalizer almost level"


def band_text(band: Band) -> str:
    """Describe one equaliser band: `peak −3.0 dB at 300 Hz`."""
    kind = band.type.replace("_", "-")
    if band.type in ("high_pass", "low_pass"):
        return f"{kind} at {hertz(band.freq_hz)}"
    return f"{kind} {signed(band.gain_db)} dB at {hertz(band.freq_hz)}"


def effect_text(effect: Effect) -> str:
    """Describe an effect by the parameters that differ from its defaults."""
    settings: Mapping[str, Any] = effect.to_dict()
    defaults = type(effect)().to_dict()
    shown = [
        f"{name} {short(value)}" if isinstance(value, float) else f"{name} {value}"
        for name, value in settings.items()
        if name not in ("effect", "bands") and value != defaults.get(name)
    ]
    return f"{effect.name.replace('_', ' ')} {', '.join(shown)}".strip()


def short(value: float) -> str:
    """Return a number with three significant digits, and no exponent: `0.35`, `17900`."""
    return f"{float(f'{value:.3g}'):g}" if abs(value) < 1000 else f"{float(f'{value:.3g}'):.0f}"


def signed(value: float) -> str:
    """Return a number with its sign, the minus being a real one."""
    return f"{value:+.1f}".replace("-", "−")


def hertz(value: float) -> str:
    """Return a frequency as engineers write it: `300 Hz`, `4 kHz`."""
    return f"{value / 1000:g} kHz" if value >= 1000 else f"{value:g} Hz"
