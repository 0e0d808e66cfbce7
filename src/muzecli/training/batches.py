"""Which items make which micro-batch: a pure function of the seed and the micro-batch's number.

So a resumed run needs no state to go on with the right items, and several processes can each take their share
of a step's micro-batches.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muzecli.seeds import item_seed

POOL = 16
"""Micro-batches whose items are sorted by length together."""


class Batches:
    """All items in epochs, each in an order of its own; items of like length share a micro-batch.

    An epoch's order is cut into pools of several micro-batches, each pool is sorted by length, and its micro-batches
    are put in a random order again: little is padded, and still nobody meets the same company twice. Items that do
    not fill an epoch's last micro-batch wait for another epoch; where there are fewer items than one micro-batch
    holds, all of them make one.

    Args:
        lengths: of the items, at least one; where all are equal the order is simply random.
        batch_size: items in a micro-batch.
        seed: decides the orders.
    """

    def __init__(self, lengths: Sequence[int], *, batch_size: int, seed: int) -> None:
        if not len(lengths):
            raise ValueError("there must be at least one item to train on, and there is none")
        self.lengths, self.seed = np.asarray(lengths), seed
        self.batch_size = min(batch_size, len(lengths))
        self.per_epoch = len(lengths) // self.batch_size
        self._order = functools.lru_cache(maxsize=2)(self._ordered)

    def indices(self, number: int) -> list[int]:
        """Return the items of one micro-batch, counted from 0 over the whole run."""
        epoch, within = divmod(number, self.per_epoch)
        return [int(index) for index in self._order(epoch)[within]]

    def _ordered(self, epoch: int) -> npt.NDArray[np.int64]:
        """Return the items of an epoch, (micro-batches, items)."""
        rng = np.random.default_rng(item_seed(self.seed, f"epoch {epoch}"))
        order = rng.permutation(len(self.lengths))[: self.per_epoch * self.batch_size]
        pool = POOL * self.batch_size
        for start in range(0, len(order), pool):
            items = order[start : start + pool]
            order[start : start + pool] = items[np.argsort(self.lengths[items], kind="stable")]
        return rng.permutation(order.reshape(self.per_epoch, self.batch_size))


def steps_for_epochs(epochs: float, *, count: int, items_per_step: int) -> int:
    """Return the steps that show every item `epochs` times, at least 1."""
    return max(1, round(epochs * count / min(items_per_step, max(count, 1))))
