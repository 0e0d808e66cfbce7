"""A short plan, and a bundle to render it with."""

from __future__ import annotations

from typing import Any

from muze_ldm.engine.engine import LdmEngine
from muzecli.plugin import Rendering
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionType


def section(kind: SectionType, bars: int, energy: float) -> Section:
    return Section(kind, bars, energy, False, tuple((Chord.parse("A:min"),) for _ in range(bars)))


PLAN = Plan(
    prompt="loud house music",
    genre="electronic",
    tempo_bpm=133.0,
    key=Key(9, "minor"),
    time_signature=TimeSignature(),
    seed=1,
    sections=(section(SectionType.INTRO, 1, 0.3), section(SectionType.CHORUS, 3, 0.9)),
    instruments=("drums", "electric_bass", "piano"),
)
"""7.2 seconds."""


def rendered(
    plan: Plan = PLAN, *, seed: int = 3, reference: Any = None, **options: Any
) -> tuple[Rendering, list[float]]:
    told: list[float] = []
    result = LdmEngine().render(
        plan,
        seed=seed,
        device="cpu",
        options={"steps": 3, "sample_rate": 32_000, **options},
        on_progress=told.append,
        reference=reference,
    )
    return result, told
