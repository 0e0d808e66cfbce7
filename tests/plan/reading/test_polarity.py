"""What is refused, and what is to be all there is."""

from __future__ import annotations

import pytest

from muze_plan.reading import read_prompt
from muzecli.song.instruments import instruments

DRUMS = {"drums", "electronic_drums", "jazz_drums"}
VOICES = {"female_vocals", "male_vocals"}


@pytest.mark.parametrize(
    ("prompt", "without", "wanted"),
    [
        ("no drums or bass", {"drums", "electric_bass"}, set()),
        ("no drums, piano and strings", {"drums"}, {"piano", "strings"}),
        ("without drums, bass or guitar: cello", {"drums", "electric_bass", "electric_guitar"}, {"cello"}),
        ("without drums, bass and guitar", {"drums", "electric_bass", "electric_guitar"}, set()),
        ("avoid piano, strings, drums", {"piano", "strings", "drums"}, set()),
        ("but no guitar or bass", {"acoustic_guitar", "electric_bass"}, set()),
        ("minus the synths", {"polysynth", "saw_lead"}, set()),
        ("don't use strings; use a flute", {"strings", "violin"}, {"flute"}),
        (
            "no electric guitar, acoustic guitar only",
            {"electric_guitar", "distorted_guitar"},
            {"acoustic_guitar"},
        ),
        ("electric piano instead of guitar", {"acoustic_guitar"}, {"electric_piano"}),
        ("no drums but lots of piano", {"drums"}, {"piano"}),
        ("neither drums nor bass, a harp", {"drums", "electric_bass"}, {"harp"}),
        ("drumless", {"drums", "hand_drums"}, set()),
        ("beatless", {"drums"}, set()),
        ("guitar-free", {"acoustic_guitar"}, set()),
        ("drums: none", {"drums"}, set()),
        ("everything except drums", {"drums"}, set()),
        ("no drums and no bass", {"drums", "electric_bass"}, set()),
        ("no drums and a piano", {"drums"}, {"piano"}),
        ("flutes rather than violins", {"violin"}, {"flute"}),
        ("jazz trio without piano", {"piano"}, {"acoustic_bass", "jazz_drums"}),
        ("no drums, only hand percussion", {"drums"}, {"hand_drums"}),
        ("drop the drums", {"drums"}, set()),
        ("not just piano, also strings", set(), {"piano", "strings"}),
    ],
)
def test_how_far_a_refusal_reaches(prompt, without, wanted):
    reading = read_prompt(prompt)
    assert without <= set(reading.without)
    assert set(reading.instruments) == wanted
    assert not set(reading.without) & wanted


@pytest.mark.parametrize(
    ("prompt", "has_vocals"),
    [
        ("instrumental", False),
        ("no vocals", False),
        ("without singing", False),
        ("vocal-free", False),
        ("no lyrics", False),
        ("sung by a man", True),
        ("with female vocals", True),
        ("a cappella", True),
        ("rap verses", True),
        ("lyrics in Spanish", True),
        ("an instrumental break", None),
        ("piano", None),
        ("no female vocals", None),
        ("vocal chops", None),
        ("instrumental with a female singer", True),
    ],
)
def test_whether_somebody_sings(prompt, has_vocals):
    reading = read_prompt(prompt)
    assert reading.has_vocals is has_vocals
    if has_vocals is False:
        assert set(reading.without) >= VOICES


@pytest.mark.parametrize(
    "prompt",
    [
        "solo piano",
        "just piano",
        "piano only",
        "nothing but piano",
        "piano, nothing else",
        "only a soft piano",
    ],
)
def test_alone(prompt):
    reading = read_prompt(prompt)
    assert reading.instruments == ("piano",)
    assert set(reading.without) == set(instruments()) - {"piano"}
    assert reading.has_vocals is False


@pytest.mark.parametrize(
    "prompt",
    [
        "a song with a piano solo",
        "solo sax over a trap beat",
        "rock with a solo violin",
        "only drums in the intro",
        "just a simple pop song with piano",
    ],
)
def test_not_alone(prompt):
    assert len(read_prompt(prompt).without) < 20


@pytest.mark.parametrize(
    ("prompt", "negative", "moods"),
    [
        ("not too loud", "loud", ()),
        ("happy, not sad", "sad", ("happy",)),
        ("less reverb", "reverb", ()),
        ("no cheesy synths", "cheesy synths", ()),
        ("nothing cheesy", "cheesy", ()),
        ("not metal", "metal", ()),
        ("energetic but not aggressive", "aggressive", ("energetic",)),
    ],
)
def test_unwanted_sound(prompt, negative, moods):
    reading = read_prompt(prompt)
    assert negative in reading.style_negative
    assert reading.moods == moods
    assert reading.genre is None
    assert not reading.without


def test_a_part_of_the_kit_is_not_the_kit():
    reading = read_prompt("techno, no hi-hats")
    assert (reading.without, reading.style_negative) == ((), ("hi hats",))
    assert read_prompt("techno with a kick").instruments == ("electronic_drums",)
    assert read_prompt("strings, no drums until the end").without == ()


def test_not_only_refuses_nothing():
    reading = read_prompt("not only fast but also loud metal")
    assert (reading.genre, reading.tempo_class, reading.style_negative) == ("metal", "fast", ())
