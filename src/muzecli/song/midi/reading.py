"""A MIDI file as a score: exactly, where muze wrote it, else as well as one tempo and one metre allow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from muzecli.errors import BadDataError, InputMissingError
from muzecli.song.checks import FieldError
from muzecli.song.metre import TimeSignature
from muzecli.song.midi.events import RawSong, parse_midi
from muzecli.song.midi.foreign import foreign_score
from muzecli.song.midi.guessing import estimate_key
from muzecli.song.midi.pieces import (
    Mark,
    beats_a_minute,
    chords_of,
    key_of,
    part_of,
    round_tempo,
    said_role,
    sections_of,
    with_unique_names,
)
from muzecli.song.midi.writing import HEADER
from muzecli.song.plan import SECTION_TYPES, SectionType
from muzecli.song.score import Score
from muzecli.song.tidy import tidied

_HEADER = re.compile(rf"{re.escape(HEADER)} tempo_bpm=(\S+) bars=(\d+)")
_SECTION = re.compile(r"section (\w+) energy=(\S+) vocals=(yes|no)")


@dataclass(frozen=True)
class MidiImport:
    """A score and what was lost or guessed on the way to it.

    Attributes:
        score: the notes.
        remarks: one sentence a thing that the score cannot say as the file did, or that was guessed.
    """

    score: Score
    remarks: tuple[str, ...] = ()


def read_midi(path: Path) -> Score:
    """Read any MIDI file as a score; `import_midi` also says what was guessed.

    Raises:
        InputMissingError: there is no such file.
        BadDataError: it is no sound MIDI file, or holds no music.
    """
    return import_midi(path).score


def import_midi(path: Path) -> MidiImport:
    """Read any MIDI file as a score, with remarks.

    A score has one tempo and one metre: of several metres the one that lasts longest counts, and the tempo is
    the mean over the file, so that notes keep their beats and the whole its duration. Without chords in the
    text events they are estimated from the notes, half a bar at a time.

    Raises:
        InputMissingError: there is no such file.
        BadDataError: it is no sound MIDI file, or holds no music.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise InputMissingError(f"the MIDI file {path} does not exist") from error
    except OSError as error:
        raise InputMissingError(f"cannot read the MIDI file {path}: {error.strerror}") from error
    song = parse_midi(data, name=str(path))
    header = next((found for _, text in song.texts if (found := _HEADER.fullmatch(text))), None)
    try:
        score, remarks = _own(song, header) if header is not None else foreign_score(song, str(path))
    except ValueError as error:  # a noun refuses what the file says
        hint = error.hint if isinstance(error, FieldError) else None
        raise BadDataError(f"{path}: not a score that muze can hold: {error}", hint=hint) from error
    return MidiImport(score, tuple(remarks))


def _own(song: RawSong, header: re.Match[str]) -> tuple[Score, list[str]]:
    """Return the score of a file that muze wrote; other programs may have changed it since."""
    metre = TimeSignature(*song.metres[0][1:]) if song.metres else TimeSignature()
    tempo_bpm, bars = float(header[1]), int(header[2])
    remarks: list[str] = []
    written = beats_a_minute(song.tempos[0][1], metre)
    if abs(written - tempo_bpm) > 1e-3 * tempo_bpm:  # edited elsewhere: what programs play counts
        tempo_bpm = round_tempo(song.tempos[0][1], metre)
        remarks.append(f"the tempo was changed by another program to {tempo_bpm:g} BPM")
    last = max((note.end for raw in song.parts for note in raw.notes), default=0)
    if last > bars * metre.bar_ticks:
        bars = -(-last // metre.bar_ticks)
        remarks.append(f"notes were added beyond the end; there are {bars} bars now")
    ticks = bars * metre.bar_ticks
    parts = []
    for raw in song.parts:
        notes = tidied(raw.notes, end=ticks)
        parts.append(part_of(raw, raw.track_name, said_role(raw.texts), raw.instrument_name, notes))
    key = key_of(song.keys[0][1]) if song.keys else estimate_key([n for part in parts for n in part.notes])
    marks: list[Mark] = [
        (tick, SectionType(found[1]), float(found[2]), found[3] == "yes")
        for tick, text in song.texts
        if (found := _SECTION.fullmatch(text)) and found[1] in SECTION_TYPES
    ]
    score = Score(
        tempo_bpm,
        metre,
        key,
        bars,
        tuple(with_unique_names(parts)),
        chords_of(song, ticks),
        sections_of(marks, tempo_bpm, metre, bars),
    )
    return score, remarks
