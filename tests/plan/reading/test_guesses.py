"""Guesses by meaning, with an encoder that places words where the test says."""

from __future__ import annotations

import numpy as np
import pytest

from muze_plan.reading import read_prompt
from muze_plan.reading.entries import Entry
from muze_plan.reading.guesses import THRESHOLD, Guess, Guesser
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon, load_lexicon
from muze_plan.reading.meanings import Meanings, akin, opposed
from muzecli.errors import UnavailableError

SAD = Entry("sad", "mood", ("sad", "sorrowful"), moods=("sad",), energy=0.2, valence=-0.8)
GLAD = Entry("glad", "mood", ("glad", "joyful"), moods=("glad",), energy=0.6, valence=0.8)
PIANO = Entry("piano", "table", ("piano", "grand piano"), instruments=("piano",))
LEXICON = Lexicon([SAD, GLAD, PIANO])


AXES = {
    "sad": 0,
    "sorrowful": 0,
    "tearstained": 0,
    "glad": 1,
    "joyful": 1,
    "piano": 2,
    "grand piano": 2,
    "pianola": 2,
}


class Placed:
    """An encoder: a direction for each known word, noise for the rest."""

    name, width, token_width = "placed", 8, 8

    def encode(self, texts):
        rows = []
        for text in texts:
            row = np.zeros(8, np.float32)
            row[AXES.get(text, 5)] = 1
            row[7] = 0.1 * (len(text) % 3)
            rows.append(row / np.linalg.norm(row))
        return np.array(rows, np.float32)


def test_the_nearest_meaning_is_guessed():
    guesser = Guesser(LEXICON, Placed())
    guess = guesser.guess("tearstained")
    assert guess is not None and (guess.lane, guess.entry.name) == (WORD, "sad")
    assert guess.confidence >= THRESHOLD
    assert guesser.guess("pianola").entry.instruments == ("piano",)


def test_what_is_nearer_to_decoys_is_not_guessed():
    assert Guesser(LEXICON, Placed()).guess("invoice") is None


def test_an_empty_lexicon_guesses_nothing():
    assert Guesser(Lexicon([]), Placed()).nearest("sad") is None


def test_opposite_moods_are_not_alike():
    meanings = Meanings.of(LEXICON)
    names = [entry.name for entry in meanings.entries]
    sad, glad, piano = names.index("sad"), names.index("glad"), names.index("piano")
    assert opposed(meanings, sad, glad) and not akin(meanings, sad, glad)
    assert akin(meanings, piano, piano) and not opposed(meanings, sad, piano)


class Sure:
    """A guesser that answers every word with one meaning."""

    def __init__(self, lane, entry):
        self._lane, self._entry = lane, entry

    def guess(self, phrase):
        return Guess(phrase, self._lane, self._entry, "form", 0.9) if " " not in phrase else None


def test_guesses_fill_the_reading():
    reading = read_prompt("a zorbly house track", guesser=Sure(WORD, SAD))
    assert (reading.moods, reading.energy, reading.unknown) == (("sad",), 0.2, ())
    assert reading.accounts[0].why == "the lexicon lacks it; nearest is 'form'"
    assert read_prompt("with zorblophone", guesser=Sure(INSTRUMENT, PIANO)).instruments == ("piano",)
    assert read_prompt("no zorblophone", guesser=Sure(INSTRUMENT, PIANO)).without == ("piano",)
    assert read_prompt("not zorbly", guesser=Sure(WORD, SAD)).style_negative == ("zorbly",)


def test_a_named_genre_outranks_a_guess():
    techno = Entry("techno", "genre", ("techno",), genre="techno")
    assert read_prompt("zorbly house", guesser=Sure(GENRE, techno)).genre == "house"
    assert read_prompt("zorbly", guesser=Sure(GENRE, techno)).genre == "techno"


def test_without_weights_words_stay_unknown_and_the_account_says_why():
    class Absent:
        def guess(self, phrase):
            raise UnavailableError("the weights of minilm are not on this machine")

    reading = read_prompt("zorbly house", guesser=Absent())
    assert reading.unknown == ("zorbly",)
    assert [a.why for a in reading.accounts if a.field == "unknown"] == [
        "not in the lexicon, and the weights of minilm are not on this machine"
    ]


def test_a_damaged_cache_is_made_again(tmp_path, monkeypatch):
    from muze_plan.reading import guesses

    path = tmp_path / "reading-x.npz"
    path.write_bytes(b"no archive")
    assert guesses._read_cache(path, 3) is None
    (tmp_path / "reading-old.npz").write_bytes(b"")
    guesses._write_cache(path, np.ones((3, 4), np.float32))
    assert guesses._read_cache(path, 3).shape == (3, 4)
    assert guesses._read_cache(path, 4) is None
    assert not (tmp_path / "reading-old.npz").exists()


@pytest.mark.slow
def test_the_shipped_encoder_finds_likely_words():
    guesser = Guesser(load_lexicon())
    found = guesser.nearest("sorrow-stricken")
    assert found is not None and (found.entry.valence or 0) < 0
    for word in ("invoice", "potato", "tax return"):
        assert guesser.guess(word) is None
