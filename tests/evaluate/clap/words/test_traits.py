"""Traits: what follows from facts, what is not known, and which sounds have all that a text asks for."""

import numpy as np
import pytest

from muze_evaluate.clap.words.traits import fitting, present, tempo_class, trait_names, traits_of
from muzecli.song.captions import Facts

NAMES = trait_names(("jazz", "techno"))
JAZZ = Facts(
    genre="jazz",
    tempo_bpm=80.0,
    key="Db major",
    mode="major",
    time_signature="3/4",
    moods=("sad",),
    energy=0.1,
    instruments=("piano", "brush_drums"),
    others=("violin",),
    absent=("guitars",),
    has_drums=True,
    is_instrumental=True,
)
SUNG = Facts(genre="techno", tempo_bpm=130.0, instruments=("drum_machine",), voice="male_vocals")


def column(name):
    return NAMES.index(name)


def test_names_are_unique():
    assert len(set(NAMES)) == len(NAMES) > 150


def test_what_follows_from_facts():
    true, _ = present(JAZZ)
    expected = {"genre jazz", "pace slow", "key C# major", "mode major", "metre 3/4", "mood sad", "level low"}
    expected |= {
        "instrument piano",
        "family keys",
        "family drums",
        "group drums",
        "absent guitars",
        "instrumental",
    }
    assert expected <= true
    assert not {"voice", "alone", "instrument violin", "family strings"} & true


def test_what_nobody_knows_is_unknown():
    traits = traits_of([JAZZ, SUNG], NAMES)
    assert not traits.known[0, column("instrument violin")]  # it plays, but little
    assert not traits.known[0, column("family strings")]
    assert traits.known[0, column("instrument flute")] and not traits.has[0, column("instrument flute")]
    assert not traits.known[1, column("mode major")] and not traits.known[1, column("mood sad")]
    assert traits.has[1, column("voice male_vocals")] and traits.has[1, column("family voices")]


def test_of_songs_without_scores_no_instrument_is_denied():
    traits = traits_of([Facts(genre="jazz", voice="vocals")], NAMES)
    assert not traits.known[0, column("instrument piano")] and not traits.known[0, column("absent drums")]
    assert traits.known[0, column("voice")]


def test_a_text_fits_all_that_have_what_it_asks_for():
    sounds = traits_of([JAZZ, SUNG], NAMES)
    asked = np.zeros((4, len(NAMES)), np.bool_)
    asked[0, column("family drums")] = True
    asked[1, [column("family drums"), column("genre jazz")]] = True
    fits = fitting(asked, np.array([0.0, 0.0, 83.0, 90.0], np.float32), sounds)
    assert fits.tolist() == [[True, True], [True, False], [True, False], [False, False]]


@pytest.mark.parametrize(("slower", "faster"), [(60.0, 66.0), (120.0, 130.0), (170.0, 182.0)])
def test_tempi_six_percent_apart_are_different_classes(slower, faster):
    assert tempo_class(slower) < tempo_class(faster)
