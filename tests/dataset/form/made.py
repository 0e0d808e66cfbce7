"""Songs made of bars of known sound: verses of soft chords, choruses with drums and highs, in any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from muze_dataset.extractors.energy import Energy
from muze_dataset.extractors.sections import Sections
from muze_dataset.hearing.harmony.semitones import semitones
from muzecli.listening.heard import Finding, Heard, absent

Floats = npt.NDArray[np.float32]

RATE_HZ = 22_050
BEAT_S, BEATS = 0.5, 4
BAR_S = BEAT_S * BEATS
CHORDS = {"a": ((48, 60, 64), (45, 60, 64), (41, 60, 65), (43, 62, 67)), "b": ((50, 62, 66), (47, 62, 66))}


def song(order: str, bars: int = 8) -> Floats:
    """Return (N,) sections of so many bars: `a` soft chords, `b` others with drums, `q` one quiet note."""
    return np.concatenate([_section(kind, bars) for kind in order])


def beats(order: str, bars: int = 8) -> tuple[list[float], list[float]]:
    """Return the beats and the downbeats of a song."""
    times = [BEAT_S * i for i in range(len(order) * bars * BEATS)]
    return times, times[::BEATS]


def form_of(mono: Floats, *, known: dict[str, Any] | None = None) -> dict[str, Finding]:
    """Return what both extractors find in samples at `RATE_HZ`; `known` are values of other fields, None for absent."""
    findings = {
        "material.mono": Finding(mono, "made"),
        "material.semitones": Finding(semitones(mono, RATE_HZ), "measured"),
        **{name: absent("none") if v is None else Finding(v, "made") for name, v in (known or {}).items()},
    }
    findings |= Energy().extract(Heard(findings=findings))
    return findings | dict(Sections().extract(Heard(samples=mono[None], rate_hz=RATE_HZ, findings=findings)))


def _section(kind: str, bars: int) -> Floats:
    random = np.random.default_rng(ord(kind))
    samples = round(BAR_S * RATE_HZ)
    time_s = np.arange(samples) / RATE_HZ
    made = []
    for bar in range(bars):
        if kind == "q":
            made.append(0.01 * np.sin(2.0 * np.pi * 220.0 * time_s))
            continue
        pitches = CHORDS[kind][bar % len(CHORDS[kind])]
        sound = sum(0.05 * np.sin(2.0 * np.pi * 440.0 * 2.0 ** ((p - 69) / 12.0) * time_s) for p in pitches)
        if kind == "b":
            decay = np.exp(-np.mod(time_s, BEAT_S / 2.0) / 0.05)
            kick = np.sin(2.0 * np.pi * 60.0 * time_s) * np.exp(-np.mod(time_s, BEAT_S) / 0.08)
            sound = sound + 0.1 * random.normal(size=samples) * decay + 0.3 * kick
        made.append(np.asarray(sound))
    return np.concatenate(made).astype(np.float32)
