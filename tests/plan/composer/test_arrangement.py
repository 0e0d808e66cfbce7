from __future__ import annotations

from dataclasses import replace

import pytest
from tests.plan.composer import plans

from muze_plan.composer.compose import HarmonicComposer
from muzecli.errors import BadDataError, ConfigError
from muzecli.song.plan import Plan, SectionType
from muzecli.song.score import Role

COMPOSER = HarmonicComposer()


def players(plan: Plan) -> list[set[str]]:
    return [{n for names in s.players.values() for n in names} for s in COMPOSER.song(plan).sections]


@pytest.mark.parametrize("genre", plans.GENRES)
def test_everybody_plays_somewhere_and_nobody_section_is_empty(genre: str) -> None:
    plan = plans.plan(genre)
    found = players(plan)
    assert set().union(*found) == set(plan.instruments)
    assert all(found)


@pytest.mark.parametrize("genre", plans.GENRES)
def test_more_energy_never_has_fewer_players_in_kinds_of_section_that_compare(genre: str) -> None:
    plan = plans.plan(genre)
    song = COMPOSER.song(plan)
    plain = [s for s in song.sections if s.type in (SectionType.VERSE, SectionType.CHORUS, SectionType.DROP)]
    for low in plain:
        for high in plain:
            if high.energy > low.energy + 0.1 and high.has_vocals == low.has_vocals:
                count = [len({n for names in s.players.values() for n in names}) for s in (low, high)]
                assert count[0] <= count[1]


def test_singers_sing_where_there_are_vocals() -> None:
    for section in COMPOSER.song(plans.plan("latin")).sections:
        assert section.plays(Role.VOCALS) is section.has_vocals


def test_an_introduction_builds_up_and_a_coda_thins_out() -> None:
    song = COMPOSER.song(plans.plan("techno"))
    intro, outro = song.sections[0], song.sections[-1]
    assert intro.entries
    assert all(intro.start < tick < intro.end for tick in intro.entries.values())
    assert all((tick - intro.start) % intro.bar_ticks == 0 for tick in intro.entries.values())
    assert all(outro.start < tick < outro.end for tick in outro.exits.values())


def test_a_section_can_say_who_plays() -> None:
    plan = plans.plan("pop")
    sections = list(plan.sections)
    sections[3] = replace(sections[3], instruments=("piano", "female_vocals"))
    assert players(plan.with_sections(sections))[3] == {"piano", "female_vocals"}


def test_a_solo_has_a_soloist_even_where_nobody_leads() -> None:
    plan = replace(plans.plan("blues"), instruments=("drums", "electric_bass", "piano", "male_vocals"))
    solo = next(s for s in COMPOSER.song(plan).sections if s.type is SectionType.SOLO)
    assert solo.players[Role.LEAD] == ("piano",)


@pytest.mark.parametrize(
    "instruments",
    [
        ("female_vocals",),
        ("drums",),
        ("piano",),
        ("violin", "viola", "cello"),
        ("electric_bass",),
        ("flute",),
        (),
    ],
)
def test_bands_that_lack_somebody(instruments: tuple[str, ...]) -> None:
    score = COMPOSER.compose(replace(plans.plan("pop"), instruments=instruments))
    assert {part.instrument for part in score.parts} <= set(instruments)
    assert bool(score.parts) is bool(instruments)


def test_missing_chords_are_named() -> None:
    plan = plans.plan("pop")
    sections = list(plan.sections)
    sections[1] = replace(sections[1], chords=())
    with pytest.raises(
        BadDataError, match=r"sections.1 \(verse\) must have chords for each of its 8 bars"
    ) as e:
        COMPOSER.compose(plan.with_sections(sections))
    assert "'C:maj'" in (e.value.hint or "")


def test_unknown_instruments_and_genres_are_named() -> None:
    with pytest.raises(ConfigError, match="'pianoo'") as e:
        COMPOSER.compose(replace(plans.plan("pop"), instruments=("pianoo",)))
    assert "piano" in (e.value.hint or "")
    with pytest.raises(ConfigError, match="polka-core"):
        COMPOSER.compose(replace(plans.plan("pop"), genre="polka-core"))


def test_chords_that_go_on_are_one_event_and_shares_are_equal() -> None:
    plan = plans.plan("pop")
    section = replace(
        plan.sections[0],
        bars=4,
        chords=plans.bars("C:maj | C:maj | C:maj F:maj | G:maj", 4),
    )
    song = COMPOSER.song(replace(plan, sections=(section,)))
    assert [(e.start, e.end, str(e.chord)) for e in song.sections[0].chords] == [
        (0, 4800, "C:maj"),
        (4800, 5760, "F:maj"),
        (5760, 7680, "G:maj"),
    ]
