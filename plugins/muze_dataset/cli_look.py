"""Look into datasets: are they sound, what is in them, and how do two of them differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import OverwriteOption, Run

DatasetArgument = Annotated[
    Path, typer.Argument(metavar="DATASET", help="A .jsonl, .json or .parquet file, or its folder.")
]


def validate(
    run: Run,
    datasets: Annotated[
        list[Path], typer.Argument(metavar="DATASET...", help="Files, or folders with a dataset.jsonl.")
    ],
    files: Annotated[
        bool, typer.Option("--files/--no-files", help="Whether audio and scores must be there.")
    ] = True,
    audio: Annotated[
        bool, typer.Option("--audio", help="Open each audio file: does it have the duration and rate told?")
    ] = False,
) -> None:
    """Check every track of datasets, and list all that is wrong: of each track every field, not the first alone.

    Exit code 65 where anything is.

    Examples:
    muze dataset validate corpus --audio
    muze dataset validate corpus other.json --json
    """
    from muze_dataset.commands.validate import validated

    validated(run, datasets, files=files, audio=audio)


def info(
    run: Run,
    dataset: DatasetArgument,
    plots: Annotated[
        Path | None, typer.Option("--plots", metavar="FILE", help="Draw a page: .png, .svg or .pdf.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Print what a dataset holds: counts, hours, distributions, and which fields are known, guessed or missing.

    Examples:
    muze dataset info corpus
    muze dataset info corpus --plots corpus.png
    muze dataset info corpus --json
    """
    from muze_dataset.commands.info import described

    described(run, dataset, plots=plots, overwrite=overwrite)


def show(
    run: Run,
    dataset: DatasetArgument,
    track: Annotated[
        str, typer.Argument(metavar="TRACK", help="Its id, its audio's path, or the end of either.")
    ],
) -> None:
    """Show one track: its facts with their sources, its sections with their chords, its beats, voice and words.

    Examples:
    muze dataset show corpus 000002
    muze dataset show corpus audio/000002.flac --json
    """
    from muze_dataset.commands.show import shown

    shown(run, dataset, track)


def artists(
    run: Run,
    dataset: DatasetArgument,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the mean voices as JSON.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """List the artists: the mean of their voices, how alike their tracks sound, and who sounds like them.

    Examples:
    muze dataset artists voices.json
    muze dataset artists voices.json -o voices.artist_embeddings.json
    """
    from muze_dataset.commands.artists import listed

    listed(run, dataset, output=output, overwrite=overwrite)


def diff(
    run: Run,
    old: Annotated[Path, typer.Argument(metavar="A", help="A dataset.")],
    new: Annotated[Path, typer.Argument(metavar="B", help="Another, mostly a later one.")],
) -> None:
    """Compare two datasets: tracks added, removed and changed, and for each field what became what.

    Tracks are matched by their id, else by the content of their audio. Exit code 0 where nothing differs, else 1.

    Examples:
    muze dataset diff voices.json voices.parquet
    """
    from muze_dataset.commands.diff import compared

    compared(run, old, new)
