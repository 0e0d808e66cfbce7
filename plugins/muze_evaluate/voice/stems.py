"""Vocals that lie beside a song: they are the voice itself, and no separator gets as near.

    song.wav
    song_vocals.wav, song.vocals.wav
    song_stems/female_vocals.wav      as `muze generate --stems` writes them
    stems/song/male_vocals.flac       as `muze dataset synth --stems` does, beside the folder or in it

Several voices are added up.

Shapes: C channels, N samples of the song.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from muzecli.audio.formats import SUFFIXES

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

VOCALS = "vocals"
_FOLDER = "stems"


def vocals_beside(song: Path) -> tuple[Path, ...]:
    """Return the files with a song's voices, of the first place that has any; sorted."""
    near = [song.with_name(f"{song.stem}{mark}{VOCALS}") for mark in ("_", ".")]
    single = [path.with_name(path.name + suffix) for path in near for suffix in sorted(SUFFIXES)]
    found = [path for path in single if path.is_file()]
    if found:
        return (found[0],)
    parent = song.parent
    for folder in (
        parent / f"{song.stem}_{_FOLDER}",
        parent / _FOLDER / song.stem,
        parent.parent / _FOLDER / song.stem,
    ):
        if folder.is_dir():
            inside = sorted(path for path in folder.iterdir() if _is_vocals(path))
            if inside:
                return tuple(inside)
    return ()


def is_stem(path: Path) -> bool:
    """Say whether a file is a part of a song and no song, by its name or its folders'."""
    named = path.stem.lower().endswith((f"_{VOCALS}", f".{VOCALS}"))
    return named or any(part == _FOLDER or part.endswith(f"_{_FOLDER}") for part in path.parts[:-1])


def _is_vocals(path: Path) -> bool:
    name = path.stem.lower()
    return path.suffix.lower() in SUFFIXES and (name == VOCALS or name.endswith(f"_{VOCALS}"))


def read_vocals(paths: tuple[Path, ...], *, channels: int, frames: int, rate_hz: int) -> Floats:
    """Return the sum of stems as (C, N), brought to the song's rate, channels and length.

    Raises:
        BadDataError: a file cannot be read.
    """
    import numpy as np

    from muzecli.audio.reader import read_audio
    from muzecli.audio.resample import resample

    whole = np.zeros((channels, frames), np.float32)
    for path in paths:
        samples, info = read_audio(path)
        if samples.shape[0] != channels:
            samples = samples.mean(axis=0, keepdims=True)
        samples = resample(samples, info.rate_hz, rate_hz)[:, :frames]
        whole[:, : samples.shape[1]] += samples
    return whole
