"""A plan on a terminal: what it is, its shape at a glance, and every section.

    dark house
    house · dark · A minor · 4/4 · 124 BPM · 12 bars · 0:23.2
    electronic drums, synth bass, saw lead, female vocals

    ▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃▃ ▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇▇
    verse                   chorus ♪

    0  verse      1–4   0:00.0  ███░░░░░  0.40  | Am | F | C G | E7 |
    1  chorus ♪   5–12  0:07.7  ███████░  0.90  | Am | F | C | G | ×2
                        “stay with me”

Sections are counted from 0, as `--set sections.1.energy=0.8` counts them; bars from 1. Plain text only: nothing
in it means anything to Rich, and it reads the same without colour.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from muze_plan.show.labels import bar_labels, clock, one_line, title
from muzecli.song.plan import Plan, Section

SUNG = "♪"

_LEVELS = "▁▂▃▄▅▆▇█"
_ENERGY_CELLS = 8
_NARROWEST = 50
_ROOM_FOR_CHORDS = 24  # columns; where fewer are left, chords get lines of their own


def timeline(plan: Plan, *, width: int = 80) -> list[str]:
    """Return the lines that show a plan.

    Args:
        plan: what to show.
        width: columns of the terminal; lines are no longer, except on terminals below 50 columns.
    """
    width = max(width, _NARROWEST)
    return [*_heading(plan, width), "", *_shape(plan, width), "", *_rows(plan, width)]


def _heading(plan: Plan, width: int) -> Iterator[str]:
    if plan.prompt.strip():
        yield from textwrap.wrap(one_line(plan.prompt), width)
    facts = [
        title(plan.genre),
        *map(one_line, plan.mood),
        str(plan.key),
        str(plan.time_signature),
        f"{plan.tempo_bpm:g} BPM",
        f"{plan.bars} bar{'' if plan.bars == 1 else 's'}",
        clock(plan.duration_s),
    ]
    yield from textwrap.wrap(" · ".join(fact for fact in facts if fact), width)
    if plan.instruments:
        yield from textwrap.wrap(", ".join(map(title, plan.instruments)), width)


def _shape(plan: Plan, width: int) -> Iterator[str]:
    """Yield the energy over time and under it the sections' names, each as wide as it is long."""
    levels, names = "", ""
    bar = 0
    for section in plan.sections:
        left = round(bar * width / plan.bars)
        bar += section.bars
        cells = round(bar * width / plan.bars) - left
        if cells == 0:  # more sections than columns
            continue
        level = _LEVELS[round(section.energy * (len(_LEVELS) - 1))]
        # A gap between sections, where they are wide enough to spare a column.
        drawn = cells - 1 if cells > 1 and bar < plan.bars else cells
        levels += (level * drawn).ljust(cells)
        names += _cut(_name(section), drawn).ljust(cells)
    yield levels.rstrip()
    yield names.rstrip()


def _rows(plan: Plan, width: int) -> Iterator[str]:
    spans, bar = plan.spans, 1
    numbers = [str(index) for index in range(len(plan.sections))]
    names = [_name(section) for section in plan.sections]
    ranges = []
    for section in plan.sections:
        last = bar + section.bars - 1
        ranges.append(f"{bar}–{last}" if last > bar else str(bar))
        bar += section.bars
    times = [clock(span.start_s) for span in spans]
    columns = [numbers, names, ranges, times]
    widths = [max(map(len, column)) for column in columns]
    indent = " " * (widths[0] + widths[1] + 4)
    for index, section in enumerate(plan.sections):
        cells = [column[index].ljust(cell) for column, cell in zip(columns, widths, strict=True)]
        cells[0], cells[3] = numbers[index].rjust(widths[0]), times[index].rjust(widths[3])
        row = "  ".join([*cells, _energy_bar(section.energy), f"{section.energy:.2f}"])
        room = width - len(row) - 2
        beside = room >= _ROOM_FOR_CHORDS
        lines = _chord_lines(section, room if beside else width - len(indent))
        if beside and lines:
            yield f"{row}  {lines[0]}"
            yield from (" " * (len(row) + 2) + line for line in lines[1:])
        else:
            yield row
            yield from (indent + line for line in lines)
        yield from (indent + line for line in _notes(section, width - len(indent)))


def _notes(section: Section, width: int) -> Iterator[str]:
    """Yield who plays, where the plan says so, and how the words begin."""
    if section.instruments is not None:
        players = ", ".join(map(title, section.instruments)) or "nobody plays"
        yield from textwrap.wrap(players, width)
    words = one_line(section.lyrics or "")
    if words:
        yield f"“{_cut(words, width - 2)}”"


def _chord_lines(section: Section, width: int) -> list[str]:
    """Return the bars of a section between bar lines, a repeated pattern once, wrapped to a width."""
    bars = section.chords
    if not bars:
        return []
    period = _period(bars)
    labels = bar_labels(bars[:period])
    mark = f" ×{len(bars) // period}" if len(bars) > period else ""
    # Phrases are fours: as many of them on a line as fit, else as many bars as fit.
    for phrase in (16, 8, 4):
        lines = [_between(labels[at : at + phrase]) for at in range(0, period, phrase)]
        if max(map(len, lines)) + len(mark) <= width:
            break
    else:
        lines = _wrapped(labels, width - len(mark))
    return [*lines[:-1], lines[-1] + mark]


def _wrapped(labels: Sequence[str], width: int) -> list[str]:
    lines: list[list[str]] = [[]]
    for label in labels:
        if lines[-1] and len(_between([*lines[-1], label])) > width:
            lines.append([])
        lines[-1].append(label)
    return [_between(line) for line in lines]


def _between(labels: Sequence[str]) -> str:
    return f"| {' | '.join(labels)} |"


def _period(bars: Sequence[object]) -> int:
    """Return the length of the shortest pattern that fills the bars by repetition; one bar is no pattern."""
    for length in range(2, len(bars) // 2 + 1):
        if len(bars) % length == 0 and all(bars[i] == bars[i % length] for i in range(len(bars))):
            # Bars that are all the same are clearer written with repeat signs.
            return length if len(set(map(str, bars[:length]))) > 1 else len(bars)
    return len(bars)


def _energy_bar(energy: float) -> str:
    full = round(energy * _ENERGY_CELLS)
    return "█" * full + "░" * (_ENERGY_CELLS - full)


def _name(section: Section) -> str:
    return title(section.type) + (f" {SUNG}" if section.has_vocals else "")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
