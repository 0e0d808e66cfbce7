"""Read `presets/styles/*.yaml`, schema `muze.style/1`; every fault names its file, line and field."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from muze_plan.composer.kit import VOICES
from muze_plan.composer.patterns import COMMON, Pattern
from muze_plan.composer.styles import (
    BASS_SYMBOLS,
    COMP_SYMBOLS,
    DRUM_SYMBOLS,
    LEFT_SYMBOLS,
    ArrangementStyle,
    BassStyle,
    Build,
    Comp,
    DrumStyle,
    Energies,
    Feel,
    Figure,
    Fill,
    Groove,
    Layer,
    Style,
    Swing,
    VoicingKind,
)
from muze_plan.fields import Fields, read_fields
from muzecli.presets import find_preset
from muzecli.song.instruments import FAMILIES, instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType
from muzecli.song.score import Role

SCHEMA = "muze.style/1"

_ABOUT = ("name", "from", "to", "weight", "metre")
_GROOVE = (*_ABOUT, "turn", "types", *VOICES)
_LAYER = ("from", "to", "metre", *VOICES)
_FIGURE = (*_ABOUT, "play", "walk", "lock", "turn", "legato", "gate", "approach")
_COMP = (
    *_ABOUT,
    *("role", "for", "voicing", "right", "left", "turn"),
    *("centre", "strum_ms", "gate", "legato", "velocity"),
)
_PLAYED = (Role.DRUMS, Role.BASS, Role.CHORDS, Role.PAD, Role.ARPEGGIO, Role.LEAD, Role.COUNTER, Role.EFFECTS)


def load_style(name: str) -> Style:
    """Return a genre's style; the user's own file comes before the shipped one.

    Raises:
        ConfigError: there is no such style, or its file is not valid.
    """
    return read_style(find_preset(name, "styles").path)


def read_style(path: Path) -> Style:
    """Read one file.

    Raises:
        InputMissingError: there is no such file.
        ConfigError: it is not a style; names the line and the field.
    """
    try:
        changed_ns = path.stat().st_mtime_ns
    except OSError:
        changed_ns = 0  # reading says what is wrong
    return _read(path, changed_ns)


@lru_cache(maxsize=64)
def _read(path: Path, changed_ns: int) -> Style:
    fields = read_fields(path, what="style")
    fields.only("schema", "name", "summary", "swing", "feel", "drums", "bass", "comping", "arrangement")
    if (schema := fields.text("schema")) != SCHEMA:
        raise fields.error("schema", f"must be {SCHEMA}, found '{schema}'")
    return Style(
        name=fields.text("name"),
        summary=fields.text("summary"),
        swing=_swing(fields.mapping("swing", {})),
        feel=_feel(fields.mapping("feel", {})),
        drums=_drums(fields.mapping("drums")),
        bass=_bass(fields.mapping("bass")),
        comping=_comping(fields),
        arrangement=_arrangement(fields.mapping("arrangement")),
    )


def _swing(fields: Fields) -> Swing:
    fields.only("of", "ratio")
    of = fields.whole("of", 8, 16, 8)
    if of not in (8, 16):
        raise fields.error("of", f"must be 8 or 16, the note value that swings, found {of}")
    return Swing(of, fields.number("ratio", 0.5, 0.75, 0.5))


def _feel(fields: Fields) -> Feel:
    fields.only("timing_ms", "velocity", "lag_ms")
    lags = fields.mapping("lag_ms", {})
    lags.only(*_PLAYED, *VOICES)
    return Feel(
        timing_ms=fields.number("timing_ms", 0.0, 40.0, 4.0),
        velocity=fields.number("velocity", 0.0, 20.0, 5.0),
        lag_ms={name: lags.number(name, -40.0, 60.0) for name in lags},
    )


def _drums(fields: Fields) -> DrumStyle:
    fields.only("grooves", "layers", "fills", "levels", "crash", "build", "every", "heavy_breakdown")
    grooves = tuple(map(_groove, fields.items("grooves")))
    if not any(groove.metre == COMMON for groove in grooves):
        raise fields.error("grooves", "must have at least one groove for 4/4, and they have none")
    levels = fields.mapping("levels", {})
    levels.only(*VOICES)
    return DrumStyle(
        grooves=grooves,
        layers=tuple(map(_layer, fields.items("layers"))) if "layers" in fields else (),
        fills=tuple(map(_fill, fields.items("fills"))) if "fills" in fields else (),
        levels={name: levels.whole(name, 1, 127) for name in levels},
        crash=fields.number("crash", 0.0, 2.0, 0.5),
        build=Build(_one_of(fields, "build", tuple(Build), Build.SNARE_ROLL)),
        every=fields.whole("every", 0, 32, 8),
        heavy_breakdown=fields.flag("heavy_breakdown", False),
    )


def _groove(fields: Fields) -> Groove:
    fields.only(*_GROOVE)
    metre = _metre(fields)
    turn = fields.mapping("turn", {})
    turn.only(*VOICES)
    types = None
    if "types" in fields:
        names = fields.words("types")
        if unknown := [name for name in names if name not in tuple(SectionType)]:
            raise fields.error("types", f"must be types of section, found '{unknown[0]}'")
        types = frozenset(map(SectionType, names))
    return Groove(
        name=fields.text("name"),
        voices=_voices(fields, metre),
        turn=_voices(turn, metre),
        energy=_energies(fields),
        weight=fields.number("weight", 0.0, 100.0, 1.0),
        metre=metre,
        types=types,
    )


def _layer(fields: Fields) -> Layer:
    fields.only(*_LAYER)
    metre = _metre(fields)
    return Layer(_voices(fields, metre), _energies(fields), metre)


def _fill(fields: Fields) -> Fill:
    fields.only("beats", "stop", *VOICES)
    beats = fields.whole("beats", 1, 4)
    voices = {}
    for name in fields:
        if name in VOICES:
            steps = "".join(fields.text(name).split())
            if set(steps) - set(DRUM_SYMBOLS + "."):
                raise fields.error(name, f"must have steps of {DRUM_SYMBOLS}. only, found '{steps}'")
            if len(steps) % beats or 480 * beats % len(steps):
                raise fields.error(name, f"{len(steps)} steps do not share {beats} beats equally")
            voices[name] = steps
    return Fill(beats, voices, fields.flag("stop", False))


def _bass(fields: Fields) -> BassStyle:
    fields.only("figures", "velocity", "low")
    figures = tuple(map(_figure, fields.items("figures")))
    if not any(figure.metre == COMMON for figure in figures):
        raise fields.error("figures", "must have at least one figure for 4/4, and they have none")
    low = fields.whole("low", 12, 60) if "low" in fields else None
    return BassStyle(figures, fields.whole("velocity", 1, 127, 92), low)


def _figure(fields: Fields) -> Figure:
    fields.only(*_FIGURE)
    metre = _metre(fields)
    walk, lock = fields.flag("walk", False), fields.flag("lock", False)
    play = _pattern(fields, "play", BASS_SYMBOLS, metre)
    if (play is not None) + walk + lock != 1:
        raise fields.error("", "must have one of play, walk: true and lock: true")
    return Figure(
        name=fields.text("name"),
        play=play,
        walk=walk,
        lock=lock,
        turn=_pattern(fields, "turn", BASS_SYMBOLS, metre),
        legato=fields.flag("legato", False),
        gate=fields.number("gate", 0.05, 1.0, 0.95),
        approach=fields.number("approach", 0.0, 1.0, 0.0),
        energy=_energies(fields),
        weight=fields.number("weight", 0.0, 100.0, 1.0),
        metre=metre,
    )


def _comping(fields: Fields) -> tuple[Comp, ...]:
    comps = tuple(map(_comp, fields.items("comping")))
    if not any(comp.metre == COMMON and comp.role is Role.CHORDS for comp in comps):
        raise fields.error("comping", "must have at least one accompaniment for 4/4, and it has none")
    return comps


def _comp(fields: Fields) -> Comp:
    fields.only(*_COMP)
    metre = _metre(fields)
    players = fields.words("for", ())
    if unknown := [name for name in players if name not in FAMILIES and name not in instruments()]:
        raise fields.error("for", f"must be families or names of instruments, found '{unknown[0]}'")
    return Comp(
        name=fields.text("name"),
        role=Role(_one_of(fields, "role", (Role.CHORDS, Role.PAD), Role.CHORDS)),
        players=frozenset(players),
        voicing=VoicingKind(_one_of(fields, "voicing", tuple(VoicingKind), VoicingKind.CLOSE)),
        right=_pattern(fields, "right", COMP_SYMBOLS, metre),
        left=_pattern(fields, "left", LEFT_SYMBOLS, metre),
        turn=_pattern(fields, "turn", COMP_SYMBOLS, metre),
        centre=fields.whole("centre", 36, 96, 62),
        strum_ms=fields.number("strum_ms", 0.0, 80.0, 0.0),
        gate=fields.number("gate", 0.05, 1.0, 0.95),
        legato=fields.flag("legato", False),
        velocity=fields.whole("velocity", 1, 127, 78),
        energy=_energies(fields),
        weight=fields.number("weight", 0.0, 100.0, 1.0),
        metre=metre,
    )


def _arrangement(fields: Fields) -> ArrangementStyle:
    fields.only("enter", "intro", "outro", "breakdown")
    enter = fields.mapping("enter")
    enter.only(*_PLAYED)
    return ArrangementStyle(
        enter={Role(name): enter.number(name, 0.0, 1.0) for name in enter},
        intro=_roles(fields, "intro"),
        outro=_roles(fields, "outro"),
        breakdown=_roles(fields, "breakdown"),
    )


def _roles(fields: Fields, key: str) -> tuple[Role, ...]:
    names = fields.words(key)
    if unknown := [name for name in names if name not in _PLAYED]:
        raise fields.error(key, f"must be roles ({', '.join(_PLAYED)}), found '{unknown[0]}'")
    return tuple(map(Role, names))


def _voices(fields: Fields, metre: str) -> Mapping[str, Pattern]:
    found = {name: _pattern(fields, name, DRUM_SYMBOLS, metre) for name in fields if name in VOICES}
    return {name: pattern for name, pattern in found.items() if pattern is not None}


def _pattern(fields: Fields, key: str, symbols: str, metre: str) -> Pattern | None:
    if key not in fields:
        return None
    try:
        return Pattern.parse(fields.text(key), symbols=symbols, metre=metre)
    except ValueError as error:
        raise fields.error(key, str(error)) from error


def _metre(fields: Fields) -> str:
    text = fields.text("metre", COMMON)
    try:
        return str(TimeSignature.parse(text))
    except ValueError as error:
        raise fields.error("metre", str(error)) from error


def _energies(fields: Fields) -> Energies:
    low, high = fields.number("from", 0.0, 1.0, 0.0), fields.number("to", 0.0, 1.0, 1.0)
    if low > high:
        raise fields.error("from", f"must not be above 'to', {high:g}; found {low:g}")
    return low, high


def _one_of(fields: Fields, key: str, known: tuple[str, ...], default: str) -> str:
    value = fields.text(key, default)
    if value not in known:
        raise fields.error(key, f"must be one of {', '.join(known)}, found '{value}'")
    return value
