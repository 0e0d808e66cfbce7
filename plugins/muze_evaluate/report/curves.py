"""A number against another one: points, and the line through them."""

from __future__ import annotations

from collections.abc import Sequence

from muze_evaluate.document import Curve
from muze_evaluate.report.html import Content, Markup, tag
from muze_evaluate.report.numbers import number
from muze_evaluate.report.plots import COLOURS, Span, axis_below, axis_beside, framed, mark, per_cent, ticks

_HEIGHT_PX = 240
_UNITS = 1000
_MANY_POINTS = 60
"""More points than this are drawn as a line and no dots."""


def r_squared(y: Sequence[float], fit: Sequence[float]) -> float | None:
    """Return which share of the spread of y a line takes up, 1 − Σ(y − fit)²/Σ(y − ȳ)²; None where it has none."""
    mean = sum(y) / len(y) if y else 0.0
    spread = sum((value - mean) ** 2 for value in y)
    if spread == 0:
        return None
    return 1 - sum((value - line) ** 2 for value, line in zip(y, fit, strict=True)) / spread


def curve_plot(curve: Curve, groups: dict[str, int]) -> Markup | None:
    """Return a figure of a curve; None where it has fewer than two points."""
    if len(curve.x) < 2:
        return None
    group = groups.get(curve.group, 0)
    along, up = _span(curve.x), _span([*curve.y, *(curve.fit or ())])
    dots = len(curve.x) <= _MANY_POINTS
    points = [
        mark(per_cent(x, along), _height(y, up), group, title=f"{number(x)}: {number(y)}")
        for x, y in zip(curve.x, curve.y, strict=True)
        if dots
    ]
    lines = [
        None if dots else _line(curve.x, curve.y, along, up, f"curve g{group % COLOURS}"),
        None if curve.fit is None else _line(curve.x, curve.fit, along, up, "fit"),
    ]
    grid = [
        tag("line", x1="0", x2="100%", y1=_height(y, up), y2=_height(y, up), class_="grid") for y in ticks(up)
    ]
    share = None if curve.fit is None else r_squared(curve.y, curve.fit)
    said = f"{curve.name}: {len(curve.x)} points, {curve.y_label} against {curve.x_label}"
    plot = framed(
        tag("svg", grid, lines, points, width="100%", height=_HEIGHT_PX, role="img", aria_label=said),
        beside=axis_beside(
            [((value - up[0]) / (up[1] - up[0]), number(value)) for value in ticks(up)],
            label=curve.y_label,
            height_px=_HEIGHT_PX,
        ),
        below=axis_below(along, ticks(along), label=curve.x_label),
        class_="curve-frame",
    )
    caption = [curve.name, f", {curve.group}" if curve.group else None]
    fitted: list[Content] = []
    if share is not None:
        fitted = [" · line, ", tag("i", "R"), tag("sup", "2"), f" of these points = {number(share)}"]
    return tag("figure", plot, tag("figcaption", caption, fitted), class_="curve")


def _span(values: Sequence[float]) -> Span:
    low, high = min(values), max(values)
    margin = 0.06 * (high - low) or 0.5 * abs(high) or 0.5
    return low - margin, high + margin


def _height(value: float, span: Span) -> float:
    return _HEIGHT_PX * (1 - (value - span[0]) / (span[1] - span[0]))


def _line(x: Sequence[float], y: Sequence[float], along: Span, up: Span, kind: str) -> Markup:
    """Return a line in a picture of its own, stretched over the plot: points of a line cannot be per cent."""
    places = " ".join(
        f"{_UNITS * (at - along[0]) / (along[1] - along[0]):.1f},{_UNITS * _height(value, up) / _HEIGHT_PX:.1f}"
        for at, value in sorted(zip(x, y, strict=True))
    )
    return tag(
        "svg",
        tag("polyline", points=places, class_=kind),
        viewBox=f"0 0 {_UNITS} {_UNITS}",
        preserveAspectRatio="none",
        width="100%",
        height=_HEIGHT_PX,
    )
