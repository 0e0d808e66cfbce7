"""Notes of a patch, from wavetables and sines.

A tone is made once, as long as its longest note, without its end; a note is a stretch of it with a release
(`player`). All frequencies stay below 0.45 of the sampling rate, so nothing aliases.

Shapes: n frames; tones are float32 (1, n) or (2, n).
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from muze_synth.plain.patches import Fm, Harmonic, Modal
from muze_synth.plain.programs import PROGRAMS
from muze_synth.play import Samples
from muzecli.audio.convolve import fast_length
from muzecli.seeds import item_seed

HIGHEST = 0.45  # of the sampling rate
LEVEL = 0.1  # RMS of a tone's loudest 50 ms at full velocity, before the part's own gain
_TABLE_BITS = 14  # 16 384 entries, nearest one taken: what is wrong lies 70 dB below the tone
_BUCKET = 3  # semitones that share a wavetable: it leaves out what the highest of them could not hold
_HOP_S = 0.05

Float32 = npt.NDArray[np.float32]


def tone(program: int, pitch: int, softness: int, frames: int, rate_hz: int) -> Samples:
    """Return the beginning of a held tone.

    Args:
        program: General MIDI program 0…127.
        pitch: MIDI pitch.
        softness: 0 loud … 3 soft: darker; the level stays the same.
        frames: how much of it.
        rate_hz: sampling rate.
    """
    patch = PROGRAMS[program]
    if isinstance(patch, Harmonic):
        sound = _harmonic(patch, program, pitch, softness, frames, rate_hz)
    elif isinstance(patch, Modal):
        sound = _modal(patch, program, pitch, softness, frames, rate_hz)
    else:
        sound = _fm(patch, pitch, softness, frames, rate_hz)
    return _levelled(sound, rate_hz)


def pitch_hz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch, A4 = 440 Hz."""
    return 440.0 * math.pow(2.0, (pitch - 69.0) / 12.0)


def release_s(program: int) -> float:
    """Return the time constant with which a program's notes end."""
    return PROGRAMS[program].release_s


def _levelled(sound: Samples, rate_hz: int) -> Samples:
    hop = max(1, round(_HOP_S * rate_hz))
    whole = sound[:, : sound.shape[1] // hop * hop] if sound.shape[1] >= hop else sound
    power = np.square(whole).reshape(sound.shape[0], -1, min(hop, whole.shape[1])).mean(axis=2).mean(axis=0)
    loudest = math.sqrt(float(power.max(initial=0.0)))
    return sound * np.float32(LEVEL / loudest) if loudest > 1e-9 else sound


# ------------------------------------------------------------------------------------------ harmonics


def _harmonic(patch: Harmonic, program: int, pitch: int, softness: int, frames: int, rate_hz: int) -> Samples:
    base_hz = pitch_hz(pitch) * patch.octave
    tables = _tables(program, -(-pitch // _BUCKET) * _BUCKET, rate_hz)  # (B, table)
    envelopes = _envelopes(patch, len(tables), pitch, softness, frames, rate_hz)  # (B, n)
    stereo = len(patch.unison) > 1
    sound = np.zeros((2 if stereo else 1, frames), np.float32)
    for number, cents in enumerate(patch.unison):
        start = item_seed(program, f"phase {pitch} {number}") if stereo else 0
        index = _phase(base_hz * 2.0 ** (cents / 1200.0), patch, start, frames, rate_hz)
        oscillator = tables[0].take(index)
        oscillator *= envelopes[0]
        for table, envelope in zip(tables[1:], envelopes[1:], strict=True):
            oscillator += table.take(index) * envelope
        if stereo:  # from left to right, with equal power
            angle = 0.5 * math.pi * (0.2 + 0.6 * number / (len(patch.unison) - 1))
            sound[0] += np.float32(math.cos(angle)) * oscillator
            sound[1] += np.float32(math.sin(angle)) * oscillator
        else:
            sound[0] = oscillator
    if patch.noise:
        sound += _breath(patch, program, pitch, envelopes[0], rate_hz)
    return sound


@lru_cache(maxsize=256)
def _tables(program: int, pitch: int, rate_hz: int) -> Samples:
    """Return one period of each band of harmonics, (B, table), of tones up to a pitch."""
    patch = PROGRAMS[program]
    assert isinstance(patch, Harmonic)
    base_hz = pitch_hz(pitch) * patch.octave
    swing = 2.0 ** ((patch.vibrato_cents + max(map(abs, patch.unison))) / 1200.0)
    count = max(1, min(int(HIGHEST * rate_hz / (base_hz * swing)), (1 << _TABLE_BITS) // 4))
    k = np.arange(1, count + 1, dtype=np.float64)
    levels = patch.spectrum(k, base_hz)
    levels = levels / math.sqrt(float(np.square(levels).sum()) + 1e-20)
    # Phases without order keep the peaks low; the first harmonics keep theirs, so that attacks begin at zero.
    phases = np.random.default_rng(item_seed(program, "phases")).uniform(0.0, 2.0 * np.pi, count)
    phases[0] = 0.0
    edges = [1, *(edge for edge in patch.edges if edge <= count), count + 1]
    spectrum = np.zeros((len(edges) - 1, (1 << _TABLE_BITS) // 2 + 1), np.complex64)
    for band, (low, high) in enumerate(itertools.pairwise(edges)):
        spectrum[band, low:high] = (levels * np.exp(1j * phases) * -0.5j)[low - 1 : high - 1]
    return np.fft.irfft(spectrum, 1 << _TABLE_BITS, norm="forward").astype(np.float32)


def _phase(tone_hz: float, patch: Harmonic, start: int, frames: int, rate_hz: int) -> npt.NDArray[np.uint32]:
    """Return the table's index at each frame, (n,): a 32-bit phase that wraps by itself, its highest bits."""
    step = tone_hz / rate_hz * 2.0**32
    if patch.vibrato_hz == 0.0:
        phase = np.arange(frames, dtype=np.uint32) * np.uint32(round(step)) + np.uint32(start)
        return phase >> np.uint32(32 - _TABLE_BITS)
    times = np.arange(frames) / rate_hz
    # A sine of the pitch is a cosine of the phase; it sets in during the first half second.
    swing = patch.vibrato_cents / 1200.0 * math.log(2.0) / (2.0 * math.pi * patch.vibrato_hz) * rate_hz
    depth = swing * np.minimum(2.0 * times, 1.0)
    bent = step * (np.arange(frames) + depth * (1.0 - np.cos(2.0 * math.pi * patch.vibrato_hz * times)))
    phase = (bent.astype(np.int64) + start).astype(np.uint32)
    return phase >> np.uint32(32 - _TABLE_BITS)


def _envelopes(patch: Harmonic, bands: int, pitch: int, softness: int, frames: int, rate_hz: int) -> Samples:
    """Return the level of each band over time, (B, n)."""
    times = np.arange(frames, dtype=np.float32) / np.float32(rate_hz)
    higher = 2.0 ** (-(pitch - 60) / 24.0)  # short strings die away sooner
    out = np.empty((bands, frames), np.float32)
    for band in range(bands):
        share = band / max(1, bands - 1)
        attack, decay = (_between(pair, share) for pair in (patch.attack_s, patch.decay_s))
        sustain = patch.sustain[0] + share * (patch.sustain[1] - patch.sustain[0])
        level = out[band]
        if sustain < 1.0:
            np.exp(times * np.float32(-1.0 / (decay * higher)), out=level)
            level *= np.float32(1.0 - sustain)
            level += np.float32(sustain)
        else:
            level.fill(1.0)
        rising = min(frames, math.ceil(attack * rate_hz))
        level[:rising] *= np.float32(0.5) - np.float32(0.5) * np.cos(
            np.arange(rising, dtype=np.float32) * np.float32(math.pi / max(1, rising))
        )
        level *= np.float32(10.0 ** (-patch.touch * softness / 3.0 * band / 20.0))
    return out


def _between(pair: tuple[float, float], share: float) -> float:
    return pair[0] * math.pow(pair[1] / pair[0], share)


def _breath(patch: Harmonic, program: int, pitch: int, envelope: Float32, rate_hz: int) -> Samples:
    """Return the noise of a tone, (1, n)."""
    frames = len(envelope)
    source = _noise(round(patch.noise_hz), rate_hz)
    start = item_seed(program, f"noise {pitch}") % len(source)
    noise = np.take(source, np.arange(start, start + frames), mode="wrap")
    if patch.noise_decay_s:
        times = np.arange(frames, dtype=np.float32) / np.float32(rate_hz)
        noise = noise * np.exp(times * np.float32(-1.0 / patch.noise_decay_s))
        noise *= np.float32(3.0)
    else:
        noise = noise * envelope
    return np.expand_dims(np.float32(patch.noise) * noise, 0)


@lru_cache(maxsize=64)
def _noise(centre_hz: int, rate_hz: int) -> Float32:
    """Return some two seconds of noise, an octave wide around a frequency, that can be looped."""
    frames = fast_length(2 * rate_hz)
    spectrum = np.fft.rfft(np.random.default_rng(centre_hz).standard_normal(frames))
    freqs = np.maximum(np.fft.rfftfreq(frames, 1.0 / rate_hz), 1.0)
    octaves = np.log2(freqs / min(centre_hz, 0.4 * rate_hz))
    noise = np.fft.irfft(spectrum / (1.0 + (1.5 * octaves) ** 4), frames)
    looped: Float32 = (noise / noise.std()).astype(np.float32)
    return looped


# ------------------------------------------------------------------------------------- partials and FM


def _modal(patch: Modal, program: int, pitch: int, softness: int, frames: int, rate_hz: int) -> Samples:
    times = np.arange(frames, dtype=np.float32) / np.float32(rate_hz)
    base_hz = pitch_hz(pitch)
    higher = 2.0 ** (-(pitch - 60) / 24.0)
    sound = np.zeros(frames, np.float32)
    for number, (ratio, level, decay_s) in enumerate(patch.partials):
        if ratio * base_hz < HIGHEST * rate_hz:
            softer = 10.0 ** (-2.0 * softness * (ratio > 1.0) / 20.0)
            partial = sine(ratio * base_hz, frames, rate_hz, start=0.1 * number)
            partial *= np.exp(times * np.float32(-1.0 / (decay_s * higher)))
            sound += np.float32(level * softer) * partial
    if patch.knock:
        knock = np.take(_noise(2500, rate_hz), np.arange(frames), mode="wrap") * np.exp(
            -times / np.float32(0.006)
        )
        sound += np.float32(patch.knock * 2.0) * knock
    if patch.tremolo_hz:
        sound *= np.float32(0.85) + np.float32(0.15) * np.cos(
            times * np.float32(2.0 * np.pi * patch.tremolo_hz)
        )
    rising = min(frames, round(0.001 * rate_hz))
    sound[:rising] *= np.linspace(0.0, 1.0, rising, dtype=np.float32)
    return np.expand_dims(sound, 0)


def _fm(patch: Fm, pitch: int, softness: int, frames: int, rate_hz: int) -> Samples:
    times = np.arange(frames, dtype=np.float32) / np.float32(rate_hz)
    base_hz = pitch_hz(pitch)
    higher = 2.0 ** (-(pitch - 60) / 24.0)
    # Carson's rule: the bandwidth, (index + 1) modulators beside the carrier, must stay within reach.
    room = max(0.0, (HIGHEST * rate_hz - base_hz) / (patch.ratio * base_hz) - 2.0)
    index = min(patch.index * 10.0 ** (-4.0 * softness / 20.0), room)
    bend = sine(patch.ratio * base_hz, frames, rate_hz)
    bend *= np.float32(index) * np.exp(times * np.float32(-1.0 / (patch.index_decay_s * higher)))
    turns = (np.arange(frames) * (base_hz / rate_hz)) % 1.0
    sound = np.sin(turns.astype(np.float32) * np.float32(2.0 * np.pi) + bend)
    sound *= np.exp(times * np.float32(-1.0 / (patch.decay_s * higher)))
    if 14.0 * base_hz < HIGHEST * rate_hz:
        tine = sine(14.0 * base_hz, frames, rate_hz) * np.exp(times * np.float32(-1.0 / 0.06))
        sound += np.float32(patch.tine * (4 - softness) / 4) * tine
    rising = min(frames, round(0.002 * rate_hz))
    sound[:rising] *= np.linspace(0.0, 1.0, rising, dtype=np.float32)
    return np.expand_dims(sound, 0)


def sine(tone_hz: float, frames: int, rate_hz: int, *, start: float = 0.0) -> Float32:
    """Return a sine, (n,), that starts at `start` of its turn."""
    step = np.uint32(round(tone_hz / rate_hz * 2.0**32))
    phase = np.arange(frames, dtype=np.uint32) * step + np.uint32(int(start % 1.0 * 2.0**32))
    return _sine_table().take(phase >> np.uint32(32 - _TABLE_BITS))


@lru_cache(maxsize=1)
def _sine_table() -> Float32:
    turns = np.arange(1 << _TABLE_BITS) / (1 << _TABLE_BITS)
    return np.sin(2.0 * np.pi * turns).astype(np.float32)
