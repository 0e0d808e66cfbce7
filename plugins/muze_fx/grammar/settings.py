"""Numbers that set an effect: "compress 4:1 at -18 dB", "1.2 s of reverb", "20 % wet", "an octave down", "6 dB louder".

Three passes: parameters that are named take the number beside them; after the equaliser has taken its bands, an
effect that is named takes what is left by its unit; last, units that belong to one effect alone need no name.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.drafts import EQUALIZER
from muze_fx.grammar.intents import SettingIntent
from muze_fx.grammar.items import Item
from muze_fx.grammar.parameters import DEFAULTS, PARAMETERS, in_units_of, wet_share
from muze_fx.grammar.units import Dimension, Quantity

CHAIN = "chain"
#: Kinds of descriptor whose numbers are those of a reverb.
_SPACES = frozenset({"space", "place"})
_EFFECT_KINDS = frozenset({"effect", "medium"})
#: Units that belong to one effect alone.
_OWN_UNITS = {
    Dimension.PITCH: "pitch",
    Dimension.BITS: "bitcrush",
    Dimension.RATIO: "compressor",
    Dimension.NOTE: "delay",
}
_SLOWEST_BPM, _FASTEST_BPM = 30.0, 300.0
#: A pitch without a unit is in semitones up to here.
_WIDEST_SHIFT = 36.0
_UNSIGNED_LEVELS = frozenset({"distortion", "tape"})
_WIDER = frozenset({"wider", "widen", "widened", "widening"})
_NARROWER = frozenset({"narrow", "narrower", "narrowed", "narrowing"})
_MEASURED = frozenset(
    "long longer short shorter fast faster slow slower quick quicker brief rapid deep shallow".split()
)
_QUIET, _LOUD = frozenset({"quiet", "quieter", "soft", "softer"}), frozenset({"loud", "louder"})


@dataclass(slots=True, eq=False)
class _Setting:
    values: dict[str, float] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)


class Settings:
    """Collects what the numbers of a prompt set.

    Args:
        clauses: the clauses of the prompt.
        prompt: the prompt, for the words that made a setting.
    """

    def __init__(self, clauses: Sequence[Clause], prompt: str) -> None:
        self._clauses = clauses
        self._prompt = prompt
        self._found: dict[str, _Setting] = {}
        self._tempo_item = _find_tempo(clauses)
        tempo = None if self._tempo_item is None else self._tempo_item.quantity
        self._tempo_bpm = None if tempo is None or tempo.value <= 0 else tempo.value

    def read_named_parameters(self) -> None:
        """Give every parameter that is named the number beside it."""
        for index, clause in enumerate(self._clauses):
            self._read_half_wet(index, clause)
            for item, name in _pair(clause, self._could_be):
                self._set_parameter(index, item, name)

    def read_named_effects(self) -> None:
        """Give every effect that is named the numbers that its units claim, then the units that need no name."""
        for index, clause in enumerate(self._clauses):
            for item in list(clause.quantities()):
                self._set_by_effect(index, item)
            self._read_level(clause)
            self._read_times_as_wide(clause)
            self._read_wet_without_effect(index, clause)
        self._read_ping_pong()

    def intents(self) -> list[SettingIntent]:
        """Return one setting an effect, in the order of the prompt."""
        intents = []
        for effect, setting in self._found.items():
            items = sorted(setting.items, key=lambda item: item.start)
            text = " ".join(self._prompt[item.start : item.end] for item in items)
            values = {name: round(value, 9) for name, value in setting.values.items()}
            intents.append(
                SettingIntent(effect, values, text, (items[0].start, max(item.end for item in items)))
            )
        return intents

    # -- parameters that are named ------------------------------------------------------------------------------

    def _could_be(self, name: Item, number: Item) -> bool:
        """Whether a named parameter can have this number, whichever effect it is of."""
        assert number.quantity is not None
        parameter = name.term.parameter
        if parameter in ("mix", "dry"):
            return wet_share(number.quantity, dry=parameter == "dry") is not None
        return any(
            in_units_of(engine, number.quantity, self._tempo_bpm) is not None
            for engine in PARAMETERS.get(parameter or "", {}).values()
        )

    def _set_parameter(self, index: int, number: Item, name: Item) -> None:
        assert number.quantity is not None and name.term.parameter is not None
        parameter, clause = name.term.parameter, self._clauses[index]
        effects = PARAMETERS[parameter]
        effect, named_by = self._effect_for(index, number, lambda effect: effect in effects, name)
        if parameter in ("mix", "dry"):
            if effect is None or any(item.term.whole for item in clause.items):
                effect, named_by = CHAIN, None
            value = wet_share(number.quantity, dry=parameter == "dry")
        else:
            effect = effect or next(iter(effects))
            value = in_units_of(effects[effect], number.quantity, self._tempo_bpm)
            if parameter == "width" and value is not None:
                value = _relative_width(value, name, number, clause)
            if parameter == "formant" and value is not None:
                value = _directed(clause, number, value)
        if value is not None:
            self._set(effect, effects[effect], value, [number, name], clause, named_by)

    def _read_half_wet(self, index: int, clause: Clause) -> None:
        """Read "half wet" and "fully wet"."""
        for share, name in pairwise(clause.items):
            if share.free and name.free and share.term.wet is not None and name.text in ("wet", "wetness"):
                effect, named_by = self._effect_for(
                    index, name, lambda effect: effect in PARAMETERS["mix"], name
                )
                self._set(effect or CHAIN, "mix", share.term.wet, [share, name], clause, named_by)

    # -- effects that are named ---------------------------------------------------------------------------------

    def _set_by_effect(self, index: int, number: Item) -> None:
        quantity, clause = number.quantity, self._clauses[index]
        assert quantity is not None
        if quantity.dimension is Dimension.PAIR and self._tempo_bpm and quantity.pair is not None:
            quantity = _as_note(quantity)
        effect, named_by = self._effect_for(
            index, number, lambda effect: self._fits(effect, quantity, number, index)
        )
        if quantity.dimension is Dimension.SHARE and (
            named_by is None or effect not in (named_by.term.effect, named_by.owner)
        ):
            return  # "underwater 50 %" is how much of it, not its mix
        if effect is None:
            effect = _OWN_UNITS.get(quantity.dimension)
        if effect is None or quantity.dimension not in DEFAULTS[effect]:
            return
        parameter = DEFAULTS[effect][quantity.dimension]
        value = in_units_of(parameter, quantity, self._tempo_bpm)
        if value is None:
            return
        used = [number]
        if parameter in ("semitones", "gain_db"):
            value = _directed(clause, number, value)
            used += _direction(clause, number)
        self._set(effect, parameter, value, used, clause, named_by)

    def _fits(self, effect: str, quantity: Quantity, number: Item, index: int) -> bool:
        """Whether a number without a parameter's name can be one of this effect's."""
        if quantity.dimension not in DEFAULTS.get(effect, {}):
            return False
        clause = self._clauses[index]
        if quantity.dimension is Dimension.BARE and effect in ("compressor", "noise_gate"):
            return quantity.sign < 0
        if quantity.dimension is Dimension.BARE and effect == "pitch":
            return quantity.value <= _WIDEST_SHIFT and _text_before(clause, number) != "to"
        if quantity.dimension is Dimension.LEVEL:
            if effect in ("compressor", "noise_gate"):
                return quantity.sign < 0 or _relation_before(clause, number) in ("at", "above", "below")
            if effect in _UNSIGNED_LEVELS:
                return quantity.sign >= 0
            if effect == "gain":
                return any(item.term.effect == "gain" for item in clause.items)
        return True

    def _read_level(self, clause: Clause) -> None:
        """Read what is left of dB, and "20 % louder" or "twice as loud", as gain."""
        for item in list(clause.quantities(Dimension.LEVEL)):
            assert item.quantity is not None
            direction = _direction(clause, item)
            is_target = _text_before(clause, item) == "to" and not direction  # "normalise to -1 dB"
            about_word = item.quantity.sign != 0 and not direction and _touches_descriptor(clause, item)
            if not is_target and not about_word and (item.quantity.sign or direction or _is_alone(clause)):
                value = _directed(clause, item, item.quantity.amount)
                self._set("gain", "gain_db", value, [item, *direction], clause)
        speakers = [item for item in clause.items if item.free and _speaks_of_level(item)]
        if not speakers:
            return
        sign = -1 if any(item.text in _QUIET or item.term.direction < 0 for item in speakers) else 1
        for item in clause.items:
            factor = item.term.factor
            if item.quantity is not None and item.dimension is Dimension.FACTOR:
                factor = item.quantity.amount
            if item.quantity is not None and item.dimension is Dimension.SHARE:
                change = sum(said.term.direction for said in _direction(clause, item))
                factor, sign = (1 + change * item.quantity.value) if change else item.quantity.value, 1
            if item.free and factor is not None and factor > 0:
                gain_db = sign * round(20 * math.log10(factor), 1)
                self._set("gain", "gain_db", gain_db, [item, *speakers, *_direction(clause, item)], clause)
                return

    def _read_times_as_wide(self, clause: Clause) -> None:
        """Read "twice as wide"."""
        for factor, name in pairwise(clause.items):
            if factor.free and name.free and factor.term.factor and name.term.parameter == "width":
                self._set("stereo_width", "width", factor.term.factor, [factor, name], clause)

    def _read_wet_without_effect(self, index: int, clause: Clause) -> None:
        """Read "50/50" alone as the mix of what comes before it."""
        for item in list(clause.quantities(Dimension.PAIR)):
            assert item.quantity is not None
            share = wet_share(item.quantity, dry=False)
            if share is not None and item.quantity.pair is not None and sum(item.quantity.pair) == 100:
                effect, named_by = self._effect_for(index, item, lambda effect: effect in PARAMETERS["mix"])
                self._set(effect or CHAIN, "mix", share, [item], clause, named_by)

    def _read_ping_pong(self) -> None:
        """Switch ping-pong on where the delay has numbers."""
        if "delay" not in self._found:
            return
        for clause in self._clauses:
            for item in clause.items:
                if item.free and item.term.parameter == "ping_pong":
                    self._set("delay", "ping_pong", 1.0, [item], clause)

    # -- which effect -------------------------------------------------------------------------------------------

    def _effect_for(
        self, index: int, number: Item, accepts: Callable[[str], bool], name: Item | None = None
    ) -> tuple[str | None, Item | None]:
        """Return the effect that a number belongs to, and the item that names it.

        The parameter's own name decides ("tremolo rate"), then the effect beside it in the clause, then the last
        one before the clause.
        """
        if name is not None and name.term.effect is not None and accepts(name.term.effect):
            return name.term.effect, name
        clause = self._clauses[index]
        place = clause.position(number)
        here = [(p, item) for p, item in enumerate(clause.items) if item is not number and item is not name]
        before = [
            (item, e) for position, item in reversed(here) if position < place for e in effects_of(item)
        ]
        after = [(item, e) for position, item in here if position > place for e in effects_of(item)]
        first_number = min(
            (clause.position(item) for item in clause.items if item.quantity is not None), default=place
        )
        leads = any(effects_of(item) for position, item in here if position < first_number)
        for item, effect in [*before, *after] if leads else [*after, *before]:
            if accepts(effect):
                return effect, item
        if name is None and not _only_numbers(clause):
            return None, None
        for earlier in reversed(self._clauses[:index]):
            for item in reversed(earlier.items):
                for effect in effects_of(item):
                    if accepts(effect):
                        return effect, item
        return None, None

    def _set(
        self,
        effect: str,
        parameter: str,
        value: float,
        used: Sequence[Item],
        clause: Clause,
        named_by: Item | None = None,
    ) -> None:
        """Store a value; what gave it is used up, and so are the plain names of the effect."""
        setting = self._found.setdefault(effect, _Setting())
        setting.values[parameter] = value
        last = self._clauses.index(clause)
        said = [item for earlier in self._clauses[: last + 1] for item in _affirmed(earlier)]
        names = [item for item in (*said, named_by) if item is not None and item.term.effect == effect]
        names += [word for item in (*used, *names) for word in self._measured_by(item)]
        if self._tempo_item is not None and any(_is_note(item) for item in used):
            names.append(self._tempo_item)
        for item in (*used, *names):
            if item.free:
                item.owner = item.thing = effect
                setting.items.append(item)

    def _measured_by(self, item: Item) -> list[Item]:
        """Return the adjective whose measure a number gives: "slow phaser at 0.2 Hz", "4 seconds long"."""
        clause = next(
            (clause for clause in self._clauses if any(item is other for other in clause.items)), None
        )
        if clause is None:
            return []
        place = clause.position(item)
        if item.quantity is not None:
            return [word for word in clause.items[place + 1 : place + 2] if word.text in _MEASURED]
        for word in reversed(clause.items[:place]):
            if word.text in _MEASURED:
                return [word]
            if word.quantity is None and word.match is None:
                break
        return []


def _find_tempo(clauses: Sequence[Clause]) -> Item | None:
    """Return the number that is the tempo; beside a note value also one without "bpm" ("dotted eighth at 120")."""
    for clause in clauses:
        for item in clause.quantities(Dimension.TEMPO):
            return item
    for clause in clauses:
        notes = any(True for _ in clause.quantities(Dimension.NOTE, Dimension.PAIR))
        for item in clause.quantities(Dimension.BARE):
            assert item.quantity is not None
            before = clause.items[clause.position(item) - 1] if clause.position(item) else None
            named = before is not None and (
                before.text in ("tempo", "bpm") or (notes and before.term.relation == "at")
            )
            if named and _SLOWEST_BPM <= item.quantity.value <= _FASTEST_BPM:
                return item
    return None


def _affirmed(clause: Clause) -> list[Item]:
    """Return the items of a clause that no negation stands in front of."""
    negations = [index for index, item in enumerate(clause.items) if item.term.negation]
    return clause.items[: negations[0]] if negations else clause.items


def _is_note(item: Item) -> bool:
    return item.dimension in (Dimension.NOTE, Dimension.PAIR)


def effects_of(item: Item) -> Iterator[str]:
    """Yield the effects that an item names or stands for, so that numbers near it can be theirs."""
    if item.owner is not None:
        yield from () if item.owner in (CHAIN, EQUALIZER) else (item.owner,)
        return
    if item.term.parameter in ("mix", "dry"):
        return  # "wet" and "dry" are descriptors too
    if item.quantity is not None:
        effect = _OWN_UNITS.get(item.quantity.dimension)
        if effect is not None:
            yield effect
        return
    if item.term.effect is not None:
        yield item.term.effect
    if item.match is not None:
        descriptor = item.match.descriptor
        if descriptor.kind in _SPACES:
            yield "reverb"
        if descriptor.kind in _EFFECT_KINDS:
            yield from descriptor.effects


def _pair(clause: Clause, could_be: Callable[[Item, Item], bool]) -> Iterator[tuple[Item, Item]]:
    """Yield (number, parameter name) pairs of a clause, each name used once.

    "attack 10 ms release 100 ms" and "10 ms attack 100 ms release" have the same neighbours; which of them belong
    together is seen from what comes first.
    """
    names = [item for item in clause.items if item.free and item.term.parameter and item.quantity is None]
    numbers = [item for item in clause.items if item.free and item.quantity is not None]
    if not names or not numbers:
        return
    name_first = clause.position(names[0]) < clause.position(numbers[0])
    readings = [_pair_from(clause, numbers, could_be, steps) for steps in ((-1, 1), (1, -1))]
    if len(readings[0]) == len(readings[1]):
        yield from readings[0 if name_first else 1]
    else:
        yield from max(readings, key=len)


def _pair_from(
    clause: Clause, numbers: Sequence[Item], could_be: Callable[[Item, Item], bool], steps: tuple[int, int]
) -> list[tuple[Item, Item]]:
    """Pair numbers with names, looking to the one side first and then to the other."""
    pairs: list[tuple[Item, Item]] = []
    for number in numbers:
        for step in steps:
            name = _neighbour(clause, number, step)
            if name is not None and all(name is not other for _, other in pairs) and could_be(name, number):
                pairs.append((number, name))
                break
    return pairs


def _neighbour(clause: Clause, number: Item, step: int) -> Item | None:
    """Return the nearest parameter name on one side of a number; to the left only links may stand between."""
    position = clause.position(number) + step
    while 0 <= position < len(clause.items):
        item = clause.items[position]
        if item.quantity is not None:
            return None
        if item.term.parameter:
            return item
        passes = item.linking or item.term.effect or item.term.generic or item.text in ("up", "down", "level")
        if step < 0 and not passes:
            return None
        if step > 0 and (item.term.filter or item.term.region):
            return None
        position += step
    return None


def _relative_width(width: float, name: Item, number: Item, clause: Clause) -> float:
    """Read "20 % wider" and "narrow by 30 %" as changes, "widen to 150 %" as a width."""
    place = clause.position(number)
    if any(item.text == "to" for item in clause.items[max(0, place - 2) : place]):
        return width
    if name.text in _NARROWER:
        return 1 - width
    return 1 + width if name.text in _WIDER and width < 1 else width


def _as_note(quantity: Quantity) -> Quantity:
    """Read "1/4" beside a tempo as a note value."""
    assert quantity.pair is not None
    beats = 4 * quantity.pair[0] / quantity.pair[1]
    return replace(quantity, dimension=Dimension.NOTE, value=beats) if beats <= 8 else quantity


def _direction(clause: Clause, number: Item) -> list[Item]:
    """Return the word that gives a number its direction, the ones after it first; at most one."""
    place = clause.position(number)
    for item in clause.items[place + 1 :]:
        if item.quantity is not None:
            break
        if item.term.direction and not item.term.weak:
            return [item]
    weak: list[Item] = []
    for item in reversed(clause.items[:place]):
        if item.quantity is not None:
            break
        if item.term.direction and not item.term.weak:
            return [item]
        weak = weak or ([item] if item.term.direction else [])
    return weak


def _directed(clause: Clause, number: Item, value: float) -> float:
    """Apply the direction to a number whose sign is not written."""
    assert number.quantity is not None
    direction = sum(item.term.direction for item in _direction(clause, number))
    if number.quantity.sign and not (number.quantity.loose and direction):
        return value if value < 0 or direction >= 0 else -value
    return -abs(value) if direction < 0 else abs(value)


def _touches_descriptor(clause: Clause, number: Item) -> bool:
    """Whether the number stands beside a descriptor ("smile curve +4 dB"), so that it is no change of level."""
    place = clause.position(number)
    beside = clause.items[max(0, place - 1) : place + 2]
    return any(
        item.match is not None and item.quantity is None and not _speaks_of_level(item) for item in beside
    )


def _text_before(clause: Clause, number: Item) -> str:
    place = clause.position(number)
    return clause.items[place - 1].text if place else ""


def _relation_before(clause: Clause, number: Item) -> str | None:
    place = clause.position(number)
    return clause.items[place - 1].term.relation if place else None


def _speaks_of_level(item: Item) -> bool:
    return item.term.loudness or item.term.effect == "gain" or item.text in _LOUD or item.text in _QUIET


def _is_alone(clause: Clause) -> bool:
    """Whether the clause has nothing but one number and fillers."""
    others = [item for item in clause.items if item.word and not item.term.filler and item.quantity is None]
    return not others


def _only_numbers(clause: Clause) -> bool:
    """Whether a clause only goes on about what came before it."""
    return all(
        item.quantity is not None or item.linking or item.term.filler or item.term.numeric or item.text in ("up", "down")
        or item.term.parameter is not None or not item.free
        for item in clause.items
    )  # fmt: skip
