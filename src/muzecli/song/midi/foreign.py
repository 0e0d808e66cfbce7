"""The score of another program's MIDI file, as well as one tempo and one metre allow."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from muzecli.errors import BadDataError
from muzecli.song.metre import TimeSignature
from muzecli.song.midi.events import RawSong
from muzecli.song.midi.guessing import estimate_chords, estimate_key, guess_instrument, guess_role
from muzecli.song.midi.pieces import (
    DEFAULT_ENERGY,
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
from muzecli.song.plan import SECTION_TYPES, SectionType
from muzecli.song.score import Role, Score
from muzecli.song.tidy import tidied

_HEADINGS = {"prechorus": "pre_chorus", "postchorus": "post_chorus", "refrain": "chorus", "hook": "chorus"}


def foreign_score(song: RawSong, name: str) -> tuple[Score, list[str]]:
    """Return the score, and a remark for whatever it cannot say as the file did, or that was guessed.

    Raises:
        BadDataError: there are no notes.
        ValueError: the file says what no score may.
    """
    notes = [note for raw in song.parts for note in raw.notes]
    if not notes:
        raise BadDataError(f"{name}: a score must have notes, and this MIDI file has none")
    remarks: list[str] = []
    last = max(note.end for note in notes)
    metre = _metre(song, last, remarks)
    tempo_bpm = _tempo(song, last, metre, remarks)
    bars = -(-last // metre.bar_ticks)
    ticks = bars * metre.bar_ticks
    if song.unended:
        remarks.append(f"{song.unended} notes never end in the file; they end with their track")
    _attach_lyrics(song)
    parts = []
    for raw in song.parts:
        playable = tidied(raw.notes, end=ticks)
        role = said_role(raw.texts) or guess_role(
            playable, is_drum=raw.is_drum, program=raw.program, name=raw.track_name
        )
        instrument = guess_instrument(raw.program, is_drum=raw.is_drum)
        parts.append(part_of(raw, raw.track_name.strip() or instrument, role, instrument, playable))
    tonal = [note for part in parts if not part.is_drum for note in part.notes]
    if song.keys:
        key = key_of(song.keys[0][1])
    else:
        key = estimate_key(tonal)
        remarks.append(f"the file names no key; {key} was estimated from the notes")
    chords = chords_of(song, ticks)
    if not chords:
        chords = estimate_chords(tonal, metre, bars, key)
        remarks.append("the file names no chords; they were estimated from the notes")
    marks: list[Mark] = [
        (tick, kind, DEFAULT_ENERGY, any(p.role is Role.VOCALS for p in parts))
        for tick, text in song.markers
        if (kind := _section_type(text)) is not None
    ]
    sections = sections_of(marks, tempo_bpm, metre, bars)
    score = Score(tempo_bpm, metre, key, bars, tuple(with_unique_names(parts)), chords, sections)
    return score, remarks


def _metre(song: RawSong, last: int, remarks: list[str]) -> TimeSignature:
    lasting: Counter[tuple[int, int]] = Counter()
    changes = [*sorted(song.metres), (last, 0, 0)]
    for (start, *metre), (end, *_) in pairwise(changes):
        lasting[metre[0], metre[1]] += max(0, end - start)
    if not lasting:
        remarks.append("the file names no time signature; 4/4 was taken")
        return TimeSignature()
    numerator, denominator = lasting.most_common(1)[0][0]
    if len(lasting) > 1:
        remarks.append(
            f"the time signature changes in the file; {numerator}/{denominator} lasts longest and was taken"
        )
    return TimeSignature(numerator, denominator)


def _tempo(song: RawSong, last: int, metre: TimeSignature, remarks: list[str]) -> float:
    changes = [tempo for tempo in song.tempos if tempo[0] < last]
    if len({microseconds for _, microseconds in changes}) == 1:
        return round_tempo(changes[0][1], metre)
    total = 0
    for (start, microseconds), (end, _) in pairwise([*changes, (last, 0)]):
        total += (end - start) * microseconds
    tempo_bpm = round(beats_a_minute(total / last, metre), 3)
    remarks.append(f"the tempo changes in the file; its mean, {tempo_bpm:g} BPM, was taken")
    return tempo_bpm


def _section_type(text: str) -> SectionType | None:
    """Return the section that a marker such as "Chorus 2" or "Pre-Chorus" names."""
    name = re.sub(r"[\s\d.:#()]+$", "", text.strip().lower())
    name = re.sub(r"[\s_-]+", "_", name)
    name = _HEADINGS.get(name, name)
    return SectionType(name) if name in SECTION_TYPES else None


def _attach_lyrics(song: RawSong) -> None:
    """Give lyrics that stand in a track of their own to the part that has notes where they stand."""
    lyrics = {tick: text.strip() for tick, text in song.loose_lyrics if text.strip()}
    if not lyrics:
        return
    singers = [raw for raw in song.parts if not raw.is_drum]
    hits = [len({note.start for note in raw.notes} & lyrics.keys()) for raw in singers]
    if not hits or max(hits) < len(lyrics) / 2:
        return
    singer = singers[hits.index(max(hits))]
    for index in range(len(singer.notes) - 1, -1, -1):
        note = singer.notes[index]
        if note.lyric is None and note.start in lyrics:
            singer.notes[index] = replace(note, lyric=lyrics.pop(note.start))
