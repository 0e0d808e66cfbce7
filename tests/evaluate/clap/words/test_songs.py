"""What may be said of a stretch, or of some parts: nothing that does not sound there."""

import pytest
from tests.evaluate.clap.songs import BAR_S, score, track

from muze_evaluate.clap.words.songs import facts_of, shares, song_facts


@pytest.fixture
def song():
    return song_facts(track("a"), score())


def test_the_whole_song(song):
    facts = facts_of(song, 0.0, 4 * BAR_S)
    assert facts.instruments == ("drums", "piano", "flute") and facts.has_drums
    assert (facts.genre, facts.tempo_bpm, facts.key, facts.mode) == ("jazz", 120.0, "A minor", "minor")
    assert facts.voice == "female_vocals" and not facts.is_instrumental
    assert "drums" not in facts.absent and "guitars" in facts.absent
    assert facts.leads == ()  # where somebody sings, nobody else leads


def test_a_stretch_without_the_singer_is_instrumental(song):
    facts = facts_of(song, 2 * BAR_S, 4 * BAR_S)
    assert facts.voice is None and facts.is_instrumental
    assert facts.leads == ("flute",)


def test_a_stretch_before_the_flute_has_none(song):
    assert facts_of(song, 0.0, 2 * BAR_S).instruments == ("drums", "piano")
    assert shares(song, 0.0, 2 * BAR_S) == {"drums": 1.0, "piano": 1.0, "female_vocals": 1.0}


def test_a_part_alone_has_no_genre_and_no_mood(song):
    facts = facts_of(song, 0.0, 4 * BAR_S, chosen={"piano"})
    assert facts.instruments == ("piano",) and facts.genre is None and facts.energy is None
    assert facts.key == "A minor" and "drums" in facts.absent


def test_drums_alone_have_no_key(song):
    facts = facts_of(song, 0.0, 4 * BAR_S, chosen={"drums"})
    assert facts.key is None and facts.mode is None and facts.tempo_bpm == 120.0


def test_faster_and_higher(song):
    facts = facts_of(song, 0.0, 4 * BAR_S, faster=1.1, higher=2)
    assert facts.tempo_bpm == 132.0 and facts.key == "B minor" and facts.mode == "minor"


def test_without_a_score_nothing_is_said_of_instruments():
    song = song_facts(track("a"), None)
    facts = facts_of(song, 0.0, 4.0)
    assert (
        facts.instruments == () and facts.absent == () and facts.genre == "jazz" and facts.voice == "vocals"
    )
