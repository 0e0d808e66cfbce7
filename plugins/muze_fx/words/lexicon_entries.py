"""One entry of the lexicon: what it holds, how it is cut out of a file, how it is checked.

The files of `presets/lexicon` are plain YAML, with one thing fixed: a descriptor's name starts its line, indented by
two spaces. Parsing all of the YAML costs some 80 ms of CPU, indexing it 25; so a file is cut at the names, and only
the few entries that a prompt uses are parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from muzecli.errors import ConfigError

SCHEMA = "muze.lexicon/1"
KINDS = (
    "timbre",
    "space",
    "dynamics",
    "level",
    "mood",
    "era",
    "medium",
    "place",
    "effect",
    "instrument",
    "genre",
    "motion",
)
#: Octave centres of every curve, Hz.
BANDS_HZ = (31.5, 63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0)
#: No word moves a band by more than this at strength 1.
MAX_GAIN_DB = 15.0

_FIELDS = ("kind", "opposite_of", "curve_db", "high_pass_hz", "low_pass_hz", "effects", "synonyms", "note")
_HEAD = ("schema", "descriptors")
_NAME = re.compile(r"""^ {2}(?:"([^"\n]+)"|'([^'\n]+)'|([^\s#:"'][^:#\n]*?)):(?=\s)""", re.M)
_KIND = re.compile(r"\bkind: *([a-z]+)")
_OPPOSITE = re.compile(r"""\bopposite_of: *["']?([^"',}\n]+)""")
_SYNONYMS = re.compile(r"\bsynonyms: *\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One meaning, with all the words for it.

    Attributes:
        name: canonical form.
        kind: one of `KINDS`.
        synonyms: other forms, inflections not included.
        curve_db: gain at `BANDS_HZ`, dB, at strength 1; None without one or where `opposite_of` gives it.
        high_pass_hz: lower edge of a band-limited medium, or None.
        low_pass_hz: upper edge of a band-limited medium, or None.
        effects: settings by effect at strength 1; an opposite has its own, nothing of them is mirrored.
        opposite_of: name of the descriptor whose curve this one mirrors, or None.
        note: why it is like that.
        mirrored_db: the other's curve with its sign turned, for an opposite; else None.
    """

    name: str
    kind: str
    synonyms: tuple[str, ...]
    curve_db: tuple[float, ...] | None
    high_pass_hz: float | None
    low_pass_hz: float | None
    effects: Mapping[str, Mapping[str, float | str]]
    opposite_of: str | None
    note: str
    mirrored_db: tuple[float, ...] | None = field(default=None, repr=False)

    def effective_curve(self) -> tuple[float, ...] | None:
        """Return the gain at `BANDS_HZ` in dB, mirrored from the antonym where the antonym holds it."""
        return self.curve_db if self.opposite_of is None else self.mirrored_db


@dataclass(frozen=True, slots=True)
class Entry:
    """A descriptor before its YAML is parsed: what the index needs to know of it.

    Attributes:
        path: the file it stands in.
        name: canonical form.
        text: its YAML, name and all.
        kind: as written, not checked yet.
        opposite_of: as written, not checked yet.
        words: the name and the synonyms.
    """

    path: Path
    name: str
    text: str
    kind: str
    opposite_of: str | None
    words: tuple[str, ...]


def entry_error(path: Path, name: str, problem: str, key: str | None = None) -> ConfigError:
    """Return the error for one entry: file, word, field, and what must hold."""
    return ConfigError(
        f"{path.name}: {name!r}{f', {key}' if key else ''}: {problem}",
        hint=f"correct the entry in {path}",
        details={"file": str(path), "word": name, "field": key},
    )


def cut_file(path: Path) -> Iterator[Entry]:
    """Yield the entries of a file, unparsed.

    Raises:
        ConfigError: the file's head is not that of a lexicon.
    """
    text = path.read_text(encoding="utf-8")
    found = list(_NAME.finditer(text))
    head = parse_yaml(path, text[: found[0].start()] if found else text)
    if head.get("schema") != SCHEMA:
        raise ConfigError(
            f"{path.name}: schema must be {SCHEMA!r}, found {head.get('schema')!r}", hint=f"edit {path}"
        )
    if unknown := sorted(set(map(str, head)) - set(_HEAD)):
        raise ConfigError(
            f"{path.name}: unknown key {unknown[0]!r}, known are {', '.join(_HEAD)}", hint=f"edit {path}"
        )
    if not found:
        raise ConfigError(f"{path.name}: descriptors must not be empty", hint=f"edit or remove {path}")
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        name, block = match[1] or match[2] or match[3], text[match.start() : end]
        kind, opposite, synonyms = _KIND.search(block), _OPPOSITE.search(block), _SYNONYMS.search(block)
        words = [word.strip(" \n\"'") for word in synonyms[1].split(",")] if synonyms else []
        yield Entry(
            path=path,
            name=name,
            text=block,
            kind=kind[1] if kind else "",
            opposite_of=opposite[1].strip() if opposite else None,
            words=(name, *filter(None, words)),
        )


def parse_yaml(path: Path, text: str) -> dict[Any, Any]:
    """Parse a mapping out of a file or of a part of it.

    Raises:
        ConfigError: it is not YAML, or no mapping.
    """
    try:
        data = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise ConfigError(f"{path.name}: not valid YAML: {reason}", hint=f"correct {path}") from error
    if not isinstance(data, dict):
        raise ConfigError(
            f"{path.name}: must hold a mapping, found {type(data).__name__}", hint=f"correct {path}"
        )
    return data


def parse_entry(entry: Entry, base: Descriptor | None) -> Descriptor:
    """Parse and check an entry.

    Args:
        entry: the entry.
        base: the descriptor that it is the opposite of, or None.

    Raises:
        ConfigError: names the file, the word and the field.
    """
    path, name = entry.path, entry.name
    fields = parse_yaml(path, entry.text)[name]
    if not isinstance(fields, dict):
        raise entry_error(path, name, f"must hold a mapping, found {fields!r}")
    if unknown := sorted(set(map(str, fields)) - set(_FIELDS)):
        raise entry_error(path, name, f"unknown key, known are {', '.join(_FIELDS)}", unknown[0])
    if fields.get("kind") not in KINDS:
        raise entry_error(
            path, name, f"must be one of {', '.join(KINDS)}, found {fields.get('kind')!r}", "kind"
        )
    note = fields.get("note")
    if not isinstance(note, str) or not note.strip():
        raise entry_error(path, name, f"must say why in a line, found {note!r}", "note")
    synonyms = fields.get("synonyms", [])
    if not isinstance(synonyms, list) or not all(isinstance(word, str) and word.strip() for word in synonyms):
        raise entry_error(
            path, name, f"must be a list of words in quotes or letters, found {synonyms!r}", "synonyms"
        )
    curve = _curve(entry, fields.get("curve_db"))
    if base is not None:
        if curve is not None:
            raise entry_error(path, name, "must be left out, opposite_of gives the curve", "curve_db")
        if base.opposite_of is not None:
            raise entry_error(
                path, name, f"{base.name!r} is itself the opposite of {base.opposite_of!r}", "opposite_of"
            )
        if base.curve_db is None or base.high_pass_hz is not None or base.low_pass_hz is not None:
            raise entry_error(
                path, name, f"{base.name!r} must have a curve, and no filters, to mirror", "opposite_of"
            )
    descriptor = Descriptor(
        name=name,
        kind=fields["kind"],
        synonyms=tuple(synonyms),
        curve_db=curve,
        high_pass_hz=_cutoff(entry, "high_pass_hz", fields.get("high_pass_hz")),
        low_pass_hz=_cutoff(entry, "low_pass_hz", fields.get("low_pass_hz")),
        effects=_effects(entry, fields.get("effects", {})),
        opposite_of=None if base is None else base.name,
        note=note,
        mirrored_db=None
        if base is None or base.curve_db is None
        else tuple(0.0 - gain for gain in base.curve_db),
    )
    if descriptor.effective_curve() is None and not descriptor.effects and not descriptor.low_pass_hz:
        raise entry_error(path, name, "must do something: give it a curve_db, effects or opposite_of")
    return descriptor


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _curve(entry: Entry, value: object) -> tuple[float, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != len(BANDS_HZ) or not all(map(_is_number, value)):
        found = len(value) if isinstance(value, list) else value
        raise entry_error(
            entry.path, entry.name, f"must be {len(BANDS_HZ)} numbers in dB, found {found!r}", "curve_db"
        )
    beyond = [gain_db for gain_db in value if not -MAX_GAIN_DB <= gain_db <= MAX_GAIN_DB]
    if beyond:
        problem = f"must stay within ±{MAX_GAIN_DB:g} dB, found {beyond[0]!r}"
        raise entry_error(entry.path, entry.name, problem, "curve_db")
    return tuple(float(gain_db) for gain_db in value)


def _cutoff(entry: Entry, key: str, value: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not 20 <= value <= 20000:
        raise entry_error(
            entry.path, entry.name, f"must be a frequency of 20 to 20000 Hz, found {value!r}", key
        )
    return float(value)


def _effects(entry: Entry, value: object) -> Mapping[str, Mapping[str, float | str]]:
    if not isinstance(value, dict):
        raise entry_error(entry.path, entry.name, f"must map effects to settings, found {value!r}", "effects")
    for effect, settings in value.items():
        if not isinstance(settings, dict) or not all(
            isinstance(v, int | float | str) for v in settings.values()
        ):
            problem = f"{effect} must map its parameters to values, found {settings!r}"
            raise entry_error(entry.path, entry.name, problem, "effects")
    return MappingProxyType(
        {str(effect): MappingProxyType(dict(settings)) for effect, settings in value.items()}
    )
