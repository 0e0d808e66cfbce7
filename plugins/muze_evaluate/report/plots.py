"""SVG from numbers: intervals, dots and whiskers, and the frame with axes that other pictures use, too.

No picture has a viewBox: places along are per cent and heights are pixels, so a picture is as wide as there is room
and its words and dots keep their size, on a phone as on paper. Colours come from the style sheet: `g0`, `g1` …
are groups, and each group has a mark of its own shape besides.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from muze_evaluate.document import Figure
from muze_evaluate.report.html import Content, Markup, joined, tag
from muze_evaluate.report.numbers import number, span_of

Span = tuple[float, float]

_ROW_PX, _GAP_PX = 18, 10
_LEFT_PX, _BOTTOM_PX = 64, 42
_MARKS = (  # about the middle, 8 to 10 px wide
    "M4.5 0A4.5 4.5 0 1 1-4.5 0A4.5 4.5 0 1 1 4.5 0Z",
    "M0-5.5L5.5 0L0 5.5L-5.5 0Z",
    "M-4-4H4V4H-4Z",
    "M0-5.2L5.2 4H-5.2Z",
    "M0 5.2L5.2-4H-5.2Z",
    "M-1.6-5H1.6V-1.6H5V1.6H1.6V5H-1.6V1.6H-5V-1.6H-1.6Z",
)
COLOURS = 6
"""How many groups have a colour of their own; later ones begin again."""


def per_cent(value: float, span: Span) -> str:
    """Return where a value lies on an axis."""
    return f"{100 * (value - span[0]) / (span[1] - span[0]):.3f}".rstrip("0").rstrip(".") + "%"


def ticks(span: Span, wanted: int = 5) -> list[float]:
    """Return round numbers on an axis, at most `wanted` + 1, steps of 1, 2 or 5 times a power of ten."""
    rough = (span[1] - span[0]) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
    first = math.ceil(span[0] / step - 1e-9)
    last = math.floor(span[1] / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def mark(x: str, y: float, group: int, *, title: str = "") -> Markup:
    """Return a group's mark.

    Args:
        x: where along, such as `30%`.
        y: pixels from above.
        group: its number.
        title: what a pointer that rests on it is told.
    """
    shape = tag("path", d=_MARKS[group % len(_MARKS)], class_=f"mark g{group % COLOURS}")
    return tag("svg", tag("title", title) if title else None, shape, x=x, y=y, overflow="visible")


def interval_bar(figure: Figure, span: Span, group: int) -> Markup | None:
    """Return a value and its interval on a thin line, for a cell of a table; None without a value."""
    if figure.value is None:
        return None
    return tag(
        "svg",
        tag("line", x1="0", x2="100%", y1=6, y2=6, class_="track"),
        _whisker(figure, span, 6, group),
        mark(per_cent(figure.value, span), 6, group),
        class_="bar",
        width="100%",
        height=12,
        aria_hidden="true",  # the numbers stand above it
    )


def comparable(figures: Sequence[Figure]) -> bool:
    """Say whether there is something to compare: two values."""
    return sum(figure.value is not None for figure in figures) > 1


def whiskers(rows: Mapping[str, Sequence[Figure]], groups: Mapping[str, int], *, caption: str) -> Markup:
    """Return a panel: a row a figure, in it a dot with its interval for each group, all on one axis.

    Args:
        rows: the label of a row, and its figures of the groups.
        groups: numbers of the groups, for colours and shapes.
        caption: what is along the axis; may be empty.

    Raises:
        ValueError: no figure has a value.
    """
    span = span_of([figure for figures in rows.values() for figure in figures])
    if span is None:
        raise ValueError("a panel needs a value")
    lines = [_panel_row(label, figures, span, groups) for label, figures in rows.items()]
    axis = tag("div", tag("span"), axis_below(span, ticks(span), label=""), class_="axis")
    return tag("figure", lines, axis, tag("figcaption", caption) if caption else None, class_="whiskers")


def _panel_row(label: str, figures: Sequence[Figure], span: Span, groups: Mapping[str, int]) -> Markup:
    known = [figure for figure in figures if figure.value is not None]
    height = _ROW_PX * max(len(known), 1) + _GAP_PX
    said = "; ".join(f"{figure.group or 'value'} {figure.text()}" for figure in known)
    shapes: list[Content] = [
        tag("line", x1=per_cent(value, span), x2=per_cent(value, span), y1=0, y2=height, class_="grid")
        for value in ticks(span)
    ]
    for index, figure in enumerate(known):
        if figure.value is not None:
            y, group = _GAP_PX / 2 + _ROW_PX * (index + 0.5), groups[figure.group]
            title = f"{figure.group or label}: {figure.text()}, n = {figure.count}"
            shapes += [
                _whisker(figure, span, y, group),
                mark(per_cent(figure.value, span), y, group, title=title),
            ]
    plot = tag(
        "svg", shapes, width="100%", height=height, role="img", aria_label=f"{label}: {said or 'none'}"
    )
    return tag("div", tag("span", label, class_="name"), plot, class_="row")


def _whisker(figure: Figure, span: Span, y: float, group: int) -> Markup | None:
    if figure.low is None or figure.high is None:
        return None
    ends = [per_cent(value, span) for value in (figure.low, figure.high)]
    kind = f"whisker g{group % COLOURS}"
    return joined(
        tag("line", x1=ends[0], x2=ends[1], y1=y, y2=y, class_=kind),
        *(tag("line", x1=end, x2=end, y1=y - 4, y2=y + 4, class_=kind) for end in ends),
    )


def framed(plot: Content | Iterable[Content], *, beside: Content, below: Content, class_: str) -> Markup:
    """Return a plot with the axes beside (`axis_beside`) and below (`axis_below`) it."""
    return tag("div", beside, tag("div", plot, class_="plot"), tag("span"), below, class_=f"framed {class_}")


def axis_beside(at: Sequence[tuple[float, str]], *, label: str, height_px: float) -> Markup:
    """Return the axis to the left of a plot.

    Args:
        at: (share of the height from below, what it says) of the ticks.
        label: what goes upwards, with its unit.
        height_px: of the plot.
    """
    marks = []
    for share, name in at:
        y = height_px * (1 - share)
        marks.append(tag("text", name, x=_LEFT_PX - 9, y=y + 4, text_anchor="end"))
        marks.append(tag("line", x1=_LEFT_PX - 5, x2=_LEFT_PX, y1=y, y2=y, class_="tick"))
    turned = tag(
        "text",
        label,
        transform=f"translate(12 {height_px / 2:g}) rotate(-90)",
        text_anchor="middle",
        class_="label",
    )
    return tag("svg", marks, turned, width=_LEFT_PX, height=height_px, overflow="visible", aria_hidden="true")


def axis_below(span: Span, at: Sequence[float], *, label: str, names: Sequence[str] | None = None) -> Markup:
    """Return the axis below a plot; of the names only every other one stays where there is little room.

    Args:
        span: the values at its ends.
        at: values of the ticks.
        label: what goes along, with its unit; may be empty.
        names: of the ticks; the numbers where absent.
    """
    words = [number(value) for value in at] if names is None else names
    marks = [
        joined(
            tag("line", x1=per_cent(value, span), x2=per_cent(value, span), y1=0, y2=5, class_="tick"),
            tag(
                "text", word, x=per_cent(value, span), y=18, text_anchor="middle", class_="odd" * (index % 2)
            ),
        )
        for index, (value, word) in enumerate(zip(at, words, strict=True))
    ]
    below = tag("text", label, x="50%", y=36, text_anchor="middle", class_="label") if label else None
    return tag(
        "svg",
        marks,
        below,
        width="100%",
        height=_BOTTOM_PX if label else 24,
        overflow="visible",
        aria_hidden="true",
    )
