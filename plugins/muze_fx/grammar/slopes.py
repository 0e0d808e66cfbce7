"""Slopes of filters: "24 dB/oct", "4th order", "a steep high-pass", as Butterworth sections in a row."""

from __future__ import annotations

import math

from muze_fx.grammar.clauses import Clause
from muze_fx.grammar.items import Item
from muze_fx.grammar.units import Dimension

PASSES = frozenset({"high_pass", "low_pass", "band_pass"})
_DB_PER_SECTION = 12.0
#: No slope that is asked for is steeper.
_MOST_SECTIONS = 8
_GENTLE = frozenset({"gentle", "gently", "soft", "softly"})
_GENTLE_SLOPE = 12.0


def section_qualities(slope_db: float) -> list[float]:
    """Return the Q of each second-order section of a Butterworth filter.

    A slope between two that second-order sections can have becomes the next steeper one; 6 dB per octave is one
    section. The poles of a Butterworth filter of order n lie on a circle at equal angles:
    Q_k = 1 / (2 sin((2k - 1) π / 2n)), S. Butterworth, "On the Theory of Filter Amplifiers", 1930.

    Args:
        slope_db: dB per octave.

    >>> section_qualities(24)
    [0.5412, 1.3066]
    """
    count = min(max(math.ceil(slope_db / _DB_PER_SECTION), 1), _MOST_SECTIONS)
    angles = (math.pi * (2 * k - 1) / (4 * count) for k in range(count, 0, -1))
    return [round(1 / (2 * math.sin(angle)), 4) for angle in angles]


def slope_number(clause: Clause, position: int) -> float | None:
    """Return the dB per octave that a number says: "24 dB/oct", "slope of 24 dB", "24 dB low-pass"; else None."""
    item = clause.items[position]
    quantity = item.quantity
    if quantity is None or quantity.value <= 0:
        return None
    if quantity.dimension is Dimension.SLOPE:
        return quantity.value
    if quantity.dimension not in (Dimension.LEVEL, Dimension.BARE):
        return None
    before = next(
        (other for other in clause.items[:position][::-1] if other.text not in ("of", "at", ":", "=")), None
    )
    if before is not None and before.text in ("slope", "slopes"):
        return quantity.value
    after = clause.items[position + 1] if position + 1 < len(clause.items) else None
    of_filter = after is not None and after.term.filter in PASSES and quantity.dimension is Dimension.LEVEL
    return quantity.value if of_filter and quantity.sign == 0 and quantity.value % 6 == 0 else None


def slope_word(clause: Clause, position: int) -> float | None:
    """Return the dB per octave that an adjective says: "steep", and "gentle" where it touches a filter."""
    item = clause.items[position]
    if item.term.slope is not None:
        return item.term.slope
    if item.text not in _GENTLE:
        return None
    after = clause.content_after(position)
    touches = after is not None and (after.term.filter in PASSES or after.text.startswith("roll"))
    return _GENTLE_SLOPE if touches else None


def slope_alone(clause: Clause) -> tuple[float | None, list[Item]]:
    """Return the slope of a clause that only says that of the filter before it, and the items."""
    slope: float | None = None
    items: list[Item] = []
    for position, item in enumerate(clause.items):
        if item.free:
            said = slope_number(clause, position) or slope_word(clause, position)
            slope = slope or said
            items.extend([item] if said else [])
    return slope, items
