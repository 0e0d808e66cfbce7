"""Spectra of recordings on disk, by the recordings' content: made once, read a stretch at a time afterwards.

<cache>/clap-<front end>/<sha256 of the audio, 32 digits>.npy      (K, WIDTH) float16 nats
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_evaluate.clap.sound.spectra import HARMONY_FFT, MEL, RATE_HZ, SEMITONES, WIDTH, blocks_of
from muzecli.config import user_cache_dir
from muzecli.console import Console
from muzecli.errors import BadDataError, InputMissingError
from muzecli.files import atomic_path, file_sha256

Blocks = npt.NDArray[np.float16]


def default_cache() -> Path:
    """Return where spectra are kept when the user names no folder."""
    return user_cache_dir() / "training"


@dataclass(frozen=True)
class StoredSpectra:
    """The spectra of one recording, of which stretches are read as they are asked for.

    The file is open only for as long as that takes: a corpus with its parts has more recordings than a process may
    have files open.

    Attributes:
        path: an .npy file.
        count: K, its blocks.
        offset: bytes before the first value.
    """

    path: Path
    count: int
    offset: int

    @classmethod
    def at(cls, path: Path) -> StoredSpectra:
        """Read the header of a file.

        Raises:
            BadDataError: it is damaged.
            InputMissingError: it cannot be read.
        """
        try:
            with path.open("rb") as stream:
                np.lib.format.read_magic(stream)
                shape, _, dtype = np.lib.format.read_array_header_1_0(stream)
                offset = stream.tell()
            if dtype != np.float16 or len(shape) != 2 or shape[1] != WIDTH:
                raise ValueError(f"it holds {dtype} {shape}")
            if path.stat().st_size != offset + 2 * shape[0] * shape[1]:
                raise ValueError("it is cut short")
        except (ValueError, EOFError) as error:
            raise BadDataError(
                f"{path} is damaged: {error}", hint="remove it; it is made again from the audio"
            ) from error
        except OSError as error:
            raise _vanished(path, error) from error
        return cls(path, shape[0], offset)

    def read(self, start: int, stop: int) -> Blocks:
        """Return blocks [start, stop), (stop − start, WIDTH).

        Raises:
            InputMissingError: the file is gone.
        """
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.offset + 2 * WIDTH * start)
                values = np.fromfile(stream, np.float16, (stop - start) * WIDTH)
            return values.reshape(stop - start, WIDTH)
        except (OSError, ValueError) as error:  # gone, or cut short since
            raise _vanished(self.path, error) from error


def content_keys(paths: Sequence[Path]) -> list[str]:
    """Return the first 32 digits of each file's SHA-256.

    Raises:
        InputMissingError: a file is not there.
    """
    return [file_sha256(path)[:32] for path in paths]


def open_spectra(
    paths: Sequence[Path], keys: Sequence[str], cache: Path, *, console: Console
) -> list[StoredSpectra]:
    """Return the spectra of audio files; those that the cache lacks are computed.

    Several processes may do so at once: a file appears whole, and is the same whoever made it.

    Args:
        paths: the audio.
        keys: hash of the content of each.
        cache: the folder that all front ends share.
        console: where progress is shown.

    Raises:
        BadDataError: a recording cannot be decoded, or a file of the cache is damaged.
        InputMissingError: a recording is not there.
        OutputError: the disk is full.
    """
    folder = cache / f"clap-{_front_end()}"
    places = [folder / f"{key}.npy" for key in keys]
    missing = [index for index, place in enumerate(places) if not place.exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        with console.progress("spectra", len(missing)) as progress:
            for index in missing:
                if not places[
                    index
                ].exists():  # another process, or a recording with the same content, came first
                    _make(paths[index], places[index])
                progress.advance()
    return [StoredSpectra.at(place) for place in places]


def _make(path: Path, place: Path) -> None:
    from muzecli.audio.reader import read_audio
    from muzecli.audio.resample import resample

    samples, info = read_audio(path)
    mono = samples.mean(axis=0, keepdims=True)
    if info.rate_hz != RATE_HZ:
        mono = resample(mono, info.rate_hz, RATE_HZ)
    blocks = blocks_of(mono[0]).astype(np.float16)
    with atomic_path(place, overwrite=True) as part, part.open("wb") as stream:
        np.save(stream, blocks, allow_pickle=False)


def _front_end() -> str:
    """Return a key of all that decides the values."""
    return hashlib.blake2b(f"{MEL}|{HARMONY_FFT}|{SEMITONES}|1".encode(), digest_size=6).hexdigest()


def _vanished(path: Path, error: Exception) -> InputMissingError:
    return InputMissingError(
        f"cannot read {path} of the cache: {getattr(error, 'strerror', None) or error}",
        hint="give the same command again: it makes what the cache lacks, and goes on where it was",
    )
