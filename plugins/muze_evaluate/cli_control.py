"""Whether songs do what was planned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muze_evaluate.options import DocumentOption
from muzecli.options import DeviceOption, JobsOption, OverwriteOption, Run, SeedOption


def control(
    run: Run,
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR|DATASET|SONG...", help="Generated songs with their sidecars, or datasets with plans."
        ),
    ],
    chance: Annotated[
        bool,
        typer.Option("--chance/--no-chance", help="Measure against other songs' plans, too: the floor."),
    ] = True,
    max_songs: Annotated[
        int | None, typer.Option("--max-songs", min=1, metavar="N", help="Only the first N of each input.")
    ] = None,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    output: DocumentOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Measure whether songs do what was planned: tempo, beats, key, chords, sections, energy, voices, instruments.

    The plan is that in the sidecar of a generated song, or that of a dataset's track; what is heard is what `muze
    dataset build` would hear. Every input is a column, so that generated songs can stand beside tracks rendered
    straight from their scores, which show how well the measuring itself can do; and beside each stands what the
    same songs come to against other songs' plans, which is what comes for nothing.

    Examples:
    muze evaluate control corpus -j 2
    muze evaluate control corpus --no-chance --max-songs 2 -o control.json
    muze generate --plan plan.json --engine plain -o hit.wav && muze evaluate control hit.wav corpus
    """
    from muze_evaluate.commands.control import Request
    from muze_evaluate.commands.control import control as measure

    measure(
        run,
        Request(
            inputs=inputs,
            chance=chance,
            most=max_songs,
            seed=0 if seed is None else seed,
            device=device,
            jobs=jobs,
            output=output,
            overwrite=overwrite,
        ),
    )
