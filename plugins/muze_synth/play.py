"""Play a score: every part as a stem of its own.

    parts ──┬── sung ──── singer ──┐
            └── the rest ─ player ─┴── stems, all equally long: the score and its tail

Shapes: a stem is float32 (C, N), C 1 or 2, N = ⌈(duration + tail) · rate⌉; its first sample is the score's start.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from muzecli.errors import BugError
from muzecli.song.score import Part, Role, Score

Samples = npt.NDArray[np.float32]

TAIL_S = 2.0
"""How long notes may ring out after the last bar, in seconds."""
_FADE_S = 0.05  # what still sounds at the tail's end goes out without a click


class Player(Protocol):
    """Plays the parts of a score.

    Attributes:
        name: one word.
    """

    name: str

    def play(
        self, parts: Sequence[Part], score: Score, *, rate_hz: int, frames: int
    ) -> Mapping[str, Samples]:
        """Return a stem (C, frames) for each part by its name; a part without notes gives zeros.

        The same arguments give the same samples, whatever was played before.
        """
        ...


class Singing(Protocol):
    """What a singer gives back; more than the sound may be known of it."""

    @property
    def samples(self) -> Samples:
        """(1, N), N as it comes."""
        ...


class Singer(Protocol):
    """Sings one part of a score."""

    def __call__(self, part: Part, score: Score, *, rate_hz: int) -> Singing:
        """Return what was sung, from the score's start on."""
        ...


def play(
    score: Score,
    *,
    rate_hz: int,
    player: Player,
    singer: Singer | None = None,
    tail_s: float = TAIL_S,
) -> dict[str, Samples]:
    """Play every part.

    Args:
        score: what to play.
        rate_hz: sampling rate of the stems.
        player: plays what is not sung.
        singer: sings the parts of the role vocals; None lets the player play them with the program they name.
        tail_s: seconds after the last bar, for notes and rooms to ring out.

    Returns:
        stems by part name, in the order of the score.

    Raises:
        BugError: a player or a singer gave something else than finite numbers.
    """
    frames = math.ceil((score.duration_s + tail_s) * rate_hz)
    sung = () if singer is None else score.parts_of(Role.VOCALS)
    played = player.play([p for p in score.parts if p not in sung], score, rate_hz=rate_hz, frames=frames)
    stems: dict[str, Samples] = {}
    fade = np.linspace(1.0, 0.0, min(frames, max(1, round(_FADE_S * rate_hz))), dtype=np.float32)
    for part in score.parts:
        if singer is not None and part in sung:
            stem = fitted(singer(part, score, rate_hz=rate_hz).samples, frames)
        else:
            stem = played[part.name]
        if not math.isfinite(float(stem.sum())):
            raise BugError(f"a stem must be finite numbers, and that of '{part.name}' is not")
        stem[:, frames - len(fade) :] *= fade
        stems[part.name] = stem
    return stems


def fitted(samples: Samples, frames: int) -> Samples:
    """Return (C, frames) samples: a copy, cut or filled with zeros at the end."""
    out = np.zeros((samples.shape[0], frames), np.float32)
    kept = min(frames, samples.shape[1])
    out[:, :kept] = samples[:, :kept]
    return out
