"""Options that `muze evaluate …` commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

OUTPUT_PANEL = "Output"


class Split(StrEnum):
    """Parts of a dataset."""

    TRAIN = "train"
    VALID = "valid"
    TEST = "test"


DocumentOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="Write the whole result as JSON.", rich_help_panel=OUTPUT_PANEL
    ),
]
PartialOption = Annotated[
    bool, typer.Option("--partial", help="Go on without recordings that are missing on one side.")
]
SplitOption = Annotated[Split | None, typer.Option("--split", help="Only tracks of this split of a dataset.")]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, metavar="N", help="At most N recordings, spread over all."),
]
