"""Time signatures and the grid of ticks that notes stand on."""

from __future__ import annotations

import re
from dataclasses import dataclass

TICKS_PER_QUARTER = 480


@dataclass(frozen=True)
class TimeSignature:
    """How many of which note value fill a bar, and what is felt as the beat.

    A *beat*, which `tempo_bpm` counts, is the denominator's note value; in compound metres (6/8, 9/8, 12/8)
    it is the dotted quarter, three eighths.

    Attributes:
        numerator: 1…32.
        denominator: 2, 4, 8 or 16.
    """

    numerator: int = 4
    denominator: int = 4

    def __post_init__(self) -> None:
        if not 1 <= self.numerator <= 32 or self.denominator not in (2, 4, 8, 16):
            raise ValueError(
                f"a time signature is 1…32 over 2, 4, 8 or 16, not {self.numerator}/{self.denominator}"
            )

    @classmethod
    def parse(cls, text: str) -> TimeSignature:
        """Read "3/4".

        Raises:
            ValueError: it is no time signature.
        """
        match = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*", text)
        if match is None:
            raise ValueError(f"a time signature is written like 3/4, not '{text}'")
        return cls(int(match[1]), int(match[2]))

    @property
    def compound(self) -> bool:
        """Whether the beat is three of the denominator's notes."""
        return self.denominator == 8 and self.numerator > 3 and self.numerator % 3 == 0

    @property
    def beat_ticks(self) -> int:
        """Length of a beat in ticks."""
        unit = TICKS_PER_QUARTER * 4 // self.denominator
        return 3 * unit if self.compound else unit

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return TICKS_PER_QUARTER * 4 * self.numerator // self.denominator

    @property
    def beats_per_bar(self) -> int:
        """Beats in a bar."""
        return self.bar_ticks // self.beat_ticks

    def bar_s(self, tempo_bpm: float) -> float:
        """Return the length of a bar in seconds."""
        return self.beats_per_bar * 60.0 / tempo_bpm

    def tick_s(self, tempo_bpm: float) -> float:
        """Return the length of a tick in seconds."""
        return 60.0 / (tempo_bpm * self.beat_ticks)

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"
