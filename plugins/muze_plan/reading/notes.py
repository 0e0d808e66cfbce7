"""Accounts in the making: who decided what, and where in the prompt the words stand."""

from __future__ import annotations

from muze_plan.reading.found import Found, shown
from muze_plan.reading.matching import Match
from muze_plan.reading.reading import Account
from muze_plan.reading.text import Text

_MANY = 40  # names, more than any family has
_ALL_OTHERS = "all others"


class Notes:
    """Collects the accounts of one prompt.

    Args:
        text: the prompt.
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self._placed: list[tuple[int, Account]] = []

    def figure(self, found: Found, field: str = "", value: object = None, why: str = "") -> None:
        """Note what a rule found, or what follows from it for another field."""
        said = self._text.said(found.start, found.end)
        if field:
            self._add(found.start, Account(said, field, shown(value), why, found.confidence))
        else:
            self._add(
                found.start, Account(said, found.field, shown(found.value), found.why, found.confidence)
            )

    def words(self, match: Match, field: str, value: object, why: str, confidence: float) -> None:
        """Note what words of the lexicon decide."""
        first, last = self._text.tokens[match.first], self._text.tokens[match.last]
        if match.corrected:
            why += f" (read as '{match.sense.form}')"
        named = _ALL_OTHERS if isinstance(value, tuple) and len(value) > _MANY else shown(value)
        said = self._text.said(first.start, last.end)
        self._add(first.start, Account(said, field, named, why, confidence))

    def guess(self, start: int, account: Account) -> None:
        """Note what was made of words that the lexicon lacks."""
        self._add(start, account)

    def _add(self, start: int, account: Account) -> None:
        self._placed.append((start, account))

    def accounts(self) -> tuple[Account, ...]:
        """Return the accounts in the order of the prompt."""
        return tuple(account for _, account in sorted(self._placed, key=lambda pair: pair[0]))
