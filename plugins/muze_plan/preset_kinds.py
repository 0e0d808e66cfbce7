"""The kinds of preset that this plugin brings: genres, templates and the instrument table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError
from muzecli.preset_kind import FilePresets


class GenrePresets(FilePresets):
    """What a kind of music does where nobody says otherwise (`muze.genre/1`)."""

    name = "genres"
    summary = "kinds of music that muze plan knows"

    def read(self, path: Path) -> object:
        """Read a genre, and look for its templates."""
        from muze_plan.genre_files import load_genre
        from muze_plan.templates import template_names

        genre = load_genre(path)
        missing = sorted(set(genre.templates) - set(template_names()))
        if missing:
            raise ConfigError(f"templates.{missing[0]}: there is no such template")
        return genre


class TemplatePresets(FilePresets):
    """Forms of songs (`muze.template/1`)."""

    name = "templates"
    summary = "forms for muze plan --template"

    def read(self, path: Path) -> object:
        """Read a template."""
        from muze_plan.templates import load_template

        return load_template(path)


class InstrumentPresets:
    """The instrument table (`muze.instruments/1`)."""

    name = "instruments"
    summary = "instruments that plans may name"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with an instrument table."""
        from muzecli.song.instruments import validate_instruments

        return validate_instruments(data)

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return how many instruments the table holds."""
        families = data.get("families")
        members = (
            [m for m in families.values() if isinstance(m, Mapping)] if isinstance(families, Mapping) else []
        )
        return f"{sum(map(len, members))} instruments in {len(members)} families"
