"""Made voices: harmonics of a given pitch, and what is added to them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000

Samples = npt.NDArray[np.float32]
Curve = npt.NDArray[np.float64]


def times(duration_s: float, rate_hz: int = RATE_HZ) -> Curve:
    return np.arange(round(duration_s * rate_hz)) / rate_hz


def voice(hz: Curve | float, duration_s: float, *, rate_hz: int = RATE_HZ, level: float = 0.2) -> Samples:
    """Return (N,) harmonics that fall by 6 dB an octave below 7 kHz, of a pitch that may change."""
    at = times(duration_s, rate_hz)
    pitch = np.broadcast_to(np.asarray(hz, dtype=np.float64), at.shape)
    phase = 2.0 * np.pi * np.cumsum(pitch) / rate_hz
    highest = min(7000.0, 0.45 * rate_hz)
    total = np.zeros(at.size)
    for number in range(1, int(highest / pitch.min()) + 1):
        total += np.where(number * pitch < highest, np.sin(number * phase + number**2) / number, 0.0)
    return (level * total).astype(np.float32)


def swinging(hz: float, rate: float, depth_cents: float, duration_s: float, rate_hz: int = RATE_HZ) -> Curve:
    """Return the pitch (N,) of a tone with vibrato, depth from the middle to the peak."""
    return hz * 2.0 ** (depth_cents / 1200.0 * np.sin(2.0 * np.pi * rate * times(duration_s, rate_hz)))


def breath(duration_s: float, level: float, seed: int = 0) -> Samples:
    """Return noise (N,) through resonances near 600, 1500 and 2500 Hz, as of somebody who breathes in."""
    count = round(duration_s * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    hz = np.fft.rfftfreq(count, 1.0 / RATE_HZ)
    shape = sum(np.exp(-0.5 * ((hz - centre) / 300.0) ** 2) for centre in (600.0, 1500.0, 2500.0))
    noise = np.fft.irfft(spectrum * shape, count)
    return (level * noise / noise.std() * np.hanning(count) ** 0.5).astype(np.float32)


def hiss(duration_s: float, level: float, seed: int = 1) -> Samples:
    """Return noise (N,) above 5 kHz, as of an s."""
    count = round(duration_s * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum[np.fft.rfftfreq(count, 1.0 / RATE_HZ) < 5000.0] = 0.0
    noise = np.fft.irfft(spectrum, count)
    return (level * noise / noise.std()).astype(np.float32)


def silence(duration_s: float) -> Samples:
    return np.zeros(round(duration_s * RATE_HZ), dtype=np.float32)


def cents(found: npt.NDArray[np.float32], true: Curve | float) -> Curve:
    return 1200.0 * np.log2(np.maximum(found, 1e-3) / np.asarray(true))
