"""Make a dataset of recordings."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muzecli.listening.options import F0Model
from muzecli.options import DeviceOption, DryRunOption, JobsOption, OverwriteOption, ResumeOption, Run

_MODELS = "Models"
_LIMITS = "Limits"


class RunnerName(StrEnum):
    """Who works on the tracks."""

    LOCAL = "local"
    RAY = "ray"


def build(
    run: Run,
    audio_dir: Annotated[
        Path, typer.Argument(metavar="AUDIO_DIR", help="A folder with recordings, in it or below it.")
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="The dataset: .json, .jsonl or .parquet."),
    ],
    features: Annotated[
        str,
        typer.Option(
            "--features", metavar="all|light|A,B,...", help="What to find: extractors or fields, by name."
        ),
    ] = "all",
    max_tracks: Annotated[
        int | None, typer.Option("--max-tracks", min=1, metavar="N", help="Only the first N files.")
    ] = None,
    separate_vocals: Annotated[
        bool,
        typer.Option(
            "--separate-vocals", help="Measure voices on separated vocals.", rich_help_panel=_MODELS
        ),
    ] = False,
    whisper_model: Annotated[
        str | None,
        typer.Option(
            "--whisper-model", metavar="NAME|PATH", help="What recognises lyrics.", rich_help_panel=_MODELS
        ),
    ] = None,
    whisper_full: Annotated[
        bool,
        typer.Option(
            "--whisper-full",
            help="Let it hear whole songs, and not the sung parts alone.",
            rich_help_panel=_MODELS,
        ),
    ] = False,
    f0_model: Annotated[
        F0Model | None,
        typer.Option(
            "--f0-model",
            help="What finds the pitch of voices; else as the recording asks for.",
            rich_help_panel=_MODELS,
        ),
    ] = None,
    clap_model: Annotated[
        str | None,
        typer.Option(
            "--clap-model",
            metavar="NAME|PATH",
            help="What embeds audio and prompts.",
            rich_help_panel=_MODELS,
        ),
    ] = None,
    llm_url: Annotated[
        str | None,
        typer.Option(
            "--llm-url",
            metavar="URL",
            help="An OpenAI-style or Ollama endpoint that writes prompts.",
            rich_help_panel=_MODELS,
        ),
    ] = None,
    llm_model: Annotated[
        str | None,
        typer.Option(
            "--llm-model", metavar="NAME", help="The model it is asked for.", rich_help_panel=_MODELS
        ),
    ] = None,
    device: DeviceOption = "auto",
    batch_size: Annotated[
        int,
        typer.Option(
            "--batch-size",
            min=1,
            metavar="N",
            help="Windows a model is given at once.",
            rich_help_panel=_MODELS,
        ),
    ] = 16,
    jobs: JobsOption = 1,
    runner: Annotated[
        RunnerName, typer.Option("--runner", help="Processes on this machine, or a Ray cluster.")
    ] = RunnerName.LOCAL,
    ray_address: Annotated[
        str | None,
        typer.Option("--ray-address", metavar="ADDRESS", help="Of the cluster; else as RAY_ADDRESS says."),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="S", help="How long a track may take.", rich_help_panel=_LIMITS),
    ] = 900.0,
    memory_limit: Annotated[
        int,
        typer.Option(
            "--memory-limit", metavar="MB", help="What each worker may take.", rich_help_panel=_LIMITS
        ),
    ] = 4096,
    max_failures: Annotated[
        int | None,
        typer.Option(
            "--max-failures",
            min=0,
            metavar="N",
            help="Stop when more files than this fail.",
            rich_help_panel=_LIMITS,
        ),
    ] = None,
    resume: ResumeOption = True,
    overwrite: OverwriteOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Annotate all recordings below a folder: tags, tempo, beats, key, chords, sections, voices, words and more.

    What is found is kept in a hidden folder beside the output. So a build that is stopped goes on where it was, a
    second one does only what is new or changed, and a dataset that is there is brought up to date. A file that
    fails stops nothing: it is listed in NAME.failures.jsonl with its reason, and the exit code is 1.

    Examples:
    muze dataset build songs -o songs.json -j 4
    muze dataset build songs -o light.jsonl --features light
    muze dataset build songs -o songs.json --dry-run
    """
    from muze_dataset.build.build import build as build_dataset
    from muze_dataset.build.request import BuildRequest

    build_dataset(
        run,
        BuildRequest(
            audio_dir=audio_dir,
            output=output,
            features=features,
            jobs=jobs,
            device=device,
            batch_size=batch_size,
            max_tracks=max_tracks,
            separate_vocals=separate_vocals,
            whisper_model=whisper_model,
            whisper_full=whisper_full,
            f0_model=f0_model.value if f0_model else None,
            clap_model=clap_model,
            llm_url=llm_url,
            llm_model=llm_model,
            timeout=timeout,
            memory_limit=memory_limit,
            max_failures=max_failures,
            runner=runner.value,
            ray_address=ray_address,
            resume=resume,
            overwrite=overwrite,
            dry_run=dry_run,
        ),
    )
