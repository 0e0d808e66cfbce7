"""Lay a progression over a number of bars, at a pace, in a metre."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from muze_plan.harmony.roman import Bar

T = TypeVar("T")


def paced(bars: Sequence[Bar], pace: float, beats: int) -> tuple[Bar, ...]:
    """Return a progression with every written bar lasting `pace` bars.

    Args:
        bars: as written.
        pace: at 2 and 4 a bar's chords spread over as many bars; 0.5 puts two bars into one, which needs a
            chord a bar and two beats.
        beats: in a bar of the song.
    """
    if pace >= 1:
        return tuple(part for bar in bars for part in _spread(bar, int(pace)))
    if not can_halve(bars, beats):
        return tuple(bars)
    return tuple(
        first if first == second else (*first, *second)
        for first, second in zip(bars[::2], bars[1::2], strict=True)
    )


def _spread(bar: Bar, count: int) -> list[Bar]:
    """Return the chords of a bar over `count` bars: of two chords over two bars, each gets one."""
    chords = len(bar)
    return [
        bar[index * chords // count : max(index * chords // count + 1, -(-(index + 1) * chords // count))]
        for index in range(count)
    ]


def can_halve(bars: Sequence[Bar], beats: int) -> bool:
    """Say whether two written bars fit into one."""
    return len(bars) % 2 == 0 and beats >= 2 and all(len(bar) == 1 for bar in bars)


def fitting_pace(bars: Sequence[Bar], pace: float, length: int, beats: int) -> float:
    """Return the pace, or the faster one at which the whole progression is heard within `length` bars."""
    while pace > 1 and len(bars) * pace > length:
        pace /= 2
    if pace == 1 and len(bars) == 2 * length and can_halve(bars, beats):
        return 0.5
    return pace


def tiled(bars: Sequence[Bar], length: int) -> tuple[Bar, ...]:
    """Return exactly `length` bars: the progression again and again, cut where they end."""
    return tuple(bars[index % len(bars)] for index in range(length))


def shared(chords: Sequence[T], beats: int) -> tuple[T, ...]:
    """Return the chords of a bar so that their equal shares fall on its beats.

    Two chords in three beats are written a a b; four chords in three beats cannot be, and the first and the
    last are kept.
    """
    if len(chords) > beats:
        chords = (chords[0], chords[-1]) if beats > 1 else (chords[0],)
    if beats % len(chords) == 0:
        return tuple(chords)
    long, extra = divmod(beats, len(chords))
    return tuple(c for index, c in enumerate(chords) for _ in range(long + (index < extra)))
