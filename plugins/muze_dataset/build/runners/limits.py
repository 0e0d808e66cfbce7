"""What a worker may take of its machine: one thread, so much memory, and no longer than its parent lives."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_LOOK_EVERY_S = 1.0


def use_one_thread() -> None:
    """Let numerical libraries that are loaded from now on use one thread.

    Workers are what runs side by side; and sums in another order would be other bytes.
    """
    for name in THREADS:
        os.environ[name] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"


def cap_memory(limit_bytes: int | None) -> None:
    """Let this process have no more private memory than that; what asks for more gets a MemoryError.

    It counts what is reserved for data (RLIMIT_DATA), so programs and files that are mapped cost nothing.
    """
    if limit_bytes is None or not sys.platform.startswith("linux"):
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit_bytes = min(limit_bytes, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit_bytes, hard))


def die_with_parent(parent: int) -> None:
    """End this process at once when its parent is gone, however that came about.

    A worker that lives on would write beside the workers of the next run.

    Args:
        parent: process id of the parent.
    """
    if sys.platform.startswith("linux"):
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before it could be watched
        os._exit(1)
    if not sys.platform.startswith("linux"):

        def watch() -> None:
            while os.getppid() == parent:
                time.sleep(_LOOK_EVERY_S)
            os._exit(1)

        threading.Thread(target=watch, daemon=True).start()
