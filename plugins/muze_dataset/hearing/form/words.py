"""Words in sections: which lines are sung in which, and whether they return."""

from __future__ import annotations

from collections.abc import Sequence

from muze_dataset.hearing.words.timed import LINE, Timed, letters

Spans = Sequence[tuple[float, float]]


def timed_lines(lyrics: str | None, level: str, items: Sequence[Timed]) -> tuple[Timed, ...]:
    """Return lines with times, put together from words or syllables where these have them.

    Args:
        lyrics: the lines, one a line; None where they are not known: then every item is a line.
        level: what the items are, see `muze_dataset.hearing.words.timed`.
        items: texts with times, in order.
    """
    if level == LINE or lyrics is None:
        return tuple(items)
    lines: list[Timed] = []
    rest = list(items)
    for text in lyrics.splitlines():
        missing = len(letters(text))
        taken: list[Timed] = []
        while rest and missing > 0:
            taken.append(rest.pop(0))
            missing -= len(letters(taken[-1].text))
        if taken:
            lines.append(Timed(text.strip(), taken[0].start_s, taken[-1].end_s))
    return tuple(lines)


def lines_within(lines: Sequence[Timed], spans: Spans) -> list[list[str]]:
    """Return the lines of each span: those whose middle lies in it."""
    return [
        [line.text for line in lines if start_s <= (line.start_s + line.end_s) / 2.0 < end_s]
        for start_s, end_s in spans
    ]


def returning(within: Sequence[Sequence[str]]) -> list[float | None]:
    """Return the share of each span's lines that others sing, too; None where nothing is sung."""
    sets = [{letters(line) for line in lines} for lines in within]
    shares: list[float | None] = []
    for i, own in enumerate(sets):
        others = set().union(*sets[:i], *sets[i + 1 :])
        shares.append(len(own & others) / len(own) if own else None)
    return shares
