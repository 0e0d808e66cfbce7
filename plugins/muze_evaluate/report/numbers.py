"""Numbers, hashes and times as people read them, and which of several values is best."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from muze_evaluate.document import Better, Cell, Figure

MISSING = "–"
_HASH = re.compile(r"[0-9a-f]{32,128}")
_SHOWN_OF_HASH = 10
_MAX_DECIMALS = 6


def number(value: float) -> str:
    """Return a number with four digits that count: 0.9512, 12.35, 1235, 1.2e-07."""
    return f"{value:.4g}".replace("-", "−") if value else "0"


def cell(value: Cell) -> str:
    """Return what a table shows of a value."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value).replace("-", "−")
    return number(value) if isinstance(value, float) else value


def decimals_for(figures: Sequence[Figure]) -> int | None:
    """Return the decimals of figures in one row: two digits of the narrowest interval, three of the widest at the most.

    None where no figure has an interval of any width, or it is narrower than a table should show.
    """
    widths = [
        figure.high - figure.low
        for figure in figures
        if figure.low is not None and figure.high is not None and figure.high > figure.low
    ]
    if not widths:
        return None
    narrowest, widest = (1 - math.floor(math.log10(width)) for width in (min(widths), max(widths)))
    decimals = max(0, min(narrowest, widest + 1))
    return decimals if decimals <= _MAX_DECIMALS else None


def rounded(value: float, decimals: int | None) -> str:
    """Return a number with so many decimals; four digits that count where None."""
    return number(value) if decimals is None else f"{value:.{decimals}f}".replace("-", "−")


def clock(seconds: float) -> str:
    """Return a place in time as players show it, in whole minutes and seconds: 0:09, 3:12."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def duration(seconds: float) -> str:
    """Return a length: 9.6 s, 3:12."""
    return f"{seconds:.1f} s" if seconds < 59.95 else clock(seconds + 0.5)


def size(count: int) -> str:
    """Return a number of bytes as kB or MB (of 1000)."""
    return f"{count / 1000:.0f} kB" if count < 999_500 else f"{count / 1e6:.1f} MB"


def counted(count: int, noun: str) -> str:
    """Return "1 song" or "3 songs"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def short_hash(value: str) -> str | None:
    """Return the beginning of a hash; None where the text is no hash."""
    return f"{value[:_SHOWN_OF_HASH]}…" if _HASH.fullmatch(value) else None


def span_of(figures: Sequence[Figure]) -> tuple[float, float] | None:
    """Return the ends of an axis that holds all values and intervals; None where there is no value.

    Shares are on 0…1 so that their size can be seen; other numbers begin at 0 where that costs less than half of
    the axis, and where there is one value alone.
    """
    known = [
        value for figure in figures for value in (figure.value, figure.low, figure.high) if value is not None
    ]
    if not known:
        return None
    low, high = min(known), max(known)
    if {figure.unit for figure in figures} == {"share"} and low >= 0 and high <= 1:
        return 0.0, 1.0
    if low == high == 0:
        return -0.5, 0.5
    alone = sum(figure.value is not None for figure in figures) == 1
    if low > 0 and (alone or low <= high / 2):
        low = 0.0
    elif high < 0 and (alone or high >= low / 2):
        high = 0.0
    margin = 0.06 * (high - low) or 0.5 * abs(high)
    return (low if low == 0 else low - margin), (high if high == 0 else high + margin)


def ranked(cells: Mapping[str, Figure]) -> tuple[set[str], set[str]]:
    """Return the groups whose value is best, and those whose interval reaches into the best one's.

    Nothing is best where only one group has a value, where neither way is better, or where all are equal.

    Args:
        cells: one figure's value by group.
    """
    known = {group: figure for group, figure in cells.items() if figure.value is not None}
    better: set[Better] = {figure.better for figure in known.values()}
    values = [figure.value for figure in known.values() if figure.value is not None]
    if len(values) < 2 or len(set(values)) == 1 or better not in ({"higher"}, {"lower"}):
        return set(), set()
    top = max(values) if better == {"higher"} else min(values)
    best = {group for group, figure in known.items() if figure.value == top}
    near = {
        group
        for group, figure in known.items()
        if group not in best and any(_overlap(figure, known[other]) for other in best)
    }
    return best, near


def _overlap(one: Figure, other: Figure) -> bool:
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return False
    return one.low <= other.high and other.low <= one.high
