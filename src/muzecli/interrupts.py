"""Signals: a first Ctrl-C finishes the step at hand, a second stops at once, SIGTERM cleans up and leaves.

Outside a `graceful()` block Ctrl-C raises KeyboardInterrupt as usual, and the context managers that hold part
files remove them on the way out.

A signal never interrupts an import: a native module whose initialisation is cut short reports something else
("ImportError: initialization failed"), swallows the interrupt, or crashes. The signal is sent again a moment
later, until it meets code that can be interrupted.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_AGAIN_S = 0.02
_IMPORTING = "<frozen importlib._bootstrap>"


class Terminated(SystemExit):  # a worker process that ends by it prints no traceback
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


class _State:
    """Signals that wait for the end of an import, and the one that stopped this process."""

    waiting: int | None = None
    stopped_by: int | None = None


_state = _State()


def install() -> None:
    """Make SIGINT raise KeyboardInterrupt, SIGTERM and SIGHUP `Terminated`, so that part files are removed.

    A signal that whoever started the process has set to be ignored, as `nohup` does, stays ignored.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def uninstall() -> None:
    """Give the signals back to the system, which ends the process at once: nothing is left to clean up."""
    _forget_waiting()
    _replace(signal.SIG_DFL)


def ignore_more() -> None:
    """Let no further signal disturb the few steps that are left after one has stopped the work."""
    _forget_waiting()
    _replace(signal.SIG_IGN)


def _replace(handler: signal.Handlers) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is _stop:
            signal.signal(number, handler)


def _forget_waiting() -> None:
    if _state.waiting is not None:
        _state.waiting = None
        signal.setitimer(signal.ITIMER_REAL, 0)  # at the end of the process an alarm would kill it


def stopped_by() -> int | None:
    """Return the signal that stopped the work, or None.

    Code that calls back from C may turn the exception into one of its own; this tells what it was.
    """
    return _state.stopped_by


def _stop(number: int, frame: FrameType | None) -> None:
    again = _state.waiting is not None  # somebody who signals twice means now
    if not again and _is_importing(frame) and hasattr(signal, "setitimer"):
        _state.waiting = number
        # A timer needs no lock, which the code under way might hold.
        signal.signal(signal.SIGALRM, _stop_after_import)
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
        return
    _raise(number)


def _stop_after_import(_alarm: int, frame: FrameType | None) -> None:
    if _state.waiting is None:
        return
    if _is_importing(frame):
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
        return
    _raise(_state.waiting)


def _raise(number: int) -> None:
    _forget_waiting()
    _state.stopped_by = number
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise Terminated(128 + number)


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORTING:
            return True
        frame = frame.f_back
    return False


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
            _stop(number, frame)
            return
        flag.set()
        on_first()

    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield flag
        return
    previous = signal.signal(signal.SIGINT, handle)
    try:
        yield flag
    finally:
        signal.signal(signal.SIGINT, previous)


@contextmanager
def shielded() -> Iterator[None]:
    """Hold back Ctrl-C while the block runs, also from the processes it starts, for as long as those live."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
