"""The kinds of preset that this plugin brings: genres, templates and the instrument table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError


class GenrePresets:
    """What a kind of music does where nobody says otherwise (`muze.genre/1`)."""

    name = "genres"
    summary = "kinds of music that muze plan knows"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a genre, and which of its templates there are none of."""
        from muze_plan.genre_files import load_genre
        from muze_plan.templates import template_names

        try:
            genre = load_genre(path)
        except ConfigError as error:
            return [_line(error)]
        known = template_names()
        return [
            f"templates.{name}: there is no such template" for name in genre.templates if name not in known
        ]

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return the genre's own summary."""
        return str(data.get("summary") or "")


class TemplatePresets:
    """Forms of songs (`muze.template/1`)."""

    name = "templates"
    summary = "forms for muze plan --template"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a template."""
        from muze_plan.templates import load_template

        try:
            load_template(path)
        except ConfigError as error:
            return [_line(error)]
        return []

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return the template's own summary."""
        return str(data.get("summary") or "")


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


def _line(error: ConfigError) -> str:
    return error.message + (f" ({error.hint})" if error.hint else "")
