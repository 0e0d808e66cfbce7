"""Read the file of a genre, `muze.genre/1`, naming field and line of what is wrong in it."""

from __future__ import annotations

from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from muze_plan.fields import Fields, read_fields
from muze_plan.genres import VARIATIONS, Chair, Genre, Kind, TempoRange
from muze_plan.harmony.progressions import CADENCES, COLOURS, HarmonyStyle, Progression
from muze_plan.harmony.roman import parse_progression
from muzecli.song.instruments import instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import SCALES, pitch_class
from muzecli.song.plan import SectionType
from muzecli.song.score import Role

SCHEMA = "muze.genre/1"

_BARS_A_CHORD = (0.5, 1.0, 2.0, 4.0)
_ENDS = ("lift", "turn", "end")


def load_genre(path: Path) -> Genre:
    """Read a genre's file.

    Raises:
        InputMissingError: there is no such file.
        ConfigError: it is wrong; names field and line.
    """
    try:
        changed_ns = path.stat().st_mtime_ns
    except OSError:
        changed_ns = 0  # reading it will say what is the matter
    return _load(path, changed_ns)


@lru_cache(maxsize=128)
def _load(path: Path, changed_ns: int) -> Genre:
    fields = read_fields(path, what="genre")
    if fields.text("schema") != SCHEMA:
        raise fields.error("schema", f"must be {SCHEMA}, found '{fields.text('schema')}'")
    fields.only(
        *("schema", "name", "summary", "words", "tempo_bpm", "metres", "modes", "tonics", "moods", "energy"),
        *("has_vocals", "instruments", "harmony", "templates", "variations", "eras", "style", "kinds"),
    )
    name = fields.text("name")
    if name != path.stem:
        raise fields.error("name", f"must be the file's own name '{path.stem}', found '{name}'")
    variations = {key: fields.mapping("variations").number(key, 0, 1) for key in fields.mapping("variations")}
    for variation in variations:
        if variation not in VARIATIONS:
            known = ", ".join(VARIATIONS)
            raise fields.mapping("variations").error(variation, "is no variation", hint=f"known: {known}")
    return Genre(
        name=name,
        summary=fields.text("summary"),
        words=fields.words("words"),
        tempo=_tempo(fields),
        metres=_metres(fields),
        modes=_modes(fields),
        tonics=_tonics(fields),
        moods=fields.words("moods"),
        energy=fields.number("energy", 0, 1),
        has_vocals=fields.number("has_vocals", 0, 1),
        chairs=_chairs(fields),
        harmony=_harmony(fields.mapping("harmony")),
        templates=fields.weights("templates"),
        variations=variations,
        eras=fields.words("eras", ()),
        style=fields.text("style"),
        kinds=_kinds(fields),
    )


def _kinds(fields: Fields) -> dict[str, Kind]:
    given, words = fields.mapping("kinds", {}), fields.words("words")
    kinds = {}
    for word in given:
        if word not in words:
            raise given.error(word, "must be one of the genre's words")
        kind = given.mapping(word)
        kind.only("tempo_bpm", "metres", "modes", "templates")
        kinds[word] = Kind(
            _tempo(kind) if "tempo_bpm" in kind else None,
            _metres(kind) if "metres" in kind else {},
            _modes(kind) if "modes" in kind else {},
            kind.weights("templates") if "templates" in kind else {},
        )
    return kinds


def _modes(fields: Fields) -> dict[str, float]:
    modes = fields.weights("modes")
    for mode in modes:
        if mode not in SCALES:
            raise fields.error("modes", f"must be major and minor, found '{mode}'")
    return modes


def _tempo(fields: Fields) -> TempoRange:
    tempo = fields.mapping("tempo_bpm")
    tempo.only("low", "typical", "high")
    low, typical, high = (tempo.number(key, 20, 400) for key in ("low", "typical", "high"))
    if not low <= typical <= high:
        raise fields.error("tempo_bpm", f"must rise from low to high, found {low:g}, {typical:g}, {high:g}")
    return TempoRange(low, typical, high)


def _metres(fields: Fields) -> dict[TimeSignature, float]:
    metres = {}
    for text, weight in fields.weights("metres").items():
        try:
            metres[TimeSignature.parse(text)] = weight
        except ValueError as error:
            raise fields.mapping("metres").error(text, str(error)) from error
    return metres


def _tonics(fields: Fields) -> dict[str, tuple[int, ...]]:
    given = fields.mapping("tonics", {})
    given.only(*SCALES)
    tonics = {mode: tuple(range(12)) for mode in SCALES}
    for mode in given:
        try:
            tonics[mode] = tuple(pitch_class(note) for note in given.words(mode))
        except ValueError as error:
            raise given.error(mode, str(error)) from error
    return tonics


def _chairs(fields: Fields) -> dict[Role, Chair]:
    given = fields.mapping("instruments")
    given.only(*Role)
    table = instruments()
    chairs = {}
    for role in Role:
        if role not in given:
            continue
        chair = given.mapping(role)
        chair.only("of", "chance", "count")
        of = chair.weights("of")
        for instrument in of:
            if instrument not in table:
                close = get_close_matches(instrument, table, n=1)
                hint = f"did you mean '{close[0]}'?" if close else None
                raise chair.mapping("of").error(instrument, "is no instrument of the table", hint=hint)
        chairs[role] = Chair(of, chair.number("chance", 0, 1, 1.0), chair.whole("count", 1, 3, 1))
    return chairs


def _harmony(fields: Fields) -> HarmonyStyle:
    fields.only(
        *("colour", "bars_a_chord", "contrast", "secondary_dominants", "borrowed", "cadences"),
        "progressions",
    )
    colour = fields.text("colour")
    if colour not in COLOURS:
        raise fields.error("colour", f"must be one of {', '.join(COLOURS)}, found '{colour}'")
    cadences = fields.mapping("cadences")
    cadences.only(*_ENDS)
    chosen = {}
    for end in _ENDS:
        chosen[end] = cadences.weights(end)
        for cadence in chosen[end]:
            if cadence not in CADENCES:
                hint = f"known: {', '.join(CADENCES)}"
                raise cadences.mapping(end).error(cadence, "is no cadence", hint=hint)
    return HarmonyStyle(
        progressions=tuple(_progression(item) for item in fields.items("progressions")),
        colour=colour,
        bars_a_chord=_pace(fields),
        contrast=fields.number("contrast", 0, 1, 1.0),
        secondary_dominants=fields.number("secondary_dominants", 0, 1, 0.0),
        borrowed=fields.number("borrowed", 0, 1, 0.0),
        cadences=chosen,
    )


def _pace(fields: Fields) -> dict[float, float]:
    pace: dict[float, float] = {}
    for text, weight in fields.weights("bars_a_chord", {"1": 1.0}).items():
        if text not in [f"{bars:g}" for bars in _BARS_A_CHORD]:
            raise fields.mapping("bars_a_chord").error(text, "must be one of 0.5, 1, 2, 4")
        pace[float(text)] = weight
    return pace


def _progression(fields: Fields) -> Progression:
    fields.only("chords", "mode", "for", "weight", "fixed")
    try:
        bars = parse_progression(fields.text("chords"))
    except ValueError as error:
        raise fields.error("chords", str(error)) from error
    tonics = [numeral for bar in bars for numeral in bar if numeral.tonic]
    if "mode" in fields:
        mode = fields.text("mode")
        if mode not in SCALES:
            raise fields.error("mode", f"must be major or minor, found '{mode}'")
    elif tonics:  # written I or i
        mode = "minor" if tonics[0].minor else "major"
    else:
        raise fields.error("mode", "must be given, for no chord of it is the tonic")
    sections = fields.words("for", ())
    for section in sections:
        if section not in list(SectionType):
            raise fields.error("for", f"must name types of section, found '{section}'")
    weight = fields.number("weight", 0.01, 1000, 1.0)
    return Progression(bars, mode, sections, weight, fields.flag("fixed", False))
