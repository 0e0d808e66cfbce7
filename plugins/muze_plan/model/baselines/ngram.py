"""An n-gram of sections: counts under ever longer contexts, each smoothed by the one before it.

    P_k(y | c_k) = (count(c_k, y) + κ_k · P_{k−1}(y | c_{k−1})) / (count(c_k) + κ_k),   P_0 uniform

(interpolation with a Dirichlet prior: MacKay & Peto 1995, eq. 21.) The chains go up to the trigram of types with the
genre; how much of the song is left, and what a returning type was like, are given too, in coarse steps. Each κ is
tuned on a tenth of the training songs, then the counts are those of all.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence

import numpy as np

from muze_plan.model.baselines.events import Event, Floats, closed, events_of, returned, uniform
from muze_plan.model.codes import MISSING, PARTS, SIZES
from muze_plan.model.forms import Form
from muzecli.seeds import item_seed

STRENGTHS = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Values tried for κ."""

Context = Callable[[Event], Hashable]


def _left(event: Event) -> int:
    """Bars left: exactly up to 16, then in thirds of octaves."""
    return event.left if event.left <= 16 else 4 + round(3 * math.log2(event.left))


CHAINS: dict[str, tuple[Context, ...]] = {
    "type": (
        lambda e: (),
        lambda e: e.types[1],
        lambda e: (e.types[1], e.genre),
        lambda e: (e.types, e.genre),
        lambda e: (e.types, e.genre, _left(e)),
    ),
    "bars": (
        lambda e: (),
        lambda e: e.target["type"],
        lambda e: (e.target["type"], _left(e)),
        lambda e: (e.target["type"], _left(e), e.types[1]),
        lambda e: (e.target["type"], _left(e), e.types[1], e.genre),
        lambda e: (e.target["type"], _left(e), e.types[1], returned(e, "bars")),
    ),
    "energy": (
        lambda e: (),
        lambda e: e.target["type"],
        lambda e: (e.target["type"], e.song_energy),
        lambda e: (e.target["type"], e.song_energy, e.before["energy"]),
        lambda e: (e.target["type"], e.song_energy, e.genre),
        lambda e: (e.target["type"], e.song_energy, e.before["energy"], returned(e, "energy")),
    ),
    "vocals": (
        lambda e: (),
        lambda e: (e.song_vocals, e.target["type"]),
        lambda e: (e.song_vocals, e.target["type"], e.types[1]),
        lambda e: (e.song_vocals, e.target["type"], e.types[1], e.genre),
        lambda e: (e.song_vocals, e.target["type"], e.types[1], returned(e, "vocals")),
    ),
}
"""The contexts of each part, from none to the longest."""


class NGram:
    """An n-gram tuned and counted on forms.

    Args:
        forms: to learn from.
    """

    def __init__(self, forms: Sequence[Form]) -> None:
        tuning = [form for form in forms if item_seed(0, f"n-gram {form.song}") % 10 == 0]
        counting = [form for form in forms if item_seed(0, f"n-gram {form.song}") % 10]
        if not tuning or not counting:  # a handful of songs
            tuning = counting = list(forms)
        self.chains = {part: _Chain(part, counting, tuning) for part in PARTS}
        for chain in self.chains.values():
            chain.count(forms)

    def predict(self, events: Sequence[Event], part: str) -> Iterator[Floats]:
        """Yield the probabilities of a part for each event of a song."""
        for event in events:
            probabilities = self.chains[part].probabilities(event)
            yield closed(event, probabilities) if part == "bars" else probabilities


class _Chain:
    """The counts of one part and the strengths of its priors."""

    def __init__(self, part: str, counting: Sequence[Form], tuning: Sequence[Form]) -> None:
        self.part, self.contexts = part, CHAINS[part]
        self.strengths = [3.0] * len(self.contexts)
        self.count(counting)
        events = [e for form in tuning for e in events_of(form) if e.target[part] != MISSING]
        self._tune(events[:4000])

    def count(self, forms: Sequence[Form]) -> None:
        """Count anew."""
        size = SIZES[self.part]
        self.counts: list[dict[Hashable, Floats]] = [
            defaultdict(lambda: np.zeros(size)) for _ in self.contexts
        ]
        for form in forms:
            for event in events_of(form):
                target = event.target[self.part]
                if target != MISSING:
                    for counts, context in zip(self.counts, self.contexts, strict=True):
                        counts[context(event)][target] += 1.0

    def probabilities(self, event: Event) -> Floats:
        """Return the probabilities of the classes."""
        result = uniform(self.part)
        for counts, context, strength in zip(self.counts, self.contexts, self.strengths, strict=True):
            seen = counts.get(context(event))
            if seen is not None:
                result = (seen + strength * result) / (seen.sum() + strength)
        return result

    def _tune(self, events: Sequence[Event]) -> None:
        """Choose each strength in turn, twice over, by the nats of the tuning events.

        Counts of an event's contexts are looked up once; the targets' columns are all that the search needs,
        but for bars, whose closed classes change the norm.
        """
        if not events:
            return
        targets = [event.target[self.part] for event in events]
        rows = [
            np.stack([counts.get(context(event), np.zeros(SIZES[self.part])) for event in events])
            for counts, context in zip(self.counts, self.contexts, strict=True)
        ]  # each (events, classes)
        opened = np.stack(
            [closed(event, uniform(self.part)) > 0 for event in events]
            if self.part == "bars"
            else [np.ones(SIZES[self.part], dtype=bool) for _ in events]
        )

        def nats() -> float:
            result = np.broadcast_to(uniform(self.part), rows[0].shape)
            for seen, strength in zip(rows, self.strengths, strict=True):
                result = (seen + strength * result) / (seen.sum(axis=1, keepdims=True) + strength)
            picked = result[np.arange(len(targets)), targets] / (result * opened).sum(axis=1)
            return float(-np.log(picked).mean())

        for _ in range(2):
            for order in range(len(self.strengths)):
                tried = []
                for strength in STRENGTHS:
                    self.strengths[order] = strength
                    tried.append((nats(), strength))
                self.strengths[order] = min(tried)[1]
