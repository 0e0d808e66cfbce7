"""Train the model of this plugin."""

from __future__ import annotations

from muzecli.options import DeviceOption, OverwriteOption, ResumeOption, Run, SeedOption
from muzecli.training.options import (
    AnnotationsOption,
    AssignmentsOption,
    BatchOption,
    CacheOption,
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
