"""All that was heard as one evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from muze_evaluate import provenance
from muze_evaluate.document import Evaluation, Failure, Figure, Row
from muze_evaluate.recon.pairs import Pair
from muze_evaluate.sets.audio import AudioSet
from muze_evaluate.statistics.bootstrap import LEVEL, RESAMPLES
from muze_evaluate.voice import summary
from muze_evaluate.voice.hearing import PITCH, SIMILARITY, WORDS, Asked, VoiceHeard, provenance_of
from muze_evaluate.voice.likeness import Likeness, likeness
from muze_evaluate.voice.pitch import TOLERANCE_CENTS
from muze_evaluate.voice.request import Request
from muze_evaluate.voice.wanted import Wanted
from muzecli.errors import FailedError

_NO_STEMS = "the mix was listened to where no vocals lie beside a recording: no separator is installed"


@dataclass(frozen=True)
class Task:
    """A recording to listen to.

    Attributes:
        id: of its pair.
        path: its audio.
        wanted: what it was to have; None for a reference, of which the voice alone counts.
        is_track: whether a dataset says what it was to have; else its sidecar is asked.
    """

    id: str
    path: Path
    wanted: Wanted | None
    is_track: bool = False


@dataclass(frozen=True)
class Session:
    """What was asked for, and what was heard.

    Attributes:
        request: as typed.
        asked: what of it was done.
        lacks: why the rest was not, by kind.
        sets: the evaluated one last.
        pairs: which recordings belong together; None where there is no reference.
        tasks: evaluated recordings.
        heard: by file.
        failed: what could not be listened to.
        missing: what has no counterpart, a line each.
    """

    request: Request
    asked: Asked
    lacks: Mapping[str, str]
    sets: Sequence[AudioSet]
    pairs: Sequence[Pair] | None
    tasks: Sequence[Task]
    heard: Mapping[Path, VoiceHeard]
    failed: Sequence[Failure]
    missing: Sequence[str]


def evaluate(session: Session) -> Evaluation:
    """Return all that was found.

    Raises:
        FailedError: nothing could be listened to.
    """
    request, asked, heard = session.request, session.asked, session.heard
    there = sorted((task for task in session.tasks if task.path in heard), key=lambda task: task.id)
    if not there:
        first = session.failed[0]
        raise FailedError(
            f"none of {len(session.tasks)} recordings could be listened to: {first.id}: {first.reason}",
            details={"failed": [asdict(failure) for failure in session.failed]},
        )
    alike = Likeness()
    if SIMILARITY in asked.kinds and session.pairs is not None:
        alike = likeness(
            session.pairs,
            heard,
            embeddings=asked.embeddings,
            one_voice=request.reference is not None,
            seed=request.seed,
        )
    judged = [_judged(task, heard[task.path], alike) for task in there]
    on_mix = any(
        one.measured and not heard[task.path].by_itself for task, one in zip(there, judged, strict=True)
    )
    return Evaluation(
        "voice",
        figures=tuple(_figures(session, alike, judged)),
        rows=tuple(
            Row(one.id, one.values, path=str(task.path), note="; ".join(one.notes))
            for task, one in zip(there, judged, strict=True)
        ),
        failed=tuple(session.failed),
        missing=tuple(session.missing),
        warnings=(_NO_STEMS,) if on_mix and not asked.separate and request.separate_vocals is None else (),
        settings=_settings(request, asked),
        provenance={
            **_of_sets(session),
            "compared": alike.field,
            "device": dict(asked.options).get("device"),
            "extractors": provenance_of(asked),
            "versions": provenance.audio_versions("torch"),
        },
    )


def _judged(task: Task, heard: VoiceHeard, alike: Likeness) -> summary.Judged:
    vector = heard.vectors.get(alike.field) if alike.field else None
    notes = [f"no vector of the voice: {vector.reason}"] if vector is not None and vector.reason else []
    return summary.judged(task.id, heard, similarity=alike.cosines.get(task.id), notes=notes)


def _figures(session: Session, alike: Likeness, judged: Sequence[summary.Judged]) -> list[Figure]:
    seed, lacks = session.request.seed, session.lacks
    figures = list(alike.figures)
    if SIMILARITY in lacks:
        figures.append(Figure(summary.SIMILARITY, None, better="higher", note=lacks[SIMILARITY]))
    if WORDS in (*session.asked.kinds, *lacks):
        note = lacks.get(WORDS) or _why_few("words", [one.words for one in judged])
        figures += summary.word_figures(judged, seed=seed, note=note)
    if PITCH in (*session.asked.kinds, *lacks):
        note = lacks.get(PITCH) or _why_few("notes", [one.pitch for one in judged])
        figures += summary.pitch_figures(judged, seed=seed, note=note)
    return figures


def _why_few(what: str, values: Sequence[object | None]) -> str:
    """Return why some recordings do not count; empty where all do."""
    without = sum(value is None for value in values)
    if not without:
        return ""
    return (
        f"{without} of {len(values)} recordings do not count: nobody says which {what} they were to have, or none were"
        " heard"
    )


def _settings(request: Request, asked: Asked) -> dict[str, Any]:
    return {
        "only": list(request.only),
        "embedding": request.embedding,
        "separate_vocals": asked.separate,
        "whisper_model": request.whisper_model,
        "whisper_full": request.whisper_full,
        "f0_model": request.f0_model,
        "tolerance_cents": TOLERANCE_CENTS,
        "seed": request.seed,
        "level": LEVEL,
        "resamples": RESAMPLES,
    }


def _of_sets(session: Session) -> dict[str, Any]:
    def block(one: AudioSet, paths: Sequence[Path]) -> dict[str, Any]:
        known = [session.heard[path] for path in paths if path in session.heard]
        return provenance.of_set(
            one.name,
            kind=one.kind,
            contents=[each.sha256 for each in known],
            seconds=sum(each.seconds for each in known),
            failed=len(paths) - len(known),
        )

    found = {"evaluated": block(session.sets[-1], [task.path for task in session.tasks])}
    if session.pairs is not None:
        paths = list(dict.fromkeys(pair.reference.path for pair in session.pairs))
        found["reference"] = block(session.sets[0], paths)
    return found
