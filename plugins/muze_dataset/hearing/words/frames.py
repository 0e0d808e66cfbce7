"""What is measured every 10 ms: the shape of the spectrum, and how periodic the sound is.

Cepstra of mel bands (Davis and Mermelstein 1980), and the largest normalised autocorrelation among the lags of
80…800 Hz (Boersma 1993). T frames, the first centred on the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
HOP = 160
FRAMES_A_SECOND = RATE_HZ // HOP
CEPSTRA = 11
FEATURES = CEPSTRA + 1

_WINDOW = 512
_LONG_WINDOW = 640  # three periods of 80 Hz
_LONG_FFT = 2048
_BANDS, _LOW_HZ, _HIGH_HZ = 24, 80.0, 8000.0
_VOICE_HZ = 3000.0  # above it periods blur
_SHORTEST_LAG, _LONGEST_LAG = RATE_HZ // 800, RATE_HZ // 80
_FLOOR = 1e-8
_RANGE_NEPERS = 11.5  # 50 dB below the loudest frame: what is fainter counts as that
_BLOCK = 2048  # frames at once: ten minutes cost no more memory than one

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Frames:
    """What was measured.

    Attributes:
        cepstra: (T, 11) float32, of the logarithms of band energies.
        periodicity: (T,) float32, about 0…1.
    """

    cepstra: Floats
    periodicity: Floats

    def __len__(self) -> int:
        """T."""
        return len(self.periodicity)

    def features(self, active: npt.NDArray[np.bool_]) -> Floats:
        """Return (T, 12): cepstra without the mean over the frames where somebody sings, and periodicity.

        A recording's equalisation and level are in that mean (Atal 1974).

        Args:
            active: (T,); where none is, all count.
        """
        mean = self.cepstra[active if active.any() else slice(None)].mean(axis=0)
        return np.concatenate([self.cepstra - mean, self.periodicity[:, None]], axis=1)


def measure(samples: Floats, rate_hz: int) -> Frames:
    """Measure a recording or a voice.

    Args:
        samples: (C, N).
        rate_hz: sampling rate.
    """
    from muzecli.audio.resample import mixed_down

    mono = mixed_down(samples, rate_hz, RATE_HZ)
    count = len(mono) // HOP + 1
    bands = np.concatenate(list(_each_block(mono, count, _WINDOW, _log_bands)))
    level = np.log(np.exp(bands).mean(axis=1))
    bands = np.maximum(bands, level.max() - _RANGE_NEPERS)
    periodicity = np.concatenate(list(_each_block(mono, count, _LONG_WINDOW, _periodicity)))
    return Frames((bands @ _cosines().T).astype(np.float32), periodicity.astype(np.float32))


def _each_block(mono: Floats, count: int, length: int, of: Callable[[Floats], Floats]) -> Iterator[Floats]:
    padded = np.pad(mono, (length // 2, length // 2 + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, length)[::HOP][:count]
    for start in range(0, count, _BLOCK):
        yield of(frames[start : start + _BLOCK])


def _log_bands(frames: Floats) -> Floats:
    power = np.abs(np.fft.rfft(frames * _hann(_WINDOW), axis=1)) ** 2
    return np.asarray(np.log(power.astype(np.float32) @ _mel().T + _FLOOR), np.float32)


def _periodicity(frames: Floats) -> Floats:
    window = _hann(_LONG_WINDOW)
    centred = (frames - frames.mean(axis=1, keepdims=True)) * window
    power = np.abs(np.fft.rfft(centred, _LONG_FFT, axis=1)) ** 2
    power[:, round(_VOICE_HZ * _LONG_FFT / RATE_HZ) + 1 :] = 0.0
    correlation = np.fft.irfft(power, axis=1)
    own = np.fft.irfft(np.abs(np.fft.rfft(window, _LONG_FFT)) ** 2)
    lags = slice(_SHORTEST_LAG, _LONGEST_LAG)
    ratio = correlation[:, lags] / (correlation[:, :1] + 1e-9) * (own[0] / own[lags])
    return np.asarray(ratio.max(axis=1), np.float32)


@cache
def _hann(length: int) -> Floats:
    return np.asarray(np.hanning(length + 1)[:-1], np.float32)


@cache
def _mel() -> Floats:
    """Return (24, F) triangles, even in mel (O'Shaughnessy 1987)."""
    low, high = (2595.0 * np.log10(1.0 + edge / 700.0) for edge in (_LOW_HZ, _HIGH_HZ))
    edges = 700.0 * (10.0 ** (np.linspace(low, high, _BANDS + 2) / 2595.0) - 1.0)
    hz = np.fft.rfftfreq(_WINDOW, 1.0 / RATE_HZ)
    rising = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.clip(np.minimum(rising, falling), 0.0, None), np.float32)


@cache
def _cosines() -> Floats:
    places = np.arange(_BANDS) + 0.5
    rows = [np.cos(np.pi * order * places / _BANDS) for order in range(CEPSTRA)]
    return np.array(rows, np.float32) * np.float32(np.sqrt(2.0 / _BANDS))
