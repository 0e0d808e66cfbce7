"""A score as a Standard MIDI File of type 1, a track a part, `TICKS_PER_QUARTER` ticks to a quarter note."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.files import write_bytes
from muzecli.song.metre import TICKS_PER_QUARTER
from muzecli.song.pitch import Key
from muzecli.song.score import Part, Score

if TYPE_CHECKING:
    import pretty_midi

HEADER = "muze.score/1"
CHARSET = "utf-8"
DRUM_CHANNEL = 9

_MELODIC_CHANNELS = [channel for channel in range(16) if channel != DRUM_CHANNEL]
_CLOCKS_PER_QUARTER = 24


def midi_bytes(score: Score) -> bytes:
    """Return a score as the bytes of a MIDI file."""
    stream = io.BytesIO()
    _midi_file(score).save(file=stream)
    return stream.getvalue()


def score_to_midi(score: Score) -> pretty_midi.PrettyMIDI:
    """Return a score as pretty_midi holds it: notes in seconds, an instrument a part that has notes."""
    import pretty_midi

    # pretty_midi would turn ticks into seconds and back, and knows no markers; so it reads what is written here.
    return pretty_midi.PrettyMIDI(mido_object=_midi_file(score))


def write_midi(score: Score, path: Path, *, overwrite: bool = False) -> None:
    """Write a score to a MIDI file.

    Raises:
        OutputExistsError: the file exists and `overwrite` is false.
        OutputError: it cannot be written.
    """
    write_bytes(path, midi_bytes(score), overwrite=overwrite)


def key_signature(key: Key) -> str:
    """Return a key as MIDI names it: "C", "Bb", "F#m"."""
    name = str(key).split()[0]
    return f"{name}m" if key.mode == "minor" else name


def _midi_file(score: Score) -> Any:
    import mido

    channels = _channels(score)
    tracks = [_conductor(score), *(_part(part, channels[part.name]) for part in score.parts)]
    file = mido.MidiFile(type=1, ticks_per_beat=TICKS_PER_QUARTER, charset=CHARSET)
    for events in tracks:
        file.tracks.append(_track(events, end=score.ticks))
    return file


def _channels(score: Score) -> dict[str, int]:
    """Return the channel of each part; beyond fifteen melodic parts some share one."""
    melodic = [part.name for part in score.parts if not part.is_drum]
    channels = {name: _MELODIC_CHANNELS[at % len(_MELODIC_CHANNELS)] for at, name in enumerate(melodic)}
    return channels | {part.name: DRUM_CHANNEL for part in score.parts if part.is_drum}


def _conductor(score: Score) -> list[tuple[int, Any]]:
    """Return what holds for all parts, as (tick, message)."""
    from mido import MetaMessage, bpm2tempo

    metre = score.time_signature
    quarters_a_minute = score.tempo_bpm * metre.beat_ticks / TICKS_PER_QUARTER
    events = [
        (0, MetaMessage("text", text=f"{HEADER} tempo_bpm={score.tempo_bpm!r} bars={score.bars}")),
        (0, MetaMessage("set_tempo", tempo=bpm2tempo(quarters_a_minute))),
        (
            0,
            MetaMessage(
                "time_signature",
                numerator=metre.numerator,
                denominator=metre.denominator,
                clocks_per_click=metre.beat_ticks * _CLOCKS_PER_QUARTER // TICKS_PER_QUARTER,
            ),
        ),
        (0, MetaMessage("key_signature", key=key_signature(score.key))),
    ]
    tick_s = metre.tick_s(score.tempo_bpm)
    for section in score.sections:
        tick = round(section.start_s / tick_s)
        vocals = "yes" if section.has_vocals else "no"
        text = f"section {section.type} energy={section.energy!r} vocals={vocals}"
        events.append((tick, MetaMessage("marker", text=str(section.type))))
        events.append((tick, MetaMessage("text", text=text)))
    events += [(event.start, MetaMessage("text", text=str(event.chord))) for event in score.chords]
    return sorted(events, key=lambda event: event[0])


def _part(part: Part, channel: int) -> list[tuple[int, Any]]:
    """Return one part's events, as (tick, message)."""
    from mido import Message, MetaMessage

    head = [
        (0, MetaMessage("track_name", name=part.name)),
        (0, MetaMessage("instrument_name", name=part.instrument)),
        (0, MetaMessage("text", text=f"role {part.role}")),
        (0, Message("program_change", channel=channel, program=part.program)),
    ]
    events: list[tuple[int, int, Any]] = []  # (tick, rank, message)
    for rank, note in enumerate(part.notes, start=1):
        if note.lyric is not None:
            events.append((note.start, rank, MetaMessage("lyrics", text=note.lyric)))
        on = Message("note_on", channel=channel, note=note.pitch, velocity=note.velocity)
        # Rank 0 ends notes before others of the same tick begin, so that a repeated key sounds again.
        events.append((note.start, rank, on))
        events.append((note.end, 0, Message("note_off", channel=channel, note=note.pitch)))
    events.sort(key=lambda event: event[:2])
    return head + [(tick, message) for tick, _, message in events]


def _track(events: list[tuple[int, Any]], *, end: int) -> Any:
    """Return a track: times as steps from one event to the next, and the end at the end of the song."""
    from mido import MetaMessage, MidiTrack

    track, last = MidiTrack(), 0
    for tick, message in [*events, (end, MetaMessage("end_of_track"))]:
        message.time = tick - last
        track.append(message)
        last = tick
    return track
