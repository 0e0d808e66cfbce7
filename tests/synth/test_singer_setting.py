"""Lyrics on notes and phonemes in time."""

import random
from itertools import pairwise

import pytest

from muze_synth.singer.consonants import find_consonant
from muze_synth.singer.setting import SungNote, Unit, phrases, set_phrase, sung_notes
from muze_synth.singer.timing import breath_before, time_phrase
from muze_synth.singer.vowels import vowel_targets
from muzecli.errors import UsageError
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.score import Note, Part, Role, Score


def notes(*lyrics: str | None, length_s: float = 0.5) -> tuple[SungNote, ...]:
    return tuple(
        SungNote(1.0 + i * length_s, 1.0 + (i + 1) * length_s, 60 + i, 90, lyric)
        for i, lyric in enumerate(lyrics)
    )


def units(*lyrics: str | None, language: str = "en") -> tuple[Unit, ...]:
    return set_phrase(notes(*lyrics), language=language, has_lyrics=True, rng=random.Random(0))


def sounds(*lyrics: str | None, language: str = "en") -> list[str]:
    return ["".join((*u.onset, u.nucleus, *u.coda)) for u in units(*lyrics, language=language)]


def test_a_syllable_a_note() -> None:
    assert sounds("beau-", "ti-", "ful", "night") == ["bjuː", "ɾi", "fəl", "naɪt"]


def test_note_without_lyric_holds_the_vowel() -> None:
    (first, second) = units("moon", None, None, "light")
    assert len(first.notes) == 3 and first.nucleus == "uː" and first.coda == ("n",)
    assert len(second.notes) == 1


def test_melisma_inside_a_word() -> None:
    first, second = units("ne-", None, "ver")
    assert [len(first.notes), len(second.notes)] == [2, 1]


def test_more_notes_than_syllables_hold_the_last_vowel() -> None:
    found = units("ev-", "er-", "y")
    assert sum(len(unit.notes) for unit in found) == 3 and len(found) == 2


def test_more_syllables_than_notes_share_a_note() -> None:
    found = units("beautiful", "night")
    assert [unit.word for unit in found] == ["beautiful"] * 3 + ["night"]
    assert found[0].notes[0].start_s == 1.0
    assert found[2].notes[-1].end_s == pytest.approx(1.5)


def test_several_words_on_one_note() -> None:
    assert sounds("in the", "rain") == ["ɪn", "ðə", "ɹeɪn"]


def test_consonant_word_leans_on_the_next() -> None:
    assert sounds("w", "le-", "sie", language="pl")[1][0] in "vwf"


def test_notes_before_the_first_word_are_sung_on_oo() -> None:
    assert sounds(None, "stay") == ["uː", "steɪ"]


def test_without_lyrics_one_vowel_a_phrase() -> None:
    found = set_phrase(notes(None, None, None), language="en", has_lyrics=False, rng=random.Random(4))
    assert len({unit.nucleus for unit in found}) == 1 and len(found) == 3


def test_one_voice_sings_the_highest_of_a_chord() -> None:
    part = Part(
        "v",
        Role.VOCALS,
        "female_vocals",
        52,
        False,
        (Note(0, 960, 60, 90), Note(0, 960, 64, 90), Note(480, 1440, 62, 90)),
    )
    score = Score(120, TimeSignature(4, 4), Key(0), 1, (part,), ())
    found = sung_notes(part, score)
    assert [(n.pitch, n.start_s, n.end_s) for n in found] == [(64, 0.0, 0.5), (62, 0.5, 1.5)]


def test_rest_divides_phrases() -> None:
    row = [SungNote(0, 1, 60, 90, None), SungNote(1.1, 2, 60, 90, None), SungNote(2.5, 3, 60, 90, None)]
    assert [len(phrase) for phrase in phrases(row)] == [2, 1]


def test_vowels_start_on_the_beat_and_nothing_overlaps() -> None:
    found = units("strong", "winds", "stretch", "my", "wings")
    segments = time_phrase(found, earliest_s=0.0)
    vowels = [segment for segment in segments if segment.vowel]
    assert [v.start_s for v in vowels] == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0])
    assert all(b.start_s == pytest.approx(a.end_s) for a, b in pairwise(segments))
    assert segments[-1].end_s == pytest.approx(3.5)
    assert all(s.end_s > s.start_s for s in segments)


def test_short_notes_shorten_consonants_not_the_vowel() -> None:
    found = set_phrase(
        notes("strengths", "strange", length_s=0.12), language="en", has_lyrics=True, rng=random.Random(0)
    )
    first = next(s for s in time_phrase(found, earliest_s=0.0) if s.vowel)
    assert first.end_s - first.start_s >= 0.04


def test_a_song_that_starts_with_a_consonant_starts_at_zero() -> None:
    note = SungNote(0.0, 1.0, 60, 90, "stay")
    found = set_phrase([note], language="en", has_lyrics=True, rng=random.Random(0))
    segments = time_phrase(found, earliest_s=0.0)
    assert segments[0].start_s == 0.0 and 0.0 < segments[2].start_s < 0.36


def test_breath_fits_the_rest() -> None:
    segments = time_phrase(units("ah"), earliest_s=0.0)
    breath = breath_before(segments, earliest_s=0.2, rng=random.Random(1))
    assert breath is not None and breath[0] >= 0.2 and breath[1] < segments[0].start_s
    assert breath_before(segments, earliest_s=0.9, rng=random.Random(1)) is None


def test_diphthong_has_two_targets() -> None:
    first, second = vowel_targets("aɪ", 0.0)
    assert first.formants[0] > 600 > 450 > second.formants[0]


def test_sound_that_cannot_be_sung_is_named() -> None:
    with pytest.raises(UsageError, match="not 'ǃ'"):
        find_consonant("ǃ")
    with pytest.raises(UsageError, match="not 'k'"):
        vowel_targets("k", 0.0)
