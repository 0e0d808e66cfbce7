"""What a genre says about harmony: its progressions, its pace, its cadences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from muze_plan.harmony.roman import Bar

COLOURS = ("triads", "sevenths", "ninths", "power", "dominants")
"""How the chords of cadences are coloured: plain, in sevenths, in ninths, as fifths, as dominant sevenths."""

CADENCES = (
    "loop",
    "half",
    "suspended",
    "authentic",
    "jazz",
    "two_five",
    "plagal",
    "modal",
    "phrygian",
    "backdoor",
    "deceptive",
    "turnaround",
    "blues",
    "tonic",
)
"""Names of the cadences; `muze_plan.harmony.cadences` has their chords."""


@dataclass(frozen=True)
class Progression:
    """A progression of chords.

    Attributes:
        bars: numerals bar by bar.
        mode: "major" or "minor".
        sections: types of section it is for; empty for any.
        weight: how often it is chosen.
        fixed: whether it keeps its pace, as a twelve-bar blues does.
    """

    bars: tuple[Bar, ...]
    mode: str
    sections: tuple[str, ...] = ()
    weight: float = 1.0
    fixed: bool = False

    def __str__(self) -> str:
        return " | ".join(" ".join(map(str, bar)) for bar in self.bars)


@dataclass(frozen=True)
class HarmonyStyle:
    """How a genre treats harmony.

    Attributes:
        progressions: to choose from.
        colour: one of `COLOURS`.
        bars_a_chord: how many bars a written bar lasts, 0.5, 1, 2 or 4 → weight.
        contrast: chance that a chorus has other chords than the verse, 0…1.
        secondary_dominants: chance that a cycle gets one, 0…1.
        borrowed: chance that a cycle gets a chord of the parallel mode, 0…1.
        cadences: "lift" (before a chorus or drop), "turn" (before anything else), "end" (of the song) → name
            of a cadence → weight.
    """

    progressions: tuple[Progression, ...]
    colour: str = "triads"
    bars_a_chord: Mapping[float, float] = field(default_factory=lambda: {1.0: 1.0})
    contrast: float = 1.0
    secondary_dominants: float = 0.0
    borrowed: float = 0.0
    cadences: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
