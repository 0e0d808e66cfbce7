"""Templates: the forms of songs, as files of `presets/templates` or of the user's own.

    sections:
      - {type: intro, bars: 4, energy: 0.3, drop: 2}
      - {type: verse, bars: 8, energy: 0.5, has_vocals: true}
      - more:                       # played again between its neighbours when the song is long
          - {type: verse, bars: 8, energy: 0.5, has_vocals: true}
        most: 4

`bars` is the length that a section has in a song of ordinary length; how it is fitted to another, the module
`muze_plan.fitting` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path

from muze_plan.fields import Fields, read_fields
from muzecli.errors import ConfigError
from muzecli.presets import SUFFIXES, all_presets, find_preset
from muzecli.song.plan import SectionType

SCHEMA = "muze.template/1"
MAX_BARS = 64
MAX_SECTIONS = 64

_SECTION_FIELDS = ("type", "bars", "energy", "has_vocals", "min_bars", "drop", "letter", "rigid")


@dataclass(frozen=True)
class FormSection:
    """A section of a form.

    Attributes:
        type: one of the thirteen.
        bars: its length in a song of ordinary length.
        energy: 0…1.
        has_vocals: whether somebody sings, where the song has singing.
        min_bars: what it must have if it is there at all.
        drop: when it is left out of a short song, 1 first; None: never before those that have a number.
        letter: sections of the same letter share their chords; None: those of its type do.
        rigid: whether it keeps `bars` however long the song is, as the twelve bars of a blues.
    """

    type: SectionType
    bars: int
    energy: float
    has_vocals: bool = False
    min_bars: int = 1
    drop: int | None = None
    letter: str | None = None
    rigid: bool = False


@dataclass(frozen=True)
class More:
    """Sections that are played again, all of them, when the song is long.

    Attributes:
        sections: in order.
        most: how often at most.
    """

    sections: tuple[FormSection, ...]
    most: int = 16


@dataclass(frozen=True)
class Template:
    """A form.

    Attributes:
        name: as plans note it.
        summary: one line.
        items: sections in order, and groups that may be repeated between them.
        stretch: how much shorter and longer than written its sections may get before some are left out or
            repeated.
    """

    name: str
    summary: str
    items: tuple[FormSection | More, ...]
    stretch: tuple[float, float] = (0.5, 1.75)

    @property
    def sections(self) -> tuple[FormSection, ...]:
        """The sections without any that are played again."""
        return tuple(item for item in self.items if isinstance(item, FormSection))


def template_names() -> tuple[str, ...]:
    """Return the names of all templates, sorted: those that ship and the user's own."""
    return tuple(preset.name for preset in all_presets("templates"))


def template(name: str) -> Template:
    """Return a template by its name or its file.

    Raises:
        InputMissingError: a file is named that does not exist.
        ConfigError: there is none of that name, or its file is wrong; names field and line.
    """
    if Path(name).suffix in SUFFIXES or "/" in name:
        return load_template(find_preset(name, "templates").path)
    files = {preset.name: preset.path for preset in all_presets("templates")}
    path = files.get(name) or files.get(name.replace("-", "_").replace(" ", "_").lower())
    if path is None:
        close = get_close_matches(name, files, n=3)
        hint = f"did you mean {', '.join(close)}?" if close else "muze templates list shows all"
        raise ConfigError(f"there is no template named '{name}'", hint=hint)
    return load_template(path)


def load_template(path: Path) -> Template:
    """Read a template's file.

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
def _load(path: Path, changed_ns: int) -> Template:
    return parse_template(read_fields(path, what="template"), path.stem)


def parse_template(fields: Fields, name: str) -> Template:
    """Read a template out of a file's fields; `name` is for one that gives itself none.

    Raises:
        ConfigError: it is wrong; names field and line.
    """
    if fields.text("schema") != SCHEMA:
        raise fields.error("schema", f"must be {SCHEMA}, found '{fields.text('schema')}'")
    fields.only("schema", "name", "summary", "stretch", "sections")
    stretch = fields.mapping("stretch", {})
    stretch.only("low", "high")
    items = tuple(_item(item) for item in fields.items("sections"))
    if not any(isinstance(item, FormSection) for item in items):
        raise fields.error("sections", "must have a section outside of `more`")
    if len(items) > MAX_SECTIONS:
        raise fields.error("sections", f"must be at most {MAX_SECTIONS}, found {len(items)}")
    return Template(
        name=fields.text("name", name),
        summary=fields.text("summary", ""),
        items=items,
        stretch=(stretch.number("low", 0.05, 1.0, 0.5), stretch.number("high", 1.0, 16.0, 1.75)),
    )


def _item(fields: Fields) -> FormSection | More:
    if "more" not in fields:
        return _section(fields)
    fields.only("more", "most")
    sections = tuple(_section(item) for item in fields.items("more"))
    return More(sections, fields.whole("most", 1, 64, 16))


def _section(fields: Fields) -> FormSection:
    fields.only(*_SECTION_FIELDS)
    kind = fields.text("type")
    if kind not in list(SectionType):
        close = get_close_matches(kind, list(SectionType), n=1)
        hint = f"did you mean '{close[0]}'?" if close else None
        raise fields.error("type", f"must be one of {', '.join(SectionType)}, found '{kind}'", hint=hint)
    bars = fields.whole("bars", 1, MAX_BARS)
    min_bars = fields.whole("min_bars", 1, MAX_BARS, 1)
    if min_bars > bars:
        raise fields.error("min_bars", f"must not be more than bars, {bars}, found {min_bars}")
    return FormSection(
        type=SectionType(kind),
        bars=bars,
        energy=fields.number("energy", 0, 1),
        has_vocals=fields.flag("has_vocals", False),
        min_bars=min_bars,
        drop=fields.whole("drop", 1, 99) if "drop" in fields else None,
        letter=fields.text("letter") if "letter" in fields else None,
        rigid=fields.flag("rigid", False),
    )
