"""What the genre's templates foretell: the section at the same place of those that fit best.

Every template of the genre is fitted to the song's bars. The sections so far say which of them it may be (a
template that would have been wrong about one of them counts little from there on). The next section is then looked
up in each at two places, by number and by bar, since a form that was varied keeps one of the two for longer:

    P(y) = λ1 Σ_t w_t P_t(y | number) + λ2 Σ_t w_t P_t(y | bar) + λ3 P_train(y | type)

The weights λ are those that make a sample of the training songs most probable, found by expectation maximisation
(Jelinek & Mercer 1980). Energies are looked up in three widths, after `at_energy` has brought the template's to the
song's, as the template planner does.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

import numpy as np

from muze_plan.fitting import fit
from muze_plan.genres import genres
from muze_plan.model.baselines.events import Event, Floats, closed, events_of
from muze_plan.model.codes import ENERGY_BINS, MISSING, PARTS, SIZES, TYPES, bars_class
from muze_plan.model.forms import Form, type_index
from muze_plan.planning import at_energy
from muze_plan.templates import template, template_names
from muzecli.seeds import item_seed
from muzecli.song.plan import SECTION_TYPES, Section

TUNING_SONGS = 400
EM_ROUNDS = 30
WRONG = 0.05
"""What is left of a template's weight where it named another type."""
WIDTHS = (0.03, 0.08, 0.2)
"""Standard deviations of an energy around the template's."""

_CENTRES = (np.arange(ENERGY_BINS) + 0.5) / ENERGY_BINS


@dataclass(frozen=True)
class Fitted:
    """A template fitted to a song's bars.

    Attributes:
        weight: in the genre.
        types, bars, energies, vocals: of its sections.
        starts: bar at which each begins.
    """

    weight: float
    types: tuple[int, ...]
    bars: tuple[int, ...]
    energies: tuple[float, ...]
    vocals: tuple[bool, ...]
    starts: tuple[int, ...]

    def at_bar(self, bar: int) -> int:
        """Return the section that begins nearest to a bar."""
        after = bisect_right(self.starts, bar)
        if after < len(self.starts) and self.starts[after] - bar < bar - self.starts[after - 1]:
            return after
        return after - 1

    def at_energy(self, energy: float) -> tuple[float, ...]:
        """Return the energies of its sections in a song of this energy."""
        sections = [
            Section(SECTION_TYPES[kind], bars, own)
            for kind, bars, own in zip(self.types, self.bars, self.energies, strict=True)
        ]
        return tuple(section.energy for section in at_energy(sections, energy))


class Templates:
    """The templates' baseline, tuned on forms.

    Args:
        forms: songs that may be learned from; only the weights and the parts' frequencies are.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        self.background = _background(forms)
        # The songs whose names have the smallest hashes: a sample that does not depend on their order.
        chosen = sorted(forms, key=lambda form: item_seed(0, f"template {form.song}"))[:TUNING_SONGS]
        self.weights: dict[str, Floats] = {}
        for part in PARTS:
            rows = [
                components[:, event.target[part]]
                for form in chosen
                for event, components in self._components(events_of(form), part)
                if event.target[part] != MISSING
            ]
            sources = 2 * len(WIDTHS) + 1 if part == "energy" else 3
            self.weights[part] = _mixture(np.asarray(rows).reshape(-1, sources))

    def predict(self, events: Sequence[Event], part: str) -> Iterator[Floats]:
        """Yield the probabilities of a part for each event of a song."""
        for _, components in self._components(events, part):
            yield self.weights[part] @ components

    def _components(self, events: Sequence[Event], part: str) -> Iterator[tuple[Event, Floats]]:
        """Yield for each event of a song what each source says of a part, (sources, classes)."""
        fits: Sequence[Fitted] = fitted_templates(events[0].genre, events[0].left)
        if part == "energy":
            fits = [replace(one, energies=one.at_energy(events[0].mean_energy)) for one in fits]
        trust = np.asarray([one.weight for one in fits])
        for event in events:
            weights = trust / trust.sum()
            rows = [
                row
                for place in ("number", "bar")
                for row in self._said(event, part, fits, weights, by_number=place == "number")
            ]
            rows.append(self._seen(event, part))
            yield event, np.asarray([closed(event, row) for row in rows] if part == "bars" else rows)
            for index, one in enumerate(fits):
                kind = event.target["type"]
                if kind not in (one.types[place] for place in _places(one, event)):
                    trust[index] = max(trust[index] * WRONG, 1e-9)

    def _said(
        self, event: Event, part: str, fits: Sequence[Fitted], weights: Floats, *, by_number: bool
    ) -> list[Floats]:
        """Return what the templates say at one of the two places; for energies in three widths."""
        kind = event.target["type"]
        rows = [np.zeros(SIZES[part]) for _ in (WIDTHS if part == "energy" else (0,))]
        for one, weight in zip(fits, weights, strict=True):
            number, at_bar = _places(one, event)
            at = number if by_number else at_bar
            if part == "type":
                rows[0][one.types[at]] += weight
                continue
            if one.types[at] != kind:  # the nearest section of the type that it turned out to be
                same = [index for index, other in enumerate(one.types) if other == kind]
                if not same:
                    continue
                at = min(same, key=lambda index: abs(index - at))
            if part == "bars":
                rows[0][bars_class(one.bars[at], event.left)] += weight
            elif part == "vocals":
                rows[0][int(one.vocals[at] and event.song_vocals)] += weight
            else:
                for row, width in zip(rows, WIDTHS, strict=True):
                    near = np.exp(-0.5 * ((_CENTRES - one.energies[at]) / width) ** 2)
                    row += weight * near / near.sum()
        seen = self._seen(event, part)
        return [row / row.sum() if row.sum() > 0 else seen for row in rows]

    def _seen(self, event: Event, part: str) -> Floats:
        row = 0 if part == "type" else event.target["type"] * 2 + int(event.song_vocals)
        seen: Floats = self.background[part][row]
        return seen


def _places(one: Fitted, event: Event) -> tuple[int, int]:
    return min(event.number, len(one.types) - 1), one.at_bar(event.done)


@lru_cache(maxsize=8192)
def fitted_templates(genre: str, bars: int) -> tuple[Fitted, ...]:
    """Return a genre's templates fitted to a number of bars; all templates where the genre is not known."""
    chosen = _weights(genre)
    total = sum(chosen.values())
    return tuple(_fitted(name, bars, weight / total) for name, weight in chosen.items())


@lru_cache(maxsize=64)
def _weights(genre: str) -> Mapping[str, float]:
    known = genres()
    return known[genre].templates if genre in known else dict.fromkeys(template_names(), 1.0)


def _fitted(name: str, bars: int, weight: float) -> Fitted:
    sections = fit(template(name), bars)
    lengths = tuple(section.bars for section in sections)
    energies = tuple(section.section.energy for section in sections)
    return Fitted(
        weight,
        tuple(type_index(section.section.type) for section in sections),
        lengths,
        energies,
        tuple(section.section.has_vocals for section in sections),
        tuple(accumulate(lengths[:-1], initial=0)),
    )


def _background(forms: Sequence[Form]) -> dict[str, Floats]:
    """Return how often each class was, with one added to each: of types, and of the rest by type and singing."""
    counts = {part: np.ones((1 if part == "type" else 2 * TYPES, SIZES[part])) for part in PARTS}
    for form in forms:
        for event in events_of(form):
            kind = event.target["type"]
            for part in PARTS:
                if event.target[part] != MISSING:
                    row = 0 if part == "type" else kind * 2 + int(event.song_vocals)
                    counts[part][row, event.target[part]] += 1.0
    return {part: table / table.sum(axis=1, keepdims=True) for part, table in counts.items()}


def _mixture(said: Floats) -> Floats:
    """Return the weights (sources,) that make the targets most probable, from what each source said (N, sources)."""
    weights = np.full(said.shape[1], 1.0 / said.shape[1])
    for _ in range(EM_ROUNDS if len(said) else 0):
        shares = weights * said + 1e-12
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    # Nothing is ever impossible.
    weights = 0.999 * weights + 0.001 / len(weights)
    result: Floats = weights / weights.sum()
    return result
