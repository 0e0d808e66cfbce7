"""Artist, title, album, genre and year, from the file's tags, else from folder and file names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from muze_dataset.hearing.words.file_names import Named, artist_and_title, named
from muze_dataset.hearing.words.tag_texts import genre_in, is_listed, joined, year_in
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    from muzecli.audio.types import Tags as FileTags

# Of several dates the earliest event counts: a remaster is as old as its music.
_DATES = ("originaldate", "originalyear", "date", "year", "releasedate", "copyright", "℗")
_ARTISTS = ("artist", "performer")
_DOUBTFUL = 0.3
_FROM_NAMES = "folder and file names"
_NOWHERE = "neither the tags nor the names of folder and file tell the"


class Tags:
    """Reads what a file says of itself."""

    name = "tags"
    version = "2"
    needs = ("file",)
    uses = ()
    gives = ("artist", "title", "album", "genre", "year")
    cost_per_second = 1e-6

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return muze's genres: a tag that means one of them gets its name."""
        return {"genres": _genres()}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return each field from the tags, else from names, marked as a fallback."""
        from muzecli.audio.types import NO_TAGS

        tags = NO_TAGS if heard.info is None else heard.info.tags
        names = Named() if heard.path is None else named(_parts(heard))
        album = _tag(joined(tags.fields.get("album", ()), "album"), "album")
        genre = _genre(genre_in(tags.fields.get("genre", ()), known := _genres()), known)
        return {
            **_artist_and_title(tags, names),
            "album": album or _guess(names.album, "album") or absent(f"{_NOWHERE} album"),
            "genre": genre or absent("no tag tells the genre"),
            "year": _year(tags) or _guess(names.year, "date") or absent(f"{_NOWHERE} year"),
        }


def _genre(name: str | None, known: Sequence[str]) -> Finding | None:
    """Return the genre; one that nobody knows is in doubt, as people write anything there."""
    if name is None:
        return None
    doubtful = name not in known and not is_listed(name)
    return Finding(name, "tag genre", confidence=_DOUBTFUL if doubtful else None)


def _genres() -> list[str]:
    from muzecli.presets import all_presets

    return [preset.name for preset in all_presets("genres")]


def _parts(heard: Heard) -> tuple[str, ...]:
    path = heard.path
    assert path is not None
    inside = heard.root is not None and path.is_relative_to(heard.root)
    # Folders above the one that is searched say nothing that would hold on another machine.
    folders = path.relative_to(heard.root).parts[:-1] if inside and heard.root is not None else ()
    return (*folders, path.stem)


def _artist_and_title(tags: FileTags, names: Named) -> dict[str, Finding]:
    artist, title = None, _tag(joined(tags.fields.get("title", ()), "title"), "title")
    for field in _ARTISTS:
        artist = artist or _tag(joined(tags.fields.get(field, ()), "artist"), field)
    if artist is None and title is not None and (both := artist_and_title(title.value)):
        fallback = "no tag of the artist: the tag of the title names both"
        artist = Finding(both[0], "tag title", fallback=fallback)
        title = Finding(both[1], "tag title", fallback=fallback)
    if artist is None and (other := joined(tags.fields.get("albumartist", ()), "artist")):
        artist = Finding(other, "tag albumartist", fallback="no tag of the artist: the album's")
    return {
        "artist": artist or _guess(names.artist, "artist") or absent(f"{_NOWHERE} artist"),
        "title": title or _guess(names.title, "title") or absent(f"{_NOWHERE} title"),
    }


def _year(tags: FileTags) -> Finding | None:
    for field in _DATES:
        years = (year for text in tags.fields.get(field, ()) if (year := year_in(text)))
        if (year := next(years, None)) is not None:
            return Finding(year, f"tag {field}")
    return None


def _tag(value: str | None, field: str) -> Finding | None:
    return None if value is None else Finding(value, f"tag {field}")


def _guess(value: str | int | None, what: str) -> Finding | None:
    return None if value is None else Finding(value, _FROM_NAMES, fallback=f"no tag of the {what}")
