"""Sections as events with all that a baseline may condition on, and songs scored part by part."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_plan.model.codes import MISSING, PARTS, REST, SIZES, encode, energy_bin, metre_index, open_classes
from muze_plan.model.features import NONE, History
from muze_plan.model.forms import Form
from muze_plan.model.scoring import Scores

Floats = npt.NDArray[np.float64]

START = -1
"""The type before the first section."""


@dataclass(frozen=True)
class Event:
    """One section to be foretold.

    Attributes:
        genre: its song's, "" where it is not known.
        metre: index of its song's.
        song_energy: bin of its song's.
        mean_energy: its song's, 0…1.
        song_vocals: whether anybody sings in its song.
        number: of the section, from 0.
        done: bars before it.
        left: bars left, its own among them.
        types: types of the two sections before, START where there are none.
        before: classes of the section before.
        returning: type → classes of its last section.
        target: classes of its parts.
    """

    genre: str
    metre: int
    song_energy: int
    mean_energy: float
    song_vocals: bool
    number: int
    done: int
    left: int
    types: tuple[int, int]
    before: dict[str, int]
    returning: dict[int, dict[str, int]]
    target: dict[str, int]


def events_of(form: Form) -> list[Event]:
    """Return the events of a song, in order."""
    history, events = History(form.bars), list[Event]()
    types = [START, START]
    for section, codes in zip(form.sections, encode(form), strict=True):
        events.append(
            Event(
                form.genre or "",
                metre_index(form.time_signature),
                energy_bin(form.energy),
                form.energy,
                form.has_vocals,
                history.count,
                history.done,
                history.left,
                (types[-2], types[-1]),
                dict(history.before),
                {kind: {part: history.returning(kind, part) for part in PARTS[1:]} for kind in history.last},
                {part: getattr(codes, part) for part in PARTS},
            )
        )
        types.append(codes.type)
        history.add(codes, section.bars)
    return events


def returned(event: Event, part: str) -> int:
    """Return the class that a part had when the event's type came last; NONE where it is new."""
    return event.returning.get(event.target["type"], NONE)[part]


def closed(event: Event, probabilities: Floats) -> Floats:
    """Return probabilities of the bars' classes with those closed that leave no bar, adding up to 1."""
    possible = probabilities.copy()
    possible[open_classes(event.left) : REST] = 0.0
    total = possible.sum()
    if total <= 0.0:
        possible[REST] = total = 1.0
    possible /= total
    return possible


Predict = Callable[[Sequence[Event], str], Iterable[Floats]]
"""Given a song's events and a part: for each event the probabilities (classes,) of that part."""


def score(forms: Iterable[Form], predict: Predict) -> Scores:
    """Score a baseline on songs."""
    rows = []
    for form in forms:
        events = events_of(form)
        nats, hits = dict.fromkeys(PARTS, 0.0), 0
        for part in PARTS:
            for event, probabilities in zip(events, predict(events, part), strict=True):
                target = event.target[part]
                if target == MISSING:
                    continue
                nats[part] -= math.log(max(float(probabilities[target]), 1e-12))
                if part == "type":
                    hits += int(probabilities.argmax()) == target
        rows.append(([nats[part] for part in PARTS], float(hits), float(len(events))))
    return Scores.of(rows)


def uniform(part: str) -> Floats:
    """Return the same probability for every class."""
    return np.full(SIZES[part], 1.0 / SIZES[part])
