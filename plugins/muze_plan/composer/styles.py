"""How a genre plays: grooves, bass figures, comping, swing and feel, as data.

`presets/styles/<name>.yaml` fills these dataclasses through `style_files`. A pattern's symbols:

    drums    X accent · x normal · o soft · g ghost
    bass     R root · O octave · 5 fifth above · f fifth below · 3 third · 6 sixth · 7 seventh ·
             a approach to the next chord · n root of the next chord · g ghost (muted root)
    comping  X accent · x normal · o soft · g short and muted (whole chord) · D down stroke · U up stroke ·
             A the next chord, early · 1…6 one voice of the chord, from the lowest
    left     R · O · 5 · f · 3 · 6 · 7 as for the bass, T tenth
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from muze_plan.composer.patterns import COMMON, Pattern
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType
from muzecli.song.score import Role

DRUM_SYMBOLS = "Xxog"
BASS_SYMBOLS = "RO5f367ang"
COMP_SYMBOLS = "XxogADU123456"
LEFT_SYMBOLS = "RO5f367T"

Energies = tuple[float, float]
"""Lowest and highest energy that something is played at, 0…1."""

EVERY_ENERGY: Energies = (0.0, 1.0)


class Build(StrEnum):
    """How drums climb through a build-up."""

    SNARE_ROLL = "snare_roll"  # quarters, eighths, sixteenths …
    TOMS = "toms"  # the same on toms and snare
    SWELL = "swell"  # cymbal and bass drum, ever louder
    NONE = "none"  # the groove goes on


class VoicingKind(StrEnum):
    """How the notes of a chord are spread."""

    TRIAD = "triad"  # three notes, close
    CLOSE = "close"  # all notes of the chord, close
    SHELL = "shell"  # third and seventh
    ROOTLESS = "rootless"  # third, fifth, seventh, ninth, without the root
    DROP2 = "drop2"  # close, the second voice from above an octave lower
    OPEN = "open"  # triad with its middle voice an octave higher
    QUARTAL = "quartal"  # fourths, as far as the chord allows
    POWER = "power"  # root, fifth, octave
    GUITAR = "guitar"  # four to six strings of a guitar
    WIDE = "wide"  # close, the second and the lowest voice an octave lower


@dataclass(frozen=True)
class Swing:
    """Uneven pairs.

    Attributes:
        of: note value that swings: 8 or 16.
        ratio: share of a pair that its first note takes, 0.5 (straight) … 0.75.
    """

    of: int = 8
    ratio: float = 0.5


@dataclass(frozen=True)
class Feel:
    """What hands do to a grid.

    Attributes:
        timing_ms: standard deviation of an onset.
        velocity: standard deviation of a velocity.
        lag_ms: constant delay of a role or a drum voice; negative plays ahead.
    """

    timing_ms: float = 4.0
    velocity: float = 5.0
    lag_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Groove:
    """A drum pattern.

    Attributes:
        name: what drummers call it.
        voices: pattern of each voice.
        turn: patterns that replace those of their voices in every fourth bar.
        energy: when it is played.
        weight: how often it is chosen among others.
        metre: what it is written for.
        types: only in these sections; None is any.
    """

    name: str
    voices: Mapping[str, Pattern]
    turn: Mapping[str, Pattern]
    energy: Energies
    weight: float
    metre: str
    types: frozenset[SectionType] | None = None


@dataclass(frozen=True)
class Layer:
    """Voices that join any groove of a metre from an energy on."""

    voices: Mapping[str, Pattern]
    energy: Energies
    metre: str


@dataclass(frozen=True)
class Fill:
    """What is played instead of the groove in the last beats before something new.

    Attributes:
        beats: how many beats of 4/4, 1…4; its patterns have steps for these alone.
        voices: steps of each voice.
        stop: whether the bass drum falls silent as well where the fill has none.
    """

    beats: int
    voices: Mapping[str, str]
    stop: bool


@dataclass(frozen=True)
class DrumStyle:
    """Everything for the drummer.

    Attributes:
        grooves: at least one for 4/4.
        layers: what joins them.
        fills: of several lengths.
        levels: velocity of a normal stroke, by voice, where it differs from the usual.
        crash: energy from which a section begins with a crash; above 1 never.
        build: how build-ups climb.
        every: bars between small fills inside a section; 0 is never.
        heavy_breakdown: whether breakdowns keep bass drum and snare.
    """

    grooves: tuple[Groove, ...]
    layers: tuple[Layer, ...] = ()
    fills: tuple[Fill, ...] = ()
    levels: Mapping[str, int] = field(default_factory=dict)
    crash: float = 0.5
    build: Build = Build.SNARE_ROLL
    every: int = 8
    heavy_breakdown: bool = False


@dataclass(frozen=True)
class Figure:
    """What a bass plays.

    Attributes:
        name: what players call it.
        play: pattern of degrees; None where the notes come from a rule.
        walk: a walking line, a note a beat.
        lock: notes on the bass drum's strokes.
        turn: pattern of every fourth bar; None where it is like the others.
        legato: notes last until the next one.
        gate: share of its length that a note sounds, above 0 and up to 1.
        approach: chance that a bar's last note leads into a new chord, 0…1.
        energy: when it is played.
        weight: how often it is chosen among others.
        metre: what it is written for.
    """

    name: str
    play: Pattern | None
    walk: bool = False
    lock: bool = False
    turn: Pattern | None = None
    legato: bool = False
    gate: float = 0.95
    approach: float = 0.0
    energy: Energies = EVERY_ENERGY
    weight: float = 1.0
    metre: str = COMMON


@dataclass(frozen=True)
class BassStyle:
    """Everything for the bass player.

    Attributes:
        figures: at least one for 4/4.
        velocity: of a normal note.
        low: MIDI pitch below which roots are put an octave higher; None takes the instrument's own.
    """

    figures: tuple[Figure, ...]
    velocity: int = 92
    low: int | None = None


@dataclass(frozen=True)
class Comp:
    """How a chord instrument accompanies.

    Attributes:
        name: what players call it.
        role: chords or pad.
        players: names of instruments or families it suits; empty is any.
        voicing: how chords are spread.
        right: pattern of the chord; None holds each chord as long as it lasts.
        left: pattern of the low notes; None where there are none.
        turn: pattern of `right` in every fourth bar; None where it is like the others.
        centre: MIDI pitch around which voicings lie.
        strum_ms: delay from string to string.
        gate: share of its length that a chord sounds, above 0 and up to 1.
        legato: notes last until the next stroke.
        velocity: of a normal stroke.
        energy: when it is played.
        weight: how often it is chosen among others.
        metre: what it is written for.
    """

    name: str
    role: Role = Role.CHORDS
    players: frozenset[str] = frozenset()
    voicing: VoicingKind = VoicingKind.CLOSE
    right: Pattern | None = None
    left: Pattern | None = None
    turn: Pattern | None = None
    centre: int = 62
    strum_ms: float = 0.0
    gate: float = 0.95
    legato: bool = False
    velocity: int = 78
    energy: Energies = EVERY_ENERGY
    weight: float = 1.0
    metre: str = COMMON


@dataclass(frozen=True)
class ArrangementStyle:
    """Who plays when.

    Attributes:
        enter: energy from which a role plays, 0…1.
        intro: roles in the order in which they come in during an introduction.
        outro: roles in the order in which they leave at the end.
        breakdown: roles that stay in a breakdown.
    """

    enter: Mapping[Role, float]
    intro: tuple[Role, ...]
    outro: tuple[Role, ...]
    breakdown: tuple[Role, ...]


@dataclass(frozen=True)
class Style:
    """How a genre plays.

    Attributes:
        name: the genre's name.
        summary: one line.
        swing: uneven pairs.
        feel: human timing and velocity.
        drums: grooves and fills.
        bass: figures.
        comping: accompaniments.
        arrangement: who plays when.
    """

    name: str
    summary: str
    swing: Swing
    feel: Feel
    drums: DrumStyle
    bass: BassStyle
    comping: tuple[Comp, ...]
    arrangement: ArrangementStyle


def for_metre(metre: TimeSignature, available: frozenset[str] | set[str]) -> str:
    """Return which of the metres that patterns are written for a metre takes its own from.

    Its own where there are some; 6/8 and 12/8 help each other out; else 4/4, by the rule of `patterns`.
    """
    kin = {"6/8": "12/8", "12/8": "6/8"}
    for name in (str(metre), kin.get(str(metre), "")):
        if name in available:
            return name
    return COMMON
