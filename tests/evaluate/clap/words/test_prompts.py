"""Prompts: whatever the seed draws, what it says holds for the sound, and says what it says it does."""

import pytest
from tests.evaluate.clap.songs import BAR_S, score, track

from muze_evaluate.clap.words.prompts import short, whole
from muze_evaluate.clap.words.songs import facts_of, song_facts
from muze_evaluate.clap.words.told import told_tempo_bpm, told_traits
from muze_evaluate.clap.words.traits import present
from muzecli.song.captions import Facts, caption

SONG = song_facts(track("a"), score())
BAND = facts_of(SONG, 0.0, 4 * BAR_S)
FLUTE = facts_of(SONG, 0.0, 4 * BAR_S, chosen={"flute"})
DRUMS = facts_of(SONG, 0.0, 4 * BAR_S, chosen={"drums"})
SINGER = facts_of(SONG, 0.0, 4 * BAR_S, chosen={"female_vocals"})
SEEDS = range(300)


@pytest.mark.parametrize(("facts", "alone"), [(BAND, False), (FLUTE, True), (DRUMS, True), (SINGER, True)])
def test_a_short_text_tells_only_what_holds(facts, alone):
    true, _ = present(facts, alone=alone)
    texts = [short(facts, seed, alone=alone) for seed in SEEDS]
    for told in texts:
        assert told.text and told.traits <= true, told
        assert told.tempo_bpm in (0.0, 120.0)
    assert len({told.text for told in texts}) > 30


def test_parts_alone_are_called_so():
    solos = [short(FLUTE, seed, alone=True) for seed in SEEDS]
    named = {told.text.lower() for told in solos if told.traits == {"alone", "instrument flute"}}
    assert {"solo flute", "flute alone"} <= named
    beats = [short(DRUMS, seed, alone=True).text.lower() for seed in SEEDS]
    assert {"drum loop", "drums only"} <= set(beats)
    sung = [short(SINGER, seed, alone=True).text.lower() for seed in SEEDS]
    assert "a cappella" in sung


def test_generic_names_are_used_as_well():
    guitar = Facts(instruments=("electric_guitar",), absent=("drums",))
    said = {short(guitar, seed, alone=True).text.lower() for seed in SEEDS}
    assert {"solo guitar", "solo electric guitar"} <= said
    saxophone = Facts(instruments=("alto_sax", "drums"))
    told = [short(saxophone, seed) for seed in SEEDS]
    assert any(one.text.lower() == "saxophone" and one.traits == {"group saxophones"} for one in told)


def test_a_caption_asks_for_nothing_that_is_not_so():
    true, _ = present(BAND)
    for seed in SEEDS:
        told = whole(BAND, seed)
        assert told.traits - {"level high"} <= true
        assert told_tempo_bpm(told.text) in (0.0, 120.0)
        assert told_tempo_bpm(told.text) <= told.tempo_bpm  # it tells no tempo that was kept from it


def test_the_same_seed_says_the_same():
    assert [whole(BAND, seed) for seed in SEEDS] == [whole(BAND, seed) for seed in SEEDS]


def test_what_is_not_known_is_not_said():
    for seed in SEEDS:
        assert short(Facts(genre="jazz"), seed).traits == {"genre jazz"}


def test_what_a_caption_tells_is_found_in_its_words():
    facts = Facts(
        genre="jazz",
        tempo_bpm=92.0,
        key="F# minor",
        mode="minor",
        time_signature="3/4",
        instruments=("piano", "warm_pad"),
        absent=("drums",),
        voice="male_vocals",
    )
    true, _ = present(facts)
    text = "A jazz song with a warm pad at 92 bpm, in the key of F# minor, sung by a man, without drums."
    told = told_traits(text, true)
    assert {"genre jazz", "instrument warm_pad", "key F# minor", "voice male_vocals", "absent drums"} <= told
    assert not {"instrument piano", "metre 3/4", "pace medium"} & told
    assert told_tempo_bpm(text) == 92.0
    assert (
        "instrument piano" in told_traits("piano, 3/4", true) and told_traits("a tune", true) == frozenset()
    )


def test_every_caption_names_its_genre_in_words_that_are_known():
    facts = Facts(genre="lo_fi", instruments=("piano",), has_drums=True, absent=("bass",))
    found = [told_traits(caption(facts, seed), present(facts)[0]) for seed in SEEDS]
    assert all("genre lo_fi" in told for told in found)
