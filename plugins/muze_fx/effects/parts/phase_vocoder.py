"""Pitch and formants: a phase vocoder that stretches time, followed by a resampler that squeezes it back.

    frames every hop / ratio ── formants ── phases carried on ── overlap-add every hop ── soxr by 1 / ratio

Each frame's phases advance by what the input's own phases do over exactly one synthesis hop (a second
analysis, one hop earlier, measures it). Only spectral peaks are followed; the bins around a peak turn with it
(identity phase locking: Laroche and Dolson, "Improved phase vocoder time-scale modification of audio", 1999),
and all channels turn together, so the stereo image stays. Where most of the sound starts anew, at a
drum stroke, the phases start anew with it.

Shapes: C channels, M frames, W frame samples, K = W / 2 + 1 bins.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from muze_fx.effects.parts.processor import Queue, Samples

Spectra = npt.NDArray[np.complex64]

_FRAME_S = 0.0465  # 2048 samples at 44.1 kHz
_OVERLAP = 4  # frames over each sample; squared Hann windows then add up to 1.5
_SOXR_DELAY = 2560
_RISEN = 4.0  # power against one hop before: a bin that starts
_STROKE = 0.5  # share of the magnitude in such bins that makes a stroke
_ENVELOPE_S = 0.0012  # quefrency up to which the cepstrum is envelope, beyond it is pitch
_ENVELOPE_ROUNDS = 4
_LARGEST_GAIN = 4.6  # 40 dB, as a natural logarithm


class PitchShifter:
    """Shift pitch and formants apart from each other.

    Args:
        ratio: frequencies are multiplied by it, formants too.
        formant_ratio: formants are multiplied by it on top.
        rate_hz: sample rate.
        channels: C.
    """

    tail_samples = 0

    def __init__(self, ratio: float, formant_ratio: float, rate_hz: int, channels: int) -> None:
        self._ratio = ratio
        self._formant_ratio = formant_ratio
        self._width = width = 1 << max(6, round(math.log2(rate_hz * _FRAME_S)))
        self._hop = width // _OVERLAP
        self._channels = channels
        self._window = (0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(width) / width)).astype(np.float32)
        self._lifter = max(8, round(_ENVELOPE_S * rate_hz))
        # Frame m is centred on input frame round(m hop / ratio). The first that reaches output 0 is number -1.
        self._frame = -(_OVERLAP // 2)
        self._input = np.zeros((channels, 2 * width), np.float32)
        self._input_start = -2 * width  # input number of the buffer's first sample
        self._turned: Spectra | None = None  # (C, K) the last frame as it was put out
        self._overlap = np.zeros((channels, width), np.float32)  # unfinished output
        self._stretched_at = self._frame * self._hop - width // 2  # output number of its first sample
        self._resampler = None
        resampling = 0
        if ratio != 1.0:
            import soxr

            self._resampler = soxr.ResampleStream(rate_hz * ratio, rate_hz, channels, dtype="float32")
            resampling = _SOXR_DELAY
        # Half a frame and a hop of input ahead, half a frame of output behind; in input time.
        self.latency_samples = math.ceil(width / 2 + (width / 2 + self._hop) / ratio) + resampling + 2
        self._queue = Queue(channels, self.latency_samples)

    def process(self, block: Samples) -> Samples:
        """Shift the next (C, N) samples."""
        self._input = np.concatenate([self._input, block], axis=1)
        known = self._input_start + self._input.shape[1]
        step = self._hop / self._ratio
        last = math.floor((known - self._width // 2) / step)  # frames up to here are surely complete
        while round(last * step) + self._width // 2 > known:
            last -= 1
        if last >= self._frame:
            numbers = np.arange(self._frame, last + 1)
            self._emit(self._frames(numbers, step))
            self._frame = last + 1
            oldest = round(self._frame * step) - self._width // 2 - self._hop
            drop = max(0, oldest - self._input_start)
            self._input = self._input[:, drop:].copy()
            self._input_start += drop
        return self._queue.take(block.shape[1])

    def _frames(self, numbers: npt.NDArray[np.int64], step: float) -> Samples:
        """Analyse and turn frames: (M,) numbers -> (C, M, W) windowed samples to overlap."""
        centres = np.rint(numbers * step).astype(np.intp)
        starts = centres - self._width // 2 - self._input_start
        spectra = self._spectra(starts)
        power = (spectra.real**2 + spectra.imag**2).sum(axis=0)  # (M, K)
        if self._resampler is not None:
            spectra = self._turn(spectra, self._spectra(starts - self._hop), power)
        if self._formant_ratio != 1.0:
            spectra = spectra * self._formant_gain(power)
        scale = np.float32(1.0 / (0.375 * _OVERLAP))
        out: Samples = np.fft.irfft(spectra, self._width) * (self._window * scale)
        return out

    def _spectra(self, starts: npt.NDArray[np.intp]) -> Spectra:
        """Spectra of the windowed frames that begin at (M,) places of the buffer: (C, M, K)."""
        windows = np.lib.stride_tricks.sliding_window_view(self._input, self._width, axis=1)
        return np.fft.rfft(windows[:, starts] * self._window).astype(np.complex64, copy=False)

    def _turn(self, spectra: Spectra, before: Spectra, power: npt.NDArray[np.float32]) -> Spectra:
        """Give frames (C, M, K) the phases that carry on from frame to frame.

        Args:
            spectra: frames.
            before: the same, one synthesis hop earlier in the input.
            power: (M, K) of `spectra`, channels together.
        """
        earlier_power = (before.real**2 + before.imag**2).sum(axis=0)
        risen = power > _RISEN * earlier_power
        magnitude = np.sqrt(power)
        strokes = (magnitude * risen).sum(axis=1) > _STROKE * magnitude.sum(axis=1)
        owner = _nearest_peaks(power)
        turned = np.empty_like(spectra)
        last = spectra[:, 0] if self._turned is None else self._turned
        backwards = before.conj()
        for m in range(spectra.shape[1]):
            turn = (last * backwards[:, m]).sum(axis=0)
            size = np.abs(turn)
            turn /= np.maximum(size, np.float32(1e-30))
            turn[size < 1e-20] = 1.0
            if strokes[m]:
                turn[risen[m]] = 1.0
            last = turned[:, m] = spectra[:, m] * turn[owner[m]]
        self._turned = last.copy()
        return turned

    def _formant_gain(self, power: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(M, K) gains that move the spectral envelope by the formant ratio.

        The envelope is the "true envelope" (Imai and Abe 1979): a cepstrally smoothed spectrum, smoothed
        again with every valley filled up to the result before, which settles on the harmonics' peaks.
        """
        log_magnitude = 0.5 * np.log(power + np.float32(1e-12))
        target = log_magnitude
        for _ in range(_ENVELOPE_ROUNDS):
            cepstrum = np.fft.irfft(target, self._width)
            cepstrum[:, self._lifter : self._width - self._lifter + 1] = 0.0
            envelope = np.fft.rfft(cepstrum).real
            target = np.maximum(log_magnitude, envelope)
        top = power.shape[1] - 1
        place = np.minimum(np.arange(top + 1) / self._formant_ratio, top)
        whole = np.minimum(place.astype(np.intp), top - 1)
        part = (place - whole).astype(np.float32)
        moved = envelope[:, whole] * (1 - part) + envelope[:, whole + 1] * part
        gain: npt.NDArray[np.float32] = np.exp(np.clip(moved - envelope, -_LARGEST_GAIN, _LARGEST_GAIN))
        return gain.astype(np.float32)

    def _emit(self, frames: Samples) -> None:
        """Overlap-add (C, M, W) frames and pass on what is finished."""
        channels, count, width = frames.shape
        hop = self._hop
        total = np.zeros((channels, width + (count - 1) * hop), np.float32)
        total[:, : self._overlap.shape[1]] = self._overlap[:, : total.shape[1]]
        for part in range(_OVERLAP):  # quarters of all frames at once: they lie side by side
            quarter = frames[:, :, part * hop : (part + 1) * hop].reshape(channels, count * hop)
            total[:, part * hop : part * hop + count * hop] += quarter
        done, self._overlap = total[:, : count * hop], total[:, count * hop :].copy()
        begin = max(0, -self._stretched_at)
        self._stretched_at += done.shape[1]
        done = done[:, begin:]
        if self._resampler is not None and done.shape[1]:
            done = self._resampler.resample_chunk(np.ascontiguousarray(done.T)).T
        self._queue.put(np.ascontiguousarray(done))


def _nearest_peaks(power: npt.NDArray[np.float32]) -> npt.NDArray[np.intp]:
    """For each bin of (M, K) spectra the nearest peak: a bin above its two neighbours on both sides."""
    bins = power.shape[1]
    padded = np.pad(power, ((0, 0), (2, 2)), constant_values=-1.0)
    peak = np.ones(power.shape, bool)
    for shift in (0, 1, 3, 4):
        near = padded[:, shift : shift + bins]
        peak &= (power >= near) if shift < 2 else (power > near)
    number = np.arange(bins)
    left = np.maximum.accumulate(np.where(peak, number, -bins), axis=1)
    right = np.minimum.accumulate(np.where(peak, number, 2 * bins)[:, ::-1], axis=1)[:, ::-1]
    owner = np.where(number - left <= right - number, left, right)
    result: npt.NDArray[np.intp] = np.where((owner < 0) | (owner >= bins), number, owner)
    return result
