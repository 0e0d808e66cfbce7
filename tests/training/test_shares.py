"""How steps are shared out, batches prepared ahead, and measurements averaged."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muzecli.training.ahead import AHEAD, Ahead
from muzecli.training.means import Means
from muzecli.training.shares import Shares


@given(st.integers(1, 6), st.integers(6, 12), st.integers(1, 6), st.integers(0, 50))
def test_the_processes_share_all_items_of_a_step_evenly(
    accumulate: int, batch_size: int, processes: int, step: int
) -> None:
    shares = Shares(accumulate=accumulate, batch_size=batch_size, processes=processes)
    each = [shares.of_step(step, rank) for rank in range(processes)]
    assert len({len(parts) for parts in each}) == 1  # as many backward passes in each
    items = [(part.micro, item) for parts in each for part in parts for item in part.of([*range(batch_size)])]
    wanted = range(step * accumulate, (step + 1) * accumulate)
    assert sorted(items) == [(micro, item) for micro in wanted for item in range(batch_size)]
    parts = [part for mine in each for part in mine]
    assert sum(part.weight for part in parts) == pytest.approx(1)
    for part in parts:
        assert part.weight == pytest.approx(len(part.of([*range(batch_size)])) / batch_size / accumulate)
    if accumulate % processes == 0:  # then draws are those of one process
        alone = Shares(accumulate=accumulate, batch_size=batch_size, processes=1).of_step(step)
        assert {part.name for part in parts} == {part.name for part in alone}


def test_parts_come_in_the_order_of_steps() -> None:
    shares = Shares(accumulate=2, batch_size=4, processes=2)
    assert [part.micro for part in shares.from_step(3, steps=6, rank=1)] == [7, 9, 11]


# ---- ahead ----


def test_things_are_made_ahead_in_order_and_no_more_than_wait() -> None:
    made: list[int] = []

    def make(number: int) -> int:
        made.append(number)
        return number * number

    with Ahead(make, iter(range(10))) as ahead:
        assert [ahead.take() for _ in range(3)] == [0, 1, 4]
        time.sleep(0.3)
        assert len(made) <= 3 + AHEAD + 1
    assert threading.active_count() < 50
    assert not any(thread.name == "batches-ahead" for thread in threading.enumerate())


def test_an_error_waits_for_its_turn() -> None:
    def make(number: int) -> int:
        if number == 2:
            raise ValueError("item two")
        return number

    with Ahead(make, iter(range(5))) as ahead:
        assert [ahead.take(), ahead.take()] == [0, 1]
        with pytest.raises(ValueError, match="item two"):
            ahead.take()


def test_an_order_that_fails_is_reported() -> None:
    def order() -> Iterator[int]:
        yield 1
        raise KeyError("order")

    with Ahead(str, order()) as ahead:
        assert ahead.take() == "1"
        with pytest.raises(KeyError, match="order"):
            ahead.take()


# ---- means ----


def test_means_are_weighted_and_over_where_a_name_is() -> None:
    means = Means()
    means.add({"loss": 1.0, "duration": 5.0}, 0.25)
    means.add({"loss": 3.0}, 0.75)
    assert means.means() == {"loss": 2.5, "duration": 5.0}
    other = Means()
    other.add({"loss": 4.5})
    assert Means.together([means.sums, other.sums]).means() == {"loss": 3.5, "duration": 5.0}
