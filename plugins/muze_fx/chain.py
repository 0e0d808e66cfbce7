"""A chain of effects, and how it is rendered: block by block, latency taken off, tails added.

    blocks ── cut to 65 536 frames ── effect ── effect ── … ── first L frames dropped ── dry/wet ── tail ── out

What comes out does not depend on how the input was cut: inside, blocks always have the same size.

Shapes: C channels, N frames; blocks are float32 (C, N).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from muze_fx.effects.base import Effect
from muze_fx.effects.parts.processor import Processor, Queue, Samples, Series
from muzecli.errors import BugError, ConfigError

BLOCK_FRAMES = 65_536
TAIL_FLOOR_DB = -80.0  # an automatic tail ends where the sound stays this far below its peak
_FADE_S = 0.02  # the end of a tail fades, so that hiss or a tail cut short does not stop with a click


@dataclass(frozen=True)
class Chain:
    """Effects in the order in which sound passes them.

    Attributes:
        effects: any number, the same effect more than once if wanted.
    """

    effects: tuple[Effect, ...] = ()

    def __post_init__(self) -> None:
        """Take any sequence of effects."""
        object.__setattr__(self, "effects", tuple(self.effects))

    @property
    def active(self) -> tuple[Effect, ...]:
        """The effects that do something."""
        return tuple(effect for effect in self.effects if not effect.is_neutral)

    def warnings(self, rate_hz: int, channels: int) -> tuple[str, ...]:
        """Say what of the chain cannot be done at a rate and channel count, a line each, effect first."""
        lines: list[str] = []
        for effect in self.active:
            reason = effect.skipped(channels)
            lines.extend([reason] if reason is not None else effect.notes(rate_hz, channels))
        return tuple(lines)

    def build(self, rate_hz: int, channels: int, seed: int = 0) -> Series:
        """Make the running chain, without the effects that do nothing or make no sense for C channels.

        The n-th use of an effect has a seed of its own, whatever else is in the chain.
        """
        from muzecli.seeds import item_seed

        stages: list[Processor] = []
        uses: dict[str, int] = {}
        for effect in self.active:
            use = uses[effect.name] = uses.get(effect.name, 0) + 1
            if effect.skipped(channels) is None:
                stages.append(effect.build(rate_hz, channels, item_seed(seed, f"{effect.name} {use}")))
        return Series(stages)

    def render(
        self,
        blocks: Iterable[Samples],
        rate_hz: int,
        channels: int,
        *,
        tail: str | float = "auto",
        seed: int = 0,
        mix: float = 1.0,
    ) -> Iterator[Samples]:
        """Run audio through the chain.

        Output lines up with input frame by frame. What is left out at this channel count, `warnings` says.

        Args:
            blocks: (C, N) float32 blocks of any sizes.
            rate_hz: sample rate.
            channels: C.
            tail: `auto` goes on after the input until reverb and echoes stay 80 dB below the peak; `none`
                gives exactly the input's length; a number gives that many seconds more.
            seed: decides hiss, clicks, wow and the noise a room is made of.
            mix: 0 input … 1 chain; linear, with the input delayed to line up.

        Returns:
            An iterator over (C, n) blocks, n ≤ 65 536.

        Raises:
            ConfigError: `tail` or `mix` is none of the above.
        """
        if not 0.0 <= mix <= 1.0:
            raise ConfigError(f"mix must be a number from 0 to 1; found {mix!r}")
        seconds = checked_tail(tail)
        series = self.build(rate_hz, channels, seed) if mix > 0.0 else Series(())
        tail_frames = series.tail_samples if seconds is None else round(seconds * rate_hz)
        ending = _Ending(round(_FADE_S * rate_hz), trimmed=seconds is None)
        return _rendered(_Feed(blocks, channels), series, mix, tail_frames, ending)


def checked_tail(tail: str | float) -> float | None:
    """Return a tail in seconds, or None for an automatic one.

    Raises:
        ConfigError: not `auto`, `none` or a number of seconds from 0 to 600.
    """
    if tail == "auto":
        return None
    if tail == "none":
        return 0.0
    if isinstance(tail, (int, float)) and not isinstance(tail, bool) and 0.0 <= tail <= 600.0:
        return float(tail)
    raise ConfigError(f"tail must be auto, none, or a number of seconds from 0 to 600; found {tail!r}")


def arranged(effects: Sequence[Effect], before: Sequence[tuple[str, str]] = ()) -> tuple[Effect, ...]:
    """Put effects into their default order, with wishes about it granted.

    Args:
        effects: the effects.
        before: pairs of names, the first of which shall come before the second. Where two wishes contradict
            each other the later one counts.
    """
    wishes: list[tuple[str, str]] = []
    for first, second in reversed(before):
        if first != second and not _leads(second, first, wishes):
            wishes.append((first, second))
    waiting = sorted(effects, key=lambda effect: effect.order)
    placed: list[Effect] = []
    while waiting:
        names = {effect.name for effect in waiting}
        ready = next(
            index
            for index, effect in enumerate(waiting)
            if not any(second == effect.name and first in names for first, second in wishes)
        )
        placed.append(waiting.pop(ready))
    return tuple(placed)


def _leads(start: str, goal: str, wishes: Sequence[tuple[str, str]]) -> bool:
    """Whether `start` must already come before `goal`."""
    return any(
        first == start and (second == goal or _leads(second, goal, wishes)) for first, second in wishes
    )


def _rendered(
    feed: _Feed, series: Series, mix: float, tail_frames: int, ending: _Ending
) -> Iterator[Samples]:
    """See `Chain.render`."""
    dry = Queue(feed.channels)
    at = -series.latency_samples  # the input frame that the next frame out of the chain belongs to
    while not feed.ended or at < feed.received + tail_frames:
        block = feed.next()
        if feed.ended and not feed.received:
            return  # of nothing, no tail
        if mix < 1.0:
            dry.put(block)
        wet = series.process(block)
        early = min(max(-at, 0), BLOCK_FRAMES)
        at += early
        wet = wet[:, early:]
        if not wet.shape[1]:
            continue
        if mix < 1.0:
            source = dry.take(wet.shape[1])
            wet = source + np.float32(mix) * (wet - source)
        length = feed.received if feed.ended else at + wet.shape[1]
        body, rest = wet[:, : max(length - at, 0)], wet[:, max(length - at, 0) : length + tail_frames - at]
        at += wet.shape[1]
        if body.shape[1]:
            ending.see(body)
            yield body
        if rest.shape[1]:
            yield from ending.add(rest)
    yield from ending.close()


class _Feed:
    """Blocks of any sizes, cut anew into blocks of 65 536 frames; zeros after the last."""

    def __init__(self, blocks: Iterable[Samples], channels: int) -> None:
        self._blocks = iter(blocks)
        self._queue = Queue(channels)
        self.channels = channels
        self.received = 0
        self.ended = False

    def next(self) -> Samples:
        """Return the next (C, 65 536) frames."""
        while (
            not self.ended and self._queue.held <= BLOCK_FRAMES
        ):  # one more, to know when the last is at hand
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
            elif block.ndim != 2 or block.shape[0] != self.channels:
                raise BugError(f"a block must have {self.channels} channels; found shape {block.shape}")
            else:
                self.received += block.shape[1]
                self._queue.put(np.asarray(block, dtype=np.float32))
        taken = self._queue.take(min(self._queue.held, BLOCK_FRAMES))
        return np.pad(taken, ((0, 0), (0, BLOCK_FRAMES - taken.shape[1])))


class _Ending:
    """What comes after the input's end: held back until it is known where it stops, then faded."""

    def __init__(self, fade_frames: int, *, trimmed: bool) -> None:
        self._fade_frames = fade_frames
        self._trimmed = trimmed
        self._peak = 0.0
        self._quiet: list[Samples] = []  # below the floor so far: kept only if something louder follows
        self._last: Samples | None = None  # the end of what is kept, which may have to fade

    def see(self, block: Samples) -> None:
        """Take note of the peak."""
        self._peak = max(self._peak, float(block.max()), -float(block.min()))

    def add(self, block: Samples) -> Iterator[Samples]:
        """Take the next frames of the tail; return those that are sure to stay as they are."""
        self.see(block)
        keep = block.shape[1]
        if self._trimmed:
            floor = self._peak * 10.0 ** (TAIL_FLOOR_DB / 20.0)
            loud = np.flatnonzero(np.abs(block).max(axis=0) > floor)
            keep = int(loud[-1]) + 1 if loud.size else 0
        if keep:
            parts = [*([] if self._last is None else [self._last]), *self._quiet, block[:, :keep]]
            kept = np.concatenate(parts, axis=1)
            split = max(kept.shape[1] - self._fade_frames, 0)
            self._quiet, self._last = [], kept[:, split:]
            for start in range(0, split, BLOCK_FRAMES):
                yield kept[:, start : min(start + BLOCK_FRAMES, split)]
        if keep < block.shape[1]:
            self._quiet.append(block[:, keep:])

    def close(self) -> Iterator[Samples]:
        """Return the faded end."""
        if self._last is not None:
            count = self._last.shape[1]
            ramp = 0.5 + 0.5 * np.cos(math.pi * (np.arange(count) + 1) / (count + 1))
            yield self._last * ramp.astype(np.float32)
