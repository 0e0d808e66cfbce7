"""Where lyrics come from without listening: texts beside the file, then those inside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from muze_dataset.hearing.words.embedded import embedded_lyrics
from muze_dataset.hearing.words.lrc import parse_lrc
from muze_dataset.hearing.words.plain import parse_plain
from muze_dataset.hearing.words.text_files import read_text
from muze_dataset.hearing.words.timed import Lyrics
from muze_dataset.hearing.words.ultrastar import parse_ultrastar

if TYPE_CHECKING:
    from muzecli.audio.types import Tags


def written_lyrics(
    beside: Sequence[Path], tags: Tags, *, title: str | None = None, artist: str | None = None
) -> tuple[Lyrics | None, str, tuple[str, ...]]:
    """Return the first lyrics that are written down.

    What a file holds is told from its text, not from its name: any of them may have times.

    Args:
        beside: texts beside the audio, those to look at first first.
        tags: of the audio file.
        title: of the song, where it is known.
        artist: the same.

    Returns:
        the lyrics or None; where they come from, such as "LRC beside the file"; and why texts that are there were
        not taken, a clause each.
    """
    refused: list[str] = []
    for path in beside:
        text = read_text(path)
        if text is None:
            refused.append(f"{path.name} is no text")
            continue
        for form, parse in (("UltraStar", parse_ultrastar), ("LRC", parse_lrc)):
            if timed := parse(text):
                return timed, f"{form} beside the file", tuple(refused)
        plain = parse_plain(text, title=title, artist=artist)
        if isinstance(plain, Lyrics):
            return plain, "text beside the file", tuple(refused)
        refused.append(f"{path.name} {plain}")
    found = embedded_lyrics(tags, title=title, artist=artist)
    return (*found, tuple(refused)) if found else (None, "", tuple(refused))
