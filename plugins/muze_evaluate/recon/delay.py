"""By how much a recording is late, from its cross-correlation with the one that it was made of.

Codecs put out samples late, by a constant that many tools do not take out. Spectra hardly notice a few milliseconds;
for measures of the waveform they are everything.

Shapes: N samples, L lags to either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

SURE = 0.5
"""The correlation that a delay must reach to be believed: two sounds of one spectrum and unlike phases, such as
Griffin-Lim gives, stay far below."""
BETTER_BY = 0.1
"""How much more it must be than without the delay: a held tone correlates with itself a period later."""

_BLOCK = 1 << 18
_TIE = 1e-3


@dataclass(frozen=True)
class Delay:
    """What cross-correlation says.

    Attributes:
        samples: the lag of the highest correlation; above 0 where the evaluated recording is late.
        correlation: there, 0…1, whatever the sign of the sound.
        without: the correlation at lag 0.
    """

    samples: int
    correlation: float
    without: float

    @property
    def sure(self) -> bool:
        """Whether there is a delay that can be believed."""
        return self.samples != 0 and self.correlation >= SURE and self.correlation - self.without >= BETTER_BY


def find_delay(reference: Floats, evaluated: Floats, *, most_samples: int) -> Delay:
    """Return by how much a recording is late.

    Of lags whose correlation is as high to a thousandth the least is taken.

    Args:
        reference: (N,) samples.
        evaluated: (N',) samples at the same rate.
        most_samples: L, the most that it may be early or late, 1 or more.
    """
    correlation = np.abs(cross_correlation(reference, evaluated, most_samples=most_samples))
    lags = np.arange(-most_samples, most_samples + 1)
    candidates = np.flatnonzero(correlation >= correlation.max() - _TIE)
    best = candidates[np.argmin(np.abs(lags[candidates]))]
    return Delay(int(lags[best]), float(correlation[best]), float(correlation[most_samples]))


def cross_correlation(reference: Floats, evaluated: Floats, *, most_samples: int) -> Doubles:
    """Return r[k] = Σₙ x[n] · y[n + k] / (‖x‖ · ‖y‖) for k = −L…L as (2L + 1,); zeros where either is silent.

    Worked out a block at a time by transforms of bounded length, so that memory does not grow with the recording.
    """
    span = 2 * most_samples
    size = 1 << (_BLOCK + span - 1).bit_length()
    total = np.zeros(span + 1)
    for start in range(0, len(reference), _BLOCK):
        block = reference[start : start + _BLOCK].astype(np.float64)
        first = start - most_samples
        beside = _window(evaluated, first, first + len(block) + span)
        spectrum = np.conj(np.fft.rfft(block, size)) * np.fft.rfft(beside, size)
        total += np.fft.irfft(spectrum, size)[: span + 1]
    norm = np.sqrt(energy(reference) * energy(evaluated))
    return total / norm if norm > 0.0 else np.zeros(span + 1)


def energy(samples: Floats) -> float:
    """Return Σ x² of samples (N,), added up in float64."""
    return float(
        sum(
            np.square(samples[start : start + _BLOCK], dtype=np.float64).sum()
            for start in range(0, len(samples), _BLOCK)
        )
    )


def _window(samples: Floats, start: int, stop: int) -> Doubles:
    """Return samples [start, stop) of (N,), zeros beyond its ends."""
    inside = samples[max(0, start) : max(0, stop)].astype(np.float64)
    before = min(max(0, -start), stop - start)
    return np.pad(inside, (before, stop - start - before - len(inside)))
