"""Words without numbers: descriptors with their strength, effects to use or to leave out, limits.

The prompt is read once from left to right with a small state: the degree that waits for its word ("very"), and
whether what follows is negated ("not warm or bright").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muze_fx.grammar.clauses import connector_of
from muze_fx.grammar.intents import CapIntent, ForbidIntent, Unknown, WordIntent
from muze_fx.grammar.items import Item
from muze_fx.grammar.lookup import LexiconLike, MatchLike
from muze_fx.grammar.readings import (
    PARTICLES,
    REACH,
    can_fall,
    describes,
    follows_adjective,
    is_comparative,
    is_degree,
    only_says_where,
    rest_of_clause,
    single_effect,
)
from muze_fx.grammar.terms import FILLER
from muze_fx.grammar.units import Dimension
from muze_fx.grammar.vocabulary import ALIASES

#: Connectors that end the reach of a negation; "or" never does, "and" and "," look at what follows.
_RESTARTS = frozenset({"but", "with", "then", "before", "after", "first"})
#: After a hyphen these say how much of the word before: "treble-heavy", "reverb-free".
_SUFFIXES = {
    "heavy": 1.5,
    "rich": 1.5,
    "laden": 1.5,
    "soaked": 1.5,
    "drenched": 1.5,
    "light": 0.5,
    "free": -1.0,
}
#: Kinds of descriptor that are one thing or another, so that "a hall, not a room" asks for the hall alone.
_THINGS = frozenset({"space", "place", "medium", "era", "instrument", "genre"})
_KEEP = frozenset({"keep", "keeps", "kept", "keeping", "leave", "stay", "stays", "remain"})
_NOUN_ENDINGS = ("ness", "th", "ity", "ance", "ence", "tion", "sion", "ics")


@dataclass(slots=True)
class _State:
    """What has been said about the word to come.

    Args:
        degree: strength asked for; None where nothing says.
        number: the percentage that gave the degree.
        polarity: "" or "not", "no", "less", "opposite", "too", "cap".
        instead: the polarity is that of "rather than", which only says what is not meant where it names a thing.
        verb: the polarity comes from a verb ("tame"), so that it reaches nouns only.
        spent: the polarity has met a word.
        start: first character of the words that said so.
        end: one past their last.
    """

    degree: float | None = None
    number: Item | None = None
    polarity: str = ""
    verb: bool = False
    instead: bool = False
    spent: bool = False
    start: int | None = None
    end: int = 0

    @property
    def refuses(self) -> bool:
        """Whether "not" or "no" waits for its word."""
        return self.polarity in ("not", "no") and not self.spent


class Words:
    """Reads the words that no number has used up.

    Args:
        items: all items of the prompt in order.
        lexicon: finds descriptors.
        prompt: the prompt, for the words that made an intent.
    """

    def __init__(self, items: Sequence[Item], lexicon: LexiconLike, prompt: str) -> None:
        self._items = items
        self._lexicon = lexicon
        self._prompt = prompt
        self._state = _State()
        self.intents: list[WordIntent | ForbidIntent | CapIntent] = []
        self.unknown: list[Unknown] = []
        # The word that a degree behind it still belongs to ("brighten it a bit"), and whether this clause has one.
        self._open: WordIntent | None = None
        self._said = False

    def read(self) -> None:
        """Read all items."""
        for index, item in enumerate(self._items):
            kind = connector_of(self._items, index)
            if not item.free:
                if self._said:
                    self._end_clause()
                self._state, self._open, self._said = _State(), None, False
            elif kind:
                self._separate(kind, index)
            elif item.quantity is not None and item.match is None:
                self._read_number(item)
            elif item.word:
                self._read_word(index, item)
        self._end_clause()

    # -- clauses and reach -------------------------------------------------------------------------------------

    def _separate(self, kind: str, index: int) -> None:
        """Go over a connector: a waiting degree belongs to the word before, a negation may reach on."""
        self._end_clause()
        polarity = self._state.polarity if self._reaches(kind, index) else ""
        if self._items[index].term.negation == "not":  # "nor"
            polarity = "not"
        self._state = _State(polarity=polarity, verb=self._state.verb, spent=bool(polarity))
        self._said = False

    def _end_clause(self) -> None:
        """Give a degree or limit that found no word to the last word said ("brighten it a bit")."""
        state, last = self._state, self._open
        if last is not None and not state.spent and state.polarity == "cap":
            self.intents.append(CapIntent(last.name, last.text, last.span))
        elif last is not None and not state.spent and state.polarity == "less":
            self._change_last(-(state.degree or 1.0))
        elif last is not None and state.degree is not None:
            self._change_last(state.degree if last.strength > 0 else -state.degree)
        elif state.number is not None:
            self._do_not_know(state.number)
        state.degree, state.number = None, None

    def _change_last(self, strength: float, *, close: bool = True) -> None:
        """Change the strength of the last word by what stands behind it; `close` it to further changes."""
        last = self._open
        assert last is not None
        span = (last.span[0], max(last.span[1], self._state.end))
        changed = replace(last, strength=strength, span=span, text=self._prompt[slice(*span)])
        place = next(place for place in range(len(self.intents) - 1, -1, -1) if self.intents[place] is last)
        self.intents[place] = changed
        self._open = None if close else changed

    def _reaches(self, kind: str, index: int) -> bool:
        """Whether a negation in front of this connector holds behind it."""
        state, following = self._state, self._content_after(index)
        if not state.polarity or kind in _RESTARTS or following is None:
            return False
        if kind == "or":
            return True
        term = following.term
        if term.negation or term.direction or term.degree is not None:
            return False
        behind = rest_of_clause(self._items, index)
        if kind == "and" and any(item.term.direction and not item.term.region for item in behind):
            return False  # "turn the delay off and the reverb up"
        if kind == "comma":
            return self._is_list_with_or(index)
        if state.polarity == "cap" or is_comparative(following):
            return False
        noun = term.effect is not None or term.region is not None or following.text.endswith(_NOUN_ENDINGS)
        return noun or not (state.verb or state.polarity == "no")

    def _is_list_with_or(self, index: int) -> bool:
        """Whether the list that this comma is in ends with "or"."""
        for place in range(index + 1, min(index + 1 + REACH, len(self._items))):
            kind = connector_of(self._items, place)
            if kind == "or":
                return True
            if kind in _RESTARTS or kind == "and" or self._items[place].text in (".", ";", "!", "?"):
                return False
        return False

    def _content_after(self, index: int) -> Item | None:
        """Return the next item that says something."""
        for item in self._items[index + 1 : index + 1 + REACH]:
            if item.word and not (item.term.closed and not item.term.direction and item.term.degree is None):
                return item
        return None

    # -- words -------------------------------------------------------------------------------------------------

    def _read_number(self, item: Item) -> None:
        """A percentage is the degree of a word beside it ("20 % warmer"); any other number is not understood."""
        assert item.quantity is not None
        if item.dimension is Dimension.SHARE and item.quantity.value <= 2:
            self._state.degree, self._state.number = item.quantity.value, item
        elif not (item.quantity.vague and item.term.filler):
            self._do_not_know(item)

    def _read_word(self, index: int, item: Item) -> None:
        if item.term == FILLER and not item.match:
            return
        term, rest = item.term, rest_of_clause(self._items, index)
        follows = any(describes(other) for other in rest)
        moves = term.direction != 0 and not term.numeric
        if item.compound and self._open is not None and item.text in _SUFFIXES:
            self._state.end = item.end
            self._change_last(_SUFFIXES[item.text])
        elif item.text == "dry" and any(
            other.text in _KEEP for other in self._items[max(0, index - 4) : index]
        ):
            self.intents.append(ForbidIntent("reverb", *self._written(item)))
        elif term.praise and (self._said or follows):
            return  # "a nice warm sound"
        elif term.relation and self._leads_used_number(index):
            return  # "near 3k"
        elif term.negation == "instead":
            self._negate(item, instead=True)
        elif term.negation:
            self._negate(item)
        elif moves and (item.match is None or follows or (self._said and term.direction < 0)):
            self._move(index, item, follows=follows)
        elif is_degree(item, rest):
            self._grade(item)
        elif term.factor is not None and follows:
            self._multiply(item, term.factor)
        elif item.match is not None or term.effect or term.region:
            self._describe(index, item)
        elif not (
            term.filler or term.relation or term.connector or term.numeric or term.whole or term.degree
        ):
            self._do_not_know(item)

    def _leads_used_number(self, index: int) -> bool:
        """Whether a relation stands before a number that something has used up."""
        following = (item for item in self._items[index + 1 : index + 4] if not item.linking)
        number = next(following, None)
        return number is not None and number.quantity is not None and not number.free

    def _negate(self, item: Item, *, instead: bool = False) -> None:
        state, kind = self._state, "not" if instead else str(item.term.negation)
        state.instead = instead
        self._start_at(item)
        if kind == "too" and state.polarity in ("not", "no"):
            kind = "cap"
        elif state.refuses and kind in ("less", "no", "opposite"):
            kind = ""  # "without less warmth"
        state.polarity, state.verb, state.spent = kind, False, False

    def _move(self, index: int, item: Item, *, follows: bool) -> None:
        """Read a verb of more or less: of the word that follows it, or of the word before ("highs down")."""
        state, term = self._state, item.term
        loud = self._resolve("gain") if term.loudness else None
        if loud is not None:
            self._emit(item, loud.descriptor.name, float(term.direction))
        elif term.direction > 0 or term.weak:
            return
        elif follows and item.text not in PARTICLES:
            self._start_at(item)
            refused = state.refuses  # "without losing the warmth"
            state.polarity, state.verb, state.spent = "" if refused else "less", not refused, False
        elif (
            self._said and self._open is not None and self._open.strength > 0 and can_fall(self._items, index)
        ):
            state.end = item.end
            self._change_last(-self._open.strength, close=False)
        elif item.text == "clean up":
            self._emit(item, "clean", 1.0)

    def _grade(self, item: Item) -> None:
        state, degree = self._state, item.term.degree
        assert degree is not None
        if item.text == "enough" and state.refuses:
            state.polarity = ""  # "not enough bass"
            return
        if item.text == "enough":
            if self._open is not None and self._open.strength < 0:
                self._change_last(-self._open.strength)  # "not bright enough"
            return
        self._start_at(item)
        state.end = item.end
        if state.refuses and state.polarity == "not" and degree > 1:
            state.polarity = "cap"  # "not very bright"
        elif state.degree is None or degree < 1:
            state.degree = degree
        elif state.degree >= 1:
            state.degree = max(degree, state.degree)

    def _multiply(self, item: Item, factor: float) -> None:
        """Read "twice the reverb" as a degree and "half the reverb" as less of it."""
        self._start_at(item)
        self._state.degree = min(factor, 2.0)
        if factor < 1 and item.text != "half":
            self._state.polarity, self._state.verb, self._state.spent = "less", True, False

    def _describe(self, index: int, item: Item) -> None:
        """Emit what a descriptor, an effect or a range name asks for."""
        term, state = item.term, self._state
        bare = not state.polarity and state.degree is None
        if only_says_where(self._items, index, said=self._said, bare=bare):
            return
        if term.effect == "gain" and item.match is None and not state.polarity:
            return  # "volume" alone
        if term.parameter and not term.effect and self._said and follows_adjective(self._items, index):
            return  # "fast attack"
        match = item.match or self._resolve(term.effect or term.region or "")
        effect = term.effect or single_effect(match)
        if state.instead and state.polarity and match is not None and match.descriptor.kind in _THINGS:
            self._spend()
            return  # "a cathedral rather than a room"
        if effect is not None and state.polarity in ("no", "not"):
            self.intents.append(ForbidIntent(effect, *self._written(item)))
            self._spend()
        elif match is None:
            item.thing = effect
            self._do_not_know(item)
        elif state.polarity == "cap":
            self.intents.append(CapIntent(match.descriptor.name, *self._written(item)))
            self._spend()
        else:
            item.thing = effect or match.descriptor.name
            degree = 1.0 if state.degree is None else state.degree
            self._emit(
                item, match.descriptor.name, -degree * match.sign if state.polarity else degree * match.sign
            )

    def _resolve(self, name: str) -> MatchLike | None:
        """Find a word of the grammar in the lexicon, by its own name or by an alias."""
        for form in (name, *ALIASES.get(name, ())):
            match = self._lexicon.find(form) if form else None
            if match is not None:
                return match
        return None

    # -- what comes out ----------------------------------------------------------------------------------------

    def _emit(self, item: Item, name: str, strength: float) -> None:
        self._open = WordIntent(name, strength, *self._written(item))
        self.intents.append(self._open)
        self._spend()

    def _spend(self) -> None:
        state = self._state
        state.degree, state.number, state.start = None, None, None
        state.spent = bool(state.polarity)
        self._said = True

    def _start_at(self, item: Item) -> None:
        if self._state.start is None:
            self._state.start = item.start

    def _written(self, item: Item) -> tuple[str, tuple[int, int]]:
        start = item.start if self._state.start is None else min(self._state.start, item.start)
        return self._prompt[start : item.end], (start, item.end)

    def _do_not_know(self, item: Item) -> None:
        state = self._state
        sign = -1 if state.polarity and state.polarity != "cap" else 1
        degree = 1.0 if state.degree is None or state.number is item else state.degree
        self.unknown.append(Unknown(item.text, sign * degree, (item.start, item.end)))
        self._open = None
        state.degree, state.number, state.start = None, None, None
