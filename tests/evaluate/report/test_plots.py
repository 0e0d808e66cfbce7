"""Pictures show values where they are."""

from __future__ import annotations

import pytest
from tests.evaluate.report.pages import Page

from muze_evaluate.document import Curve, Figure
from muze_evaluate.report.curves import curve_plot, r_squared
from muze_evaluate.report.plots import interval_bar, per_cent, ticks, whiskers


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ((0.0, 1.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        ((-0.02, 0.011), [-0.02, -0.01, 0.0, 0.01]),
        ((8.9, 31.0), [10.0, 15.0, 20.0, 25.0, 30.0]),
    ],
)
def test_ticks_are_round_and_inside(span: tuple[float, float], expected: list[float]) -> None:
    assert ticks(span) == pytest.approx(expected)


def test_places_are_shares_of_the_axis() -> None:
    assert [per_cent(value, (-1.0, 3.0)) for value in (-1.0, 0.0, 3.0)] == ["0%", "25%", "100%"]


def test_a_bar_has_its_dot_and_whiskers_at_their_values() -> None:
    bar = interval_bar(Figure("f", 0.5, 0.25, 0.75), (0.0, 1.0), 2)
    assert bar is not None
    page = Page(bar)
    assert page.all("svg")[1]["x"] == "50%"
    assert [(line["x1"], line["x2"]) for line in page.all("line")[1:]] == [
        ("25%", "75%"),
        ("25%", "25%"),
        ("75%", "75%"),
    ]
    assert interval_bar(Figure("f", None), (0.0, 1.0), 0) is None


def test_a_panel_says_in_words_what_it_shows() -> None:
    figures = [Figure("f", 0.5, 0.4, 0.6, 9, "share", group="a"), Figure("f", None, group="b")]
    page = Page(whiskers({"tempo": figures}, {"a": 0, "b": 1}, caption="share"))
    assert page.all("svg")[0]["aria-label"] == "tempo: a 0.5 [0.4, 0.6]"
    assert "a: 0.5 [0.4, 0.6], n = 9" in page.text
    with pytest.raises(ValueError, match="a panel needs a value"):
        whiskers({"tempo": figures[1:]}, {"b": 0}, caption="")


def test_r_squared_is_one_on_the_line_and_nothing_without_spread() -> None:
    assert r_squared([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == 1.0
    assert r_squared([1.0, 2.0, 3.0], [2.0, 2.0, 2.0]) == 0.0
    assert r_squared([1.0, 2.0, 4.0], [1.0, 2.5, 4.0]) == pytest.approx(1 - 0.25 / (14 / 3))
    assert r_squared([2.0, 2.0], [2.0, 2.0]) is None


def test_a_curve_has_its_points_its_line_and_its_axes() -> None:
    curve = Curve("fad by size", (0.0, 1.0, 2.0), (1.0, 2.0, 3.0), "1/n", "fad", fit=(1.0, 2.0, 3.0))
    plot = curve_plot(curve, {"": 0})
    assert plot is not None
    page = Page(plot)
    line = page.all("polyline")[0]["points"]
    assert line is not None
    points = [tuple(map(float, point.split(","))) for point in line.split()]
    assert points[1] == (500.0, 500.0)
    assert points[0][0] + points[2][0] == pytest.approx(1000, abs=0.2)
    assert points[0][1] > points[1][1] > points[2][1], "larger values stand higher"
    assert "fad by size · line, R2 of these points = 1" in page.text
    assert page.all("svg")[1]["aria-label"] == "fad by size: 3 points, fad against 1/n"


def test_many_points_are_a_line_and_one_is_nothing() -> None:
    many = tuple(float(n) for n in range(100))
    plot = curve_plot(Curve("c", many, many, "x", "y"), {})
    assert plot is not None
    assert len(Page(plot).all("polyline")) == 1
    assert "mark" not in plot
    assert curve_plot(Curve("c", (1.0,), (1.0,), "x", "y"), {}) is None
    flat = curve_plot(Curve("c", (1.0, 1.0), (2.0, 2.0), "x", "y", fit=(2.0, 2.0)), {})
    assert flat is not None
    assert "nan" not in flat
