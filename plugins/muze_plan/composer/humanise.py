"""From the grid to hands: swing, the genre's lags, and small errors of time and force.

Swing bends time for everybody alike, so that the band stays together; each onset then errs by a normal
deviate, most of it shared by all who play at that tick. Swing lessens in fast tempi: drummers' ratios fall
from about 2:1 at 120 beats a minute to nearly even at 300 (Friberg and Sundström, "Swing ratios and ensemble
timing in jazz performance", Music Perception 19(3), 2002).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

from muze_plan.composer.patterns import felt_quarter
from muze_plan.composer.styles import Feel, Swing
from muzecli.song.metre import TimeSignature
from muzecli.song.score import Note

_SHARED = 0.75  # of the variance of timing
_FULL_SWING_BPM, _EVEN_BPM = 130.0, 320.0
_MOST = 2.5  # standard deviations


def swing_ratio(swing: Swing, tempo_bpm: float) -> float:
    """Return the share of a pair that its first note takes at a tempo."""
    if swing.of == 16:
        return swing.ratio
    lessened = (min(max(tempo_bpm, _FULL_SWING_BPM), _EVEN_BPM) - _FULL_SWING_BPM) / (
        _EVEN_BPM - _FULL_SWING_BPM
    )
    return 0.5 + (swing.ratio - 0.5) * (1.0 - lessened)


def swung(swing: Swing, metre: TimeSignature, tempo_bpm: float) -> Callable[[int], int]:
    """Return what bends a tick of the grid: a pair's first half is stretched, its second one squeezed.

    Compound metres have their unevenness written out and stay as they are.
    """
    ratio = swing_ratio(swing, tempo_bpm)
    pair = felt_quarter(metre, tempo_bpm) // (1 if swing.of == 8 else 2)
    if metre.compound or ratio == 0.5:
        return lambda tick: tick
    half, long = pair // 2, round(pair * ratio)

    def bend(tick: int) -> int:
        whole, inside = divmod(tick, pair)
        if inside <= half:
            return whole * pair + inside * long // half
        return whole * pair + long + (inside - half) * (pair - long) // (pair - half)

    return bend


class Hands:
    """How a band errs: the same tick errs the same way for all, and each player a little on top.

    Args:
        feel: of the genre.
        seed: decides the errors.
        ms_ticks: ticks in a millisecond.
        end: tick of the song's end, beyond which nothing is moved.
    """

    def __init__(self, feel: Feel, seed: int, ms_ticks: float, end: int) -> None:
        self.feel = feel
        self.ms_ticks = ms_ticks
        self.end = end
        self._seed = seed
        self._shared: dict[int, float] = {}

    def play(
        self,
        notes: Sequence[Note],
        rng: random.Random,
        lag_of: Callable[[Note], float],
        *,
        dynamics: float = 1.0,
    ) -> list[Note]:
        """Return the notes as one player plays them.

        Args:
            notes: on the bent grid.
            rng: of this player.
            lag_of: constant delay of a note in ms.
            dynamics: scales the errors of velocity.
        """
        own = self.feel.timing_ms * (1.0 - _SHARED) ** 0.5
        found = []
        for note in notes:
            error = self._common(note.start) + _deviate(rng) * own + lag_of(note)
            shift = round(error * self.ms_ticks) if note.start else max(round(error * self.ms_ticks), 0)
            start = min(max(note.start + shift, 0), self.end - 1)
            velocity = round(note.velocity + _deviate(rng) * self.feel.velocity * dynamics)
            found.append(
                replace(
                    note,
                    start=start,
                    end=max(min(note.end + shift, self.end), start + 1),
                    velocity=min(max(velocity, 1), 127),
                )
            )
        return found

    def _common(self, tick: int) -> float:
        """Return the error in ms that all share at a tick."""
        error = self._shared.get(tick)
        if error is None:
            deviate = _deviate(random.Random(self._seed * 1_000_003 + tick))
            error = self._shared[tick] = deviate * self.feel.timing_ms * _SHARED**0.5
        return error


def _deviate(rng: random.Random) -> float:
    return min(max(rng.gauss(0.0, 1.0), -_MOST), _MOST)
