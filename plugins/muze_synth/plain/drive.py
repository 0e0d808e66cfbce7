"""Overdrive of a whole part: what makes chords of a guitar growl together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_synth.play import Samples

_SAME = 1e-3  # below this step the quotient of differences loses its digits
_CABINET_HZ = (85.0, 4800.0)


def driven(sound: Samples, drive: float, rate_hz: int) -> Samples:
    """Clip a part softly and send it through a loudspeaker's band.

    tanh makes harmonics without end, which would fold back; first-order antiderivative anti-aliasing (Parker,
    Zavalishin and Le Bivic, "Reducing the aliasing of nonlinear waveshaping using continuous-time convolution",
    DAFx 2016) evaluates it between the samples instead: y[n] = (F(x[n]) − F(x[n−1])) / (x[n] − x[n−1]).

    Args:
        sound: (C, n); one channel goes through the clipper, C come out.
        drive: gain in front of the clipper, for parts whose tones have an RMS of a tenth.
        rate_hz: sampling rate.
    """
    x = np.concatenate(([0.0], sound.mean(axis=0, dtype=np.float64))) * drive
    integral = np.abs(x) + np.log1p(np.exp(-2.0 * np.abs(x)))  # of tanh, but for a constant
    step = np.diff(x)
    small = np.abs(step) < _SAME
    shaped = np.where(small, np.tanh(0.5 * (x[1:] + x[:-1])), np.diff(integral) / np.where(small, 1.0, step))
    gain = 0.25 / np.tanh(0.1 * drive + 0.25)  # as loud as before, more or less
    out: Samples = np.broadcast_to((gain * _cabinet(shaped, rate_hz)).astype(np.float32), sound.shape).copy()
    return out


def _cabinet(mono: npt.NDArray[np.float64], rate_hz: int) -> npt.NDArray[np.float64]:
    """Keep what a guitar loudspeaker passes: fourth-order slopes, in the frequency domain."""
    from muzecli.audio.convolve import fast_length

    size = fast_length(len(mono) + rate_hz // 10)
    spectrum = np.fft.rfft(mono.astype(np.float32), size)
    freqs = np.maximum(np.fft.rfftfreq(size, 1.0 / rate_hz), 1e-3)
    low, high = _CABINET_HZ
    gain = 1.0 / np.sqrt((1.0 + (low / freqs) ** 4) * (1.0 + (freqs / high) ** 8))
    filtered: npt.NDArray[np.float64] = np.fft.irfft(spectrum * gain.astype(np.float32), size)[: len(mono)]
    return filtered
