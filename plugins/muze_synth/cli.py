"""Datasets that muze makes itself, with exact labels."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import DryRunOption, JobsOption, OverwriteOption, ResumeOption, Run, SeedOption


class Player(StrEnum):
    """What plays the notes."""

    AUTO = "auto"
    SAMPLER = "sampler"
    PLAIN = "plain"


def synth(
    run: Run,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the corpus goes.")],
    tracks: Annotated[int, typer.Option("--tracks", min=1, help="How many tracks.")] = 100,
    duration: Annotated[
        str, typer.Option("--duration", metavar="S|S-S", help="Seconds, or a range to draw from.")
    ] = "20-40",
    genres: Annotated[
        str | None, typer.Option("--genres", metavar="A,B,...", help="Only these; else every genre.")
    ] = None,
    vocals: Annotated[
        float | None,
        typer.Option(
            "--vocals", min=0, max=1, metavar="SHARE", help="Share of sung tracks; else the genre's."
        ),
    ] = None,
    sample_rate: Annotated[
        int, typer.Option("--sample-rate", min=8000, max=96_000, metavar="HZ", help="Of the audio.")
    ] = 32_000,
    stems: Annotated[bool, typer.Option("--stems", help="Keep each part as a file, too.")] = False,
    audio: Annotated[
        bool, typer.Option("--audio/--no-audio", help="Render, or write annotations alone.")
    ] = True,
    lyrics: Annotated[
        bool, typer.Option("--lyrics/--no-lyrics", help="Give singers words, or let them sing vowels.")
    ] = True,
    player: Annotated[
        Player,
        typer.Option("--player", help="Sampled instruments, the built-in synthesiser, or what there is."),
    ] = Player.AUTO,
    soundfont: Annotated[
        Path | None, typer.Option("--soundfont", metavar="FILE", help="SoundFont of the sampler.")
    ] = None,
    seed: SeedOption = 0,
    jobs: JobsOption = 1,
    resume: ResumeOption = True,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Write a labelled corpus: songs composed and rendered here, with exact truth about each.

    The folder gets dataset.jsonl (one annotated track a line), dataset.json (what it was made from), audio/,
    scores/ and, with --stems, stems/. The same options give the same bytes, whatever --jobs is.

    Examples:
    muze dataset synth -o corpus --tracks 4 --jobs 2
    muze dataset synth -o house --tracks 2 --genres house,techno --duration 15 --stems
    muze dataset synth -o forms --tracks 100 --duration 60-300 --no-audio
    """
    from muze_synth.corpus.synth import SynthRequest, synthesise

    synthesise(
        run,
        SynthRequest(
            output=output,
            tracks=tracks,
            duration=duration,
            genres=genres,
            vocals=vocals,
            sample_rate=sample_rate,
            stems=stems,
            audio=audio,
            lyrics=lyrics,
            player=player.value,
            soundfont=soundfont,
            seed=0 if seed is None else seed,
            jobs=jobs,
            resume=resume,
            overwrite=overwrite,
            dry_run=dry_run,
        ),
    )
