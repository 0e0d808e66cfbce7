"""Tokens to items: quantities, and the longest phrases that the grammar or the lexicon knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from muze_fx.grammar.lookup import LexiconLike, MatchLike
from muze_fx.grammar.quantities import read_quantity
from muze_fx.grammar.terms import FILLER, NOTHING, Term, find_term
from muze_fx.grammar.tokens import Kind, Token, skip, text_at
from muze_fx.grammar.units import Dimension, Quantity


@dataclass(slots=True, eq=False)
class Item:
    """A quantity, a phrase or a mark of the prompt.

    Args:
        text: as written, in lower case.
        start: first character in the prompt.
        end: one past the last.
        quantity: the number that it is, if any.
        term: what the grammar knows of it.
        match: what the lexicon knows of it.
        word: False for punctuation.
        compound: True where a hyphen joins it to the item before.
        parts: the items that a phrase known to only one of the two would otherwise be.
        owner: effect whose numbers use it up; None while it is free.
        thing: effect or descriptor that it stands for in an order.
    """

    text: str
    start: int
    end: int
    quantity: Quantity | None = None
    term: Term = NOTHING
    match: MatchLike | None = None
    word: bool = True
    compound: bool = False
    parts: tuple[Item, ...] = field(default=(), repr=False)
    owner: str | None = None
    thing: str | None = None

    @property
    def free(self) -> bool:
        """Whether no number has used it up."""
        return self.owner is None

    @property
    def dimension(self) -> Dimension | None:
        """Dimension of its quantity."""
        return None if self.quantity is None else self.quantity.dimension

    @property
    def linking(self) -> bool:
        """Whether it may stand between a parameter and its number."""
        term = self.term
        if not self.word:
            return not term.connector or self.text in "()"
        return self.quantity is None and (
            term.relation in ("at", "by", "of") or (term.filler and not term.generic and self.match is None)
        )


# A sign before these is a list ("reverb + 2 s delay").
_UNSIGNED = frozenset(
    {Dimension.TIME, Dimension.RATIO, Dimension.FREQUENCY, Dimension.BITS, Dimension.TEMPO, Dimension.NOTE,
     Dimension.LENGTH}
)  # fmt: skip
_LONGEST_TIME_S = 30.0
#: Most words in a phrase of the grammar or of the lexicon.
_LONGEST = 6


def read_items(tokens: Sequence[Token], lexicon: LexiconLike) -> list[Item]:
    """Join tokens into items, the longest first; a quantity comes before a phrase of the same length."""
    return _read(tokens, lexicon, frozenset(lexicon.phrases), but="")


def expand(items: Sequence[Item]) -> list[Item]:
    """Take apart phrases of the lexicon that hide words of the grammar ("bass boost" beside "of 3 dB")."""
    expanded: list[Item] = []
    for item in items:
        hides = item.term is NOTHING and any(_has_part_in_numbers(part.term) for part in item.parts)
        expanded.extend(item.parts if hides else (item,))
    return expanded


def _has_part_in_numbers(term: Term) -> bool:
    return bool(term.region or term.direction or term.filter or term.effect or term.parameter)


def _read(tokens: Sequence[Token], lexicon: LexiconLike, phrases: Collection[str], but: str) -> list[Item]:
    """Join tokens into items without using the phrase `but`."""
    items: list[Item] = []
    index = 0
    while index < len(tokens):
        signed = _signed_region(tokens, index, items)
        phrase = _longest_phrase(tokens, index, lexicon, phrases, but)
        item, stop = signed or _choose(tokens, index, phrase)
        if item.quantity is not None and item.quantity.tolerance and _follows_quantity(items):
            index = _behind_tolerance(tokens, stop, items)  # "3 dB (±1 dB)"
            continue
        item.compound = bool(items) and tokens[index].glued and items[-1].text == "-"
        items.append(item)
        index = stop
    return items


def _follows_quantity(items: Sequence[Item]) -> bool:
    before = [item for item in items[-2:] if item.text != "("]
    return bool(before) and before[-1].quantity is not None


def _behind_tolerance(tokens: Sequence[Token], stop: int, items: list[Item]) -> int:
    """Take away the bracket around a tolerance, and return where reading goes on."""
    if items[-1].text != "(":
        return stop
    items.pop()
    return stop + (text_at(tokens, stop) == ")")


def _signed_region(tokens: Sequence[Token], index: int, items: Sequence[Item]) -> tuple[Item, int] | None:
    """Read the number glued to a range name, whose hyphen is a minus ("bass+4 mid-2")."""
    if (
        tokens[index].text not in ("+", "-")
        or not tokens[index].glued
        or not items
        or not items[-1].term.region
    ):
        return None
    quantity = read_quantity(tokens[index:], 0)
    if quantity is None or quantity.dimension not in (Dimension.BARE, Dimension.LEVEL):
        return None
    stop = index + quantity.stop
    written = _written(tokens, index, stop)
    return Item(written, tokens[index].start, tokens[stop - 1].end, quantity), stop


def _choose(tokens: Sequence[Token], index: int, phrase: tuple[Item, int] | None) -> tuple[Item, int]:
    """Choose between the quantity, the phrase and the bare token at `index`."""
    token = tokens[index]
    quantity = read_quantity(tokens, index)
    if quantity is not None and quantity.sign > 0 and quantity.dimension in _UNSIGNED:
        quantity = None
    if quantity is not None and quantity.dimension is Dimension.BARE:
        named = skip(tokens, quantity.stop, "-")
        if text_at(tokens, named) in ("band", "bands") and _is_equalizer(text_at(tokens, named + 1)):
            return Item("bands", token.start, tokens[named].end, term=FILLER), named + 1
    if quantity is not None and not _is_phrase(quantity, phrase):
        item = Item(
            _written(tokens, index, quantity.stop), token.start, tokens[quantity.stop - 1].end, quantity
        )
        if phrase is not None and phrase[1] == quantity.stop:
            # "808" and "one" are words where nothing uses the number.
            item.term, item.match = phrase[0].term, phrase[0].match
        return item, quantity.stop
    if phrase is not None:
        return phrase
    if token.kind is not Kind.MARK:
        return Item(token.text, token.start, token.end), index + 1
    symbol = unicodedata.category(token.text[0]) in ("So", "Lo", "Sc")
    return Item(token.text, token.start, token.end, word=symbol), index + 1


def _is_equalizer(word: str) -> bool:
    term = find_term(word)
    return term is not None and term.effect == "equalizer"


def _is_phrase(quantity: Quantity, phrase: tuple[Item, int] | None) -> bool:
    """Whether the phrase is meant: it is longer than a number without a unit, or "80s" is a decade."""
    if phrase is None:
        return False
    item, stop = phrase
    if stop > quantity.stop:
        return quantity.vague or (quantity.dimension is Dimension.BARE and item.match is not None)
    is_time = quantity.dimension is Dimension.TIME and quantity.value >= _LONGEST_TIME_S
    return stop == quantity.stop and is_time and item.match is not None


def _longest_phrase(
    tokens: Sequence[Token], index: int, lexicon: LexiconLike, phrases: Collection[str], but: str
) -> tuple[Item, int] | None:
    """Return the longest phrase from `index` that the grammar or the lexicon has, and where it stops."""
    for key, stop, hyphenated in reversed(list(_windows(tokens, index))):
        if key == but:
            continue
        term, several = find_term(key), " " in key
        match: MatchLike | None = None
        if (not several and (term is None or not term.closed)) or key in phrases or hyphenated:
            match = lexicon.find(_written(tokens, index, stop))
        if term is None and match is None:
            continue
        if term is None and match is not None:
            term = _term_of_form(match)
        item = Item(key, tokens[index].start, tokens[stop - 1].end, term=term or NOTHING, match=match)
        item.word = tokens[index].kind is not Kind.MARK or item.term.direction != 0  # "bass ↑"
        if several and (term is None or (match is None and term.effect)):
            item.parts = tuple(_read(tokens[index:stop], lexicon, phrases, but=key))
        return item, stop
    return None


def _term_of_form(match: MatchLike) -> Term | None:
    """Return the term of an inflection that only the lexicon has, where it names an effect ("limiters")."""
    term = find_term(match.form)
    return term if term is not None and term.effect is not None and match.sign > 0 else None


def _windows(tokens: Sequence[Token], start: int) -> Iterator[tuple[str, int, bool]]:
    """Yield (form, stop, all joined by hyphens) of the phrases that begin at `start`, shortest first."""
    if tokens[start].kind is Kind.MARK:
        yield tokens[start].text, start + 1, False
        return
    words = [tokens[start].text]
    stop, hyphenated = start + 1, True
    yield words[0], stop, False
    while len(words) < _LONGEST and stop < len(tokens):
        joint = tokens[stop].text in ("-", "/") and tokens[stop].glued
        following = stop + 1 if joint else stop
        if following >= len(tokens) or tokens[following].kind is Kind.MARK:
            return
        if joint and not tokens[following].glued:
            return
        hyphenated = hyphenated and (joint or tokens[following].glued)
        glued_suffix = tokens[following].glued and not joint
        words.append(tokens[following].text)
        stop = following + 1
        if glued_suffix:  # "1970s", "70's": a number and its ending are one form
            words[-2:] = ["".join(words[-2:])]
        yield " ".join(words), stop, hyphenated


def _written(tokens: Sequence[Token], start: int, stop: int) -> str:
    """Return the tokens as they were written, white space as one space."""
    return "".join(
        ("" if token.glued or position == 0 else " ") + token.text
        for position, token in enumerate(tokens[start:stop])
    )
