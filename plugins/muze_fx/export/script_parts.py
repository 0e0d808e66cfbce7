"""Functions that an exported pedalboard script is made of; their source is copied into it.

They are ordinary, tested code here, and must stand alone there: they use math, numpy, pedalboard and each
other. Shapes: audio is float32 (channels, samples), full scale ±1; all return a new array.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pedalboard
from pedalboard.io import StreamResampler

Samples = npt.NDArray[Any]


def run(plugins: list[pedalboard.Plugin], audio: Samples, rate_hz: float) -> Samples:
    """Run audio through plugins, one after the other."""
    result: Samples = pedalboard.Chain(plugins)(audio.astype(np.float32), rate_hz)
    return result


def equalizer(audio: Samples, rate_hz: float, bands: list[tuple[str, float, float, float]]) -> Samples:
    """Run equaliser bands (type, Hz, dB, Q); those above what the sample rate can hold are left out."""
    plugins: list[pedalboard.Plugin] = []
    for kind, freq_hz, gain_db, q in bands:
        if freq_hz > 0.49 * rate_hz:
            if kind in ("peak", "high_shelf", "low_pass"):
                continue
            freq_hz = 0.49 * rate_hz
        if kind == "peak":
            plugins.append(pedalboard.PeakFilter(freq_hz, gain_db, q))
        elif kind == "low_shelf":
            plugins.append(pedalboard.LowShelfFilter(freq_hz, gain_db, q))
        elif kind == "high_shelf":
            plugins.append(pedalboard.HighShelfFilter(freq_hz, gain_db, q))
        else:
            # pedalboard's passes are of first order. Two have Q 0.5, and a peak turns that into any Q:
            # (s + 1)^2 / (s^2 + s / Q + 1) is a peak of gain 2 Q and width sqrt(Q / 2).
            one = pedalboard.HighpassFilter if kind == "high_pass" else pedalboard.LowpassFilter
            peak = pedalboard.PeakFilter(freq_hz, 20 * math.log10(2 * q), math.sqrt(q / 2))
            plugins += [one(freq_hz), one(freq_hz), peak]
    return run(plugins, audio, rate_hz)


def mixed(dry: Samples, wet: Samples, mix: float) -> Samples:
    """Mix linearly: 0 is dry, 1 is wet."""
    result: Samples = dry + np.float32(mix) * (wet - dry)
    return result


def linked(audio: Samples, rate_hz: float, plugin: pedalboard.Plugin) -> Samples:
    """Run a compressor or gate with one gain for all channels, so that the stereo image stays."""
    key = np.maximum(np.abs(audio).max(axis=0, keepdims=True), np.float32(1e-6))
    result: Samples = audio * (plugin(key, rate_hz) / key)
    return result


def bend(kind: str, u: Samples, rectified: float) -> Samples:
    """Bend a wave: slope 1 at the origin, level towards full scale."""
    if kind == "soft":
        return np.tanh(u)
    if kind == "hard":
        return u.clip(-1, 1)
    if kind == "tube":
        earlier = np.where(u < 0, 1.6, 1.0)
        uneven: Samples = np.tanh(u * earlier) / earlier
        return uneven
    clipped: Samples = np.tanh(3 * (u + rectified * np.abs(u))) / 3
    return clipped


def saturate(
    audio: Samples,
    rate_hz: float,
    kind: str,
    *,
    slope: float,
    shift: float,
    makeup: float,
    rectified: float,
    oversampling: int,
) -> Samples:
    """Bend the wave at a multiple of the sample rate, so that new harmonics do not fold back."""
    quality = pedalboard.Resample.Quality.WindowedSinc128
    up = StreamResampler(rate_hz, rate_hz * oversampling, audio.shape[0], quality)
    down = StreamResampler(rate_hz * oversampling, rate_hz, audio.shape[0], quality)
    wave = np.concatenate([up.process(audio), up.process(None)], axis=1)
    wave = makeup * (bend(kind, slope * wave + shift, rectified) - bend(kind, np.array(shift), rectified))
    wave = wave.astype(np.float32)
    wave = np.concatenate([down.process(wave), down.process(None)], axis=1)
    if shift or kind in ("tube", "fuzz"):  # an uneven curve moves the wave off zero
        wave = run([pedalboard.HighpassFilter(5)], wave, rate_hz)
    return wave


def room(
    audio: Samples,
    rate_hz: float,
    *,
    room_size: float,
    damping: float,
    width: float,
    gain_db: float,
    pre_delay_s: float,
    low_cut_hz: float,
) -> Samples:
    """Return the sound of a room without the direct sound."""
    if low_cut_hz > 20:
        audio = equalizer(audio, rate_hz, [("high_pass", low_cut_hz, 0, math.sqrt(0.5))])
    if pre_delay_s:
        audio = run([pedalboard.Delay(pre_delay_s, 0, 1)], audio, rate_hz)
    reverb = pedalboard.Reverb(room_size, damping, wet_level=1, dry_level=0, width=width)
    plugins = [reverb, pedalboard.Gain(gain_db)]
    if audio.shape[0] == 2:
        return run(plugins, audio, rate_hz) / 2  # it adds left and right, where a room takes their mean
    return np.concatenate([run(plugins, channel[None], rate_hz) for channel in audio])


def echoes(
    audio: Samples,
    rate_hz: float,
    *,
    time_s: float,
    feedback: float,
    high_cut_hz: float,
    ping_pong: bool,
    count: int,
) -> Samples:
    """Return echoes without the direct sound; each passes a low-pass and is quieter than the one before."""
    shift = max(1, round(time_s * rate_hz))
    crossed = ping_pong and audio.shape[0] == 2
    wave = np.stack([audio.mean(axis=0), np.zeros_like(audio[0])]) if crossed else audio
    total = np.zeros_like(audio)
    for _ in range(count):
        wave = np.pad(wave, ((0, 0), (shift, 0)))[:, : audio.shape[1]]
        if high_cut_hz < min(20000, 0.45 * rate_hz):
            wave = run([pedalboard.LowpassFilter(high_cut_hz)], wave, rate_hz)
        total += wave
        wave = np.float32(feedback) * (wave[::-1] if crossed else wave)
    return total


def tremolo(audio: Samples, rate_hz: float, *, freq_hz: float, depth: float, shape: str) -> Samples:
    """Let the level swing between full and 1 - depth."""
    phase = np.arange(audio.shape[1]) * (freq_hz / rate_hz) % 1
    if shape == "sine":
        wave = np.cos(2 * np.pi * phase)
    else:
        wave = np.abs(4 * phase - 2) - 1
        if shape == "square":  # a triangle made steep: each jump takes two milliseconds
            wave = np.clip(wave / min(2 * freq_hz * 0.002, 1), -1, 1)
    result: Samples = audio * (1 - depth / 2 * (1 - wave)).astype(np.float32)
    return result


def crush(audio: Samples, rate_hz: float, *, bits: float, slower_hz: float) -> Samples:
    """Hold samples as at a slower rate, then round them to fewer bits."""
    if slower_hz < min(rate_hz, 48000):
        at = np.arange(audio.shape[1])
        ticks = np.floor(at * (slower_hz / rate_hz)) > np.floor((at - 1) * (slower_hz / rate_hz))
        audio = audio[:, np.maximum.accumulate(np.where(ticks, at, 0))]
    if bits < 24:
        steps = np.float32(2 ** (bits - 1))
        audio = np.rint(audio * steps) / steps
    return audio


def widen(audio: Samples, width: float) -> Samples:
    """Scale the difference of left and right; the sum stays."""
    if audio.shape[0] != 2:
        return audio
    own, other = np.float32((1 + width) / 2), np.float32((1 - width) / 2)
    return own * audio + other * audio[::-1]


def vibrato(audio: Samples, rate_hz: float, *, freq_hz: float, deviation: float) -> Samples:
    """Let the speed swing by a share of itself: a chorus without its dry sound, its delay taken off again."""
    reach_ms = deviation / (2 * math.pi * freq_hz) * 1000
    centre_ms = reach_ms + 2
    late = round(centre_ms / 1000 * rate_hz)
    plugin = pedalboard.Chorus(freq_hz, reach_ms / 10, centre_ms, 0, mix=1)
    return run([plugin], np.pad(audio, ((0, 0), (0, late))), rate_hz)[:, late:]


def hiss(audio: Samples, level_db: float, seed: int) -> Samples:
    """Return white noise, its level as root mean square."""
    noise = np.random.default_rng(seed).standard_normal(audio.shape, dtype=np.float32)
    return np.float32(10 ** (level_db / 20)) * noise


def rumble(audio: Samples, rate_hz: float, level_db: float, seed: int) -> Samples:
    """Return noise around 30 Hz, the same on all channels."""
    noise = np.random.default_rng(seed).standard_normal((1, audio.shape[1]), dtype=np.float32)
    plugins = [pedalboard.HighpassFilter(15), pedalboard.LowpassFilter(40), pedalboard.LowpassFilter(40)]
    noise = run(plugins, noise, rate_hz)
    level = np.float32(10 ** (level_db / 20)) / max(float(np.sqrt(np.mean(noise**2))), 1e-12)
    return np.repeat(level * noise, audio.shape[0], axis=0)


def crackle(audio: Samples, rate_hz: float, amount: float, seed: int) -> Samples:
    """Return clicks and rarer, deeper pops at random times and places: decaying oscillations."""
    rng = np.random.default_rng(seed)
    sound = np.zeros_like(audio)
    for a_second, deep in ((28 * amount, False), (0.7 * amount**2, True)):
        for start in np.flatnonzero(rng.random(audio.shape[1]) < a_second / rate_hz):
            decay, pitch, phase, place = rng.random(4)
            if deep:
                level_db = min(-26 + 5 * rng.standard_normal(), -14)
                decay_s, freq_hz = 0.0008 * 4**decay, 300 * 5**pitch
            else:
                level_db = min(-46 + 8 * rng.standard_normal(), -26)
                decay_s, freq_hz = 0.00008 * 6**decay, 1800 * 4**pitch
            time_s = np.arange(math.ceil(9 * decay_s * rate_hz)) / rate_hz
            wave = np.exp(-time_s / decay_s) * np.sin(2 * math.pi * (freq_hz * time_s + phase))
            wave *= 10 ** ((level_db + 8 * (amount - 1)) / 20)
            sides = np.cos(0.5 * math.pi * (place + np.arange(audio.shape[0]) / audio.shape[0]))
            stop = min(start + wave.size, audio.shape[1])
            sound[:, start:stop] += (sides if sides.size > 1 else np.ones(1))[:, None] * wave[: stop - start]
    return sound
