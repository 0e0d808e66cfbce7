"""What sidecars hold, what `--json` prints, and the plan as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from muze_generate.asking.request import GenerateRequest
from muze_generate.asking.sources import GENERATION
from muze_generate.playing.judging import Panel
from muze_generate.playing.player import Player
from muze_generate.playing.takes import Take, scores_document
from muze_generate.song import Song
from muze_generate.writing.files import Sidecar, Written
from muzecli.files import STDIO, file_sha256, kind_of
from muzecli.options import Run
from muzecli.sidecar import configuration_id, sidecar_document
from muzecli.song.documents import plan_document
from muzecli.song.documents.plans import bar_text
from muzecli.song.plan import Plan

SCHEMA = "muze.generate/1"

_FREE = frozenset({"output", "midi", "seed", "batch", "jobs", "resume", "overwrite", "dry_run", "name"})
"""Options that change where results go and not what they are."""
_FILES = ("plan", "init_audio", "continue_from", "of", "soundfont", "template")


def configuration_of(request: GenerateRequest, seed: int) -> str:
    """Return a short hash of all that decides a song: its options, its seed, and the content of files among them."""
    content: dict[str, Any] = {
        item.name: getattr(request, item.name) for item in fields(request) if item.name not in _FREE
    }
    for name in _FILES:
        value = content[name]
        if value is not None and value != STDIO and kind_of(value) == "file":
            content[name] = file_sha256(Path(value))
    return configuration_id({**content, "seed": seed})


def sidecars(
    run: Run, configuration: str, song: Song, player: Player, made: Sequence[Take], panel: Panel | None
) -> Sidecar:
    """Return what makes the documents beside the audio files of a song."""
    judges = {"scorer": None, "judge": None} if panel is None else panel.document()
    candidates = {**judges, "takes": scores_document(made)} if len(made) > 1 else None

    def document(take: Take, audio: str) -> Mapping[str, Any]:
        generation = {
            "engine": player.name,
            "engine_options": player.options,
            "device": player.device,
            **song.work.document(),
            "take": take.number,
            "candidates": candidates,
        }
        return sidecar_document(
            run,
            audio=audio,
            seed=take.seed,
            configuration=configuration,
            inputs=song.work.inputs,
            weights=take.weights,
            loudness=take.finished.loudness,
            warnings=take.finished.warnings,
            plan=plan_document(song.work.song),
            **{GENERATION: generation},
        )

    return document


def row(written: Written, player: str) -> dict[str, Any]:
    """Return what `--json` says about one audio file."""
    take = written.take
    return {
        "path": None if written.audio is None else str(written.audio),
        "sidecar": None if written.sidecar is None else str(written.sidecar),
        "stems": [str(path) for path in written.stems],
        "seed": take.seed,
        "take": take.number,
        "score": take.marks.score,
        "adherence": take.adherence,
        "engine": player,
        "duration_s": round(written.duration_s, 6),
        "rate_hz": take.finished.rate_hz,
        "channels": written.channels,
        "loudness": dict(take.finished.loudness),
        "warnings": list(take.finished.warnings),
    }


def heading(plan: Plan) -> str:
    """Return one line that says what a plan is."""
    voices = ", ".join(plan.instruments) or "nobody"
    return (
        f"{plan.genre}, {plan.tempo_bpm:g} bpm, {plan.key}, {plan.time_signature}, {plan.bars} bars,"
        f" {plan.duration_s:.1f} s: {voices}"
    )


PLAN_COLUMNS = ("section", "type", "bars", "from s", "to s", "energy", "vocals", "chords")


def plan_rows(plan: Plan) -> list[tuple[object, ...]]:
    """Return a row for each section of a plan."""
    return [
        (
            number,
            section.type,
            section.bars,
            f"{span.start_s:.1f}",
            f"{span.end_s:.1f}",
            f"{section.energy:.2f}",
            "yes" if section.has_vocals else "no",
            " | ".join(map(bar_text, section.chords[:4])) + (" …" if len(section.chords) > 4 else ""),
        )
        for number, (section, span) in enumerate(zip(plan.sections, plan.spans, strict=True))
    ]
