"""Slips of the finger: a word of six letters or more that nothing knows is read as the one word it can only be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from muze_plan.reading.lexicon import Lexicon
from muze_plan.reading.ordinary import ORDINARY
from muzecli.text.edits import is_one_edit

SHORTEST = 6


class Speller:
    """Finds the word that a slip can only be.

    Args:
        words: all that can be meant.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[tuple[str, int], list[str]] = {}
        self._by_end: dict[tuple[str, int], list[str]] = {}
        for word in words:
            if len(word) >= SHORTEST - 1 and word.isalpha():
                self._by_start.setdefault((word[:2], len(word)), []).append(word)
                self._by_end.setdefault((word[-2:], len(word)), []).append(word)

    def correct(self, word: str) -> str | None:
        """Return the word one edit away, or None where there is none, or more than one.

        A single letter was left out, added, replaced, or changed over with the next; the first two letters are
        right, or the last two are, and the word starts with its own first letter.
        """
        if len(word) < SHORTEST or not word.isalpha() or word in ORDINARY:
            return None
        near: set[str] = set()
        for length in (len(word) - 1, len(word), len(word) + 1):
            likely = (*self._by_start.get((word[:2], length), ()), *self._by_end.get((word[-2:], length), ()))
            near |= {meant for meant in likely if is_one_edit(word, meant)}
        same = {meant for meant in near if meant[0] == word[0]} or {
            meant for meant in near if meant[:2] == word[1::-1]
        }
        # "guitr" is guitar and "guitars" is not meant
        shortest = {meant for meant in same if not (meant.endswith("s") and meant[:-1] in same)}
        return next(iter(shortest)) if len(shortest) == 1 else None


@lru_cache(maxsize=2)
def speller(lexicon: Lexicon) -> Speller:
    """Return the speller of a lexicon's words."""
    return Speller(sorted(lexicon.vocabulary))
