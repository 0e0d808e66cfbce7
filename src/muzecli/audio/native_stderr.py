"""Keep the MP3 decoder's remarks off the terminal without losing anyone else's.

libmpg123 reports damaged frames by writing to file descriptor 2 from C, where no Python setting reaches. While
one of its calls runs, the descriptor leads to a temporary file; afterwards every line that is not libmpg123's is
written to the real one.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import threading
from collections.abc import Iterator
from types import TracebackType

_MPG123_LINE = re.compile(
    r"\[src/libmpg123/|Note: |Warning: (Xing stream|Encountered more data|Big change|Real sample count)|mpg123 "
)
_ONE_AT_A_TIME = threading.RLock()  # the descriptor belongs to the whole process


class Mpg123Filter:
    """Run C calls that may reach libmpg123, and keep what it says.

    Thread-safe: calls from several threads wait for each other. A process started by another thread during a
    call would inherit the redirected descriptor, so only the C call itself belongs inside.

    Attributes:
        remarks: libmpg123's lines so far.
    """

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives as long as the reader

    @contextlib.contextmanager
    def call(self) -> Iterator[None]:
        """Redirect file descriptor 2 for one C call."""
        with _ONE_AT_A_TIME:
            if sys.stderr is not None:
                sys.stderr.flush()
            try:
                real = os.dup(2)
            except OSError:  # standard error is closed: nothing can be printed there anyway
                yield
                return
            try:
                os.dup2(self._file.fileno(), 2)
                yield
            finally:
                os.dup2(real, 2)
                try:
                    self._sort_out(real)
                finally:
                    os.close(real)

    def _sort_out(self, real: int) -> None:
        # The redirected descriptor shares its offset with the file: where it stands is how much was written.
        if os.lseek(self._file.fileno(), 0, os.SEEK_CUR) == 0:
            return
        self._file.seek(0)
        written = self._file.read()
        self._file.seek(0)
        self._file.truncate()
        for line in written.splitlines(keepends=True):
            text = line.decode("utf-8", "replace").strip()
            if _MPG123_LINE.match(text):
                self.remarks.append(text)
            elif text:
                os.write(real, line)

    def close(self) -> None:
        """Release the temporary file."""
        self._file.close()

    def __enter__(self) -> Mpg123Filter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
