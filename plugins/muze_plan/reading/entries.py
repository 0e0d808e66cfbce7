"""Files of `presets/words`: words, and what each says about the music.

A file holds entries of one kind. An entry lists its words and what they say: a mood's energy and valence, the
metre of a dance, the instruments that "guitar" may be. One word stands in one entry of a lane only, which
`validate_words` checks over the whole folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from muzecli.config import read_mapping
from muzecli.errors import ConfigError
from muzecli.song.metre import TimeSignature

SCHEMA = "muze.words/1"
KINDS = (
    *("mood", "energy", "tempo", "era", "metre", "mode", "form", "voice", "language", "style", "hint", "use"),
    *("instrument", "filler"),
)
_HEAD = ("schema", "kind", "entries")
_FIELDS = (
    *("words", "moods", "energy", "valence", "tempo", "mode", "time_signature", "era", "template", "genre"),
    *(
        "has_vocals",
        "instruments",
        "in_genre",
        "unwanted",
        "like",
        "style",
        "alone",
        "weak",
        "singer",
        "part",
    ),
)
_SWITCHES = ("has_vocals", "style", "alone", "weak", "singer", "part")
_CHOICES = {"tempo": ("slow", "medium", "fast"), "mode": ("major", "minor")}


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """Words that say the same.

    Attributes:
        name: what they say, such as "sad"; for a genre or an instrument of the table its name.
        kind: one of `KINDS`, or "genre" and "table" for those that stand elsewhere.
        words: as written.
        genre: a genre's name.
        moods: names of moods.
        energy: 0…1.
        valence: -1…1, painful to blissful.
        tempo: "slow", "medium" or "fast".
        mode: "major" or "minor".
        time_signature: the metre.
        era: a time.
        template: a form.
        has_vocals: whether somebody sings.
        instruments: who plays where it is wanted.
        in_genre: who plays instead, by genre.
        unwanted: all who go where it is not wanted; those of `instruments` where it is empty.
        like: who makes it superfluous where it leaves open who plays; those of `unwanted` where it is empty.
        style: whether it is a wish for the sound as well.
        alone: whether nobody else plays.
        weak: whether it counts only where nothing else says so.
        singer: whether it is a person, who need not sing.
        part: whether it is a part of an instrument: without it the rest plays on.
    """

    name: str
    kind: str
    words: tuple[str, ...]
    genre: str | None = None
    moods: tuple[str, ...] = ()
    energy: float | None = None
    valence: float | None = None
    tempo: str | None = None
    mode: str | None = None
    time_signature: TimeSignature | None = None
    era: str | None = None
    template: str | None = None
    has_vocals: bool | None = None
    instruments: tuple[str, ...] = ()
    in_genre: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unwanted: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    style: bool = False
    alone: bool = False
    weak: bool = False
    singer: bool = False
    part: bool = False

    @property
    def excluded(self) -> tuple[str, ...]:
        """Who goes where it is not wanted."""
        return self.unwanted or self.instruments


def read_entries(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file.

    Raises:
        ConfigError: the file is wrong; names the entry and the field.
    """
    document = read_mapping(path, what="file of words")
    if faults := head_faults(document):
        raise ConfigError(f"{path}: {faults[0]}", hint="muze presets validate names every fault")
    kind = document["kind"]
    for name, fields in document["entries"].items():
        if faults := entry_faults(fields):
            raise ConfigError(
                f"{path}: entries.{name}{faults[0]}", hint="muze presets validate names every fault"
            )
        yield _entry(str(name), kind, fields)


def validate_words(data: object, path: Path) -> Sequence[str]:
    """Return what is wrong with a file of words, a line a fault, read with its neighbours in the folder."""
    from muze_plan.reading.lexicon import lane_of
    from muze_plan.reading.text import normal_form
    from muzecli.song.checks import suggestion
    from muzecli.song.instruments import instruments

    faults = head_faults(data)
    if faults:
        return faults
    assert isinstance(data, Mapping)
    table = instruments()
    owners: dict[tuple[str, str], str] = {}
    for other in sorted(path.parent.glob("*.yaml")):
        if other.resolve() != path.resolve():
            for entry in read_entries(other):
                owners |= {
                    (lane_of(entry.kind), normal_form(w)): f"{other.name}, {entry.name}" for w in entry.words
                }
    for name, fields in data["entries"].items():
        found = entry_faults(fields)
        faults += [f"entries.{name}{fault}" for fault in found]
        if found:
            continue
        entry = _entry(str(name), data["kind"], fields)
        for word in entry.words:
            key = (lane_of(entry.kind), normal_form(word))
            owner = owners.setdefault(key, f"this file, {name}")
            if owner != f"this file, {name}":
                faults.append(f"entries.{name}.words: '{word}' stands at {owner} already")
        named = [
            *entry.instruments,
            *entry.unwanted,
            *entry.like,
            *(i for m in entry.in_genre.values() for i in m),
        ]
        for instrument in dict.fromkeys(named):
            if instrument not in table:
                hint = suggestion(instrument, table, "instruments")
                faults.append(f"entries.{name}: there is no instrument '{instrument}'; {hint}")
    return faults


def head_faults(data: object) -> list[str]:
    """Return what is wrong with the top of a file."""
    if not isinstance(data, Mapping):
        return [f"a file of words must be a mapping with {', '.join(_HEAD)}"]
    faults = [f"unknown field '{key}'; known are {', '.join(_HEAD)}" for key in data if key not in _HEAD]
    if data.get("schema") != SCHEMA:
        faults.append(f"schema must be {SCHEMA}, found {data.get('schema')!r}")
    if data.get("kind") not in KINDS:
        faults.append(f"kind must be one of {', '.join(KINDS)}, found {data.get('kind')!r}")
    if not isinstance(data.get("entries"), Mapping) or not data["entries"]:
        faults.append("entries must map names to their fields")
    return faults


def entry_faults(fields: object) -> list[str]:
    """Return what is wrong with one entry, each to stand behind its place."""
    if not isinstance(fields, Mapping):
        return [" must be a mapping with words"]
    faults = []
    for key, value in fields.items():
        if key not in _FIELDS:
            close = get_close_matches(str(key), _FIELDS, n=1)
            faults.append(f": unknown field '{key}'" + (f"; did you mean '{close[0]}'?" if close else ""))
        elif key in _CHOICES and value not in _CHOICES[key]:
            faults.append(f".{key} must be one of {', '.join(_CHOICES[key])}, found {value!r}")
        elif key in ("energy", "valence"):
            low = 0 if key == "energy" else -1
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= 1:
                faults.append(f".{key} must be a number {low}…1, found {value!r}")
        elif key in _SWITCHES and not isinstance(value, bool):
            faults.append(f".{key} must be true or false, found {value!r}")
        elif key in ("words", "moods", "instruments", "unwanted", "like") and not _is_list(value):
            faults.append(f".{key} must be a list of words, found {value!r}")
        elif key == "time_signature":
            try:
                TimeSignature.parse(str(value))
            except ValueError as error:
                faults.append(f".{key}: {error}")
        elif key == "in_genre" and not isinstance(value, Mapping):
            faults.append(f".{key} must map genres to instruments, found {value!r}")
    if not fields.get("words"):
        faults.append(".words must be a list with at least one word")
    return faults


def _is_list(value: object) -> bool:
    # 808 may stand without quotes; YAML reads a bare on, off, yes or no as a truth value, which must not be lost
    return isinstance(value, list) and all(
        isinstance(item, str | int) and not isinstance(item, bool) for item in value
    )


def _entry(name: str, kind: str, fields: Mapping[str, Any]) -> Entry:
    values = dict(fields)
    words = tuple(map(str, values.pop("words")))
    for key in ("moods", "instruments", "unwanted", "like"):
        if key in values:
            values[key] = tuple(values[key])
    if "time_signature" in values:
        values["time_signature"] = TimeSignature.parse(values["time_signature"])
    if "in_genre" in values:
        members = values["in_genre"].items()
        values["in_genre"] = {
            genre: tuple(who) if isinstance(who, list) else (who,) for genre, who in members
        }
    if kind == "mood":
        values.setdefault("moods", (name,))
    if kind == "hint":
        values |= {"genre": name, "weak": True}
    return Entry(name, kind, words, **values)
