"""Train the models of this plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import DeviceOption, OverwriteOption, ResumeOption, Run, SeedOption
from muzecli.training.options import (
    AnnotationsOption,
    AssignmentsOption,
    BatchOption,
    DevicesOption,
    EpochsOption,
    LogOption,
    MaxTracksOption,
    PrecisionOption,
    RateOption,
    RunFolderOption,
    SizeOption,
    StepsOption,
    StrategyOption,
)


def planner(
    run: Run,
    annotations: AnnotationsOption,
    output: RunFolderOption,
    valid: Annotated[
        list[Path] | None,
        typer.Option("--valid", metavar="FILE|DIR", help="Dataset held out; else the tracks' own splits."),
    ] = None,
    preset: SizeOption = "planner-small",
    epochs: EpochsOption = None,
    steps: StepsOption = None,
    batch_size: BatchOption = None,
    lr: RateOption = None,
    precision: PrecisionOption = None,
    max_tracks: MaxTracksOption = None,
    assignments: AssignmentsOption = None,
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
            precision=precision,
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
