"""Loudness and true peak of a stream, after ITU-R BS.1770-4 and EBU Tech 3341 and 3342."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from muzecli.audio.convolve import Convolver
from muzecli.audio.true_peak import TruePeakMeter
from muzecli.errors import BugError

_ABSOLUTE_GATE_LUFS = -70.0
_RELATIVE_GATE_LU = -10.0
_RANGE_GATE_LU = -20.0
_HOPS_MOMENTARY = 4  # 400 ms of 100 ms hops: gating blocks overlap by 75 %
_HOPS_SHORT_TERM = 30  # 3 s
_OFFSET_LU = -0.691  # BS.1770-4, equation 2: makes a 997 Hz sine at 0 dBFS in one channel read −3.01
_HIGHEST_CORNER = 0.45  # of the sampling rate
_RESPONSE_S = 0.06  # by then the high-pass has decayed by more than 100 dB

# BS.1770-4, table 3, and 7.1 by the angles of table 4, in the channel order of WAV and FLAC files:
# L R C LFE Ls Rs, then (back, side). The low-frequency channel does not count; five channels have none.
_SURROUND = 1.41
_WEIGHTS = {
    5: (1.0, 1.0, 1.0, _SURROUND, _SURROUND),
    6: (1.0, 1.0, 1.0, 0.0, _SURROUND, _SURROUND),
    7: (1.0, 1.0, 1.0, 0.0, 1.0, _SURROUND, _SURROUND),
    8: (1.0, 1.0, 1.0, 0.0, 1.0, 1.0, _SURROUND, _SURROUND),
}


class LoudnessMeter:
    """Measure a stream of blocks as they pass; every figure is of what has been added so far.

    K-weighting is applied as a convolution with its impulse response, cut after 60 ms: exact to 0.001 dB in the
    audible range, and much cheaper in numpy than a recursive filter.

    Args:
        rate_hz: sampling rate, any.
        channels: channel count; from five on the surround weights of BS.1770 hold, in the order of WAV files.
        true_peak: whether to look for it as well, which costs a third more.

    Attributes:
        sample_peak: highest absolute sample.
    """

    def __init__(self, rate_hz: int, channels: int, *, true_peak: bool = True) -> None:
        self.sample_peak = 0.0
        self._hop = max(1, round(rate_hz / 10))
        self._weights = np.array(_WEIGHTS.get(channels, (1.0,) * channels))
        self._filter = Convolver(k_weighting_response(rate_hz), channels)
        self._true_peak = TruePeakMeter(rate_hz, channels) if true_peak else None
        self._rest = np.zeros((channels, 0), dtype=np.float32)  # weighted samples of a hop that is not full
        self._energies: list[npt.NDArray[np.float64]] = []  # mean squares, weighted and summed over channels

    def add(self, block: npt.NDArray[np.float32]) -> None:
        """Measure the next `(C, n)` samples."""
        if block.shape[1] == 0:
            return
        self.sample_peak = max(self.sample_peak, float(max(block.max(), -block.min())))
        if self._true_peak is not None:
            self._true_peak.add(block)
        weighted = self._filter.process(block)
        if self._rest.shape[1]:
            weighted = np.concatenate((self._rest, weighted), axis=1)
        hops = weighted.shape[1] // self._hop
        full = weighted[:, : hops * self._hop].reshape(len(weighted), hops, self._hop)
        self._rest = weighted[:, hops * self._hop :].copy()
        squares = np.einsum("chn,chn->ch", full, full).astype(np.float64)  # (C, hops)
        self._energies.append(self._weights @ squares / self._hop)

    @property
    def integrated_lufs(self) -> float:
        """Loudness of the whole, gated; −inf for silence and for less than 0.4 s."""
        blocks = self._windows(_HOPS_MOMENTARY)
        loud = blocks[blocks > _energy(_ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return -math.inf
        gate = loud.mean() * 10 ** (_RELATIVE_GATE_LU / 10)
        return _lufs(float(loud[loud > gate].mean()))

    @property
    def momentary_max_lufs(self) -> float:
        """Loudest 400 ms; −inf where there are none."""
        return _lufs(float(self._windows(_HOPS_MOMENTARY).max(initial=0.0)))

    @property
    def short_term_max_lufs(self) -> float:
        """Loudest 3 s; −inf where there are none."""
        return _lufs(float(self._windows(_HOPS_SHORT_TERM).max(initial=0.0)))

    @property
    def range_lu(self) -> float:
        """Loudness range (EBU Tech 3342): from the 10th to the 95th percentile of short-term loudness; 0 if short."""
        blocks = self._windows(_HOPS_SHORT_TERM)
        loud = blocks[blocks > _energy(_ABSOLUTE_GATE_LUFS)]
        if not len(loud):
            return 0.0
        loud = np.sort(loud[loud > loud.mean() * 10 ** (_RANGE_GATE_LU / 10)])
        low, high = (loud[round((len(loud) - 1) * part)] for part in (0.10, 0.95))
        return float(10 * np.log10(high / low))

    @property
    def true_peak_dbtp(self) -> float:
        """Highest value between the samples too, dB over full scale; −inf for silence.

        Raises:
            BugError: the meter was told not to look for it.
        """
        if self._true_peak is None:
            raise BugError("this loudness meter was made without true peak")
        return self._true_peak.dbtp

    def _windows(self, hops: int) -> npt.NDArray[np.float64]:
        """Return the mean square over every run of `hops` hops."""
        energies = np.concatenate(self._energies) if self._energies else np.zeros(0)
        if len(energies) < hops:
            return np.zeros(0)
        return np.asarray(np.convolve(energies, np.full(hops, 1 / hops), mode="valid"))


def k_weighting(rate_hz: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the two biquads of K-weighting at any rate.

    BS.1770-4 prints coefficients for 48 kHz only. The analogue filters behind them, a +4 dB shelf at 1682 Hz and a
    high-pass at 38 Hz, were recovered by Mansbridge, Finn and Reiss ("Implementation and evaluation of autonomous
    multi-track fader control", AES 132, 2012) and give the printed figures again at 48 kHz. At rates too low to
    hold a filter's frequency that filter is left out.

    Returns:
        (numerators `(2, 3)`, denominators `(2, 3)` with a leading 1).
    """
    shelf_hz, shelf_db, shelf_q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    pass_hz, pass_q = 38.13547087602444, 0.5003270373238773
    numerators, denominators = np.eye(1, 3).repeat(2, axis=0), np.eye(1, 3).repeat(2, axis=0)
    if shelf_hz < _HIGHEST_CORNER * rate_hz:
        k = math.tan(math.pi * shelf_hz / rate_hz)
        high = 10 ** (shelf_db / 20)
        band = high**0.4996667741545416
        b = np.array(
            [high + band * k / shelf_q + k * k, 2 * (k * k - high), high - band * k / shelf_q + k * k]
        )
        a = np.array([1 + k / shelf_q + k * k, 2 * (k * k - 1), 1 - k / shelf_q + k * k])
        numerators[0], denominators[0] = b / a[0], a / a[0]
    if pass_hz < _HIGHEST_CORNER * rate_hz:
        k = math.tan(math.pi * pass_hz / rate_hz)
        a = np.array([1 + k / pass_q + k * k, 2 * (k * k - 1), 1 - k / pass_q + k * k])
        numerators[1], denominators[1] = (1.0, -2.0, 1.0), a / a[0]
    return numerators, denominators


def k_weighting_response(rate_hz: int) -> npt.NDArray[np.float32]:
    """Return the impulse response of K-weighting, 60 ms long, as `(L,)`."""
    numerators, denominators = k_weighting(rate_hz)
    signal = [1.0] + [0.0] * math.ceil(_RESPONSE_S * rate_hz)
    for (b0, b1, b2), (_, a1, a2) in zip(numerators.tolist(), denominators.tolist(), strict=True):
        s1 = s2 = 0.0  # transposed direct form II
        for n, x in enumerate(signal):
            y = b0 * x + s1
            s1 = b1 * x - a1 * y + s2
            s2 = b2 * x - a2 * y
            signal[n] = y
    return np.array(signal, dtype=np.float32)


def _lufs(energy: float) -> float:
    return _OFFSET_LU + 10 * math.log10(energy) if energy > 0 else -math.inf


def _energy(lufs: float) -> float:
    return float(10 ** ((lufs - _OFFSET_LU) / 10))
