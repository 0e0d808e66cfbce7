"""What folder and file names say of a recording, by the habits of music collections.

    Artist/Album/01 - Title.mp3         Artist/1999 - Album/CD2/2-07 Title.flac
    Artist/Title.ogg                    Artist - Album - 01 - Title.ogg
    Artist - Title.flac                 01. Title.wav

Names are guesses: whoever takes one marks it as such.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from muze_dataset.hearing.words.tag_texts import telling, tidy, year_in

_DISC = re.compile(r"(cd|dis[ck]|disque|vinyl|lp|side|seite)[ _-]*([0-9]{1,2}|[a-d])", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?:[a-d]?\d{1,2}[-.])?(?:0\d{1,2}(?!\d)|\d{1,3}(?=\s*[-–._)\]]))\s*(?:[-–.)\]]\s*)*(?=\S)"
)
_LOOSE_NUMBER = re.compile(
    r"\d{1,2}\s+(?=\S)"
)  # "10 Title", which only beside an album's other tracks is a number
_DASH = re.compile(r"\s+[-–—]\s+")
_ALBUM_YEAR = re.compile(
    r"^[\[(]?((?:19|20)\d\d)[\])]?\s*[-–._]?\s+(?=\S)|\s*[\[(]((?:19|20)\d\d)(?:[^\])]{0,20})[\])]$"
)

# Folders that hold music of anybody; as names of artists they would be invented.
_ANYBODY = frozenset(
    {
        *(
            "songs",
            "song",
            "music",
            "audio",
            "tracks",
            "track",
            "loops",
            "loop",
            "samples",
            "sample",
            "instruments",
        ),
        *(
            "instrument",
            "voices",
            "voice",
            "vocals",
            "vocal",
            "recordings",
            "recording",
            "downloads",
            "download",
        ),
        *(
            "wav",
            "wave",
            "mp3",
            "flac",
            "ogg",
            "aiff",
            "clips",
            "clip",
            "stems",
            "stem",
            "dataset",
            "datasets",
            "data",
        ),
        *(
            "train",
            "valid",
            "validation",
            "test",
            "dev",
            "eval",
            "misc",
            "other",
            "others",
            "unsorted",
            "singles",
        ),
        *("sounds", "sound", "media", "library", "collection", "itunes", "mixes", "various", "compilations"),
        *(
            "soundtracks",
            "sampler",
            "new",
            "temp",
            "tmp",
            "input",
            "output",
            "raw",
            "home",
            "desktop",
            "public",
        ),
    }
)


@dataclass(frozen=True)
class Named:
    """What names say; None where they say nothing."""

    artist: str | None = None
    title: str | None = None
    album: str | None = None
    year: int | None = None


def named(parts: Sequence[str]) -> Named:
    """Return what the path of a file says.

    Args:
        parts: names of the folders below the one that is searched, and the file's without its ending.
    """
    folders = [_spaced(part) for part in parts[:-1]]
    folders = [folder for folder in folders if not _DISC.fullmatch(folder)]
    folders = [folder for folder in folders if folder.casefold() not in _ANYBODY]
    found = Named()
    if len(folders) >= 2:
        found = _with_album(Named(artist=telling(folders[-2], "artist")), folders[-1])
    elif folders:
        found = Named(artist=telling(folders[-1], "artist"))
    return _with_file(found, _spaced(parts[-1]), in_album=found.album is not None)


def artist_and_title(text: str) -> tuple[str, str] | None:
    """Return artist and title of "Artist - Title"; None where a text is not of that form."""
    pieces = [piece for piece in _DASH.split(tidy(text)) if piece]
    if len(pieces) != 2:
        return None
    artist, title = telling(pieces[0], "artist"), telling(pieces[1], "title")
    return (artist, title) if artist and title and not artist.isdigit() else None


def without_number(name: str, *, in_album: bool) -> str:
    """Return a file's name without the number of the track that it begins with: "01 - ", "2-07 ", "3. ".

    A number without a nought or a sign after it may belong to the title ("99 Luftballons"): it is dropped only
    where the file lies in an album's folder.
    """
    match = _NUMBER.match(name) or (_LOOSE_NUMBER.match(name) if in_album else None)
    rest = name[match.end() :] if match else name
    return rest if any(mark.isalnum() for mark in rest) else name


def _spaced(name: str) -> str:
    """Return a name with spaces, for those who put underscores in their place."""
    return tidy(name if " " in name.strip() else name.replace("_", " "))


def _with_album(found: Named, folder: str) -> Named:
    year = _ALBUM_YEAR.search(folder)
    name = _ALBUM_YEAR.sub("", folder, count=1).strip() or folder
    if found.artist and name.casefold().startswith(f"{found.artist} - ".casefold()):
        name = name[len(found.artist) + 3 :]
    return replace(found, album=telling(name, "album"), year=year_in(year[0]) if year else None)


def _with_file(found: Named, name: str, *, in_album: bool) -> Named:
    pieces = [piece for piece in _DASH.split(without_number(name, in_album=in_album)) if piece]
    numbers = [index for index, piece in enumerate(pieces) if index and re.fullmatch(r"\d{1,3}", piece)]
    if numbers and numbers[0] + 1 < len(pieces):  # Artist - 01 - Title, Artist - Album - 01 - Title
        before, after = pieces[: numbers[0]], pieces[numbers[0] + 1 :]
        album = telling(before[1], "album") if len(before) > 1 else None
        artist = found.artist or telling(before[0], "artist")
        return replace(
            found, artist=artist, album=found.album or album, title=telling(" - ".join(after), "title")
        )
    if len(pieces) < 2:
        return replace(found, title=telling(" - ".join(pieces), "title"))
    first, rest = telling(pieces[0], "artist"), telling(" - ".join(pieces[1:]), "title")
    if found.album is not None and first and found.artist and first.casefold() != found.artist.casefold():
        # In an artist's album a dash belongs to the title ("Part One - The Sea").
        return replace(found, title=telling(" - ".join(pieces), "title"))
    return replace(found, artist=first or found.artist, title=rest)
