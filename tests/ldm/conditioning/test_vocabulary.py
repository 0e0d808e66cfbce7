"""Names as numbers: stable, distinct, and the same in every process."""

from __future__ import annotations

import subprocess
import sys

from muze_ldm.conditioning.vocabulary import (
    ARTISTS,
    CHORDS,
    METRES,
    PHONEMES,
    UNKNOWN_PHONEME,
    artist_bucket,
    chord_number,
    genre_vector,
    metre_number,
    phoneme_number,
    phoneme_table,
)
from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.metre import TimeSignature

BUCKETS = {"muze": 950, "Björk": 943, "the beatles": 978}


def test_artists_have_buckets_that_stay() -> None:
    """These numbers stand in weights that people have."""
    assert {name: artist_bucket(name) for name in ("muze", "Björk", "the beatles")} == BUCKETS
    assert artist_bucket("  The  BEATLES ") == artist_bucket("the beatles")
    spread = {artist_bucket(f"artist {number}") for number in range(2000)}
    assert min(spread) >= 0 and max(spread) < ARTISTS and len(spread) > 800


def test_buckets_do_not_depend_on_the_process() -> None:
    code = "from muze_ldm.conditioning.vocabulary import artist_bucket as b; print(b('muze'))"
    for seed in ("1", "2"):
        found = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert int(found.stdout) == BUCKETS["muze"]


def test_every_chord_has_its_number() -> None:
    chords = [Chord(None), *(Chord(root, quality) for quality in QUALITIES for root in range(12))]
    numbers = [chord_number(chord) for chord in chords]
    assert numbers == list(range(len(chords))) and max(numbers) < CHORDS
    assert chord_number(Chord.parse("C:maj/E")) == chord_number(Chord.parse("C:maj")) == 1
    assert chord_number(Chord.parse("A:min")) == 22


def test_metres() -> None:
    usual = ("4/4", "3/4", "6/8", "2/4", "12/8", "9/8", "5/4", "7/8", "2/2")
    assert [metre_number(TimeSignature.parse(text)) for text in usual] == list(range(9))
    assert metre_number(TimeSignature(17, 8)) == METRES - 1


def test_genres_are_found_however_they_are_written() -> None:
    genres = ("drum_and_bass", "lo_fi", "pop")
    assert genre_vector(["Lo-Fi", "POP"], genres).tolist() == [0.0, 1.0, 1.0]  # type: ignore[union-attr]
    assert genre_vector(["polka"], genres) is None
    assert genre_vector(["pop"], ()) is None


def test_phonemes_have_numbers_of_their_own() -> None:
    table = phoneme_table()
    assert len(set(table.values())) == len(table)
    assert min(table.values()) == 2 and max(table.values()) < PHONEMES
    assert {"a", "aː", "ɔ̃", "tʃ", "aɪ", "ʃ", "tʲ", "ŋ", "ɚ"} <= set(table)
    # They stand in weights that people have.
    assert (phoneme_number("i"), phoneme_number("y"), phoneme_number("p")) == (2, 3, 95)


def test_rare_phonemes_are_what_they_begin_with() -> None:
    assert phoneme_number("aɪə") == phoneme_number("aɪ") != phoneme_number("a")
    assert phoneme_number("t̪") == phoneme_number("t")
    assert phoneme_number("ä") == phoneme_number("a")
    assert phoneme_number("ɐ̃") != phoneme_number("ɐ")
    assert phoneme_number("?") == UNKNOWN_PHONEME


def test_what_lyrics_are_read_as_is_told_apart() -> None:
    english = "a aɪ aʊ b d dʒ eɪ f h i iː j k l m n oʊ p r s t tʃ u v w z ð ŋ ɑː ɔɪ ə ɚ ɛ ɡ ɪ ɹ ʃ ʊ ʌ ʒ θ"
    others = "e o x y ø œ̃ ɐ ɑ̃ ɔ̃ ɛ̃ ɕ tɕ dʑ ʑ ts pf ç ɨ ɲ ɾ ʁ ʎ tʲ ʏ ɔø β ɣ kː"
    symbols = f"{english} {others}".split()
    assert len({phoneme_number(symbol) for symbol in symbols}) == len(symbols)
