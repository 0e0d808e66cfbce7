"""What is sung alike is written alike, and nothing else is."""

from __future__ import annotations

import pytest

from muze_evaluate.voice.words import letters_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[Chorus]\nDon’t STOP, uh-huh!", ["don't", "stop", "uh", "huh"]),
        ("'Cause rock'n'roll lives, singin'", ["cause", "rock'n'roll", "lives", "singin"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("été e\u0301te\u0301", ["été", "été"]),
        ("99 Luftballons, 3.5 _times_", ["99", "luftballons", "3", "5", "times"]),
        ("(x2)\nla la\n[Verse 2: she]\nla [oh] la", ["la", "la", "la", "oh", "la"]),
        ("…!? — ´ ’", []),
        ("ﬁre don´t", ["fire", "don't"]),
    ],
)
def test_texts_become_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words
    assert words_of(" ".join(words)) == words  # once more changes nothing


def test_letters_keep_blanks_between_words() -> None:
    assert letters_of(["a", "bc"]) == "a bc"
