"""The instrument table: its data, and what it says when an entry is wrong."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
import yaml

from muzecli.errors import ConfigError
from muzecli.resources import presets_dir
from muzecli.song import Role
from muzecli.song.instruments import FAMILIES, groups, instrument, instruments, validate_instruments

PATH = presets_dir() / "instruments" / "general.yaml"
DATA: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))


def test_the_table_is_valid_and_counted() -> None:
    assert validate_instruments(DATA) == []
    assert len(instruments()) == 87
    assert len(groups()) == 11
    assert {one.family for one in instruments().values()} == set(FAMILIES)
    assert [path.name for path in PATH.parent.iterdir()] == ["general.yaml"]


def test_every_instrument_can_be_used() -> None:
    for name, one in instruments().items():
        assert one.name == name
        assert 0 <= one.low <= one.comfortable_low < one.comfortable_high <= one.high <= 127
        assert one.roles and all(isinstance(role, Role) for role in one.roles)
        assert one.comfortable_high - one.comfortable_low >= 10, name
        assert one.is_drum == (Role.DRUMS in one.roles)
        assert one.is_voice == (Role.VOCALS in one.roles)
        assert len(one.words) == len(set(one.words)) >= 3
        assert one.title in one.words or one.family in ("drums", "voices", "strings", "synths"), name


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.EFFECTS])
def test_every_role_has_players(role: Role) -> None:
    assert sum(role in one.roles for one in instruments().values()) >= 2


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("rhodes", "electric_piano"),
        ("808", "sub_bass"),
        ("303", "synth_bass"),
        ("909", "electronic_drums"),
        ("upright bass", "acoustic_bass"),
        ("horns", "brass_section"),
        ("pianos", "piano"),
        ("sax", "alto_sax"),
        ("female vocals", "female_vocals"),
        ("vibes", "vibraphone"),
        ("uke", "ukulele"),
        ("supersaw", "saw_lead"),
        ("brushes", "brush_drums"),
    ],
)
def test_words_people_use(word: str, name: str) -> None:
    assert [one.name for one in instruments().values() if word in one.words] == [name]


def test_groups_name_several_likeliest_first() -> None:
    assert "keys" in groups()["keys"].words and groups()["keys"].instruments[0] == "piano"
    assert "guitars" in groups()["guitars"].words
    assert set(groups()["voices"].instruments) == {"female_vocals", "male_vocals"}


def test_an_unknown_name_gets_a_suggestion() -> None:
    with pytest.raises(ConfigError, match="no instrument named 'electric_pano'") as caught:
        instrument("electric_pano")
    assert caught.value.hint == "did you mean electric_piano or electric_bass?"
    assert instrument("piano").program == 0


def damaged(**fields: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    data["families"]["keys"]["piano"] |= fields
    return data


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        ([], "must be a mapping"),
        (DATA | {"schema": "muze.instruments/9"}, "schema must be muze.instruments/1"),
        (DATA | {"famlies": {}}, "unknown field 'famlies'; did you mean families?"),
        (damaged(program=128), r"keys.piano.program must be a whole number 0…127; found 128"),
        (damaged(program=True), "program must be"),
        (damaged(roles=["soloist"]), r"keys.piano.roles must be a list of drums, bass"),
        (damaged(range=[90, 20]), r"keys.piano.range must be two MIDI pitches"),
        (damaged(comfortable=[10, 20]), "comfortable must lie within the range"),
        (damaged(polyphonic="yes"), "polyphonic must be true or false"),
        (damaged(colour="black"), "piano: unknown field 'colour'"),
        (damaged(words=["rhodes"]), "'rhodes' stands at families.keys.piano already"),
        (damaged(words=["Piano"]), "must be in lower case"),
        (damaged(words=[]), "words must be a list of words"),
    ],
)
def test_faults_are_named(data: object, fault: str) -> None:
    found = validate_instruments(data)
    assert any(re.search(fault, line) for line in found), found


def test_a_group_of_nobody_and_an_instrument_twice_are_faults() -> None:
    data = copy.deepcopy(DATA)
    data["groups"]["keys"]["instruments"] = ["pianoo"]
    data["families"]["bass"]["piano"] = data["families"]["bass"]["tuba"] | {"words": ["x"]}
    found = validate_instruments(data)
    assert "groups.keys.instruments: there is no instrument 'pianoo'; did you mean piano?" in found
    assert "families.keys.piano: an instrument must stand once, and this one stands twice" in found


def test_the_file_opens_with_the_command_that_uses_it() -> None:
    assert PATH.read_text(encoding="utf-8").startswith('# muze plan "')
