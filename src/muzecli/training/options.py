"""Options that every `muze train …` command takes for the room itself."""

from __future__ import annotations

from typing import Annotated

import typer

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
