"""Slips of the finger: "revreb", "comprssor", "brigther" are read as the one word that they can be.

A word of five letters or more that nothing knows is corrected where exactly one meaning is a single edit away (a
letter too many, too few, wrong, or two changed over) with the first letter kept, and where it is no ordinary word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from muze_fx.grammar.lookup import LexiconLike
from muze_fx.grammar.ordinary import is_ordinary
from muze_fx.grammar.terms import all_forms, find_term
from muze_fx.grammar.tokens import Kind, Token
from muze_fx.grammar.units import UNITS
from muzecli.text.edits import is_one_edit

_SHORTEST = 5
_SHORTEST_STEM = 4
#: A letter held down, or the last one typed twice.
_DRAWN_OUT = re.compile(r"([a-z])(?:\1{2,}|\1$)")
_ENDINGS = ("er", "est", "ly", "ness")


def correct_spelling(tokens: Sequence[Token], lexicon: LexiconLike) -> list[Token]:
    """Return the tokens with every slip replaced by the word that it can only be; places stay as typed."""
    speller: Speller | None = None
    corrected: list[Token] = []
    for token in tokens:
        if _may_be_slip(token, lexicon):
            speller = speller or _speller(lexicon)
            token = replace(token, text=speller.correct(token.text) or token.text)
        corrected.append(token)
    return corrected


def _may_be_slip(token: Token, lexicon: LexiconLike) -> bool:
    word = token.text
    plain = token.kind is Kind.WORD and len(word) >= _SHORTEST and word.isascii() and word.isalpha()
    return plain and find_term(word) is None and word not in UNITS and lexicon.find(word) is None


@lru_cache(maxsize=2)
def _speller(lexicon: LexiconLike) -> Speller:
    return Speller(lexicon)


class Speller:
    """Finds the word that a slip can only be.

    Args:
        lexicon: its words and those of the grammar are what can be meant.
    """

    def __init__(self, lexicon: LexiconLike) -> None:
        self._lexicon = lexicon
        self._parts: set[str] = set()
        self._by_start: dict[tuple[str, int], list[str]] = {}
        self._by_end: dict[tuple[str, str], list[str]] = {}
        words: dict[str, None] = {}
        for form in (*all_forms(), *UNITS, *lexicon.forms):
            if " " in form:
                self._parts.update(form.split())
            elif len(form) >= _SHORTEST_STEM and form.isascii() and form.isalpha():
                words[form] = None
        for word in words:
            self._by_start.setdefault((word[:2], len(word)), []).append(word)
            self._by_end.setdefault((word[0], word[-2:]), []).append(word)

    def correct(self, word: str) -> str | None:
        """Return the word that `word` is a slip of, or None where there is none or more than one.

        Args:
            word: in lower case, letters only, known to neither the grammar nor the lexicon.
        """
        if word in self._parts or is_ordinary(word):
            return None
        plain = _DRAWN_OUT.sub(r"\1", word)
        if plain != word and (find_term(plain) is not None or self._lexicon.find(plain) is not None):
            return plain  # "warmmm", "waaarm"
        meanings: dict[object, str] = {}
        for meant in (*self._near(word, _SHORTEST), *self._inflections(word)):
            meanings.setdefault(self._meaning(meant), meant)
        return next(iter(meanings.values())) if len(meanings) == 1 else None

    def _near(self, word: str, shortest: int) -> Iterator[str]:
        """Yield the words one edit away: the first two letters are right, or the last two are."""
        similar = [self._by_start.get((word[:2], len(word) + more), ()) for more in (-1, 0, 1)]
        for meant in (*_flat(similar), *self._by_end.get((word[0], word[-2:]), ())):
            if len(meant) >= shortest and is_one_edit(word, meant):
                yield meant

    def _inflections(self, word: str) -> Iterator[str]:
        """Yield inflected words one edit away ("brigther", "muddyness"), which the lexicon need not list."""
        for ending in _ENDINGS:
            stem = word.removesuffix(ending)
            if stem == word or len(stem) < _SHORTEST_STEM:
                continue
            joined = [meant + ending for meant in self._near(stem, _SHORTEST_STEM)]
            if stem.endswith("y"):
                joined.append(f"{stem[:-1]}i{ending}")
            yield from (meant for meant in joined if self._lexicon.find(meant) is not None)

    def _meaning(self, word: str) -> object:
        if word in UNITS:
            return UNITS[word]
        match, term = self._lexicon.find(word), find_term(word)
        if match is None:
            return word if term is None or term.closed else term
        return match.descriptor.name, None if term is None else term.effect


def _flat(lists: Iterable[Iterable[str]]) -> Iterator[str]:
    for words in lists:
        yield from words
