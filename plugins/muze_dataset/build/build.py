"""`muze dataset build`: look at the files, find what is missing, join what was found.

What is found is kept under keys that say all it rests on, and the dataset is put together from it in the order of
paths. So a build that was stopped or killed at any moment goes on where it was, and ends as the same bytes; so does
one with other --jobs; and a second build of the same folder does only what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from muze_dataset.build.candidates import Walk
from muze_dataset.build.inventory import Inventory, Seen, opened
from muze_dataset.build.items import item_path
from muze_dataset.build.join import failures_file, files_beside, join, write_beside, write_failures
from muze_dataset.build.keys import digest_of, keys_at
from muze_dataset.build.place import (
    Built,
    check_place,
    is_as_built,
    load_built,
    publish,
    save_built,
    status_of,
    tidy,
)
from muze_dataset.build.preview import say_preview
from muze_dataset.build.request import BuildRequest, Settings, checked
from muze_dataset.build.runners.runner import runner_for
from muze_dataset.build.scan import scan
from muze_dataset.build.tally import summary_lines
from muze_dataset.build.units import Outcome, Place, Task, Unit
from muzecli.errors import FailedError, InputMissingError, InterruptedRunError
from muzecli.files import file_sha256, made_folder
from muzecli.interrupts import StopFlag, graceful
from muzecli.jobs import close_job, locked, open_job
from muzecli.options import Run

SCHEMA = "muze.dataset-build/1"
_MOST_THREADS = 16  # that read files at once: more of them only make a disk seek


def build(run: Run, request: BuildRequest) -> None:
    """Build the dataset that was asked for, or bring it up to date.

    Raises:
        UsageError: an option makes no sense.
        InputMissingError: there is no audio to annotate.
        OutputExistsError: a file stands in the output's place that may not be replaced.
        OutputError: what is found cannot be kept, or the dataset not be written.
        ConfigError: an unfinished build of another configuration is there.
        TemporaryError: another build is at work there.
        FailedError: some files failed; the others are in the dataset.
        InterruptedRunError: stopped; the same command goes on.
    """
    settings = checked(request, run.console)
    configuration = settings.configuration()
    going_on = check_place(
        settings.output,
        settings.state,
        configuration,
        files_beside(settings.output),
        resume=request.resume,
        overwrite=request.overwrite,
    )
    candidates = sum(1 for _ in islice(Walk(settings.folder), request.max_tracks))
    if not candidates:
        raise InputMissingError(
            f"there is no audio file in {request.audio_dir} or below it",
            hint="muze goes by the endings of names, such as .wav, .flac and .mp3",
        )
    if request.dry_run:
        say_preview(run, settings)
        return
    with made_folder(settings.state.folder), locked(settings.state.folder):
        if going_on:
            tidy(settings.output, settings.state, files_beside(settings.output))
        before = load_built(settings.state)
        finished = before is not None and not going_on and is_as_built(settings.output, before)
        with opened(settings.state.inventory) as inventory:
            if not request.resume:
                inventory.forget()
            work = _Build(run, settings, inventory)
            work.look(candidates)
            if finished and before is not None and work.is_done(before):
                work.say_nothing_to_do(before)
                return
            open_job(settings.state.folder, configuration, resume=request.resume)
            work.find()
            work.conclude()


class _Build:
    """One build, from files to the dataset."""

    def __init__(self, run: Run, settings: Settings, inventory: Inventory) -> None:
        self._run, self._settings, self._inventory = run, settings, inventory
        self._measured = 0

    def look(self, candidates: int) -> None:
        """Bring the inventory up to date."""
        walk = Walk(self._settings.folder)
        with (
            graceful(self._explain("stopping")) as stop,
            self._run.console.progress("reading files", candidates) as progress,
        ):
            finished = scan(
                self._inventory,
                self._settings.folder,
                islice(walk, self._settings.request.max_tracks),
                threads=min(self._settings.request.jobs, _MOST_THREADS),
                stop=stop,
                on_file=lambda path: progress.advance(1, note=path),
            )
        if not finished:
            raise self._interrupted(0, candidates)
        if walk.ignored:
            self._run.console.detail(f"{walk.ignored} files are no audio by their names, and were left alone")

    def is_done(self, before: Built) -> bool:
        """Say whether the dataset that was written last is what this build would write."""
        beside = failures_file(self._settings.output)
        return (
            before.configuration == self._settings.configuration()
            and before.inventory == self._digest()
            and beside.is_file() == bool(before.summary["failed"])
            and all(self._is_done(seen) for seen in self._inventory.tracks() if seen.sha256 is not None)
        )

    def say_nothing_to_do(self, before: Built) -> None:
        """Report a build that did not have to do anything."""
        tracks = before.summary["tracks"]
        self._run.console.notice(f"nothing to do: {tracks} tracks are up to date")
        self._report(before.summary)

    def find(self) -> None:
        """Let the extractors hear what they have not heard yet."""
        pending = sum(
            1 for seen in self._inventory.tracks() if seen.sha256 is not None and not self._is_done(seen)
        )
        total = self._inventory.count()
        if pending < total:
            self._run.console.detail(f"{total - pending} of {total} files are done already")
        request, done = self._settings.request, 0
        self._check_failures()
        if not pending:
            return
        runner = runner_for(
            request.runner,
            self._task(),
            jobs=min(request.jobs, pending),
            timeout_s=request.timeout,
            ray_address=request.ray_address,
        )
        explain = self._explain("stopping after the tracks under way; press Ctrl-C again to stop at once")
        with (
            graceful(explain) as stop,
            self._run.console.progress("listening", pending) as progress,
        ):
            for outcome in runner.outcomes(self._units(), stop):
                done += len(outcome.unit.places)
                progress.advance(len(outcome.unit.places), note=outcome.unit.places[0].path)
                self._note(outcome)
            self._stop_if_asked(stop, done, pending)
        self._measured = done

    def conclude(self) -> None:
        """Write the dataset and what lies beside it, and report."""
        settings, state = self._settings, self._settings.state
        joined = state.joined(settings.output)
        tally, voices = join(settings, self._inventory, joined)
        tally.count_failures(self._inventory.failures())
        self._inventory.commit()
        before = load_built(state)
        ours = settings.request.overwrite or is_as_built(settings.output, before)
        sha256 = file_sha256(joined)
        built = Built(
            configuration=settings.configuration(),
            # Killed between here and the last line, the next run must know the file for ours, old or new.
            sha256=[sha256, *(before.sha256 if before else ())],
            status=None,
            inventory=self._digest(),
            summary=tally.document(),
        )
        save_built(state, built)
        publish(joined, settings.output, replace=ours)
        write_beside(settings, self._inventory, voices)
        status = status_of(settings.output)
        save_built(state, Built(built.configuration, [sha256], status, built.inventory, built.summary))
        close_job(state.folder)
        self._report(built.summary)

    # ---- parts of it ----

    def _task(self) -> Task:
        settings = self._settings
        return Task(
            folder=settings.folder,
            items=settings.state.items,
            extractors=tuple(one.name for one in settings.order),
            options=dict(settings.options),
            memory_bytes=settings.memory_bytes,
            forgiving=not settings.request.resume,
        )

    def _units(self) -> Iterator[Unit]:
        """Yield what is to be heard; a content with any place that is not done yet comes with all its places."""
        for group in self._inventory.by_content():
            if all(map(self._is_done, group)):
                continue
            places = tuple(
                Place(seen.path, keys_at(self._settings.footing, seen), (seen.size, seen.mtime_ns))
                for seen in group
            )
            yield Unit(str(group[0].sha256), places)

    def _is_done(self, seen: Seen) -> bool:
        if seen.sha256 is None or seen.done != digest_of(keys_at(self._settings.footing, seen)):
            return False
        return item_path(self._settings.state.items, seen.sha256).is_file()

    def _note(self, outcome: Outcome) -> None:
        failures = {failure.path: failure for failure in outcome.failures}
        for place in outcome.unit.places:
            failure = failures.get(place.path)
            if failure is None:
                self._inventory.succeed(place.path)
            else:
                self._inventory.fail(failure)
                self._run.console.detail(f"failed: {failure.path}: {failure.stage}: {failure.error}")
            finished = failure is None or failure.lasting
            self._inventory.mark(place.path, digest_of(place.keys) if finished else None)
        self._inventory.commit()
        if failures:
            self._check_failures()

    def _check_failures(self) -> None:
        most, failed = self._settings.request.max_failures, self._inventory.failed()
        if most is not None and failed > most:
            write_failures(self._settings.output, self._inventory)
            raise FailedError(
                f"stopped: {failed} files failed, and --max-failures allows {most}; "
                f"they are listed in {failures_file(self._settings.request.output)}",
                hint="the same command with more of them goes on where this one stopped",
            )

    def _digest(self) -> str:
        """Return a digest of the tracks, of where they are, of what was found of them, and of who is asked for it."""
        digest = hashlib.blake2b(digest_size=16)
        where = os.path.relpath(self._settings.folder, self._settings.output.parent)
        digest.update(f"{where!r}\n".encode())  # the dataset names its audio from its own folder
        for one in self._settings.footing:
            digest.update(f"{one.name} {one.version} {one.depends_on}\n".encode())
        for seen in self._inventory.tracks():
            digest.update(f"{seen.path!r} {seen.sha256} {seen.done}\n".encode())
        return digest.hexdigest()

    def _explain(self, message: str) -> Any:
        return lambda: self._run.console.notice(message)

    def _stop_if_asked(self, stop: StopFlag, done: int, pending: int) -> None:
        if stop and done < pending:
            raise self._interrupted(done, pending)

    def _interrupted(self, done: int, pending: int) -> InterruptedRunError:
        return InterruptedRunError(
            f"stopped after {done} of {pending} files; what was found is kept",
            hint="the same command again goes on with the rest",
        )

    def _report(self, summary: Mapping[str, Any]) -> None:
        request, console = self._settings.request, self._run.console
        for line in summary_lines(summary):
            console.notice(line)
        failures = failures_file(request.output)
        console.result(str(request.output))
        console.document(
            SCHEMA,
            {
                "output": str(request.output),
                "dry_run": False,
                "measured": self._measured,
                **summary,
                "failures_file": str(failures) if summary["failed"] else None,
            },
        )
        if summary["failed"]:
            stages = ", ".join(f"{count} at {stage}" for stage, count in summary["failed_by_stage"].items())
            tracks = summary["tracks"]
            rest = f"the others are in {request.output}" if tracks else f"{request.output} has no track"
            raise FailedError(
                f"{summary['failed']} of {summary['failed'] + tracks} files failed ({stages}); {rest}",
                hint=f"each is listed with its reason in {failures}",
            )
