"""What is known before each section, as arrays: of the song, of the way so far, of the way that is left.

Legend: B songs, S sections (padded to the longest song of the batch). Training sees whole forms, sampling a form
under way; both go through `History`, so that the network meets the same numbers in both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from muze_plan.model.codes import (
    ENERGY_BINS,
    MISSING,
    PARTS,
    REST,
    SIZES,
    TYPES,
    Codes,
    encode,
    energy_bin,
    genre_index,
    metre_index,
)
from muze_plan.model.forms import Form
from muzecli.song.metre import TimeSignature

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

SONG_NUMBERS = 5
STEP_NUMBERS = 6 + 3 * TYPES
LEFT_MAX = 96
"""Bars left are also given as a class, up to here."""
INDEX_MAX = 31
"""The number of a section is given up to here."""

NONE = {part: size for part, size in SIZES.items()}
"""The class that stands for nothing: before the first section, or where a part was not measured."""


@dataclass(frozen=True)
class Song:
    """What is given of the whole song."""

    genre: int
    tempo_bpm: float
    time_signature: TimeSignature
    bars: int
    energy: float
    has_vocals: bool

    @classmethod
    def of(cls, form: Form, genres: Sequence[str]) -> Song:
        """Return what a form gives."""
        return cls(
            genre_index(form.genre, genres),
            form.tempo_bpm,
            form.time_signature,
            form.bars,
            form.energy,
            form.has_vocals,
        )

    def numbers(self) -> list[float]:
        """Return tempo, length in bars and in seconds, energy and vocals, all about −1…1."""
        seconds = self.bars * self.time_signature.bar_s(self.tempo_bpm)
        return [
            math.log2(self.tempo_bpm / 110.0),
            math.log2(self.bars / 48.0) / 4.0,
            math.log2(seconds / 90.0) / 4.0,
            2.0 * self.energy - 1.0,
            1.0 if self.has_vocals else -1.0,
        ]


@dataclass
class History:
    """The sections so far.

    Attributes:
        bars: of the whole song.
        done: bars so far.
        count: sections so far.
        before: the classes of the section before; NONE before the first.
        times: how often each type came.
        last: type → classes of its last section and its bars.
    """

    bars: int
    done: int = 0
    count: int = 0
    before: dict[str, int] = field(default_factory=lambda: dict(NONE))
    times: list[int] = field(default_factory=lambda: [0] * TYPES)
    last: dict[int, tuple[Codes, int]] = field(default_factory=dict)

    @property
    def left(self) -> int:
        """Bars that are left."""
        return self.bars - self.done

    def numbers(self) -> list[float]:
        """Return the way so far and the way that is left, then count, bars and energy of each type's last."""
        way = [
            self.left / self.bars,
            math.log2(self.left) / 8.0,
            math.log2(1.0 + self.done) / 8.0,
            self.count / 16.0,
            1.0 if self.done % 4 else 0.0,
            1.0 if self.left % 4 else 0.0,
        ]
        lasts = [self.last.get(index) for index in range(TYPES)]
        return [
            *way,
            *(min(times, 4) / 4.0 for times in self.times),
            *(0.0 if last is None else math.log2(1.0 + last[1]) / 8.0 for last in lasts),
            *(
                0.0 if last is None or last[0].energy == MISSING else (last[0].energy + 1) / ENERGY_BINS
                for last in lasts
            ),
        ]

    def returning(self, section_type: int, part: str) -> int:
        """Return the class that a part had in the type's last section; NONE where it comes for the first time."""
        last = self.last.get(section_type)
        return _or_none(getattr(last[0], part), part) if last else NONE[part]

    def add(self, codes: Codes, bars: int) -> None:
        """Go on by one section."""
        self.before = {part: _or_none(getattr(codes, part), part) for part in PARTS}
        self.times[codes.type] += 1
        self.last[codes.type] = (codes, bars)
        self.done += bars
        self.count += 1


@dataclass(frozen=True)
class Steps:
    """Sections of one song, (S, …): what the network sees before each, and what it is to say.

    Attributes:
        numbers: (S, STEP_NUMBERS).
        before: (S, 4) classes of the section before, in the order of PARTS.
        place: (S, 2) bars left and number of the section, both clipped.
        returning: (S, 3) classes that bars, energy and vocals had when this type came last.
        left: (S,) bars left.
        target: (S, 4) classes in the order of PARTS; MISSING where not measured.
    """

    numbers: Floats
    before: Integers
    place: Integers
    returning: Integers
    left: Integers
    target: Integers


def steps_of(form: Form) -> Steps:
    """Return the steps of a whole form."""
    history = History(form.bars)
    rows: list[tuple[list[float], list[int], list[int], list[int], int, list[int]]] = []
    for section, codes in zip(form.sections, encode(form), strict=True):
        rows.append(
            (
                history.numbers(),
                [history.before[part] for part in PARTS],
                place_of(history),
                [history.returning(codes.type, part) for part in PARTS[1:]],
                history.left,
                [getattr(codes, part) for part in PARTS],
            )
        )
        history.add(codes, section.bars)
    numbers, before, place, returning, left, target = zip(*rows, strict=True)
    return Steps(
        np.asarray(numbers, dtype=np.float32),
        np.asarray(before, dtype=np.int64),
        np.asarray(place, dtype=np.int64),
        np.asarray(returning, dtype=np.int64),
        np.asarray(left, dtype=np.int64),
        np.asarray(target, dtype=np.int64),
    )


def place_of(history: History) -> list[int]:
    """Return bars left and number of the section, clipped to what the network has embeddings for."""
    return [min(history.left, LEFT_MAX), min(history.count, INDEX_MAX)]


def song_arrays(songs: Sequence[Song]) -> tuple[Floats, Integers]:
    """Return (B, SONG_NUMBERS) and (B, 3): genre, metre and the energy's bin."""
    numbers = np.asarray([song.numbers() for song in songs], dtype=np.float32)
    classes = np.asarray(
        [[s.genre, metre_index(s.time_signature), energy_bin(s.energy)] for s in songs], dtype=np.int64
    )
    return numbers, classes


def _or_none(value: int, part: str) -> int:
    return NONE[part] if value == MISSING else value


assert SIZES["bars"] - 1 == REST
