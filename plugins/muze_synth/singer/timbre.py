"""Timbres: what makes one singer sound unlike another."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from muzecli.errors import UsageError


@dataclass(frozen=True)
class VoiceTimbre:
    """A singer.

    Attributes:
        name: the word it is asked for with.
        low: lowest comfortable MIDI pitch.
        high: highest comfortable MIDI pitch.
        tract: whose vowel table: 0 a man's, 1 a woman's, 2 a child's; values between are mixed.
        formant_scale: factor on every formant; 1.05 is a shorter throat.
        rd: shape of the glottal pulse (Fant 1995): 0.5 pressed … 2.5 slack.
        brightness_hz: corner above which the source falls by 6 dB an octave more, at full voice.
        breathiness: share of air in the tone, 0…1.
        ring: how far formants 3 to 5 draw together into a singer's formant, 0…1 (Sundberg 1974).
        nasality: how far the nose is open in vowels, 0…1.
        vibrato_hz: rate, 4.5…6.5.
        vibrato_cents: depth from the middle to the peak.
        vibrato_delay_s: how long a note is held straight.
        portamento_s: 10–90 % rise time between two notes.
        scoop_cents: how far below its note a phrase begins.
        jitter: relative deviation of neighbouring periods.
        shimmer_db: deviation of neighbouring amplitudes.
    """

    name: str
    low: int
    high: int
    tract: float
    formant_scale: float = 1.0
    rd: float = 1.0
    brightness_hz: float = 5000.0
    breathiness: float = 0.15
    ring: float = 0.0
    nasality: float = 0.0
    vibrato_hz: float = 5.5
    vibrato_cents: float = 45.0
    vibrato_delay_s: float = 0.3
    portamento_s: float = 0.06
    scoop_cents: float = 60.0
    jitter: float = 0.002
    shimmer_db: float = 0.25


_ALL = (
    VoiceTimbre("bass", 40, 64, 0.0, 0.93, 0.9, 4200, 0.10, 0.6, vibrato_hz=5.1, vibrato_cents=48),
    VoiceTimbre("baritone", 45, 67, 0.0, 1.0, 0.85, 4800, 0.12, 0.5, vibrato_hz=5.3, vibrato_cents=45),
    VoiceTimbre("tenor", 48, 72, 0.2, 1.0, 0.8, 5600, 0.10, 0.55, vibrato_hz=5.6, vibrato_cents=50),
    VoiceTimbre("alto", 53, 76, 0.85, 0.97, 1.0, 4800, 0.15, 0.2, vibrato_hz=5.3, vibrato_cents=40),
    VoiceTimbre("mezzo", 57, 79, 1.0, 1.0, 0.95, 5400, 0.14, 0.25, vibrato_hz=5.6, vibrato_cents=48),
    VoiceTimbre("soprano", 60, 84, 1.1, 1.02, 0.9, 6000, 0.12, 0.3, vibrato_hz=6.0, vibrato_cents=55),
    VoiceTimbre(
        "breathy", 53, 76, 1.0, 1.0, 2.0, 3200, 0.75,
        vibrato_hz=5.0, vibrato_cents=22, vibrato_delay_s=0.5, scoop_cents=110, portamento_s=0.08,
    ),
    VoiceTimbre(
        "soft_male", 43, 67, 0.1, 1.02, 1.8, 3000, 0.6,
        vibrato_hz=4.8, vibrato_cents=20, vibrato_delay_s=0.5, scoop_cents=100, portamento_s=0.08,
    ),
    VoiceTimbre(
        "bright", 55, 79, 0.9, 1.04, 0.65, 9000, 0.08, 0.15,
        vibrato_hz=5.8, vibrato_cents=32, vibrato_delay_s=0.4, scoop_cents=80,
    ),
    VoiceTimbre(
        "nasal", 48, 72, 0.3, 1.03, 0.75, 6500, 0.10, 0.1, 0.7,
        vibrato_hz=5.7, vibrato_cents=28, vibrato_delay_s=0.35, scoop_cents=40,
    ),
    VoiceTimbre(
        "child", 60, 81, 2.0, 1.0, 1.3, 5000, 0.25,
        vibrato_hz=6.3, vibrato_cents=15, vibrato_delay_s=0.7, portamento_s=0.05, scoop_cents=70,
    ),
)  # fmt: skip

TIMBRES: Mapping[str, VoiceTimbre] = MappingProxyType({timbre.name: timbre for timbre in _ALL})
"""By name, from low to high, then the special ones."""


def find_timbre(name: str) -> VoiceTimbre:
    """Return a timbre by its name.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in TIMBRES:
        raise UsageError(
            f"a voice must be one of the singer's timbres, not {name!r}",
            hint=f"choose from {', '.join(TIMBRES)}",
        )
    return TIMBRES[name]


def varied(timbre: VoiceTimbre, rng: random.Random) -> VoiceTimbre:
    """Return a singer of the same kind with a throat and habits of their own."""
    return replace(
        timbre,
        formant_scale=timbre.formant_scale * rng.uniform(0.96, 1.04),
        rd=round(min(max(timbre.rd * rng.uniform(0.88, 1.14), 0.5), 2.4), 2),
        brightness_hz=timbre.brightness_hz * rng.uniform(0.8, 1.25),
        breathiness=min(timbre.breathiness * rng.uniform(0.7, 1.4), 1.0),
        vibrato_hz=min(max(timbre.vibrato_hz * rng.uniform(0.93, 1.07), 4.5), 6.5),
        vibrato_cents=timbre.vibrato_cents * rng.uniform(0.7, 1.3),
        vibrato_delay_s=timbre.vibrato_delay_s * rng.uniform(0.8, 1.3),
        portamento_s=timbre.portamento_s * rng.uniform(0.85, 1.25),
        scoop_cents=timbre.scoop_cents * rng.uniform(0.5, 1.4),
    )


def fitting_timbres(low: int, high: int, *, instrument: str = "") -> tuple[VoiceTimbre, ...]:
    """Return the timbres that a range of pitches lies well for, the best first.

    Args:
        low: lowest MIDI pitch that is sung.
        high: highest.
        instrument: "male_vocals" or "female_vocals" leaves only those.
    """
    chosen = [
        timbre
        for timbre in _ALL
        if not (instrument == "male_vocals" and timbre.tract > 0.5)
        and not (instrument == "female_vocals" and timbre.tract < 0.5)
    ]

    def outside(timbre: VoiceTimbre) -> int:
        return max(timbre.low - low, 0) + max(high - timbre.high, 0)

    least = min(outside(timbre) for timbre in chosen)
    return tuple(sorted((t for t in chosen if outside(t) <= max(least, 3)), key=outside))
