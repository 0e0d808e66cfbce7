"""Train the models of this plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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

AudioDirOption = Annotated[
    list[Path] | None,
    typer.Option("--audio-dir", metavar="DIR", help="Folder of audio to learn from; may be repeated."),
]


def vae(
    run: Run,
    output: RunFolderOption,
    annotations: OptionalAnnotationsOption = None,
    audio_dir: AudioDirOption = None,
    preset: SizeOption = "vae-tiny",
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
    """Train an autoencoder of log-mel spectrograms.

    It needs audio alone: a dataset, or any folder of it. The result holds the weights, the latents' mean and
    deviation, a report and a model card. Stopped by Ctrl-C it goes on where it was when the same command is given
    again.

    Examples:
    muze train vae --annotations corpus --output runs/vae --preset vae-micro --steps 20
    muze train vae --audio-dir songs -o runs/vae-songs --preset vae-micro --set training.lr=1e-3 --steps 10
    """
    from muze_ldm.training import TrainRequest
    from muze_ldm.vae.training import train_vae

    train_vae(
        run,
        TrainRequest(
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
        ),
    )


def ldm(
    run: Run,
    output: RunFolderOption,
    vae_checkpoint: Annotated[
        Path, typer.Option("--vae-checkpoint", metavar="DIR", help="Autoencoder whose latents to learn.")
    ],
    annotations: OptionalAnnotationsOption = None,
    audio_dir: AudioDirOption = None,
    ldm_checkpoint: Annotated[
        Path | None,
        typer.Option("--ldm-checkpoint", metavar="DIR", help="Model to start from (fine-tuning)."),
    ] = None,
    preset: SizeOption = "ldm-tiny",
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
    """Train a latent diffusion model on the latents of an autoencoder.

    It learns from whatever the dataset says of each track: description, sections, tempo, key, chords, words, score.
    Plain folders of audio teach it sound without any control. Latents and spectrograms are computed once and kept.
    A model that is tuned keeps its network, genres and control channels.

    Examples:
    muze train ldm --annotations corpus --vae-checkpoint checkpoints/vae -o runs/ldm --preset ldm-micro --steps 4
    muze train ldm --audio-dir songs --vae-checkpoint checkpoints/vae -o runs/sounds --preset ldm-micro --steps 2
    muze train ldm --annotations corpus --vae-checkpoint checkpoints/vae --ldm-checkpoint checkpoints/ldm -o runs/tuned --preset ldm-micro --steps 2
    """  # noqa: E501 -- a command stands on one line
    from muze_ldm.ldm.training import TrainLdmRequest, train_ldm
    from muze_ldm.training import TrainRequest

    train_ldm(
        run,
        TrainLdmRequest(
            TrainRequest(
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
            ),
            vae=vae_checkpoint,
            start=ldm_checkpoint,
        ),
    )
