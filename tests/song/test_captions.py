import re
from dataclasses import replace

import pytest

from muzecli.errors import ConfigError
from muzecli.song import captions
from muzecli.song.captions import Facts, caption, mood_values, phrasings

WALTZ = Facts(
    genre="folk",
    tempo_bpm=84,
    key="G major",
    mode="major",
    time_signature="3/4",
    moods=("calm",),
    energy=0.2,
    instruments=("acoustic_guitar", "violin", "flute"),
    others=(),
    leads=(),
    absent=("drums",),
    has_drums=False,
    voice="female_vocals",
    sections=("verse", "chorus"),
)
CLUB = Facts(
    genre="techno",
    tempo_bpm=133.5,
    key="F# minor",
    mode="minor",
    time_signature="4/4",
    moods=("dark", "tense"),
    energy=0.9,
    instruments=("drum_machine", "synth_bass"),
    others=(),
    leads=(),
    absent=(),
    has_drums=True,
    voice=None,
    is_instrumental=True,
    sections=("intro", "buildup", "drop"),
)
SEEDS = range(300)


def test_the_same_seed_says_the_same_and_seeds_say_it_differently():
    assert caption(WALTZ, 4) == caption(WALTZ, 4)
    assert len({caption(WALTZ, seed) for seed in SEEDS}) > 280


def test_every_caption_names_the_genre():
    assert all("folk" in caption(WALTZ, seed).lower() for seed in SEEDS)
    assert all("techno" in caption(CLUB, seed).lower() for seed in SEEDS)


def test_numbers_and_keys_are_those_of_the_facts():
    said = [caption(CLUB, seed) for seed in SEEDS]
    tempi = {match for text in said for match in re.findall(r"(\S+) (?:bpm|BPM|beats per minute)", text)}
    keys = {match for text in said for match in re.findall(r"[A-G][#b]? (?:minor|major)", text)}
    assert tempi == {"133.5"}
    assert keys == {"F# minor"}


def test_what_is_absent_is_said_to_be_absent_and_nothing_else_is():
    absent = r"(?:no|without|with no) drums|drums left out"
    assert any(re.search(absent, caption(WALTZ, seed)) for seed in SEEDS)
    assert not any(re.search(absent, caption(CLUB, seed)) for seed in SEEDS)


def test_a_singer_is_told_of_as_what_she_is():
    said = " ".join(caption(WALTZ, seed) for seed in SEEDS)
    assert re.search("wom[ae]n|female", said)
    assert not re.search(r"\bmale|\bman\b|instrumental|no vocals", said)
    assert "instrumental" in " ".join(caption(CLUB, seed) for seed in SEEDS)


def test_metre_is_told_more_often_where_it_is_unusual():
    waltzes = sum("3/4" in caption(WALTZ, seed) or "waltz" in caption(WALTZ, seed) for seed in SEEDS)
    commons = sum("4/4" in caption(CLUB, seed) for seed in SEEDS)
    assert waltzes > 2 * commons > 0


@pytest.mark.parametrize(
    ("tempo_bpm", "pace"), [(60, "slow"), (89.9, "slow"), (90, "medium"), (119, "medium"), (120, "fast")]
)
def test_pace_is_that_of_the_tempo(tempo_bpm, pace):
    facts = Facts(**{**vars(CLUB), "tempo_bpm": tempo_bpm})
    assert facts.pace == pace


def told(facts: Facts, **changes: object) -> list[str]:
    """Return many captions of facts that differ from others in some."""
    return [caption(Facts(**{**vars(facts), **changes}), seed) for seed in SEEDS]


@pytest.mark.parametrize(
    ("sections", "true"),
    [
        (("verse", "chorus"), set()),
        (("verse", "chorus", "chorus"), {"chorus again"}),
        (("verse", "chorus", "verse", "chorus"), {"chorus again", "verse and chorus"}),
        (("buildup", "drop"), {"drop", "buildup to a drop"}),
        (("drop", "buildup"), {"drop"}),
        (("solo", "bridge", "breakdown"), {"solo", "bridge", "breakdown"}),
    ],
)
def test_of_the_form_only_what_is_so_is_told(sections, true):
    assert set(Facts(**{**vars(CLUB), "sections": sections}).forms) == true


def test_a_song_without_drums_is_no_beat_and_no_groove():
    calm = {"has_drums": False, "genre": "hip_hop"}
    assert not re.search(r"\bbeat\b|groove", " ".join(told(CLUB, **calm)))
    assert re.search(r"\bbeat\b", " ".join(told(CLUB, genre="hip_hop")))


@pytest.mark.parametrize("changes", [{"tempo_bpm": 71}, {"energy": 0.2}, {"has_drums": False}])
def test_what_is_slow_soft_or_without_drums_is_no_dance_music(changes):
    assert "dance" in " ".join(told(CLUB, genre="electronic"))
    assert not re.search("dance|EDM", " ".join(told(CLUB, genre="electronic", **changes)))


@pytest.mark.parametrize(
    "changes", [{"voice": "male_vocals", "is_instrumental": False}, {"is_instrumental": False}]
)
def test_where_somebody_sings_nothing_is_instrumental(changes):
    said = " ".join(told(CLUB, **changes)).lower()
    assert not re.search("instrumental|no vocals|without vocals|without singing", said)


def test_a_ballad_is_slow_only_where_it_is():
    assert "slow" not in " ".join(told(WALTZ, genre="ballad", tempo_bpm=125))


def test_only_what_has_the_tune_leads():
    assert not re.search("led by|in the lead", "\n".join(told(CLUB)))
    said = "\n".join(told(CLUB, instruments=("drum_machine", "saw_lead"), leads=("saw_lead",)))
    assert re.search("led by a? ?saw", said)
    assert not re.search("lead in the lead|led by [^.,\n]*drum", said)


def test_all_that_plays_is_told_as_all_only_where_it_is():
    whole = "played on|all there is"
    assert re.search(whole, " ".join(told(CLUB)).lower())
    assert not re.search(whole, " ".join(told(CLUB, others=("flute",))).lower())


def test_nothing_follows_what_is_absent_in_its_sentence():
    for text in told(WALTZ):
        rest = re.split(r"(?:without(?: any)?|no) drums", text)
        assert len(rest) == 1 or re.match(r"\.|$", rest[1]), text


def test_instruments_that_are_told_are_told_in_words_that_have_them():
    for text in told(CLUB):
        assert not re.search("violin|guitar|piano", text)


@pytest.mark.parametrize(
    ("noun", "article"),
    [
        ("EDM track", "an"),
        ("euphoric song", "a"),
        ("unhurried tune", "an"),
        ("R&B song", "an"),
        ("house track", "a"),
    ],
)
def test_articles(noun, article):
    assert captions._article(noun) == article


def test_no_caption_has_an_open_placeholder_or_doubled_blank():
    for facts in (WALTZ, CLUB):
        for seed in SEEDS:
            assert not re.search(r"[{}]|  | ,|,,|= ", caption(facts, seed))


def test_every_genre_of_the_presets_has_words():
    from muzecli.presets import all_presets

    assert {preset.name for preset in all_presets("genres")} <= set(phrasings()["genres"])


def test_an_unknown_mood_is_named():
    with pytest.raises(ConfigError, match=r"not 'grumpy'"):
        mood_values("grumpy")


def test_a_file_of_another_schema_is_refused(tmp_path, monkeypatch):
    (tmp_path / "captions").mkdir()
    (tmp_path / "captions" / "english.yaml").write_text("schema: other/1\n")
    monkeypatch.setattr(captions, "presets_dir", lambda: tmp_path)
    phrasings.cache_clear()
    try:
        with pytest.raises(ConfigError, match=r"must have the schema muze\.captions/1"):
            phrasings()
    finally:
        phrasings.cache_clear()


def test_nothing_is_said_of_what_is_not_known():
    nouns = {*phrasings()["nouns"], *phrasings()["nouns_instrumental"]}
    openers = {word for forms in phrasings()["openers"].values() for form in forms for word in form.split()}
    for seed in SEEDS:
        words = set(re.findall(r"[a-z]+", caption(Facts(), seed).lower()))
        assert words <= {*nouns, *(word.lower() for word in openers), "a", "an"}


def test_tags_lose_their_first_words_only():
    said = [caption(replace(CLUB, sections=("chorus", "verse", "chorus")), seed) for seed in range(2000)]
    told = [text for text in said if "comes back" in text]
    assert told
    assert all("a chorus that comes back" in text for text in told)
