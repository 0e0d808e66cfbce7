"""Read audio files block by block, and refuse what cannot be trusted with one clear line.

Damage is refused wherever the format shows it: a failed checksum, a sample that is missing. MP3 frames carry no
dependable checksum and small faults are common, so gaps there are a note, and only a shortfall is refused.

Shapes: C channels, N frames; samples are float32 `(C, N)`, full scale ±1.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import soundfile

from muzecli.audio.formats import READABLE_FORMATS, READABLE_NAMES
from muzecli.audio.headers import examine
from muzecli.audio.native_stderr import Mpg123Filter
from muzecli.audio.recognise import not_audio
from muzecli.audio.sources import PatchedFile, RawSource, seekable
from muzecli.audio.tags import read_tags
from muzecli.audio.types import BLOCK_FRAMES, AudioInfo, RawFormat
from muzecli.errors import BadDataError

Samples = npt.NDArray[np.float32]

_UNKNOWN_FRAMES = 2**62  # libsndfile says 2⁶³ − 1 for a FLAC that was written to a pipe
_HIGHEST_RATE_HZ = 1_000_000  # beyond any converter: a damaged header
_MP3_LOST_FRAMES = 2 * 1152  # a decoder may drop a frame or two at a cut without anything being wrong
_MP3_GAPS = "is damaged in places: the MP3 decoder left gaps"
_FLOAT_SUBTYPES = ("FLOAT", "DOUBLE")  # the others cannot store NaN or infinity
_NEVER_MP3 = (b"RIFF", b"RIFX", b"RF64", b"FORM", b"fLaC", b"OggS")


class _Sequential(soundfile.SoundFile):  # type: ignore[misc]
    """A SoundFile read strictly forwards.

    soundfile seeks after every read of a seekable file, and that seek fails, hiding the samples just read, where
    a FLAC has no length in its header or ends in the middle.
    """

    def seekable(self) -> bool:
        return False


class AudioReader:
    """An opened audio file; make one with `open_audio` and use it in a `with` statement.

    Attributes:
        name: how messages call it.
        info: rate, channels, frames, container, sample format and tags.
        notes: what the user should be told though the file can be read; each goes on from the file's name.
    """

    def __init__(
        self,
        source: Any,
        info: AudioInfo,
        *,
        name: str,
        notes: list[str],
        mp3_filter: Mpg123Filter | None = None,
    ) -> None:
        self.name = name
        self.info = info
        self.notes = notes
        self._source = source
        self._filter = mp3_filter
        self._position = 0
        self._resources = ExitStack()

    def blocks(self, frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
        """Yield the file from its beginning in blocks `(C, n)`, n = `frames` but for the last.

        May be called again for another pass; that ends the one before.

        Raises:
            BadDataError: the file is damaged, ends early, or holds NaN or infinity.
        """
        if self._position:
            self._source.seek(0)
        self._position = 0
        while True:
            block = self._next(frames)
            if block.shape[1] == 0:
                break
            self._position += block.shape[1]
            yield block
        self._check_end()

    def read(self) -> Samples:
        """Return the whole file `(C, N)`; errors as in `blocks`."""
        return np.concatenate(list(self.blocks()), axis=1)

    def close(self) -> None:
        """Close the file and remove temporary copies."""
        self._resources.close()

    def __enter__(self) -> AudioReader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _next(self, frames: int) -> Samples:
        try:
            if self._filter is None:
                interleaved = self._source.read(frames, dtype="float32", always_2d=True)
            else:
                with self._filter.call():
                    interleaved = self._source.read(frames, dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise self._damaged() from error
        block = np.ascontiguousarray(interleaved.T)
        if self.info.subtype in _FLOAT_SUBTYPES and not np.isfinite(block).all():
            at = self._position + int(np.argmin(np.isfinite(block).all(axis=0)))
            raise BadDataError(
                f"{self.name}: every sample must be a number, but frame {at} ({at / self.info.rate_hz:.3f} s) is"
                " NaN or infinite",
                hint="write the file anew with the program that made it",
            )
        return block

    def _check_end(self) -> None:
        missing = self.info.frames - self._position
        if missing > (_MP3_LOST_FRAMES if self.info.container == "mp3" else 0):
            raise self._damaged()
        if self._filter and any("error:" in remark for remark in self._filter.remarks):
            self._filter.remarks.clear()
            if _MP3_GAPS not in self.notes:
                self.notes.append(_MP3_GAPS)

    def _damaged(self) -> BadDataError:
        rate_hz, frames = self.info.rate_hz, self.info.frames
        whole = f"of {frames / rate_hz:.2f} s " if 0 < frames < _UNKNOWN_FRAMES else ""
        return BadDataError(
            f"{self.name}: the audio is damaged or ends early: {whole}only the first"
            f" {self._position / rate_hz:.2f} s can be decoded",
            hint="get a whole copy of the file",
        )


def open_audio(
    source: Path | BinaryIO, *, name: str | None = None, raw: RawFormat | None = None
) -> AudioReader:
    """Open a WAV, FLAC, MP3, OGG or AIFF file, or headerless samples, by content and not by name.

    What can be known without decoding is checked here; damage inside the audio shows while `blocks` is read.

    Args:
        source: a path or an open binary stream; a pipe is copied to a temporary file first.
        name: how messages call it; the path, or the stream's name, where it is absent.
        raw: read headerless 32-bit float samples of this rate and channel count.

    Raises:
        InputMissingError: there is no such file, or it may not be read.
        BadDataError: it is a folder, empty, cut short, not audio, of a type muze does not read, or holds no
            samples.

    Example:
        >>> with open_audio(Path("in.flac")) as audio:
        ...     peak = max(abs(block).max() for block in audio.blocks())
    """
    label = name or (str(source) if isinstance(source, Path) else str(getattr(source, "name", "the input")))
    with ExitStack() as stack:
        file = seekable(source, label, stack)
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            raise BadDataError(f"{label}: the file is empty (0 bytes)", hint="give a file with audio in it")
        if raw is not None:
            reader = _open_raw(file, size, label, raw)
        else:
            # A regular file goes to libsndfile by its name: junk before the first MP3 frame hides its type.
            path = source if isinstance(source, Path) and source.is_file() else None
            reader = _open_coded(file, size, label, path, stack)
        reader._resources = stack.pop_all()
    return reader


def read_audio(path: Path) -> tuple[Samples, AudioInfo]:
    """Read a whole file; return its samples `(C, N)` and what is known of it (errors as in `open_audio`)."""
    with open_audio(path) as reader:
        return reader.read(), reader.info


def _open_raw(file: BinaryIO, size: int, label: str, raw: RawFormat) -> AudioReader:
    frames, rest = divmod(size, 4 * raw.channels)
    if rest:
        raise BadDataError(
            f"{label}: raw float32 audio with {raw.channels} channels must be a multiple of {4 * raw.channels} bytes,"
            f" got {size}",
            hint="check the channel count, or get a whole copy",
        )
    info = AudioInfo(raw.rate_hz, raw.channels, frames, "raw", "FLOAT")
    return AudioReader(RawSource(file, raw), info, name=label, notes=[])


def _open_coded(file: BinaryIO, size: int, label: str, path: Path | None, stack: ExitStack) -> AudioReader:
    promise = examine(file, size)
    if promise.broken:
        raise BadDataError(
            f"{label}: the file is cut short: its header promises {promise.promised_bytes} bytes of audio, but only"
            f" {promise.present_bytes} are there",
            hint="get a whole copy of the file",
        )
    file.seek(0)
    head = file.read(128)
    as_it_is = path is not None and not promise.patches and not promise.insert[1]
    target: Any = (
        os.fsencode(path) if path and as_it_is else PatchedFile(file, promise.patches, promise.insert)
    )
    mp3_filter = None if head[:4] in _NEVER_MP3 else stack.enter_context(Mpg123Filter())
    try:
        if mp3_filter is None:
            sound = stack.enter_context(_Sequential(target, "r"))
        else:
            with mp3_filter.call():
                sound = stack.enter_context(_Sequential(target, "r"))
    except soundfile.LibsndfileError as error:
        raise not_audio(label, head) from error
    container = READABLE_FORMATS.get(sound.format)
    if container is None:
        raise BadDataError(
            f"{label}: {sound.format_info} is not supported, muze reads {READABLE_NAMES}",
            hint="convert it to WAV or FLAC",
        )
    frames = int(sound.frames)
    if frames == 0:
        raise BadDataError(
            f"{label}: the {container.upper()} file has a header but no audio (0 samples)",
            hint="give a file with audio in it",
        )
    if not 1 <= sound.samplerate <= _HIGHEST_RATE_HZ:
        raise BadDataError(
            f"{label}: the sampling rate must be 1 to {_HIGHEST_RATE_HZ} Hz, but the header says {sound.samplerate}",
            hint="get a whole copy of the file",
        )
    notes = [promise.note] if promise.note else []
    info = AudioInfo(sound.samplerate, sound.channels, frames, container, sound.subtype)
    reader = AudioReader(
        sound, info, name=label, notes=notes, mp3_filter=mp3_filter if container == "mp3" else None
    )
    if frames >= _UNKNOWN_FRAMES:
        reader.info = info = replace(info, frames=_count(reader))
    tags = read_tags(file, container=container, notes=notes)
    reader.info = replace(info, tags=tags)
    return reader


def _count(reader: AudioReader) -> int:
    """Return the frames of a file whose header does not say, by decoding it once."""
    frames = 0
    while n := reader._next(BLOCK_FRAMES).shape[1]:
        frames += n
    reader._position = frames
    if frames == 0:
        raise BadDataError(
            f"{reader.name}: the file has a header but no audio", hint="give a file with audio in it"
        )
    return frames
