"""The noises of consonants: white noise through a few resonances."""

from __future__ import annotations

import functools
import math

import numpy as np
import numpy.typing as npt

from muze_synth.singer.consonants import NOISES


@functools.lru_cache(maxsize=256)
def noise_response(name: str, scale: float, bins: int, rate_hz: int) -> npt.NDArray[np.complex64]:
    """Return the filter (bins,) that gives white noise of unit power a consonant's spectrum and unit power.

    Args:
        name: in `NOISES`.
        scale: factor on its frequencies; a shorter mouth hisses higher.
        bins: of the one-sided spectrum.
        rate_hz: sampling rate; resonances beyond its reach are left out.
    """
    size = 2 * (bins - 1)
    delay = np.exp(-2j * math.pi * np.arange(bins) / size)
    total = np.zeros(bins, dtype=np.complex128)
    for index, resonance in enumerate(NOISES[name]):
        centre = resonance.centre_hz * scale
        if centre > 0.45 * rate_hz:
            continue
        radius = math.exp(-math.pi * resonance.width_hz * scale / rate_hz)
        angle = 2.0 * math.pi * centre / rate_hz
        peak = 1.0 / (1.0 - 2.0 * radius * math.cos(angle) * delay + radius**2 * delay**2)
        level = 10.0 ** (resonance.gain_db / 20.0) / np.abs(peak).max()
        total += (-1.0) ** index * level * peak  # alternating signs leave no holes between neighbours
    total *= 1.0 - delay  # nothing sounds at 0 Hz
    power = np.mean(np.abs(total) ** 2)
    return (total / math.sqrt(power)).astype(np.complex64)
