"""Scores as MIDI: what muze wrote comes back exactly, what others wrote as well as a score can say it."""

from __future__ import annotations

import io
from pathlib import Path

import mido
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.song.songs import METRES, score_by_hand, scores

from muzecli.errors import BadDataError, InputMissingError, OutputExistsError
from muzecli.song import Chord, Key, Note, Part, Role, Score, SectionType, TimeSignature
from muzecli.song.midi import import_midi, midi_bytes, read_midi, score_to_midi, write_midi


def foreign(
    path: Path, *tracks: list[mido.Message | mido.MetaMessage], ticks: int = 96, kind: int = 1
) -> Path:
    file = mido.MidiFile(type=kind, ticks_per_beat=ticks)
    file.tracks.extend(mido.MidiTrack(track) for track in tracks)
    file.save(path)
    return path


def played(*pitches: int, channel: int = 0, program: int = 0, length: int = 96) -> list[mido.Message]:
    notes = [mido.Message("program_change", channel=channel, program=program)]
    for pitch in pitches:
        notes.append(mido.Message("note_on", channel=channel, note=pitch, velocity=80))
        notes.append(mido.Message("note_off", channel=channel, note=pitch, time=length))
    return notes


# ---- muze's own files ----


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(score=scores())
def test_a_score_comes_back_as_it_was(score: Score, tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    write_midi(score, path, overwrite=True)
    found = import_midi(path)
    assert found.remarks == ()
    assert found.score == score
    assert midi_bytes(found.score) == path.read_bytes()


@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8", "9/8", "12/8", "5/4", "7/8", "2/2"])
@pytest.mark.parametrize("tempo_bpm", [60.0, 97.0, 128.5])
def test_pretty_midi_finds_the_same_beats_and_notes(metre: str, tempo_bpm: float) -> None:
    signature = TimeSignature.parse(metre)
    notes = tuple(
        Note(tick, tick + 100, 60, 80) for tick in range(0, 8 * signature.bar_ticks, signature.beat_ticks)
    )
    part = Part("piano", Role.CHORDS, "piano", 0, False, notes)
    score = Score(tempo_bpm, signature, Key(0), 8, (part,), (), ())
    midi = score_to_midi(score)
    last = score.seconds(notes[-1].start)
    expected = [time for time in score.beats_s if time <= last]
    if metre != "2/2":  # pretty_midi counts quarters there
        assert midi.get_beats()[: len(expected)] == pytest.approx(expected, abs=2e-3)
    assert midi.get_downbeats()[:8] == pytest.approx(score.downbeats_s, abs=2e-3)
    assert [note.start for note in midi.instruments[0].notes] == pytest.approx(expected, abs=2e-3)


def test_pretty_midi_shows_names_chords_sections_and_lyrics() -> None:
    midi = score_to_midi(score_by_hand())
    assert [(i.name, i.program, i.is_drum) for i in midi.instruments] == [
        ("drums", 0, True),
        ("bass", 33, False),
        ("lead", 81, False),
        ("voice", 53, False),
    ]
    texts = [(event.text, event.time) for event in midi.text_events]
    assert ("C:maj", 0.0) in texts and ("G:7/B", 2.0) in texts
    assert ("section chorus energy=1.0 vocals=yes", 2.0) in texts
    assert [(lyric.text, lyric.time) for lyric in midi.lyrics] == [("hel-", 2.25), ("lo", 2.75)]
    assert midi.get_end_time() == 3.5
    assert midi.key_signature_changes[0].key_number == 0


def test_a_daw_sees_markers_and_the_whole_length() -> None:
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(score_by_hand())))
    markers = [message.text for message in file.tracks[0] if message.type == "marker"]
    assert markers == ["intro", "chorus"]
    assert {sum(message.time for message in track) for track in file.tracks} == {3840}


def test_sixteen_parts_share_channels_but_never_the_drums() -> None:
    parts = tuple(Part(f"p{i}", Role.PAD, "warm_pad", i, False, (Note(0, 10, 60, 9),)) for i in range(20))
    score = Score(100.0, TimeSignature(), Key(0), 1, parts, (), ())
    midi = score_to_midi(score)
    assert [i.program for i in midi.instruments] == list(range(20))
    assert not any(i.is_drum for i in midi.instruments)


def test_an_edited_file_says_what_changed(tmp_path: Path) -> None:
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(score_by_hand())))
    for index, message in enumerate(file.tracks[0]):
        if message.type == "set_tempo":
            file.tracks[0][index] = mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(90))
    late = [
        mido.Message("note_on", note=50, velocity=70, time=3840),
        mido.Message("note_off", note=50, time=960),
    ]
    file.tracks[2][-1:-1] = [late[0].copy(time=3840 - 2880), late[1]]
    path = tmp_path / "edited.mid"
    file.save(path)
    found = import_midi(path)
    assert found.score.tempo_bpm == 90.0
    assert found.score.bars == 3
    assert found.remarks == (
        "the tempo was changed by another program to 90 BPM",
        "notes were added beyond the end; there are 3 bars now",
    )


def test_writing_replaces_nothing_unasked(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    path.write_bytes(b"mine")
    with pytest.raises(OutputExistsError, match="already exists"):
        write_midi(score_by_hand(), path)
    assert path.read_bytes() == b"mine"


# ---- other programs' files ----


def test_a_plain_file_gives_parts_roles_key_and_chords(tmp_path: Path) -> None:
    meta = [
        mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(140)),
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
        mido.MetaMessage("marker", text="Verse 1"),
        mido.MetaMessage("marker", text="Pre-Chorus", time=4 * 96),
    ]
    chords = [mido.Message("program_change", channel=1, program=48)]
    for root in ((60, 64, 67), (57, 60, 64), (53, 57, 60), (55, 59, 62)):
        chords += [mido.Message("note_on", channel=1, note=pitch, velocity=70) for pitch in root]
        chords += [
            mido.Message("note_off", channel=1, note=pitch, time=0 if index else 4 * 96)
            for index, pitch in enumerate(root)
        ]
    bass = played(36, 33, 29, 31, channel=2, program=33, length=4 * 96)
    drums = played(*[36, 38] * 8, channel=9)
    found = import_midi(foreign(tmp_path / "a.mid", meta, chords, bass, drums))
    score = found.score
    assert (score.tempo_bpm, score.bars, str(score.key)) == (140.0, 4, "C major")
    assert [(p.role, p.instrument) for p in score.parts] == [
        (Role.PAD, "strings"),
        (Role.BASS, "electric_bass"),
        (Role.DRUMS, "drums"),
    ]
    assert [str(event.chord) for event in score.chords] == ["C:maj", "A:min", "F:maj", "G:maj"]
    assert [(event.start, event.end) for event in score.chords] == [
        (b * 1920, (b + 1) * 1920) for b in range(4)
    ]
    assert [section.type for section in score.sections] == [SectionType.VERSE, SectionType.PRE_CHORUS]
    assert found.remarks == (
        "the file names no key; C major was estimated from the notes",
        "the file names no chords; they were estimated from the notes",
    )


def test_named_chords_are_taken_and_bare_letters_are_not(tmp_path: Path) -> None:
    meta = [
        mido.MetaMessage("text", text="A"),
        mido.MetaMessage("text", text="D:min7", time=96),
        mido.MetaMessage("text", text="by: nobody"),
    ]
    score = read_midi(foreign(tmp_path / "a.mid", meta, played(62, 65, 69, 72)))
    assert [(e.start, e.end, str(e.chord)) for e in score.chords] == [(0, 480, "N"), (480, 1920, "D:min7")]


def test_type_0_is_taken_apart_by_channel_and_program(tmp_path: Path) -> None:
    track = (
        played(60, 62, channel=0, program=0) + played(36, 36, channel=9) + played(64, channel=0, program=73)
    )
    score = read_midi(foreign(tmp_path / "a.mid", track, kind=0))
    assert sorted((p.name, p.instrument, len(p.notes)) for p in score.parts) == [
        ("drums", "drums", 2),
        ("flute", "flute", 1),
        ("piano", "piano", 2),
    ]


def test_changing_tempo_keeps_beats_and_duration(tmp_path: Path) -> None:
    meta = [
        mido.MetaMessage("set_tempo", tempo=500_000),
        mido.MetaMessage("set_tempo", tempo=1_000_000, time=4 * 96),
    ]
    found = import_midi(foreign(tmp_path / "a.mid", meta, played(*[60] * 8)))
    assert found.score.tempo_bpm == 80.0  # eight beats in six seconds
    assert found.score.duration_s == pytest.approx(6.0)
    assert [note.start for note in found.score.parts[0].notes] == [480 * i for i in range(8)]
    assert any("the tempo changes in the file; its mean, 80 BPM" in remark for remark in found.remarks)


def test_the_metre_that_lasts_longest_is_taken(tmp_path: Path) -> None:
    meta = [
        mido.MetaMessage("time_signature", numerator=4, denominator=4),
        mido.MetaMessage("time_signature", numerator=3, denominator=4, time=4 * 96),
    ]
    found = import_midi(foreign(tmp_path / "a.mid", meta, played(*[60] * 13)))
    assert str(found.score.time_signature) == "3/4"
    assert any("3/4 lasts longest" in remark for remark in found.remarks)


def test_lyrics_find_their_singer(tmp_path: Path) -> None:
    lyrics = [
        mido.MetaMessage("lyrics", text=text, time=time) for text, time in (("la", 0), ("lo", 96), ("li", 96))
    ]
    score = read_midi(foreign(tmp_path / "a.mid", lyrics, played(72, 74, 76), played(36, length=288)))
    singer = score.parts[0]
    assert singer.role is Role.VOCALS
    assert [note.lyric for note in singer.notes] == ["la", "lo", "li"]


def test_overlapping_and_unended_notes_become_playable(tmp_path: Path) -> None:
    track = [
        mido.Message("note_on", note=60, velocity=50),
        mido.Message("note_on", note=60, velocity=60, time=48),
        mido.Message("note_off", note=60, time=96),
        mido.Message("note_on", note=64, velocity=60, time=0),
        mido.MetaMessage("end_of_track", time=96),
    ]
    found = import_midi(foreign(tmp_path / "a.mid", track))
    assert [(n.start, n.end, n.pitch) for n in found.score.parts[0].notes] == [
        (0, 240, 60),
        (240, 1200, 60),
        (720, 1200, 64),
    ]
    assert "2 notes never end in the file; they end with their track" in found.remarks


@pytest.mark.parametrize("resolution", [24, 96, 220, 960, 1000])
def test_other_resolutions_are_put_on_the_grid(resolution: int, tmp_path: Path) -> None:
    score = read_midi(foreign(tmp_path / "a.mid", played(60, 62, 64, length=resolution), ticks=resolution))
    assert [note.start for note in score.parts[0].notes] == [0, 480, 960]


def test_older_text_encodings_are_read(tmp_path: Path) -> None:
    name = mido.MetaMessage("track_name", name="Flöte")  # mido writes latin1
    score = read_midi(foreign(tmp_path / "a.mid", [name, *played(72, program=73)]))
    assert score.parts[0].name == "Flöte"


# ---- what is refused ----


def test_what_is_no_midi_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    with pytest.raises(InputMissingError, match=r"a\.mid does not exist"):
        read_midi(path)
    path.write_bytes(b"RIFF....WAVE")
    with pytest.raises(BadDataError, match=r"a\.mid: not a sound MIDI file"):
        read_midi(path)
    foreign(path, [mido.MetaMessage("track_name", name="silent")])
    with pytest.raises(BadDataError, match="must have notes"):
        read_midi(path)
    foreign(path, played(60), kind=2)
    with pytest.raises(BadDataError, match="type 2"):
        read_midi(path)
    foreign(path, [mido.MetaMessage("set_tempo", tempo=16_000_000), *played(60)])
    with pytest.raises(BadDataError, match="tempo_bpm must be a number from 20 to 400"):
        read_midi(path)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_are_bad_data_or_music(data: st.DataObject, tmp_path: Path) -> None:
    whole = bytearray(midi_bytes(score_by_hand()))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "damaged.mid"
    path.write_bytes(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    try:
        found = read_midi(path)
    except BadDataError as error:
        assert str(path) in error.message
    else:
        assert found.bars >= 1


@given(metre=METRES, tempo_bpm=st.integers(30, 300))
def test_a_whole_tempo_is_read_as_it_was(metre: TimeSignature, tempo_bpm: int) -> None:
    from muzecli.song.midi.pieces import beats_a_minute, round_tempo

    assert round_tempo(round(beats_a_minute(tempo_bpm, metre)), metre) == tempo_bpm


def test_flats_and_sharps_of_chords_survive(tmp_path: Path) -> None:
    path = tmp_path / "song.mid"
    write_midi(score_by_hand(), path)
    assert [str(event.chord) for event in read_midi(path).chords] == ["C:maj", "G:7/B"]
    assert Chord.parse("Eb:min7") == Chord.parse("D#:min7")
