"""A tone curve in octave bands, and the few equaliser bands that play it.

People describe tone as a curve ("more low end, less harshness"), equalisers work with a handful of bands.
`fit_bands` finds a low shelf, three peaks and a high shelf whose joint response follows the curve, by damped
Gauss-Newton (Levenberg 1944, Marquardt 1963). The dB response of a band is nearly linear in its gain and
smooth in log-frequency and log-Q, so a few steps suffice.

Shapes: F frequencies, B = 5 bands, P = 15 parameters (gain, log frequency, log Q of each band).
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from muze_fx.biquad import GAIN_RANGE_DB, REFERENCE_RATE_HZ, Band
from muzecli.errors import ConfigError

Float64 = npt.NDArray[np.float64]

CENTRES_HZ = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
NEGLIGIBLE_DB = 0.2  # a band below this is not heard and not kept

_TYPES = ("low_shelf", "peak", "peak", "peak", "high_shelf")
_GRID_HZ = np.geomspace(25.0, 18_000.0, 60)
_START_HZ = np.array([80.0, 220.0, 900.0, 3500.0, 9000.0])
_SPREAD_HZ = np.array([50.0, 110.0, 500.0, 6000.0, 12_000.0])  # for curves that turn near their ends
_START_Q = np.array([0.7, 0.7, 0.7, 0.7, 0.7])
# Shelves steeper than this overshoot, peaks narrower than this ring: neither belongs in a smooth curve.
_LOW_HZ = np.array([25.0, 40.0, 40.0, 40.0, 1200.0])
_HIGH_HZ = np.array([800.0, 14_000.0, 14_000.0, 14_000.0, 16_000.0])
_LOW_Q = np.array([0.3, 0.25, 0.25, 0.25, 0.3])
_HIGH_Q = np.array([1.1, 4.0, 4.0, 4.0, 1.1])
_STEPS = 20
_GAIN_WEIGHT = 0.02  # keeps two bands from pulling against each other with large gains
_ENOUGH_DB = 0.12  # a largest error at which a fit is done
_GOOD_DB = 0.45  # a largest error at which a fit needs no second start


def interpolate_db(curve_db: npt.ArrayLike, freqs_hz: npt.ArrayLike) -> Float64:
    """Read a curve between its octave centres: monotone cubic in log-frequency, level beyond the ends.

    The slopes are Fritsch and Butland's (1984), so that the curve never overshoots its points.

    Args:
        curve_db: (10,) dB at `CENTRES_HZ`.
        freqs_hz: (F,) frequencies above 0 Hz.

    Returns:
        (F,) dB.
    """
    curve = checked(curve_db)
    position = np.log2(np.asarray(freqs_hz, dtype=np.float64) / 1000.0)
    knots = np.log2(np.array(CENTRES_HZ) / 1000.0)
    steps = np.diff(knots)
    rises = np.diff(curve) / steps
    slopes = np.zeros_like(curve)
    before, after = rises[:-1], rises[1:]
    same = before * after > 0.0  # a turning point gets slope 0
    w1, w2 = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        slopes[1:-1] = np.where(same, (w1 + w2) / (w1 / before + w2 / after), 0.0)
    inside = np.clip(position, knots[0], knots[-1])
    left = np.clip(np.searchsorted(knots, inside, side="right") - 1, 0, len(steps) - 1)
    t, step = (inside - knots[left]) / steps[left], steps[left]
    result: Float64 = (
        curve[left] * (1 + 2 * t) * (1 - t) ** 2
        + slopes[left] * step * t * (1 - t) ** 2
        + curve[left + 1] * t * t * (3 - 2 * t)
        + slopes[left + 1] * step * t * t * (t - 1)
    )
    return result


def fit_bands(curve_db: npt.ArrayLike) -> list[Band]:
    """Find at most five bands whose response follows a curve.

    The opposite curve gives exactly the opposite bands (same frequencies and Q, negated gains): the fit is
    done for one of the two and negated for the other.

    Args:
        curve_db: (10,) dB at `CENTRES_HZ`.

    Returns:
        Bands in order of frequency; none for a curve that is flat at 0 dB.

    Raises:
        ConfigError: not ten finite numbers within ±24 dB.
    """
    curve = checked(curve_db)
    peak_db = float(np.abs(curve).max())
    if peak_db < NEGLIGIBLE_DB:
        return []
    # Any fixed weights without symmetry decide which of the two signs is the one to fit.
    lean = float(curve @ np.cos(np.arange(10) * 0.7 + 0.3))
    sign = 1.0 if lean > 0.0 or (lean == 0.0 and curve[np.flatnonzero(curve)[0]] > 0.0) else -1.0
    target = interpolate_db(sign * curve, _GRID_HZ)
    best, error = _fit(target, _START_HZ)
    for other_hz in (_turning_points(target), _SPREAD_HZ):
        if error > _GOOD_DB:
            other, other_error = _fit(target, other_hz)
            if other_error < error:
                best, error = other, other_error
    gains, freqs, qs = best[0::3], np.exp(best[1::3]), np.exp(best[2::3])
    low, high = GAIN_RANGE_DB
    bands = [
        Band(
            kind, round(float(freq), 2), sign * round(min(max(float(gain), low), high), 3), round(float(q), 4)
        )
        for kind, freq, gain, q in zip(_TYPES, freqs, gains, qs, strict=True)
        if abs(gain) >= NEGLIGIBLE_DB
    ]
    return sorted(bands, key=lambda band: band.freq_hz)


def checked(curve_db: npt.ArrayLike) -> Float64:
    """Return a curve as (10,) float64 after checking it.

    Raises:
        ConfigError: not ten finite numbers within ±24 dB.
    """
    curve = np.asarray(curve_db, dtype=np.float64)
    low, high = GAIN_RANGE_DB
    if curve.shape != (len(CENTRES_HZ),):
        raise ConfigError(f"a tone curve must have {len(CENTRES_HZ)} values; found shape {curve.shape}")
    if not (np.isfinite(curve).all() and (curve >= low).all() and (curve <= high).all()):
        raise ConfigError(f"a tone curve must lie within {low:g} and {high:g} dB; found {curve.tolist()}")
    return curve


def _turning_points(target: Float64) -> Float64:
    """Start frequencies with the peaks at the three most prominent bends of a target, apart from each other."""
    bend = np.abs(np.diff(target, 2))
    chosen: list[int] = []
    while len(chosen) < 3:
        index = int(np.argmax(bend))
        chosen.append(index + 1)
        bend[max(index - 6, 0) : index + 7] = -1.0
    start = _START_HZ.copy()
    start[1:4] = np.clip(_GRID_HZ[np.sort(np.array(chosen))], _LOW_HZ[1:4], _HIGH_HZ[1:4])
    return start


def _fit(target: Float64, start_hz: Float64) -> tuple[Float64, float]:
    """Levenberg-Marquardt from one start; (P,) parameters and the largest error in dB."""
    low, high = np.empty(15), np.empty(15)
    low[0::3], high[0::3] = GAIN_RANGE_DB
    low[1::3], high[1::3] = np.log(_LOW_HZ), np.log(_HIGH_HZ)
    low[2::3], high[2::3] = np.log(_LOW_Q), np.log(_HIGH_Q)
    params = np.empty(15)
    params[1::3], params[2::3] = np.log(start_hz), np.log(_START_Q)
    params[0::3] = 1.0
    unit = _bands_db(params)  # (B, F): the response per decibel of gain
    params[0::3] = np.linalg.solve(unit @ unit.T + 0.05 * np.eye(5), unit @ target)
    params = np.clip(params, low, high)
    pull = np.zeros(15)
    pull[0::3] = _GAIN_WEIGHT
    damping = 0.1
    bands = _bands_db(params)
    residual = target - bands.sum(axis=0)
    cost = float(residual @ residual + (pull * params) @ (pull * params))
    for _ in range(_STEPS):
        slopes = _slopes(params, bands)  # (P, F)
        normal = slopes @ slopes.T
        normal.flat[::16] += pull**2
        gradient = slopes @ residual - pull**2 * params
        gained = 0.0
        for _ in range(6):
            damped = normal.copy()
            damped.flat[::16] += damping * (normal.flat[::16] + 1e-3)
            trial = np.clip(params + np.linalg.solve(damped, gradient), low, high)
            trial_bands = _bands_db(trial)
            trial_residual = target - trial_bands.sum(axis=0)
            trial_cost = float(trial_residual @ trial_residual + (pull * trial) @ (pull * trial))
            if trial_cost < cost:
                gained = cost - trial_cost
                params, bands, residual, cost = trial, trial_bands, trial_residual, trial_cost
                damping = max(damping / 5.0, 1e-6)
                break
            damping *= 5.0
        if gained < 2e-3 * cost + 1e-6 or float(np.abs(residual).max()) < _ENOUGH_DB:
            break
    return params, float(np.abs(residual).max())


_NUDGES = (0.01, 1e-3, 1e-3)  # dB, log Hz, log Q


def _slopes(params: Float64, bands: Float64) -> Float64:
    """Numerical derivative (P, F) of the bands' response (B, F) by each parameter.

    A band depends on its own three parameters only, so all five are nudged at once.
    """
    nudged = np.repeat(params[None], 3, axis=0)  # (3, P)
    for offset, nudge in enumerate(_NUDGES):
        nudged[offset, offset::3] += nudge
    change = (_bands_db(nudged) - bands) / np.array(_NUDGES)[:, None, None]  # (3, B, F)
    result: Float64 = change.transpose(1, 0, 2).reshape(15, -1)
    return result


_PHI = np.sin(math.pi * _GRID_HZ / REFERENCE_RATE_HZ) ** 2  # (F,)
_PHI_POWERS = np.stack([np.ones_like(_PHI), -4.0 * _PHI, 16.0 * _PHI**2])  # (3, F)
_PEAK = slice(1, 4)
_SHELVES = slice(None, None, 4)
_TURN = np.array([1.0, -1.0])  # a high shelf is a low shelf with the cosine's sign turned


def _bands_db(params: Float64) -> Float64:
    """Response of the five bands, (…, P) -> (…, B, F); the cookbook's formulas for all bands at once.

    |b0 + b1 z^-1 + b2 z^-2|^2 on the unit circle is
    (b0 + b1 + b2)^2 - 4 phi (b0 b1 + 4 b0 b2 + b1 b2) + 16 phi^2 b0 b2 with phi = sin^2(w / 2).
    """
    w0 = 2.0 * math.pi * np.exp(params[..., 1::3]) / REFERENCE_RATE_HZ
    cos, alpha = np.cos(w0), np.sin(w0) / (2.0 * np.exp(params[..., 2::3]))
    a = 10.0 ** (params[..., 0::3] / 40.0)
    taps = np.empty((2, 3, *a.shape))  # numerator and denominator; b0 b1 b2; bands
    for side, factor in enumerate((alpha * a, alpha / a)):
        peak = factor[..., _PEAK]
        taps[side, 0, ..., _PEAK], taps[side, 2, ..., _PEAK] = 1.0 + peak, 1.0 - peak
        taps[side, 1, ..., _PEAK] = -2.0 * cos[..., _PEAK]
    g, c = a[..., _SHELVES], cos[..., _SHELVES] * _TURN
    root = 2.0 * np.sqrt(g) * alpha[..., _SHELVES]
    for side, (k, gain) in enumerate(((-1.0, g), (1.0, np.ones_like(g)))):
        even, odd = (g + 1.0) + k * (g - 1.0) * c, (g - 1.0) + k * (g + 1.0) * c
        taps[side, 0, ..., _SHELVES] = gain * (even + root)
        taps[side, 1, ..., _SHELVES] = -2.0 * k * _TURN * gain * odd
        taps[side, 2, ..., _SHELVES] = gain * (even - root)
    b0, b1, b2 = taps[:, 0], taps[:, 1], taps[:, 2]
    terms = np.stack([(b0 + b1 + b2) ** 2, b0 * b1 + 4.0 * b0 * b2 + b1 * b2, b0 * b2], axis=-1)
    power = terms @ _PHI_POWERS  # (2, …, B, F)
    result: Float64 = 10.0 * np.log10(power[0] / power[1])
    return result
