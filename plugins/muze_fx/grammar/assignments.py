"""Names before values, as scripts write them: "freq_hz: 300", "gain_db = -3", "{low: +2, high: -1}", "100/+3"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from muze_fx.grammar.items import Item
from muze_fx.grammar.terms import find_term
from muze_fx.grammar.units import UNITS, Dimension

#: Units that may stand before their number.
_LEADING = frozenset(
    {Dimension.LEVEL, Dimension.FREQUENCY, Dimension.TIME, Dimension.PITCH, Dimension.BITS, Dimension.TEMPO,
     Dimension.LENGTH, Dimension.LOUDNESS, Dimension.SHARE}
)  # fmt: skip
#: Names of a frequency, whose number needs no unit.
_FREQUENCY_NAMES = frozenset({"f", "freq", "frequency", "fc", "f0", "hz"})
_ENDS = {"low": "lows", "lo": "lows", "high": "highs", "hi": "highs"}
_ASSIGNS = frozenset({":", "="})
_QUOTES = frozenset({'"', "'"})
_LOWEST_NAMED_HZ, _LOWEST_BARE_HZ = 10.0, 20.0


def read_assignments(items: Sequence[Item]) -> None:
    """Give the numbers behind the name of a unit that unit, and read "low" and "high" before a gain as ranges."""
    for index, item in enumerate(items):
        sign = _next(items, index)
        assigned = sign is not None and items[sign].text in _ASSIGNS
        place = _next(items, sign) if assigned and sign is not None else sign
        number = None if place is None else items[place]
        if item.quantity is not None:
            _place_before_gain(item, items[index + 1 : index + 3])
        elif number is not None and number.quantity is not None:
            if item.text in _ENDS and (assigned or _is_signed_gain(number)):
                if number.dimension in (Dimension.LEVEL, Dimension.BARE):
                    item.term, item.match = find_term(_ENDS[item.text]) or item.term, None
            elif assigned or item.text in _FREQUENCY_NAMES:
                _give_unit(number, item.text)


def _next(items: Sequence[Item], index: int) -> int | None:
    """Return the place of the next item that is no quotation mark."""
    for place in range(index + 1, min(index + 4, len(items))):
        if items[place].text not in _QUOTES:
            return place
    return None


def _is_signed_gain(number: Item) -> bool:
    quantity = number.quantity
    signed = quantity is not None and quantity.sign != 0
    return signed and number.dimension in (Dimension.LEVEL, Dimension.BARE)


def _place_before_gain(item: Item, following: Sequence[Item]) -> None:
    """Read the first of "100/+3" and "100: +3" as a frequency."""
    quantity = item.quantity
    assert quantity is not None
    if len(following) < 2 or following[0].text not in ("/", *_ASSIGNS) or not _is_signed_gain(following[1]):
        return
    if quantity.dimension is Dimension.BARE and not quantity.sign and quantity.value >= _LOWEST_BARE_HZ:
        item.quantity = replace(quantity, dimension=Dimension.FREQUENCY)


def _give_unit(number: Item, name: str) -> None:
    quantity = number.quantity
    assert quantity is not None
    if quantity.dimension is not Dimension.BARE:
        return
    dimension, scale = UNITS.get(name, (Dimension.BARE, 1.0))
    if name in _FREQUENCY_NAMES:
        if quantity.value >= _LOWEST_NAMED_HZ and not quantity.sign:
            number.quantity = replace(quantity, dimension=Dimension.FREQUENCY, vague=False)
    elif dimension in _LEADING:
        value, upper = quantity.value * scale, None if quantity.upper is None else quantity.upper * scale
        number.quantity = replace(quantity, dimension=dimension, value=value, upper=upper, vague=False)
