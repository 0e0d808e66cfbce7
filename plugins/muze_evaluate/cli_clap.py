"""How well audio fits words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muze_evaluate.options import OUTPUT_PANEL, DocumentOption
from muzecli.options import DeviceOption, OverwriteOption, Run, SeedOption

_CACHE = "Cache"


def clap(
    run: Run,
    pairs: Annotated[
        Path,
        typer.Argument(
            metavar="PAIRS|DIR", help="A table, JSON, a dataset, or a folder of songs or with texts."
        ),
    ],
    scorer: Annotated[
        str,
        typer.Option(
            "--scorer", metavar="auto|NAME|FOLDER", help="Who judges: a name, or the folder of a model."
        ),
    ] = "auto",
    audio_dir: Annotated[
        Path | None,
        typer.Option("--audio-dir", metavar="DIR", help="Where the audio is; all of it must have texts."),
    ] = None,
    text_field: Annotated[
        str | None,
        typer.Option("--text-field", metavar="NAME", help="What holds the texts, such as prompt or caption."),
    ] = None,
    ci: Annotated[bool, typer.Option("--ci/--no-ci", help="Whether to draw intervals of 95 %.")] = True,
    partial: Annotated[
        bool, typer.Option("--partial", help="Go on without texts and audio that have no other half.")
    ] = False,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    cache: Annotated[
        Path | None,
        typer.Option("--cache", metavar="DIR", help="Where embeddings are kept.", rich_help_panel=_CACHE),
    ] = None,
    no_cache: Annotated[
        bool,
        typer.Option("--no-cache", help="Neither look for embeddings nor keep any.", rich_help_panel=_CACHE),
    ] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl", help="Print a line of JSON a pair, and no table.", rich_help_panel=OUTPUT_PANEL
        ),
    ] = False,
    output: DocumentOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Measure how well audio fits the words that are said of it, with its interval and what chance would give.

    Pairs are the songs of a folder with the prompts in their sidecars, audio with text files beside it, the tracks of
    a dataset, or the rows of a table (.csv, .jsonl) with columns such as audio and text. They are paired by name and
    never by order; a text without audio, or audio without a text, is listed and refused unless --partial is given. A
    score is the mean over all windows of the audio.

    Examples:
    muze evaluate clap pairs.csv
    muze evaluate clap corpus -o clap.json
    muze evaluate clap pairs.csv --text-field prompt --jsonl
    """
    from muze_evaluate.commands.clap import Request, measured

    measured(
        run,
        Request(
            pairs=pairs,
            scorer=scorer,
            audio_dir=audio_dir,
            text_field=text_field,
            ci=ci,
            partial=partial,
            seed=0 if seed is None else seed,
            device=device,
            cache=cache,
            no_cache=no_cache,
            jsonl=jsonl,
            output=output,
            overwrite=overwrite,
        ),
    )
