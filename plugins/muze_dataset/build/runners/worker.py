"""A worker process: hears one unit after the other, and says how far it is.

Messages to the parent, over a pipe:

    ("ready", None)            the extractors are there
    ("stage", name)            what is done now
    ("done", Outcome)
    ("memory", stage)          the memory did not suffice; the process ends itself, a new one has whole memory again
    ("broken", MuzeError)      no unit can be heard here; the process ends itself
"""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from muze_dataset.build.runners.limits import cap_memory, die_with_parent, use_one_thread
from muze_dataset.build.units import OutOfMemoryError, Task, Unit
from muzecli.errors import OutputError
from muzecli.faults import as_muze_error

if TYPE_CHECKING:
    from muze_dataset.build.listener import Listener

READY, STAGE, DONE, MEMORY, BROKEN = "ready", "stage", "done", "memory", "broken"


def work(pipe: Connection, task: Task, parent: int) -> None:
    """Hear what comes through the pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what a Ctrl-C means
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    die_with_parent(parent)
    use_one_thread()
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - results belong to the parent; lives as long as the worker
    try:
        from muze_dataset.build.listener import Listener  # loads numpy, which then has one thread

        cap_memory(task.memory_bytes)
        listener = Listener(task)
    except Exception as error:  # noqa: BLE001 - whatever hinders the start hinders all units, and is reported
        pipe.send((BROKEN, as_muze_error(error)))
        return
    pipe.send((READY, None))
    while True:
        try:
            unit: Unit = pipe.recv()
        except EOFError:
            return
        if not _hear(pipe, listener, unit):
            return


def _hear(pipe: Connection, listener: Listener, unit: Unit) -> bool:
    """Hear one unit; say whether the process is good for another one."""
    try:
        outcome = listener.hear(unit, lambda stage: pipe.send((STAGE, stage)))
    except (OutOfMemoryError, MemoryError) as error:
        pipe.send((MEMORY, str(error)))
        return False
    except OutputError as error:  # a full disk spares no other unit
        pipe.send((BROKEN, error))
        return False
    pipe.send((DONE, outcome))
    return True
