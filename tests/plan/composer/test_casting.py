from __future__ import annotations

import pytest

from muze_plan.composer.casting import cast, soloist
from muzecli.song.instruments import instruments
from muzecli.song.score import Role

TABLE = instruments()


def band(names: str) -> list:
    return [TABLE[name] for name in names.split()]


def test_a_band_has_drums_bass_chords_and_a_leader() -> None:
    roles = cast(band("jazz_drums acoustic_bass piano tenor_sax"), {}, wants_lead=True)
    assert roles == {
        Role.DRUMS: ("jazz_drums",),
        Role.BASS: ("acoustic_bass",),
        Role.CHORDS: ("piano",),
        Role.LEAD: ("tenor_sax",),
    }


def test_a_pianist_alone_has_two_hands() -> None:
    roles = cast(band("piano"), {}, wants_lead=True)
    assert roles == {Role.CHORDS: ("piano",), Role.LEAD: ("piano",)}


def test_a_singer_needs_no_other_leader() -> None:
    roles = cast(band("acoustic_guitar female_vocals"), {}, wants_lead=False)
    assert roles == {Role.CHORDS: ("acoustic_guitar",), Role.VOCALS: ("female_vocals",)}


def test_a_quartet_shares_the_chord() -> None:
    roles = cast(band("violin viola cello"), {}, wants_lead=True)
    assert roles[Role.BASS] == ("cello",)
    assert roles[Role.LEAD] == ("violin",)


def test_the_genre_seats_its_players() -> None:
    seats = {"strings": (Role.CHORDS,), "brass_section": (Role.COUNTER,)}
    roles = cast(band("strings brass_section piano"), seats, wants_lead=False)
    assert "strings" in roles[Role.CHORDS]
    assert roles[Role.COUNTER] == ("brass_section",)


@pytest.mark.parametrize("wants_lead", [True, False])
def test_everybody_of_the_table_has_a_role(wants_lead: bool) -> None:
    for name in TABLE:
        roles = cast([TABLE[name]], {}, wants_lead=wants_lead)
        assert {n for names in roles.values() for n in names} == {name}


def test_who_plays_a_solo_leads_readily() -> None:
    players = band("electric_bass piano acoustic_guitar")
    assert soloist(players[1:], {Role.CHORDS: ("acoustic_guitar",)}) == "piano"
    assert soloist(band("sub_bass"), {}) is None
