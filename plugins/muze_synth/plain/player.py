"""Play parts with the built-in synthesiser: sample-exact, and the same for the same score."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from muze_synth.plain.drive import driven
from muze_synth.plain.kits import described
from muze_synth.plain.patches import Harmonic
from muze_synth.plain.percussion import VARIANTS, strike
from muze_synth.plain.programs import PROGRAMS
from muze_synth.plain.tone import release_s, tone
from muze_synth.play import Samples
from muzecli.song.score import Note, Part, Score

_SOFTNESS = (100, 76, 48)  # velocities below which a tone is one step darker
_LOUDNESS_POWER = 1.5  # of velocity: half the velocity is 9 dB softer
_LONGEST_S = 30.0
_RELEASES = 5.0  # time constants until a note is gone
_CHOKE_S = 0.03


class PlainPlayer:
    """Plays every General MIDI program and percussion key without samples.

    Attributes:
        name: "plain".
    """

    name = "plain"

    def play(self, parts: Sequence[Part], score: Score, *, rate_hz: int, frames: int) -> dict[str, Samples]:
        """Return a stem (2, frames) for each part by its name."""
        stems = {}
        for part in parts:
            stem = np.zeros((2, frames), np.float32)
            if part.is_drum:
                _play_drums(part, score, rate_hz, stem)
            elif part.notes:
                _play_tones(part, score, rate_hz, stem)
            stems[part.name] = stem
        return stems


def _softness(velocity: int) -> int:
    return sum(velocity < edge for edge in _SOFTNESS)


def _gain(velocity: int) -> float:
    return math.pow(velocity / 127.0, _LOUDNESS_POWER)


def _play_tones(part: Part, score: Score, rate_hz: int, stem: Samples) -> None:
    """Add the notes of a part: each is a stretch of its tone, then a release."""
    per_tick = score.seconds(1) * rate_hz
    time_constant = release_s(part.program)
    ringing = max(1, math.ceil(_RELEASES * time_constant * rate_hz))
    release = np.exp(np.arange(ringing, dtype=np.float32) * np.float32(-1.0 / (time_constant * rate_hz)))
    release *= np.linspace(1.0, 0.0, ringing, dtype=np.float32)
    alike: dict[tuple[int, int], list[Note]] = defaultdict(list)
    for note in part.notes:
        alike[note.pitch, _softness(note.velocity)].append(note)
    for (pitch, softness), notes in sorted(alike.items()):
        longest = max(round((note.end - note.start) * per_tick) for note in notes)
        longest = min(longest, round(_LONGEST_S * rate_hz))
        sound = tone(part.program, pitch, softness, longest + ringing, rate_hz)
        for note in notes:
            start = round(note.start * per_tick)
            held = min(round((note.end - note.start) * per_tick), longest)
            gain = np.float32(_gain(note.velocity))
            _add(stem, start, sound[:, :held] * gain)
            _add(stem, start + held, sound[:, held : held + ringing] * (release * gain))
    patch = PROGRAMS[part.program]
    if isinstance(patch, Harmonic) and patch.drive:
        stem[:] = driven(stem, patch.drive, rate_hz)


def _play_drums(part: Part, score: Score, rate_hz: int, stem: Samples) -> None:
    """Add the strokes of a part; what a stroke damps ends with it."""
    per_tick = score.seconds(1) * rate_hz
    choke = np.linspace(1.0, 0.0, max(1, round(_CHOKE_S * rate_hz)), dtype=np.float32)
    damping: dict[int, list[int]] = defaultdict(list)  # key → starts of the strokes that damp it
    for note in part.notes:
        for key in described(part.program, note.pitch).stops:
            damping[key].append(round(note.start * per_tick))
    for count, note in enumerate(part.notes):
        sound = strike(
            part.program,
            note.pitch,
            variant=count % VARIANTS,
            softness=_softness(note.velocity),
            rate_hz=rate_hz,
        )
        start = round(note.start * per_tick)
        stop = next((at for at in damping[note.pitch] if at > start), None)
        if stop is not None and stop - start < len(sound):
            sound = sound[: stop - start + len(choke)].copy()
            faded = sound[stop - start :]
            faded *= choke[: len(faded)]
        angle = 0.25 * math.pi * (1.0 + described(part.program, note.pitch).pan)
        sides = np.array([[math.cos(angle)], [math.sin(angle)]], np.float32)
        _add(stem, start, sound * (sides * np.float32(math.sqrt(2.0) * _gain(note.velocity))))


def _add(stem: Samples, start: int, sound: Samples) -> None:
    """Add (1 or 2, n) samples to a stem (2, N), as far as it reaches."""
    room = max(0, min(sound.shape[1], stem.shape[1] - start))
    stem[:, start : start + room] += sound[:, :room]
