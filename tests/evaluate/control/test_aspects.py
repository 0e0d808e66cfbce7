"""All aspects together: a faultless song, a silent one, and a listener without ears."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.evaluate.control.made import heard, planned

from muze_evaluate.control.aspects import ASPECTS, reason, values
from muze_evaluate.control.measured import FIELDS, KEY, TEMPO, Measured


@pytest.mark.parametrize("metre", ["4/4", "6/8", "7/8"])
def test_a_faultless_song_has_every_aspect_right(metre: str) -> None:
    song = planned(metre=metre, tempo_bpm=90.0, loudness_lufs=-14.0)
    found = values(song, heard(song))
    assert found.pop("loudness, off by") == 0.0
    assert found == pytest.approx(dict.fromkeys(found, 1.0))


def test_what_is_played_on_after_the_plan_is_not_held_against_it() -> None:
    song = planned()
    full = heard(song)
    assert full.beats_s is not None
    longer = replace(full, duration_s=90.0, beats_s=(*full.beats_s, *(60.0 + i for i in range(20))))
    assert values(song, longer)["beats F"] == 1.0


def test_a_song_that_ends_early_lacks_the_rest() -> None:
    song = planned()
    found = values(song, heard(song).until(song.duration_s / 2))
    assert found["beats F"] is not None and found["beats F"] < 0.8
    assert found["boundaries F, 3 s"] == pytest.approx(2 / 3)


def test_what_was_looked_for_and_not_found_is_wrong() -> None:
    found = values(planned(), Measured(24.0))
    for name in (
        "tempo within 4 %",
        "beats F",
        "beats CMLt",
        "metre",
        "key is heard",
        "key",
        "chords, major/minor",
        "section types",
    ):
        assert found[name] == 0.0
    for name in ("energy order", "vocals", "instruments found"):  # here nothing found is no finding
        assert found[name] is None


def test_what_nobody_can_look_for_is_left_out() -> None:
    deaf = Measured(24.0, unheard=frozenset(FIELDS), reasons=dict.fromkeys(FIELDS, "nobody is here"))
    found = values(planned(), deaf)
    assert set(found.values()) == {None}
    assert {reason(aspect, deaf) for aspect in ASPECTS} == {"nobody is here"}


def test_reasons_tell_the_plan_from_the_listener() -> None:
    partly = Measured(24.0, unheard=frozenset({TEMPO}), reasons={TEMPO: "no extractor", KEY: "no tones"})
    by_name = {aspect.name: aspect for aspect in ASPECTS}
    assert reason(by_name["tempo within 4 %"], partly) == "no extractor"
    assert reason(by_name["boundaries F, 3 s"], partly) == "one section is planned, without an inner boundary"


def test_names_are_unique() -> None:
    assert len({aspect.name for aspect in ASPECTS}) == len(ASPECTS) >= 20
