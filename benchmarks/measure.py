"""Time whole processes: user and system CPU seconds and peak memory, in turns, medians of several runs."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What one command cost: medians over its runs.

    Attributes:
        cpu_s: user and system CPU seconds, children included.
        wall_s: seconds that passed.
        memory_mb: peak resident memory of the largest process.
    """

    cpu_s: float
    wall_s: float
    memory_mb: float


def run_once(command: Sequence[str | Path], cwd: Path) -> Cost:
    """Run a command and return its cost; a failure of it stops the benchmark."""
    with tempfile.TemporaryFile() as said:
        import time

        started = time.perf_counter()
        process = subprocess.Popen(
            list(map(str, command)), cwd=cwd, env=_environment(), stdout=said, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))}\nfailed: {said.read().decode()}")
    return Cost(usage.ru_utime + usage.ru_stime, wall_s, usage.ru_maxrss / 1024)


def _environment() -> dict[str, str]:
    """Return the environment of a user: nothing keeps Python from storing compiled modules."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def in_turns(commands: Sequence[Sequence[str | Path]], *, runs: int, cwd: Path) -> list[Cost]:
    """Run the commands A B A B …, after one warm-up each, and return the medians of each."""
    costs: list[list[Cost]] = [[] for _ in commands]
    for number in range(runs + 1):
        for index, command in enumerate(commands):
            cost = run_once(command, cwd)
            if number:
                costs[index].append(cost)
    return [
        Cost(
            statistics.median(c.cpu_s for c in each),
            statistics.median(c.wall_s for c in each),
            statistics.median(c.memory_mb for c in each),
        )
        for each in costs
    ]


def report(title: str, rows: Sequence[tuple[str, Cost]], goal: str, met: bool) -> bool:
    """Print a table and whether the goal is met; return that."""
    print(f"\n{title}")
    for name, cost in rows:
        print(f"  {name:<44} {cost.cpu_s:7.3f} CPU-s {cost.wall_s:7.3f} s wall {cost.memory_mb:7.0f} MB")
    if len(rows) > 1:
        print(f"  ratio of CPU: {rows[0][1].cpu_s / rows[1][1].cpu_s:.2f}")
    print(f"  goal: {goal}: {'met' if met else 'MISSED'}")
    return met


def muze(*words: str | Path) -> list[str | Path]:
    """Return the command line of the installed executable."""
    return [Path(sys.executable).parent / "muze", *words]
