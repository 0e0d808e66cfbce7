"""What a plan asks for, in seconds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluate.control.made import planned


def test_beats_of_a_compound_metre_are_dotted() -> None:
    song = planned(metre="6/8", tempo_bpm=60.0)
    assert song.beats_s[:3] == (0.0, 1.0, 2.0)
    assert song.downbeats_s[:3] == (0.0, 2.0, 4.0)
    assert song.duration_s == pytest.approx(24.0)
    assert len(song.beats_s) == 24


def test_chords_cover_the_plan_without_gaps() -> None:
    song = planned(tempo_bpm=120.0)
    assert [str(one.chord) for one in song.chords[:4]] == ["C:maj", "F:maj", "G:7", "C:maj"]
    ends = [0.0, *(one.end_s for one in song.chords)]
    assert [one.start_s for one in song.chords] == pytest.approx(ends[:-1])
    assert ends[-1] == pytest.approx(song.duration_s)


def test_open_chords_are_not_planned() -> None:
    assert planned(chords=()).chords == ()


def test_families_are_those_of_the_instruments() -> None:
    song = planned(instruments=("electric_piano", "piano", "female_vocals", "drums"))
    assert song.families == ("drums", "keys", "voices")


def test_whatever_is_asked_for_is_in_the_hash() -> None:
    song = planned(tempo_bpm=120.0)
    changed = [
        planned(tempo_bpm=121.0),
        planned(tempo_bpm=120.0, chords=()),
        planned(tempo_bpm=120.0, instruments=("drums",)),
        replace(song, loudness_lufs=-14.0),
        replace(song, sections=tuple(replace(one, has_vocals=False) for one in song.sections)),
    ]
    assert planned(tempo_bpm=120.0).sha256 == song.sha256
    assert len({one.sha256 for one in (song, *changed)}) == 6


def test_what_is_cut_off_is_no_longer_planned() -> None:
    song = planned(tempo_bpm=120.0)  # sections of 8 s
    cut = song.until(10.0)
    assert cut.duration_s == 10.0
    assert [section.end_s for section in cut.sections] == [8.0, 10.0]
    assert cut.chords[-1].end_s == 10.0
    assert max(cut.beats_s) == 9.5
    assert cut.has_vocals
    assert not song.until(8.0).has_vocals
    assert song.until(99.0) is song
