"""The form of a recording: sections from its beginning to its end, with what is known of each.

A silent recording, and one too short for its sections to be told apart, is a single section of unknown type.

Shapes: n sections, B bars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.form.bands import Bands
from muze_dataset.hearing.form.boundaries import best_lines, evidence, strengths
from muze_dataset.hearing.form.energy import EnergyCurve
from muze_dataset.hearing.form.grid import Grid, lay_grid
from muze_dataset.hearing.form.groups import same_music, section_likeness
from muze_dataset.hearing.form.labels import UNKNOWN, name_sections
from muze_dataset.hearing.form.on_grid import BarSounds, Pitches, sounds_on
from muze_dataset.hearing.form.tables import boundary_table, label_table
from muze_dataset.hearing.form.traits import Section, traits
from muze_dataset.hearing.form.words import lines_within, returning
from muze_dataset.hearing.words.timed import Timed

Float64 = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Music:
    """What form is heard in.

    Attributes:
        duration_s: exact, above 0.
        bands: levels.
        pitches: amplitudes of semitones.
        energy: over time; None where there is none.
        beats_s, downbeats_s: empty where they were not found.
        voices_s: spans in which somebody sings; None where nobody listened.
        lines: what is sung, with times; empty where these are not known.
    """

    duration_s: float
    bands: Bands
    pitches: Pitches
    energy: EnergyCurve | None
    beats_s: Sequence[float] = ()
    downbeats_s: Sequence[float] = ()
    voices_s: Sequence[Sequence[float]] | None = None
    lines: Sequence[Timed] = ()


@dataclass(frozen=True)
class Part:
    """A section with its name.

    Attributes:
        type: one of the thirteen.
        start_s, end_s: where it lies.
        energy: 0…1; None where the recording has none.
        sung: share of it that is sung, 0…1; None where nobody listened.
        lyrics: its lines; empty where nothing is sung, or the times are not known.
        type_confidence: 0…1, that the name is right.
        start_confidence: 0…1, that a section begins where it does; 1 at the beginning.
        group: parts that are the same music share a number.
    """

    type: str
    start_s: float
    end_s: float
    energy: float | None
    sung: float | None
    lyrics: tuple[str, ...]
    type_confidence: float
    start_confidence: float
    group: int


@dataclass(frozen=True)
class Form:
    """The parts in order, without gaps, and the grid that they were heard on; None where nothing sounds."""

    parts: tuple[Part, ...]
    grid: Grid | None

    @property
    def confidence(self) -> float:
        """How far starts and types are to be trusted, 0…1: the mean of the types' times that of the starts'."""
        count = len(self.parts)
        types = sum(part.type_confidence for part in self.parts) / count
        return types * sum(part.start_confidence for part in self.parts) / count

    def unnamed(self) -> Form:
        """Return the same sections, all of unknown type."""
        return Form(tuple(replace(part, type=UNKNOWN, type_confidence=0.0) for part in self.parts), self.grid)


def find_form(music: Music) -> Form:
    """Return the form, from 0 to the duration."""
    grid = lay_grid(music.duration_s, music.beats_s, music.downbeats_s)
    sounds = sounds_on(grid, music.bands, music.pitches)
    if sounds is None or music.energy is None:
        whole = (0.0, music.duration_s)
        words = tuple(lines_within(music.lines, [whole])[0])
        energy = None if music.energy is None else music.energy.mean
        return Form((Part(UNKNOWN, *whole, energy, _sung(music, *whole), words, 0.0, 1.0, 0),), None)
    odds = strengths(evidence(sounds), boundary_table())
    lines = best_lines(odds, barred=grid.barred)
    starts = 1.0 / (1.0 + np.exp(-odds[lines[:-1]]))
    starts[0] = 1.0
    sections, likeness = describe(music, music.energy, grid, sounds, lines)
    names = name_sections(traits(sections, likeness), [one.group for one in sections], label_table())
    words_of = lines_within(music.lines, [(one.start_s, one.end_s) for one in sections])
    parts = [
        Part(
            type=name,
            start_s=one.start_s,
            end_s=one.end_s,
            energy=one.energy,
            sung=one.sung,
            lyrics=tuple(words),
            type_confidence=confidence,
            start_confidence=float(start),
            group=one.group,
        )
        for one, (name, confidence), start, words in zip(sections, names, starts, words_of, strict=True)
    ]
    return Form(tuple(parts), grid)


def describe(
    music: Music, energy: EnergyCurve, grid: Grid, sounds: BarSounds, lines: Ints
) -> tuple[list[Section], Float64]:
    """Return what is known of the sections between bar lines (n + 1,), and how alike they are (n, n)."""
    likeness = section_likeness(sounds, lines)
    groups = same_music(likeness)
    edges_s = grid.bar_edges_s[lines].tolist()
    spans = list(pairwise(edges_s))
    words_return = returning(lines_within(music.lines, spans))
    sections = []
    for i, (start_s, end_s) in enumerate(spans):
        third_s = (end_s - start_s) / 3.0
        sections.append(
            Section(
                start_s=start_s,
                end_s=end_s,
                bars=int(lines[i + 1] - lines[i]),
                energy=energy.between(start_s, end_s),
                rise=energy.between(end_s - third_s, end_s) - energy.between(start_s, start_s + third_s),
                low_strokes=float(sounds.low_strokes[lines[i] : lines[i + 1]].mean()),
                group=groups[i],
                sung=_sung(music, start_s, end_s),
                words_return=words_return[i],
            )
        )
    return sections, likeness


def _sung(music: Music, start_s: float, end_s: float) -> float | None:
    """Return the share of a span that lies in spans of voices."""
    if music.voices_s is None:
        return None
    overlap_s = sum(max(min(to_s, end_s) - max(from_s, start_s), 0.0) for from_s, to_s in music.voices_s)
    return min(overlap_s / (end_s - start_s), 1.0)
