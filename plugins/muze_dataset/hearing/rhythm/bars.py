"""From opinions to one beat: the most probable walk through bars, of all tempi near one and all metres at once.

The model is the bar pointer (Whiteley, Cemgil and Godsill, "Bayesian modelling of temporal structure in musical
audio", ISMIR 2006) in its efficient form, where the tempo changes at beats only (Krebs, Böck and Widmer, "An
efficient state-space model for joint tempo and meter tracking", ISMIR 2015). Between beats nothing happens, so the
walk leaps from beat to beat: a state is a beat at step t that came p steps after the one before and has a place in
a bar, and Viterbi's recursion runs over these. Since no leap is shorter than the shortest period, that many steps
are computed at once.

Symbols: T steps (50 a second), P periods, S places: the beats of all metres in a row, 2 + 3 + 4 + 5 + 7 = 21.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_dataset.hearing.rhythm.network import BEATS, METRES, Opinions

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]

BEATS_IN_BAR = (2, 3, 4, 5, 7)

_SPREAD = 0.11  # how far the tempo may leave the one that is followed, as a share
_LEAST_SPREAD_STEPS = 2
_BEAT_BIAS = 1.5  # log-odds: a beat may be silent, and the network marks only those it hears
_TRUST = 0.5  # of log-odds at neighbouring beats, which are no independent witnesses
_CHANGE_COST = 12.5  # for a period that changes by the whole of itself from one beat to the next
_DISTANCE_COST = 50.0  # for a beat whose period is that far from the one followed, squared
_LARGEST_CHANGE = 0.07  # from one beat to the next, as a share
_METRE_TRUST = 3.0  # how much the network's opinion of the metre counts beside the log-odds of a walk
_RAREST = -8.0  # log-probability below which the network's opinion of metres means nothing
_RAREST_PLACE = -5.0


@dataclass(frozen=True)
class Walk:
    """The most probable beats of one tempo.

    Attributes:
        steps: (K,) when, in steps.
        places: (K,) 0 for the first beat of a bar.
        beats_in_bar: how many there are.
        score: log-odds of all of it, comparable among walks through the same opinions.
        by_metre: the best score with each of `BEATS_IN_BAR`.
    """

    steps: Ints
    places: Ints
    beats_in_bar: int
    score: float
    by_metre: tuple[float, ...]


def walk(opinions: Opinions, period_steps: float) -> Walk:
    """Return the best walk whose tempo stays near one; there is always one, good or bad.

    Args:
        opinions: of the network.
        period_steps: of the tempo to follow; may be fractional.
    """
    periods = _periods_near(period_steps)
    gains = _gains(opinions)
    entering = _metre_prior(opinions)
    distance = (_DISTANCE_COST * (periods / period_steps - 1.0) ** 2).astype(np.float32)
    before = _places_before()
    reach = max(1, round(_LARGEST_CHANGE * period_steps))
    cost = _CHANGE_COST / period_steps
    steps = len(gains)
    leaving = np.empty(
        (steps, len(periods), len(before)), np.float32
    )  # best so far, with the change of period
    came_from = np.empty(leaving.shape, np.int8)
    ends: tuple[int, int, int] = (0, 0, 0)
    best = -np.inf
    by_metre = np.full(len(BEATS_IN_BAR), -np.inf)
    all_periods = np.arange(len(periods))
    for start in range(0, steps, int(periods[0])):
        at = np.arange(start, min(start + int(periods[0]), steps))
        source = at[:, None] - periods
        arrived = leaving[np.maximum(source, 0), all_periods][:, :, before]
        arrived = np.where((source >= 0)[:, :, None], arrived, entering)
        arrived += gains[at][:, None, :]
        arrived -= distance[:, None]
        leaving[at], came_from[at] = _changed(arrived, reach, cost)
        final = at >= steps - periods[-1]
        for step, last in zip(at[final], arrived[final], strict=True):
            reachable = last[periods >= steps - step]  # the beat after it lies beyond the end
            if not reachable.size:
                continue
            np.maximum(by_metre, _by_metre(reachable), out=by_metre)
            if reachable.max() > best:
                best = float(reachable.max())
                skipped = len(periods) - len(reachable)
                index, place = np.unravel_index(int(reachable.argmax()), reachable.shape)
                ends = (int(step), int(index) + skipped, int(place))
    return _traced(ends, periods, came_from, best, by_metre)


def _traced(
    ends: tuple[int, int, int],
    periods: Ints,
    came_from: npt.NDArray[np.int8],
    score: float,
    by_metre: npt.NDArray[np.float64],
) -> Walk:
    before = _places_before()
    step, index, place = ends
    walked = [(step, place)]
    while step >= periods[index]:
        step -= int(periods[index])
        place = int(before[place])
        index += int(came_from[step, index, place])
        walked.append((step, place))
    walked.reverse()
    metre = int(np.searchsorted(_first_places(), walked[-1][1], side="right")) - 1
    return Walk(
        steps=np.array([step for step, _ in walked], np.intp),
        places=np.array([place for _, place in walked], np.intp) - _first_places()[metre],
        beats_in_bar=BEATS_IN_BAR[metre],
        score=score,
        by_metre=tuple(float(value) for value in by_metre),
    )


def _changed(arrived: Floats, reach: int, cost: float) -> tuple[Floats, npt.NDArray[np.int8]]:
    """Return the best of neighbouring periods less what the change costs, and how far off that one is."""
    best, offset = arrived.copy(), np.zeros(arrived.shape, np.int8)
    count = arrived.shape[1]
    for change in (c for d in range(1, min(reach, count - 1) + 1) for c in (-d, d)):
        to = slice(max(0, -change), count - max(0, change))
        source = slice(max(0, change), count + min(0, change))
        other = arrived[:, source] - np.float32(cost * abs(change))
        better = other > best[:, to]
        best[:, to] = np.where(better, other, best[:, to])
        offset[:, to][better] = change
    return best, offset


def _gains(opinions: Opinions) -> Floats:
    """Return what a beat gains at each step by its place in a bar, (T, S)."""
    beat, downbeat = (x.astype(np.float64) for x in (opinions.beat, opinions.downbeat))
    first = np.clip(_log_sigmoid(downbeat) - _log_sigmoid(beat), _RAREST_PLACE, -0.01)
    other = np.maximum(np.log1p(-np.exp(first)), _RAREST_PLACE)
    by_place = np.tile(other[:, None], sum(BEATS_IN_BAR))
    by_place[:, _first_places()] = first[:, None]
    gains: Floats = (_TRUST * (beat[:, None] + _BEAT_BIAS + by_place)).astype(np.float32)
    return gains


def _metre_prior(opinions: Opinions) -> Floats:
    """Return the log-probability of each place's metre, (S,)."""
    of_beats = [
        np.logaddexp.reduce([opinions.metre[i] for i, m in enumerate(METRES) if BEATS[m] == beats])
        for beats in BEATS_IN_BAR
    ]
    believed = _METRE_TRUST * np.maximum(of_beats, _RAREST)
    prior: Floats = np.repeat(believed, BEATS_IN_BAR).astype(np.float32)
    return prior


def _periods_near(period_steps: float) -> Ints:
    spread = max(_SPREAD * period_steps, _LEAST_SPREAD_STEPS)
    return np.arange(max(4, int(period_steps - spread)), int(np.ceil(period_steps + spread)) + 1)


def _places_before() -> Ints:
    """Return the place before each: that of a bar's first beat is its last, (S,)."""
    before = np.arange(sum(BEATS_IN_BAR)) - 1
    before[_first_places()] += BEATS_IN_BAR
    return before


def _first_places() -> Ints:
    return np.cumsum((0, *BEATS_IN_BAR[:-1]))


def _by_metre(scores: Floats) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = np.maximum.reduceat(scores.max(axis=0), _first_places()).astype(
        np.float64
    )
    return result


def _log_sigmoid(x: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    result: npt.NDArray[np.float64] = -np.logaddexp(0.0, -x)
    return result
