"""Control arrays: every channel at its exact frame, for any rate."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.song.songs import score_by_hand, scores

from muzecli.song import SECTION_TYPES, Chord, ChordEvent, Key, Note, Part, Role, Score, TimeSignature
from muzecli.song.frames import CHANNELS, DRUM_KEYS, GROUPS, MELODY_HIGH, MELODY_LOW, Frames, frames

HAND = score_by_hand()


def rows_on(found: Frames, group: str, frame: int) -> list[str]:
    return [name for name, value in zip(GROUPS[group], found.group(group)[:, frame], strict=True) if value]


def test_channels_are_those_documented() -> None:
    assert {name: len(names) for name, names in GROUPS.items()} == {
        "chord": 12,
        "bass": 12,
        "melody": 49,
        "drums": 3,
        "beat": 2,
        "downbeat": 1,
        "energy": 1,
        "vocals": 1,
        "section": 13,
        "percussion": 3,
        "harmony": 61,
        "onsets": 3,
        "program": 128,
        "kit": 7,
    }
    assert len(CHANNELS) == len(set(CHANNELS)) == 296
    found = HAND.frames(100)
    assert found.channels == CHANNELS
    assert found.values.shape == (296, 400)
    assert found.values.dtype == np.float32
    assert found.rate_hz == 100
    with pytest.raises(KeyError):
        found.channel("nonesuch")


def test_everything_stands_where_it_sounds() -> None:
    found = frames(HAND, 100)  # a quarter note is 50 frames
    assert rows_on(found, "chord", 0) == rows_on(found, "chord", 199) == ["chord_C", "chord_E", "chord_G"]
    assert rows_on(found, "chord", 200) == ["chord_D", "chord_F", "chord_G", "chord_B"]
    assert [rows_on(found, "bass", t) for t in (0, 99, 100, 199, 200, 299, 300)] == [
        *[["bass_C"]] * 2,
        *[[]] * 2,
        *[["bass_G"]] * 2,
        [],
    ]
    assert np.flatnonzero(found.channel("kick")).tolist() == [0, 100, 200]
    assert found.channel("kick")[[0, 100]] == pytest.approx([1.0, 110 / 127])
    assert np.flatnonzero(found.channel("snare")).tolist() == [50, 150]
    assert np.flatnonzero(found.channel("hat")).tolist() == [0]
    assert np.flatnonzero(found.channel("downbeat")).tolist() == [0, 200]
    assert found.channel("energy")[[0, 199, 200, 399]] == pytest.approx([0.25, 0.25, 1.0, 1.0])
    assert rows_on(found, "section", 199) == ["section_intro"]
    assert rows_on(found, "section", 200) == ["section_chorus"]
    assert np.flatnonzero(found.channel("vocals")).tolist() == list(range(225, 350))


def test_the_melody_is_the_voice_and_else_the_lead() -> None:
    found = frames(HAND, 100)
    assert rows_on(found, "melody", 0) == ["melody_C5"]
    assert rows_on(found, "melody", 60) == []
    assert rows_on(found, "melody", 210) == ["melody_E6"]  # 100 lies an octave above the range
    assert rows_on(found, "melody", 225) == rows_on(found, "melody", 240) == ["melody_E4"]
    assert rows_on(found, "melody", 275) == ["melody_F4"]
    assert rows_on(found, "melody", 350) == []


def test_the_phase_of_the_beat_is_that_of_the_frames_beginning() -> None:
    found = frames(HAND, 8)  # four frames a beat
    phase = np.arctan2(found.channel("beat_sin"), found.channel("beat_cos")) / (2 * np.pi) % 1.0
    assert phase == pytest.approx(np.tile([0.0, 0.25, 0.5, 0.75], 8), abs=1e-6)


def test_without_a_bass_part_the_chords_bass_counts() -> None:
    alone = Score(120.0, TimeSignature(), Key(0), 2, (), HAND.chords)
    found = frames(alone, 10)
    assert rows_on(found, "bass", 0) == ["bass_C"]
    assert rows_on(found, "bass", 20) == ["bass_B"]
    assert not found.group("melody").any() and not found.channel("vocals").any()
    assert not found.group("section").any()


def test_no_chord_is_silence_and_the_lowest_and_highest_notes_win() -> None:
    notes = (Note(0, 960, 60, 9), Note(0, 480, 67, 9), Note(0, 480, 40, 9))
    score = Score(
        60.0,
        TimeSignature(),
        Key(0),
        1,
        (Part("a", Role.BASS, "tuba", 58, False, notes), Part("b", Role.LEAD, "piano", 0, False, notes)),
        (ChordEvent(0, 1920, Chord(None)),),
    )
    found = frames(score, 10)
    assert not found.group("chord").any()
    assert rows_on(found, "bass", 0) == ["bass_E"] and rows_on(found, "bass", 10) == ["bass_C"]
    assert rows_on(found, "melody", 0) == ["melody_G4"] and rows_on(found, "melody", 10) == ["melody_C4"]


@pytest.mark.parametrize(("pitch", "expected"), [(47, 59), (48, 48), (96, 96), (97, 85), (12, 48), (127, 91)])
def test_pitches_beyond_the_range_move_by_octaves(pitch: int, expected: int) -> None:
    part = Part("a", Role.LEAD, "piano", 0, False, (Note(0, 960, pitch, 9),))
    found = frames(Score(60.0, TimeSignature(), Key(0), 1, (part,), ()), 10)
    assert np.flatnonzero(found.group("melody")[:, 0]).tolist() == [expected - MELODY_LOW]


@pytest.mark.parametrize("rate_hz", [0.0, -1.0, math.nan, math.inf])
def test_a_rate_must_be_above_zero(rate_hz: float) -> None:
    with pytest.raises(ValueError, match="must be above 0 Hz"):
        frames(HAND, rate_hz)


def test_a_short_note_lasts_a_frame_and_the_last_frame_is_filled() -> None:
    part = Part("a", Role.VOCALS, "male_vocals", 52, False, (Note(700, 701, 60, 9),))
    score = Score(110.0, TimeSignature(7, 8), Key(0), 1, (part,), (ChordEvent(0, 1680, Chord(0)),))
    found = frames(score, 7.3)
    assert found.channel("vocals").sum() == 1
    assert found.channel("chord_C").all()


@settings(max_examples=100, deadline=None)
@given(score=scores(), rate_hz=st.floats(0.5, 200))
def test_any_score_agrees_with_the_definition(score: Score, rate_hz: float) -> None:
    found = frames(score, rate_hz)
    values = found.values
    count = int(values.shape[1])
    assert count == max(1, math.ceil(score.duration_s * rate_hz - 1e-6))
    assert np.isfinite(values).all() and values.min() >= -1.0 and values.max() <= 1.0
    assert (np.isin(found.group("melody").sum(axis=0), (0, 1))).all()
    assert (np.isin(found.group("bass").sum(axis=0), (0, 1))).all()
    assert np.hypot(*found.group("beat")) == pytest.approx(1.0, abs=1e-5)

    def frame(tick: int) -> int:
        return min(math.floor(score.seconds(tick) * rate_hz + 1e-6), count - 1)

    for name, keys in DRUM_KEYS.items():
        expected = np.zeros(count)
        for part in score.parts:
            for note in part.notes if part.is_drum else ():
                if note.pitch in keys:
                    expected[frame(note.start)] = max(expected[frame(note.start)], note.velocity / 127)
        assert found.channel(name) == pytest.approx(expected)
    downbeats = {frame(tick) for tick in range(0, score.ticks, score.time_signature.bar_ticks)}
    assert set(np.flatnonzero(found.channel("downbeat"))) == downbeats
    sung = [note for part in score.parts_of(Role.VOCALS) for note in part.notes]
    for note in sung:
        assert found.channel("vocals")[frame(note.start)] == 1.0
    if score.sections:
        assert (found.group("section").sum(axis=0) == 1).all()
        last = score.sections[-1]
        assert found.group("section")[SECTION_TYPES.index(last.type), -1] == 1.0
        assert found.channel("energy")[-1] == pytest.approx(last.energy)
    assert MELODY_HIGH - MELODY_LOW + 1 == 49


def test_long_songs_take_no_loop_over_frames() -> None:
    notes = tuple(Note(t, t + 100, 60 + t // 120 % 12, 80) for t in range(0, 576_000, 120))
    part = Part("a", Role.LEAD, "piano", 0, False, notes)
    drums = Part("d", Role.DRUMS, "drums", 0, True, notes)
    score = Score(120.0, TimeSignature(), Key(0), 300, (part, drums), ())
    found = frames(score, 100)
    assert found.values.shape == (296, 60_000)
    assert found.group("melody").any(axis=0).sum() > 40_000


def test_accompaniment_percussion_and_players() -> None:
    metre, key = TimeSignature(4, 4), Key.parse("C major")
    piano = Part("piano", Role.CHORDS, "piano", 0, False, (Note(0, 960, 60, 127), Note(960, 1920, 108, 64)))
    voice = Part("voice", Role.VOCALS, "female_vocals", 52, False, (Note(480, 960, 72, 100, "la"),))
    bass = Part("bass", Role.BASS, "electric_bass", 33, False, (Note(0, 480, 36, 90),))
    kit = Part("kit", Role.DRUMS, "jazz_drums", 32, True, (Note(960, 1000, 45, 127), Note(960, 1000, 54, 60)))
    found = frames(
        Score(120.0, metre, key, 2, (piano, voice, bass, kit), ()), 10
    )  # a quarter note is 5 frames
    assert rows_on(found, "harmony", 0) == rows_on(found, "harmony", 9) == ["harmony_C4"]
    assert rows_on(found, "harmony", 10) == ["harmony_C7"]  # C8, moved down an octave
    assert found.channel("harmony_C7")[10] == pytest.approx(64 / 127)
    assert np.flatnonzero(found.channel("harmony_onset")).tolist() == [0, 10]
    assert np.flatnonzero(found.channel("vocals_onset")).tolist() == [5]
    assert found.channel("bass_onset")[0] == pytest.approx(90 / 127)
    assert np.flatnonzero(found.channel("tom")).tolist() == [10]
    assert np.flatnonzero(found.channel("percussion")).tolist() == [10]
    assert rows_on(found, "program", 0) == ["program_0", "program_33"]
    assert rows_on(found, "program", 5) == ["program_0", "program_52"]
    assert np.flatnonzero(found.channel("kit_32")).tolist() == list(range(10, 20))
