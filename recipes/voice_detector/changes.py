"""What is done to a part or a mix so that no two examples sound alike.

Each function draws from `rng` and returns new samples, (N,) or (2, N), at the detector's rate.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.voice.spectra import HOP_SAMPLES, RATE_HZ
from muzecli.audio.resample import resample

Array = npt.NDArray[np.float32]
Rng = np.random.Generator

_LOWEST_HZ = 40.0
_OCTAVES = np.log2(RATE_HZ / 2 / _LOWEST_HZ)


def level(part: Array) -> float:
    """Return the root mean square of the frames that are not silent, 30 dB below the loudest."""
    frames = part[: len(part) // HOP_SAMPLES * HOP_SAMPLES].reshape(-1, HOP_SAMPLES)
    powers = np.mean(frames.astype(np.float64) ** 2, axis=1)
    if not powers.size or powers.max() <= 0.0:
        return 0.0
    return float(np.sqrt(powers[powers > powers.max() * 1e-3].mean()))


def equalised(part: Array, rng: Rng, depth_db: float) -> Array:
    """Return it through a smooth random curve, six points on a logarithmic axis."""
    spectrum = np.fft.rfft(part)
    hz = np.linspace(0.0, RATE_HZ / 2, spectrum.shape[-1])
    octaves = np.log2(np.maximum(hz, _LOWEST_HZ) / _LOWEST_HZ)
    gain_db = np.interp(octaves, np.linspace(0.0, _OCTAVES, 6), rng.normal(0.0, depth_db, 6))
    return np.fft.irfft(spectrum * 10 ** (gain_db / 20), part.shape[-1]).astype(np.float32)


def transposed(part: Array, semitones: float) -> Array:
    """Return it played faster or slower: pitch and formants move together, as of a smaller or larger singer."""
    return resample(part[None], round(RATE_HZ * 2 ** (semitones / 12)), RATE_HZ, quality="MQ")[0]


def wobbled(part: Array, rng: Rng) -> Array:
    """Return it with vibrato, glides or a drifting pitch: what instruments do as well as voices."""
    time_s = np.arange(len(part)) / RATE_HZ
    kind = rng.integers(3)
    if kind == 0:
        cents = rng.uniform(10, 60) * np.sin(2 * np.pi * rng.uniform(4, 7) * time_s)
    elif kind == 1:
        points = int(rng.integers(6, 30))
        corners_s = np.sort(rng.uniform(0, time_s[-1], points))
        cents = np.interp(time_s, corners_s, rng.normal(0, rng.uniform(30, 200), points))
    else:
        steps = np.cumsum(rng.normal(0, rng.uniform(0.5, 3), len(part) // 400 + 1))
        cents = np.repeat(steps, 400)[: len(part)]
    position = np.cumsum(2 ** (cents / 1200))
    position = np.clip(position - position[0], 0, len(part) - 1)
    return np.interp(position, np.arange(len(part)), part).astype(np.float32)


def wah(part: Array, rng: Rng) -> Array:
    """Return it through a resonance that moves: formant-like, and no voice."""
    frame, hop = 1024, 512
    window = np.hanning(frame + 1)[:-1]
    padded = np.pad(part, (frame, 2 * frame))
    out = np.zeros(len(padded))
    hz = np.fft.rfftfreq(frame, 1 / RATE_HZ)
    speed_hz, centre_hz, octaves = rng.uniform(0.2, 4), rng.uniform(500, 1500), rng.uniform(0.3, 1.2)
    for start in range(0, len(padded) - frame, hop):
        swing = np.sin(2 * np.pi * speed_hz * start / RATE_HZ) * octaves
        distance = np.log2(np.maximum(hz, 20) / (centre_hz * 2**swing))
        gain = 0.15 + np.exp(-0.5 * (distance / 0.4) ** 2)
        out[start : start + frame] += np.fft.irfft(np.fft.rfft(padded[start : start + frame] * window) * gain)
    return out[frame : frame + len(part)].astype(np.float32)


def reverberant(part: Array, rng: Rng) -> Array:
    """Return only the reverberation of it, as loud as the part: decaying noise for a room."""
    decay_s = rng.uniform(0.2, 1.6)
    length = int(min(decay_s, 1.2) * RATE_HZ)
    room = rng.normal(0, 1, length) * np.exp(-6.9 * np.arange(length) / RATE_HZ / decay_s)
    room /= np.sqrt(np.sum(room**2))
    size = 1 << int(np.ceil(np.log2(len(part) + length)))
    wet = np.fft.irfft(np.fft.rfft(part, size) * np.fft.rfft(room, size), size)
    return wet[: len(part)].astype(np.float32)


def driven(part: Array, rng: Rng, most: float) -> Array:
    """Return it compressed or distorted, at about the level it had."""
    loud = level(part) + 1e-6
    return (np.tanh(part / loud * rng.uniform(0.5, most)) * loud).astype(np.float32)


def panned(part: Array, place: float) -> Array:
    """Return (2, N); place −1 left … 1 right, of constant power."""
    angle = (np.clip(place, -1, 1) + 1) * np.pi / 4
    return (np.stack([part * np.cos(angle), part * np.sin(angle)]) * np.sqrt(2.0)).astype(np.float32)
