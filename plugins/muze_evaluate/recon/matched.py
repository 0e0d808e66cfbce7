"""Two recordings of the same music made comparable: one rate, one number of channels, one beginning, one length.

    rate        the lower of both: what lies above half of it, one of them cannot have
    channels    as they are where both have as many, else the mean of each one's
    beginning   as it is; with a delay to look for, where cross-correlation says that both begin
    length      the shorter of both

Nothing is changed about levels.

Shapes: C channels, N samples.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muze_evaluate.recon.delay import Delay, find_delay
from muzecli.audio.resample import resample
from muzecli.errors import BadDataError

Floats = npt.NDArray[np.float32]

LENGTH_TOLERANCE_S = 0.1
"""What encoders add at the end; more is worth a word."""
SHORTEST_S = 0.05
"""Less than a window of the spectra says nothing."""


@dataclass(frozen=True)
class Matched:
    """Two recordings, sample by sample.

    Attributes:
        reference: (C, N).
        evaluated: (C, N).
        rate_hz: of both.
        delay: by how much the evaluated one was late, as found.
        aligned: whether that was taken out.
        notes: what was done to make them comparable and what else the reader should know.
    """

    reference: Floats
    evaluated: Floats
    rate_hz: int
    delay: Delay
    aligned: bool
    notes: tuple[str, ...]

    @property
    def delay_ms(self) -> float:
        """The delay in milliseconds."""
        return 1000.0 * self.delay.samples / self.rate_hz


def matched(
    reference: tuple[Floats, int],
    evaluated: tuple[Floats, int],
    *,
    align: bool = False,
    max_delay_ms: float = 100.0,
    rate_hz: int | None = None,
) -> Matched:
    """Return two recordings made comparable.

    Args:
        reference: samples (C, N) and rate of the original.
        evaluated: those of what is measured.
        align: take out the delay where it is sure.
        max_delay_ms: the most that is looked for, either way.
        rate_hz: what to measure at; None for the lower of both rates.

    Raises:
        BadDataError: less than 50 ms are common to both, or one has a lower rate than asked for.
    """
    lower_hz = min(reference[1], evaluated[1])
    if rate_hz is not None and rate_hz > lower_hz:
        raise BadDataError(
            f"both must have a rate of at least {rate_hz} Hz to be measured there, and one has {lower_hz} Hz",
            hint=f"--rate {lower_hz}, or leave --rate out",
        )
    rate_hz = rate_hz or lower_hz
    notes: list[str] = []
    x, y = _same_channels(reference[0], evaluated[0], notes)
    x, y = resample(x, reference[1], rate_hz), resample(y, evaluated[1], rate_hz)
    difference_s = (y.shape[1] - x.shape[1]) / rate_hz
    if abs(difference_s) > LENGTH_TOLERANCE_S:
        notes.append(
            f"{abs(difference_s):.2f} s {'longer' if difference_s > 0 else 'shorter'} than the reference"
        )
    delay = find_delay(
        x.mean(axis=0), y.mean(axis=0), most_samples=max(1, round(max_delay_ms * rate_hz / 1000.0))
    )
    late_ms = 1000.0 * delay.samples / rate_hz
    aligned = align and delay.sure
    if aligned:
        x, y = x[:, max(0, -delay.samples) :], y[:, max(0, delay.samples) :]
        notes.append(f"a delay of {late_ms:+.2f} ms was taken out")
    elif delay.sure:
        notes.append(f"late by {late_ms:+.2f} ms, it seems")
    frames = min(x.shape[1], y.shape[1])
    if frames < SHORTEST_S * rate_hz:
        raise BadDataError(
            f"both must have {SHORTEST_S:g} s in common to be measured, and they have {frames / rate_hz:.3f} s"
        )
    return Matched(x[:, :frames], y[:, :frames], rate_hz, delay, aligned, tuple(notes))


def _same_channels(x: Floats, y: Floats, notes: list[str]) -> tuple[Floats, Floats]:
    """Return both with as many channels: their own where these are as many, else one, the mean."""
    if x.shape[0] == y.shape[0]:
        return x, y
    notes.append(f"{x.shape[0]} channels against {y.shape[0]}: their means are compared")
    return x.mean(axis=0, keepdims=True), y.mean(axis=0, keepdims=True)
