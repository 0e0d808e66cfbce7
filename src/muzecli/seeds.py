"""Seeds: one for a run, one for each item of it.

An item's seed depends on the run's seed and on the item alone, so that the number of jobs, the batch size and
the order of items change nothing.
"""

from __future__ import annotations

import hashlib
import secrets

SEED_MAX = 2**32 - 1


def resolve_seed(seed: int | None) -> int:
    """Return `seed`, or a fresh random one in 0…2³²−1 where it is None (print and store what comes back)."""
    return secrets.randbits(32) if seed is None else seed


def item_seed(seed: int, item: str) -> int:
    """Return the seed of one item, in 0…2³²−1: a BLAKE2b hash of the run's seed and the item's name."""
    digest = hashlib.blake2b(f"{seed}\0{item}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big")
