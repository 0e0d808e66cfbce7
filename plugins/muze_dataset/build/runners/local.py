"""Processes on this machine, each watched: what takes too long is killed, what dies is replaced.

A process of its own is the only thing that a decoder or a model cannot break out of, so there is one even where only
one track is worked on at a time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Sequence
from multiprocessing import connection
from multiprocessing.context import SpawnContext

from muze_dataset.build.runners import worker
from muze_dataset.build.runners.crew import LOOK_EVERY_S, work_through
from muze_dataset.build.runners.lost import died, out_of_memory, timed_out
from muze_dataset.build.units import READ, Outcome, Task, Unit
from muzecli.errors import TemporaryError
from muzecli.interrupts import StopFlag, shielded

_ENDING_S = 0.2  # in which a process that closed its pipe also ends


class LocalRunner:
    """Works on units in `jobs` processes.

    Args:
        task: what is the same for all units.
        jobs: how many processes.
        timeout_s: how long a unit may take, for each of its places.
    """

    def __init__(self, task: Task, *, jobs: int, timeout_s: float) -> None:
        self._task, self._jobs, self._timeout_s = task, jobs, timeout_s
        # "spawn": forking a process that has loaded threaded libraries can lock up.
        self._context = multiprocessing.get_context("spawn")

    def outcomes(self, units: Iterator[Unit], stop: StopFlag) -> Iterator[Outcome]:
        """Yield what became of each unit, as they end; see `Runner`."""
        return work_through(units, stop, jobs=self._jobs, start=self._start, wait=_wait)

    def _start(self) -> _Process:
        return _Process(self._context, self._task, self._timeout_s)


class _Process:
    """A process and what it is doing; see `crew.Worker`.

    Args:
        context: how processes are started.
        task: what is the same for all units.
        timeout_s: how long a unit may take, for each of its places.
    """

    def __init__(self, context: SpawnContext, task: Task, timeout_s: float) -> None:
        self._task, self._timeout_s = task, timeout_s
        self.pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=worker.work, args=(theirs, task, os.getpid()), daemon=True, name="muze-worker"
        )
        with shielded():  # Ctrl-C must not reach it while it loads
            self._process.start()
        theirs.close()
        self.unit: Unit | None = None
        self._ready = False
        self._stage, self._since_s = READ, time.monotonic()

    @property
    def idle(self) -> bool:
        """Whether it waits for a unit."""
        return self._ready and self.unit is None

    def give(self, unit: Unit) -> None:
        """Let it hear a unit."""
        self.unit, self._stage, self._since_s = unit, READ, time.monotonic()
        try:
            self.pipe.send(unit)
        except OSError:  # it is dead already, which shows when it is listened to
            pass

    def news(self) -> tuple[Outcome | None, bool]:
        """Return what became of its unit, if that is known, and whether it lives on."""
        try:
            while self.pipe.poll():
                kind, content = self.pipe.recv()
                if kind == worker.READY:
                    self._ready = True
                elif kind == worker.STAGE:
                    self._stage = content
                elif kind == worker.DONE:
                    self.unit = None
                    return content, True
                elif kind == worker.MEMORY:
                    return self._out_of_memory(content or self._stage), False
                else:
                    raise content
        except (EOFError, OSError):
            return self._dead(), False
        if self.unit is not None and self._seconds > (allowed_s := self._timeout_s * len(self.unit.places)):
            outcome = timed_out(self.unit, self._stage, self._seconds, allowed_s=allowed_s)
            self.kill()
            return outcome, False
        return None, True

    def kill(self) -> None:
        """Stop it at once, whatever it does."""
        self._process.kill()
        self._process.join()
        self.pipe.close()

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._since_s

    def _out_of_memory(self, stage: str) -> Outcome:
        assert self.unit is not None
        outcome = out_of_memory(self.unit, stage, self._seconds, limit_bytes=self._task.memory_bytes)
        self.kill()
        return outcome

    def _dead(self) -> Outcome:
        seconds = self._seconds
        self._process.join(_ENDING_S)
        code = self._process.exitcode
        self.kill()
        if self.unit is None:
            raise TemporaryError(
                f"a worker process ended before it had anything to do{_by(code)}",
                hint="try fewer --jobs, or a higher --memory-limit",
            )
        hint = "perhaps the machine ran out of memory: try fewer --jobs" if code == -signal.SIGKILL else None
        return died(self.unit, self._stage, seconds, how=_by(code), hint=hint)


def _wait(processes: Sequence[_Process]) -> None:
    connection.wait([one.pipe for one in processes], timeout=LOOK_EVERY_S)


def _by(code: int | None) -> str:
    """Return how a process ended, in words."""
    if code is None or code == 0:
        return ""
    if code > 0:
        return f" (exit code {code})"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = "unknown"
    return f" (signal {-code}, {name})"
