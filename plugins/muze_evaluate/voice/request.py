"""What is asked of `muze evaluate voice`, and what of it can be done here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from muze_evaluate.telling import check_output
from muze_evaluate.voice.hearing import (
    EMBEDDINGS,
    KINDS,
    PITCH,
    SIMILARITY,
    WORDS,
    Asked,
    lacking,
    separator_here,
)
from muzecli.device import check_device_name
from muzecli.errors import UnavailableError, UsageError


@dataclass(frozen=True)
class Request:
    """What is asked of `muze evaluate voice`.

    Attributes:
        audio: the evaluated set, or the reference and it.
        reference: one recording of the voice that all are to have.
        only: of `KINDS`; empty for all.
        split: only a dataset's tracks of this split.
        most: at most so many recordings, spread over all; None for all.
        embedding: "auto", "ecapa" or "voice".
        separate_vocals: listen to separated vocals; None where a separator is there.
        whisper_model: the recogniser's model.
        whisper_full: let it hear whole songs.
        f0_model: what finds pitches.
        partial: go on without what has no counterpart.
        jobs: processes.
        device: where models run.
        seed: of the intervals.
        output: where the document goes.
        overwrite: whether it may be replaced.
    """

    audio: Sequence[str]
    reference: Path | None = None
    only: tuple[str, ...] = ()
    split: str | None = None
    most: int | None = None
    embedding: str = "auto"
    separate_vocals: bool | None = None
    whisper_model: str | None = None
    whisper_full: bool = False
    f0_model: str | None = None
    partial: bool = False
    jobs: int = 1
    device: str = "auto"
    seed: int = 0
    output: Path | None = None
    overwrite: bool = False


def checked(request: Request) -> Asked:
    """Check all options that need nothing to be read, and return what they ask of extractors.

    Raises:
        UsageError: they contradict each other.
        UnavailableError: a separator is asked for, and none is installed.
        OutputExistsError, OutputError: the document cannot be written.
    """
    check_device_name(request.device)
    check_output(request.output, overwrite=request.overwrite)
    if not 1 <= len(request.audio) <= 2:
        raise UsageError(
            f"there must be one argument, EVAL, or two, REF and EVAL; found {len(request.audio)}"
        )
    if request.reference is not None and len(request.audio) == 2:
        raise UsageError("--reference and REF exclude each other: give one voice for all, or one for each")
    paired = request.reference is not None or len(request.audio) == 2
    kinds = request.only or tuple(kind for kind in KINDS if paired or kind != SIMILARITY)
    if SIMILARITY in kinds and not paired:
        raise UsageError(
            "--only similarity needs something to be like", hint="give REF and EVAL, or --reference FILE"
        )
    if request.separate_vocals and not separator_here():
        raise UnavailableError(
            "--separate-vocals needs a separator, and none is installed",
            hint="a package must register one under muze.separators; --mix does without",
        )
    separate = separator_here() if request.separate_vocals is None else request.separate_vocals
    embeddings = tuple(EMBEDDINGS) if request.embedding == "auto" else (request.embedding,)
    options = {
        "whisper_model": request.whisper_model,
        "whisper_full": request.whisper_full,
        "f0_model": request.f0_model,
    }
    return Asked(tuple(kind for kind in KINDS if kind in kinds), embeddings, separate, tuple(options.items()))


def able(asked: Asked) -> tuple[Asked, dict[str, str]]:
    """Return what can be done of what is asked, and why the rest cannot, by kind.

    Raises:
        UnavailableError: nothing of it can, or what was asked for by name is not there.
    """
    options = asked.all_options()
    lacks: dict[str, str] = {}
    embeddings: tuple[str, ...] = ()
    if SIMILARITY in asked.kinds:
        reasons = {name: lacking(name, options) for name in asked.embeddings}
        embeddings = tuple(name for name, reason in reasons.items() if reason is None)
        if not embeddings:
            lacks[SIMILARITY] = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
    for kind, name in ((WORDS, "lyrics"), (PITCH, "pitch")):
        reason = lacking(name, options) if kind in asked.kinds else None
        if reason is not None:
            lacks[kind] = reason
    kinds = tuple(kind for kind in asked.kinds if kind not in lacks)
    if not kinds:
        raise UnavailableError(
            "nothing of what was asked for can be measured here: "
            + "; ".join(f"{kind}: {reason}" for kind, reason in lacks.items()),
            hint="`muze doctor` lists what is missing, and how to get it",
        )
    return replace(asked, kinds=kinds, embeddings=embeddings), lacks
