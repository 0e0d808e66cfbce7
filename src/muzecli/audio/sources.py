"""Where samples come from before they are decoded: a path, a stream, a pipe, a header that has to be corrected."""

from __future__ import annotations

import errno
import io
import os
import shutil
import stat
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from muzecli.audio.types import RawFormat
from muzecli.errors import BadDataError, InputMissingError, OutputError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def seekable(source: Path | BinaryIO, label: str, stack: ExitStack) -> BinaryIO:
    """Return a binary file that can be read back and forth; a pipe is copied to a temporary file.

    Args:
        source: a path or an open binary stream.
        label: how messages call it.
        stack: closes what is opened here.

    Raises:
        InputMissingError: there is no such file, or it may not be read.
        BadDataError: it is a folder.
        OutputError: no room for the copy of a pipe.
    """
    file: BinaryIO
    if isinstance(source, Path):
        try:
            if source.is_dir():
                raise BadDataError(
                    f"{label}: must be an audio file, but is a folder", hint="name a file in it"
                )
            file = stack.enter_context(source.open("rb"))
        except FileNotFoundError as error:
            raise InputMissingError(f"{label}: there is no such file", hint="check the spelling") from error
        except OSError as error:
            raise InputMissingError(f"{label}: cannot be opened: {error.strerror or error}") from error
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return file
    else:
        file = source
        if file.seekable():
            return file
    copy: BinaryIO = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
    try:
        shutil.copyfileobj(file, copy, 1 << 20)
        copy.flush()
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise OutputError(
                f"{label}: no room for a temporary copy in {tempfile.gettempdir()}",
                hint="set TMPDIR to a folder with room",
            ) from error
        raise InputMissingError(f"{label}: cannot be read: {error.strerror or error}") from error
    return copy


class RawSource:
    """Headerless 32-bit float samples, read like a `soundfile.SoundFile`.

    Args:
        file: a seekable binary file of little-endian floats, channels interleaved.
        raw: what the missing header would say.
    """

    def __init__(self, file: BinaryIO, raw: RawFormat) -> None:
        self._file = file
        self._raw = raw
        file.seek(0)

    def read(self, frames: int, *, dtype: str, always_2d: bool) -> npt.NDArray[np.float32]:
        """Return up to `frames` frames `(n, C)`; the keywords are those of soundfile."""
        data = self._file.read(frames * 4 * self._raw.channels)
        return np.frombuffer(data, dtype="<f4").astype(dtype).reshape(-1, self._raw.channels)

    def seek(self, frames: int) -> int:
        """Go to a frame."""
        return self._file.seek(frames * 4 * self._raw.channels)


class PatchedFile(io.RawIOBase):
    """Show a file with bytes laid over or put into it, so that a wrong header reads right without touching the file.

    It has a position of its own, and stops at the beginning where a damaged file sends libsndfile before it.

    Args:
        file: a seekable binary file; stays open when this view is closed.
        patches: (offset, bytes) to show instead of what is there.
        insert: (offset, bytes) to show before what is at that offset; what follows moves back.
    """

    def __init__(
        self, file: BinaryIO, patches: Sequence[tuple[int, bytes]] = (), insert: tuple[int, bytes] = (0, b"")
    ) -> None:
        super().__init__()
        self._file = file
        self._insert_at, self._inserted = insert
        self._pieces = (*patches, insert)
        self._size = file.seek(0, os.SEEK_END) + len(self._inserted)
        self._position = 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that it can be read from anywhere."""
        return True

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]  # whatever has the buffer protocol
        """Fill `buffer` from the current position; return the bytes read."""
        view = memoryview(buffer).cast("B")
        start = self._position
        stop = max(start, min(start + len(view), self._size))
        before = max(0, min(stop, self._insert_at) - start)  # bytes wanted from before the insertion
        after = max(0, stop - max(start, self._insert_at + len(self._inserted)))  # and from behind it
        if before:
            self._file.seek(start)
            view[:before] = self._file.read(before)
        if after:
            self._file.seek(stop - after - len(self._inserted))
            view[stop - start - after : stop - start] = self._file.read(after)
        for offset, piece in self._pieces:
            first, last = max(offset, start), min(offset + len(piece), stop)
            if first < last:
                view[first - start : last - start] = piece[first - offset : last - offset]
        self._position = stop
        return stop - start

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position; return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position
