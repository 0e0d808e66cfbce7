"""Motifs: a rhythm with a contour, small enough to be remembered, and what composers do with one.

A contour is in steps of the scale from each note to the next, so that a motif can be moved along the scale
(sequence) and bends to the chords without losing its shape.

The operations are those of A. Schoenberg, "Fundamentals of Musical Composition", chapters 3–5.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from muze_plan.composer.melody.rhythm import Rhythm, cut
from muze_plan.composer.melody.style import MelodyStyle


@dataclass(frozen=True)
class Motif:
    """A rhythm of one bar with a contour.

    Attributes:
        rhythm: (offset, length) in ticks.
        steps: from each note to the next, in steps of the scale; one fewer than notes.
    """

    rhythm: Rhythm
    steps: tuple[int, ...]

    def inverted(self) -> Motif:
        """Return the motif upside down."""
        return replace(self, steps=tuple(-step for step in self.steps))

    def fragment(self, start: int, end: int) -> Motif:
        """Return the notes that begin within a span, counted from its beginning."""
        kept = [i for i, (offset, _) in enumerate(self.rhythm) if start <= offset < end]
        steps = tuple(self.steps[i] for i in kept[:-1])
        return Motif(cut(self.rhythm, start, end), steps)

    def with_rhythm(self, rhythm: Rhythm) -> Motif:
        """Return the contour on another rhythm: cut short, or going on in small steps where that is longer."""
        missing = max(len(rhythm) - 1 - len(self.steps), 0)
        more = tuple(-1 if sum(self.steps) > 0 else 1 for _ in range(missing))
        return Motif(rhythm, (self.steps + more)[: max(len(rhythm) - 1, 0)])


def contour(rng: random.Random, style: MelodyStyle, notes: int) -> tuple[int, ...]:
    """Return a contour of so many notes, of one of the shapes that the genre likes."""
    count = max(notes - 1, 0)
    shape = rng.choices(list(style.contours), list(style.contours.values()))[0]
    turn = max(1, round(count * rng.uniform(0.35, 0.65)))
    signs = {
        "arch": [1] * turn + [-1] * (count - turn),
        "dip": [-1] * turn + [1] * (count - turn),
        "fall": [-1] * count,
        "rise": [1] * count,
        "wave": [1 if i % 2 == 0 else -1 for i in range(count)],
        "level": [0 if i < count - 2 else -1 for i in range(count)],
        "leap": [1] + [-1] * (count - 1) if rng.random() < 0.7 else [-1] + [1] * (count - 1),
    }[shape][:count]
    steps = []
    for index, sign in enumerate(signs):
        size = 1
        if shape == "leap" and index == 0:
            size = rng.choice((2, 3, 4))
        elif rng.random() < style.leaps * 0.5:
            size = 2
        if shape != "level" and rng.random() < style.repeated * 0.6:
            size = 0
        steps.append(sign * size)
    if shape == "wave" and count > 2:
        steps[-1] -= 1
    return tuple(steps)
