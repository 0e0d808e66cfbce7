"""`muze evaluate control`: read the plans, listen to the songs, compare, tell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from muze_evaluate.control.listening import Listened, hear, installed, one_thread_each
from muze_evaluate.control.songs import Group, Song, groups_of
from muze_evaluate.control.summary import Results, doubts, figures_and_rows
from muze_evaluate.document import Evaluation, Failure, Figure, Row
from muze_evaluate.provenance import audio_versions, digest, of_set
from muze_evaluate.statistics.bootstrap import LEVEL, RESAMPLES
from muze_evaluate.telling import check_output, tell
from muzecli.batch import Outcome, run_batch
from muzecli.device import check_device_name, choose_device
from muzecli.errors import FailedError, InterruptedRunError
from muzecli.listening.options import options_with
from muzecli.options import Run

METRIC = "control"


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes:
        inputs: folders, datasets and audio files.
        chance: whether to measure against other songs' plans, too.
        most: songs of each input; None for all.
        seed: of intervals and of chance.
        device: where models run.
        jobs: songs at a time.
        output: where the document goes.
        overwrite: whether it may replace another.
    """

    inputs: Sequence[Path]
    chance: bool = True
    most: int | None = None
    seed: int = 0
    device: str = "auto"
    jobs: int = 1
    output: Path | None = None
    overwrite: bool = False


def control(run: Run, request: Request) -> None:
    """Measure songs against their plans.

    Raises:
        MuzeError: an input is missing or has no plans, or the document cannot be written.
        FailedError: songs could not be measured; the others are told by then.
        InterruptedRunError: the user asked to stop.
    """
    check_output(request.output, overwrite=request.overwrite)
    check_device_name(request.device)
    groups = groups_of(request.inputs, most=request.most)
    device = choose_device(request.device).name  # imports torch, which a wrong input need not wait for
    outcomes = _heard([song for group in groups for song in group.songs], run, request.jobs, device)
    tell(
        run,
        _evaluation(groups, outcomes, request, device),
        output=request.output,
        overwrite=request.overwrite,
    )


def _heard(songs: Sequence[Song], run: Run, jobs: int, device: str) -> dict[tuple[str, str], Outcome[Song]]:
    """Return what became of each song, by group and id."""
    with one_thread_each():
        result = run_batch(
            songs,
            partial(hear, device=device),
            jobs=min(jobs, len(songs)),
            console=run.console,
            label="listening",
            name=lambda song: song.id,
            on_outcome=lambda outcome: None,
        )
    if result.stopped and len(result.outcomes) < len(songs):
        raise InterruptedRunError(
            f"stopped after {len(result.outcomes)} of {len(songs)} songs", hint="nothing was written"
        )
    return {(outcome.item.group, outcome.item.id): outcome for outcome in result.outcomes}


def _set_of(group: Group, heard: Sequence[tuple[Song, Listened]]) -> dict[str, Any]:
    """Return what the document says of a group; `plans` is a digest of each song's content with its plan."""
    block = of_set(
        group.name,
        kind=group.kind,
        contents=[listened.sha256 for _, listened in heard],
        seconds=sum(listened.measured.duration_s for _, listened in heard),
        failed=len(group.songs) - len(heard),
    )
    held = (f"{listened.sha256} {song.planned.sha256} {song.start_s!r}" for song, listened in heard)
    return {**block, "plans": digest(hashlib.sha256(pair.encode()).hexdigest() for pair in held)}


def _evaluation(
    groups: Sequence[Group],
    outcomes: dict[tuple[str, str], Outcome[Song]],
    request: Request,
    device: str,
) -> Evaluation:
    figures: list[Figure] = []
    rows: list[Row] = []
    failed: list[Failure] = []
    sets = []
    warnings = []
    for group in groups:
        heard: list[tuple[Song, Listened]] = []
        for song in group.songs:
            outcome = outcomes[(group.name, song.id)]
            if outcome.error is None:
                heard.append((song, outcome.result))
            else:
                failed.append(Failure(song.id, outcome.error.line, group.name))
        sets.append(_set_of(group, heard))
        if not heard:
            continue
        results = Results(
            group.name, tuple(song for song, _ in heard), tuple(listened.measured for _, listened in heard)
        )
        warnings += doubts(results)
        has_others = len({song.planned for song in results.songs}) > 1
        if request.chance and not has_others:
            warnings.append(f"{group.name}: chance takes at least two songs with different plans")
        found = figures_and_rows(results, chance=request.chance and has_others, seed=request.seed)
        figures += found[0]
        rows += found[1]
    if not figures:
        first = failed[0]
        raise FailedError(
            f"none of {len(failed)} songs could be measured; {first.id}: {first.reason}",
            details={"failed": [asdict(failure) for failure in failed]},
        )
    equipped = installed(device)
    return Evaluation(
        metric=METRIC,
        figures=tuple(figures),
        rows=tuple(rows),
        failed=tuple(failed),
        missing=tuple(f"a plan of {group.name}/{name}" for group in groups for name in group.without_plan),
        warnings=tuple(warnings),
        settings={
            "chance": request.chance,
            "seed": request.seed,
            "level": LEVEL,
            "resamples": RESAMPLES,
            "most": request.most,
        },
        provenance={
            "sets": sets,
            "device": device,
            "extractors": equipped.provenance(options_with({"device": device})),
            "unheard": dict(equipped.unheard),
            "versions": audio_versions("torch"),
        },
    )
