"""`muze generate --batch`: a folder of songs. The same command again goes on with those that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from muze_generate.asking.checks import check_request
from muze_generate.asking.request import GenerateRequest
from muze_generate.batch.reading import BatchSong, read_batch
from muze_generate.generate import Outcome, prepare, render
from muze_generate.playing.judging import can_rank, panel
from muze_generate.writing.documents import SCHEMA, configuration_of
from muze_generate.writing.targets import Targets, targets_of
from muzecli.batch import BatchResult, run_batch
from muzecli.batch import Outcome as ItemOutcome
from muzecli.errors import FailedError, InterruptedRunError, MuzeError
from muzecli.files import STDIO, made_folder
from muzecli.jobs import check_job, close_job, locked, open_job, unfinished_job
from muzecli.options import Resolved, Run
from muzecli.seeds import resolve_seed
from muzecli.sidecar import find_sidecar

_NOT_CONFIGURATION = frozenset({"output", "jobs", "resume", "overwrite", "dry_run", "batch"})


@dataclass(frozen=True)
class Item:
    """One song to make; crosses process boundaries.

    Attributes:
        run: the run, with the song's options.
        song: what is asked for.
        audio: the file that it becomes.
    """

    run: Run
    song: BatchSong
    audio: Path


@dataclass(frozen=True)
class Made:
    """What a worker says about its song.

    Attributes:
        rows: what `--json` says about its files.
        said: warnings, remarks and what the engine fell to.
    """

    rows: tuple[Mapping[str, Any], ...]
    said: tuple[str, ...]


def generate_batch(run: Run, request: GenerateRequest) -> None:
    """Make every song of a file.

    Raises:
        FailedError: some songs failed; the others are there.
        InterruptedRunError: the user stopped it.
        MuzeError: with the exit code of what is wrong with the file or the options, before anything is made.
    """
    check_request(request)
    folder = Path(request.output or ("songs" if request.batch == STDIO else Path(str(request.batch)).stem))
    seed, drawn = _seed(request, folder)
    songs = read_batch(replace(request, output=f"{folder}/"), seed)
    if any(song.request.candidates > 1 for song in songs):
        panel(
            request.scorer, request.rank_by, device=request.device
        )  # who cannot judge fails no song after another
    configuration = _configuration(request, seed)
    if request.resume:
        check_job(folder, configuration)
    done: list[Path] = []
    left: list[Item] = []
    for song in songs:
        targets, is_done = _targets(song, resume=request.resume)
        assert targets.audio is not None
        if is_done:
            done.append(targets.audio)
        else:
            left.append(Item(_run_of(run, song), song, targets.audio))
    if drawn:
        run.console.notice(f"seed {seed}")
    if done:
        run.console.notice(f"{len(done)} of {len(songs)} are done already")
    if request.dry_run:
        _show(run, left)
        return
    with made_folder(folder), locked(folder):
        if left:
            open_job(folder, configuration, resume=request.resume)
        result = _make_all(run, left, request.jobs)
        _report(run, folder, done, left, result)


def work(item: Item) -> Made:
    """Make one song."""
    said: list[str] = []
    prepared = prepare(item.run, item.song.request, say=said.append)
    outcome: Outcome = render(prepared, on_progress=lambda share: None)
    song = prepared.song
    return Made(tuple(outcome.rows()), (*said, *song.remarks, *outcome.warnings))


def _seed(request: GenerateRequest, folder: Path) -> tuple[int, bool]:
    """Return the run's seed, and whether it was drawn; an unfinished run goes on with its own."""
    before = unfinished_job(folder) if request.resume and request.seed is None else None
    if before is not None and isinstance(before.get("seed"), int):
        return int(before["seed"]), False
    return resolve_seed(request.seed), request.seed is None


def _configuration(request: GenerateRequest, seed: int) -> dict[str, Any]:
    """Return all that decides the results but the songs themselves; a file of songs may grow while a job is open."""
    values = {name: value for name, value in asdict(request).items() if name not in _NOT_CONFIGURATION}
    return {**values, "seed": seed}


def _targets(song: BatchSong, *, resume: bool) -> tuple[Targets, bool]:
    """Return where a song goes, and whether it is there already, made by the same configuration.

    Raises:
        OutputExistsError: something else is there.
    """
    request = song.request
    keep_all = request.keep_candidates or not can_rank(request.scorer, request.rank_by)
    free = targets_of(replace(request, overwrite=True), keep_all=keep_all)
    sidecar = find_sidecar(free.audio) if resume and free.audio is not None and free.audio.is_file() else None
    if sidecar is not None and sidecar.get("configuration") == configuration_of(request, _int(request.seed)):
        return free, True
    return targets_of(request, keep_all=keep_all), False


def _int(seed: int | None) -> int:
    assert seed is not None  # reading a batch gives every song one
    return seed


def _run_of(run: Run, song: BatchSong) -> Run:
    """Return the run with the song's options, so that its sidecar can make it again."""
    own = {
        name: Resolved(getattr(song.request, name), song.place) for name in song.said if name in run.options
    }
    seed = {"seed": Resolved(song.request.seed, song.place)} if "seed" in run.options else {}
    return replace(run, options={**run.options, **own, **seed})


def _make_all(run: Run, items: Sequence[Item], jobs: int) -> BatchResult[Item]:
    heard: set[str] = set()  # what every song says is said once

    def tell(outcome: ItemOutcome[Item]) -> None:
        if outcome.error is not None:
            if len(items) > 1:  # a single one's error ends the run and is told there
                run.console.warn(f"failed: {outcome.item.song.place}: {outcome.error.message}")
            return
        for text in outcome.result.said:
            if text not in heard:
                heard.add(text)
                run.console.warn(text)
        for item in outcome.result.rows:
            run.console.result(str(item["path"]))

    if not items:
        return BatchResult((), False)
    return run_batch(
        items,
        work,
        jobs=min(jobs, len(items)),
        console=run.console,
        label="generating",
        name=lambda item: item.audio.name,
        on_outcome=tell,
    )


def _report(
    run: Run, folder: Path, done: Sequence[Path], left: Sequence[Item], result: BatchResult[Item]
) -> None:
    good = [outcome for outcome in result.outcomes if outcome.error is None]
    bad = [outcome for outcome in result.outcomes if outcome.error is not None]
    failures = [_failure(outcome) for outcome in bad]
    for path in done:
        run.console.result(str(path))
    stopped = result.stopped and len(result.outcomes) < len(left)
    run.console.document(
        SCHEMA,
        {
            "folder": str(folder),
            "outputs": [dict(row) for outcome in good for row in outcome.result.rows],
            "done_before": [str(path) for path in done],
            "failures": failures,
            "interrupted": stopped,
        },
    )
    if stopped:
        raise InterruptedRunError(
            f"stopped after {len(good)} of {len(left)} songs; what is finished is in {folder}",
            hint="the same command again goes on with the rest",
        )
    close_job(folder)
    if len(bad) == 1 and not good and not done:
        raise cast(MuzeError, bad[0].error)
    if bad:
        raise FailedError(
            f"{len(bad)} of {len(result.outcomes) + len(done)} songs failed",
            hint="each is named above, with its fault",
            details={"failures": failures},
        )


def _failure(outcome: ItemOutcome[Item]) -> dict[str, Any]:
    error = cast(MuzeError, outcome.error)
    return {"song": outcome.item.song.place, "message": error.message, "exit_code": int(error.exit_code)}


def _show(run: Run, items: Sequence[Item]) -> None:
    """Say what would be made."""
    rows = [
        (item.audio, item.song.request.seed, item.song.request.prompt or item.song.request.plan or "")
        for item in items
    ]
    run.console.table(("file", "seed", "prompt"), rows)
    outputs = [{"path": str(path), "seed": seed, "prompt": prompt} for path, seed, prompt in rows]
    run.console.document(SCHEMA, {"dry_run": True, "outputs": outputs})
