"""Actors on a Ray cluster: one machine or a hundred, each actor a worker with its extractors and their models.

The machines need muze and the same optional parts, and must see the audio folder and the dataset's folder under the
same paths. Where no address is given and no cluster is running on this machine, one is started for the build.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from typing import Any

import ray
from ray.exceptions import RayError

from muze_dataset.build.runners import worker
from muze_dataset.build.runners.crew import LOOK_EVERY_S, work_through
from muze_dataset.build.runners.limits import THREADS, cap_memory, use_one_thread
from muze_dataset.build.runners.lost import died, out_of_memory, timed_out
from muze_dataset.build.units import READ, Outcome, OutOfMemoryError, Task, Unit
from muzecli.errors import OutputError, TemporaryError, UnavailableError, UsageError
from muzecli.faults import as_muze_error
from muzecli.interrupts import StopFlag, shielded

_ASK_EVERY_S = 5.0  # for the stage, so that a message can name it
_ANSWER_S = 5.0
_WATCHING = "watching"  # the thread of an actor that answers while another one hears


class RayRunner:
    """Works on units in `jobs` actors.

    Args:
        task: what is the same for all units.
        jobs: how many actors, each with a CPU, and with a GPU where the task's device is one.
        timeout_s: how long a unit may take, for each of its places.
        address: of the cluster; None for the one that the environment names or that runs on this machine.
    """

    def __init__(self, task: Task, *, jobs: int, timeout_s: float, address: str | None = None) -> None:
        self._task, self._jobs, self._timeout_s, self._address = task, jobs, timeout_s, address

    def outcomes(self, units: Iterator[Unit], stop: StopFlag) -> Iterator[Outcome]:
        """Yield what became of each unit, as they end; see `Runner`.

        Raises:
            UnavailableError: there is no cluster at the address.
        """
        with shielded():  # Ctrl-C must not reach what a cluster of our own consists of
            _connect(self._address, self._jobs)
        try:
            yield from work_through(units, stop, jobs=self._jobs, start=self._start, wait=_wait)
        finally:
            ray.shutdown()

    def _start(self) -> _Actor:
        return _Actor(self._task, self._timeout_s)


class RemoteListener:
    """What runs on the cluster: hears a unit at a time, and says meanwhile how far it is.

    Its answers are messages as those of `runners.worker`.

    Args:
        task: what is the same for all units.
    """

    def __init__(self, task: Task) -> None:
        use_one_thread()
        self._stage = READ
        self._begun: tuple[str, Any] = (worker.READY, None)
        try:
            from muze_dataset.build.listener import Listener

            cap_memory(task.memory_bytes)
            self._listener = Listener(task)
        except Exception as error:  # noqa: BLE001 - whatever hinders the start hinders all units, and is reported
            self._begun = (worker.BROKEN, as_muze_error(error))

    def begin(self) -> tuple[str, Any]:
        """Say whether the extractors are there."""
        return self._begun

    def stage(self) -> str:
        """Say what is done now."""
        return self._stage

    def hear(self, unit: Unit) -> tuple[str, Any]:
        """Hear one unit."""
        try:
            return worker.DONE, self._listener.hear(unit, self._enter)
        except (OutOfMemoryError, MemoryError) as error:
            return worker.MEMORY, str(error)
        except OutputError as error:  # a full disk spares no other unit
            return worker.BROKEN, error

    def _enter(self, stage: str) -> None:
        self._stage = stage


class _Actor:
    """An actor and what it is doing; see `crew.Worker`.

    Args:
        task: what is the same for all units.
        timeout_s: how long a unit may take, for each of its places.
    """

    def __init__(self, task: Task, timeout_s: float) -> None:
        self._task, self._timeout_s = task, timeout_s
        on_gpu = str(task.options.get("device", "")).startswith("cuda")
        remote: Any = ray.remote(
            num_cpus=1,
            num_gpus=1 if on_gpu else 0,
            concurrency_groups={_WATCHING: 1},
            runtime_env={"env_vars": dict.fromkeys(THREADS, "1")},
        )(RemoteListener)
        self._actor = remote.remote(task)
        self.answer: Any = self._actor.begin.remote()
        self.unit: Unit | None = None
        self._asked: Any = None
        self._stage, self._since_s, self._asked_at_s = READ, 0.0, 0.0

    @property
    def idle(self) -> bool:
        """Whether it waits for a unit."""
        return self.answer is None

    def give(self, unit: Unit) -> None:
        """Let it hear a unit."""
        self.unit, self._stage, self._asked = unit, READ, None
        self._since_s = self._asked_at_s = time.monotonic()
        self.answer = self._actor.hear.remote(unit)

    def news(self) -> tuple[Outcome | None, bool]:
        """Return what became of its unit, if that is known, and whether it lives on."""
        if self.answer is None:
            return None, True
        if not _is_there(self.answer):
            return self._waited()
        try:
            kind, content = ray.get(self.answer)
        except RayError as error:
            return self._dead(error), False
        self.answer = None
        if kind == worker.BROKEN:
            raise content
        if kind == worker.MEMORY:
            assert self.unit is not None
            outcome = out_of_memory(
                self.unit, content or self._stage, self._seconds, limit_bytes=self._task.memory_bytes
            )
            self.kill()
            return outcome, False
        self.unit = None
        return content, True

    def kill(self) -> None:
        """Stop it at once, whatever it does."""
        ray.kill(self._actor)

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._since_s

    def _waited(self) -> tuple[Outcome | None, bool]:
        """Give up a unit that takes too long; otherwise ask now and then how far it is."""
        if self.unit is None:  # it waits for room on the cluster, or loads
            return None, True
        allowed_s = self._timeout_s * len(self.unit.places)
        if self._seconds > allowed_s:
            outcome = timed_out(self.unit, self._stage, self._seconds, allowed_s=allowed_s)
            self.kill()
            return outcome, False
        if self._asked is None and time.monotonic() - self._asked_at_s > min(_ASK_EVERY_S, allowed_s / 4):
            self._asked_at_s = time.monotonic()
            self._asked = self._actor.stage.options(concurrency_group=_WATCHING).remote()
        elif self._asked is not None and _is_there(self._asked):
            try:
                self._stage = ray.get(self._asked)
            except RayError:  # it died meanwhile, which the other answer tells
                pass
            self._asked = None
        return None, True

    def _dead(self, error: RayError) -> Outcome:
        if self.unit is None:
            raise TemporaryError(
                f"an actor ended before it had anything to do: {_first_line(error)}",
                hint="see that every machine of the cluster has muze, and look into Ray's logs",
            )
        return died(self.unit, self._stage, self._seconds, how=f": {_first_line(error)}")


def _wait(actors: Sequence[_Actor]) -> None:
    answers = [one.answer for one in actors if one.answer is not None]
    ray.wait(answers, timeout=LOOK_EVERY_S)


def _is_there(answer: Any) -> bool:
    there, _ = ray.wait([answer], timeout=0)
    return bool(there)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _connect(address: str | None, jobs: int) -> None:
    """Join a cluster; start one on this machine where none is named and none is running.

    Raises:
        UnavailableError: there is none at the address.
    """
    if address is not None and address != "auto":
        _check_answers(address)
    quiet = {"log_to_driver": False, "logging_level": "ERROR", "configure_logging": False}
    try:
        ray.init(address=address or "auto", **quiet)
    except ConnectionError as error:
        if address is not None:
            raise _no_cluster(address, error) from error
        ray.init(num_cpus=jobs, include_dashboard=False, **quiet)


def _check_answers(address: str) -> None:
    """Check that somebody answers at an address: Ray itself would try for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host or not port.isdecimal():
        raise UsageError(
            f"--ray-address must be HOST:PORT, ray://HOST:PORT or auto; found '{address}'",
            hint="ray status shows the address of a cluster",
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout=_ANSWER_S).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, error) from error


def _no_cluster(address: str, error: Exception) -> UnavailableError:
    return UnavailableError(
        f"there must be a Ray cluster at {address}, and none answers: {_first_line(error)}",
        hint="ray start --head starts one; ray status shows its address",
    )
