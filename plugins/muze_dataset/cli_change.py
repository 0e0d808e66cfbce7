"""Make datasets of datasets: join them, divide them, write them in other forms."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import DryRunOption, OverwriteOption, Run, SeedOption

DatasetOutput = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FILE", help="The new dataset: .jsonl, .json or .parquet."),
]


class SplitBy(StrEnum):
    """What may not be torn apart."""

    SONG = "song"
    ARTIST = "artist"
    ALBUM = "album"


class Form(StrEnum):
    """How a dataset is written."""

    JSONL = "jsonl"
    JSON = "json"
    PARQUET = "parquet"
    WEBDATASET = "webdataset"


def merge(
    run: Run,
    datasets: Annotated[
        list[Path],
        typer.Argument(metavar="DATASET...", help="In order of trust: of doubles the first stays."),
    ],
    output: DatasetOutput,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Join datasets into one, each recording once.

    Two tracks are the same recording where their audio is the same file or has the same content. The first stays;
    what the others say differently is reported. Ids that two recordings share are told apart by the name of the
    later one's dataset. Paths are rewritten for the new place; the mean voices of the artists are written beside.

    Examples:
    muze dataset merge corpus other.json -o all.jsonl
    muze dataset merge corpus other.json -o all.parquet --dry-run
    """
    from muze_dataset.commands.merge import merged

    merged(run, datasets, output, overwrite=overwrite, dry_run=dry_run)


def split(
    run: Run,
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A dataset's file or folder.")],
    output: DatasetOutput,
    valid: Annotated[
        float, typer.Option("--valid", min=0, max=1, metavar="SHARE", help="For choosing between models.")
    ] = 0.1,
    test: Annotated[
        float, typer.Option("--test", min=0, max=1, metavar="SHARE", help="For the final figure.")
    ] = 0.1,
    by: Annotated[SplitBy, typer.Option("--by", help="What stays on one side.")] = SplitBy.SONG,
    overwrite_splits: Annotated[
        bool, typer.Option("--overwrite-splits", help="Draw also for tracks that are in a split.")
    ] = False,
    seed: SeedOption = 0,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Divide a dataset into train, valid and test, without a song on two sides.

    A hash of song and seed decides, so that adding tracks moves no song. Recordings of one artist and title, and
    files with the same content, go together. Splits that are there stay, and what belongs to them joins them.

    Examples:
    muze dataset split corpus -o divided.jsonl --overwrite-splits
    muze dataset split voices.json -o voices-split.json --by artist --valid 0.05 --test 0.05 --seed 7
    """
    from muze_dataset.commands.split import SplitRequest, divided

    request = SplitRequest(
        valid=valid, test=test, by=by.value, seed=0 if seed is None else seed, redraw=overwrite_splits
    )
    divided(run, dataset, output, request, overwrite=overwrite, dry_run=dry_run)


def export(
    run: Run,
    dataset: Annotated[Path, typer.Argument(metavar="DATASET", help="A dataset's file or folder.")],
    to: Annotated[Form, typer.Option("--to", help="The form to write.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="PATH", help="A file; for webdataset a folder.")
    ],
    shard_size: Annotated[
        float | None,
        typer.Option("--shard-size", min=1, metavar="MB", help="Of webdataset's tar files; else 1000."),
    ] = None,
    copy_audio: Annotated[
        bool, typer.Option("--copy-audio", help="Copy audio, scores and stems beside the new dataset.")
    ] = False,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Write a dataset in another form: a line a track, one document, a table, or tar files with the audio in them.

    Examples:
    muze dataset export corpus --to parquet -o corpus.parquet
    muze dataset export corpus --to webdataset -o shards --shard-size 500
    muze dataset export corpus --to json -o moved/corpus.json --copy-audio
    """
    from muze_dataset.commands.export import exported

    exported(
        run,
        dataset,
        to.value,
        output,
        shard_mb=shard_size,
        copy_audio=copy_audio,
        overwrite=overwrite,
        dry_run=dry_run,
    )
