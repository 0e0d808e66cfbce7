from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from muze_fx.grammar.tokens import Kind, normalise, tokenise


def texts(prompt: str) -> list[str]:
    return [token.text for token in tokenise(prompt)]


def test_numbers_words_and_marks() -> None:
    tokens = tokenise("Cut 3dB@300Hz, lo-fi!")
    assert [token.text for token in tokens] == ["cut", "3", "db", "@", "300", "hz", ",", "lo", "-", "fi", "!"]
    assert [token.kind for token in tokens[:3]] == [Kind.WORD, Kind.NUMBER, Kind.WORD]
    assert [token.glued for token in tokens[:4]] == [False, False, True, True]


def test_letters_in_front_of_a_number() -> None:
    assert texts("q1.5 hp80 rt60 mp3") == ["q", "1.5", "hp", "80", "rt60", "mp3"]


def test_apostrophes_and_slashes() -> None:
    assert texts("don’t w/o w/ 70's") == ["don't", "w/o", "w/", "70", "'s"]


def test_typographic_characters_are_replaced_in_place() -> None:
    prompt = "−3 dB – “warm”\u00a0×2 → ｗｉｄｅ_end"
    assert normalise(prompt) == '-3 db - "warm" x2 > wide end'
    assert len(normalise(prompt)) == len(prompt)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_places_are_those_of_the_prompt(prompt: str) -> None:
    assert len(normalise(prompt)) == len(prompt)
    tokens = tokenise(prompt)
    assert all(first.end <= second.start for first, second in pairwise(tokens))
    covered = "".join(prompt[token.start : token.end] for token in tokens)
    assert covered == "".join(c for c in prompt if not normalise(c).isspace())
