"""Musical energy: how full, busy and deep a moment sounds, 0…1, whatever the level of the master.

Three terms, each measured against the loudest parts of the same recording, so that turning it up or down changes
nothing:

    fullness    specific loudness, the mean over bands of (power · f / 1 kHz ÷ loud)^¼: how many registers sound,
                and how strongly. The exponent is near that of Zwicker's loudness (0.23, Fastl and Zwicker,
                "Psychoacoustics", ch. 8); the factor f levels the fall of music's mean spectrum.
    activity    rises of the logarithmic levels, a mean over bands: strokes and attacks; a held sound has none.
    depth       the loudness of what lies below 250 Hz.

Their weighted sum is laid on 0…1 by `_LADDER`, which gives the sums of a corpus of planned songs the distribution
of the planned energies: 0.5 is what half of all planned sections lie below. A map that only rises cannot change an
order. `recipes/form_tables.py` prints centres, spreads and ladder. The weights are near those of a non-negative
least-squares fit, with more for activity and depth than planned songs ask for: these tell a drone from a band.

Shapes: T columns of band levels, M bands, K values of the curve.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.form.bands import Bands, centres_hz

Float64 = npt.NDArray[np.float64]

CURVE_RATE_HZ = 2.0
SHORTEST_S = 1.0
"""Less sound than this has no energy that could be told."""

WEIGHTS = (1.0, 0.2, 0.2)
"""Of fullness, activity and depth, each in units of its spread."""
_CENTRES = (0.2188, 0.0963, 0.5621)
_SPREADS = (0.0509, 0.0327, 0.1249)
# fmt: off
_LADDER = (
    (-5.78, 0.0),  # silence
    (-4.13, 0.07), (-2.43, 0.19), (-1.82, 0.24), (-1.04, 0.3), (-0.53, 0.38), (-0.13, 0.44), (0.2, 0.52),
    (0.51, 0.6), (0.79, 0.67), (1.08, 0.74), (1.45, 0.84), (1.73, 0.9), (2.62, 1.0),
)
# fmt: on

_SMOOTHED_S = 3.0
_EXPONENT = 0.25
_TOP_PERCENTILE = 95.0  # what counts as the recording's loud parts
_SOUNDING_DB = 60.0  # below the loudest column; what is fainter is silence
_FAINTEST_POWER = 1e-10  # −100 dB of full scale: a recording without anything above it is silent
_LOW_BANDS = 2  # up to 250 Hz


@dataclass(frozen=True)
class EnergyCurve:
    """Energy over time.

    Attributes:
        rate_hz: values a second; value i belongs to the time i / rate_hz.
        values: (K,) 0…1.
        sounding: (K,) share of the time about each value at which anything sounds, 0…1.
    """

    rate_hz: float
    values: Float64
    sounding: Float64

    @property
    def mean(self) -> float:
        """The energy of the whole, silence before, between and after left out."""
        return _mean(self.values, self.sounding)

    def between(self, start_s: float, end_s: float) -> float:
        """Return the mean from one time to another; of the nearest value where none lies between them."""
        first = min(int(np.ceil(start_s * self.rate_hz)), len(self.values) - 1)
        last = max(int(np.ceil(end_s * self.rate_hz)), first + 1)
        return _mean(self.values[first:last], np.ones(len(self.values[first:last])))


def energy_curve(bands: Bands) -> EnergyCurve | None:
    """Return the energy over time; None where the recording is silent or shorter than `SHORTEST_S`."""
    loud = loud_power(bands)
    if loud is None or len(bands.loud) < SHORTEST_S * bands.rate_hz:
        return None
    sums = np.array(WEIGHTS) @ ((energy_terms(bands, loud) - _CENTRES) / _SPREADS).T  # (T,)
    sounds = (bands.loud > loud * 10.0 ** (-_SOUNDING_DB / 10.0)).astype(np.float64)
    sums, sounds = _smoothed(sums, bands.rate_hz), _smoothed(sounds, bands.rate_hz)
    rungs, heights = np.array(_LADDER).T
    return EnergyCurve(CURVE_RATE_HZ, np.interp(sums, rungs, heights), sounds)


def loud_power(bands: Bands) -> float | None:
    """Return the K-weighted power of a recording's loud parts; None where all of it is silent."""
    top = float(bands.loud.max(initial=0.0))
    if top < _FAINTEST_POWER:
        return None
    sounding = bands.loud[bands.loud > top * 10.0 ** (-_SOUNDING_DB / 10.0)]
    return float(np.percentile(sounding, _TOP_PERCENTILE))


def energy_terms(bands: Bands, loud: float) -> Float64:
    """Return fullness, activity and depth of each column, (T, 3); `loud` is `loud_power`."""
    power = bands.power.astype(np.float64) / loud
    tilted = power * (centres_hz() / 1000.0)  # (T, M)
    levels = np.log10(1.0 + 1000.0 * tilted)
    rises = np.maximum(np.diff(levels, axis=0, prepend=levels[:1]), 0.0)
    fullness = (tilted**_EXPONENT).mean(axis=1)
    depth = power[:, :_LOW_BANDS].sum(axis=1) ** _EXPONENT
    return np.stack((fullness, rises.mean(axis=1), depth), axis=1)


def _smoothed(values: Float64, rate_hz: float) -> Float64:
    """Return means under a Hann window about each point of the curve, (K,); it is cut off at the ends."""
    reach = int(_SMOOTHED_S / 2.0 * rate_hz)
    window = np.hanning(2 * reach + 3)[1:-1]
    total = np.convolve(values, window)[reach : reach + len(values)]
    share = np.convolve(np.ones(len(values)), window)[reach : reach + len(values)]
    count = 1 + int((len(values) - 1) / rate_hz * CURVE_RATE_HZ)
    at = np.arange(count) / CURVE_RATE_HZ * rate_hz
    return np.interp(at, np.arange(len(values)), total / share)


def _mean(values: Float64, weights: Float64) -> float:
    return float(np.average(values, weights=weights)) if weights.sum() > 0.0 else float(values.mean())
