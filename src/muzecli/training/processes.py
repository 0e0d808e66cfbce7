"""Several processes for one run: this program, started again for each further device.

The first process is the command as the user gave it. The others are the same command with `LOCAL_RANK` in their
environment (as `torchrun` sets it, which may start them all as well); they say only errors, write nothing, and
leave when the first is gone.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from muzecli.errors import ExitCode, FailedError, MuzeError, UsageError

LEADER_VARIABLE = "_MUZE_TRAIN_LEADER"
_LOOK_S = 0.2
_LEAVING_S = 3.0
_GRACE_S = 20.0


def is_leader(devices: int) -> bool:
    """Say whether this process leads a run on so many devices, before the processes know each other."""
    return devices == 1 or int(os.environ.get("RANK", os.environ.get("LOCAL_RANK", "0"))) == 0


class Followers:
    """The further processes of a run, as the first one sees them."""

    def __init__(self, processes: Sequence[subprocess.Popen[bytes]] = ()) -> None:
        self._processes = processes
        self._over = threading.Event()

    def failure(self) -> MuzeError | None:
        """Return what to report where one of them has failed, which the others then notice as a lost connection."""
        for number, process in enumerate(self._processes, start=1):
            code = process.poll()
            if code:
                return _lost(number, len(self._processes) + 1, code)
        return None

    def failure_soon(self) -> MuzeError | None:
        """Return the same, giving a process that is on its way out time to be gone."""
        until = time.monotonic() + _GRACE_S
        while (failure := self.failure()) is None and self._processes and time.monotonic() < until:
            time.sleep(_LOOK_S)
        return failure

    def watch(self) -> None:
        """End this process where another has failed and it has not noticed: some back ends wait for ever."""

        def look() -> None:
            while not self._over.wait(_LOOK_S):
                failure = self.failure()
                if failure is not None and not self._over.wait(_GRACE_S):
                    sys.stderr.write(f"error: {failure.message}\n")
                    sys.stderr.flush()
                    os._exit(int(failure.exit_code))

        if self._processes:
            threading.Thread(target=look, name="followers", daemon=True).start()

    def end(self) -> None:
        """Wait for them a little, then end those that are left."""
        self._over.set()
        until = time.monotonic() + _LEAVING_S
        for process in self._processes:
            for stop in (process.poll, process.terminate, process.kill):
                stop()
                try:
                    process.wait(max(until - time.monotonic(), 1.0))
                    break
                except subprocess.TimeoutExpired:
                    continue


@contextmanager
def followers(devices: int) -> Iterator[Followers]:
    """Start the further processes of a run for the block, unless something else has.

    Raises:
        UsageError: this program cannot be started again.
    """
    if devices == 1 or "LOCAL_RANK" in os.environ:
        _watch_leader()
        yield Followers()
        return
    command = _command()
    before = dict(os.environ)
    shared = {
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(_free_port()),
        "WORLD_SIZE": str(devices),
        "NODE_RANK": "0",
    }
    extra = {LEADER_VARIABLE: str(os.getpid()), "MUZE_QUIET": "1"}
    processes: list[subprocess.Popen[bytes]] = []
    started = Followers(processes)
    try:
        os.environ.update(shared | {"LOCAL_RANK": "0"})
        for rank in range(1, devices):
            environment = before | shared | extra | {"LOCAL_RANK": str(rank)}
            processes.append(subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL))
        started.watch()
        yield started
    finally:
        started.end()
        for name in (*shared, "LOCAL_RANK"):
            os.environ.pop(name, None)
            if name in before:
                os.environ[name] = before[name]


def is_lost_connection(error: RuntimeError) -> bool:
    """Say whether an error means that another process is gone: then that one knows what has happened."""
    from torch.distributed import DistError

    text = str(error).lower()
    return isinstance(error, DistError) or any(word in text for word in ("gloo", "nccl", "connection"))


@contextmanager
def threads_shared(devices: int, device: str) -> Iterator[None]:
    """Give each of several processes on a CPU its part of the cores, unless `OMP_NUM_THREADS` says otherwise."""
    import torch

    if devices == 1 or device != "cpu" or "OMP_NUM_THREADS" in os.environ:
        yield
        return
    before = torch.get_num_threads()
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // devices))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _command() -> list[str]:
    """Return the command line that starts this program again."""
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        name = spec.name.removesuffix(".__main__")
        return [sys.executable, "-m", name, *sys.argv[1:]]
    if getattr(main, "__file__", None):
        return [sys.executable, str(Path(sys.argv[0]).absolute()), *sys.argv[1:]]
    raise UsageError(
        "several devices need a program that can be started again for each, and this one is no file",
        hint="run it as a script or a command, or with --devices 1",
    )


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _watch_leader() -> None:
    """In a process that a first one has started: leave when that one is gone, whatever one waits for."""
    leader = os.environ.get(LEADER_VARIABLE)
    if leader is None:
        return

    def look() -> None:
        while os.getppid() == int(leader):
            time.sleep(_LOOK_S)
        os._exit(int(ExitCode.TEMPORARY))

    threading.Thread(target=look, name="leader", daemon=True).start()


def _lost(number: int, count: int, code: int) -> MuzeError:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    error = FailedError(
        f"process {number + 1} of {count} {how}, and the others cannot go on without it",
        hint="what it said is above; the same command goes on from the last checkpoint",
    )
    if code in set(ExitCode):
        error.exit_code = ExitCode(code)
    return error
