"""The genres that ship, and what a wrong genre file is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from muze_plan.genre_files import load_genre
from muze_plan.genres import genre, genre_names, genres
from muze_plan.harmony.material import _candidates
from muze_plan.templates import template_names
from muzecli.errors import ConfigError
from muzecli.resources import presets_dir
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SectionType
from muzecli.song.score import Role

NAMES = [
    *(
        "electronic",
        "house",
        "techno",
        "trance",
        "drum_and_bass",
        "hip_hop",
        "trap",
        "lo_fi",
        "rock",
        "metal",
    ),
    *("pop", "ballad", "rnb", "jazz", "blues", "funk", "disco", "reggae", "folk", "country", "ambient"),
    *("classical", "cinematic", "latin", "synthwave"),
]
MOODS = presets_dir() / "words" / "moods.yaml"


def test_twenty_five_genres_ship() -> None:
    assert sorted(genre_names()) == sorted(NAMES)
    assert set(genres()) == set(NAMES)


def test_no_word_stands_at_two_genres() -> None:
    words = [word for found in genres().values() for word in found.words]
    assert len(words) == len(set(words))
    assert len(words) > 400


@pytest.mark.parametrize("name", NAMES)
def test_a_genre_is_complete(name: str) -> None:
    found = genre(name)
    assert set(found.templates) <= set(template_names())
    assert found.style == name
    assert {Role.BASS, Role.CHORDS, Role.LEAD} <= set(found.chairs)
    assert found.chairs[Role.VOCALS]
    for mode in ("major", "minor"):  # what a prompt may ask for has chords, usual in the genre or not
        own = [p for p in found.harmony.progressions if p.mode == mode]
        assert len(own) >= 3
        verse = set(_candidates(found.harmony, mode, SectionType.VERSE))
        chorus = set(_candidates(found.harmony, mode, SectionType.CHORUS))
        assert verse and chorus and len(verse | chorus) > 1
    for kind in found.kinds.values():
        assert set(kind.templates) <= set(template_names())


def test_every_chord_of_every_genre_exists_in_every_key() -> None:
    for found in genres().values():
        for progression in found.harmony.progressions:
            for index in range(24):
                for bar in progression.bars:
                    assert all(numeral.chord(Key.from_index(index)).pitch_classes for numeral in bar)


def test_genres_differ_in_all_that_matters() -> None:
    found = list(genres().values())
    assert len({g.harmony.progressions for g in found}) == 25
    assert len({(g.tempo, tuple(g.templates)) for g in found}) == 25
    assert len({tuple(sorted((r, tuple(c.of)) for r, c in g.chairs.items())) for g in found}) == 25
    assert genre("techno").tempo.low > genre("hip_hop").tempo.high
    assert genre("ambient").energy < genre("ballad").energy < genre("metal").energy


def test_moods_are_those_that_the_words_have() -> None:
    text = MOODS.read_text(encoding="utf-8")
    for found in genres().values():
        for mood in found.moods:
            assert f"\n  {mood}:" in text, (found.name, mood)


@pytest.mark.parametrize(
    ("written", "name"),
    [("hip-hop", "hip_hop"), ("Drum and Bass", "drum_and_bass"), ("dubstep", "electronic"), ("R&B", "rnb")],
)
def test_a_genre_is_found_by_its_words(written: str, name: str) -> None:
    assert genre(written).name == name


def test_an_unknown_genre_names_near_ones() -> None:
    with pytest.raises(ConfigError, match="no genre named 'tekno'") as caught:
        genre("tekno")
    assert "techno" in str(caught.value.hint)


def test_a_narrower_word_changes_tempo_metre_and_form() -> None:
    jazz, word = genre("jazz").of_kind(["a fast jazz waltz"])
    assert word == "jazz waltz"
    assert list(jazz.metres) == [TimeSignature(3, 4)]
    assert jazz.harmony == genre("jazz").harmony
    assert genre("jazz").of_kind(["jazz"]) == (genre("jazz"), None)
    assert genre("house").of_kind(["warehouse"])[1] is None  # whole words only


def edited(tmp_path: Path, old: str, new: str) -> Path:
    text = (presets_dir() / "genres" / "techno.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "techno.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("muze.genre/1", "muze.genre/2", r"line 2, schema: must be muze.genre/1"),
        ("name: techno", "name: tekno", r"line 3, name: must be the file's own name 'techno'"),
        ("low: 122", "low: 152", r"tempo_bpm: must rise from low to high"),
        ("low: 122", "low: fast", r"tempo_bpm.low: must be a number 20…400, found 'fast'"),
        ("4/4: 1", "4/3: 1", r"metres.4/3: a time signature"),
        ("minor: 19", "dorian: 19", r"modes: must be major and minor, found 'dorian'"),
        ("minor: [F,", "minor: [H,", r"tonics.minor: a note is a letter"),
        ("drum_machine: 3", "drum_machin: 3", r"instruments.drums.of.drum_machin: is no instrument"),
        ("energy: 0.78", "energie: 0.78", r"energie: there is no such field"),
        ("colour: triads", "colour: red", r"harmony.colour: must be one of"),
        ("4: 3}", "3: 3}", r"bars_a_chord.3: must be one of 0.5, 1, 2, 4"),
        ("end: {tonic: 3", "end: {amen: 3", r"cadences.end.amen: is no cadence"),
        ('chords: "i7 | iv7/p"', 'chords: "i7 | xv7"', r"progressions.5.chords: a chord is a Roman numeral"),
        ('chords: "i | bVI"', 'chords: "bVII | bVI"', r"progressions.2.mode: must be given"),
        ("for: [breakdown", "for: [breakdwn", r"for: must name types of section, found 'breakdwn'"),
        ("breakdown: 0.5", "braekdown: 0.5", r"variations.braekdown: is no variation"),
        ("dub techno: {", "dubb techno: {", r"kinds.dubb techno: must be one of the genre's words"),
    ],
)
def test_a_wrong_genre_file_is_told_where(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_genre(edited(tmp_path, old, new))
    assert isinstance(caught.value.details["line"], int)
