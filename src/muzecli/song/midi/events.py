"""The bytes of a MIDI file as events on the score's grid of ticks; nothing is interpreted yet."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from muzecli.errors import BadDataError
from muzecli.song.metre import TICKS_PER_QUARTER
from muzecli.song.midi.writing import CHARSET, DRUM_CHANNEL
from muzecli.song.score import Note

_LATEST_TICK = 100_000 * TICKS_PER_QUARTER  # half a day at 120 BPM; beyond lie damaged files
_DEFAULT_TEMPO = 500_000  # microseconds a quarter note, where a file does not say


@dataclass
class RawPart:
    """What one channel of one track plays with one program.

    Attributes:
        track: number of the track.
        track_name: its name, or "".
        instrument_name: its instrument's name, or "".
        texts: its text events.
        program: General MIDI program; on drums the kit.
        is_drum: whether it is on the drum channel.
        notes: in the order in which they begin.
    """

    track: int
    track_name: str
    instrument_name: str
    texts: tuple[str, ...]
    program: int
    is_drum: bool
    notes: list[Note] = field(default_factory=list)


@dataclass
class RawSong:
    """All that a file says, times in ticks of `TICKS_PER_QUARTER`.

    Attributes:
        tempos: (tick, microseconds a quarter note), the first at tick 0.
        metres: (tick, numerator, denominator).
        keys: (tick, name).
        texts: (tick, text) of the first track.
        markers: (tick, text).
        loose_lyrics: (tick, text) that stand at no note of their own track.
        parts: tracks that play or are named as parts.
        end: tick of the last event.
        unended: notes that the file never ends; they end where it does.
    """

    tempos: list[tuple[int, int]]
    metres: list[tuple[int, int, int]] = field(default_factory=list)
    keys: list[tuple[int, str]] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    markers: list[tuple[int, str]] = field(default_factory=list)
    loose_lyrics: list[tuple[int, str]] = field(default_factory=list)
    parts: list[RawPart] = field(default_factory=list)
    end: int = 0
    unended: int = 0


def parse_midi(data: bytes, *, name: str) -> RawSong:
    """Read the events of a MIDI file.

    Args:
        data: the file's bytes.
        name: the file's name for messages.

    Raises:
        BadDataError: it is no MIDI file, or one that has no beats.
    """
    file = _load(data, name)
    if file.type == 2:
        raise BadDataError(f"{name}: a MIDI file must be of type 0 or 1; type 2 holds unconnected patterns")
    if not 0 < file.ticks_per_beat < 0x8000:
        raise BadDataError(f"{name}: a MIDI file must count in beats; this one counts in film frames")
    song = RawSong(tempos=[(0, _DEFAULT_TEMPO)])
    for number, track in enumerate(file.tracks):
        _read_track(song, number, _on_grid(track, file.ticks_per_beat))
    if song.end > _LATEST_TICK:
        raise BadDataError(f"{name}: the last event lies at tick {song.end}, which only damaged files reach")
    song.tempos.sort(key=lambda event: event[0])
    return song


def _load(data: bytes, name: str) -> Any:
    import mido
    from mido.midifiles.meta import KeySignatureError

    # What mido raises on bytes that are no MIDI, depending on where it stumbles.
    damage = (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, KeySignatureError)
    for charset in (CHARSET, "latin1"):
        try:
            return mido.MidiFile(file=io.BytesIO(data), charset=charset)
        except UnicodeDecodeError:
            continue  # an older program's text; latin1 reads any bytes
        except damage as error:
            reason = str(error) or "it ends too early"
            raise BadDataError(f"{name}: not a sound MIDI file: {reason}") from error
    raise BadDataError(f"{name}: the texts in it are in no known encoding")


def _on_grid(track: Any, ticks_per_beat: int) -> Iterator[tuple[int, Any]]:
    now = 0
    for message in track:
        now += message.time
        yield (2 * now * TICKS_PER_QUARTER + ticks_per_beat) // (2 * ticks_per_beat), message


@dataclass
class _Held:
    """A note that has begun."""

    start: int
    velocity: int
    lyric: str | None
    place: int  # among all notes of the track, in the order in which they begin


def _read_track(song: RawSong, number: int, events: Iterator[tuple[int, Any]]) -> None:
    held: dict[tuple[int, int], list[_Held]] = {}
    programs = [0] * 16
    done: dict[tuple[int, int], list[tuple[int, Note]]] = {}  # (channel, program) → (place, note)
    pending: list[tuple[int, str]] = []  # lyrics that wait for the note they stand before
    names = {"track_name": "", "instrument_name": ""}
    texts: list[str] = []
    place, now, last_channel = 0, 0, 0

    def end_note(channel: int, pitch: int, end: int) -> None:
        note = held[channel, pitch].pop(0)
        made = Note(note.start, max(end, note.start + 1), pitch, note.velocity, note.lyric)
        done.setdefault((channel, programs[channel]), []).append((note.place, made))

    for now, message in events:
        kind = message.type
        if kind == "note_on" and message.velocity > 0:
            lyric = pending.pop(0)[1] if pending and pending[0][0] == now else None
            note = _Held(now, message.velocity, lyric, place)
            held.setdefault((message.channel, message.note), []).append(note)
            place += 1
        elif kind in ("note_off", "note_on"):
            if held.get((message.channel, message.note)):
                end_note(message.channel, message.note, now)
        elif kind == "program_change":
            last_channel = message.channel
            programs[last_channel] = message.program
        elif kind == "lyrics":
            song.loose_lyrics += [lyric for lyric in pending if lyric[0] < now]
            pending = [lyric for lyric in pending if lyric[0] == now] + [(now, message.text)]
        elif kind in names:
            names[kind] = names[kind] or message.name
        elif kind == "text":
            texts.append(message.text)
            if number == 0:
                song.texts.append((now, message.text))
        else:
            _read_conductor(song, now, message)
    song.loose_lyrics += pending
    for channel, pitch in [key for key, notes in held.items() for _ in notes]:
        song.unended += 1
        end_note(channel, pitch, now)
    song.end = max(song.end, now)
    if not done and any(text.startswith("role ") for text in texts):
        done[last_channel, programs[last_channel]] = []  # a part of muze's that rests throughout
    for (channel, program), notes in sorted(done.items(), key=lambda item: item[0]):
        song.parts.append(
            RawPart(
                number,
                names["track_name"],
                names["instrument_name"],
                tuple(texts),
                program,
                channel == DRUM_CHANNEL,
                [note for _, note in sorted(notes, key=lambda item: item[0])],
            )
        )


def _read_conductor(song: RawSong, now: int, message: Any) -> None:
    if message.type == "set_tempo" and message.tempo > 0:
        if now == 0:
            song.tempos[:] = [tempo for tempo in song.tempos if tempo[0] > 0]
        song.tempos.append((now, message.tempo))
    elif message.type == "time_signature":
        song.metres.append((now, message.numerator, message.denominator))
    elif message.type == "key_signature":
        song.keys.append((now, message.key))
    elif message.type == "marker":
        song.markers.append((now, message.text))
