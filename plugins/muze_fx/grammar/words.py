"""Words without numbers: descriptors with their strength, effects to use or to leave out, limits.

The prompt is read once from left to right with a small state: the degree that waits for its word ("very"), and
whether what follows is negated ("not warm or bright").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from muze_fx.grammar.clauses import connector_of
from muze_fx.grammar.intents import CapIntent, ForbidIntent, Unknown, WordIntent
from muze_fx.grammar.items import Item, LexiconLike, MatchLike
from muze_fx.grammar.units import Dimension

#: Connectors that end the reach of a negation; "or" never does, "and" and "," look at what follows.
_RESTARTS = frozenset({"but", "with", "then", "before", "after", "first"})
#: Degrees that are descriptors when they stand alone ("a heavy sound", "heavy compression").
_EITHER = frozenset(
    {"heavy", "light", "gentle", "soft", "hard", "strong", "subtle", "mild", "delicate", "aggressive"}
)
#: After a hyphen these say how much of the word before: "treble-heavy", "reverb-free".
_SUFFIX_DEGREES = {"heavy": 1.5, "rich": 1.5, "laden": 1.5, "soaked": 1.5, "drenched": 1.5, "light": 0.5}
_SUFFIX_NEGATIONS = frozenset({"free", "less"})
#: Ranges that only say where an adjective is heard ("crisp highs").
_HEARD_IN = frozenset({"sub", "bass", "low mids", "mids", "upper mids", "treble"})
_KEEP = frozenset({"keep", "keeps", "kept", "leave", "stay", "stays", "remain", "keeping"})
#: Words of the grammar that the lexicon may know by another form.
_ALIASES = {
    "compressor": ("compression", "compressed"),
    "noise_gate": ("noise gate", "gated", "gate"),
    "distortion": ("distortion", "distorted"),
    "stereo_width": ("stereo", "wide"),
    "pitch": ("pitch shift", "pitch"),
    "bitcrush": ("bitcrush", "bitcrushed", "bit crushed"),
    "limiter": ("limiter", "limited", "limiting"),
    "gain": ("loud",),
    "low mids": ("low mids", "low mid"),
    "upper mids": ("upper mids", "presence"),
    "bass": ("bass", "low end"),
    "mids": ("mids", "midrange"),
    "treble": ("treble", "highs"),
    "mud": ("muddy",),
    "boom": ("boomy",),
    "box": ("boxy",),
    "nose": ("nasal", "honky"),
    "harshness": ("harsh",),
    "sibilance": ("sibilant",),
    "sparkle": ("sparkly",),
    "rumble": ("rumbly",),
}
_ADVERBS_IF_TOUCHING = frozenset({"so", "way", "far", "big", "pretty", "rather", "bone"})
_MOVERS = frozenset({"turn", "turned", "turning", "bring", "take", "pull", "dial", "push", "keep"})
_NOUN_ENDINGS = ("ness", "th", "ity", "ance", "ence", "tion", "sion", "ics")


@dataclass(slots=True)
class _State:
    """What has been said about the word to come.

    Args:
        degree: strength asked for; None where nothing says.
        number: the percentage that gave the degree.
        polarity: "" or "not", "no", "less", "opposite", "too", "cap".
        verb: the polarity comes from a verb ("tame"), so that it reaches nouns only.
        spent: the polarity has met a word.
        start: first character of the words that said so.
        end: one past their last.
    """

    degree: float | None = None
    number: Item | None = None
    polarity: str = ""
    verb: bool = False
    spent: bool = False
    start: int | None = None
    end: int = 0


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
                self._end_clause()
                self._state, self._open, self._said = _State(), None, False
            elif kind:
                self._separate(kind, index)
            elif item.dimension is not None and item.match is None:
                self._read_number(item)
            elif item.word:
                self._read_word(index, item)
        self._end_clause()

    # -- clauses and reach --------------------------------------------------------------------------------------

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
        if last is not None and not state.spent and state.polarity in ("cap", "less"):
            if state.polarity == "cap":
                self.intents.append(CapIntent(last.name, last.text, last.span))
            else:
                self._change_last(-(state.degree or 1.0))
        elif last is not None and state.degree is not None:
            self._change_last(state.degree if last.strength > 0 else -state.degree)
        elif state.number is not None:
            self._do_not_know(state.number)
        state.degree, state.number = None, None

    def _change_last(self, strength: float) -> None:
        """Change the strength of the last word by what stood behind it."""
        assert self._open is not None
        place = max(index for index, intent in enumerate(self.intents) if intent is self._open)
        span = (self._open.span[0], max(self._open.span[1], self._state.end))
        changed = replace(self._open, strength=strength, span=span, text=self._prompt[slice(*span)])
        self.intents[place], self._open = changed, None

    def _reaches(self, kind: str, index: int) -> bool:
        """Whether a negation in front of this connector holds behind it."""
        if not self._state.polarity or kind in _RESTARTS:
            return False
        if kind == "or":
            return True
        following = self._content_after(index)
        if (
            following is None
            or following.term.negation
            or following.term.direction
            or following.term.degree is not None
        ):
            return False
        if kind == "comma":
            return self._is_list_with_or(index)
        if self._state.polarity == "cap" or _is_comparative(following):
            return False
        noun = following.term.effect or following.term.region or following.text.endswith(_NOUN_ENDINGS)
        return bool(noun) or not (self._state.verb or self._state.polarity == "no")

    def _is_list_with_or(self, index: int) -> bool:
        """Whether the list that this comma is in ends with "or"."""
        for place in range(index + 1, len(self._items)):
            kind = connector_of(self._items, place)
            if kind == "or":
                return True
            if kind in _RESTARTS or kind == "and" or self._items[place].text in (".", ";", "!", "?"):
                return False
        return False

    def _content_after(self, index: int) -> Item | None:
        """Return the next item that says something."""
        for item in self._items[index + 1 :]:
            if item.word and not (item.term.closed and not item.term.direction and item.term.degree is None):
                return item
        return None

    def _rest_of_clause(self, index: int) -> list[Item]:
        rest = []
        for place in range(index + 1, len(self._items)):
            if connector_of(self._items, place):
                break
            rest.append(self._items[place])
        return rest

    # -- words --------------------------------------------------------------------------------------------------

    def _read_number(self, item: Item) -> None:
        """A percentage is the degree of a word beside it ("20 % warmer"); any other number is not understood."""
        if item.dimension is Dimension.SHARE and item.quantity is not None and item.quantity.value <= 2:
            self._state.degree, self._state.number = item.quantity.value, item
        elif not (item.quantity is not None and item.quantity.vague and item.term.filler):
            self._do_not_know(item)

    def _read_word(self, index: int, item: Item) -> None:
        term, rest = item.term, self._rest_of_clause(index)
        follows = [other for other in rest if _describes(other)]
        if item.compound and self._open is not None and self._is_suffix(item):
            return
        if item.text == "dry" and any(
            other.text in _KEEP for other in self._items[max(0, index - 4) : index]
        ):
            self.intents.append(ForbidIntent("reverb", *self._written(item)))
            item.thing = None
        elif term.negation:
            self._negate(item)
        elif (
            term.direction
            and (item.match is None or follows or (self._said and term.direction < 0))
            and not term.numeric
        ):
            self._move(item, bool(follows))
        elif term.degree is not None and (
            item.match is None or item.text.endswith("ly") or (item.text in _EITHER and _degree_follows(rest))
        ):
            self._grade(item, rest)
        elif item.match is not None or term.effect or term.region:
            self._describe(item, index, follows)
        elif term.filler or term.relation or term.connector or term.numeric or term.whole:
            return
        elif (
            term.parameter
            or term.filter
            or item.term.factor
            or term.q
            or term.wet
            or item.term.closed
            or not term.degree
        ):
            self._do_not_know(item)

    def _is_suffix(self, item: Item) -> bool:
        """Read "-heavy" and "-free" behind a word."""
        if item.text in _SUFFIX_DEGREES:
            self._change_last(_SUFFIX_DEGREES[item.text])
            return True
        if item.text in _SUFFIX_NEGATIONS and self._open is not None:
            self._change_last(-abs(self._open.strength))
            return True
        return False

    def _negate(self, item: Item) -> None:
        state, kind = self._state, str(item.term.negation)
        self._start_at(item)
        if kind == "too" and state.polarity in ("not", "no"):
            kind = "cap"
        elif state.polarity in ("not", "no") and kind in ("less", "no", "opposite") and not state.spent:
            kind = ""  # "without less warmth"
        state.polarity, state.verb, state.spent = kind, False, False

    def _move(self, item: Item, follows: bool) -> None:
        """Read a verb of more or less: of the word that follows it, or of the word before ("highs down")."""
        state, term = self._state, item.term
        if term.loudness:
            found = self._resolve("gain")
            if found is not None:
                self._emit(item, found.descriptor.name, float(term.direction))
            return
        if term.direction > 0:
            return
        if term.weak:
            return
        if not follows:
            if self._said and self._open is not None and self._open.strength > 0 and self._can_fall(item):
                self._state.end = item.end
                self._change_last(-self._open.strength)
            elif item.text == "clean up":
                self._emit(item, "clean", 1.0)
            return
        self._start_at(item)
        if state.polarity in ("not", "no") and not state.spent:
            state.polarity = ""  # "without losing the warmth"
        else:
            state.polarity, state.verb, state.spent = "less", True, False

    def _can_fall(self, item: Item) -> bool:
        """Whether "down" turns the word before it around: "highs down", "turn the warmth down", not "slow down"."""
        if item.text != "down":
            return True
        before = [other for other in self._items if other.end <= item.start]
        words = [
            other for other in before if other.match is not None or other.term.effect or other.term.region
        ]
        named = bool(words) and (words[-1].term.effect or words[-1].term.region)
        return bool(named) or any(other.text in _MOVERS for other in before[-5:])

    def _grade(self, item: Item, rest: Sequence[Item]) -> None:
        degree = item.term.degree
        if degree is None or (item.text in _ADVERBS_IF_TOUCHING and not _touches(rest)):
            return
        if item.text == "enough":
            if self._open is not None and self._open.strength < 0:
                self._change_last(abs(self._open.strength))  # "not bright enough"
            return
        self._start_at(item)
        state = self._state
        state.end = item.end
        if state.polarity == "not" and degree > 1 and not state.spent:
            state.polarity = "cap"  # "not very bright"
        elif state.degree is None or degree < 1:
            state.degree = degree
        else:
            state.degree = max(degree, state.degree) if state.degree >= 1 else state.degree

    def _describe(self, item: Item, index: int, follows: Sequence[Item]) -> None:
        """Emit what a descriptor, an effect or a range name asks for."""
        term, state = item.term, self._state
        if term.effect == "gain" and item.match is None and not state.polarity:
            return
        if item.match is None and term.region is not None and self._only_says_where(index, follows):
            return
        if term.region in _HEARD_IN and self._only_says_where(index, follows):
            return
        if term.parameter and not term.effect and self._follows_adjective(index):
            return  # "fast attack"
        match = item.match or self._resolve(term.effect or term.region or "")
        effect = term.effect or (_single_effect(match) if match is not None else None)
        item.thing = term.effect or (match.descriptor.name if match is not None else None)
        polarity = state.polarity
        if effect is not None and polarity in ("no", "not"):
            item.thing = None
            self.intents.append(ForbidIntent(effect, *self._written(item)))
            self._spend()
        elif match is None:
            self._do_not_know(item)
        elif polarity == "cap":
            self.intents.append(CapIntent(match.descriptor.name, *self._written(item)))
            item.thing = None
            self._spend()
        else:
            sign = -1 if polarity else 1
            self._emit(
                item,
                match.descriptor.name,
                (1.0 if state.degree is None else state.degree) * sign * match.sign,
            )

    def _only_says_where(self, index: int, follows: Sequence[Item]) -> bool:
        """Whether a range name only says where an adjective is heard ("crisp highs", "the highs are harsh")."""
        if self._follows_adjective(index):
            return True
        spoken_of = self._items[max(0, index - 2) : index]
        if self._said and any(item.text in ("in", "on", "to", "of", "for") for item in spoken_of):
            return True
        bare = not self._state.polarity and self._state.degree is None
        moved = any(item.term.direction for item in self._items[max(0, index - 3) : index])
        adjectives = [item for item in follows if not item.term.effect and not item.term.region]
        return bare and not moved and bool(adjectives)

    def _follows_adjective(self, index: int) -> bool:
        before = [
            item
            for item in self._items[:index]
            if item.word and not (item.term.closed or item.term.connector)
        ]
        return self._said and bool(before) and before[-1].match is not None and not before[-1].term.direction

    def _resolve(self, name: str) -> MatchLike | None:
        """Find a word of the grammar in the lexicon, by its own name or by an alias."""
        for form in (*_ALIASES.get(name, ()), name):
            match = self._lexicon.find(form) if form else None
            if match is not None:
                return match
        return None

    # -- what comes out -----------------------------------------------------------------------------------------

    def _emit(self, item: Item, name: str, strength: float) -> None:
        intent = WordIntent(name, strength, *self._written(item))
        self.intents.append(intent)
        self._open, self._said = intent, True
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


def _describes(item: Item) -> bool:
    """Whether an item is a word that a degree or a negation can belong to."""
    if item.quantity is not None and item.match is None:
        return False
    term = item.term
    if term.negation or (term.closed and not term.region and not term.effect):
        return False
    return (
        item.match is not None or term.effect is not None or term.region is not None or term == type(term)()
    )


def _degree_follows(rest: Sequence[Item]) -> bool:
    """Whether the next word is one that "heavy" or "gentle" can be the degree of."""
    for item in rest:
        term = item.term
        if item.quantity is not None and item.match is None:
            continue
        if term.generic and term.effect is None:
            return False
        if term.closed and term.region is None and term.effect is None:
            continue
        return item.match is not None or term.effect is not None or term.region is not None
    return False


def _touches(rest: Sequence[Item]) -> bool:
    """Whether a word that can be graded comes next ("so warm", "way too bright", not "so it is warm")."""
    following = rest[0] if rest else None
    if following is None:
        return False
    graded = following.term.negation in ("too", "less") or following.term.degree is not None
    return graded or _describes(following)


def _is_comparative(item: Item) -> bool:
    """Whether a word is a comparative ("warmer"), which starts anew after "and"."""
    if item.match is None or not item.text.endswith("er"):
        return False
    return item.match.form != item.text


def _single_effect(match: MatchLike) -> str | None:
    """Return the engine effect of a descriptor that is one effect ("fuzz")."""
    descriptor = match.descriptor
    return (
        next(iter(descriptor.effects))
        if descriptor.kind == "effect" and len(descriptor.effects) == 1
        else None
    )
