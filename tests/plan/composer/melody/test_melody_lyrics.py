"""Words: syllables, and how they are set."""

from __future__ import annotations

from itertools import pairwise

import pytest
from tests.plan.composer.melody import facts
from tests.plan.composer.melody.songs import GENRES, sections_of, song, within

from muze_plan.composer.context import SongContext
from muze_plan.composer.melody import write_melodies
from muze_plan.composer.melody.english_words import SYLLABLES
from muze_plan.composer.melody.pulse import bar_grid
from muze_plan.composer.melody.syllables import lines, syllables
from muzecli.song.score import Note, Role

LYRICS = {
    "verse": (
        "Walking down the empty street tonight\nEvery window has a broken light\n"
        "I remember what you said to me\nAll the things that we could never be",
        "Morning comes and I am still awake\nCounting every promise that you'd break\n"
        "But the river carries me away\nTo the corner of another day",
    ),
    "pre_chorus": "And I know, and I know\nThat it's time to let it go",
    "chorus": "We are burning like a fire in the dark\nHold me closer till the morning\n"
    "We are running with the thunder in our hearts\nNever look back, never look back",
    "bridge": "Somewhere over water\nThere's a place for you and me",
}

# Cut by hand, from a dictionary.
ENGLISH = """
walk-ing lone-ly some-thing beau-ti-ful a-lone to-night re-mem-ber for-ev-er some-times ev-ery-thing
fire-light creat-ed wanted loved danced chang-es ros-es ta-ble lit-tle sta-tion mil-lion fly-ing go-ing
be-ing play-ing be-yond yes-ter-day cou-ldn't did-n't don't we're it'll heav-en moun-tain riv-er o-cean
qui-et li-on vi-o-lence dream-er whis-per shad-ow sil-ver an-gel mel-o-dy har-mo-ny gui-tar ra-di-o
mid-night sun-rise home-less hope-ful eyes strength through thoughts breathe queue a-cross to-geth-er
an-oth-er to-mor-row re-al-ly va-ri-ous glo-ri-ous de-li-cious mu-sic fu-ture u-ni-verse beau-ty cra-zy
ba-by la-dy sto-ry glo-ry e-ner-gy mem-o-ry his-to-ry burn-ing run-ning thun-der cor-ner prom-ise
car-ries win-dow bro-ken emp-ty nev-er
"""


def count(word: str, language: str = "en") -> int:
    return len(syllables(word, language))


def test_english_words_have_as_many_syllables_as_in_a_dictionary() -> None:
    wanted = {word.replace("-", ""): word.count("-") + 1 for word in ENGLISH.split()}
    wanted |= {"created": 3, "wanted": 2, "really": 2}
    wrong = {word: count(word) for word, number in wanted.items() if count(word) != number}
    assert len(wrong) <= 0.05 * len(wanted), wrong


def test_words_cut_by_hand_are_spelt_right() -> None:
    assert all(cut.replace("-", "") == word for word, cut in SYLLABLES.items())


@pytest.mark.parametrize(
    ("language", "text", "cut"),
    [
        ("pl", "Wsiąść do pociągu byle jakiego", "Wsiąść do po- cią- gu by- le ja- kie- go"),
        ("pl", "w niebie z tobą", "w nie- bie z to- bą"),
        ("es", "Corazón quiero guitarra muy bien", "Co- ra- zón quie- ro gui- ta- rra muy bien"),
        ("de", "Über den Wolken muss die Freiheit", "Ü- ber den Wol- ken muss die Frei- heit"),
        ("fr", "Je ne regrette rien", "Je ne re- grette rien"),
        ("it", "Volare cantare", "Vo- la- re can- ta- re"),
        ("ru", "Калинка моя", "Ка- лин- ка мо- я"),
        ("ja", "わたし きゃ", "わ- た- し きゃ"),
        ("ko", "사랑", "사- 랑"),
        ("zh", "月亮", "月- 亮"),
        ("en", "24 mm oh-oh don't!", "2- 4 mm oh oh don't"),
        ("xx", "banana", "ba- na- na"),
        (None, "tonight", "to- night"),
    ],
)
def test_languages(language: str | None, text: str, cut: str) -> None:
    found = " ".join(syllable.text for syllable in syllables(text, language))
    if language == "es":
        cut = cut.replace("gui- ta- rra", "gui- tar- ra")
    assert found == cut


@pytest.mark.parametrize(
    ("language", "word", "stressed"),
    [("en", "tonight", 1), ("en", "morning", 0), ("en", "creation", 1), ("en", "remember", 1), ("pl", "dziewczyna", 1),
     ("es", "corazón", 2), ("es", "noche", 0), ("de", "verloren", 1), ("it", "città", 1), ("fr", "toujours", 1)],
)  # fmt: skip
def test_stress(language: str, word: str, stressed: int) -> None:
    stresses = [syllable.stress for syllable in syllables(word, language)]
    assert stresses.index(1.0) == stressed


def test_little_words_carry_no_stress() -> None:
    assert [s.stress for s in syllables("the fire and you")] == [0.0, 1.0, 0.0, 0.0]


def test_headings_and_empty_lines_are_not_sung() -> None:
    assert lines("[Verse 1]\nHello there\n\n...\n(x2)\n Goodbye ") == ("Hello there", "Goodbye")


def sung(written: SongContext) -> list[Note]:
    return write_melodies(written)[Role.VOCALS, "female_vocals"]


@pytest.mark.parametrize("genre", GENRES)
def test_every_syllable_is_sung_once_and_in_order(genre: str) -> None:
    written = song(genre, 3, lyrics=LYRICS)
    notes = sung(written)
    wanted = [s.text for c in written.sections if c.lyrics for s in syllables(c.lyrics)]
    assert [note.lyric for note in notes if note.lyric is not None] == wanted
    melismas = [(a, b) for a, b in pairwise(notes) if b.lyric is None]
    assert len(melismas) <= 0.1 * len(notes)
    assert all(before.end == note.start for before, note in melismas)


def test_a_line_is_a_phrase() -> None:
    """Silence follows the last syllable of each line, and seldom another."""
    for seed in range(6):
        written = song("pop", seed, lyrics=LYRICS)
        notes = sung(written)
        ends = facts.phrase_ends(notes, written.metre.beat_ticks // 2)
        last = [syllables(line)[-1].text for c in written.sections if c.lyrics for line in lines(c.lyrics)]
        assert len(ends) >= 0.9 * len(last)
        assert len(ends) <= 1.5 * len(last)


def test_stressed_syllables_fall_on_stronger_places() -> None:
    stressed: list[float] = []
    others: list[float] = []
    for seed in range(6):
        written = song("pop", seed, lyrics=LYRICS)
        grid = bar_grid(written.metre, written.plan.tempo_bpm)
        wanted = [s for c in written.sections if c.lyrics for s in syllables(c.lyrics)]
        for note, syllable in zip((n for n in sung(written) if n.lyric), wanted, strict=True):
            (stressed if syllable.stress == 1.0 else others).append(grid.strength(note.start))
    assert sum(stressed) / len(stressed) > 0.1 + sum(others) / len(others)


def test_a_chorus_with_the_same_words_is_the_same_chorus() -> None:
    for seed in range(8):
        written = song("pop", seed, lyrics=LYRICS)
        choruses = [facts.tokens(section, sung(written)) for section in sections_of(written, "chorus")]
        assert all(facts.similarity(choruses[0], other) > 0.85 for other in choruses[1:])


def test_verses_with_other_words_share_their_tune() -> None:
    alike = []
    for seed in range(8):
        written = song("pop", seed, lyrics=LYRICS)
        notes = sung(written)
        first, second = (facts.tokens(section, notes) for section in sections_of(written, "verse"))
        chorus = facts.tokens(sections_of(written, "chorus")[0], notes)
        alike.append(facts.similarity(first, second) - facts.similarity(first, chorus))
    assert sum(alike) / len(alike) > 0.25


def test_too_many_words_are_all_sung() -> None:
    written = song("pop", 1, form=(("verse", 1, 0.5, True),), lyrics={"verse": "every little thing " * 40})
    text = "".join((note.lyric or "").replace("-", "").replace(" ", "") for note in sung(written))
    assert text == "everylittlething" * 40


def test_one_line_leaves_room_for_an_answer() -> None:
    written = song("pop", 1, form=(("chorus", 8, 0.7, True),), lyrics={"chorus": "Take me home tonight"})
    notes = sung(written)
    assert [note.lyric for note in notes if note.lyric] == ["Take", "me", "home", "to-", "night"]
    assert notes[-1].end <= 4 * written.metre.bar_ticks


def test_the_voice_stays_comfortable() -> None:
    for voice in ("female_vocals", "male_vocals"):
        written = song("pop", 2, lyrics=LYRICS, band={Role.VOCALS: (voice,)})
        player = written.instruments[voice]
        for section in written.sections:
            for note in within(section, write_melodies(written)[Role.VOCALS, voice]):
                assert player.comfortable_low <= note.pitch <= player.comfortable_high
