"""Streaming convolution by FFT, for impulse responses of a few samples up to a minute."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from muzecli.audio.types import BLOCK_FRAMES


def fast_length(frames: int) -> int:
    """Return the smallest even product of 2, 3 and 5 that is at least `frames`: a length with a fast FFT."""
    best = 1 << max(1, (frames - 1).bit_length())
    fives = 1
    while fives < best:
        threes = fives
        while threes < best:
            twos = max(1, (-(-frames // threes) - 1).bit_length())  # the least power that reaches `frames`
            best = min(best, threes << twos)
            threes *= 3
        fives *= 5
    return best


class Convolver:
    """Convolve a stream with an impulse response; output has input's length and no delay beyond the response's.

    Time is cut into steps of S frames on a fixed grid. A response longer than a block is cut into K parts of S
    frames, each transformed once; a shorter one is a single part. The spectra of the last K steps are kept; one
    step's output is their sum, each times its part, so a step costs one transform forth and one back whatever
    the response's length (uniformly partitioned overlap-add: Stockham 1966; Wefers, "Partitioned convolution
    algorithms for real-time auralization", 2015, §5).

        response  |  part 0  |  part 1  |  part 2  |
        input     … X[t−2]     X[t−1]     X[t]          output[t] = X[t]·H0 + X[t−1]·H1 + X[t−2]·H2

    A block that ends inside a step transforms the step as far as it is known, so any block size gives the same
    output to within rounding; blocks of the usual 65 536 frames cost least.

    Args:
        impulse_response: `(L,)` for all channels, or `(C, L)`, one each.
        channels: C of the blocks.
        block_frames: the size blocks will mostly have.

    Attributes:
        tail_frames: frames of output that come after the input has ended; feed that many zeros to get them.
    """

    def __init__(
        self, impulse_response: npt.NDArray[np.floating], channels: int, *, block_frames: int = BLOCK_FRAMES
    ) -> None:
        response = np.atleast_2d(np.asarray(impulse_response, dtype=np.float32))  # (1 or C, L)
        assert response.ndim == 2 and response.shape[0] in (1, channels) and response.shape[1] > 0
        length = response.shape[1]
        self.tail_frames = length - 1
        if length <= block_frames:
            self._step, part = _step_for(length, block_frames), length
        else:
            self._step = part = block_frames
        self._size = fast_length(self._step + part - 1)
        parts = -(-length // part)
        padded = np.zeros((response.shape[0], parts * part), dtype=np.float32)
        padded[:, :length] = response
        self._parts = np.fft.rfft(padded.reshape(-1, parts, part), self._size)  # (1 or C, K, F)
        self._history = np.zeros(
            (channels, parts, self._parts.shape[2]), dtype=self._parts.dtype
        )  # newest first
        self._newest = 0
        # The current step as far as known, then zeros: numpy's own zero padding makes a transform 40 % slower.
        self._input = np.zeros((channels, self._size), dtype=np.float32)
        self._filled = 0
        self._overlap = np.zeros(
            (channels, self._size - self._step), dtype=np.float32
        )  # from the step before
        self._older_known = False  # whether _older holds the older steps' share of the current one
        # Kept from step to step: asking for new memory costs as much as the transforms.
        self._older = np.empty_like(self._history[:, 0])
        self._total = np.empty_like(self._older)
        self._result: npt.NDArray[Any] = np.empty((channels, self._size), dtype=np.float32)

    def process(self, block: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Return the next `(C, n)` of output for `(C, n)` of input."""
        out = np.empty(block.shape, dtype=np.float32)
        done = 0
        while done < block.shape[1]:
            count = min(self._step - self._filled, block.shape[1] - done)
            self._advance(block[:, done : done + count], out[:, done : done + count])
            done += count
        return out

    def _advance(self, piece: npt.NDArray[np.float32], out: npt.NDArray[np.float32]) -> None:
        """Take in a piece that lies within the current step, and write its output."""
        start, stop = self._filled, self._filled + piece.shape[1]
        self._input[:, start:stop] = piece
        self._input[:, stop : self._step] = 0
        spectrum = np.fft.rfft(self._input, self._size, out=self._history[:, self._newest])
        np.multiply(spectrum, self._parts[:, 0], out=self._total)
        if self._parts.shape[1] > 1:
            self._total += self._sum_older()
        result = np.fft.irfft(self._total, self._size, out=self._result)
        result[:, : self._overlap.shape[1]] += self._overlap
        out[:] = result[:, start:stop]
        self._filled = stop
        if stop == self._step:
            self._filled = 0
            self._overlap[:] = result[:, self._step :]
            self._newest = (self._newest - 1) % self._history.shape[1]
            self._older_known = False

    def _sum_older(self) -> npt.NDArray[np.complexfloating]:
        """Return the sum over the steps before the current one, each spectrum times its part."""
        if not self._older_known:
            parts = self._parts.shape[1]
            np.multiply(self._history[:, (self._newest + 1) % parts], self._parts[:, 1], out=self._older)
            for age in range(2, parts):
                self._older += self._history[:, (self._newest + age) % parts] * self._parts[:, age]
            self._older_known = True
        return self._older


def _step_for(length: int, block_frames: int) -> int:
    """Return the step that divides a block and whose transforms cost least in all, by N log N."""
    candidates = [
        max(1, -(-block_frames // pieces)) for pieces in (1, 2, 4, 8, 16, 32) if block_frames >= pieces
    ]

    def cost(step: int) -> float:
        size = fast_length(step + length - 1)
        return float(size * np.log2(size) / step + 2e4 / step)  # a transform's fixed cost, as frames

    return min(candidates, key=cost)
