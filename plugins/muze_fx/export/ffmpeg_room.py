"""A room's impulse response as ffmpeg can make it: noise in bands, each dying away at its own rate.

Shares of the spectrum are those of Butterworth filters, of which two neighbours add up to the whole in power.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from muze_fx.effects.reverb import Reverb
from muze_fx.export.wording import REVERB_TAIL_RT60, number

_EDGES_HZ = (2100.0, 6000.0, 13_500.0)
_DAMPED_FROM_HZ, _DAMPED_POWER = 1400.0, 0.6  # as in `muze_fx.effects.parts.room`
_BUTTERWORTH = "p=2:t=q:w=0.707107"
_EQUAL_NOISE_RMS = 1.0 / math.sqrt(3.0)  # of noise between -1 and 1
# Mean magnitude over root mean square: of noise between -1 and 1, and of a sum of noises.
_ONE_NOISE, _SUM_OF_NOISES = math.sqrt(3.0) / 2.0, math.sqrt(2.0 / math.pi)


@dataclass(frozen=True)
class RoomBand:
    """Noise of one band.

    Attributes:
        filters: that cut the band out, in ffmpeg's words; empty for all of the spectrum.
        share: of white noise's power.
        rate: decay of the amplitude, 1/s.
    """

    filters: str
    share: float
    rate: float


@dataclass(frozen=True)
class Room:
    """A response with the direct sound in it.

    Attributes:
        bands: of the noise.
        start_s: when the noise starts.
        length_s: of the whole response.
        level: amplitude of the noise at its start.
        gain: sum of the response's magnitudes, by which afir divides.
    """

    bands: tuple[RoomBand, ...]
    start_s: float
    length_s: float
    level: float
    gain: float

    @classmethod
    def of(cls, effect: Reverb, rate_hz: int) -> Room:
        """Lay out the response of a setting: noise of energy 1 times its mix, the direct sound the rest."""
        bands = _bands(effect, rate_hz)
        decay_s = REVERB_TAIL_RT60 * effect.rt60_s
        times = np.arange(math.ceil(decay_s * rate_hz)) / rate_hz
        power = np.sum([band.share * np.exp(-2.0 * band.rate * times) for band in bands], axis=0)
        rms = np.sqrt(power) / math.sqrt(float(power.sum()))
        spread = _ONE_NOISE if len(bands) == 1 else _SUM_OF_NOISES
        return cls(
            bands=bands,
            start_s=effect.pre_delay_ms / 1000.0,
            length_s=effect.pre_delay_ms / 1000.0 + decay_s,
            level=effect.mix / (_EQUAL_NOISE_RMS * math.sqrt(float(power.sum()))),
            gain=1.0 - effect.mix + effect.mix * spread * float(rms.sum()),
        )

    def decay(self, band: RoomBand) -> str:
        """Expression of a band's envelope."""
        since = f"(t-{number(self.start_s)})" if self.start_s else "t"
        started = f"gte(t,{number(self.start_s)})*" if self.start_s else ""
        return f"{number(self.level)}*{started}exp(-{number(band.rate)}*{since})"


def _bands(effect: Reverb, rate_hz: int) -> tuple[RoomBand, ...]:
    nyquist_hz = rate_hz / 2.0
    low_cut = f"highpass=f={number(effect.low_cut_hz)}:{_BUTTERWORTH}" if effect.low_cut_hz > 20.0 else ""
    rate = math.log(1000.0) / effect.rt60_s
    edges = [edge for edge in _EDGES_HZ if edge < 0.9 * nyquist_hz]
    if effect.damping == 0.0 or not edges:
        return (RoomBand(low_cut, 1.0, rate),)
    freqs = np.linspace(0.0, nyquist_hz, 4001)
    bands = []
    for low, high in zip([0.0, *edges], [*edges, nyquist_hz], strict=True):
        filters, power = [low_cut] if low_cut else [], np.ones_like(freqs)
        if low:
            filters.append(f"highpass=f={number(low)}:{_BUTTERWORTH}")
            power *= 1.0 - 1.0 / (1.0 + (freqs / low) ** 4)
        if high < nyquist_hz:
            filters.append(f"lowpass=f={number(high)}:{_BUTTERWORTH}")
            power *= 1.0 / (1.0 + (freqs / high) ** 4)
        centre_hz = math.sqrt(low * high) if low else _DAMPED_FROM_HZ
        faster = (max(centre_hz, _DAMPED_FROM_HZ) / _DAMPED_FROM_HZ) ** (_DAMPED_POWER * effect.damping)
        bands.append(RoomBand(",".join(filters), float(power.mean()), rate * faster))
    return tuple(bands)
