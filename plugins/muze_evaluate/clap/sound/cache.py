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

from muze_evaluate.clap.sound.spectra import HARMONY_FFT, MEL, RATE_HZ, SEMITONES, VERSION, WIDTH, blocks_of
from muzecli.console import Console
from muzecli.errors import BadDataError
from muzecli.training.arrays import StoredArray, cached

Blocks = npt.NDArray[np.float16]


@dataclass(frozen=True)
class StoredSpectra:
    """The spectra of one recording, of which stretches are read as they are asked for.

    Attributes:
        array: (K, WIDTH) float16 on disk.
    """

    array: StoredArray

    @property
    def path(self) -> Path:
        """Its file."""
        return self.array.path

    @property
    def count(self) -> int:
        """K, its blocks."""
        return self.array.shape[0]

    def read(self, start: int, stop: int) -> Blocks:
        """Return blocks [start, stop), (stop − start, WIDTH).

        Raises:
            InputMissingError: the file is gone.
        """
        return np.asarray(self.array[start:stop], np.float16)


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
    arrays = cached(
        cache / f"clap-{_front_end()}",
        keys,
        lambda index: _blocks(paths[index]),
        console=console,
        what="spectra",
    )
    for array in arrays:
        if array.dtype != np.float16 or len(array.shape) != 2 or array.shape[1] != WIDTH:
            raise BadDataError(
                f"{array.path} is damaged: it holds {array.dtype} {array.shape}",
                hint="remove it; it is made again from the audio",
            )
    return [StoredSpectra(array) for array in arrays]


def _blocks(path: Path) -> Blocks:
    from muzecli.audio.reader import read_audio
    from muzecli.audio.resample import resample

    samples, info = read_audio(path)
    mono = samples.mean(axis=0, keepdims=True)
    if info.rate_hz != RATE_HZ:
        mono = resample(mono, info.rate_hz, RATE_HZ)
    return blocks_of(mono[0]).astype(np.float16)


def _front_end() -> str:
    """Return a key of all that decides the values."""
    return hashlib.blake2b(f"{MEL}|{HARMONY_FFT}|{SEMITONES}|{VERSION}".encode(), digest_size=6).hexdigest()
