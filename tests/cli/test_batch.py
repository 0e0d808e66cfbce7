"""Batches: failures stay with their item, order and count hold, workers may die."""

from __future__ import annotations

import os
import signal

import pytest

from muzecli.batch import Outcome, run_batch
from muzecli.console import Console
from muzecli.errors import BadDataError, BugError, TemporaryError


def square(number: int) -> int:
    if number == 3:
        raise BadDataError("three is bad", hint="take four")
    if number == 7:
        raise ZeroDivisionError("seven")
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def run(numbers: list[int], jobs: int, work=square) -> list[Outcome[int]]:  # type: ignore[no-untyped-def]
    told: list[Outcome[int]] = []
    result = run_batch(
        numbers, work, jobs=jobs, console=Console(verbosity=-1), label="t", name=str, on_outcome=told.append
    )
    assert list(result.outcomes) == told
    assert not result.stopped
    return told


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_stays_with_its_item(jobs: int) -> None:
    outcomes = {o.item: o for o in run([1, 2, 3, 4], jobs)}
    assert {n: o.result for n, o in outcomes.items() if n != 3} == {1: 1, 2: 4, 4: 16}
    error = outcomes[3].error
    assert isinstance(error, BadDataError)
    assert (error.message, error.hint, error.exit_code) == ("three is bad", "take four", 65)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bug_met_by_one_item_is_listed_and_the_rest_go_on(jobs: int) -> None:
    outcomes = {o.item: o for o in run([7, 1, 2], jobs)}
    error = outcomes[7].error
    assert isinstance(error, BugError)
    assert error.message == "muze met a bug: ZeroDivisionError: seven"
    assert {n: outcomes[n].result for n in (1, 2)} == {1: 1, 2: 4}


def test_a_worker_that_dies_does_not_stop_the_rest() -> None:
    outcomes = {o.item: o for o in run([13, 1, 2, 4, 5], 1 + 1)}
    assert isinstance(outcomes[13].error, TemporaryError)
    finished = [o.item for o in outcomes.values() if o.error is None]
    assert {4, 5} <= set(finished)
    assert sorted(outcomes) == [1, 2, 4, 5, 13]


def test_the_first_interrupt_finishes_the_item_and_stops(capsys: pytest.CaptureFixture[str]) -> None:
    started: list[int] = []

    def work(number: int) -> int:
        started.append(number)
        if number == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return number

    result = run_batch(
        [1, 2, 3], work, jobs=1, console=Console(), label="t", name=str, on_outcome=lambda outcome: None
    )
    assert result.stopped
    assert started == [1, 2]
    assert [o.result for o in result.outcomes] == [1, 2]
    assert "stopping after the items under way" in capsys.readouterr().err


def test_the_second_interrupt_stops_at_once() -> None:
    def work(number: int) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        return number

    with pytest.raises(KeyboardInterrupt):
        run_batch(
            [1, 2],
            work,
            jobs=1,
            console=Console(verbosity=-1),
            label="t",
            name=str,
            on_outcome=lambda outcome: None,
        )
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
