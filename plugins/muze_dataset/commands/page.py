"""Draw what a dataset holds: one page of plots.

matplotlib's object interface and its Agg canvas only: nothing global is touched and no display is needed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from muzecli.pictures import figure_bytes, picture_format

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette: told apart by colour-blind eyes, and in grey by their lightness.
_BLUE, _SKY, _ORANGE, _GREY = "#0072B2", "#56B4E9", "#E69F00", "#DDDDDD"
_DARK, _LINES = "#222222", "#D0D0D0"
_MOST_BARS = 15
_NAME_LENGTH = 18
_PITCH_CLASSES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


def page_bytes(found: Mapping[str, Any], suffix: str) -> bytes:
    """Return the page of a dataset as a file holds it.

    Args:
        found: what `Tally.document` returned, with the dataset's file under `dataset`.
        suffix: `.png`, `.svg` or `.pdf`.

    Raises:
        UsageError: another suffix.
    """
    picture_format(suffix)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 15), dpi=110, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    figure.suptitle(
        f"{found['dataset']}\n{found['tracks']} tracks, {found['hours']:.2f} hours, {found['artists']} artists",
        fontsize=13,
        color=_DARK,
    )
    grid = figure.add_gridspec(4, 3, height_ratios=(1, 1, 1.25, 2.6))
    numbers, choices = found["numbers"], found["choices"]
    _histogram(figure.add_subplot(grid[0, 0]), numbers["tempo"], "tempo, BPM")
    _histogram(figure.add_subplot(grid[0, 1]), numbers["duration"], "duration, s")
    _histogram(figure.add_subplot(grid[0, 2]), numbers["loudness_db"], "loudness, LUFS")
    _keys(figure.add_subplot(grid[1, :2]), choices["key"])
    _histogram(figure.add_subplot(grid[1, 2]), numbers["energy"], "energy")
    _bars(figure.add_subplot(grid[2, 0]), choices["genre"], "genre")
    sections = {name: values["count"] for name, values in found["sections"].items()}
    _bars(figure.add_subplot(grid[2, 1]), sections, "sections")
    few = {
        **choices["time_signature"],
        **found["vocals"],
        **{f"language {name}": count for name, count in choices["language"].items()},
        **{f"split {name}": values["tracks"] for name, values in found["splits"].items()},
    }
    _bars(figure.add_subplot(grid[2, 2]), few, "metre, voices, language, split", ranked=False)
    _coverage(figure.add_subplot(grid[3, :]), found["fields"])
    return figure_bytes(figure, suffix)


def _histogram(axes: Axes, values: Mapping[str, Any], title: str) -> None:
    _frame(axes, title)
    if not values["count"]:
        _empty(axes)
        return
    edges, counts = values["histogram"]["edges"], values["histogram"]["counts"]
    axes.stairs(counts, edges, fill=True, color=_SKY)
    axes.stairs(counts, edges, color=_BLUE, linewidth=0.8)
    axes.axvline(values["p50"], color=_ORANGE, linewidth=1.5, label=f"median {values['p50']:.4g}")
    axes.legend(frameon=False, fontsize=8)
    axes.set_ylabel("tracks", fontsize=8)


def _keys(axes: Axes, counts: Mapping[str, int]) -> None:
    """Draw the keys in the order of pitch, major beside minor."""
    from muzecli.song.pitch import Key

    _frame(axes, "key")
    if not counts:
        _empty(axes)
        return
    by_index = [0] * 24
    for name, count in counts.items():
        by_index[Key.parse(name).index] += count
    for offset, colour, mode, heights in (
        (-0.2, _BLUE, "major", by_index[:12]),
        (0.2, _ORANGE, "minor", by_index[12:]),
    ):
        axes.bar([x + offset for x in range(12)], heights, width=0.38, color=colour, label=mode)
    axes.set_xticks(range(12), _PITCH_CLASSES)
    axes.legend(frameon=False, fontsize=8)
    axes.set_ylabel("tracks", fontsize=8)


def _bars(axes: Axes, counts: Mapping[str, int], title: str, *, ranked: bool = True) -> None:
    _frame(axes, title)
    axes.grid(visible=False, axis="y")
    if not counts:
        _empty(axes)
        return
    items = sorted(counts.items(), key=lambda item: -item[1]) if ranked else list(counts.items())
    shown = items[:_MOST_BARS]
    if len(items) > len(shown):
        axes.set_title(f"{title}, the commonest {len(shown)} of {len(items)}", fontsize=10, loc="left")
    names, widths = [_short(name) for name, _ in shown], [count for _, count in shown]
    bars = axes.barh(range(len(shown)), widths, color=_SKY, edgecolor=_BLUE, linewidth=0.8)
    axes.bar_label(bars, fontsize=7, padding=2, color=_DARK)
    axes.set_yticks(range(len(shown)), names, fontsize=8)
    axes.invert_yaxis()
    axes.margins(x=0.12)


def _coverage(axes: Axes, fields: Mapping[str, Mapping[str, Any]]) -> None:
    """Draw for each field how much of it is there, there by a lesser method, and missing."""
    _frame(axes, "coverage: tracks in which a field is known")
    axes.grid(visible=False, axis="y")
    names = list(fields)
    left: Sequence[float] = [0.0] * len(names)
    for part, colour, hatch in (("present", _BLUE, ""), ("fallback", _ORANGE, "///"), ("missing", _GREY, "")):
        shares = [100.0 * fields[name][part] / max(1, _total(fields[name])) for name in names]
        axes.barh(
            range(len(names)), shares, left=left, color=colour, hatch=hatch, edgecolor="white", label=part
        )
        left = [a + b for a, b in zip(left, shares, strict=True)]
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlabel("%", fontsize=8)
    axes.legend(frameon=False, fontsize=8, ncols=3, loc="lower right", bbox_to_anchor=(1.0, 1.0))


def _total(field: Mapping[str, Any]) -> int:
    return int(field["present"] + field["fallback"] + field["missing"])


def _frame(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=10, color=_DARK, loc="left")
    axes.tick_params(labelsize=8, colors=_DARK)
    axes.grid(visible=True, color=_LINES, linewidth=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _empty(axes: Axes) -> None:
    axes.text(
        0.5, 0.5, "not known of any track", ha="center", va="center", transform=axes.transAxes, color=_DARK
    )
    axes.set_xticks([])
    axes.set_yticks([])


def _short(name: str) -> str:
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"
