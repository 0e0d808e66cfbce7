"""Seeded noise: hiss, rumble and the clicks of a record.

Each channel draws from a generator of its own, in order, so the noise does not depend on how a signal is
cut into blocks.
"""

from __future__ import annotations

import math

import numpy as np

from muze_fx.effects.parts.hosted import Host
from muze_fx.effects.parts.processor import Samples


def amplitude(level_db: float) -> float:
    """Amplitude of a level in dB."""
    return float(10.0 ** (level_db / 20.0))


class Hiss:
    """White noise.

    Args:
        level_db: RMS, dBFS.
        channels: C, all independent.
        seed: any integer ≥ 0.
    """

    def __init__(self, level_db: float, channels: int, seed: int) -> None:
        self._level = np.float32(amplitude(level_db))
        self._rngs = [np.random.default_rng((seed, channel)) for channel in range(channels)]

    def next(self, count: int) -> Samples:
        """Return the next (C, count) samples."""
        noise = np.stack([rng.standard_normal(count, dtype=np.float32) for rng in self._rngs])
        noise *= self._level
        return noise


class Rumble:
    """Noise of a turntable's bearing: a band around 30 Hz, the same on all channels.

    It is made at about 1 kHz, where a filter so low is cheap, and drawn straight between its points; what
    that adds above lies 45 dB below.

    Args:
        level_db: RMS, dBFS.
        rate_hz: sample rate.
        seed: any integer ≥ 0.
    """

    _LOW_HZ, _HIGH_HZ = 15.0, 40.0

    def __init__(self, level_db: float, rate_hz: int, seed: int) -> None:
        self._rng = np.random.default_rng((seed, 1))
        self._grid = max(1, rate_hz // 1000)  # samples between points
        self._grid_rate_hz = rate_hz / self._grid
        self._filter = self._make_filter()
        impulse = np.zeros(int(self._grid_rate_hz), np.float32)
        impulse[0] = 1.0
        energy = float((self._make_filter()(impulse).astype(np.float64) ** 2).sum())
        self._level = np.float32(amplitude(level_db) / math.sqrt(energy))
        self._line = np.zeros(
            1, np.float32
        )  # samples made but not used; the last is where the next line starts
        self._last = np.float32(0.0)

    def _make_filter(self) -> Host:
        import pedalboard

        low_passes = [pedalboard.LowpassFilter(self._HIGH_HZ) for _ in range(2)]
        filters = [pedalboard.HighpassFilter(self._LOW_HZ), *low_passes]
        return Host(pedalboard.Chain(filters), self._grid_rate_hz)

    def next(self, count: int) -> Samples:
        """Return the next (count,) samples."""
        missing = count - self._line.size
        if missing > 0:
            points = self._rng.standard_normal(missing // self._grid + 1, dtype=np.float32)
            points = self._filter(points) * self._level
            starts = np.concatenate([[self._last], points[:-1]])
            ramp = (np.arange(1, self._grid + 1) / self._grid).astype(np.float32)
            lines = starts[:, None] + (points - starts)[:, None] * ramp
            self._last = points[-1]
            self._line = np.concatenate([self._line, lines.reshape(-1).astype(np.float32)])
        out, self._line = self._line[:count], self._line[count:]
        return out


class Crackle:
    """Dust and scratches: many small clicks, a few pops, at random times and places in the stereo field.

    Args:
        amount: 0 none … 1 a record that was never sleeved; more and louder clicks.
        rate_hz: sample rate.
        channels: C; a click's level differs between channels where there are several.
        seed: any integer ≥ 0.
    """

    _CLICKS_PER_S, _POPS_PER_S = 28.0, 0.7  # at amount 1

    def __init__(self, amount: float, rate_hz: int, channels: int, seed: int) -> None:
        self._rng = np.random.default_rng((seed, 2))
        self._rate_hz = rate_hz
        self._channels = channels
        self._loudness_db = 8.0 * (amount - 1.0)
        clicks, pops = self._CLICKS_PER_S * amount, self._POPS_PER_S * amount * amount
        self._mean_wait = rate_hz / (clicks + pops)  # samples
        self._pop_share = pops / (clicks + pops)
        self._next_at = self._rng.exponential(self._mean_wait)
        self._over = np.zeros((channels, 0), np.float32)  # what rings on past the last block
        self._at = 0

    def next(self, count: int) -> Samples:
        """Return the next (C, count) samples."""
        sound = np.zeros((self._channels, max(count, self._over.shape[1])), np.float32)
        sound[:, : self._over.shape[1]] = self._over
        while self._next_at < self._at + count:
            click = self._click()  # (C, n)
            start = int(self._next_at) - self._at
            missing = start + click.shape[1] - sound.shape[1]
            if missing > 0:
                sound = np.pad(sound, ((0, 0), (0, missing)))
            sound[:, start : start + click.shape[1]] += click
            self._next_at += self._rng.exponential(self._mean_wait)
        self._at += count
        self._over = sound[:, count:].copy()
        return sound[:, :count]

    def _click(self) -> Samples:
        """One decaying oscillation."""
        which, decay, pitch, phase, place = self._rng.random(5)
        loudness = self._rng.standard_normal()
        if which < self._pop_share:
            level_db = min(-26.0 + 5.0 * loudness, -14.0)
            decay_s, freq_hz = 0.0008 * 4.0**decay, 300.0 * 5.0**pitch
        else:
            level_db = min(-46.0 + 8.0 * loudness, -26.0)
            decay_s, freq_hz = 0.00008 * 6.0**decay, 1800.0 * 4.0**pitch
        times = np.arange(math.ceil(9.0 * decay_s * self._rate_hz)) / self._rate_hz  # to -78 dB
        wave = np.exp(-times / decay_s) * np.sin(2.0 * math.pi * (freq_hz * times + phase))
        wave *= amplitude(level_db + self._loudness_db)
        if self._channels == 1:
            alone: Samples = wave.astype(np.float32)[None]
            return alone
        # A scratch lies on one wall of the groove more than on the other: an angle between the channels.
        angles = 0.5 * math.pi * (place + np.arange(self._channels) / self._channels)
        result: Samples = (np.cos(angles)[:, None] * wave).astype(np.float32)
        return result
