"""`muze evaluate voice`: what was sung against what was to be sung, and by whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from muze_evaluate.document import Failure
from muze_evaluate.recon import pairs as pairing
from muze_evaluate.recon.pairs import Pair
from muze_evaluate.sets.audio import AudioSet
from muze_evaluate.telling import tell
from muze_evaluate.voice.evaluation import Session, Task, evaluate
from muze_evaluate.voice.hearing import PITCH, SIMILARITY, Asked, VoiceHeard, hear
from muze_evaluate.voice.request import Request, able, checked
from muze_evaluate.voice.stems import is_stem
from muze_evaluate.voice.wanted import Wanted, wanted_of_file, wanted_of_track
from muzecli.batch import Outcome, run_batch
from muzecli.device import choose_device
from muzecli.errors import FailedError, InterruptedRunError, UnavailableError, UsageError
from muzecli.options import Run
from muzecli.song.dataset import open_dataset

__all__ = ["Request", "measured"]


def measured(run: Run, request: Request) -> None:
    """Measure, print and write.

    Raises:
        UsageError, InputMissingError, BadDataError: what was asked for cannot be.
        UnavailableError: nothing of it can be measured with what is installed.
        FailedError: recordings could not be measured; the rest has been told by then.
        InterruptedRunError: the user asked to stop.
    """
    asked = checked(request)
    sets, pairs, missing = _recordings(request)
    asked, lacks = able(asked)
    asked = replace(asked, options=(*asked.options, ("device", choose_device(request.device).name)))
    tasks = _tasks(sets[-1], pairs)
    others: list[Task] = []
    if SIMILARITY in asked.kinds:
        evaluated = {task.path for task in tasks}
        references = {pair.reference.path: pair.id for pair in pairs or ()}
        others = [Task(name, path, None) for path, name in references.items() if path not in evaluated]
    heard, failed = _listened(run, request, asked, [*others, *tasks])
    evaluation = evaluate(Session(request, asked, lacks, sets, pairs, tasks, heard, failed, missing))
    tell(run, evaluation, output=request.output, overwrite=request.overwrite)
    if all(figure.value is None for figure in evaluation.figures):
        reasons = "; ".join(dict.fromkeys(figure.note for figure in evaluation.figures if figure.note))
        kind = UnavailableError if lacks else FailedError
        raise kind(f"none of what was asked for could be measured: {reasons}")


# ---- before ----


def _recordings(request: Request) -> tuple[tuple[AudioSet, ...], tuple[Pair, ...] | None, list[str]]:
    """Return the sets, the evaluated one last; which recordings belong together, if any do; and what is missing."""
    sets = tuple(_songs(pairing.recordings_of(text, split=request.split)) for text in request.audio)
    if request.reference is not None:
        single = pairing.recordings_of(str(request.reference))
        if single.kind != "file":
            raise UsageError(f"--reference must be one recording, and {request.reference} is a {single.kind}")
        sets = (single, *sets)
    missing = pairing.check_whole(sets, partial=request.partial)
    if request.reference is not None:
        (voice,) = sets[0].items
        items = pairing.spread(sets[1].items, request.most)
        return sets, tuple(Pair(item.id, voice, item) for item in items), missing
    if len(sets) == 1:
        items = pairing.spread(sets[0].items, request.most)
        return (replace(sets[0], items=tuple(items)),), None, missing
    paired = pairing.pair_up(*sets)
    missing += pairing.check_paired(paired, sets[0].name, sets[1].name, partial=request.partial)
    return sets, tuple(pairing.spread(paired.pairs, request.most)), missing


def _songs(one: AudioSet) -> AudioSet:
    """Return a folder's songs without their stems, which are parts of them and no songs of their own."""
    if one.kind != "folder":
        return one
    songs = tuple(item for item in one.items if not is_stem(Path(item.id)))
    return replace(one, items=songs or one.items)


def _tasks(evaluated: AudioSet, pairs: Sequence[Pair] | None) -> list[Task]:
    """Return the recordings to be measured, each with what a dataset says that it was to have."""
    tracks: dict[str, Wanted] = {}
    if evaluated.kind == "dataset":
        tracks = {track.track_id: wanted_of_track(track) for track in open_dataset(Path(evaluated.name))}
    named = (
        [(item.id, item) for item in evaluated.items]
        if pairs is None
        else [(pair.id, pair.evaluated) for pair in pairs]
    )
    return [Task(name, item.path, tracks.get(item.id, Wanted()), item.id in tracks) for name, item in named]


# ---- the work ----


def _listened(
    run: Run, request: Request, asked: Asked, tasks: Sequence[Task]
) -> tuple[dict[Path, VoiceHeard], list[Failure]]:
    """Return what was heard, by file, and what could not be listened to."""
    heard: dict[Path, VoiceHeard] = {}
    failed: list[Failure] = []

    def on_outcome(outcome: Outcome[Task]) -> None:
        if outcome.error is None:
            heard[outcome.item.path] = outcome.result
        else:
            reason = outcome.error.line.removeprefix(f"{outcome.item.path}: ")
            side = " (reference)" if outcome.item.wanted is None else ""
            failed.append(Failure(f"{outcome.item.id}{side}", reason))

    result = run_batch(
        tasks,
        partial(_hear, asked),
        jobs=request.jobs,
        console=run.console,
        label="listening",
        name=lambda task: task.id,
        on_outcome=on_outcome,
    )
    if result.stopped and len(result.outcomes) < len(tasks):
        raise InterruptedRunError(f"stopped after {len(result.outcomes)} of {len(tasks)} recordings")
    return heard, sorted(failed, key=lambda failure: failure.id)


def _hear(asked: Asked, task: Task) -> VoiceHeard:
    """Listen to one recording, in whatever process."""
    wanted = task.wanted
    if wanted is not None and not task.is_track:
        wanted = wanted_of_file(task.path, melody=PITCH in asked.kinds)
    return hear(task.path, asked, wanted)
