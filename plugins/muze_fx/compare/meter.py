"""Measure one file as it streams by: level, loudness over time, spectrum, stereo image, when it ends.

Short frames with a raised-cosine window are transformed, and of each frame only its third-octave powers, its
loudness and its place in time are kept, so an hour costs a few megabytes. What counts as "the sound" is
decided afterwards with the gate of ITU-R BS.1770-4: frames under -70 LUFS, and frames more than 10 LU under
the mean of the rest, are pauses and tails and stay out of spectrum and centroid, as they do of loudness.

Shapes: C channels, N samples, T frames, K bins, B bands; blocks are float32 (C, N), full scale ±1.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from muze_fx.compare.bands import Band, band_weights
from muzecli.audio.loudness import LoudnessMeter, k_weighting

Float64 = npt.NDArray[np.float64]
Samples = npt.NDArray[np.float32]

FLOOR_DB = -200.0  # stands for no power at all
LOUDNESS_OFFSET_DB = -0.691  # BS.1770: makes a 997 Hz sine at full scale on one channel read -3.01
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
SHORT_TERM_S = 3.0
SOUNDING_DB = -60.0  # a sound has ended where it stays this far under the loudest moment

_FRAME_S = 0.4  # a gating block of BS.1770; the same time at every rate, so that two rates gate alike
_MOMENT_S = 0.01
_BATCH = 32  # frames transformed at once


class FileMeter:
    """Measures of one file; call `add` with each block, then `finish`, then read the attributes.

    Args:
        rate_hz: sample rate.
        channels: C.
        bands: B third-octave bands, all under half the rate.

    Attributes:
        loudness_lufs: integrated loudness; -inf for silence and for less than 0.4 s.
        true_peak_dbtp, sample_peak_dbfs, rms_dbfs: levels over all channels; -inf for silence.
        correlation: of left and right, -1…1; None without exactly two sounding channels.
        width_db: level of the side signal over the mid signal; None likewise.
    """

    def __init__(self, rate_hz: int, channels: int, bands: tuple[Band, ...]) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self.frames = 0
        self._loudness = LoudnessMeter(rate_hz, channels)
        self._size = 2 * max(1, round(rate_hz * _FRAME_S / 2))
        self.hop_s = self._size / 2 / rate_hz
        window = np.hanning(self._size + 1)[:-1]
        self._window = window.astype(np.float32)
        bins = self._size // 2 + 1
        spacing_hz = rate_hz / self._size
        # |X|^2 -> mean square: two sides of the spectrum, and the window's own power taken out.
        scale = np.full(bins, 2.0 / (self._size * float(np.sum(window**2))))
        scale[[0, -1]] /= 2.0
        freqs_hz: Float64 = np.arange(bins, dtype=np.float64) * spacing_hz
        # Of each frame's power: B bands and the K-weighted whole; of its magnitude: the centroid's two sums.
        weighting = _k_weighting_power(freqs_hz, rate_hz)
        powers = np.column_stack([band_weights(bands, bins, spacing_hz), weighting]) * scale[:, None]
        audible = (freqs_hz >= bands[0].low_hz) & (freqs_hz <= bands[-1].high_hz)
        self._pick_power = powers.astype(np.float32)  # (K, B + 1)
        self._pick_magnitude = np.column_stack([audible, audible * freqs_hz]).astype(np.float32)  # (K, 2)
        self._picked: list[Float64] = []
        self._waiting = np.zeros((channels, self._size // 2), np.float32)  # half a frame of lead-in
        self._square_sum = 0.0
        self._stereo = np.zeros(3)  # sums of left², right², left·right
        self._moments: list[Float64] = []
        self._moment = max(1, round(_MOMENT_S * rate_hz))
        self._moment_rest = np.zeros((channels, 0), np.float32)

    def add(self, block: Samples) -> None:
        """Take the next (C, N) samples."""
        self.frames += block.shape[1]
        self._loudness.add(block)
        exact = block.astype(np.float64)
        self._square_sum += float(np.vdot(exact, exact))
        if self.channels == 2:
            left, right = exact
            self._stereo += left @ left, right @ right, left @ right
        self._add_moments(block)
        self._waiting = np.concatenate([self._waiting, block], axis=1)
        self._transform()

    def finish(self) -> None:
        """Take the last, incomplete frames into account; nothing can be added afterwards."""
        short = self._waiting.shape[1]
        padded = math.ceil(max(short - self._size, 0) / (self._size // 2)) * (self._size // 2) + self._size
        self._waiting = np.pad(self._waiting, ((0, 0), (0, padded - short)))
        self._transform()
        if self._moment_rest.shape[1]:
            self._moments.append(
                np.square(self._moment_rest, dtype=np.float64).mean(axis=1).max(keepdims=True)
            )
        self._table = np.concatenate(self._picked)  # (T, B + 3)
        self._counted = self._gate()

    def _transform(self) -> None:
        """Transform every whole frame that waits, half a frame apart."""
        hop = self._size // 2
        while (ready := (self._waiting.shape[1] - self._size) // hop + 1) > 0:
            ready = min(ready, _BATCH)
            views = np.lib.stride_tricks.sliding_window_view(self._waiting, self._size, axis=1)
            spectra = np.fft.rfft(views[:, : ready * hop : hop] * self._window, axis=2)  # (C, T, K)
            power = (spectra.real**2 + spectra.imag**2).sum(axis=0, dtype=np.float32)
            picked = [power @ self._pick_power, np.sqrt(power) @ self._pick_magnitude]
            self._picked.append(np.concatenate(picked, axis=1).astype(np.float64))
            self._waiting = self._waiting[:, ready * hop :]

    def _add_moments(self, block: Samples) -> None:
        """Keep the power of every 10 ms, of the loudest channel."""
        joined = np.concatenate([self._moment_rest, block], axis=1)
        whole = joined.shape[1] // self._moment * self._moment
        pieces = joined[:, :whole].reshape(self.channels, -1, self._moment)
        self._moments.append(np.square(pieces, dtype=np.float64).mean(axis=2).max(axis=0))
        self._moment_rest = joined[:, whole:]

    def _gate(self) -> npt.NDArray[np.bool_]:
        """(T,) which frames count; all of them where none is loud enough."""
        weighted = self._table[:, -3]
        loud = weighted > _power(ABSOLUTE_GATE_LUFS - LOUDNESS_OFFSET_DB)
        if not loud.any():
            return np.ones_like(loud)
        threshold = weighted[loud].mean() * _power(RELATIVE_GATE_LU)
        counted: npt.NDArray[np.bool_] = loud & (weighted > threshold)
        return counted

    # ---- results, after finish() ----

    @property
    def loudness_lufs(self) -> float:
        """Integrated loudness."""
        return self._loudness.integrated_lufs

    @property
    def loudness_range_lu(self) -> float | None:
        """Loudness range; None under three seconds, where there is none."""
        return self._loudness.range_lu if self.frames >= SHORT_TERM_S * self.rate_hz else None

    @property
    def true_peak_dbtp(self) -> float:
        """Highest level of the reconstructed waveform."""
        return self._loudness.true_peak_dbtp

    @property
    def sample_peak_dbfs(self) -> float:
        """Highest sample."""
        peak = self._loudness.sample_peak
        return 20.0 * math.log10(peak) if peak else -math.inf

    @property
    def rms_dbfs(self) -> float:
        """Root mean square over all samples of all channels."""
        count = self.frames * self.channels
        return 10.0 * math.log10(self._square_sum / count) if self._square_sum else -math.inf

    @property
    def correlation(self) -> float | None:
        """Correlation of left and right."""
        left, right, product = self._stereo
        return float(product / math.sqrt(left * right)) if left and right else None

    @property
    def width_db(self) -> float | None:
        """Level of left - right over left + right; -inf for two equal channels."""
        left, right, product = self._stereo
        mid, side = left + right + 2 * product, left + right - 2 * product
        # Two equal channels leave nothing but the rounding of the sums.
        if mid <= 1e-12 * (left + right):
            return math.inf if left + right else None
        return 10.0 * math.log10(side / mid) if side > 1e-12 * mid else -math.inf

    @property
    def centroid_hz(self) -> float | None:
        """Magnitude-weighted mean frequency of the counted frames, inside the bands; None for silence."""
        magnitude, moment = self._table[self._counted, -2:].sum(axis=0)
        return float(moment / magnitude) if magnitude > 0.0 else None

    @property
    def bands_db(self) -> Float64:
        """(B,) mean power of the counted frames in each band, summed over channels, dB."""
        mean = self._table[self._counted, :-3].mean(axis=0)
        result: Float64 = np.maximum(10.0 * np.log10(np.maximum(mean, 1e-300)), FLOOR_DB)
        return result

    @property
    def ends_s(self) -> float | None:
        """Last moment less than 60 dB under the loudest one; None for silence."""
        moments = np.concatenate(self._moments)
        loudest = moments.max(initial=0.0)
        if loudest <= 0.0:
            return None
        last = int(np.flatnonzero(moments > loudest * _power(SOUNDING_DB))[-1])
        return min((last + 1) * self._moment, self.frames) / self.rate_hz

    def short_term_lufs(self) -> tuple[Float64, Float64]:
        """Loudness of the three seconds around each moment: (T,) seconds and (T,) LUFS."""
        weighted = self._table[:, -3]
        width = max(1, round(SHORT_TERM_S / self.hop_s))
        # Frames before the start and after the end are silence, as a meter sees them.
        total = np.concatenate([[0.0], np.cumsum(weighted)])
        at = np.arange(weighted.size)
        low, high = np.maximum(at - width // 2, 0), np.minimum(at - width // 2 + width, weighted.size)
        mean = np.maximum((total[high] - total[low]) / width, 1e-20)
        times_s: Float64 = at.astype(np.float64) * self.hop_s
        loudness_lufs: Float64 = (LOUDNESS_OFFSET_DB + 10.0 * np.log10(mean)).astype(np.float64)
        return times_s, loudness_lufs


def _k_weighting_power(freqs_hz: Float64, rate_hz: int) -> Float64:
    """(K,) power gain of the loudness meter's filter."""
    z = np.exp(-2j * np.pi * freqs_hz / rate_hz)
    powers = np.stack([np.ones_like(z), z, z * z])  # (3, K)
    numerators, denominators = k_weighting(rate_hz)  # (2, 3) each
    gains = np.abs(numerators @ powers) / np.abs(denominators @ powers)
    result: Float64 = np.prod(gains, axis=0) ** 2
    return result


def _power(decibels: float) -> float:
    return float(10.0 ** (decibels / 10.0))
