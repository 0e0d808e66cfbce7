"""Train the models of this plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import DeviceOption, OverwriteOption, ResumeOption, Run, SeedOption
from muzecli.training.options import DevicesOption, LogOption, StrategyOption


def planner(
    run: Run,
    annotations: Annotated[
        list[Path],
        typer.Option("--annotations", metavar="FILE|DIR", help="Dataset to learn from; may be repeated."),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the run and of its result.")
    ],
    valid: Annotated[
        list[Path] | None,
        typer.Option("--valid", metavar="FILE|DIR", help="Dataset held out; else the tracks' own splits."),
    ] = None,
    preset: Annotated[
        str, typer.Option("--preset", metavar="NAME|FILE", help="Size and settings.")
    ] = "planner-small",
    epochs: Annotated[
        float | None, typer.Option("--epochs", min=0.001, help="How often to show every song.")
    ] = None,
    steps: Annotated[int | None, typer.Option("--steps", min=1, help="Updates of the weights.")] = None,
    batch_size: Annotated[int | None, typer.Option("--batch-size", min=1, help="Songs in a batch.")] = None,
    lr: Annotated[float | None, typer.Option("--lr", min=0.0, help="Peak learning rate.")] = None,
    max_tracks: Annotated[
        int | None, typer.Option("--max-tracks", min=1, help="Learn from the first so many.")
    ] = None,
    assignments: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Change the preset: model.width=64; repeatable."),
    ] = None,
    device: DeviceOption = "auto",
    devices: DevicesOption = 1,
    strategy: StrategyOption = "auto",
    log: LogOption = None,
    seed: SeedOption = None,
    resume: ResumeOption = True,
    overwrite: OverwriteOption = False,
) -> None:
    """Train a planner of song sections, and measure it beside two baselines.

    It learns from tracks with segments and a tempo, whether synthetic or annotated recordings. Stopped by Ctrl-C it
    goes on where it was when the same command is given again.

    Examples:
    muze train planner --annotations forms --output runs/planner --epochs 1
    muze train planner --annotations forms -o runs/tiny --preset planner-tiny --set model.width=32 --steps 20
    """
    from muze_plan.model.training import TrainPlannerRequest, train_planner

    train_planner(
        run,
        TrainPlannerRequest(
            annotations=tuple(annotations),
            output=output,
            valid=tuple(valid or ()),
            preset=preset,
            assignments=tuple(assignments or ()),
            epochs=epochs,
            steps=steps,
            batch_size=batch_size,
            lr=lr,
            seed=seed,
            max_tracks=max_tracks,
            device=device,
            devices=devices,
            strategy=strategy,
            logs=tuple(log or ()),
            resume=resume,
            overwrite=overwrite,
        ),
    )
