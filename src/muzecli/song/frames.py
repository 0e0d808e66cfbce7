"""A score as arrays of controls in time: what sounds in each frame.

Frame t covers the time [t/rate, (t+1)/rate) seconds; there are T = ceil(duration · rate) of them. What begins
within a frame counts from that frame on, what ends within a frame counts no longer in it (the song's end
apart, which ends nothing early), and lasts at least one frame. Channels, C = 296 in this order:

| group      | channels | value in a frame                                                                      |
|------------|----------|---------------------------------------------------------------------------------------|
| chord      | 12       | 1 for each pitch class of the chord, C first                                          |
| bass       | 12       | 1 for the pitch class of the lowest note of the bass parts; without one, the chord's bass |
| melody     | 49       | 1 for the pitch of the melody, C3…C7 (MIDI 48…96); pitches beyond are moved by octaves |
| drums      | 3        | onsets of kick, snare and hat: velocity/127 in the frame of the stroke, else 0        |
| beat       | 2        | sine and cosine of 2π · phase of the beat at the frame's beginning                    |
| downbeat   | 1        | 1 in the frame in which a bar begins                                                  |
| energy     | 1        | energy of the section, 0…1                                                            |
| vocals     | 1        | 1 while somebody sings a note                                                         |
| section    | 13       | 1 for the section's type, in the order of `SECTION_TYPES`                             |
| percussion | 3        | onsets of toms, crashes and all other percussion, as `drums`                          |
| harmony    | 61       | velocity/127 of what sounds beside bass, voices and drums, C2…C7 (MIDI 36…96), folded alike |
| onsets     | 3        | velocity/127 of the loudest note that begins: bass, voices, the others                |
| program    | 128      | 1 while an instrument of that General MIDI program sounds                             |
| kit        | 7        | 1 while a drum kit of `KITS` plays: from its first stroke in a bar to the bar's end   |

The melody is the highest note of the vocal parts; where nobody sings, of the lead parts.

Shapes: N notes or spans, T frames, C channels.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count

import numpy as np
import numpy.typing as npt

from muzecli.song.pitch import SHARP_NAMES, note_name
from muzecli.song.plan import SECTION_TYPES
from muzecli.song.score import Note, Role, Score

MELODY_LOW, MELODY_HIGH = 48, 96
HARMONY_LOW, HARMONY_HIGH = 36, 96
DRUM_KEYS = {"kick": (35, 36), "snare": (37, 38, 39, 40), "hat": (42, 44, 46, 51, 53, 59)}
"""General MIDI percussion keys: bass drums; side stick, snares and clap; hi-hats and rides."""
PERCUSSION_KEYS = {"tom": (41, 43, 45, 47, 48, 50), "crash": (49, 52, 55, 57)}
"""Toms; crash, splash and Chinese cymbals. Every other key is `percussion`."""
KITS = (0, 16, 24, 25, 32, 40, 48)
"""Programs of drum kits: standard, power, electronic, machine, jazz, brush, orchestra; others count as standard."""

GROUPS: dict[str, tuple[str, ...]] = {
    "chord": tuple(f"chord_{name}" for name in SHARP_NAMES),
    "bass": tuple(f"bass_{name}" for name in SHARP_NAMES),
    "melody": tuple(f"melody_{note_name(pitch)}" for pitch in range(MELODY_LOW, MELODY_HIGH + 1)),
    "drums": tuple(DRUM_KEYS),
    "beat": ("beat_sin", "beat_cos"),
    "downbeat": ("downbeat",),
    "energy": ("energy",),
    "vocals": ("vocals",),
    "section": tuple(f"section_{kind}" for kind in SECTION_TYPES),
    "percussion": (*PERCUSSION_KEYS, "percussion"),
    "harmony": tuple(f"harmony_{note_name(pitch)}" for pitch in range(HARMONY_LOW, HARMONY_HIGH + 1)),
    "onsets": ("bass_onset", "vocals_onset", "harmony_onset"),
    "program": tuple(f"program_{program}" for program in range(128)),
    "kit": tuple(f"kit_{program}" for program in KITS),
}
CHANNELS: tuple[str, ...] = tuple(name for names in GROUPS.values() for name in names)

# Products of seconds and rates miss whole numbers by rounding; a millionth of a frame is none.
_EPSILON = 1e-6

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Frames:
    """Controls of a song in time.

    Attributes:
        values: (C, T) float32.
        channels: C names.
        rate_hz: frames a second.
    """

    values: Floats
    channels: tuple[str, ...]
    rate_hz: float

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self.channels)}

    def channel(self, name: str) -> Floats:
        """Return one channel, (T,).

        Raises:
            KeyError: there is none of that name.
        """
        row: Floats = self.values[self._rows[name]]
        return row

    def group(self, name: str) -> Floats:
        """Return a group of channels, such as "melody", as (channels, T).

        Raises:
            KeyError: `GROUPS` has none of that name.
        """
        first = self._rows[GROUPS[name][0]]
        return self.values[first : first + len(GROUPS[name])]


def frames(score: Score, rate_hz: float) -> Frames:
    """Return a score's controls in time.

    Args:
        score: N notes altogether.
        rate_hz: frames a second, above 0.

    Returns:
        (296, T) values with their names.

    Raises:
        ValueError: the rate is not above 0.
    """
    if not 0.0 < rate_hz < math.inf:
        raise ValueError(f"the rate of frames must be above 0 Hz; found {rate_hz!r}")
    grid = _Grid(score, rate_hz)
    result = Frames(np.zeros((len(CHANNELS), grid.count), np.float32), CHANNELS, rate_hz)
    _chords(result, score, grid)
    _bass(result, score, grid)
    _melody(result, score, grid)
    _drums(result, score, grid)
    _metre(result, score, grid)
    _sections(result, score, grid)
    _percussion(result, score, grid)
    _harmony(result, score, grid)
    _onsets(result, score, grid)
    _players(result, score, grid)
    return result


class _Grid:
    """Ticks and seconds as frames."""

    def __init__(self, score: Score, rate_hz: float) -> None:
        self.frames_per_tick = score.time_signature.tick_s(score.tempo_bpm) * rate_hz
        self.ticks = score.ticks
        self.rate_hz = rate_hz
        self.count = max(1, math.ceil(score.ticks * self.frames_per_tick - _EPSILON))

    def at(self, ticks: Sequence[int] | Ints) -> Ints:
        """Return the frame in which each tick lies; ticks at the song's end give T."""
        ticks = np.asarray(ticks, np.int64)
        found = np.floor(ticks * self.frames_per_tick + _EPSILON).astype(np.int64)
        return np.where(ticks >= self.ticks, self.count, found)

    def spans(self, starts: Sequence[int], ends: Sequence[int]) -> tuple[Ints, Ints]:
        """Return first and behind-last frame of each span, at least one frame long."""
        first = np.minimum(self.at(starts), self.count - 1)
        return first, np.maximum(self.at(ends), first + 1)

    def spread(self, starts: Sequence[int], ends: Sequence[int]) -> tuple[Ints, Ints]:
        """Return every frame of every span, and beside each the number of its span, in order of the spans."""
        first, behind = self.spans(starts, ends)
        lengths = behind - first
        owners = np.repeat(np.arange(len(lengths)), lengths)
        # Within a span frames count up from its first: positions less the position at which the span begins.
        begins = np.cumsum(lengths) - lengths
        return np.arange(lengths.sum()) - np.repeat(begins - first, lengths), owners


def _chords(result: Frames, score: Score, grid: _Grid) -> None:
    rows = result.group("chord")
    events = [event for event in score.chords if event.chord.root is not None]
    if not events:
        return
    chroma = np.zeros((len(events), 12), np.float32)
    for index, event in enumerate(events):
        chroma[index, list(event.chord.pitch_classes)] = 1.0
    owner = _winner([(event.start, event.end, index) for index, event in enumerate(events)], grid)
    at = np.flatnonzero(owner >= 0)
    rows[:, at] = chroma[owner[at]].T


def _bass(result: Frames, score: Score, grid: _Grid) -> None:
    parts = score.parts_of(Role.BASS)
    if parts:
        spans = [(n.start, n.end, n.pitch) for part in parts for n in part.notes]
        spans.sort(key=lambda span: -span[2])  # the lowest is written last and stays
    else:
        spans = [(e.start, e.end, e.chord.bass_pc) for e in score.chords if e.chord.bass_pc is not None]
    pitch = _winner(spans, grid)
    _one_hot(result.group("bass"), np.where(pitch >= 0, pitch % 12, -1))


def _melody(result: Frames, score: Score, grid: _Grid) -> None:
    sung = _notes(score, Role.VOCALS)
    # Later spans win: leads below the voice, lower notes below higher ones.
    order = [sorted(notes, key=lambda n: n.pitch) for notes in (_notes(score, Role.LEAD), sung)]
    pitch = _winner([(n.start, n.end, n.pitch) for notes in order for n in notes], grid)
    _one_hot(
        result.group("melody"), np.where(pitch >= 0, _folded(pitch, MELODY_LOW, MELODY_HIGH) - MELODY_LOW, -1)
    )
    if sung:
        at, _ = grid.spread([n.start for n in sung], [n.end for n in sung])
        result.channel("vocals")[at] = 1.0


def _drums(result: Frames, score: Score, grid: _Grid) -> None:
    strokes = _strokes(score)
    for name, keys in DRUM_KEYS.items():
        _strike(result.channel(name), [note for note in strokes if note.pitch in keys], grid)


def _metre(result: Frames, score: Score, grid: _Grid) -> None:
    frames_per_beat = score.time_signature.beat_ticks * grid.frames_per_tick
    phase = np.arange(grid.count) / frames_per_beat % 1.0
    result.channel("beat_sin")[:] = np.sin(2.0 * np.pi * phase)
    result.channel("beat_cos")[:] = np.cos(2.0 * np.pi * phase)
    bars = np.arange(0, score.ticks, score.time_signature.bar_ticks)
    result.channel("downbeat")[grid.at(bars)] = 1.0


def _sections(result: Frames, score: Score, grid: _Grid) -> None:
    if not score.sections:
        return
    # Sections begin with bars; their seconds may have been rounded.
    tick_s = score.time_signature.tick_s(score.tempo_bpm)
    starts = [round(section.start_s / tick_s) for section in score.sections]
    owner = _winner(list(zip(starts, [*starts[1:], score.ticks], count(), strict=False)), grid)
    energies = np.array([section.energy for section in score.sections], np.float32)
    kinds = np.array([SECTION_TYPES.index(section.type) for section in score.sections])
    result.channel("energy")[:] = energies[owner]
    _one_hot(result.group("section"), kinds[owner])


def _percussion(result: Frames, score: Score, grid: _Grid) -> None:
    strokes = _strokes(score)
    named = {key for keys in (*DRUM_KEYS.values(), *PERCUSSION_KEYS.values()) for key in keys}
    for name, keys in PERCUSSION_KEYS.items():
        _strike(result.channel(name), [note for note in strokes if note.pitch in keys], grid)
    _strike(result.channel("percussion"), [note for note in strokes if note.pitch not in named], grid)


def _harmony(result: Frames, score: Score, grid: _Grid) -> None:
    notes = _accompaniment(score)
    if not notes:
        return
    at, owner = grid.spread([note.start for note in notes], [note.end for note in notes])
    pitch = _folded(np.array([note.pitch for note in notes]), HARMONY_LOW, HARMONY_HIGH)
    np.maximum.at(result.group("harmony"), ((pitch - HARMONY_LOW)[owner], at), _loudness(notes)[owner])


def _onsets(result: Frames, score: Score, grid: _Grid) -> None:
    _strike(result.channel("bass_onset"), _notes(score, Role.BASS), grid)
    _strike(result.channel("vocals_onset"), _notes(score, Role.VOCALS), grid)
    _strike(result.channel("harmony_onset"), _accompaniment(score), grid)


def _players(result: Frames, score: Score, grid: _Grid) -> None:
    bar = score.time_signature.bar_ticks
    for part in score.parts:
        if not part.notes:
            continue
        starts = [note.start for note in part.notes]
        if part.is_drum:
            row = result.channel(f"kit_{part.program if part.program in KITS else KITS[0]}")
            at, _ = grid.spread(starts, [(start // bar + 1) * bar for start in starts])
        else:
            row = result.channel(f"program_{part.program}")
            at, _ = grid.spread(starts, [note.end for note in part.notes])
        row[at] = 1.0


def _strokes(score: Score) -> list[Note]:
    return [note for part in score.parts if part.is_drum for note in part.notes]


def _accompaniment(score: Score) -> list[Note]:
    """Return the notes of all pitched parts but bass and voices."""
    others = (Role.BASS, Role.VOCALS)
    return [n for part in score.parts if not part.is_drum and part.role not in others for n in part.notes]


def _strike(row: Floats, notes: Sequence[Note], grid: _Grid) -> None:
    """Write the loudest velocity/127 of the notes that begin in each frame."""
    if notes:
        np.maximum.at(row, grid.at([note.start for note in notes]), _loudness(notes))


def _loudness(notes: Sequence[Note]) -> Floats:
    return np.array([note.velocity for note in notes], np.float32) / np.float32(127.0)


def _folded(pitch: Ints, low: int, high: int) -> Ints:
    """Return pitches moved by octaves into low…high."""
    below, above = (low - pitch + 11) // 12 * 12, (pitch - high + 11) // 12 * 12
    return pitch + np.maximum(below, 0) - np.maximum(above, 0)


def _notes(score: Score, role: Role) -> list[Note]:
    return [note for part in score.parts_of(role) for note in part.notes]


def _winner(spans: Iterable[tuple[int, int, int]], grid: _Grid) -> Ints:
    """Return (T,) the value of the last of the spans (start, end, value) that covers a frame, −1 for none."""
    found = np.full(grid.count, -1, np.int64)
    columns = list(zip(*spans, strict=True))
    if columns:
        at, owner = grid.spread(columns[0], columns[1])
        latest = np.full(grid.count, -1, np.int64)
        np.maximum.at(latest, at, owner)
        covered = latest >= 0
        found[covered] = np.array(columns[2])[latest[covered]]
    return found


def _one_hot(rows: Floats, index: Ints) -> None:
    """Set rows[index[t], t] to 1 where the index is not negative."""
    at = np.flatnonzero(index >= 0)
    rows[index[at], at] = 1.0
