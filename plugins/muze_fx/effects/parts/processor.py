"""Processors: what an effect becomes at one sample rate and channel count, and the parts that combine them.

    input  ──┬── delay by the effect's latency ── × (1 - mix) ──┐
             └── effect ───────────────────────── × mix ────────┴── output        (`DryWet`)

Shapes: C channels, N samples; blocks are float32 (C, N), full scale ±1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from muzecli.errors import BugError

Samples = npt.NDArray[np.float32]


class Processor(Protocol):
    """A running effect: keeps state from block to block, returns as many samples as it gets."""

    @property
    def latency_samples(self) -> int:
        """How much later than its input the output comes."""
        ...

    @property
    def tail_samples(self) -> int:
        """How long the effect is meant to sound after its input ends (to -80 dB); 0 for most."""
        ...

    def process(self, block: Samples) -> Samples:
        """Process the next (C, N) samples; returns a new (C, N) array and leaves `block` as it was."""
        ...


class Passthrough:
    """Does nothing: what a neutral effect becomes."""

    latency_samples = 0
    tail_samples = 0

    def process(self, block: Samples) -> Samples:
        """Return the block."""
        return block


class Mapped:
    """A processor from a function without latency or tail."""

    latency_samples = 0
    tail_samples = 0

    def __init__(self, function: Callable[[Samples], Samples]) -> None:
        self._function = function

    def process(self, block: Samples) -> Samples:
        """Apply the function."""
        return self._function(block)


class Queue:
    """First in, first out: evens out parts that return more or fewer samples than they get.

    Args:
        channels: C.
        ahead: zeros put in at the start; the delay that the queue adds.
    """

    def __init__(self, channels: int, ahead: int = 0) -> None:
        self._parts: list[Samples] = [np.zeros((channels, ahead), np.float32)] if ahead else []
        self._held = ahead
        self._channels = channels

    @property
    def held(self) -> int:
        """Samples waiting."""
        return self._held

    def put(self, block: Samples) -> None:
        """Append (C, N) samples; the block must not be written to afterwards."""
        if block.shape[1]:
            self._parts.append(block)
            self._held += block.shape[1]

    def take(self, count: int) -> Samples:
        """Remove the oldest `count` samples.

        Raises:
            BugError: fewer are there; the part that feeds the queue promised a smaller delay than it has.
        """
        if count > self._held:
            raise BugError(f"an effect fell behind its own latency: {count} samples due, {self._held} there")
        taken: list[Samples] = []
        wanted = count
        while wanted:
            part = self._parts[0]
            if part.shape[1] <= wanted:
                taken.append(self._parts.pop(0))
                wanted -= part.shape[1]
            else:
                taken.append(part[:, :wanted])
                self._parts[0] = part[:, wanted:]
                wanted = 0
        self._held -= count
        if len(taken) == 1:
            return taken[0]
        return np.concatenate(taken, axis=1) if taken else np.zeros((self._channels, 0), np.float32)


class Series:
    """Processors one after another; latencies and tails add up."""

    def __init__(self, stages: Sequence[Processor]) -> None:
        self._stages = tuple(stages)
        self.latency_samples = sum(stage.latency_samples for stage in self._stages)
        self.tail_samples = sum(stage.tail_samples for stage in self._stages)

    def process(self, block: Samples) -> Samples:
        """Run the block through every stage."""
        for stage in self._stages:
            block = stage.process(block)
        return block


class DryWet:
    """Mix a processor with its input, delayed so that both line up.

    Args:
        wet: the processor.
        mix: 0 input only … 1 processor only; linear.
        channels: C.
    """

    def __init__(self, wet: Processor, mix: float, channels: int) -> None:
        self._wet = wet
        self._mix = np.float32(mix)
        self._dry = Queue(channels, wet.latency_samples)
        self.latency_samples = wet.latency_samples
        self.tail_samples = wet.tail_samples

    def process(self, block: Samples) -> Samples:
        """Mix the next block."""
        self._dry.put(block)
        wet = self._wet.process(block)
        dry = self._dry.take(block.shape[1])
        mixed: Samples = dry + self._mix * (wet - dry)
        return mixed


def mixed(wet: Processor, mix: float, channels: int) -> Processor:
    """Return `wet` alone at mix 1, else with its input mixed in (`DryWet`)."""
    return wet if mix >= 1.0 else DryWet(wet, mix, channels)
