"""HTML tables: figures with groups as columns, items with values as columns, and facts as pairs.

Heads of columns and rows have their scope, numbers are aligned, and wide tables scroll inside a region of their own
that the keyboard reaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from muze_evaluate.document import Cell, Evaluation, Figure, Row
from muze_evaluate.report.html import Content, Markup, joined, tag
from muze_evaluate.report.numbers import MISSING, cell, decimals_for, ranked, rounded, short_hash, span_of
from muze_evaluate.report.plots import comparable, interval_bar
from muze_evaluate.report.ranking import Ranking, columns, first_of_groups

ARROWS = {"higher": "↑", "lower": "↓", "": ""}
MAX_ROWS = 200
"""Items of an evaluation that are shown; a page is to be read, and the document has all."""
MAX_FACTS = 24
"""Entries of one list among facts that are shown."""

_LONG_TEXT = 24
_WAYS = {"higher": "higher is better", "lower": "lower is better"}


def scrolling(table: Markup, label: str) -> Markup:
    """Return a table in a region that scrolls where the page is narrow."""
    return tag("div", table, class_="scroll", role="region", aria_label=label, tabindex="0")


def figure_label(figure: Figure) -> Markup:
    """Return a figure's name with its unit and an arrow that says which way is better."""
    arrow = ARROWS[figure.better]
    return joined(
        figure.name,
        tag("span", f" {figure.unit}", class_="unit") if figure.unit else None,
        tag("span", f"\u00a0{arrow}", class_="arrow", title=_WAYS[figure.better]) if arrow else None,
    )


def figure_table(
    rows: Sequence[tuple[Content, Sequence[Figure]]],
    groups: Mapping[str, int],
    *,
    caption: str,
    bars: bool = False,
) -> Markup:
    """Return a table with a row a figure and a column a group; the best value of each row is marked.

    Args:
        rows: headings without figures, and figures of one name each with the groups that have it.
        groups: the columns, and their numbers for colours.
        caption: for those who hear the page.
        bars: whether intervals are drawn below the numbers, too.
    """
    counts = any(figure.count for _, figures in rows for figure in figures)
    width = 1 + len(groups) + counts
    head = tag(
        "tr",
        tag("th", "figure", scope="col"),
        (tag("th", group or "value", scope="col", class_="num") for group in groups),
        tag("th", tag("i", "n"), scope="col", class_="num") if counts else None,
    )
    lines = [
        _figure_row(label, figures, groups, bars=bars, counts=counts)
        if figures
        else tag("tr", tag("th", label, scope="rowgroup", colspan=width), class_="part")
        for label, figures in rows
    ]
    return scrolling(
        tag(
            "table",
            tag("caption", caption),
            tag("thead", head),
            tag("tbody", lines),
            class_=" ".join(
                ["figures", *(["bars"] if bars else []), *(["narrow"] if len(groups) == 1 else [])]
            ),
        ),
        caption,
    )


def _figure_row(
    label: Content, figures: Sequence[Figure], groups: Mapping[str, int], *, bars: bool, counts: bool
) -> Markup:
    by_group = {figure.group: figure for figure in figures}
    best, near = ranked(by_group)
    span = span_of(figures) if bars else None
    decimals = decimals_for(figures)
    drawn = comparable(figures) or any(figure.low is not None for figure in figures)
    cells = []
    for group, index in groups.items():
        figure = by_group.get(group)
        if figure is None or figure.value is None:
            cells.append(tag("td", MISSING, class_="num none", title=figure.note or None if figure else None))
            continue
        kind = "best" if group in best else "near" if group in near else ""
        interval = None
        if figure.low is not None and figure.high is not None:
            interval = f"[{rounded(figure.low, decimals)}, {rounded(figure.high, decimals)}]"
        cells.append(
            tag(
                "td",
                tag("span", rounded(figure.value, decimals), _said(kind), class_="value"),
                tag("span", interval, class_="interval") if interval else None,
                interval_bar(figure, span, index) if drawn and span is not None else None,
                class_=f"num {kind}".strip(),
            )
        )
    known = list(dict.fromkeys(by_group[group].count for group in groups if group in by_group))
    return tag(
        "tr",
        tag("th", label, scope="row"),
        cells,
        tag("td", "/".join(str(count) if count else MISSING for count in known), class_="num count")
        if counts
        else None,
    )


def _said(kind: str) -> Markup | None:
    words = {"best": " (best)", "near": " (interval reaches into the best one’s)"}
    return tag("span", words[kind], class_="unseen") if kind else None


def row_table(ranked_rows: Ranking, songs: Mapping[tuple[str, str], str], *, caption: str) -> Markup:
    """Return a table of items; a script lets its columns be sorted.

    Args:
        ranked_rows: in order.
        songs: the anchor of an item's song on the page, by its group and id.
        caption: for those who hear the page.
    """
    rows = first_of_groups(ranked_rows.rows, MAX_ROWS)
    names = columns(rows)
    grouped, noted = any(row.group for row in rows), any(row.note for row in rows)
    numeric = {name for name in names if all(_is_number(row.values.get(name)) for row in rows)}
    head = tag(
        "tr",
        tag("th", "item", scope="col"),
        tag("th", "group", scope="col") if grouped else None,
        (
            tag(
                "th",
                name,
                scope="col",
                class_="num" if name in numeric else None,
                aria_sort=_sorted(ranked_rows) if name == ranked_rows.by else None,
            )
            for name in names
        ),
        tag("th", "note", scope="col") if noted else None,
    )
    lines = [
        tag(
            "tr",
            tag("th", _linked(row, songs), scope="row"),
            tag("td", row.group) if grouped else None,
            (_cell(row.values.get(name), name in numeric) for name in names),
            tag("td", row.note, class_="note") if noted else None,
        )
        for row in rows
    ]
    table = tag(
        "table",
        tag("caption", caption),
        tag("thead", head),
        tag("tbody", lines),
        class_="items sortable",
    )
    return scrolling(table, caption)


def _sorted(ranked_rows: Ranking) -> str:
    return "ascending" if ranked_rows.better == "higher" else "descending"


def _linked(row: Row, songs: Mapping[tuple[str, str], str]) -> Markup:
    anchor = songs.get((row.group, row.id))
    return tag("a", row.id, href=f"#{anchor}") if anchor else joined(row.id)


def _cell(value: Cell, numeric: bool) -> Markup:
    key = f"{float(value):.17g}" if numeric and isinstance(value, int | float) else None
    long = isinstance(value, str) and len(value) > _LONG_TEXT
    return tag("td", cell(value), class_="num" if numeric else "text" if long else None, data_key=key)


def _is_number(value: Cell) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def fact_table(facts: Mapping[str, Any], *, caption: str) -> Markup:
    """Return facts as a table of two columns; facts inside facts have their path as name."""
    lines = [
        tag("tr", tag("th", name, scope="row"), tag("td", fact(value))) for name, value in flattened(facts)
    ]
    return scrolling(tag("table", tag("caption", caption), tag("tbody", lines), class_="facts"), caption)


def fact(value: Any) -> Markup:
    """Return a fact: a hash shortened for the eye, with the whole of it to be copied."""
    if isinstance(value, str) and short_hash(value) is not None:
        return tag("code", value, class_="hash", title=value, tabindex="0")
    if isinstance(value, list | tuple):
        shown = ", ".join(cell(item) for item in value[:MAX_FACTS])
        return joined(
            shown or "none", f" … and {len(value) - MAX_FACTS} more" if len(value) > MAX_FACTS else None
        )
    return joined(cell(value) if value != "" else MISSING)


def flattened(facts: Mapping[str, Any], path: str = "") -> list[tuple[str, Any]]:
    """Return (path, value) of all facts, those inside others with both names: `embedding · sha256`."""
    found: list[tuple[str, Any]] = []
    for key, value in facts.items():
        name = f"{path} · {key}" if path else str(key)
        if isinstance(value, Mapping) and value:
            found += flattened(value, name)
        elif isinstance(value, list | tuple) and any(
            isinstance(item, Mapping | list | tuple) for item in value
        ):
            few = {f"{index + 1}": item for index, item in enumerate(value[:MAX_FACTS])}
            found += flattened(few, name)
            if len(value) > MAX_FACTS:
                found.append((name, f"… and {len(value) - MAX_FACTS} more"))
        else:
            found.append((name, None if isinstance(value, Mapping) else value))
    return found


def grouped_figures(evaluation: Evaluation) -> dict[str, list[Figure]]:
    """Return the figures of each name, in the order that names come in."""
    found: dict[str, list[Figure]] = {}
    for figure in evaluation.figures:
        found.setdefault(figure.name, []).append(figure)
    return found
