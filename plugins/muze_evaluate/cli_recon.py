"""What is lost between recordings and what became of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muze_evaluate.options import OUTPUT_PANEL, DocumentOption, LimitOption, PartialOption, SplitOption
from muzecli.options import DeviceOption, JobsOption, OverwriteOption, Run, SeedOption

_MODELS = "Models"
_COMPARISON = "Comparison"


def recon(
    run: Run,
    audio: Annotated[
        list[str],
        typer.Argument(
            metavar="AUDIO...|REF EVAL",
            help="With --through: recordings, folders, datasets. Else two of them that belong together.",
        ),
    ],
    through: Annotated[
        list[str] | None,
        typer.Option(
            "--through",
            metavar="NAME[:MODEL]",
            help="Take recordings through this and back: vae, vocoder, griffin-lim, or what a plugin brings; MODEL "
            "is a bundle's name or a folder. Several make several columns.",
            rich_help_panel=_MODELS,
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            help="Write what comes back, with sidecars.",
            rich_help_panel=OUTPUT_PANEL,
        ),
    ] = None,
    split: SplitOption = None,
    limit: LimitOption = None,
    align: Annotated[
        bool,
        typer.Option(
            "--align",
            help="Take out a delay of EVAL, such as an encoder's.",
            rich_help_panel=_COMPARISON,
        ),
    ] = False,
    max_delay: Annotated[
        float,
        typer.Option(
            "--max-delay",
            min=1.0,
            max=2000.0,
            metavar="MS",
            help="The longest delay that is looked for.",
            rich_help_panel=_COMPARISON,
        ),
    ] = 100.0,
    rate: Annotated[
        int | None,
        typer.Option(
            "--rate",
            min=4000,
            max=192_000,
            metavar="HZ",
            help="Measure at this rate; else at the lower of both.",
            rich_help_panel=_COMPARISON,
        ),
    ] = None,
    partial: PartialOption = False,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    output: DocumentOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Measure what is lost: log-mel L1, multi-resolution STFT, log-spectral distance, SI-SDR, SDR.

    With --through, recordings are taken into a model's representation and back. Without it, two folders, datasets or
    files are compared as they are, paired by their paths: what any codec or model has made of the same music.

    Examples:
    muze evaluate recon songs --through griffin-lim --through vocoder
    muze evaluate recon in.wav in.ogg --align
    muze evaluate recon song.wav --through vae --keep heard -o recon.json
    """
    from muze_evaluate.commands.recon import Request, measured

    request = Request(
        audio=audio,
        through=through or (),
        split=None if split is None else split.value,
        most=limit,
        keep=keep,
        align=align,
        max_delay_ms=max_delay,
        rate_hz=rate,
        partial=partial,
        jobs=jobs,
        device=device,
        seed=0 if seed is None else seed,
        output=output,
        overwrite=overwrite,
    )
    measured(run, request)
