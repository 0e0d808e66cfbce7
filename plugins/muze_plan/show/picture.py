"""Draw a score: a piano roll in rows like a page of music, with sections, chords, drums and lyrics.

    title, facts, legend of parts
    row 1   sections as coloured bands with the energy drawn into them
            chords
            notes: bars from left to right, pitch upwards, a colour a part
            lyrics, drums
    row 2   …

matplotlib's object interface and its Agg canvas only: nothing global is touched and no display is needed.
Times on the x axis are bars, counted from 1; ticks become bars by the score's metre.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from muze_plan.show.labels import clock, one_line, title
from muze_plan.show.palette import INK, PAPER, part_colours
from muze_plan.show.rows import ROW_IN, Page, draw_row
from muzecli.pictures import figure_bytes, picture_format
from muzecli.song.plan import Plan
from muzecli.song.score import Score

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_WIDTH_IN = 15.0
_LEFT = 0.045  # of the width
_HEAD_IN = 1.15
_FEWEST_BARS = 16  # a row
_MOST_ROWS = 6
_LEAST_FILL = 0.4  # of the last row
_ROLL_IN = 2.6
_STRIP_IN = 0.62
_LYRICS_IN = 0.3
_DRUM_LINE_IN = 0.19
_GAP_IN = 0.42


def piano_roll(score: Score, plan: Plan | None, path: Path) -> None:
    """Write the picture of a score to a file; see `picture_bytes`."""
    path.write_bytes(picture_bytes(score, plan, path.suffix))


def picture_bytes(score: Score, plan: Plan | None, suffix: str) -> bytes:
    """Return the picture of a score as a file holds it.

    Args:
        score: the notes.
        plan: what they were made from; gives the title. None for a score without a plan.
        suffix: `.png`, `.svg` or `.pdf`.

    Raises:
        UsageError: another suffix.
    """
    picture_format(suffix)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    bars_a_row = _bars_a_row(score.bars)
    count = math.ceil(score.bars / bars_a_row)
    page = Page(score, bars_a_row, part_colours(score.parts))
    heights_in = {"strip": _STRIP_IN, "roll": _ROLL_IN}
    if page.phrases:
        heights_in["lyrics"] = _LYRICS_IN
    if page.drum_lines:
        heights_in["drums"] = _DRUM_LINE_IN * (len(page.drum_lines) + 0.6)
    row_in = sum(heights_in.values()) + _GAP_IN
    height_in = _HEAD_IN + count * row_in + 0.1
    figure = Figure(figsize=(_WIDTH_IN, height_in), dpi=110, facecolor=PAPER)
    FigureCanvasAgg(figure)
    _draw_head(figure, score, plan, page, height_in)
    for row in range(count):
        # The last row keeps the scale of the others and is as long as its bars.
        bars = min(bars_a_row, score.bars - row * bars_a_row)
        low_in = height_in - _HEAD_IN - row * row_in
        axes = {}
        for name, panel_in in heights_in.items():
            low_in -= panel_in
            width = ROW_IN / _WIDTH_IN * bars / bars_a_row
            axes[name] = figure.add_axes((_LEFT, low_in / height_in, width, panel_in / height_in))
        draw_row(axes, page, first_bar=row * bars_a_row, bars=bars)
    return figure_bytes(figure, suffix)


def _bars_a_row(bars: int) -> int:
    """Return how many bars stand in a row: few enough to be read, many enough for one page."""
    least = max(_FEWEST_BARS, math.ceil(bars / _MOST_ROWS / 4) * 4)
    sizes = range(least, 2 * least, 4)
    # A last row with two lonely bars is ugly.
    size = next((size for size in sizes if (bars % size or size) >= _LEAST_FILL * size), least)
    return min(size, bars)


def _draw_head(figure: Figure, score: Score, plan: Plan | None, page: Page, height_in: float) -> None:
    from matplotlib.patches import Patch

    def up(inches: float) -> float:
        return 1.0 - inches / height_in

    name = one_line(plan.prompt) or title(plan.genre) if plan is not None else "score"
    if len(name) > 110:
        name = f"{name[:109]}…"
    facts = [
        *([title(plan.genre)] if plan is not None else []),
        *(map(one_line, plan.mood) if plan is not None else ()),
        str(score.key),
        str(score.time_signature),
        f"{score.tempo_bpm:g} BPM",
        f"{score.bars} bars",
        clock(score.duration_s),
    ]
    # `$` would start a formula.
    figure.text(
        0.042, up(0.16), name.replace("$", r"\$"), fontsize=16, fontweight="bold", color=INK, va="top"
    )
    figure.text(
        _LEFT,
        up(0.52),
        "  ·  ".join(filter(None, facts)).replace("$", r"\$"),
        fontsize=10.5,
        color=INK,
        va="top",
    )
    handles = [
        Patch(color=page.colours[part.name], label=title(part.name).replace("$", r"\$"))
        for part in score.parts
        if part.notes and not part.is_drum
    ]
    if handles:
        figure.legend(
            handles=handles,
            loc="upper left",
            bbox_to_anchor=(_LEFT - 0.006, up(0.72)),
            ncols=min(len(handles), 9),
            frameon=False,
            fontsize=9.5,
            handlelength=1.1,
            handleheight=0.8,
            columnspacing=1.4,
        )
