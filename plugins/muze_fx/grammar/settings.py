"""Numbers that set an effect: "compress 4:1 at -18 dB", "1.2 s of reverb", "20 % wet", "an octave down".

Parameters that are named take the number beside them. After the equaliser has taken its bands, an effect that is
named takes what is left by its unit; last, units that belong to one effect alone need no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.directions import directed, direction_words
from muze_fx.grammar.intents import SettingIntent
from muze_fx.grammar.items import Item
from muze_fx.grammar.levels import read_levels
from muze_fx.grammar.loudness import read_loudness
from muze_fx.grammar.naming import (
    CHAIN,
    MEASURED,
    OWN_UNITS,
    find_effect,
    find_names,
    pair_with_parameters,
    two_in_step,
)
from muze_fx.grammar.parameters import DEFAULTS, PARAMETERS, in_units_of, wet_share
from muze_fx.grammar.speeds import read_speeds
from muze_fx.grammar.tempo import as_note, find_tempo
from muze_fx.grammar.units import Dimension, Quantity

#: A pitch without a unit is in semitones up to here.
_WIDEST_SHIFT = 36.0
#: "verb 1.8s pd 25ms": the longer time is no pre-delay.
_LONGEST_PRE_DELAY_S = 0.5
#: Levels that are named after what is heard; "cut the rumble by 3 dB" is the equaliser's.
_HEARD_LEVELS = frozenset({"hiss", "vinyl_rumble"})
_WIDER = frozenset({"wider", "widen", "widened", "widening"})
_NARROWER = frozenset({"narrow", "narrower", "narrowed", "narrowing"})


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
        self._places = {id(clause): index for index, clause in enumerate(clauses)}
        self._clause_of = {id(item): clause for clause in clauses for item in clause.items}
        self._names = find_names(clauses)
        self._tempo = find_tempo(clauses)
        self._tempo_bpm = self._tempo.quantity.value if self._tempo and self._tempo.quantity else None

    def read_named_parameters(self) -> None:
        """Give every parameter that is named the number beside it."""
        for index, number, name in two_in_step(self._clauses):
            if self._could_be(name, number, self._clauses[index]):
                self._set_parameter(index, number, name)
        for index, clause in enumerate(self._clauses):
            self._read_wet_word(index)

            def could_be(name: Item, number: Item, clause: Clause = clause) -> bool:
                return self._could_be(name, number, clause)

            for number, name in pair_with_parameters(clause, could_be):
                self._set_parameter(index, number, name)
            for parameter, milliseconds, name, used in read_speeds(clause):
                effects = PARAMETERS[parameter]
                effect, named_by = find_effect(self._clauses, index, name, effects.__contains__, name)
                effect = effect or next(iter(effects))
                self._set(effect, effects[effect], milliseconds, used, clause, named_by)

    def read_named_effects(self) -> None:
        """Give every effect that is named the numbers that its units claim, then the units that need no name."""
        for index, clause in enumerate(self._clauses):
            for number in list(clause.quantities()):
                self._set_by_effect(index, number)
            for loudness_lufs, items in read_loudness(clause):
                self._set(CHAIN, "loudness_lufs", loudness_lufs, items, clause)
            before = self._clauses[index - 1] if index else None
            for gain_db, items in read_levels(clause, before):
                self._set("gain", "gain_db", gain_db, items, clause)
            self._read_times_as_wide(clause)
            self._read_half_and_half(index)
        self._read_ping_pong()

    def intents(self) -> list[SettingIntent]:
        """Return one setting an effect, in the order of the prompt."""
        intents = []
        for effect, setting in self._found.items():
            items = sorted(setting.items, key=lambda item: item.start)
            text = " ".join(self._prompt[item.start : item.end] for item in items)
            values = {name: round(value, 9) for name, value in setting.values.items()}
            intents.append(SettingIntent(effect, values, text, (items[0].start, items[-1].end)))
        return intents

    # -- parameters that are named -----------------------------------------------------------------------------

    def _could_be(self, name: Item, number: Item, clause: Clause) -> bool:
        """Whether a named parameter can have this number, whichever effect it is of."""
        assert number.quantity is not None
        parameter = name.term.parameter or ""
        if parameter in ("mix", "dry"):
            return wet_share(number.quantity, dry=parameter == "dry") is not None
        if parameter in _HEARD_LEVELS and any(not word.term.weak for word in direction_words(clause, number)):
            return False
        if (
            parameter == "pre_delay"
            and number.quantity.amount > _LONGEST_PRE_DELAY_S
            and number.dimension is Dimension.TIME
        ):
            return False
        quantity = self._in_tempo(number.quantity) if parameter in ("time", "rate") else number.quantity
        engine = PARAMETERS.get(parameter, {}).values()
        return any(in_units_of(name, quantity, self._tempo_bpm) is not None for name in engine)

    def _in_tempo(self, quantity: Quantity) -> Quantity:
        """Read "1/4" as a note value where the prompt has a tempo."""
        is_note = quantity.dimension is Dimension.PAIR and quantity.pair is not None
        return as_note(quantity) if is_note and self._tempo_bpm is not None else quantity

    def _set_parameter(self, index: int, number: Item, name: Item) -> None:
        assert number.quantity is not None and name.term.parameter is not None
        parameter, clause = name.term.parameter, self._clauses[index]
        effects = PARAMETERS[parameter]
        effect, named_by = find_effect(self._clauses, index, number, effects.__contains__, name)
        value: float | None
        if parameter in ("mix", "dry"):
            if effect is None or any(item.term.whole for item in clause.items):
                effect, named_by = CHAIN, None
            value = wet_share(number.quantity, dry=parameter == "dry")
        else:
            effect = effect or next(iter(effects))
            quantity = self._in_tempo(number.quantity) if parameter in ("time", "rate") else number.quantity
            value = in_units_of(effects[effect], quantity, self._tempo_bpm)
        if value is None:
            return
        used = [number, name]
        if parameter == "width":
            value = _relative_width(value, name, number, clause)
        elif parameter == "formant":
            value = directed(clause, number, value)
            used += direction_words(clause, number)
        self._set(effect, effects[effect], value, used, clause, named_by)

    def _read_wet_word(self, index: int) -> None:
        """Read "half wet" and "fully wet"."""
        clause = self._clauses[index]
        for share, name in pairwise(clause.items):
            if share.free and name.free and share.term.wet is not None and name.text in ("wet", "wetness"):
                self._set_mix(index, share.term.wet, [share, name], name, name)

    def _set_mix(
        self, index: int, share: float, used: Sequence[Item], number: Item, name: Item | None = None
    ) -> None:
        mixed = PARAMETERS["mix"]
        effect, named_by = find_effect(self._clauses, index, number, mixed.__contains__, name)
        self._set(effect or CHAIN, "mix", share, used, self._clauses[index], named_by)

    # -- effects that are named --------------------------------------------------------------------------------

    def _set_by_effect(self, index: int, number: Item) -> None:
        quantity, clause = number.quantity, self._clauses[index]
        assert quantity is not None
        quantity = self._in_tempo(quantity)

        def fits(effect: str) -> bool:
            return _fits(effect, quantity, number, clause)

        effect, named_by = find_effect(self._clauses, index, number, fits)
        named = named_by is not None and effect in (named_by.term.effect, named_by.owner)
        if quantity.dimension is Dimension.SHARE and not named:
            return  # "underwater 50 %" is how much of it, not its mix
        effect = effect or OWN_UNITS.get(quantity.dimension)
        parameter = DEFAULTS.get(effect or "", {}).get(quantity.dimension)
        value = None if parameter is None else in_units_of(parameter, quantity, self._tempo_bpm)
        if effect is None or parameter is None or value is None:
            return
        used = [number]
        if parameter in ("semitones", "gain_db"):
            value = directed(clause, number, value)
            used += direction_words(clause, number)
        self._set(effect, parameter, value, used, clause, named_by)

    def _read_times_as_wide(self, clause: Clause) -> None:
        """Read "twice as wide"."""
        for factor, name in pairwise(clause.items):
            if factor.free and name.free and factor.term.factor and name.term.parameter == "width":
                self._set("stereo_width", "width", factor.term.factor, [factor, name], clause)

    def _read_half_and_half(self, index: int) -> None:
        """Read "50/50" alone as the mix of what comes before it."""
        for number in list(self._clauses[index].quantities(Dimension.PAIR)):
            assert number.quantity is not None and number.quantity.pair is not None
            share = wet_share(number.quantity, dry=False)
            if share is not None and sum(number.quantity.pair) == 100:
                self._set_mix(index, share, [number], number)

    def _read_ping_pong(self) -> None:
        """Switch ping-pong on where the delay has numbers."""
        for clause in self._clauses if "delay" in self._found else ():
            for item in clause.items:
                if item.free and item.term.parameter == "ping_pong":
                    self._set("delay", "ping_pong", 1.0, [item], clause)

    # -- what comes out ----------------------------------------------------------------------------------------

    def _set(
        self,
        effect: str,
        parameter: str,
        value: float,
        used: Sequence[Item],
        clause: Clause,
        named_by: Item | None = None,
    ) -> None:
        """Store a value; what gave it is used up, and so are the plain names of the effect up to there."""
        setting = self._found.setdefault(effect, _Setting())
        setting.values[parameter] = value
        items = [*used, *self._said_names(effect, self._places[id(clause)])]
        if named_by is not None and named_by.term.effect == effect:
            items.append(named_by)
        items += [word for item in items for word in self._measured_by(item)]
        if self._tempo is not None and any(
            item.dimension in (Dimension.NOTE, Dimension.PAIR) for item in used
        ):
            items.append(self._tempo)
        for item in items:
            if item.free:
                item.owner = item.thing = effect
                setting.items.append(item)

    def _said_names(self, effect: str, last: int) -> list[Item]:
        """Take the plain names of an effect that stand in the clauses up to `last`."""
        names = self._names.get(effect, [])
        count = next((count for count, (index, _) in enumerate(names) if index > last), len(names))
        self._names[effect] = names[count:]
        return [item for _, item in names[:count] if item.free]

    def _measured_by(self, item: Item) -> list[Item]:
        """Return the adjective whose measure a number gives: "slow phaser at 0.2 Hz", "4 seconds long"."""
        clause = self._clause_of.get(id(item))
        if clause is None:
            return []
        place = clause.position(item)
        if item.quantity is not None:
            beside = clause.items[max(0, place - 1) : place + 2]
            return [word for word in beside if word.text in MEASURED]
        for index in range(place - 1, -1, -1):
            word = clause.items[index]
            if word.text in MEASURED:
                return [word]
            if word.quantity is None and word.match is None:
                return []
        return []


def _fits(effect: str, quantity: Quantity, number: Item, clause: Clause) -> bool:
    """Whether a number without a parameter's name can be one of this effect's."""
    dimension = quantity.dimension
    if dimension not in DEFAULTS.get(effect, {}):
        return False
    if effect in ("compressor", "noise_gate") and dimension in (Dimension.LEVEL, Dimension.BARE):
        at = dimension is Dimension.LEVEL and clause.follows_relation(number, "at", "above", "below")
        return quantity.sign < 0 or at  # "3 dB of compression" is no threshold
    if effect in ("distortion", "tape") and dimension is Dimension.LEVEL:
        return quantity.sign >= 0
    if effect == "gain":
        return any(item.term.effect == "gain" for item in clause.items)
    if effect == "pitch" and dimension is Dimension.BARE:
        before = clause.before(number)
        return quantity.value <= _WIDEST_SHIFT and (
            before is None or before.text != "to"
        )  # not "tune it to 432"
    return True


def _relative_width(width: float, name: Item, number: Item, clause: Clause) -> float:
    """Read "20 % wider" and "narrow by 30 %" as changes, "widen to 150 %" as a width."""
    place = clause.position(number)
    if any(item.text == "to" for item in clause.items[max(0, place - 2) : place]):
        return width
    if name.text in _NARROWER:
        return 1 - width
    return 1 + width if name.text in _WIDER and width < 1 else width
