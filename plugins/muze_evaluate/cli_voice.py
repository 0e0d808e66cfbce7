"""Whose voice it is, what it sings, and at which pitch."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from muze_evaluate.options import DocumentOption, LimitOption, PartialOption, SplitOption
from muzecli.listening.options import F0Model
from muzecli.options import DeviceOption, JobsOption, OverwriteOption, Run, SeedOption

_MODELS = "Models"


class Kind(StrEnum):
    """What can be measured of a voice."""

    SIMILARITY = "similarity"
    WORDS = "words"
    PITCH = "pitch"


class Embedding(StrEnum):
    """What places voices in a space."""

    AUTO = "auto"
    ECAPA = "ecapa"
    VOICE = "voice"


def voice(
    run: Run,
    audio: Annotated[
        list[str],
        typer.Argument(
            metavar="[REF] EVAL",
            help="Recordings of the voices to be matched, and those that are measured: files, folders or datasets.",
        ),
    ],
    reference: Annotated[
        Path | None,
        typer.Option("--reference", metavar="FILE", help="One recording of the voice that all are to have."),
    ] = None,
    only: Annotated[
        list[Kind] | None, typer.Option("--only", help="Measure this alone; may be given again.")
    ] = None,
    split: SplitOption = None,
    limit: LimitOption = None,
    embedding: Annotated[
        Embedding,
        typer.Option("--embedding", help="Which vectors of voices are compared.", rich_help_panel=_MODELS),
    ] = Embedding.AUTO,
    separate_vocals: Annotated[
        bool | None,
        typer.Option(
            "--separate-vocals/--mix",
            help="Listen to separated vocals; else it is done where a separator is installed.",
            rich_help_panel=_MODELS,
        ),
    ] = None,
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
        typer.Option("--f0-model", help="What finds the pitch of voices.", rich_help_panel=_MODELS),
    ] = None,
    partial: PartialOption = False,
    seed: SeedOption = 0,
    device: DeviceOption = "auto",
    jobs: JobsOption = 1,
    output: DocumentOption = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Measure voices: likeness to a reference, word error rate of the lyrics, and accuracy of the melody.

    REF and EVAL are paired by their paths. Likeness needs a model of voices, words need a recogniser; what is not
    there is left out, and the command says how to get it. Words and notes to compare with come from a song's plan,
    from a dataset that was made, or from a text beside the song. Vocals that lie beside a song are listened to
    instead of the mix.

    Examples:
    muze evaluate voice corpus --only pitch
    muze evaluate voice corpus --only pitch --f0-model yin -o voice.json
    """
    from muze_evaluate.commands.voice import Request, measured

    request = Request(
        audio=audio,
        reference=reference,
        only=tuple(kind.value for kind in only or ()),
        split=None if split is None else split.value,
        most=limit,
        embedding=embedding.value,
        separate_vocals=separate_vocals,
        whisper_model=whisper_model,
        whisper_full=whisper_full,
        f0_model=None if f0_model is None else f0_model.value,
        partial=partial,
        jobs=jobs,
        device=device,
        seed=0 if seed is None else seed,
        output=output,
        overwrite=overwrite,
    )
    measured(run, request)
