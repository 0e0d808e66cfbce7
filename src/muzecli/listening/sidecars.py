"""Which texts beside an audio file belong to it: one rule for whoever reads them and whoever watches them change.

A text belongs to the audio file in its folder whose name without the suffix it begins with:

    song.ogg
    song.lrc              lines with times
    song.ultrastar.txt    syllables with times and pitches
    song.txt              lines

`song.ogg` and `song.wav` share their texts. Endings in capitals count as well, but mixed ones do not.
"""

from __future__ import annotations

from pathlib import Path

from muzecli.files import kind_of

ENDINGS = (".lrc", ".ultrastar.txt", ".txt")


def sidecars_of(path: Path) -> tuple[Path, ...]:
    """Return the texts that belong to an audio file and are there, always in the same order.

    Args:
        path: of the audio file, which itself need not be there.
    """
    folder, stem = path.parent, path.stem
    candidates = [folder / f"{stem}{cased}" for ending in ENDINGS for cased in (ending, ending.upper())]
    return tuple(candidate for candidate in candidates if kind_of(candidate) == "file")
