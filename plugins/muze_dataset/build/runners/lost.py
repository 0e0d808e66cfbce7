"""Outcomes of units whose worker could not finish: they say nothing of the recording, and are tried again."""

from __future__ import annotations

from muze_dataset.build.units import Failure, Outcome, Unit

_MB = 2**20


def timed_out(unit: Unit, stage: str, seconds: float, *, allowed_s: float) -> Outcome:
    """Return the outcome of a unit that took longer than it was allowed to."""
    return _lost(
        unit, stage, f"took longer than {allowed_s:g} s", seconds, hint="give it more time with --timeout"
    )


def out_of_memory(unit: Unit, stage: str, seconds: float, *, limit_bytes: int | None) -> Outcome:
    """Return the outcome of a unit that needed more memory than there is."""
    limit = f": {limit_bytes // _MB} MB is what a worker may take" if limit_bytes else ""
    return _lost(unit, stage, "ran out of memory" + limit, seconds, hint="give it more with --memory-limit")


def died(unit: Unit, stage: str, seconds: float, *, how: str = "", hint: str | None = None) -> Outcome:
    """Return the outcome of a unit whose worker ended before it.

    Args:
        unit: the unit.
        stage: the last that was heard of.
        seconds: since it was given to the worker.
        how: how the worker ended, such as " (signal 11, SIGSEGV)".
        hint: what may help.
    """
    return _lost(unit, stage, f"the worker process died{how}", seconds, hint=hint)


def _lost(unit: Unit, stage: str, error: str, seconds: float, *, hint: str | None) -> Outcome:
    seconds = round(seconds, 3)
    failures = [Failure(place.path, stage, error, hint, seconds, lasting=False) for place in unit.places]
    return Outcome(unit, tuple(failures), seconds)
