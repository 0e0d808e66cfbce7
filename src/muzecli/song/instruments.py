"""The instrument table: what plans and scores may name, and what each instrument can do.

The table is data (`presets/instruments/general.yaml`); names, General MIDI programs and ranges stand there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from muzecli.errors import ConfigError
from muzecli.song.checks import suggestion
from muzecli.song.score import Role

SCHEMA = "muze.instruments/1"
FAMILIES = ("drums", "bass", "keys", "guitars", "strings", "winds", "synths", "voices")
"""In the order in which lists show them."""

_FIELDS = ("program", "roles", "range", "comfortable", "polyphonic", "sustained", "words")
_GROUP_FIELDS = ("words", "instruments")


@dataclass(frozen=True)
class Instrument:
    """One instrument.

    Attributes:
        name: as plans write it, such as "electric_piano".
        program: General MIDI program 0…127; on drums the kit.
        family: one of `FAMILIES`.
        roles: what it does in a song, the most usual first.
        low: lowest MIDI pitch it can play; on drums the lowest percussion key.
        high: highest one.
        comfortable_low: lowest MIDI pitch where it sounds at its best.
        comfortable_high: highest one.
        polyphonic: whether it plays several notes at once.
        sustained: whether a note lasts as long as it is held, rather than dying away.
        words: what people call it, in lower case; a word belongs to one instrument only.
    """

    name: str
    program: int
    family: str
    roles: tuple[Role, ...]
    low: int
    high: int
    comfortable_low: int
    comfortable_high: int
    polyphonic: bool
    sustained: bool
    words: tuple[str, ...] = ()

    @property
    def is_drum(self) -> bool:
        """Whether its pitches are percussion keys."""
        return self.family == "drums"

    @property
    def is_voice(self) -> bool:
        """Whether it sings words."""
        return self.family == "voices"

    @property
    def title(self) -> str:
        """Its name as people read it, such as "electric piano"."""
        return self.name.replace("_", " ")


@dataclass(frozen=True)
class Group:
    """Words that mean several instruments, such as "guitars" or "brass".

    Attributes:
        name: unique.
        words: what people call it, in lower case.
        instruments: names of its members, the likeliest first.
    """

    name: str
    words: tuple[str, ...]
    instruments: tuple[str, ...]


def instruments() -> Mapping[str, Instrument]:
    """Return every instrument by name, families in the order of `FAMILIES`."""
    return _table()[0]


def groups() -> Mapping[str, Group]:
    """Return the groups of instruments by name."""
    return _table()[1]


def instrument(name: str) -> Instrument:
    """Return one instrument.

    Raises:
        ConfigError: the table has none of that name; similar names are in the hint.
    """
    table = instruments()
    if name not in table:
        raise ConfigError(
            f"there is no instrument named '{name}'", hint=suggestion(name, table, "instruments")
        )
    return table[name]


def validate_instruments(data: object) -> list[str]:
    """Return what is wrong with a parsed instrument table, a line a fault; nothing when it is valid."""
    if not isinstance(data, Mapping):
        return ["an instrument table must be a mapping with schema, families and groups"]
    faults = [
        f"unknown field '{key}'; {suggestion(str(key), ('schema', 'families', 'groups'), 'fields')}"
        for key in data
        if key not in ("schema", "families", "groups")
    ]
    if data.get("schema") != SCHEMA:
        faults.append(f"schema must be {SCHEMA}; found {data.get('schema')!r}")
    families = data.get("families")
    if not isinstance(families, Mapping):
        return [*faults, "families must map families to their instruments"]
    names: list[str] = []
    owners: dict[str, str] = {}
    for family, members in families.items():
        if family not in FAMILIES:
            faults.append(f"families.{family}: a family is one of {', '.join(FAMILIES)}")
        if not isinstance(members, Mapping):
            faults.append(f"families.{family} must map names of instruments to their fields")
            continue
        for name, fields in members.items():
            place = f"families.{family}.{name}"
            if name in names:
                faults.append(f"{place}: an instrument must stand once, and this one stands twice")
            names.append(str(name))
            faults += [f"{place}{fault}" for fault in _instrument_faults(fields, is_drum=family == "drums")]
            faults += _claim_words(owners, fields, place)
    for name, fields in (data.get("groups") or {}).items():
        place = f"groups.{name}"
        faults += [f"{place}{fault}" for fault in _group_faults(fields, list(dict.fromkeys(names)))]
        faults += _claim_words(owners, fields, place)
    return faults


@cache
def _table() -> tuple[Mapping[str, Instrument], Mapping[str, Group]]:
    from muzecli.config import read_mapping
    from muzecli.resources import presets_dir

    path = presets_dir() / "instruments" / "general.yaml"
    data = read_mapping(path, what="instrument table")
    if faults := validate_instruments(data):
        raise ConfigError(f"{path}: {faults[0]}", hint="reinstall muze, or undo the change to this file")
    table = {
        name: _instrument(name, family, fields)
        for family in FAMILIES
        for name, fields in data["families"].get(family, {}).items()
    }
    found = {
        name: Group(name, tuple(map(str, fields["words"])), tuple(fields["instruments"]))
        for name, fields in data["groups"].items()
    }
    return MappingProxyType(table), MappingProxyType(found)


def _instrument(name: str, family: str, fields: Mapping[str, Any]) -> Instrument:
    low, high = fields["range"]
    comfortable_low, comfortable_high = fields["comfortable"]
    return Instrument(
        name=name,
        program=fields["program"],
        family=family,
        roles=tuple(Role(role) for role in fields["roles"]),
        low=low,
        high=high,
        comfortable_low=comfortable_low,
        comfortable_high=comfortable_high,
        polyphonic=fields["polyphonic"],
        sustained=fields["sustained"],
        words=tuple(map(str, fields["words"])),  # YAML reads 808 and 909 as numbers
    )


def _instrument_faults(fields: object, *, is_drum: bool) -> list[str]:
    if not isinstance(fields, Mapping):
        return [f" must be a mapping with {', '.join(_FIELDS)}"]
    faults = [f": unknown field '{key}'" for key in fields if key not in _FIELDS]
    faults += [f": {key} is missing" for key in _FIELDS if key not in fields]
    if faults:
        return faults
    if not _is_midi(fields["program"]):
        faults.append(f".program must be a whole number 0…127; found {fields['program']!r}")
    roles = fields["roles"]
    if not isinstance(roles, list) or not roles or any(role not in list(Role) for role in roles):
        faults.append(f".roles must be a list of {', '.join(Role)}; found {roles!r}")
    elif is_drum and roles[0] != Role.DRUMS:
        faults.append(f".roles must begin with drums in the family drums; found {roles!r}")
    spans = {}
    for key in ("range", "comfortable"):
        span = fields[key]
        if not isinstance(span, list) or len(span) != 2 or not all(map(_is_midi, span)) or span[0] >= span[1]:
            faults.append(f".{key} must be two MIDI pitches 0…127, the lower first; found {span!r}")
        else:
            spans[key] = span
    if len(spans) == 2 and not (
        spans["range"][0] <= spans["comfortable"][0] and spans["comfortable"][1] <= spans["range"][1]
    ):
        faults.append(
            f".comfortable must lie within the range {spans['range']}; found {spans['comfortable']}"
        )
    for key in ("polyphonic", "sustained"):
        if not isinstance(fields[key], bool):
            faults.append(f".{key} must be true or false; found {fields[key]!r}")
    return faults


def _group_faults(fields: object, names: list[str]) -> list[str]:
    if not isinstance(fields, Mapping) or sorted(fields) != sorted(_GROUP_FIELDS):
        return [f" must be a mapping with {' and '.join(_GROUP_FIELDS)}"]
    members = fields["instruments"]
    if not isinstance(members, list) or not members:
        return [f".instruments must be a list of names; found {members!r}"]
    return [
        f".instruments: there is no instrument '{name}'; {suggestion(str(name), names, 'instruments')}"
        for name in members
        if name not in names
    ]


def _claim_words(owners: dict[str, str], fields: object, place: str) -> list[str]:
    """Note whose each word is; return faults for words that are no words or are somebody else's."""
    words = fields.get("words") if isinstance(fields, Mapping) else None
    if not isinstance(words, list) or not words:
        return [f"{place}.words must be a list of words; found {words!r}"]
    faults = []
    for word in map(str, words):
        if not word.strip() or word != word.strip().lower():
            faults.append(f"{place}.words must be in lower case without blanks around; found {word!r}")
        owner = owners.setdefault(word, place)
        if owner != place:
            faults.append(f"{place}.words: '{word}' stands at {owner} already")
        elif words.count(word) > 1:
            faults.append(f"{place}.words: '{word}' stands twice")
    return faults


def _is_midi(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 127
