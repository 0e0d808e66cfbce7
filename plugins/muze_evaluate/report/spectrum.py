"""A song as a picture: levels over time and pitch, every octave equally high.

A window long enough for the bass smears drums, and one short enough for drums blurs the bass. So, as the ear and a
constant-Q transform do (Brown, "Calculation of a constant Q spectral transform", JASA 1991), low bands are measured
with long windows and high ones with short windows. Each band is the power that the Fourier transform finds in it,
which by Parseval's theorem is the same whatever the window, so that the seams cannot be seen.

Shapes: M bands from low to high, T columns.
"""

from __future__ import annotations

import io
import math

import numpy as np
import numpy.typing as npt

from muze_evaluate.report.player import Excerpt
from muzecli.audio.resample import mixed_down

MIME = "image/webp"
RANGE_DB = 75.0
"""From the darkest colour to the brightest, which is the loudest place of the excerpt."""
LOW_HZ, HIGH_HZ = 40.0, 15_000.0

_RATE_HZ = 32_000
_PER_OCTAVE = 18
_WINDOWS = (8192, 4096, 2048, 1024)  # 256 to 32 ms
_PERIODS = 64.0  # of a band's middle that its window should hold
_HOP_SAMPLES = 512
_MAX_COLUMNS = 1000
_FRAMES_AT_ONCE = 512
_SILENCE = 1e-10  # −100 dB
_QUALITY = 72
_NAMED_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)

Levels = npt.NDArray[np.float32]


def levels_db(excerpt: Excerpt) -> Levels:
    """Return the levels of an excerpt, (M, T), in dB below its loudest place, −75…0.

    Silence is −75 everywhere. Columns beyond 1000 are joined, and the loudest of them counts.
    """
    mono = mixed_down(excerpt.samples, excerpt.rate_hz, _RATE_HZ)
    bands_hz = band_middles_hz()
    power = np.zeros((len(bands_hz), 1 + len(mono) // _HOP_SAMPLES), np.float32)
    for window, share in zip(_WINDOWS, _shares(bands_hz), strict=True):
        used = share > 0
        weights = _band_weights(bands_hz[used], window) * share[used, None]
        power[used] += _powers(mono, window, weights)
    loudest = float(power.max(initial=0.0))
    if loudest <= _SILENCE:
        return np.full(power.shape, -RANGE_DB, np.float32)
    levels = np.maximum(10 * np.log10(np.maximum(power / loudest, 1e-12)), -RANGE_DB)
    join = -(-levels.shape[1] // _MAX_COLUMNS)
    padded = np.pad(levels, ((0, 0), (0, -levels.shape[1] % join)), constant_values=-RANGE_DB)
    return np.asarray(padded.reshape(levels.shape[0], -1, join).max(axis=2), np.float32)


def picture(levels: Levels) -> bytes:
    """Return levels (M, T) in −75…0 dB as a WebP picture, the lowest band at the bottom."""
    from matplotlib import colormaps
    from matplotlib.image import imsave

    colours = colormaps["magma"](1 + np.flipud(levels) / RANGE_DB, bytes=True)  # (M, T, 4)
    file = io.BytesIO()
    imsave(file, colours[..., :3], format="webp", pil_kwargs={"quality": _QUALITY, "method": 6})
    return file.getvalue()


def band_middles_hz() -> npt.NDArray[np.float64]:
    """Return the middles of the bands, (M,), 18 an octave."""
    count = round(math.log2(HIGH_HZ / LOW_HZ) * _PER_OCTAVE)
    return np.asarray(LOW_HZ * (HIGH_HZ / LOW_HZ) ** ((np.arange(count) + 0.5) / count))


def frequency_ticks() -> list[tuple[float, str]]:
    """Return (share of the height from below, name) of round frequencies in Hz."""
    octaves = math.log2(HIGH_HZ / LOW_HZ)
    names = [(hz, f"{hz // 1000}k" if hz >= 1000 else str(hz)) for hz in _NAMED_HZ]
    return [(math.log2(hz / LOW_HZ) / octaves, name) for hz, name in names]


def _shares(bands_hz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how much each window counts for each band, (windows, M), in all 1: the nearest two in length share."""
    wanted = np.log2(np.clip(_PERIODS * _RATE_HZ / bands_hz, _WINDOWS[-1], _WINDOWS[0]))
    distance = np.abs(wanted - np.log2(_WINDOWS)[:, None])
    return np.asarray(np.maximum(0.0, 1.0 - distance))


def _band_weights(bands_hz: npt.NDArray[np.float64], window: int) -> npt.NDArray[np.float64]:
    """Return triangles over the bins of a transform, (M, F), at least as wide as a Hann window's main lobe."""
    bins_hz = np.arange(window // 2 + 1) * (_RATE_HZ / window)
    half_hz = np.maximum(bands_hz * (2 ** (1 / _PER_OCTAVE) - 1), 2 * _RATE_HZ / window)
    triangles = 1 - np.abs(bins_hz - bands_hz[:, None]) / half_hz[:, None]
    return np.maximum(0.0, triangles)


def _powers(
    mono: npt.NDArray[np.float32], window: int, weights: npt.NDArray[np.float64]
) -> npt.NDArray[np.float32]:
    """Return the weighted power of bands, (M, T); column t is about sample t · 512."""
    hann = np.hanning(window + 1)[:-1]
    padded = np.pad(mono, (window // 2, window // 2))
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::_HOP_SAMPLES]  # (T, window)
    scale = 2 / (window * float(np.sum(hann**2)))
    parts = []
    for start in range(0, len(frames), _FRAMES_AT_ONCE):
        spectrum = np.fft.rfft(frames[start : start + _FRAMES_AT_ONCE] * hann)
        parts.append(weights @ (np.abs(spectrum.T) ** 2 * scale))
    return np.asarray(np.concatenate(parts, axis=1), np.float32)
