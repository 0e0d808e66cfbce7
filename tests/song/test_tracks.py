"""Annotated tracks and datasets: exact there and back, and what each fault says."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.song.songs import CHORDS, ENERGIES, KEYS, METRES, TEXTS, plan_by_hand, plans

from muzecli.errors import BadDataError, InputMissingError, OutputExistsError
from muzecli.song import Chord, Key, SectionType, TimeSignature, Track
from muzecli.song.checks import FieldError
from muzecli.song.dataset import open_dataset, track_line, write_dataset
from muzecli.song.documents import document_text, read_track, track_document
from muzecli.song.track import ChordTime, PhonemeTime, Segment, coarse_bin

WHOLE = Track(
    audio_path="audio/0001.flac",
    track_id="0001",
    duration=4.0,
    sample_rate=32_000,
    artist="muze",
    title="Night",
    genre="house",
    year=2024,
    prompt="dark house",
    text_sentiment="negative",
    sentiment_score=-0.5,
    tempo=120.0,
    key=Key.parse("A minor"),
    time_signature=TimeSignature(4, 4),
    loudness_db=-12.3,
    energy=0.7,
    has_vocals=True,
    lyrics="stay",
    language="en",
    phonemes_ipa=("s", "t", "eɪ"),
    phoneme_timestamps=(PhonemeTime("s", 2.0, 2.1), PhonemeTime("t", 2.1, 2.15), PhonemeTime("eɪ", 2.2, 3.0)),
    voice_embedding=(0.25,) * 256,
    ecapa_embedding=(0.5,) * 192,
    clap_text_embedding=(0.125,) * 512,
    segments=(
        Segment(SectionType.INTRO, 0.0, 2.0, 0.3, False),
        Segment(SectionType.CHORUS, 2.0, 4.0, 0.9, True, "stay"),
    ),
    beat_positions=tuple(i / 2 for i in range(8)),
    downbeat_positions=(0.0, 2.0),
    chord_progression=(
        ChordTime(Chord.parse("A:min"), 0.0, 2.0),
        ChordTime(Chord.parse("F:maj/A"), 2.0, 4.0),
    ),
    f0_contour=(0.0,) * 200 + (220.0,) * 100 + (0.0,) * 100,
    f0_coarse=(0,) * 200 + (33,) * 100 + (0,) * 100,
    f0_voiced_mask=(False,) * 200 + (True,) * 100 + (False,) * 100,
    vibrato_rate=5.5,
    vibrato_depth=40.0,
    vibrato_extent=0.4,
    breath_positions=((1.8, 1.95),),
    split="train",
    source={"origin": "synthetic", "stems": {"bass": "stems/0001/bass.flac"}},
    score_path="scores/0001.json",
    plan=plan_by_hand(),
)
LEAST = Track("a.wav", "a", 1.0, 44_100)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    duration = draw(st.floats(0.5, 600))
    edges = sorted({0.0, duration, *draw(st.lists(st.floats(0.01, duration * 0.99), max_size=5))})
    spans = list(pairwise(edges))
    frames = math.ceil(duration * 100 - 1e-6) if duration < 5 else None
    f0 = None if frames is None else tuple(draw(st.sampled_from([0.0, 110.0, 440.5])) for _ in range(frames))
    return Track(
        audio_path=draw(TEXTS.filter(bool)),
        track_id=draw(TEXTS.filter(bool)),
        duration=duration,
        sample_rate=draw(st.integers(8000, 192_000)),
        artist=draw(st.none() | TEXTS),
        key=draw(st.none() | KEYS),
        time_signature=draw(st.none() | METRES),
        energy=draw(st.none() | ENERGIES),
        segments=draw(
            st.none()
            | st.just(tuple(Segment(draw(st.sampled_from(list(SectionType))), a, b) for a, b in spans))
        ),
        beat_positions=draw(st.none() | st.just(tuple(edges[:-1]))),
        chord_progression=draw(st.none() | st.just(tuple(ChordTime(draw(CHORDS), a, b) for a, b in spans))),
        f0_contour=f0,
        f0_coarse=None if f0 is None else tuple(map(coarse_bin, f0)),
        f0_voiced_mask=None if f0 is None else tuple(value > 0 for value in f0),
        breath_positions=draw(st.none() | st.just(tuple(spans))),
        source=draw(st.dictionaries(TEXTS, TEXTS | st.integers() | st.lists(TEXTS), max_size=2)),
        plan=draw(st.none() | plans()),
    )


@settings(max_examples=60, deadline=None)
@given(track=tracks())
def test_a_track_comes_back_as_it_was(track: Track) -> None:
    line = track_line(track)
    assert line.count("\n") == 1
    assert read_track(line) == track
    assert read_track(document_text(track_document(track))) == track


def test_a_whole_track_has_the_fields_of_the_schema() -> None:
    document = track_document(WHOLE)
    assert read_track(json.dumps(document)) == WHOLE
    assert document["schema"] == "muze.track/3.1"
    assert (document["key"], document["key_idx"], document["num_beats"]) == ("A minor", 21, 8)
    assert document["segments"][1] == {
        "type": "chorus",
        "start": 2.0,
        "end": 4.0,
        "energy": 0.9,
        "has_vocals": True,
        "lyrics": "stay",
    }
    assert document["phoneme_timestamps"][0] == {"phoneme": "s", "start": 2.0, "end": 2.1}
    assert document["chord_progression"][1] == {"chord": "F:maj/A", "start": 2.0, "end": 4.0}
    assert document["breath_positions"] == [[1.8, 1.95]]
    assert document["voice_embedding_separated"] is None
    assert document["plan"]["schema"] == "muze.plan/1"
    assert len(document) == 1 + 42 + 2


def test_missing_fields_are_unmeasured() -> None:
    text = '{"schema": "muze.track/3.1", "audio_path": "a.wav", "track_id": "a", "duration": 1, "sample_rate": 44100}'
    assert read_track(text) == LEAST
    assert LEAST.key_idx is None and LEAST.num_beats is None


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("duration", 0, "duration must be above 0 seconds; found 0.0"),
        ("duration", 5.0, r"segments\[1\].end must be the duration, 5.0; found 4.0"),
        ("sample_rate", 32, "sample_rate must be a number from 4000 to 384000; found 32"),
        ("sample_rate", 32000.0, "sample_rate must be a whole number; found 32000.0"),
        ("key", "H minor", "key is not valid"),
        ("key_idx", 3, "key_idx must be 21, as key says; found 3"),
        ("num_beats", 9, "num_beats must be 8, as beat_positions says; found 9"),
        ("energy", 1.5, "energy must be a number from 0 to 1; found 1.5"),
        ("sentiment_score", -2, "sentiment_score must be a number from -1 to 1; found -2"),
        ("text_sentiment", "sad", "text_sentiment must be positive, neutral, negative; found 'sad'"),
        ("split", "dev", "split must be train, valid, test; found 'dev'"),
        ("voice_embedding", [0.0] * 255, "voice_embedding must be 256 numbers; found 255"),
        ("ecapa_embedding", [0.0] * 256, "ecapa_embedding must be 192 numbers; found 256"),
        ("clap_text_embedding", ["a"] * 512, r"clap_text_embedding\[0\] must be a number; found 'a'"),
        ("beat_positions", [0.0, 1.0, 1.0], r"beat_positions\[2\] must be later than 1.0; found 1.0"),
        ("beat_positions", [0.0, 9.0], r"beat_positions\[1\] must lie within the duration; found 9.0"),
        (
            "downbeat_positions",
            [-0.5, 1.0],
            r"downbeat_positions\[0\] must lie within the duration; found -0.5",
        ),
        ("f0_contour", [0.0] * 300, "f0_contour must be 400 values, one every 10 ms; found 300"),
        ("f0_contour", [0.0] * 400, r"f0_voiced_mask\[200\] must say whether f0_contour has a pitch there"),
        ("f0_contour", [-1.0] * 400, "f0_contour must be frequencies in Hz"),
        ("f0_coarse", [84] * 400, "f0_coarse must be whole numbers 0…83"),
        ("f0_coarse", [1] * 401, "f0_coarse must be as long as f0_contour"),
        ("f0_voiced_mask", [0] * 400, r"f0_voiced_mask\[0\] must be true or false; found 0"),
        ("breath_positions", [[1.0, 0.5]], r"breath_positions\[0\] must end after it starts"),
        ("breath_positions", [[1.0]], r"breath_positions\[0\] must be \[start, end\]; found 1 numbers"),
        (
            "breath_positions",
            [[0.0, 1.0], [0.5, 2.0]],
            r"breath_positions\[1\] must not begin before 1.0; found 0.5",
        ),
        ("phonemes_ipa", ["s"], "phoneme_timestamps must name the phonemes of phonemes_ipa"),
        ("segments", [], "segments must be at least one"),
        ("source", "me", "source must be an object"),
        ("tempoo", 3, "tempoo is no field that is known here"),
        ("schema", "muze.track/3.2", "schema is muze.track/3.2, which is newer"),
        ("schema", "muze.track/4", "schema is muze.track/4, which is newer"),
        ("schema", "muze.track/3.0", "schema must be muze.track/3.1; found 'muze.track/3.0'"),
    ],
)
def test_every_fault_is_named(field: str, value: Any, fault: str) -> None:
    document = track_document(WHOLE) | {field: value}
    with pytest.raises(BadDataError, match=rf"track: line \d+: {fault}"):
        read_track(document_text(document))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"start": 2.5}, r"segments\[1\].start must be where the segment before ends, 2.0; found 2.5"),
        ({"start": 1.5}, r"segments\[1\] must not begin before 2.0; found 1.5"),
        ({"end": 1.0}, r"segments\[1\] must end after it starts; found 2.0 to 1.0"),
        ({"energy": 3}, r"segments\[1\].energy must be a number from 0 to 1; found 3"),
        ({"type": "refrain"}, r"segments\[1\].type must be a type of section; found 'refrain'"),
        ({"has_vocals": "yes"}, r"segments\[1\].has_vocals must be true or false"),
    ],
)
def test_faults_of_segments_are_named(changes: dict[str, Any], fault: str) -> None:
    document = track_document(WHOLE)
    document["segments"][1] |= changes
    with pytest.raises(BadDataError, match=fault):
        read_track(json.dumps(document))


def test_a_fault_inside_the_plan_has_its_whole_path() -> None:
    document = track_document(WHOLE)
    document["plan"]["sections"][0]["energy"] = 7
    with pytest.raises(BadDataError, match=r"plan\.sections\[0\]\.energy must be a number from 0 to 1"):
        read_track(json.dumps(document))


def test_a_track_is_checked_however_it_is_made() -> None:
    with pytest.raises(FieldError, match="audio_path must name the audio file"):
        replace(LEAST, audio_path="")
    with pytest.raises(FieldError, match="track_id must be"):
        replace(LEAST, track_id="")
    with pytest.raises(FieldError, match="voice_embedding must be finite numbers"):
        replace(LEAST, voice_embedding=(math.nan,) * 256)


@pytest.mark.parametrize(
    ("hz", "bin_"),
    [(0.0, 0), (32.7, 0), (440.0, 45), (261.63, 36), (3951.0, 83), (9000.0, 83), (20.0, 0), (452.0, 45)],
)
def test_coarse_bins_are_semitones(hz: float, bin_: int) -> None:
    assert coarse_bin(hz) == bin_


# ---- datasets ----


@pytest.mark.parametrize("name", ["dataset.jsonl", "tracks.json"])
def test_a_dataset_comes_back_track_by_track(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert write_dataset(path, iter([WHOLE, LEAST])) == 2
    found = open_dataset(path if name == "tracks.json" else tmp_path)
    assert list(found) == [WHOLE, LEAST]
    assert found.path_of(WHOLE) == tmp_path / "audio" / "0001.flac"
    assert found.score_of(WHOLE) == tmp_path / "scores" / "0001.json" and found.score_of(LEAST) is None
    with pytest.raises(OutputExistsError, match="already exists"):
        write_dataset(path, [LEAST])
    assert len(list(found)) == 2


def test_a_plain_list_and_an_empty_dataset_are_datasets(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps([track_document(LEAST)]), encoding="utf-8")
    assert list(open_dataset(path)) == [LEAST]
    assert write_dataset(tmp_path / "b.json", []) == 0
    assert list(open_dataset(tmp_path / "b.json")) == []


def test_tracks_are_read_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "dataset.jsonl"
    path.write_text(track_line(LEAST) + "\n" + '{"schema": ', encoding="utf-8")
    reading = iter(open_dataset(path))
    assert next(reading) == LEAST
    with pytest.raises(BadDataError, match=r"dataset\.jsonl: line 3: a track must be JSON"):
        next(reading)


def test_faults_name_the_files_line(tmp_path: Path) -> None:
    bad = track_document(LEAST) | {"energy": 2}
    path = tmp_path / "dataset.jsonl"
    path.write_text(track_line(LEAST) + json.dumps(bad | {"track_id": "b"}), encoding="utf-8")
    with pytest.raises(BadDataError, match=r"dataset\.jsonl: line 2: energy must be a number from 0 to 1"):
        list(open_dataset(path))
    path.write_text(track_line(LEAST) * 2, encoding="utf-8")
    with pytest.raises(BadDataError, match="track 2: track_id 'a' must be unique, and track 1 has it too"):
        list(open_dataset(path))
    as_list = tmp_path / "a.json"
    as_list.write_text(json.dumps([track_document(LEAST), bad], indent=1), encoding="utf-8")
    with pytest.raises(
        BadDataError, match=r"a\.json: track 2: line \d\d+: energy must be a number from 0 to 1"
    ):
        list(open_dataset(as_list))
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(BadDataError, match="line 1: a dataset must be UTF-8 text"):
        list(open_dataset(path))


def test_what_is_no_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"the dataset .*dataset\.jsonl does not exist"):
        open_dataset(tmp_path)
    (tmp_path / "a.csv").write_text("x", encoding="utf-8")
    with pytest.raises(BadDataError, match=r"must be a \.jsonl, \.json or \.parquet file"):
        open_dataset(tmp_path / "a.csv")
    (tmp_path / "b.json").write_text('{"tracks": []}', encoding="utf-8")
    with pytest.raises(BadDataError, match=r"schema must be 'muze.track/3.1' in a dataset; found nothing"):
        list(open_dataset(tmp_path / "b.json"))
