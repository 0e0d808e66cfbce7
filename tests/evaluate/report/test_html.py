"""Text is data unless it says that it is markup."""

from __future__ import annotations

from tests.evaluate.report.pages import EVIL, Page

from muze_evaluate.report.html import Markup, joined, tag, text


def test_data_are_escaped_wherever_they_go() -> None:
    markup = tag("p", EVIL, tag("b", EVIL, title=EVIL), [EVIL, None, Markup("<br>")], data_name=EVIL)
    page = Page(markup)
    assert [name for name, _ in page.elements] == ["p", "b", "br"]
    shown = EVIL.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e")
    assert page.texts == [shown, shown, shown]
    assert page.elements[0][1] == {"data-name": shown}
    assert page.elements[1][1] == {"title": shown}


def test_attributes_that_are_off_are_left_out() -> None:
    assert tag("audio", controls=True, muted=False, src=None, height=12.0, class_="a") == (
        '<audio controls height="12" class="a"></audio>'
    )


def test_elements_without_content_are_closed_as_html_and_svg_have_it() -> None:
    assert tag("img", alt="") == '<img alt="">'
    assert tag("line", x1="0%") == '<line x1="0%"/>'
    assert tag("rect", tag("title", "a")) == "<rect><title>a</title></rect>"
    assert tag("td") == "<td></td>"


def test_markup_is_not_escaped_again() -> None:
    assert joined(text("<"), tag("i", "&")) == "&lt;<i>&amp;</i>"
