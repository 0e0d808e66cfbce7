"""How a genre sings: `presets/melodies/<genre>.yaml`, schema `muze.melody/1`.

The file says what the notes of a melody are drawn from; that they make sense (chord tones on strong beats, leaps
recovered, phrases that close) holds in every genre and stands in the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from muze_plan.composer.melody.scales import SCALES
from muze_plan.composer.patterns import Pattern
from muze_plan.fields import Fields, read_fields
from muzecli.presets import find_preset

SCHEMA = "muze.melody/1"
ARPEGGIOS = ("up", "down", "up_down", "alberti", "broken", "skip", "wander")
COUNTERS = ("line", "fills", "harmony", "stabs")
CONTOURS = ("arch", "dip", "fall", "rise", "wave", "level", "leap")
VOICES = ("vocals", "lead", "solo")
PHRASES = ("1", "2", "4", "8")

Weights = Mapping[str, float]


@dataclass(frozen=True)
class MelodyStyle:
    """What a genre's melodies are made of.

    Attributes:
        name: of the genre.
        summary: one line.
        scales: "major", "minor" → weights of the scales sung over that mode.
        solo_scales: the same for solos.
        density: "vocals", "lead", "solo" → notes a second at energy 0.5, while the line sounds.
        rhythms: patterns of a bar or two that motifs are made of, each for a metre.
        riffs: patterns for riffs.
        licks: contours that solos are made of, in steps of the scale.
        contours: weights of the shapes of motifs.
        phrase_bars: weights of the phrases' lengths in bars.
        repeated: 0…1, how gladly a note is repeated.
        leaps: 0…1, how gladly the line leaps.
        dissonance: 0…1, how gladly strong beats have suspensions and appoggiaturas.
        syncopation: 0…1, share of strong notes that come half a pulse early.
        pickup: 0…1, share of phrases that begin before their bar.
        ornament: 0…1, how much a return is decorated.
        span: semitones that a section's line usually covers.
        sustain: 0…1, share of its time that a played note sounds.
        answers: 0…1, share of the singer's rests that an instrument answers.
        counter: weights of the kinds of counter-melody.
        arpeggio: weights of the shapes of arpeggios.
        arpeggio_parts: notes that an arpeggio plays in a beat.
    """

    name: str
    summary: str
    scales: Mapping[str, Weights]
    solo_scales: Mapping[str, Weights]
    density: Mapping[str, float]
    rhythms: tuple[Pattern, ...]
    riffs: tuple[Pattern, ...]
    licks: tuple[tuple[int, ...], ...]
    contours: Weights = field(default_factory=lambda: dict.fromkeys(CONTOURS, 1.0))
    phrase_bars: Weights = field(default_factory=lambda: {"2": 3.0, "4": 1.0})
    repeated: float = 0.3
    leaps: float = 0.3
    dissonance: float = 0.2
    syncopation: float = 0.2
    pickup: float = 0.3
    ornament: float = 0.2
    span: int = 10
    sustain: float = 0.9
    answers: float = 0.4
    counter: Weights = field(default_factory=lambda: {"line": 1.0})
    arpeggio: Weights = field(default_factory=lambda: {"up": 1.0, "up_down": 1.0})
    arpeggio_parts: int = 2


_SHARES = (
    "repeated", "leaps", "dissonance", "syncopation", "pickup", "ornament", "sustain", "answers"
)  # fmt: skip
_WEIGHTS = {"contours": CONTOURS, "phrase_bars": PHRASES, "counter": COUNTERS, "arpeggio": ARPEGGIOS}
_OTHERS = (
    "schema", "name", "summary", "scales", "solo_scales", "density", "rhythms", "riffs", "licks", "span",
    "arpeggio_parts",
)  # fmt: skip


@lru_cache(maxsize=64)
def melody_style(name: str) -> MelodyStyle:
    """Read a genre's melodies by the genre's name.

    Raises:
        ConfigError: there is no such file, or it has a fault.
    """
    return read_style(find_preset(name, "melodies").path)


def read_style(path: Path) -> MelodyStyle:
    """Read a file of melodies.

    Raises:
        InputMissingError: there is no such file.
        ConfigError: it has a fault; names file, line and field.
    """
    fields = read_fields(path, what="file of melodies")
    fields.only(*_SHARES, *_WEIGHTS, *_OTHERS)
    if fields.text("schema") != SCHEMA:
        raise fields.error("schema", f"must be {SCHEMA}, found '{fields.text('schema')}'")
    name = fields.text("name")
    if name != path.stem:
        raise fields.error("name", f"must be that of the file, {path.stem}, found '{name}'")
    scales = _modes(fields, "scales")
    given: dict[str, Any] = {share: fields.number(share, 0.0, 1.0) for share in _SHARES if share in fields}
    given |= {key: _known(fields, key, names) for key, names in _WEIGHTS.items() if key in fields}
    if "span" in fields:
        given["span"] = fields.whole("span", 5, 24)
    if "arpeggio_parts" in fields:
        given["arpeggio_parts"] = fields.whole("arpeggio_parts", 1, 4)
    return MelodyStyle(
        name=name,
        summary=fields.text("summary"),
        scales=scales,
        solo_scales=_modes(fields, "solo_scales") if "solo_scales" in fields else scales,
        density=_densities(fields),
        rhythms=_patterns(fields, "rhythms"),
        riffs=_patterns(fields, "riffs"),
        licks=_licks(fields),
        **given,
    )


def _known(fields: Fields, key: str, names: tuple[str, ...]) -> Weights:
    fields.mapping(key).only(*names)
    return fields.weights(key)


def _modes(fields: Fields, key: str) -> Mapping[str, Weights]:
    modes = fields.mapping(key)
    modes.only("major", "minor")
    return {mode: _known(modes, mode, tuple(SCALES)) for mode in ("major", "minor")}


def _densities(fields: Fields) -> Mapping[str, float]:
    densities = fields.mapping("density")
    densities.only(*VOICES)
    return {voice: densities.number(voice, 0.05, 16.0) for voice in VOICES}


def _patterns(fields: Fields, key: str) -> tuple[Pattern, ...]:
    metres = fields.mapping(key)
    if "4/4" not in metres:
        raise metres.error("4/4", "must be there: other metres borrow from it")
    made = []
    for metre in metres:
        for text in metres.words(metre):
            try:
                pattern = Pattern.parse(text, symbols="x", metre=metre)
            except ValueError as error:
                raise metres.error(metre, str(error)) from error
            if not all("x" in bar for bar in pattern.bars):
                raise metres.error(metre, f"each bar of a pattern has a note, and one of '{text}' has none")
            made.append(pattern)
    return tuple(made)


def _licks(fields: Fields) -> tuple[tuple[int, ...], ...]:
    made = []
    for text in fields.words("licks"):
        try:
            steps = tuple(int(step) for step in text.split())
        except ValueError as error:
            raise fields.error("licks", f"a lick is steps such as '1 1 -2', found '{text}'") from error
        if not steps or max(map(abs, steps)) > 7:
            raise fields.error("licks", f"a lick is some steps of −7…7, found '{text}'")
        made.append(steps)
    return tuple(made)
