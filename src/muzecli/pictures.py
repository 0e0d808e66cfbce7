"""Pictures as files: which formats there are, and bytes that are the same each time.

Whoever draws uses matplotlib's object interface and its Agg canvas only: nothing global is touched and no display
is needed.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muzecli.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg", ".pdf")

# SVG and PDF would else note the time of day.
_METADATA: Mapping[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}


def picture_format(suffix: str, *, example: str = "picture.png") -> str:
    """Return the format that a file's ending means.

    Args:
        suffix: such as `.png`, whatever its case.
        example: a name that would do, for the hint.

    Raises:
        UsageError: it is none that can be drawn.
    """
    if suffix.lower() not in SUFFIXES:
        raise UsageError(
            f"the name of a picture must end in {', '.join(SUFFIXES)}; found {suffix or 'no ending'!r}",
            hint=f"for example {example}",
        )
    return suffix.lower().removeprefix(".")


def figure_bytes(figure: Figure, suffix: str) -> bytes:
    """Return a figure as a file holds it; equal figures are equal bytes.

    Args:
        figure: with its canvas.
        suffix: `.png`, `.svg` or `.pdf`.

    Raises:
        UsageError: another suffix.
    """
    kind = picture_format(suffix)
    import matplotlib

    file = io.BytesIO()
    with warnings.catch_warnings(), matplotlib.rc_context({"svg.hashsalt": "muze"}):
        # Words may be in a script that the font lacks; boxes stand for it, and there is nothing to do about it.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure.savefig(file, format=kind, metadata=_METADATA[kind])
    return file.getvalue()
