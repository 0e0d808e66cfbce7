"""Train the model of this plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import DeviceOption, OverwriteOption, ResumeOption, Run, SeedOption
from muzecli.training.options import DevicesOption, LogOption, StrategyOption

AnnotationsOption = Annotated[
    list[Path],
    typer.Option("--annotations", metavar="FILE|DIR", help="Dataset to learn from; may be repeated."),
]
RunFolderOption = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help="Folder of the run and of its result.")
]
EpochsOption = Annotated[
    float | None, typer.Option("--epochs", min=0.001, help="How often to show every song, in as many views.")
]
StepsOption = Annotated[int | None, typer.Option("--steps", min=1, help="Updates of the weights.")]
BatchOption = Annotated[int | None, typer.Option("--batch-size", min=1, help="Sounds in a batch.")]
RateOption = Annotated[float | None, typer.Option("--lr", min=0.0, help="Peak learning rate.")]
PrecisionOption = Annotated[
    str | None, typer.Option("--precision", metavar="NAME", help="32-true, bf16-mixed or 16-mixed.")
]
MaxTracksOption = Annotated[
    int | None, typer.Option("--max-tracks", min=1, help="Learn from the first so many.")
]
AssignmentsOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change the preset: training.lr=5e-4; repeatable."),
]
CacheOption = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where spectra are kept between runs."),
]
SizeOption = Annotated[str, typer.Option("--preset", metavar="NAME|FILE", help="Size and settings.")]


def clap(
    run: Run,
    annotations: AnnotationsOption,
    output: RunFolderOption,
    preset: SizeOption = "clap-small",
    epochs: EpochsOption = None,
    steps: StepsOption = None,
    batch_size: BatchOption = None,
    lr: RateOption = None,
    precision: PrecisionOption = None,
    max_tracks: MaxTracksOption = None,
    assignments: AssignmentsOption = None,
    cache: CacheOption = None,
    device: DeviceOption = "auto",
    devices: DevicesOption = 1,
    strategy: StrategyOption = "auto",
    log: LogOption = None,
    seed: SeedOption = None,
    resume: ResumeOption = True,
    overwrite: OverwriteOption = False,
) -> None:
    """Train a model that says how well words fit a sound (CLAP).

    It needs datasets whose tracks have scores, such as `muze dataset synth` makes, or prompts. With the parts of the
    songs one by one (`--stems`) it also hears solo instruments, drums and voices by themselves. The result holds the
    weights, a report and a model card. Stopped by Ctrl-C it goes on where it was when the same command is given again.

    Examples:
    muze train clap --annotations corpus --output runs/clap --preset clap-micro --steps 4
    muze train clap --annotations corpus -o runs/clap-fast --preset clap-micro --set training.lr=1e-3 --steps 4
    """
    from muze_evaluate.clap.learning.training import TrainClapRequest, train_clap

    train_clap(
        run,
        TrainClapRequest(
            annotations=tuple(annotations),
            output=output,
            preset=preset,
            assignments=tuple(assignments or ()),
            epochs=epochs,
            steps=steps,
            batch_size=batch_size,
            lr=lr,
            precision=precision,
            seed=seed,
            max_tracks=max_tracks,
            cache=cache,
            device=device,
            devices=devices,
            strategy=strategy,
            logs=tuple(log or ()),
            resume=resume,
            overwrite=overwrite,
        ),
    )
