"""Keep blocks of samples for another pass, in memory while they are few and in a temporary file when not."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from types import TracebackType

import numpy as np
import numpy.typing as npt

from muzecli.errors import BugError, OutputError

DEFAULT_MEMORY_BYTES = 64 * 2**20


class Spool:
    """Append float32 blocks `(C, n)`, then go through them as often as needed; use it in a `with` statement.

    Levels are known only when all has been processed, so processing writes here and the second pass reads.

    Args:
        channels: C.
        max_memory_bytes: beyond this the samples move to a temporary file.

    Attributes:
        frames: frames kept so far.
    """

    def __init__(self, channels: int, *, max_memory_bytes: int = DEFAULT_MEMORY_BYTES) -> None:
        self.frames = 0
        self._channels = channels
        self._lengths: list[int] = []
        self._file = tempfile.SpooledTemporaryFile(max_size=max_memory_bytes)  # noqa: SIM115 - closed by close()

    def append(self, block: npt.NDArray[np.float32]) -> None:
        """Keep a block `(C, n)`.

        Raises:
            OutputError: the disk is full.
        """
        if block.ndim != 2 or block.shape[0] != self._channels or block.dtype != np.float32:
            raise BugError(
                f"a spool of {self._channels} channels takes float32 ({self._channels}, n), got {block.dtype}"
                f" {block.shape}"
            )
        try:
            self._file.seek(0, os.SEEK_END)
            self._file.write(np.ascontiguousarray(block).data)
        except OSError as error:
            raise OutputError(
                f"no room for temporary audio in {tempfile.gettempdir()}: {error.strerror or error}",
                hint="set TMPDIR to a folder with room",
            ) from error
        self._lengths.append(block.shape[1])
        self.frames += block.shape[1]

    def blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the blocks as they were appended, as new arrays that the caller may change."""
        offset = 0
        for length in tuple(self._lengths):
            self._file.seek(offset)
            data = bytearray(self._file.read(4 * self._channels * length))
            offset += len(data)
            yield np.frombuffer(data, dtype=np.float32).reshape(self._channels, length)

    def close(self) -> None:
        """Forget the samples."""
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
