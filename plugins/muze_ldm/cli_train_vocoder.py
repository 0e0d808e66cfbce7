"""Train a vocoder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muze_ldm.cli_train import AudioDirOption
from muzecli.options import DeviceOption, OverwriteOption, ResumeOption, Run, SeedOption
from muzecli.training.options import (
    AssignmentsOption,
    BatchOption,
    CacheOption,
    DevicesOption,
    EpochsOption,
    LogOption,
    MaxTracksOption,
    OptionalAnnotationsOption,
    PrecisionOption,
    RateOption,
    RunFolderOption,
    SizeOption,
    StepsOption,
    StrategyOption,
)


def vocoder(
    run: Run,
    output: RunFolderOption,
    annotations: OptionalAnnotationsOption = None,
    audio_dir: AudioDirOption = None,
    vae_checkpoint: Annotated[
        Path | None,
        typer.Option(
            "--vae-checkpoint",
            metavar="DIR",
            help="Learn from what this autoencoder makes of the recordings.",
        ),
    ] = None,
    vocoder_checkpoint: Annotated[
        Path | None, typer.Option("--vocoder-checkpoint", metavar="DIR", help="Start from this vocoder.")
    ] = None,
    preset: SizeOption = "vocoder-tiny",
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
    """Train a vocoder, which makes sound of log-mel spectrograms.

    It needs audio alone: a dataset, or any folder of it. The result holds the weights, a report beside Griffin-Lim
    and a model card. Trained on recordings first, it can then be tuned to an autoencoder's spectrograms. Stopped by
    Ctrl-C it goes on where it was when the same command is given again.

    Examples:
    muze train vocoder --annotations corpus --output runs/vocoder --preset vocoder-micro --steps 10
    muze train vocoder --audio-dir songs -o runs/vocoder-songs --preset vocoder-micro --lr 1e-3 --steps 4
    """
    from muze_ldm.vocoder.training import TrainVocoderRequest, train_vocoder

    train_vocoder(
        run,
        TrainVocoderRequest(
            annotations=tuple(annotations or ()),
            audio_dirs=tuple(audio_dir or ()),
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
            vae_checkpoint=vae_checkpoint,
            vocoder_checkpoint=vocoder_checkpoint,
        ),
    )
