"""See and check the forms that songs are planned with."""

from __future__ import annotations

from typing import Annotated

import typer

from muzecli.options import Run


def list_templates(run: Run) -> None:
    """List the templates that ship with muze and your own.

    Examples:
    muze templates list
    muze templates list --json
    """
    from muze_plan.commands.templates import listed

    listed(run)


def show(
    run: Run,
    name: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A template.")],
    duration: Annotated[
        float, typer.Option("--duration", min=1, max=3600, metavar="SECONDS", help="Fitted to this length.")
    ] = 180.0,
    tempo: Annotated[
        float, typer.Option("--tempo", min=20, max=400, metavar="BPM", help="Beats a minute.")
    ] = 120.0,
    time_signature: Annotated[
        str, typer.Option("--time-signature", metavar="N/D", help="Such as 3/4.")
    ] = "4/4",
) -> None:
    """Show a template's sections, as written and fitted to a duration.

    Examples:
    muze templates show verse_chorus --duration 30
    muze templates show twelve_bar_blues --tempo 90 --time-signature 12/8
    """
    from muze_plan.commands.templates import shown

    shown(run, name, duration_s=duration, tempo_bpm=tempo, time_signature=time_signature)


def validate(
    run: Run,
    files: Annotated[list[str], typer.Argument(metavar="NAME|FILE...", help="Templates to check.")],
) -> None:
    """Check templates, naming field and line of each fault.

    Examples:
    muze templates validate verse_chorus rondo
    """
    from muze_plan.commands.templates import validated

    validated(run, files)
