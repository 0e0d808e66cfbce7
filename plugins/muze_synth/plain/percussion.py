"""Percussion: one strike, from partials, noise and clusters.

A strike is partials that may fall in pitch (skins, bars, cowbells), bands of noise (wires, sticks, air) and a
cluster of partials without order (cymbals); `kits` says which.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from muze_synth.plain.kits import Strike, described
from muze_synth.plain.tone import HIGHEST, Float32, sine
from muzecli.audio.convolve import fast_length
from muzecli.seeds import item_seed

LEVEL = 0.5  # peak of a strike at full velocity, times its own level
VARIANTS = 3  # takes of each strike, so that a roll is no machine gun

_FLOOR_DB = -66.0


def strike(kit: int, key: int, *, variant: int, softness: int, rate_hz: int) -> Float32:
    """Return one strike, (n,), as long as it can be heard; without its pan.

    Args:
        kit: General MIDI kit; an unknown one is the standard kit.
        key: percussion key; one without a sound of its own is a stick.
        variant: which take, 0…2.
        softness: 0 loud … 3 soft: less noise.
        rate_hz: sampling rate.
    """
    return _strike(described(kit, key), key, variant, softness, rate_hz)


@lru_cache(maxsize=512)
def _strike(sound: Strike, key: int, variant: int, softness: int, rate_hz: int) -> Float32:
    rng = np.random.default_rng(item_seed(key, f"strike {variant}"))
    longest = max(
        [decay for *_, decay in sound.partials]
        + [decay for *_, decay in sound.noises]
        + ([sound.metal[3]] if sound.metal else [])
    )
    ringing_s = longest * -_FLOOR_DB / 20.0 * math.log(10.0)
    frames = math.ceil((ringing_s + sound.attack_s) * rate_hz)
    times = np.arange(frames, dtype=np.float32) / np.float32(rate_hz)
    out = np.zeros(frames, np.float32)
    # ∫ (1 + (fall − 1) e^(−t/s)) dt: the phase of a falling pitch, in units of its end
    phase = times.astype(np.float64)
    if sound.fall != 1.0:
        phase = phase + (sound.fall - 1.0) * sound.fall_s * (1.0 - np.exp(-phase / sound.fall_s))
    for hz, level, decay_s in sound.partials:
        if hz * sound.fall < HIGHEST * rate_hz:
            wave = np.sin(((phase * hz) % 1.0 * 2.0 * np.pi).astype(np.float32))
            out += np.float32(level) * wave * np.exp(times * np.float32(-1.0 / decay_s))
    muffled = np.float32(10.0 ** (-2.0 * softness / 20.0))
    for centre_hz, octaves, level, decay_s in sound.noises:
        noise = _band(rng, centre_hz, octaves, frames, rate_hz)
        out += muffled * np.float32(level) * noise * np.exp(times * np.float32(-1.0 / decay_s))
    if sound.metal is not None:
        low_hz, high_hz, level, decay_s = sound.metal
        out += (
            np.float32(level)
            * _cluster(key, low_hz, high_hz, times, rate_hz)
            * np.exp(times * np.float32(-1.0 / decay_s))
        )
    if sound.attack_s:
        rising = min(frames, round(sound.attack_s * rate_hz))
        out[:rising] *= np.linspace(0.0, 1.0, rising, dtype=np.float32) ** 2
    if sound.strokes > 1:
        out = _repeated(out, sound, rate_hz)
    fade = min(len(out), round(0.01 * rate_hz))
    out[len(out) - fade :] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
    return out * np.float32(LEVEL * sound.level / max(1e-9, float(np.abs(out).max())))


def _repeated(out: Float32, sound: Strike, rate_hz: int) -> Float32:
    gap = round(sound.stroke_s * rate_hz)
    repeated = np.zeros(len(out) + gap * (sound.strokes - 1), np.float32)
    for stroke in range(sound.strokes):
        last = stroke == sound.strokes - 1
        short = out if last else out * np.exp(-np.arange(len(out), dtype=np.float32) / np.float32(gap / 2))
        repeated[stroke * gap : stroke * gap + len(out)] += short
    return repeated


def _band(rng: np.random.Generator, centre_hz: float, octaves: float, frames: int, rate_hz: int) -> Float32:
    """Return noise of one band, (n,), RMS ⅓."""
    size = fast_length(frames)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    freqs = np.maximum(np.fft.rfftfreq(size, 1.0 / rate_hz), 1.0)
    away = np.log2(freqs / min(centre_hz, 0.8 * HIGHEST * rate_hz)) * 2.0 / octaves
    noise = np.fft.irfft(spectrum / (1.0 + away**4), size)[:frames]
    return (noise / (3.0 * max(1e-12, float(noise.std())))).astype(np.float32)


def _cluster(key: int, low_hz: float, high_hz: float, times: Float32, rate_hz: int) -> Float32:
    """Return partials without order, (n,), RMS ⅓: the ring of a cymbal."""
    rng = np.random.default_rng(item_seed(key, "metal"))  # the same cymbal at every stroke
    high_hz = min(high_hz, HIGHEST * rate_hz)
    count = 24
    freqs = low_hz * (high_hz / low_hz) ** np.sort(rng.random(count))
    starts = rng.random(count)
    ring = np.zeros(len(times), np.float32)
    for hz, start in zip(freqs, starts, strict=True):
        ring += sine(hz, len(times), rate_hz, start=start)
    return ring / np.float32(3.0 * math.sqrt(count / 2.0))
