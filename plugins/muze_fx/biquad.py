"""Equaliser bands as second-order sections: coefficients, response in dB, impulse response.

The formulas are those of Robert Bristow-Johnson's "Cookbook formulae for audio EQ biquad filter
coefficients" (bilinear transform, frequency pre-warped). Everything here is float64: at 20 Hz the poles
sit so close to the unit circle that float32 coefficients miss the asked gain by tenths of a decibel.

Shapes: S sections, F frequencies, L taps.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muzecli.errors import ConfigError

Float64 = npt.NDArray[np.float64]

BAND_TYPES = ("low_shelf", "peak", "high_shelf", "high_pass", "low_pass")
FREQ_RANGE_HZ = (20.0, 20_000.0)
GAIN_RANGE_DB = (-24.0, 24.0)
Q_RANGE = (0.1, 10.0)
BUTTERWORTH_Q = math.sqrt(0.5)
REFERENCE_RATE_HZ = 44_100.0

# Where a filter's cut-off lies beyond all hearing: the far end of its way from "on" to "off".
_OPEN_AT_HZ = {"high_pass": FREQ_RANGE_HZ[0], "low_pass": FREQ_RANGE_HZ[1]}
_DECAYED = 1e-6  # -120 dB: where an impulse response is cut


@dataclass(frozen=True)
class Band:
    """One equaliser band.

    Attributes:
        type: `low_shelf`, `peak`, `high_shelf`, `high_pass` or `low_pass`.
        freq_hz: centre (peak), half-gain point (shelves) or cut-off (passes), 20–20 000 Hz.
        gain_db: -24…24 dB; passes have none and keep 0.
        q: 0.1–10; for passes 0.707 is Butterworth.

    Raises:
        ConfigError: a value is not a number, out of range, or a pass has a gain.
    """

    type: str
    freq_hz: float
    gain_db: float = 0.0
    q: float = BUTTERWORTH_Q

    def __post_init__(self) -> None:
        """Check every value once, here."""
        if self.type not in BAND_TYPES:
            raise ConfigError(
                f"equalizer band type must be one of {', '.join(BAND_TYPES)}; found {self.type!r}",
                details={"effect": "equalizer", "parameter": "type", "value": str(self.type)},
            )
        for key, (low, high), unit in (
            ("freq_hz", FREQ_RANGE_HZ, " Hz"),
            ("gain_db", GAIN_RANGE_DB, " dB"),
            ("q", Q_RANGE, ""),
        ):
            value = getattr(self, key)
            number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
            if not number or not low <= value <= high:  # a NaN fails the comparison too
                raise ConfigError(
                    f"equalizer band {key} must be a number from {low:g} to {high:g}{unit}; found {value!r}",
                    details={"effect": "equalizer", "parameter": key, "value": repr(value)},
                )
            object.__setattr__(self, key, float(value))
        if not self.has_gain and self.gain_db != 0.0:
            raise ConfigError(
                f"equalizer band gain_db must be 0 or absent for a {self.type}; found {self.gain_db:g}",
                details={"effect": "equalizer", "parameter": "gain_db", "value": self.gain_db},
            )

    @property
    def has_gain(self) -> bool:
        """Whether the band boosts or cuts (shelves, peak) rather than removes (passes)."""
        return self.type not in _OPEN_AT_HZ

    @property
    def is_neutral(self) -> bool:
        """Whether the band does nothing: no gain. A pass always does something."""
        return self.has_gain and self.gain_db == 0.0

    def scaled(self, strength: float) -> Band | None:
        """Scale the band's effect.

        Args:
            strength: 1 leaves it as it is, 0.5 halves the decibels, -1 mirrors them. A pass's cut-off moves
                on a log-frequency scale from the edge of hearing; there is no opposite of a pass.

        Returns:
            The scaled band, clipped to the ranges; None where nothing is left of it.
        """
        if self.has_gain:
            low, high = GAIN_RANGE_DB
            gain_db = min(max(self.gain_db * strength, low), high)
            return Band(self.type, self.freq_hz, gain_db, self.q) if gain_db != 0.0 else None
        if strength <= 0.0:
            return None
        open_hz = _OPEN_AT_HZ[self.type]
        low, high = FREQ_RANGE_HZ
        freq_hz = min(max(open_hz * (self.freq_hz / open_hz) ** strength, low), high)
        return Band(self.type, freq_hz, 0.0, self.q)

    def fitted(self, rate_hz: float) -> Band | None:
        """The band as it can exist at a sample rate, whose top is half the rate.

        Returns:
            The band itself below 0.49 of the rate; None where it would only act above it (peak, high shelf,
            low-pass); with its frequency lowered to 0.49 of the rate where it acts on all below it.
        """
        top_hz = 0.49 * rate_hz
        if self.freq_hz <= top_hz:
            return self
        if self.type in ("peak", "high_shelf", "low_pass"):
            return None
        return Band(self.type, max(top_hz, FREQ_RANGE_HZ[0]), self.gain_db, self.q)

    def to_dict(self) -> dict[str, Any]:
        """JSON form; passes carry no gain."""
        shared = {"type": self.type, "freq_hz": self.freq_hz}
        return {**shared, "gain_db": self.gain_db, "q": self.q} if self.has_gain else {**shared, "q": self.q}


def coefficients(bands: Iterable[Band], rate_hz: float) -> Float64:
    """Second-order sections of bands.

    Args:
        bands: the bands; each frequency must lie below half of `rate_hz` (see `Band.fitted`).
        rate_hz: sample rate.

    Returns:
        (S, 6) rows `b0 b1 b2 1 a1 a2`, the layout of `scipy.signal.sosfilt`.
    """
    rows = [_section(band, rate_hz) for band in bands]
    return np.array(rows, dtype=np.float64).reshape(-1, 6)


def _section(band: Band, rate_hz: float) -> list[float]:
    """One row `b0 b1 b2 1 a1 a2`; symbols as in the cookbook."""
    w0 = 2.0 * math.pi * band.freq_hz / rate_hz
    assert w0 < math.pi, "a band above half the sample rate must be fitted first"
    cos, alpha = math.cos(w0), math.sin(w0) / (2.0 * band.q)
    a = 10.0 ** (band.gain_db / 40.0)
    root = 2.0 * math.sqrt(a) * alpha
    if band.type == "peak":
        b0, b1, b2 = 1 + alpha * a, -2 * cos, 1 - alpha * a
        a0, a1, a2 = 1 + alpha / a, -2 * cos, 1 - alpha / a
    elif band.type == "low_shelf":
        b0, b1, b2 = (
            a * ((a + 1) - (a - 1) * cos + root),
            2 * a * ((a - 1) - (a + 1) * cos),
            a * ((a + 1) - (a - 1) * cos - root),
        )
        a0, a1, a2 = (
            (a + 1) + (a - 1) * cos + root,
            -2 * ((a - 1) + (a + 1) * cos),
            (a + 1) + (a - 1) * cos - root,
        )
    elif band.type == "high_shelf":
        b0, b1, b2 = (
            a * ((a + 1) + (a - 1) * cos + root),
            -2 * a * ((a - 1) + (a + 1) * cos),
            a * ((a + 1) + (a - 1) * cos - root),
        )
        a0, a1, a2 = (
            (a + 1) - (a - 1) * cos + root,
            2 * ((a - 1) - (a + 1) * cos),
            (a + 1) - (a - 1) * cos - root,
        )
    else:
        sign = 1.0 if band.type == "low_pass" else -1.0
        b0 = (1 - sign * cos) / 2
        b1, b2 = sign * 2 * b0, b0
        a0, a1, a2 = 1 + alpha, -2 * cos, 1 - alpha
    return [b0 / a0, b1 / a0, b2 / a0, 1.0, a1 / a0, a2 / a0]


def section_response(sections: Float64, freqs_hz: Float64, rate_hz: float) -> npt.NDArray[np.complex128]:
    """Complex response of each section: (S, 6) at (F,) frequencies -> (S, F)."""
    z = np.exp(-2j * np.pi * np.asarray(freqs_hz, dtype=np.float64) / rate_hz)  # z^-1
    powers = np.stack([np.ones_like(z), z, z * z])  # (3, F)
    response: npt.NDArray[np.complex128] = (sections[:, :3] @ powers) / (sections[:, 3:] @ powers)
    return response


def response_db(bands: Iterable[Band], freqs_hz: npt.ArrayLike, rate_hz: float | None = None) -> Float64:
    """Gain of bands in series.

    Args:
        bands: the bands.
        freqs_hz: (F,) frequencies; above half the rate they mirror, as the filter itself does.
        rate_hz: sample rate the filters run at; without it 44 100 Hz.

    Returns:
        (F,) dB; -300 dB stands for nothing left.
    """
    freqs = np.atleast_1d(np.asarray(freqs_hz, dtype=np.float64))
    rate = REFERENCE_RATE_HZ if rate_hz is None else float(rate_hz)
    fitted = [kept for band in bands if (kept := band.fitted(rate)) is not None]
    magnitude = np.abs(section_response(coefficients(fitted, rate), freqs, rate)).prod(axis=0)
    result: Float64 = 20.0 * np.log10(np.maximum(magnitude, 1e-15))
    return result


def impulse_response(bands: Iterable[Band], rate_hz: float) -> Float64:
    """Impulse response of bands in series, as long as it stays above -120 dB of its peak.

    The response is sampled on the unit circle and transformed back. The circle has more points than the
    slowest pole needs to decay by 120 dB, so what folds back in time lies below that.

    Args:
        bands: the bands; those that cannot exist at this rate are left out (see `Band.fitted`).
        rate_hz: sample rate.

    Returns:
        (L,) taps; a single 1 for no bands.
    """
    fitted = [kept for band in bands if (kept := band.fitted(rate_hz)) is not None]
    if not fitted:
        return np.ones(1)
    sections = coefficients(fitted, rate_hz)
    radius = max(float(np.abs(np.roots(row[3:])).max()) for row in sections)
    # Sections with equal poles decay like n^k r^n: a fourth more than one pole alone covers the n^k.
    decay = math.ceil(1.25 * math.log(_DECAYED) / math.log(min(max(radius, 0.5), 1.0 - 1e-9)))
    size = 1 << max(8, (decay - 1).bit_length())
    freqs = np.arange(size // 2 + 1, dtype=np.float64) * (rate_hz / size)
    taps = np.fft.irfft(section_response(sections, freqs, rate_hz).prod(axis=0), size)
    magnitude = np.abs(taps)
    last = int(np.flatnonzero(magnitude > _DECAYED * magnitude.max())[-1])
    result: Float64 = taps[: last + 1]
    return result
