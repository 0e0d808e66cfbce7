"""Exceptions that nobody raised on purpose, as errors for the user."""

from __future__ import annotations

import errno
import os

from muzecli.errors import BugError, MuzeError, OutputError, TemporaryError, UnavailableError


def as_muze_error(error: BaseException) -> MuzeError:
    """Return any exception as one of muze's errors, which knows its exit code.

    Memory that runs out is temporary (75), what the system refuses is an I/O error (74), a missing package is
    an optional part (69); the rest is a bug (70).
    """
    if isinstance(error, MuzeError):
        return error
    if isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError) and "out of memory" in str(error).lower()  # PyTorch's is one of these
    ):
        return TemporaryError("out of memory", hint="try fewer --jobs, or a shorter input")
    if isinstance(error, OSError) and error.errno is not None:
        where = f": {error.filename}" if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return OutputError(f"the disk is full{where}", hint="free some space and run it again")
        return OutputError(f"{os.strerror(error.errno).lower()}{where}")
    if isinstance(error, ModuleNotFoundError):
        name = (error.name or str(error)).partition(".")[0]
        message = f"this needs the package '{name}', which is not installed"
        return UnavailableError(message, hint=f"pip install {name}")
    message = f"muze met a bug: {type(error).__name__}: {error}"
    return BugError(message, hint="run it again with -vv to see where, and please report it")
