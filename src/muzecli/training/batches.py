"""Which items make which micro-batch: a pure function of the seed and the micro-batch's number.

So a resumed run needs no state to go on with the right items, and several processes can each take their share
of a step's micro-batches.
"""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt

from muzecli.seeds import item_seed


class Batches:
    """All items in epochs, each in an order of its own.

    Items that do not fill an epoch's last micro-batch wait for another epoch; where there are fewer items than
    one micro-batch holds, all of them make one.

    Args:
        count: items there are, at least 1.
        batch_size: items in a micro-batch.
        seed: decides the orders.
    """

    def __init__(self, count: int, *, batch_size: int, seed: int) -> None:
        if count < 1:
            raise ValueError("there must be at least one item to train on, and there is none")
        self.count, self.seed = count, seed
        self.batch_size = min(batch_size, count)
        self.per_epoch = count // self.batch_size
        self._order = functools.lru_cache(maxsize=2)(self._shuffled)

    def indices(self, number: int) -> list[int]:
        """Return the items of one micro-batch, counted from 0 over the whole run."""
        epoch, within = divmod(number, self.per_epoch)
        start = within * self.batch_size
        return [int(index) for index in self._order(epoch)[start : start + self.batch_size]]

    def _shuffled(self, epoch: int) -> npt.NDArray[np.int64]:
        return np.random.default_rng(item_seed(self.seed, f"epoch {epoch}")).permutation(self.count)


def steps_for_epochs(epochs: float, *, count: int, items_per_step: int) -> int:
    """Return the steps that show every item `epochs` times, at least 1."""
    return max(1, round(epochs * count / min(items_per_step, max(count, 1))))
