"""One page from evaluations and songs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import OverwriteOption, Run

_LIMITS = "Limits"


def report(
    run: Run,
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...", help="Documents of evaluations, and folders or files of songs to be shown."
        ),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The page, a name that ends in .html.")
    ],
    title: Annotated[str, typer.Option("--title", metavar="TEXT", help="Of the page.")] = "Evaluation",
    audio: Annotated[
        list[Path] | None,
        typer.Option(
            "--audio",
            metavar="DIR|FILE",
            help="Where the audio of the documents' items is, if not where they say; may be given again.",
        ),
    ] = None,
    max_audio: Annotated[
        int,
        typer.Option(
            "--max-audio", min=0, metavar="N", help="Show at most this many songs.", rich_help_panel=_LIMITS
        ),
    ] = 12,
    audio_seconds: Annotated[
        float,
        typer.Option(
            "--audio-seconds",
            min=1,
            max=600,
            metavar="S",
            help="Of each song at most its first seconds.",
            rich_help_panel=_LIMITS,
        ),
    ] = 30.0,
    max_size: Annotated[
        float,
        typer.Option(
            "--max-size",
            min=0.1,
            metavar="MB",
            help="Of sound and pictures in the page; songs beyond it have none.",
            rich_help_panel=_LIMITS,
        ),
    ] = 24.0,
    overwrite: OverwriteOption = False,
) -> None:
    """Put evaluations and songs on one page: tables, plots, spectrograms, players, and what it all rests on.

    The page is one HTML file that asks the network for nothing and needs no script to be read. Documents are what the
    other commands write with -o. Of an item's audio the page has the first seconds as MP3; which items are shown, and
    what did not fit, it says.

    Examples:
    muze evaluate report control.json songs -o report.html
    muze evaluate report control.json fad.json -o paper.html --title "Two systems" --max-audio 4
    muze evaluate report songs -o songs.html --audio-seconds 20
    """
    from muze_evaluate.commands.report import ReportRequest
    from muze_evaluate.commands.report import report as make_report

    make_report(
        run,
        ReportRequest(
            inputs=tuple(inputs),
            output=output,
            title=title,
            audio=tuple(audio or ()),
            max_audio=max_audio,
            audio_seconds=audio_seconds,
            max_bytes=round(max_size * 1e6),
            overwrite=overwrite,
        ),
    )
