"""One evaluation of the page: its figures, pictures, items, and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from muze_evaluate.document import Evaluation, Failure, Figure
from muze_evaluate.report.curves import curve_plot
from muze_evaluate.report.finding import Named
from muze_evaluate.report.html import Content, Markup, joined, tag
from muze_evaluate.report.numbers import counted
from muze_evaluate.report.plots import comparable, mark, whiskers
from muze_evaluate.report.ranking import Ranking, first_of_groups, ranking
from muze_evaluate.report.song import shell_words
from muze_evaluate.report.tables import (
    ARROWS,
    MAX_ROWS,
    fact_table,
    figure_label,
    figure_table,
    grouped_figures,
    row_table,
)

_TITLES = {
    "fad": "Fréchet audio distance",
    "kad": "Kernel audio distance",
    "clap": "CLAP score",
    "control": "Control",
    "recon": "Reconstruction",
    "voice": "Voice",
}
_SAYS = {
    "fad": "How far apart two sets of music lie in the space of an embedding, as Gaussians: 0 for equal sets.",
    "kad": "How far apart two sets of music lie in the space of an embedding, by a kernel: about 0 for equal ones.",
    "clap": "How well sound and words fit: the cosine of their places in one space, −1 to 1.",
    "control": "Whether songs follow their plans: what was planned against what is heard.",
    "recon": "What is lost when audio goes through a model and back.",
    "voice": "Whether a voice is who it should be, and sings what it should.",
}
MAX_LISTED = 12
_MAX_RATIO = 20.0
_OPEN_ROWS = 12
"""More items than this are folded away at first."""


def title_of(named: Named, *, alone: bool) -> str:
    """Return the heading of an evaluation: what it measures, and its file's name where there are several of that."""
    title = _TITLES.get(named.evaluation.metric, named.evaluation.metric)
    return title if alone else f"{title}: {named.name}"


def evaluation_section(
    number: int, named: Named, title: str, groups: Mapping[str, int], songs: Mapping[tuple[str, str], str]
) -> Markup:
    """Return an evaluation's part of the page.

    Args:
        number: its place, from 1.
        named: the evaluation.
        title: its heading.
        groups: the numbers of all groups of the page, for colours.
        songs: the anchors of items that are on the page.
    """
    evaluation = named.evaluation
    own = {figure.group: groups[figure.group] for figure in evaluation.figures}
    made_by = shell_words(evaluation.command)
    return tag(
        "section",
        tag("h2", title),
        tag("p", _SAYS[evaluation.metric], class_="lead") if evaluation.metric in _SAYS else None,
        tag("pre", tag("code", made_by)) if made_by else None,
        trouble(evaluation),
        _figures(evaluation, own, title),
        _panels(evaluation, own),
        tag("div", (curve_plot(curve, dict(own)) for curve in evaluation.curves), class_="curves")
        if evaluation.curves
        else None,
        _items(ranking(evaluation), songs, title),
        _rests_on(evaluation, named, title),
        id=f"evaluation-{number}",
    )


def trouble(evaluation: Evaluation) -> Markup | None:
    """Return what makes the figures less trustworthy: warnings, missing and failed items."""
    boxes = [
        _box("warning", counted(len(evaluation.warnings), "warning"), evaluation.warnings),
        _box("missing", f"{len(evaluation.missing)} missing", evaluation.missing),
        _box(
            "failed",
            f"{counted(len(evaluation.failed), 'item')} could not be measured",
            [_failure(failure) for failure in evaluation.failed],
        ),
    ]
    return joined(*boxes) if any(boxes) else None


def _box(kind: str, head: str, lines: Sequence[Content]) -> Markup | None:
    if not lines:
        return None
    items = [tag("li", line) for line in lines[:MAX_LISTED]]
    if len(lines) > MAX_LISTED:
        items.append(tag("li", f"… and {len(lines) - MAX_LISTED} more; the document lists all"))
    return tag("div", tag("strong", head), tag("ul", items), class_=f"callout {kind}", role="note")


def _failure(failure: Failure) -> Markup:
    name = f"{failure.group}/{failure.id}" if failure.group else failure.id
    return joined(tag("code", name), f" {failure.reason}")


def _figures(evaluation: Evaluation, groups: Mapping[str, int], title: str) -> Markup | None:
    if not evaluation.figures:
        return None
    rows = [(figure_label(figures[0]), figures) for figures in grouped_figures(evaluation).values()]
    notes = list(
        dict.fromkeys(
            f"{figure.name}{f' ({figure.group})' if figure.group else ''}: {figure.note}"
            for figure in evaluation.figures
            if figure.note
        )
    )
    return joined(
        figure_table(rows, groups, caption=f"Figures: {title}"),
        tag("ul", (tag("li", note) for note in notes), class_="notes") if notes else None,
    )


def _panels(evaluation: Evaluation, groups: Mapping[str, int]) -> Markup | None:
    """Return the dots and whiskers: what has one unit and one better way on one axis, where it can be seen there."""
    axes: dict[tuple[str, str], list[list[Figure]]] = {}
    for figures in grouped_figures(evaluation).values():
        axes.setdefault((figures[0].unit, figures[0].better), []).append(figures)
    panels: list[list[list[Figure]]] = []
    for together in axes.values():
        panels += [together] if _alike(together) else [[figures] for figures in together]
    shown = [rows for rows in panels if comparable([figure for figures in rows for figure in figures])]
    if not shown:
        return None
    drawn = [
        (len(rows), whiskers({_label(figures): figures for figures in rows}, groups, caption=_caption(rows)))
        for rows in shown
    ]
    small = [panel for count, panel in drawn if count == 1]
    return tag(
        "div",
        group_legend(groups) if len(groups) > 1 else None,
        (panel for count, panel in drawn if count > 1),
        tag("div", small, class_="panels") if small else None,
        class_="pictures",
    )


def _alike(rows: Sequence[Sequence[Figure]]) -> bool:
    """Say whether figures are of a size that lets one axis show them all."""
    sizes = [max((abs(figure.value) for figure in figures if figure.value), default=0.0) for figures in rows]
    return max(sizes) <= _MAX_RATIO * min((size for size in sizes if size), default=0.0)


def _caption(rows: Sequence[Sequence[Figure]]) -> str:
    return "share, 0 to 1" if rows[0][0].unit == "share" else rows[0][0].unit


def _label(figures: Sequence[Figure]) -> str:
    return f"{figures[0].name}\u00a0{ARROWS[figures[0].better]}".strip()


def group_legend(groups: Mapping[str, int]) -> Markup:
    """Return which mark is which group's."""
    entries = [
        tag(
            "li",
            tag("svg", mark("8", 8, index), width=16, height=16, aria_hidden="true"),
            f" {group or 'value'}",
        )
        for group, index in groups.items()
    ]
    return tag("ul", entries, class_="legend", aria_label="groups")


def _items(ranked_rows: Ranking, songs: Mapping[tuple[str, str], str], title: str) -> Markup | None:
    count = len(ranked_rows.rows)
    if not count:
        return None
    order = f", worst {ranked_rows.by} first" if ranked_rows.by else ""
    shown = len(first_of_groups(ranked_rows.rows, MAX_ROWS))
    cut = f"; {shown} are here, the first of each group, and the document has all" if shown < count else ""
    head = f"{counted(count, 'item')}{order}{cut}"
    return tag(
        "details",
        tag("summary", head),
        row_table(ranked_rows, songs, caption=f"Items: {title}{order}"),
        open=count <= _OPEN_ROWS,
    )


def _rests_on(evaluation: Evaluation, named: Named, title: str) -> Markup:
    tables: list[Content] = [
        tag("div", tag("h3", head), fact_table(facts, caption=f"{head}: {title}"))
        for head, facts in (("Settings", evaluation.settings), ("Provenance", evaluation.provenance))
        if facts
    ]
    return tag(
        "details",
        tag("summary", "What it rests on"),
        tag("p", "From ", tag("code", named.path.name), ".", class_="small"),
        tag("div", tables, class_="rests"),
    )
