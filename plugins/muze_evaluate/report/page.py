"""The whole page, and what a browser may do with it: read what is in it, and nothing else.

The policy forbids every request: pictures and sound are `data:`, and the style and the script are known by their hash.
Without the script everything is there; it lets tables be sorted, plays one song at a time, and moves a line over the
spectrogram while a song plays.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from muze_evaluate.document import Evaluation, Figure
from muze_evaluate.report.card import Media, card
from muze_evaluate.report.finding import Choice, Named, anchors
from muze_evaluate.report.html import Content, Markup, joined, tag
from muze_evaluate.report.numbers import counted
from muze_evaluate.report.section import evaluation_section, title_of
from muze_evaluate.report.tables import figure_label, figure_table, grouped_figures
from muzecli import __version__

MAX_HEADLINES = 6
"""Figures of one metric in the summary."""


@dataclass(frozen=True)
class Page:
    """What is on a page.

    Attributes:
        title: of the page.
        named: the evaluations; groups distinct over those of one metric (`with_own_groups`).
        choice: the songs.
        media: of each song, or why there are none.
        warnings: about the page itself, a sentence each.
    """

    title: str
    named: tuple[Named, ...]
    choice: Choice
    media: tuple[Media | str, ...]
    warnings: tuple[str, ...] = ()


def with_own_groups(named: Sequence[Named]) -> tuple[Named, ...]:
    """Return evaluations in which no two of one metric have a group in common, so that they can stand in one table.

    Where they have, the name of the file goes before the group.
    """
    result = []
    for index, one in enumerate(named):
        groups = {figure.group for figure in one.evaluation.figures}
        others = {
            figure.group
            for other, two in enumerate(named)
            if other != index and two.evaluation.metric == one.evaluation.metric
            for figure in two.evaluation.figures
        }
        result.append(replace(one, evaluation=_prefixed(one)) if groups & others else one)
    return tuple(result)


def page_html(page: Page) -> str:
    """Return the page; the same content gives the same text."""
    style, script = _data("style.css"), _data("page.js")
    titles = _titles(page.named)
    groups = _groups(page.named)
    songs = anchors(page.choice.shown)
    policy = "; ".join(
        [
            "default-src 'none'",
            "img-src data:",
            "media-src data:",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="generator", content=f"muze {__version__}"),
        tag("title", page.title),
        tag("style", style),
    )
    sections = [
        evaluation_section(number, one, title, groups, songs.get(number - 1, {}))
        for number, (one, title) in enumerate(zip(page.named, titles, strict=True), start=1)
    ]
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#content", class_="skip"),
        _header(page, titles),
        tag("main", _summary(page, groups), sections, _songs(page, titles), id="content"),
        tag("footer", f"Made by muze {__version__}. This page is one file and asks the network for nothing."),
        tag("script", script),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n"


def _header(page: Page, titles: Sequence[str]) -> Markup:
    counts = [
        counted(len(page.named), "evaluation") if page.named else None,
        counted(len(page.media), "song") if page.media else None,
    ]
    links = [tag("a", title, href=f"#evaluation-{index}") for index, title in enumerate(titles, start=1)]
    if page.media:
        links.append(tag("a", "Songs", href="#songs"))
    return tag(
        "header",
        tag("h1", page.title),
        tag("p", " · ".join(filter(None, counts)), class_="lead"),
        tag("nav", tag("ul", (tag("li", link) for link in links)), aria_label="contents")
        if len(links) > 1
        else None,
        (tag("p", warning, class_="callout warning", role="note") for warning in page.warnings),
    )


def _summary(page: Page, groups: Mapping[str, int]) -> Markup | None:
    """Return the first figures of all evaluations, metrics of the same groups in one table with groups as columns."""
    by_metric: dict[str, dict[str, list[Figure]]] = {}
    for one in page.named:
        rows = by_metric.setdefault(one.evaluation.metric, {})
        for name, figures in grouped_figures(one.evaluation).items():
            rows.setdefault(name, []).extend(figures)
    tables: dict[frozenset[str], list[tuple[Content, Sequence[Figure]]]] = {}
    for metric, names in by_metric.items():
        if not names:
            continue
        title = next(title_of(one, alone=True) for one in page.named if one.evaluation.metric == metric)
        columns = frozenset(figure.group for figures in names.values() for figure in figures)
        table = tables.setdefault(columns, [])
        more = len(names) - MAX_HEADLINES
        table.append(
            (joined(title, tag("span", f" {more} more below", class_="unit") if more > 0 else None), ())
        )
        table += [(figure_label(figures[0]), figures) for figures in list(names.values())[:MAX_HEADLINES]]
    if not tables:
        return None
    return tag(
        "section",
        tag("h2", "Summary"),
        (
            figure_table(
                rows,
                {group: number for group, number in groups.items() if group in columns},
                caption="Summary" if len(tables) == 1 else f"Summary, part {part}",
                bars=True,
            )
            for part, (columns, rows) in enumerate(tables.items(), start=1)
        ),
        _legend() if any(len(columns) > 1 for columns in tables) else None,
        id="summary",
    )


def _legend() -> Markup:
    return tag(
        "p",
        tag("span", "best", class_="value best-sample"),
        " of its row · ",
        tag("span", "near", class_="value near-sample"),
        ": its interval reaches into the best one’s · ↑ higher is better · ↓ lower is better · [interval] · ",
        tag("i", "n"),
        " items",
        class_="small",
    )


def _songs(page: Page, titles: Sequence[str]) -> Markup | None:
    if not page.media:
        return None
    cards = [
        card(number, shown, media, titles)
        for number, (shown, media) in enumerate(zip(page.choice.shown, page.media, strict=True), start=1)
    ]
    return tag(
        "section",
        tag("h2", "Songs"),
        tag("p", f"{page.choice.remark}.", class_="lead") if page.choice.remark else None,
        cards,
        id="songs",
    )


def _titles(named: Sequence[Named]) -> list[str]:
    metrics = [one.evaluation.metric for one in named]
    return [title_of(one, alone=metrics.count(one.evaluation.metric) == 1) for one in named]


def _groups(named: Sequence[Named]) -> dict[str, int]:
    """Return the number of each group, in the order that they come in."""
    names = dict.fromkeys(figure.group for one in named for figure in one.evaluation.figures)
    return {name: number for number, name in enumerate(names)}


def _prefixed(named: Named) -> Evaluation:
    def label(group: str) -> str:
        return f"{named.name} · {group}" if group else named.name

    evaluation = named.evaluation
    return replace(
        evaluation,
        figures=tuple(replace(item, group=label(item.group)) for item in evaluation.figures),
        rows=tuple(replace(item, group=label(item.group)) for item in evaluation.rows),
        curves=tuple(replace(item, group=label(item.group)) for item in evaluation.curves),
        failed=tuple(replace(item, group=label(item.group)) for item in evaluation.failed),
    )


def _data(name: str) -> Markup:
    """Return a file of ours that goes into the page as it is."""
    return joined(Markup("\n"), Markup(files(__package__).joinpath(name).read_text(encoding="utf-8")))


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode('ascii')}"
