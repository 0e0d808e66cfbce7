"""Options that `muze evaluate …` commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

OUTPUT_PANEL = "Output"

DocumentOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write the whole result as JSON.", rich_help_panel=OUTPUT_PANEL
    ),
]
PartialOption = Annotated[
    bool, typer.Option("--partial", help="Go on without recordings that are missing on one side.")
]
