"""Signals: a first Ctrl-C finishes the step at hand, a second stops at once, SIGTERM cleans up and leaves.

Outside a `graceful()` block Ctrl-C raises KeyboardInterrupt as usual, and the context managers that hold part
files remove them on the way out.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Terminated(BaseException):  # like KeyboardInterrupt, not to be caught by `except Exception`
    """SIGTERM or SIGHUP arrived."""


class StopFlag:
    """Whether the user asked to stop; true from the first Ctrl-C on."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def __bool__(self) -> bool:
        return self._event.is_set()

    def set(self) -> None:
        """Ask for a stop after the step at hand."""
        self._event.set()


def install_termination() -> None:
    """Turn SIGTERM and SIGHUP into `Terminated`, so that part files are removed before leaving."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


@contextmanager
def graceful(on_first: Callable[[], None]) -> Iterator[StopFlag]:
    """Let a long job finish its step on the first Ctrl-C; the second raises KeyboardInterrupt.

    Args:
        on_first: called once at the first Ctrl-C, to tell the user what happens now.
    """
    flag = StopFlag()
    if threading.current_thread() is not threading.main_thread():
        yield flag
        return

    def handle(number: int, frame: FrameType | None) -> None:
        if flag:
            signal.default_int_handler(number, frame)
        flag.set()
        on_first()

    previous = signal.signal(signal.SIGINT, handle)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, previous)
