"""Words: genres, moods, instruments by genre, slips of the finger, and the files they stand in."""

from __future__ import annotations

import pytest

from muze_plan.reading import read_prompt
from muze_plan.reading.entries import KINDS, read_entries, validate_words
from muze_plan.reading.inflect import bases
from muze_plan.reading.lexicon import load_lexicon
from muze_plan.reading.ordinary import ORDINARY
from muze_plan.reading.spelling import Speller
from muze_plan.reading.text import normal_form, tokenise
from muzecli.config import read_mapping
from muzecli.errors import ConfigError
from muzecli.presets import all_presets
from muzecli.resources import presets_dir
from muzecli.text.edits import is_one_edit

WORDS = presets_dir() / "words"


@pytest.mark.parametrize(
    ("prompt", "genre"),
    [
        ("a pop song with trap hi-hats and jazzy chords", "pop"),
        ("jazz guitar over a boom bap beat", "hip_hop"),
        ("soul rock", "rock"),
        ("rock with jazz influences", "rock"),
        ("an electronic track, deep house", "house"),
        ("piano ballad", "ballad"),
        ("a jazzy tune", "jazz"),
        ("something like a waltz but jazzy", "jazz"),
        ("a haunted house", None),
        ("not techno: trance", "trance"),
        ("electronic drums and jazz piano in a country song", "country"),
        ("minimal piano", None),
        ("Lo–Fi", "lo_fi"),
        ("lofi", "lo_fi"),
        ("R&B", "rnb"),
        ("drum 'n' bass", "drum_and_bass"),
        ("synth wave", "synthwave"),
    ],
)
def test_which_genre_is_meant(prompt, genre):
    assert read_prompt(prompt).genre == genre


@pytest.mark.parametrize(
    ("prompt", "instruments"),
    [
        ("rock with guitar", ("electric_guitar",)),
        ("a folk song with guitar", ("acoustic_guitar",)),
        ("metal guitars", ("distorted_guitar",)),
        ("jazz with bass and drums", ("acoustic_bass", "jazz_drums")),
        ("house with bass", ("synth_bass",)),
        ("drum and bass", ()),
        ("drums and bass", ("drums", "electric_bass")),
        ("808 bass", ("sub_bass",)),
        ("a nylon guitar and a guitar solo", ("nylon_guitar", "overdriven_guitar")),
        ("piano, Piano, PIANOS", ("piano",)),
    ],
)
def test_who_plays(prompt, instruments):
    assert read_prompt(prompt).instruments == instruments


@pytest.mark.parametrize(
    ("prompt", "mode"),
    [
        ("sad", "minor"),
        ("happy", "major"),
        ("dark and aggressive", "minor"),
        ("bittersweet", None),
        ("sad and happy", None),
    ],
)
def test_moods_suggest_a_mode(prompt, mode):
    assert read_prompt(prompt).mode == mode


def test_stronger_words_move_energy_further():
    slightly, plain, very = (
        read_prompt(f"{word} energetic").energy for word in ("slightly", "", "extremely")
    )
    assert slightly < plain < very
    assert read_prompt("extremely calm").energy < read_prompt("calm").energy < 0.4
    assert read_prompt("energy 0.3, energetic").energy == 0.3
    assert read_prompt("80% energy").energy == 0.8
    assert read_prompt("energy 7/10").energy == 0.7


def test_a_fast_part_is_no_fast_song():
    assert read_prompt("fast arpeggios").tempo_class is None
    assert read_prompt("a slow build").tempo_class is None
    assert read_prompt("not too fast").tempo_class == "medium"


def test_a_style_word_takes_its_instrument_along():
    reading = read_prompt("lush strings with heavy bass, raw")
    assert reading.style_positive == ("lush strings", "heavy bass", "raw")


@pytest.mark.parametrize(
    ("prompt", "language"),
    [
        ("in Spanish", "es"),
        ("French lyrics", "fr"),
        ("sung in Polish", "pl"),
        ("Spanish guitar", None),
        ("French house", None),
    ],
)
def test_languages_are_sung(prompt, language):
    assert read_prompt(prompt).language == language


def test_every_decision_is_accounted_for():
    reading = read_prompt("enrgetic house, 122 bpm, in F# minor, no vocals, 80s, 2 minutes, with piano")
    by_field = {account.field: account for account in reading.accounts}
    assert {
        "genre",
        "tempo_bpm",
        "key",
        "moods",
        "without",
        "has_vocals",
        "era",
        "duration_s",
        "instruments",
    } <= set(by_field)
    assert by_field["tempo_bpm"].words == "122 bpm" and by_field["tempo_bpm"].confidence == 1.0
    assert by_field["moods"].words == "enrgetic" and "read as 'energetic'" in by_field["moods"].why
    assert by_field["key"].value == "F# minor"
    assert all(0 <= account.confidence <= 1 for account in reading.accounts)


def test_unknown_words_stay_as_typed():
    class Nobody:
        def guess(self, phrase):
            return None

    assert read_prompt("a Blorpy house track", guesser=Nobody()).unknown == ("Blorpy",)
    assert read_prompt("please make me a track", guesser=Nobody()).unknown == ()


def test_slips_are_mended_only_where_one_word_can_be_meant():
    speller = Speller(["guitar", "guitars", "melodic", "melodies", "string"])
    assert speller.correct("gutiar") == "guitar"
    assert speller.correct("guitr") is None  # five letters
    assert speller.correct("guitra") == "guitar"
    assert speller.correct("ugitar") == "guitar"
    assert speller.correct("sprint") is None
    assert is_one_edit("celo", "cello") and not is_one_edit("cello", "cello")


def test_ordinary_words_are_no_slips():
    assert {"spring", "bottle", "hunting", "morning"} & ORDINARY >= {"spring", "bottle", "hunting"}
    assert not ORDINARY & {"guitar", "energetic"}


@pytest.mark.parametrize(
    ("word", "base"),
    [("darker", "dark"), ("gloomiest", "gloomy"), ("softly", "soft"), ("dreaminess", "dreamy")],
)
def test_inflections(word, base):
    assert base in {form for form, _ in bases(word)}


def test_forms_are_compared_in_one_spelling():
    assert normal_form("Lo-Fi") == normal_form("lo–fi") == normal_form("lo fi") == "lo fi"
    assert normal_form("R&B") == "r and b"
    assert [token.text for token in tokenise("children's, rock & roll")] == [
        "children's",
        "rock",
        "and",
        "roll",
    ]


FILES = sorted(WORDS.glob("*.yaml"))


def test_there_are_files_of_every_kind():
    assert {read_mapping(path, what="file")["kind"] for path in FILES} == set(KINDS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_shipped_words_are_valid(path):
    assert validate_words(read_mapping(path, what="file"), path) == []


def test_forms_and_genres_that_words_name_exist():
    templates = {preset.name for preset in all_presets("templates")}
    genres = {preset.name for preset in all_presets("genres")}
    for path in FILES:
        for entry in read_entries(path):
            assert entry.template is None or entry.template in templates
            assert entry.genre is None or entry.genre in genres
            assert set(entry.in_genre) <= genres


def test_every_word_of_a_genre_finds_it():
    lexicon = load_lexicon()
    for preset in all_presets("genres"):
        for word in read_mapping(preset.path, what="genre")["words"]:
            assert "genre" in lexicon.look_up(tuple(normal_form(str(word)).split())), word


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"schema": "muze.words/9"}, "schema must be muze.words/1"),
        ({"kind": "modo"}, "kind must be one of"),
        ({"entries": {}}, "entries must map names"),
        (
            {"entries": {"a": {"words": ["zzq"], "tempo": "quick"}}},
            r"entries.a.tempo must be one of slow, medium, fast, found 'quick'",
        ),
        ({"entries": {"a": {"words": ["zzq"], "enrgy": 1}}}, "unknown field 'enrgy'; did you mean 'energy'"),
        ({"entries": {"a": {"words": ["zzq"], "energy": 2}}}, "energy must be a number 0…1, found 2"),
        ({"entries": {"a": {"words": [True]}}}, "words must be a list of words"),
        ({"entries": {"a": {"words": []}}}, "words must be a list with at least one"),
        (
            {"entries": {"a": {"words": ["zzq"], "time_signature": "3"}}},
            "a time signature is written like 3/4",
        ),
        (
            {"entries": {"a": {"words": ["zzq"], "instruments": ["pianoo"]}}},
            "no instrument 'pianoo'; did you mean",
        ),
        ({"entries": {"a": {"words": ["sad"]}}}, "'sad' stands at moods.yaml, sad already"),
    ],
)
def test_faults_name_their_place(change, fault):
    import re

    data = {"schema": "muze.words/1", "kind": "style", "entries": {"a": {"words": ["zzq"]}}} | change
    found = validate_words(data, WORDS / "mine.yaml")
    assert any(re.search(fault, one) for one in found), found


def test_a_wrong_file_is_refused(tmp_path):
    path = tmp_path / "moods.yaml"
    path.write_text("schema: muze.words/1\nkind: mood\nentries: {odd: {words: [odd], valence: 3}}\n")
    with pytest.raises(ConfigError, match=r"moods.yaml: entries.odd.valence must be a number -1…1, found 3"):
        list(read_entries(path))


def test_a_user_s_own_words_are_read(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "muze" / "presets" / "words"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text(
        "schema: muze.words/1\nkind: mood\nentries: {zingy: {energy: 0.9, words: [zingy]}}\n"
    )
    assert read_prompt("zingy house").moods == ("zingy",)
