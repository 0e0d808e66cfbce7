"""Figures of sets of songs with their intervals, and a row a song.

Legend: N songs, F families of instruments, R shifts of songs against plans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from muze_evaluate.control.aspects import ASPECTS, Aspect, reason, values
from muze_evaluate.control.chance import chance_values, shifts
from muze_evaluate.control.measured import FAMILIES, Measured
from muze_evaluate.control.presence import FOUND
from muze_evaluate.control.ranking import ranking
from muze_evaluate.control.songs import Song
from muze_evaluate.document import Cell, Figure, Row
from muze_evaluate.statistics.bootstrap import mean_interval
from muze_evaluate.statistics.shares import fraction_interval

CHANCE = "chance"
AVERAGE_PRECISION = "instruments, average precision"

Values = dict[str, float | None]


@dataclass(frozen=True)
class Results:
    """The songs of one group that were measured, in the order of their ids.

    Attributes:
        name: of the group.
        songs: with their plans.
        measured: one for each.
    """

    name: str
    songs: tuple[Song, ...]
    measured: tuple[Measured, ...]


def figures_and_rows(
    results: Results, *, chance: bool, seed: int
) -> tuple[tuple[Figure, ...], tuple[Row, ...]]:
    """Return the figures of a group, and a row a song; with those of chance after them.

    Args:
        results: at least one song.
        chance: whether to measure against other songs' plans, too.
        seed: of the resamples and of which other plans.
    """
    planned = [song.planned for song in results.songs]
    own = [values(plan, heard) for plan, heard in zip(planned, results.measured, strict=True)]
    figures = [_figure(aspect, results, own, results.name, seed) for aspect in ASPECTS]
    figures.append(_families_figure(results, results.name, [tuple(range(len(planned)))]))
    rows = [_row(*each) for each in zip(results.songs, results.measured, own, strict=True)]
    if chance:
        name = f"{results.name}, {CHANCE}"
        foreign = chance_values(planned, results.measured, seed=seed)
        figures += [_figure(aspect, results, foreign, name, seed) for aspect in ASPECTS]
        figures.append(_families_figure(results, name, shifts(len(planned), seed=seed)))
        rows += [
            Row(song.id, dict(row), str(song.path), name)
            for song, row in zip(results.songs, foreign, strict=True)
        ]
    return tuple(figures), tuple(rows)


def _figure(aspect: Aspect, results: Results, rows: Sequence[Values], group: str, seed: int) -> Figure:
    known = [number for row in rows if (number := row[aspect.name]) is not None]
    low = high = None
    if len(known) > 1:
        drawn = fraction_interval if aspect.within_one else mean_interval
        interval = drawn(known, seed=seed)
        low, high = interval.low, interval.high
    return Figure(
        name=aspect.name,
        value=float(np.mean(known)) if known else None,
        low=low,
        high=high,
        count=len(known),
        unit=aspect.unit,
        better=aspect.better,
        group=group,
        note=_left_out(aspect, results, rows) if group == results.name else "",
    )


def _left_out(aspect: Aspect, results: Results, rows: Sequence[Values]) -> str:
    """Return how many songs have no number, and why; nothing where all have one."""
    reasons = [
        reason(aspect, heard)
        for heard, row in zip(results.measured, rows, strict=True)
        if row[aspect.name] is None
    ]
    if not reasons:
        return ""
    said = "; ".join(dict.fromkeys(reasons))
    return f"{len(reasons)} of {len(rows)} left out: {said}"


def _families_figure(results: Results, group: str, plans: Sequence[Sequence[int]]) -> Figure:
    """Return the mean over families of their average precision among the songs.

    Args:
        results: N songs.
        group: the column.
        plans: R times for each song whose plan it is held against.
    """
    figure = Figure(AVERAGE_PRECISION, None, unit="", better="higher", group=group)
    found = [heard.families for heard in results.measured]
    heard = [place for place, families in enumerate(found) if families is not None]
    if not heard:
        reasons = [one.reasons.get(FAMILIES, "it is not known") for one in results.measured]
        return replace(figure, note="; ".join(dict.fromkeys(reasons)) if group == results.name else "")
    names = sorted({name for families in found if families is not None for name in families})
    probability = np.array([[found[place][name] for name in names] for place in heard])  # type: ignore[index]
    wanted = [song.planned.families for song in results.songs]
    asked = np.array(
        [[[name in wanted[plan[place]] for name in names] for place in heard] for plan in plans], np.float64
    )  # (R, N, F)
    ranked = ranking(asked, probability)
    if ranked is None:
        return replace(figure, note="every family is asked for by all songs or by none")
    note = ranked.without_interval if group == results.name else ""
    return replace(figure, value=ranked.value, low=ranked.low, high=ranked.high, count=len(heard), note=note)


def doubts(results: Results) -> list[str]:
    """Return what makes the figures of a group less trustworthy: what was found in a lesser way, of how many songs."""
    told = Counter(doubt for heard in results.measured for doubt in heard.doubts.items())
    count = len(results.measured)
    return [
        f"{results.name}: {name} of {times} of {count} songs: {why}"
        for (name, why), times in sorted(told.items())
    ]


def _row(song: Song, heard: Measured, own: Values) -> Row:
    """Return a song's row: what was planned and what was heard, in words, then every aspect."""
    planned = song.planned
    words: dict[str, Cell] = {
        "planned tempo_bpm": planned.tempo_bpm,
        "heard tempo_bpm": heard.tempo_bpm,
        "planned key": str(planned.key),
        "heard key": None if heard.key is None else str(heard.key),
        "planned metre": str(planned.time_signature),
        "heard metre": heard.time_signature,
        "planned sections": len(planned.sections),
        "heard sections": None if heard.sections is None else len(heard.sections),
        "planned loudness_lufs": planned.loudness_lufs,
        "heard loudness_lufs": heard.loudness_lufs,
        "planned vocals": planned.has_vocals,
        "heard vocals": heard.has_vocals,
        "planned instruments": ", ".join(planned.families),
        "heard instruments": _found(heard),
    }
    note = "; ".join(f"{name}: {why}" for name, why in heard.reasons.items())
    return Row(song.id, {**words, **own}, str(song.path), song.group, note)


def _found(heard: Measured) -> str | None:
    if heard.families is None:
        return None
    return ", ".join(name for name, probability in heard.families.items() if probability >= FOUND)
