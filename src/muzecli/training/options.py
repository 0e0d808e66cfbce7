"""Options that `muze train …` commands share: what is learned from, how long, and the room itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# ---- what is learned from, and where it goes ----

AnnotationsOption = Annotated[
    list[Path],
    typer.Option("--annotations", metavar="FILE|DIR", help="Dataset to learn from; may be repeated."),
]
OptionalAnnotationsOption = Annotated[
    list[Path] | None,
    typer.Option("--annotations", metavar="FILE|DIR", help="Dataset to learn from; may be repeated."),
]
RunFolderOption = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the run and of its result.")
]
MaxTracksOption = Annotated[
    int | None, typer.Option("--max-tracks", min=1, help="Learn from the first so many.")
]
CacheOption = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where what is computed of the audio is kept between runs."),
]

# ---- how ----

SizeOption = Annotated[str, typer.Option("--preset", metavar="NAME|FILE", help="Size and settings.")]
EpochsOption = Annotated[
    float | None, typer.Option("--epochs", min=0.001, help="How often to show all there is to learn from.")
]
StepsOption = Annotated[int | None, typer.Option("--steps", min=1, help="Updates of the weights.")]
BatchOption = Annotated[int | None, typer.Option("--batch-size", min=1, help="Items in a batch.")]
RateOption = Annotated[float | None, typer.Option("--lr", min=0.0, help="Peak learning rate.")]
PrecisionOption = Annotated[
    str | None, typer.Option("--precision", metavar="NAME", help="32-true, bf16-mixed or 16-mixed.")
]
AssignmentsOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change the preset: training.lr=5e-4; repeatable."),
]

# ---- the room ----

DevicesOption = Annotated[
    int, typer.Option("--devices", min=1, metavar="N", help="Train on so many devices, a process each.")
]
StrategyOption = Annotated[
    str,
    typer.Option(
        "--strategy",
        metavar="auto|ddp|fsdp",
        help="How several devices share: each the model, or a part of it.",
    ),
]
LogOption = Annotated[
    list[str] | None,
    typer.Option("--log", metavar="NAME", help="Log to tensorboard or wandb too; may be repeated."),
]
