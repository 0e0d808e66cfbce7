"""Draw a comparison: the spectra, their difference, and loudness over time.

matplotlib's object interface and its Agg canvas only: nothing global is touched and no display is needed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from muze_fx.compare.comparison import Comparison
from muzecli.pictures import figure_bytes, picture_format

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Blue and vermilion of Okabe and Ito's palette: told apart by colour-blind eyes and in grey.
_A, _B, _DARK, _GRID = "#0072B2", "#D55E00", "#222222", "#D0D0D0"
_DASHES = (0, (6, 1.5))
_TICKS_HZ = (31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000)
_QUIET_DB = 70.0  # how far below the loudest point the axes reach
_LEAST_SPAN_DB = 3.0  # two equal files draw a flat line, not magnified rounding
_NAME_LENGTH = 44


def plot(comparison: Comparison, path: Path, *, suffix: str | None = None) -> None:
    """Write the picture of a comparison.

    Args:
        comparison: what `compare` returned.
        path: the file.
        suffix: `.png`, `.svg` or `.pdf`; without it the file's own.

    Raises:
        UsageError: another suffix.
    """
    suffix = path.suffix if suffix is None else suffix
    picture_format(suffix)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 11), dpi=120, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    spectra, difference, loudness = figure.subplots(3, 1, height_ratios=(3, 3, 2.5))
    # Two words of one title in the colours of the curves; the names appear only here, where long ones fit.
    figure.suptitle(" ", fontsize=20)  # room for them
    for file, letter, x, side, color in (
        (comparison.a, "A", 0.02, "left", _A),
        (comparison.b, "B", 0.98, "right", _B),
    ):
        text = f"{letter}   {_name(file.path)}"
        figure.text(x, 0.988, text, ha=side, va="top", fontsize=13, fontweight="bold", color=color)
    _draw_spectra(spectra, comparison)
    _draw_difference(difference, comparison)
    _draw_loudness(loudness, comparison)
    _caption(figure, comparison)
    path.write_bytes(figure_bytes(figure, suffix))


def _draw_spectra(axes: Axes, comparison: Comparison) -> None:
    freqs = [band.nominal_hz for band in comparison.bands]
    a_db, b_db = comparison.a.bands_db, comparison.b.bands_db + comparison.match_db
    axes.plot(freqs, a_db, color=_A, linewidth=2.2, label="A")
    matched = f"B, {_signed(comparison.match_db)} dB to match"
    axes.plot(freqs, b_db, color=_B, linewidth=2.2, linestyle=_DASHES, label=matched)
    top = float(max(a_db.max(), b_db.max()))
    low = float(np.minimum(a_db, b_db).min())
    axes.set_ylim(max(low, top - _QUIET_DB) - 3.0, top + 4.0)
    _frequency_axis(axes, freqs)
    _dress(axes, "Spectrum at equal loudness", "level per third octave (dB)")
    _legend(axes)


def _draw_difference(axes: Axes, comparison: Comparison) -> None:
    freqs = np.array([band.nominal_hz for band in comparison.bands])
    difference = comparison.spectrum_db
    axes.axhline(0.0, color=_DARK, linewidth=1.2)
    axes.fill_between(freqs, difference, 0.0, where=difference >= 0.0, interpolate=True, color=_B, alpha=0.35)
    axes.fill_between(freqs, difference, 0.0, where=difference <= 0.0, interpolate=True, color=_A, alpha=0.35)
    axes.plot(freqs, difference, color=_DARK, linewidth=2.0, marker="o", markersize=4)
    known = difference[np.isfinite(difference)]
    span = max(_LEAST_SPAN_DB, float(np.abs(known).max(initial=0.0)) * 1.3)
    axes.set_ylim(-span, span)
    for index, upwards in ((_extreme(difference, 1.0), True), (_extreme(difference, -1.0), False)):
        if index is not None:
            # Text grows towards the middle, so that it stays inside at both ends.
            side = "left" if index < 5 else "right" if index > freqs.size - 6 else "center"
            axes.annotate(
                f"{_signed(difference[index])} dB at {_hertz(freqs[index])}",
                (freqs[index], difference[index]),
                xytext=(0, 9 if upwards else -18),
                textcoords="offset points",
                ha=side,
                fontsize=10.5,
                fontweight="bold",
                color=_DARK,
            )
    _frequency_axis(axes, freqs.tolist())
    _dress(
        axes, "What B has more (above 0) and less (below) at equal loudness", "B − A per third octave (dB)"
    )


def _draw_loudness(axes: Axes, comparison: Comparison) -> None:
    for file, letter, color, style in ((comparison.a, "A", _A, "-"), (comparison.b, "B", _B, _DASHES)):
        level = file.loudness_lufs
        label = f"{letter}, {_signed(level)} LUFS" if np.isfinite(level) else f"{letter}, no loudness"
        heard = np.where(file.short_term_lufs > -100.0, file.short_term_lufs, np.nan)
        axes.plot(file.times_s, heard, color=color, linewidth=1.8, linestyle=style, label=label)
    both = np.concatenate([comparison.a.short_term_lufs, comparison.b.short_term_lufs])
    top = float(both.max())
    low = float(np.percentile(both[both > top - _QUIET_DB], 2))
    axes.set_ylim(min(low, top - 12.0) - 3.0, top + 3.0)
    axes.set_xlim(0.0, max(comparison.a.duration_s, comparison.b.duration_s))
    axes.set_xlabel("time (s)", fontsize=11)
    _dress(axes, "Loudness over time, each at its own level", "short-term loudness (LUFS)")
    _legend(axes)


def _legend(axes: Axes) -> None:
    """Put the legend beside the title, where no curve runs."""
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, frameon=False, fontsize=10, handlelength=3.2
    )


def _dress(axes: Axes, title: str, label: str) -> None:
    """Give a panel what all have: title, unit, grid, legible numbers."""
    axes.set_title(title, loc="left", fontsize=12, fontweight="bold", color=_DARK)
    axes.set_ylabel(label, fontsize=11)
    axes.grid(True, which="major", color=_GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=10, colors=_DARK)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _frequency_axis(axes: Axes, freqs_hz: list[float]) -> None:
    from matplotlib.ticker import FixedLocator, NullLocator

    axes.set_xscale("log")
    axes.set_xlim(freqs_hz[0] / 1.12, freqs_hz[-1] * 1.12)
    shown = [tick for tick in _TICKS_HZ if freqs_hz[0] <= tick <= freqs_hz[-1]]
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([f"{tick / 1000:g}k" if tick >= 1000 else f"{tick:g}" for tick in shown])
    axes.set_xlabel("frequency (Hz)", fontsize=11)


def _caption(figure: Figure, comparison: Comparison) -> None:
    """Say under the picture what the curves cannot."""
    parts = [f"B {_signed(comparison.match_db)} dB to match A"]
    if comparison.tail_s is not None:
        last = "after" if comparison.tail_s >= 0.0 else "before"
        parts.append(f"B ends {abs(comparison.tail_s):.2f} s {last} A")
    one, other = comparison.a.width_db, comparison.b.width_db
    if one is not None and other is not None and np.isfinite(one) and np.isfinite(other):
        parts.append(f"stereo width {_signed(other - one)} dB")
    if comparison.a.crest_db is not None and comparison.b.crest_db is not None:
        parts.append(f"crest factor {_signed(comparison.b.crest_db - comparison.a.crest_db)} dB")
    figure.supxlabel("   ·   ".join(parts), fontsize=10.5, color=_DARK)


def _name(path: Path) -> str:
    """Name of a file, short enough for half the width; `$` would start a formula."""
    name = path.name
    if len(name) > _NAME_LENGTH:
        name = f"{name[: _NAME_LENGTH // 2 - 1]}…{name[-_NAME_LENGTH // 2 :]}"
    return name.replace("$", r"\$")


def _extreme(values: Any, sign: float) -> int | None:
    """Index of the largest rise (+1) or fall (-1), None where it is under half a decibel."""
    turned = np.where(np.isfinite(values), values * sign, -np.inf)
    index = int(np.argmax(turned))
    return index if turned[index] >= 0.5 else None


def _hertz(value: float) -> str:
    return f"{value / 1000:g} kHz" if value >= 1000 else f"{value:g} Hz"


def _signed(value: float, decimals: int = 1) -> str:
    rounded = round(value, decimals) + 0.0
    return f"{rounded:{'+' if rounded else ''}.{decimals}f}".replace("-", "−")
