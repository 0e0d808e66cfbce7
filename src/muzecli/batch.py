"""Work on many items: several at once, each failure kept to its item, interruptible between items.

The first Ctrl-C lets the items under way finish and starts no new one; the second stops at once. Worker
processes ignore Ctrl-C themselves, so that a terminal's signal to the whole group does not cut their files.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from muzecli.console import Console
from muzecli.errors import MuzeError, TemporaryError
from muzecli.faults import as_muze_error
from muzecli.interrupts import StopFlag, graceful, install, shielded

Item = TypeVar("Item")


@dataclass(frozen=True)
class Outcome(Generic[Item]):
    """What became of one item: a result, or the error that it failed with."""

    item: Item
    result: Any = None
    error: MuzeError | None = None


@dataclass(frozen=True)
class BatchResult(Generic[Item]):
    """The outcomes in the order of completion, and whether the user asked to stop."""

    outcomes: tuple[Outcome[Item], ...]
    stopped: bool


def run_batch(
    items: Sequence[Item],
    work: Callable[[Item], Any],
    *,
    jobs: int,
    console: Console,
    label: str,
    name: Callable[[Item], str],
    on_outcome: Callable[[Outcome[Item]], None],
) -> BatchResult[Item]:
    """Work on `items`, `jobs` at a time.

    Args:
        items: what to work on; picklable where `jobs` > 1.
        work: a module's function of one item; picklable where `jobs` > 1.
        jobs: how many processes; 1 works in this one.
        console: where progress goes.
        label: what is being done, for the progress bar.
        name: what an item is called in messages.
        on_outcome: called in this process after each item.
    """
    outcomes: list[Outcome[Item]] = []

    def explain() -> None:
        console.notice("stopping after the items under way; press Ctrl-C again to stop at once")

    with graceful(explain) as stop, console.progress(label, len(items)) as progress:
        source = _serial(items, work, stop) if jobs == 1 else _parallel(items, work, jobs, stop)
        for outcome in source:
            outcomes.append(outcome)
            progress.advance(1, note=name(outcome.item))
            on_outcome(outcome)
        return BatchResult(tuple(outcomes), bool(stop))


def _serial(items: Sequence[Item], work: Callable[[Item], Any], stop: StopFlag) -> Iterator[Outcome[Item]]:
    for item in items:
        if stop:
            return
        try:
            yield Outcome(item, work(item))
        except Exception as error:  # noqa: BLE001 - whatever one item meets is its own, and is listed
            yield Outcome(item, error=as_muze_error(error))


def _parallel(
    items: Sequence[Item], work: Callable[[Item], Any], jobs: int, stop: StopFlag
) -> Iterator[Outcome[Item]]:
    waiting = list(reversed(items))
    running: dict[Future[Any], Item] = {}
    pool = _pool(min(jobs, len(items)))
    clean = False
    try:
        while running or (waiting and not stop):
            while waiting and len(running) < jobs and not stop:
                try:
                    future = _submit(pool, work, waiting[-1])
                except BrokenProcessPool:  # a worker died; its siblings' outcomes say so, the rest go on
                    pool.shutdown(wait=True)
                    pool = _pool(min(jobs, len(items)))
                    future = _submit(pool, work, waiting[-1])
                running[future] = waiting.pop()
            done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                yield _outcome(running.pop(future), future)
        clean = True
    finally:
        if not clean:
            for process in multiprocessing.active_children():
                process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _pool(size: int) -> ProcessPoolExecutor:
    # "spawn": forking a process that has loaded threaded libraries can lock up.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(size, mp_context=context, initializer=_start_worker)


def _submit(pool: ProcessPoolExecutor, work: Callable[[Item], Any], item: Item) -> Future[Any]:
    with shielded():  # the first of these starts the workers, which Ctrl-C must not reach while they load
        return pool.submit(work, item)


def _outcome(item: Item, future: Future[Any]) -> Outcome[Item]:
    try:
        return Outcome(item, future.result())
    except BrokenProcessPool:
        message = "a worker process died while this was under way, perhaps for lack of memory"
        return Outcome(item, error=TemporaryError(message, hint="try fewer --jobs"))
    except Exception as error:  # noqa: BLE001 - whatever one item meets is its own, and is listed
        return Outcome(item, error=as_muze_error(error))


def _start_worker() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    install()
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - results belong to the parent; lives as long as the worker
