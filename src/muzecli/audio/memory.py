"""Keep memory that blocks have used, for the blocks that follow."""

from __future__ import annotations

import ctypes
import sys

# glibc, malloc.h
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 256 * 2**20
_LARGEST_KEPT_BYTES = 32 * 2**20  # the highest that glibc takes


def keep_freed_memory() -> bool:
    """Tell the C library to keep freed memory instead of handing it back to the system.

    Arrays of a block are a few hundred kilobytes: glibc gives each back as soon as it is freed and asks for it
    again a moment later, and the page faults can cost as much as the arithmetic. Call it once, in a program that
    streams audio; the memory in use at one time does not grow.

    Returns:
        Whether it took effect: False where the C library is not glibc, which is no error.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, _LARGEST_KEPT_BYTES) and mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES))
