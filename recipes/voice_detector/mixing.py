"""One example: ten seconds of accompaniment and, or else, of a voice, mixed anew, and where the voice is.

Shapes: N samples of `LENGTH_S` at the detector's rate, T frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import changes
import numpy as np
import numpy.typing as npt
from changes import Array, Rng

from muze_dataset.hearing.voice.spectra import HOP_SAMPLES, RATE_HZ

LENGTH_S = 10
SAMPLES = LENGTH_S * RATE_HZ
FRAMES = SAMPLES // HOP_SAMPLES
_RHYTHM = ("bass", "drum", "perc")
_CLOSED_FRAMES = 15  # a pause of 0.3 s, such as that of a stop, still belongs to the phrase
_QUIETEST = 10**-3.5  # of a voice's loudest frame


@dataclass(frozen=True)
class Pool:
    """What examples are mixed from.

    Attributes:
        songs: of each, its instruments by name, (n,) each; no choirs, whose samples are voices.
        sung: voices that sing, (n,) each.
        spoken: voices that speak.
    """

    songs: Sequence[Mapping[str, Array]]
    sung: Sequence[Array]
    spoken: Sequence[Array]


def example(pool: Pool, rng: Rng) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Return mid and side, (2, N), and whether there is a voice, (T,)."""
    has_voice, alone = rng.random() < 0.58, rng.random() < 0.22
    mix = np.zeros((2, SAMPLES), np.float32)
    active = np.zeros(FRAMES, dtype=bool)
    if not (has_voice and alone):
        mix += _at_level(_accompaniment(pool, rng, solo=alone))
    if has_voice:
        dry = _voice(pool, rng)
        active = _active(dry)
        mix += _placed(dry, rng) * np.float32(10 ** (rng.uniform(-8, 12) / 20))
    mix = _mastered(mix, rng)
    return np.stack([mix.mean(axis=0), (mix[0] - mix[1]) / 2]).astype(np.float32), active


def _accompaniment(pool: Pool, rng: Rng, *, solo: bool) -> Array:
    song = pool.songs[rng.integers(len(pool.songs))]
    names = sorted(song)
    start = int(rng.integers(max(1, max(len(part) for part in song.values()) - SAMPLES)))
    used = [name for name in names if rng.random() < 0.75] or [names[rng.integers(len(names))]]
    if solo:
        used = [names[rng.integers(len(names))]]
    parts = [(name, song[name][start : start + round(1.3 * SAMPLES)]) for name in used]
    if rng.random() < 0.25:  # an instrument of another song beside them
        other = pool.songs[rng.integers(len(pool.songs))]
        name = sorted(other)[rng.integers(len(other))]
        parts.append((name, _cut(other[name], rng, round(1.3 * SAMPLES))))
    semitones = rng.uniform(-3, 3) if rng.random() < 0.5 else 0.0
    mix = np.zeros((2, SAMPLES), np.float32)
    for name, part in parts:
        mix += _played(part, rng, semitones, solo=solo, rhythm=any(word in name for word in _RHYTHM))
    return mix


def _played(part: Array, rng: Rng, semitones: float, *, solo: bool, rhythm: bool) -> Array:
    if semitones:
        part = changes.transposed(part, semitones)
    part = _fitted(part)
    if not rhythm and rng.random() < (0.5 if solo else 0.25):
        part = changes.wobbled(part, rng)
    if not rhythm and rng.random() < 0.1:
        part = changes.wah(part, rng)
    if rng.random() < 0.35:
        part = changes.equalised(part, rng, 5)
    if rng.random() < 0.15:
        part = changes.driven(part, rng, 4)
    place = rng.uniform(-1, 1) * (0.15 if rhythm else rng.choice([0.2, 1.0]))
    wide = changes.panned(part, place)
    if rng.random() < 0.4:
        wet = np.stack([changes.reverberant(part, rng), changes.reverberant(part, rng)])
        wide += np.float32(10 ** (rng.uniform(-25, -6) / 20)) * wet
    return wide * np.float32(10 ** (rng.normal(0, 6) / 20))


def _voice(pool: Pool, rng: Rng) -> Array:
    if rng.random() < 0.3:
        part = _cut(pool.spoken[rng.integers(len(pool.spoken))], rng, round(1.5 * SAMPLES))
        part = changes.transposed(part, rng.uniform(-6, 5))
    else:
        part = _cut(pool.sung[rng.integers(len(pool.sung))], rng, round(1.4 * SAMPLES))
        part = changes.transposed(part, rng.uniform(-4, 5))
    part = _fitted(part)
    if rng.random() < 0.3:
        part = changes.wobbled(part, rng)
    if rng.random() < 0.6:
        part = changes.equalised(part, rng, 5)
    if rng.random() < 0.4:
        part = changes.driven(part, rng, 3)
    loud = changes.level(part)
    return part / np.float32(loud) if loud > 0.0 else part


def _placed(dry: Array, rng: Rng) -> Array:
    """Return a voice in the middle, at times doubled or with an echo, always in a room."""
    wide = changes.panned(dry, rng.normal(0, 0.08))
    if rng.random() < 0.2:
        double = np.roll(changes.wobbled(dry, rng), int(rng.integers(160, 560)))
        wide += changes.panned(double, rng.uniform(-1, 1)) * np.float32(rng.uniform(0.3, 1))
    wet = np.stack([changes.reverberant(dry, rng), changes.reverberant(dry, rng)])
    wide += np.float32(10 ** (rng.uniform(-30, -8) / 20)) * wet
    if rng.random() < 0.15:
        delay = int(rng.uniform(0.12, 0.5) * RATE_HZ)
        wide[:, delay:] += np.float32(rng.uniform(0.1, 0.4)) * wide[:, :-delay].copy()
    return wide


def _mastered(mix: Array, rng: Rng) -> Array:
    if rng.random() < 0.5:
        mix = changes.equalised(mix, rng, 3)
    if rng.random() < 0.3:
        mix = np.tanh(mix / (np.abs(mix).max() + 1e-6) * rng.uniform(1, 4)).astype(np.float32)
    mix = mix + rng.normal(0, 1, mix.shape).astype(np.float32) * np.float32(
        10 ** (rng.uniform(-80, -45) / 20)
    )
    if rng.random() < 0.3:
        mix = np.broadcast_to(mix.mean(axis=0), mix.shape)
    return np.asarray(mix, dtype=np.float32)


def _active(dry: Array) -> npt.NDArray[np.bool_]:
    """Return where a voice sounds, (T,), short pauses within a phrase included."""
    powers = np.mean(dry.reshape(FRAMES, HOP_SAMPLES).astype(np.float64) ** 2, axis=1)
    smooth = np.convolve(powers, np.ones(5) / 5, "same")
    active = smooth > max(smooth.max() * _QUIETEST, 1e-9)
    changed = np.flatnonzero(np.diff(active.astype(np.int8)))
    for end, start in pairwise(changed.tolist()):
        if not active[end + 1] and start - end <= _CLOSED_FRAMES:
            active[end + 1 : start + 1] = True
    return np.asarray(active)


def _at_level(mix: Array) -> Array:
    loud = changes.level(mix.mean(axis=0))
    return mix / np.float32(loud) if loud > 0.0 else mix


def _cut(part: Array, rng: Rng, length: int) -> Array:
    """Return `length` samples from anywhere in a part, with some sound in them where that can be had."""
    if len(part) <= length:
        return np.pad(part, (int(rng.integers(max(length - len(part), 1))), 0))
    for _ in range(20):
        start = int(rng.integers(len(part) - length))
        if changes.level(part[start : start + length]) > 1e-3:
            break
    return part[start : start + length]


def _fitted(part: Array) -> Array:
    return np.pad(part[:SAMPLES], (0, max(SAMPLES - len(part), 0)))
