"""Checkpoints that others stored: what is wrong with one is told with its file and how to get it again."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Iterator
from pathlib import Path

from muzecli.errors import BadDataError

_FAULTS = (
    OSError,
    RuntimeError,
    KeyError,
    TypeError,
    AttributeError,
    pickle.UnpicklingError,
    EOFError,
)
"""What reading tensors out of a file that holds something else may raise."""


@contextlib.contextmanager
def told(path: Path, what: str, *, hint: str) -> Iterator[None]:
    """Turn whatever reading a checkpoint raises into what is wrong with it.

    Args:
        path: the file.
        what: it must be, such as "Resemblyzer's checkpoint".
        hint: how to get it again.

    Raises:
        BadDataError: the file is something else.
    """
    try:
        yield
    except _FAULTS as error:
        said = str(error).splitlines()[0] if str(error) else repr(error)
        raise BadDataError(f"{path} must be {what}: {said}", hint=hint) from error
