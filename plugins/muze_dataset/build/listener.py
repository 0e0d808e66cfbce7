"""One worker's work on one recording: what is not known of it yet is found, and kept.

A recording is decoded at most once, and not at all where nobody asks for its samples. What was found is on the disk
before the outcome is reported, and every so often before that, so that little is lost when the process is killed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from muze_dataset.build.decode import Decoded, decode, read_info
from muze_dataset.build.items import Found, Item, load_item, save_item
from muze_dataset.build.units import DECODE, Failure, Outcome, OutOfMemoryError, Place, Task, Unit
from muzecli.errors import (
    BadDataError,
    InputMissingError,
    MuzeError,
    OutputError,
    TemporaryError,
    UnavailableError,
)
from muzecli.faults import as_muze_error
from muzecli.listening.heard import AUDIO, FILE, Heard
from muzecli.listening.listen import Findings, StageError, listen, to_ask
from muzecli.plugin import extractors

if TYPE_CHECKING:
    from muzecli.plugin import Extractor

_SAVE_AFTER_S = 20.0  # what may be lost of one recording when a worker is killed

_PASSING = (OSError, InputMissingError, UnavailableError, OutputError, TemporaryError)
"""What an extractor may meet that says nothing of the recording: another time it may go well."""

OnStage = Callable[[str], None]


class Listener:
    """Holds the extractors, which keep their models, and hears one unit after the other.

    Args:
        task: of the build.

    Raises:
        MuzeError: an extractor cannot be loaded.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._order: Sequence[Extractor] = [extractors.get(name) for name in task.extractors]

    def hear(self, unit: Unit, on_stage: OnStage = lambda stage: None) -> Outcome:
        """Find what is to be found of a recording at each of its places, and keep it.

        Args:
            unit: the recording.
            on_stage: told what is done next: `decode`, or the name of an extractor.

        Raises:
            OutOfMemoryError: the memory did not suffice; what was found before is kept.
            OutputError: the item file cannot be written.
        """
        started = time.perf_counter()
        item = load_item(self._task.items, unit.sha256)
        if self._task.forgiving:
            item.forgive()
        # A key that is current at none of the places will not be asked for again.
        item.drop_stale(self._task.extractors, {key for place in unit.places for key in place.keys.values()})
        hearing = _Hearing(self._task, self._order, item, on_stage)
        failures = [failure for place in unit.places if (failure := hearing.at(place)) is not None]
        hearing.save()
        return Outcome(unit, tuple(failures), round(time.perf_counter() - started, 3))


class _Hearing:
    """The work on one item: its samples, once they are needed, and what is new of it."""

    def __init__(self, task: Task, order: Sequence[Extractor], item: Item, on_stage: OnStage) -> None:
        self._task, self._order, self._item, self._on_stage = task, order, item, on_stage
        self._decoded: Decoded | None = None
        self._changed = False
        self._saved_at = time.perf_counter()

    def at(self, place: Place) -> Failure | None:
        """Find what is missing at one place; return why it cannot be had."""
        known = self._item.known(place.keys)
        before = self._item.failure(place.keys)
        if before is not None:
            return replace(before, path=place.path)
        asked = to_ask(self._order, known)
        if self._item.recording is not None and not asked:
            return None
        started = time.perf_counter()
        stages = [DECODE]

        def enter(stage: str) -> None:
            stages.append(stage)
            self._on_stage(stage)

        try:
            self._check_unchanged(place)
            heard = self._heard(place, asked)
            self._check_unchanged(place)  # or what is found now would be kept as that of another content
            listen(
                heard,
                self._order,
                known=known,
                on_stage=enter,
                on_found=lambda name, found: self._keep(name, place.keys[name], found),
            )
        except MemoryError as error:
            self.save()
            raise OutOfMemoryError(stages[-1]) from error
        except MuzeError as error:
            return self._failed(place, error, stages[-1], time.perf_counter() - started)
        except OSError as error:  # the file went away, or its disk did
            fault = as_muze_error(error)
            return Failure(place.path, stages[-1], fault.message, fault.hint, lasting=False)
        return None

    def save(self) -> None:
        """Write the item file where something of it is new."""
        if self._changed:
            save_item(self._task.items, self._item)
        self._changed = False
        self._saved_at = time.perf_counter()

    def _heard(self, place: Place, asked: Sequence[Extractor]) -> Heard:
        path = self._task.folder / place.path
        heard = Heard(path=path, root=self._task.folder, options=self._task.options)
        needs = {name for one in asked for name in one.needs}
        if self._item.recording is None or AUDIO in needs:
            decoded = self._samples(path)
            info = decoded.info
            return replace(heard, samples=decoded.samples, rate_hz=info.rate_hz, info=info)
        if FILE in needs:
            info = read_info(path)
            return replace(heard, rate_hz=info.rate_hz, info=info)
        return heard

    def _check_unchanged(self, place: Place) -> None:
        status = (self._task.folder / place.path).stat()
        if (status.st_size, status.st_mtime_ns) != place.stamp:
            raise TemporaryError("the file was changed during the build", hint="run the same command again")

    def _samples(self, path: Path) -> Decoded:
        if self._decoded is None:
            self._on_stage(DECODE)
            self._decoded = decode(path)
            self._item.recording = self._decoded.recording
            self._changed = True
        return self._decoded

    def _keep(self, name: str, key: str, found: Findings) -> None:
        version = next(one.version for one in self._order if one.name == name)
        if found:  # materials are not kept
            self._item.found[key] = Found(name, version, found)
            self._changed = True
        if time.perf_counter() - self._saved_at > _SAVE_AFTER_S:
            self.save()

    def _failed(self, place: Place, error: MuzeError, stage: str, seconds: float) -> Failure:
        """Remember a failure that will happen again, and return it."""
        failure = Failure("", stage, plain_message(error), error.hint, round(seconds, 3))
        if isinstance(error, StageError) and not isinstance(error.__cause__, _PASSING):
            self._item.failed[place.keys[stage]] = failure
        elif isinstance(error, BadDataError):
            self._item.unusable = failure
        else:
            return replace(failure, path=place.path, lasting=False)
        self._changed = True
        return replace(failure, path=place.path)


def plain_message(error: MuzeError) -> str:
    """Return what is wrong without the name of the stage, which is told beside it."""
    prefix = f"{error.stage}: " if isinstance(error, StageError) else ""
    return error.message.removeprefix(prefix)
