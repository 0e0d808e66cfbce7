"""Distances between sets of music."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muze_evaluate.options import OUTPUT_PANEL, DocumentOption
from muzecli.options import DeviceOption, OverwriteOption, Run, SeedOption

_EMBEDDING = "Embedding"
_CACHE = "Cache"

ReferenceArgument = Annotated[
    str, typer.Argument(metavar="REF", help="What is to be matched: a folder, a dataset, .npy or .npz.")
]
EvaluatedArgument = Annotated[str, typer.Argument(metavar="EVAL", help="What is measured, likewise.")]
EmbeddingOption = Annotated[
    str,
    typer.Option(
        "--embedding",
        metavar="auto|logmel|encodec|SCORER|FOLDER",
        help="The space: a name, or the folder of a model of one's own.",
        rich_help_panel=_EMBEDDING,
    ),
]
BatchSizeOption = Annotated[
    int,
    typer.Option(
        "--batch-size",
        min=1,
        metavar="N",
        help="Windows a model is given at once.",
        rich_help_panel=_EMBEDDING,
    ),
]
IntervalOption = Annotated[bool, typer.Option("--ci/--no-ci", help="Whether to draw an interval of 95 %.")]
PartialOption = Annotated[
    bool, typer.Option("--partial", help="Go on without the files that cannot be read.")
]
CacheOption = Annotated[
    Path | None,
    typer.Option("--cache", metavar="DIR", help="Where embeddings are kept.", rich_help_panel=_CACHE),
]
NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Neither look for embeddings nor keep any.", rich_help_panel=_CACHE)
]
SaveOption = Annotated[
    Path | None,
    typer.Option(
        "--save-embeddings",
        metavar="FILE.npz",
        help="Write the embeddings of EVAL, to be used in its place.",
        rich_help_panel=OUTPUT_PANEL,
    ),
]
SaveReferenceOption = Annotated[
    Path | None,
    typer.Option(
        "--save-reference",
        metavar="FILE.npz",
        help="Write those of REF.",
        rich_help_panel=OUTPUT_PANEL,
    ),
]


def fad(
    run: Run,
    reference: ReferenceArgument,
    evaluated: EvaluatedArgument,
    embedding: EmbeddingOption = "auto",
    inf: Annotated[bool, typer.Option("--inf", help="Extrapolate to sets without end, too.")] = False,
    per_song: Annotated[
        bool, typer.Option("--per-song", help="List each item of EVAL by its own distance to REF.")
    ] = False,
    ci: IntervalOption = True,
    partial: PartialOption = False,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    batch_size: BatchSizeOption = 16,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    save_embeddings: SaveOption = None,
    save_reference: SaveReferenceOption = None,
    output: DocumentOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Measure the Fréchet audio distance between two sets: exact, never negative, with its interval.

    A set is a folder of audio, a dataset, or a file of embeddings. Audio is cut into windows, all of it, and each is
    embedded; what was embedded once is found again by its content. A set of which a file cannot be read is refused
    unless --partial is given.

    Examples:
    muze evaluate fad corpus songs
    muze evaluate fad corpus songs --embedding logmel --per-song -o fad.json
    muze evaluate fad corpus songs --save-reference corpus.npz --no-ci --json
    """
    from muze_evaluate.commands.fad import measured
    from muze_evaluate.commands.two_sets import Request

    request = Request(
        reference=reference,
        evaluated=evaluated,
        embedding=embedding,
        partial=partial,
        device=device,
        batch_size=batch_size,
        cache=cache,
        no_cache=no_cache,
        save_embeddings=save_embeddings,
        save_reference=save_reference,
        output=output,
        overwrite=overwrite,
    )
    measured(run, request, inf=inf, per_song=per_song, ci=ci, seed=0 if seed is None else seed)


def kad(
    run: Run,
    reference: ReferenceArgument,
    evaluated: EvaluatedArgument,
    embedding: EmbeddingOption = "auto",
    ci: IntervalOption = True,
    partial: PartialOption = False,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    batch_size: BatchSizeOption = 16,
    cache: CacheOption = None,
    no_cache: NoCacheOption = False,
    save_embeddings: SaveOption = None,
    save_reference: SaveReferenceOption = None,
    output: DocumentOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Measure the kernel audio distance between two sets: without a bias by their size, and without a Gaussian.

    Sets and embeddings are those of `muze evaluate fad`. The width of the kernel is the median distance within REF.

    Examples:
    muze evaluate kad corpus songs
    muze evaluate kad corpus songs --embedding logmel --no-ci --json
    """
    from muze_evaluate.commands.kad import measured
    from muze_evaluate.commands.two_sets import Request

    request = Request(
        reference=reference,
        evaluated=evaluated,
        embedding=embedding,
        partial=partial,
        device=device,
        batch_size=batch_size,
        cache=cache,
        no_cache=no_cache,
        save_embeddings=save_embeddings,
        save_reference=save_reference,
        output=output,
        overwrite=overwrite,
    )
    measured(run, request, ci=ci, seed=0 if seed is None else seed)
