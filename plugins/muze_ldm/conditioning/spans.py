"""Stretches of a song and what they hold: windows, sections, chords, phonemes.

Times are seconds from the song's beginning. Legend: N spans, P phonemes, W latent frames.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from muze_ldm.conditioning.vocabulary import chord_number, phoneme_number
from muzecli.song.plan import SECTION_TYPES, SectionType

if TYPE_CHECKING:
    from muzecli.song.chord import Chord

Times = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

UNKNOWN = -1
"""Stands for a number that is not known where others are."""


@dataclass(frozen=True)
class Window:
    """A stretch of a song, in frames of the latents.

    Attributes:
        start_s: where it begins; may lie before the song does.
        frames: W.
        rate_hz: latent frames a second.
    """

    start_s: float
    frames: int
    rate_hz: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.rate_hz

    @property
    def end_s(self) -> float:
        """Where it ends."""
        return self.start_s + self.duration_s


@dataclass(frozen=True, eq=False)
class Spans:
    """Stretches of a song.

    Attributes:
        starts, ends: (N,) seconds.
    """

    starts: Times
    ends: Times

    @classmethod
    def of(cls, pairs: Sequence[tuple[float, float]]) -> Spans:
        """Return the spans of pairs of begin and end."""
        return Spans(*_columns(pairs))

    def overlaps(self, window: Window) -> Times:
        """Return how many seconds of each lie within a window, (N,)."""
        shared: Times = np.minimum(self.ends, window.end_s) - np.maximum(self.starts, window.start_s)
        return np.maximum(shared, 0.0)


@dataclass(frozen=True, eq=False)
class Sections(Spans):
    """The song's sections.

    Attributes:
        types: (N,) index in `SECTION_TYPES`.
        energies: (N,) 0…1; NaN where not known.
        vocals: (N,) 0 or 1; UNKNOWN where nobody listened.
    """

    types: Ints
    energies: Times
    vocals: Ints

    @classmethod
    def of_sections(
        cls, sections: Sequence[tuple[SectionType, float, float, float | None, bool | None]]
    ) -> Sections:
        """Return sections: type, begin, end, energy and whether somebody sings."""
        return cls(
            *_columns([(start_s, end_s) for _, start_s, end_s, _, _ in sections]),
            np.array([SECTION_TYPES.index(kind) for kind, *_ in sections], np.int64),
            np.array([math.nan if energy is None else energy for *_, energy, _ in sections]),
            np.array([UNKNOWN if vocals is None else int(vocals) for *_, vocals in sections], np.int64),
        )


@dataclass(frozen=True, eq=False)
class Chords(Spans):
    """The song's chords.

    Attributes:
        numbers: (N,) of `vocabulary.chord_number`.
        chroma: (N, 12) with 1 for the pitch classes of each.
    """

    numbers: Ints
    chroma: Floats

    @classmethod
    def of_chords(cls, chords: Sequence[tuple[Chord, float, float]]) -> Chords:
        """Return chords with their times, each with begin and end."""
        chroma = np.zeros((len(chords), 12), np.float32)
        for row, (chord, _, _) in enumerate(chords):
            chroma[row, list(chord.pitch_classes)] = 1.0
        numbers = np.array([chord_number(chord) for chord, _, _ in chords], np.int64)
        return cls(*_columns([times for _, *times in chords]), numbers, chroma)


@dataclass(frozen=True, eq=False)
class Phonemes(Spans):
    """What is sung.

    Attributes:
        numbers: (P,) of `vocabulary.phoneme_number`.
        timed: whether the spans are when each sounds, not merely about when.
    """

    numbers: Ints
    timed: bool = True

    @classmethod
    def of_symbols(cls, symbols: Sequence[tuple[str, float, float]], *, timed: bool = True) -> Phonemes:
        """Return phonemes (IPA) with their times, each with begin and end."""
        numbers = np.array([phoneme_number(symbol) for symbol, _, _ in symbols], np.int64)
        return cls(*_columns([times for _, *times in symbols]), numbers, timed)


def _columns(pairs: Sequence[Sequence[float]]) -> tuple[Times, Times]:
    columns = np.array(pairs, np.float64).reshape(-1, 2)
    return columns[:, 0], columns[:, 1]
