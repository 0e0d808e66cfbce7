"""Lyrics by grammar: choruses return, verses differ, lines rhyme and fit the time."""

from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
import yaml

from muze_synth.corpus.lyrics import count_syllables, write_lyrics
from muze_synth.corpus.themes import LyricThemes, theme_faults, themes
from muzecli.resources import presets_dir
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionType
from muzecli.text.phonemes import phonemise

FORM = (
    (SectionType.INTRO, 4, False),
    (SectionType.VERSE, 8, True),
    (SectionType.PRE_CHORUS, 4, True),
    (SectionType.CHORUS, 8, True),
    (SectionType.VERSE, 8, True),
    (SectionType.PRE_CHORUS, 4, True),
    (SectionType.CHORUS, 8, True),
    (SectionType.BRIDGE, 8, True),
    (SectionType.CHORUS, 16, True),
    (SectionType.OUTRO, 4, True),
)
TWO_WAYS = {"fire", "hours", "our", "choir", "tired", "wires", "whistling"}
"""Words that are sung on one syllable more or less."""


def plan(mood: tuple[str, ...] = (), tempo_bpm: float = 100.0, genre: str = "pop") -> Plan:
    sections = tuple(Section(kind, bars, 0.5, vocals) for kind, bars, vocals in FORM)
    return Plan("", genre, tempo_bpm, Key(0), TimeSignature(4, 4), 1, sections, mood=mood)


def sound(text: str) -> str:
    """Return the vowel that a text ends on."""
    return [s for word in phonemise(text, "en") for s in word.syllables][-1].nucleus.replace("ː", "")


def test_every_sung_section_has_words_and_no_other() -> None:
    song = plan()
    lyrics = write_lyrics(song, Random(1))
    assert sorted(lyrics) == [i for i, section in enumerate(song.sections) if section.has_vocals]


@pytest.mark.parametrize("seed", range(8))
def test_a_chorus_returns_and_a_verse_does_not(seed: int) -> None:
    lyrics = write_lyrics(plan(), Random(seed))
    assert lyrics[3] == lyrics[6]
    assert lyrics[8].startswith(lyrics[3])
    assert lyrics[2] == lyrics[5]
    assert not set(lyrics[1].splitlines()) & set(lyrics[4].splitlines())
    assert not set(lyrics[1].splitlines()) & set(lyrics[3].splitlines())


@pytest.mark.parametrize("seed", range(8))
def test_verses_rhyme(seed: int) -> None:
    lines = write_lyrics(plan(), Random(seed))[1].splitlines()
    assert len(lines) % 4 == 0
    for place in range(0, len(lines), 4):
        a, b, c, d = (sound(line) for line in lines[place : place + 4])
        assert (a, c) in ((b, d), (a, a)) and (b == d or c == d)


def test_the_hook_leads_the_chorus() -> None:
    lines = write_lyrics(plan(), Random(2))[3].splitlines()
    assert len(set(lines[::2])) == 1
    assert lines[0] in {hook for theme in themes() for hooks in theme.hooks.values() for hook in hooks}


@pytest.mark.parametrize("tempo_bpm", [62, 90, 128, 174])
def test_lines_fit_their_time(tempo_bpm: float) -> None:
    song = plan(tempo_bpm=tempo_bpm)
    for index, text in write_lyrics(song, Random(3)).items():
        lines = text.splitlines()
        seconds = song.sections[index].bars * song.bar_s / len(lines)
        assert 2.0 < seconds < 8.0
        assert all(1 <= count_syllables(line) <= 13 for line in lines)
        assert sum(map(count_syllables, lines)) / (seconds * len(lines)) < 4.0


def test_the_same_generator_gives_the_same_words() -> None:
    assert write_lyrics(plan(), Random(4)) == write_lyrics(plan(), Random(4))
    assert len({str(write_lyrics(plan(), Random(seed))) for seed in range(20)}) == 20


def test_words_that_are_there_stay() -> None:
    song = plan()
    sections = list(song.sections)
    sections[3] = Section(SectionType.CHORUS, 8, 0.5, True, lyrics="mine")
    assert 3 not in write_lyrics(song.with_sections(sections), Random(1))


def test_mood_leads_to_the_theme() -> None:
    sad = Counter(write_lyrics(plan(("sad",)), Random(seed))[9].splitlines()[0] for seed in range(60))
    hooks = {
        hook for theme in themes() if "sad" in theme.moods for group in theme.hooks.values() for hook in group
    }
    assert sum(count for line, count in sad.items() if line in hooks) > 20


def test_shipped_themes_are_whole() -> None:
    assert len(themes()) == 11
    for path in sorted((presets_dir() / "lyrics").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# muze dataset synth")
        assert LyricThemes().validate(yaml.safe_load(text), path) == []


def test_syllables_are_counted_as_they_are_spoken() -> None:
    texts = [t for theme in themes() for g in (*theme.openers.values(), *theme.hooks.values()) for t in g]
    texts += [text for theme in themes() for group in theme.rhymes.values() for text in group]
    for word in {word.lower() for text in texts for word in text.split()} - TWO_WAYS:
        assert count_syllables(word) == sum(len(w.syllables) for w in phonemise(word, "en")), word


def test_families_rhyme() -> None:
    for theme in themes():
        for family, endings in theme.rhymes.items():
            assert len({sound(text) for text in (*endings, *theme.hooks.get(family, ()))}) == 1, (
                theme.name,
                family,
            )


def test_no_line_is_in_two_themes() -> None:
    for one, other in pairwise(sorted(themes(), key=lambda theme: theme.name)):
        assert not set(one.openers["verse"]) & set(other.openers["verse"])


def test_faults_are_named() -> None:
    assert theme_faults([], Path("x.yaml")) == [
        "a theme of lyrics must be a mapping with the schema muze.lyrics/1"
    ]
    faults = theme_faults(
        {"schema": "muze.lyrics/1", "name": "y", "moods": ["sad"], "verse": []}, Path("x.yaml")
    )
    assert "name must be the file's, 'x', not 'y'" in faults and "verse must be a list of texts" in faults
