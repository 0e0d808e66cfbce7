"""Mix stems as a record is mixed.

    stem ── as loud as the others ── strip ── level and place ──┬── upper parts: less mud ──┐
                                                                ├── drums, bass, voice ─────┼── premaster
                                                                └── send ── room ───────────┘
    premaster ── tilt, compressor ── soft clipper ── limiter to a loudness ── fade

Everything up to the premaster is linear but for the strips' compressors, which work on one stem each: the stems
that are given back, the room being one of them, add up to the premaster. Effects come from a registered treatment,
so that this plugin knows none of them.

Shapes: P parts, N frames; stems are float32 (1 or 2, N), the rest (2, N).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_synth.mix.levels import loudness_lufs
from muze_synth.mix.limiter import finished
from muze_synth.mix.panning import matrix, places
from muze_synth.mix.recipe import MixRecipe
from muze_synth.play import Samples
from muzecli.plugin import Treatment, treatments
from muzecli.song.score import Part, Role, Score

ROOM = "room"
"""Name of the stem that holds what the room answers."""
CEILING_DB = -1.0
TREATMENT = "fx"

_REFERENCE_LUFS = -20.0  # of a stem in its strip
_PREMASTER_LUFS = -18.0  # leaves its peaks below full scale, and the compressors something to work on
_END_S = 0.1  # what sounds at the very end goes out without a click
_PRODUCT = 200_000  # multiplications of matrices at a time: fits the cache, and is too little for BLAS to wake threads
_ROOM_RATES = (
    32_000  # from this rate on the room runs at half of it: nobody hears the treble of a reverb tail
)

# What a part sends to the room, dB.
_SENDS_DB = {
    Role.DRUMS: -16.0,
    Role.BASS: -30.0,
    Role.CHORDS: -14.0,
    Role.PAD: -11.0,
    Role.ARPEGGIO: -12.0,
    Role.LEAD: -13.0,
    Role.COUNTER: -11.0,
    Role.VOCALS: -13.0,
    Role.EFFECTS: -9.0,
}
_STRIPS: Mapping[Role, tuple[Mapping[str, Any], ...]] = {
    Role.DRUMS: (
        {
            "effect": "compressor",
            "threshold_db": -12,
            "ratio": 3,
            "attack_ms": 12,
            "release_ms": 90,
            "mix": 0.6,
        },
    ),
    Role.BASS: (
        {"effect": "compressor", "threshold_db": -16, "ratio": 3, "attack_ms": 15, "release_ms": 150},
    ),
    Role.VOCALS: (
        {
            "effect": "equalizer",
            "bands": [
                {"type": "high_pass", "freq_hz": 90},
                {"type": "peak", "freq_hz": 3000, "gain_db": 2, "q": 0.8},
            ],
        },
        {"effect": "compressor", "threshold_db": -18, "ratio": 3, "attack_ms": 6, "release_ms": 120},
    ),
}
_UPPER_EQ: tuple[Mapping[str, Any], ...] = (
    {
        "effect": "equalizer",
        "bands": [
            {"type": "high_pass", "freq_hz": 60},
            {"type": "peak", "freq_hz": 280, "gain_db": -1.5, "q": 0.8},
        ],
    },
)
_LOWER = (Role.DRUMS, Role.BASS, Role.VOCALS)  # what keeps out of the upper parts' equaliser


@dataclass(frozen=True)
class Mix:
    """A mix.

    Attributes:
        samples: the master, (2, N), below full scale.
        premaster: what went into the mastering, (2, N).
        stems: what the premaster is the sum of, (2, N) each, by part name, and `room`; empty where not asked for.
        recipe: how it was mixed.
    """

    samples: Samples
    premaster: Samples
    stems: Mapping[str, Samples]
    recipe: MixRecipe


def mix(
    stems: Mapping[str, Samples],
    score: Score,
    *,
    rate_hz: int,
    recipe: MixRecipe,
    treatment: Treatment | None = None,
    with_stems: bool = True,
) -> Mix:
    """Mix the stems of a score.

    Args:
        stems: (1 or 2, N) of each part, by name, equally long; what `play` returns.
        score: whose parts they are.
        rate_hz: sampling rate.
        recipe: how to mix.
        treatment: what effects come from; None takes the registered one named "fx".
        with_stems: whether to give the stems back, which costs more time and memory.

    Raises:
        UsageError: no treatment is registered under that name.
    """
    fx = treatment if treatment is not None else treatments.get(TREATMENT)
    strips = _strips(stems, score, rate_hz, recipe, fx)
    silence = math.ceil(score.duration_s * rate_hz)  # of a score that nobody plays
    frames = max((strip.sound.shape[1] for strip in strips), default=silence)
    buses = _summed(strips, frames)  # upper, lower, send: (6, N)
    upper = fx.treat(buses[0:2], rate_hz, chain=_UPPER_EQ, seed=recipe.seed)
    room = _room(buses[4:6], rate_hz, recipe, fx)
    premaster = upper
    premaster += buses[2:4]
    premaster += room
    level = loudness_lufs(premaster, rate_hz)
    gain = np.float32(10.0 ** ((_PREMASTER_LUFS - level) / 20.0) if math.isfinite(level) else 1.0)
    premaster *= gain
    _end(premaster, rate_hz)
    master = _mastered(premaster, rate_hz, recipe, fx)
    _end(master, rate_hz)
    kept: dict[str, Samples] = {}
    if with_stems:
        for strip in strips:
            sound = strip.placed(gain)
            if strip.part.role not in _LOWER:
                sound = fx.treat(sound, rate_hz, chain=_UPPER_EQ, seed=recipe.seed)
            kept[strip.part.name] = sound
        kept[ROOM] = room * gain
        for sound in kept.values():
            _end(sound, rate_hz)
    return Mix(master, premaster, kept, recipe)


def _end(sound: Samples, rate_hz: int) -> None:
    """Let the last moment go out, in place: a room still answers where the players have stopped."""
    length = min(sound.shape[1], round(_END_S * rate_hz))
    ramp = np.linspace(0.0, 0.5 * np.pi, length, dtype=np.float32)
    sound[:, sound.shape[1] - length :] *= np.square(np.cos(ramp))


@dataclass(frozen=True)
class _Strip:
    """A stem on its way: (1 or 2, N), the 2 × 2 matrix that puts it in its place, and its send as a factor."""

    part: Part
    sound: Samples
    matrix: npt.NDArray[np.float32]
    send: float

    @property
    def columns(self) -> npt.NDArray[np.float32]:
        """The matrix for as many channels as the stem has: one channel stands for two alike."""
        if self.sound.shape[0] == 2:
            return self.matrix
        both: npt.NDArray[np.float32] = self.matrix.sum(axis=1, keepdims=True)
        return both

    def placed(self, gain: np.float32) -> Samples:
        """Return the stem as it is in the mix, (2, N)."""
        placed = np.zeros((2, self.sound.shape[1]), np.float32)
        for out, row in zip(placed, gain * self.columns, strict=True):
            for factor, channel in zip(row, self.sound, strict=True):
                out += factor * channel
        return placed


def _strips(
    stems: Mapping[str, Samples], score: Score, rate_hz: int, recipe: MixRecipe, fx: Treatment
) -> list[_Strip]:
    """Make the parts that sound equally loud, treat them, and work out level and place."""
    where = places(score.parts, recipe.width, recipe.seed)
    strips = []
    for part in score.parts:
        stem = stems[part.name]
        level = loudness_lufs(stem, rate_hz)
        if not math.isfinite(level):
            continue
        gain = 10.0 ** ((_REFERENCE_LUFS - level) / 20.0)
        chain = _STRIPS.get(part.role, ()) if recipe.glue > 1.0 else ()
        if chain:  # its compressor expects the reference level
            at_reference = stem * np.float32(gain)
            stem = fx.treat(at_reference, rate_hz, chain=chain, seed=recipe.seed)
            gain = math.sqrt(_energy(at_reference) / max(_energy(stem), 1e-20))  # what it took away
        alike = len(score.parts_of(part.role))
        gain *= 10.0 ** ((recipe.level_db(part.role) - 10.0 * math.log10(alike)) / 20.0)
        send = 10.0 ** ((_SENDS_DB[part.role] + recipe.sends_db) / 20.0)
        strips.append(_Strip(part, stem, matrix(part, where[part.name], recipe.width, gain), send))
    return strips


def _energy(samples: Samples) -> float:
    return float(np.square(samples).sum())  # not np.dot, whose rounding depends on the number of threads


def _summed(strips: list[_Strip], frames: int) -> Samples:
    """Return upper, lower and send buses, (6, N): one product of matrices, a stretch at a time."""
    weights = []
    for strip in strips:
        columns = strip.columns  # (2, C)
        none = np.zeros_like(columns)
        lower = strip.part.role in _LOWER
        weights.append(
            np.concatenate((none if lower else columns, columns if lower else none, strip.send * columns))
        )
    buses = np.zeros((6, frames), np.float32)
    if strips:
        together = np.concatenate(weights, axis=1, dtype=np.float32)  # (6, ΣC)
        length = max(64, _PRODUCT // together.size)
        for start in range(0, frames, length):
            stretch = np.concatenate([strip.sound[:, start : start + length] for strip in strips])
            buses[:, start : start + length] = together @ stretch
    return buses


def _room(send: Samples, rate_hz: int, recipe: MixRecipe, fx: Treatment) -> Samples:
    """Return what the room answers to its send, (2, N)."""
    from muzecli.audio.resample import resample

    halved = rate_hz >= _ROOM_RATES and rate_hz % 2 == 0
    room_hz = rate_hz // 2 if halved else rate_hz
    sent = resample(send, rate_hz, room_hz, quality="LQ") if halved else send
    room = recipe.room
    chain = (
        {
            "effect": "reverb",
            "rt60_s": room.rt60_s,
            "size_m": room.size_m,
            "damping": room.damping,
            "pre_delay_ms": room.pre_delay_ms,
            "low_cut_hz": 150.0,
            "mix": 1.0,
        },
    )
    answer = fx.treat(sent, room_hz, chain=chain, seed=recipe.seed)
    if not halved:
        return answer
    out = np.zeros_like(send)
    back = resample(answer, room_hz, rate_hz, quality="LQ")
    length = min(out.shape[1], back.shape[1])
    out[:, :length] = back[:, :length]
    return out


def _mastered(premaster: Samples, rate_hz: int, recipe: MixRecipe, fx: Treatment) -> Samples:
    """Return the master, (2, N)."""
    half = recipe.tilt_db / 2.0
    chain: list[Mapping[str, Any]] = [
        {
            "effect": "equalizer",
            "bands": [
                {"type": "high_pass", "freq_hz": 25},  # no offset, no rumble
                {"type": "low_shelf", "freq_hz": 250, "gain_db": -half},
                {"type": "high_shelf", "freq_hz": 3500, "gain_db": half},
            ],
        }
    ]
    if recipe.glue > 1.0:
        chain.append(
            {
                "effect": "compressor",
                "threshold_db": -14,
                "ratio": recipe.glue,
                "attack_ms": 25,
                "release_ms": 180,
            }
        )
    sound = fx.treat(premaster, rate_hz, chain=chain, seed=recipe.seed)
    if sound is premaster:
        sound = premaster.copy()
    if recipe.drive_db > 0.0:
        _clipped(sound, recipe.drive_db)
    master = finished(sound, rate_hz, loudness_lufs=recipe.loudness_lufs, ceiling_db=CEILING_DB)
    if recipe.fade_out_s > 0.0:
        length = min(master.shape[1], round(recipe.fade_out_s * rate_hz))
        master[:, master.shape[1] - length :] *= np.square(np.linspace(1.0, 0.0, length, dtype=np.float32))
    return master


def _clipped(sound: Samples, drive_db: float) -> None:
    """Round off the peaks, in place: the highest ends `drive_db` lower, the lower six tenths stay as they are."""
    top = np.float32(float(np.abs(sound).max()) * 10.0 ** (-drive_db / 20.0))
    knee = np.float32(0.6) * top
    loud = np.abs(sound) > knee
    above = np.abs(sound[loud]) - knee
    sound[loud] = np.sign(sound[loud]) * (knee + (top - knee) * np.tanh(above / (top - knee)))
