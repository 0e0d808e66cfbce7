"""The command that plans a song."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from muzecli.options import DryRunOption, OutputOption, OverwriteOption, Run, SeedOption


def plan(
    run: Run,
    prompt: Annotated[
        str,
        typer.Argument(
            metavar="[PROMPT|PLAN|-]", help="What the song is like; or a plan file; '-' is stdin."
        ),
    ] = "",
    template: Annotated[
        str | None,
        typer.Option(
            "--template",
            metavar="NAME|FILE|auto[:DIR]",
            help="The form; auto: the planner model, or the one in DIR, draws one.",
        ),
    ] = None,
    duration: Annotated[
        float | None,
        typer.Option("--duration", min=1, max=3600, metavar="SECONDS", help="Length; to the nearest bar."),
    ] = None,
    genre: Annotated[
        str | None, typer.Option("--genre", metavar="NAME", help="Else the words', else by its mood.")
    ] = None,
    tempo: Annotated[
        float | None, typer.Option("--tempo", min=20, max=400, metavar="BPM", help="Beats a minute.")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", metavar="KEY", help="Such as 'F# minor'.")] = None,
    time_signature: Annotated[
        str | None, typer.Option("--time-signature", metavar="N/D", help="Such as 3/4.")
    ] = None,
    lyrics: Annotated[
        Path | None,
        typer.Option("--lyrics", metavar="FILE", help="Words to sing: text or LRC, with [verse] headings."),
    ] = None,
    language: Annotated[
        str | None, typer.Option("--language", metavar="CODE", help="Of the lyrics, such as en or pl.")
    ] = None,
    seed: SeedOption = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FIELD=VALUE", help="Change the plan: sections.2.energy=0.9."),
    ] = None,
    output: OutputOption = None,
    score: Annotated[
        Path | None, typer.Option("--score", metavar="FILE", help="Write the notes as JSON.")
    ] = None,
    midi: Annotated[
        Path | None, typer.Option("--midi", metavar="FILE", help="Write the notes as a MIDI file.")
    ] = None,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw a piano roll: .png, .svg or .pdf.")
    ] = None,
    preview: Annotated[
        Path | None, typer.Option("--preview", metavar="FILE", help="Play it into an audio file.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            "--engine", metavar="auto|NAME", help="Who plays: sampler needs FluidSynth, plain nothing."
        ),
    ] = "auto",
    soundfont: Annotated[
        Path | None, typer.Option("--soundfont", metavar="FILE", help="SoundFont of the sampler.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show which words decided what, and what decided the rest.")
    ] = False,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Plan a song: tempo, key, sections, chords, instruments; and write its notes.

    Without --output the plan is shown. Given a plan file it is checked, shown, changed by the options, and
    written again. Sections are counted from 0.

    Examples:
    muze plan "energetic electronic dance track with heavy bass" --template verse_chorus --duration 120
    muze plan "slow jazz waltz with brushes, no vocals" -o plan.json --midi waltz.mid --seed 7
    muze plan plan.json --set sections.2.energy=0.9 --key "D minor" -o darker.json
    muze plan "lo-fi beats to study to" --explain --json
    muze plan "punk rock, 170 bpm" --plot roll.png --preview punk.wav --engine plain --duration 12
    """
    from muze_plan.commands.options import PlanOptions
    from muze_plan.commands.plan import run_plan

    run_plan(
        run,
        PlanOptions(
            prompt=prompt,
            template=template,
            duration_s=duration,
            genre=genre,
            tempo_bpm=tempo,
            key=key,
            time_signature=time_signature,
            lyrics=lyrics,
            language=language,
            seed=seed,
            settings=tuple(settings or ()),
            output=output,
            score=score,
            midi=midi,
            plot=plot,
            preview=preview,
            engine=engine,
            soundfont=soundfont,
            explain=explain,
            overwrite=overwrite,
            dry_run=dry_run,
        ),
    )
