"""The extractor: sections of made songs, and what every recording must get."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from muze_dataset.extractors.energy import Energy
from muze_dataset.extractors.sections import Sections
from muze_dataset.hearing.harmony.semitones import semitones
from muzecli.plugin import Extractor
from muzecli.song.documents.tracks import read_track

from .made import BAR_S, RATE_HZ, Floats, beats, form_of, song

ORDER = "qabab"


def check_segments(segments: list[dict[str, Any]], duration_s: float) -> None:
    document = {
        "schema": "muze.track/3.1",
        "audio_path": "a.flac",
        "track_id": "a",
        "duration": duration_s,
        "sample_rate": RATE_HZ,
        "segments": segments,
    }
    read_track(json.dumps(document))
    assert segments[-1]["end"] == duration_s


@pytest.fixture(scope="module")
def mono() -> Floats:
    return song(ORDER)


def test_sections_begin_where_the_sound_changes(mono: Floats) -> None:
    times, downs = beats(ORDER)
    found = form_of(mono, known={"beat_positions": times, "downbeat_positions": downs})
    segments = found["segments"].value
    assert [one["start"] for one in segments] == [8 * BAR_S * i for i in range(5)]
    assert found["segments"].fallback is None
    check_segments(segments, len(mono) / RATE_HZ)
    quiet, verse, chorus, again, last = (one["energy"] for one in segments)
    assert quiet < verse < chorus and again < last
    assert segments[0]["type"] == "intro" and segments[2]["type"] == segments[4]["type"]
    groups = [one["group"] for one in found["fact.section_confidence"].value]
    assert groups[1] == groups[3] != groups[2] == groups[4]
    assert segments[0]["has_vocals"] is None and "lyrics" not in segments[0]


def test_without_beats_boundaries_are_found_on_even_steps_and_it_is_said(mono: Floats) -> None:
    found = form_of(mono)
    starts = [one["start"] for one in found["segments"].value]
    for i in range(1, 5):
        assert min(abs(start - 8 * BAR_S * i) for start in starts) <= 1.0
    assert found["segments"].fallback == "no beats were found: even steps of half a second"


def test_voices_and_words_are_laid_in_the_sections(mono: Floats) -> None:
    times, downs = beats(ORDER)
    known = {
        "beat_positions": times,
        "downbeat_positions": downs,
        "fact.voice_activity": [[17.0, 30.0]],
        "fact.lyric_times": {"level": "line", "items": [{"text": "One line", "start": 18.0, "end": 20.0}]},
    }
    segments = form_of(mono, known=known)["segments"].value
    assert [one["has_vocals"] for one in segments] == [False, True, False, False, False]
    assert [one.get("lyrics") for one in segments] == [None, "One line", None, None, None]


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(RATE_HZ * 5, np.float32),
        song("a", bars=1)[: RATE_HZ // 10],
        song("b", bars=1),
        np.concatenate((np.ones(1, np.float32), np.zeros(RATE_HZ * 9, np.float32))),
    ],
    ids=["silence", "a tenth of a second", "a bar", "a click"],
)
def test_what_has_no_form_is_one_unknown_section(samples: Floats) -> None:
    found = form_of(samples)
    (segment,) = found["segments"].value
    assert segment["type"] == "unknown"
    check_segments(found["segments"].value, len(samples) / RATE_HZ)


def test_the_same_recording_gives_the_same_bytes(mono: Floats) -> None:
    first, second = (json.dumps(form_of(mono)["segments"].value) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("extractor", [Energy(), Sections()])
def test_they_keep_the_protocol(extractor: Any) -> None:
    assert isinstance(extractor, Extractor)


def test_sections_rest_on_their_tables() -> None:
    assert Energy().depends_on({}) == {}
    assert len(Sections().depends_on({})["tables"]) == 64


def test_what_has_neither_beats_nor_tuned_tones_has_no_names(mono: Floats) -> None:
    tuned = semitones(mono, RATE_HZ)
    known = {"beat_positions": None, "downbeat_positions": None}
    named = form_of(mono, known=known)["segments"].value
    untuned = {"material.semitones": replace(tuned, tuning_confidence=0.0)}
    unnamed = form_of(mono, known=known | untuned)["segments"].value
    assert {segment["type"] for segment in named} != {"unknown"}
    assert {segment["type"] for segment in unnamed} == {"unknown"}
    assert [segment["start"] for segment in unnamed] == [segment["start"] for segment in named]
