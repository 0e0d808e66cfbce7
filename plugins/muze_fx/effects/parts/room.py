"""The impulse response of a room, made from its reverberation time and size.

    direct ─ pre-delay ─┬─ early reflections: mirror images of the source in six walls
                        └─ late field: noise, sparse at first in small diffusion, dying away by RT60(f)

Late reverberation is Gaussian noise under an exponential decay (Moorer, "About this reverberation business",
1979); early reflections are those of a shoebox (Allen and Berkley, "Image method for efficiently simulating
small-room acoustics", 1979); echo density grows with the square of time (Kuttruff, "Room acoustics").

Shapes: C channels, L samples, M frames of W samples, K frequencies.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_fx.biquad import FREQ_RANGE_HZ, Band, coefficients, section_response
from muzecli.audio.convolve import fast_length

Float64 = npt.NDArray[np.float64]

_SOUND_M_S = 343.0
_TO_MINUS_60_DB = math.log(1000.0)  # amplitude falls by e^-6.908 in one RT60
_LENGTH = 1.25  # in RT60: the response ends at -75 dB
_SHAPE = np.array([1.0, 0.81, 0.57])  # walls of the shoebox, as shares of the size; no two alike
_SOURCE = np.array([0.29, 0.41, 0.47])  # places in it, as shares of the walls
_LISTENER = np.array([0.67, 0.56, 0.51])
_EARS_M = 0.5  # largest distance of a channel's microphone from the listener's place
_ORDER = 2  # mirror images up to this far in each direction
_CALIBRATED_TO_S = 3.0  # longer noise decays as asked without help
_EXACT_ENOUGH_DB = 2.0  # of 60: the first correction leaves a tenth of itself
_DAMPED_FROM_HZ = 1400.0  # above the octave around 1 kHz, in which RT60 is what was asked


@dataclass(frozen=True)
class Room:
    """A room; see `muze_fx.effects.reverb.Reverb` for the ranges.

    Attributes:
        rt60_s: time to -60 dB around 1 kHz and below.
        size_m: longest wall.
        damping: how much faster treble dies; 1 makes RT60 fall with the frequency's power of 0.6.
        diffusion: 0 single echoes that thicken slowly … 1 smooth from the start.
        early_db: energy of the early reflections against the late field's.
        width: 0 the same in all channels … 1 independent.
        low_cut_hz: second-order high-pass; at 20 Hz none.
        pre_delay_s: silence before the first reflection.
    """

    rt60_s: float
    size_m: float
    damping: float
    diffusion: float
    early_db: float
    width: float
    low_cut_hz: float
    pre_delay_s: float

    def response(self, rate_hz: int, channels: int, seed: int) -> npt.NDArray[np.float32]:
        """Return (C, L) impulse responses, each of energy 1: noise keeps its level."""
        length = max(64, math.ceil(_LENGTH * self.rt60_s * rate_hz))
        decay = np.exp(-_TO_MINUS_60_DB / (self.rt60_s * rate_hz) * np.arange(length))
        late = self._late(rate_hz, channels, length, seed)
        early = self._early(rate_hz, channels, length)
        late /= np.sqrt(((late * decay) ** 2).sum(axis=1, keepdims=True))
        strength = np.sqrt(((early * decay) ** 2).sum(axis=1, keepdims=True))
        # In a room that is dead before its first reflection, there is only the late field.
        early *= np.where(strength > 1e-9, 10.0 ** (self.early_db / 20.0) / np.maximum(strength, 1e-9), 0.0)
        sound = self._damped(late + early, rate_hz) * decay
        if self.low_cut_hz > FREQ_RANGE_HZ[0]:
            sound = _high_passed(sound, self.low_cut_hz, rate_hz)
        if self.rt60_s <= _CALIBRATED_TO_S:
            sound = self._calibrated(sound, rate_hz)
        fade = min(length // 8, rate_hz // 10)
        sound[:, -fade:] *= 0.5 + 0.5 * np.cos(np.pi * (np.arange(fade) + 1) / (fade + 1))
        sound /= np.sqrt((sound**2).sum(axis=1, keepdims=True))
        return np.pad(sound, ((0, 0), (round(self.pre_delay_s * rate_hz), 0))).astype(np.float32)

    def _late(self, rate_hz: int, channels: int, length: int, seed: int) -> Float64:
        """(C, L) noise before its decay; width blends one common source with one source a channel."""
        times = np.arange(length) / rate_hz
        volume = float(np.prod(_SHAPE)) * self.size_m**3
        density = 4.0 * math.pi * _SOUND_M_S**3 * times**2 / volume  # echoes a second
        sparse = np.clip(density / rate_hz, 40.0 / rate_hz, 1.0)
        filled = sparse + (1.0 - sparse) * self.diffusion**2  # share of samples that hold an echo
        onset_s = min(0.5 * self.size_m / _SOUND_M_S, 0.04 * self.rt60_s)
        level = (1.0 - np.exp(-times / onset_s)) / np.sqrt(filled)

        def source(number: int) -> Float64:
            rng = np.random.default_rng((seed, number))
            noise = rng.standard_normal(length, dtype=np.float32) * level
            if self.diffusion < 1.0:
                noise *= rng.random(length, dtype=np.float32) < filled
            return noise

        common = source(0)
        if channels == 1 or self.width == 0.0:
            return np.repeat(common[None], channels, axis=0)
        own = np.stack([source(1 + channel) for channel in range(channels)])
        angle = 0.5 * math.pi * min(self.width, 1.0)
        result: Float64 = math.cos(angle) * common + math.sin(angle) * own
        return result

    def _early(self, rate_hz: int, channels: int, length: int) -> Float64:
        """(C, L) reflections before their decay: 1 / distance, at times counted from the direct sound."""
        walls = _SHAPE * self.size_m
        index = np.arange(-_ORDER, _ORDER + 1)
        # The image with number i along a wall of length w lies at i w + s, mirrored for odd i: i w + (w - s).
        along = [
            index * wall + np.where(index % 2 == 0, place * wall, (1.0 - place) * wall)
            for wall, place in zip(walls, _SOURCE, strict=True)
        ]
        images = np.stack(np.meshgrid(*along, indexing="ij"), axis=-1).reshape(-1, 3)
        direct = int(np.argmin(np.abs(np.stack(np.meshgrid(index, index, index, indexing="ij"), -1)).sum(-1)))
        taps = np.zeros((channels, length + 1))
        radius = self.width * min(_EARS_M, 0.05 * self.size_m)
        for channel in range(channels):
            around = 2.0 * math.pi * channel / channels
            ear = _LISTENER * walls + radius * np.array([math.sin(around), math.cos(around), 0.0])
            distance = np.linalg.norm(images - ear, axis=1)
            delay = (distance - distance[direct]) * (rate_hz / _SOUND_M_S)
            gain = distance[direct] / distance
            kept = (delay < length - 1) & (np.arange(distance.size) != direct) & (delay > 0.0)
            whole = np.floor(delay[kept]).astype(np.intp)
            part = delay[kept] - whole
            np.add.at(taps[channel], whole, gain[kept] * (1.0 - part))
            np.add.at(taps[channel], whole + 1, gain[kept] * part)
        return taps[:, :length]

    def _calibrated(self, sound: Float64, rate_hz: int) -> Float64:
        """Correct each channel's decay so that its RT60 around 1 kHz, measured, is the one asked for.

        A short stretch of noise decays by chance a little faster or slower than its envelope, and strong
        early reflections have a decay of their own. Multiplying by another exponential turns one slope into
        another.
        """
        times = np.arange(sound.shape[1]) / rate_hz
        for _ in range(2):
            slopes = np.array([decay_slope_db_s(channel, rate_hz) for channel in sound])
            slopes = np.where(np.isfinite(slopes), slopes, -60.0 / self.rt60_s)
            change = np.clip(-60.0 / self.rt60_s - slopes, -30.0 / self.rt60_s, 30.0 / self.rt60_s)
            sound = sound * 10.0 ** (np.outer(change, times) / 20.0)
            if np.abs(change).max() * self.rt60_s < _EXACT_ENOUGH_DB:
                break
        return sound

    def _damped(self, sound: Float64, rate_hz: int) -> Float64:
        """Let treble die faster: short frames, each with the low-pass that its age asks for."""
        if self.damping == 0.0:
            return sound
        width = 1 << max(5, round(math.log2(rate_hz * 0.0116)))  # 512 at 44.1 kHz
        hop = width // 2
        channels, length = sound.shape
        count = -(-length // hop) + 1
        padded = np.zeros((channels, (count + 1) * hop))
        padded[:, hop : hop + length] = sound
        window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(width) / width)  # halves add up to 1
        frames = (
            np.lib.stride_tricks.sliding_window_view(padded, width, axis=1)[:, ::hop] * window
        )  # (C, M, W)
        freqs = np.fft.rfftfreq(width, 1.0 / rate_hz)  # (K,)
        shorter = (np.maximum(freqs, _DAMPED_FROM_HZ) / _DAMPED_FROM_HZ) ** (0.6 * self.damping)
        ages_s = np.arange(frames.shape[1]) * hop / rate_hz
        loss = np.exp(-_TO_MINUS_60_DB / self.rt60_s * np.outer(ages_s, shorter - 1.0))  # (M, K)
        frames = np.fft.irfft(np.fft.rfft(frames) * loss, width)
        out = np.zeros_like(padded)
        even, odd = frames[:, 0::2], frames[:, 1::2]
        out[:, : even.shape[1] * width] += even.reshape(channels, -1)
        out[:, hop : hop + odd.shape[1] * width] += odd.reshape(channels, -1)
        return out[:, hop : hop + length]


def decay_slope_db_s(response: Float64, rate_hz: int, centre_hz: float = 1000.0) -> float:
    """Measure how fast an impulse response dies away, in dB a second (-60 / RT60).

    Schroeder's backward integration of the octave around `centre_hz`, a straight line from -5 to -35 dB
    (T30 of ISO 3382).

    Args:
        response: (L,) impulse response.
        rate_hz: sample rate.
        centre_hz: middle of the octave.
    """
    size = fast_length(response.size + rate_hz // 20)  # room for the octave filter's own ringing
    freqs = np.fft.rfftfreq(size, 1.0 / rate_hz)
    octaves = np.log2(np.maximum(freqs, 1.0) / min(centre_hz, 0.3 * rate_hz))
    band = 1.0 / (1.0 + (2.0 * octaves) ** 8)
    filtered = np.fft.irfft(np.fft.rfft(response, size) * band, size)[: response.size]
    energy = np.cumsum((filtered**2)[::-1])[::-1]
    level_db = 10.0 * np.log10(np.maximum(energy, 1e-12 * energy[0]) / energy[0])
    start, stop = int(np.argmax(level_db < -5.0)), int(np.argmax(level_db < -35.0))
    if stop - start < 8:
        return math.nan
    at = np.arange(start, stop) / rate_hz
    return float(np.polyfit(at, level_db[start:stop], 1)[0])


def _high_passed(sound: Float64, cutoff_hz: float, rate_hz: int) -> Float64:
    """Apply a second-order high-pass to (C, L), with room behind it for its ringing."""
    band = Band("high_pass", cutoff_hz).fitted(rate_hz)
    assert band is not None
    size = fast_length(sound.shape[1] + rate_hz // 4)
    freqs = np.arange(size // 2 + 1, dtype=np.float64) * (rate_hz / size)
    response = section_response(coefficients([band], rate_hz), freqs, rate_hz)[0]
    result: Float64 = np.fft.irfft(np.fft.rfft(sound, size) * response, size)[:, : sound.shape[1]]
    return result
