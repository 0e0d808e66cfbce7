"""Two channels from one: a side signal that is unlike the middle, added to one channel and taken from the other.

    left = mono + side, right = mono − side, so that (left + right)/2 is the mono signal again,

whatever the side is: nothing of it is left when the channels are summed. The side is the mono signal through a
chain of Schroeder all-passes (Schroeder, "Natural sounding artificial reverberation", 1962), which turn phases by a
few ms and change no level, and a minimum-phase weight: none of the bass, most of the middle and the air. Silence
gives silence.

Shapes: N frames, L taps, F frequencies.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muzecli.audio.convolve import Convolver

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class StereoImage:
    """How wide a sound is.

    Attributes:
        side_to_mid_db: pairs of a frequency in Hz, rising, and the side's level over the middle's there in dB;
            between them levels are interpolated over the logarithm of the frequency, beyond them they stay.
        allpass_ms: delay of each all-pass; their sum is how much the side lags on average.
        allpass_gain: 0…1 exclusive; the nearer to 1, the longer each rings.
    """

    side_to_mid_db: tuple[tuple[float, float], ...]
    allpass_ms: tuple[float, ...]
    allpass_gain: float

    def __post_init__(self) -> None:
        heard_hz = [hz for hz, _ in self.side_to_mid_db]
        if not heard_hz or heard_hz[0] <= 0 or heard_hz != sorted(set(heard_hz)):
            raise ValueError(f"frequencies of a stereo image must be above 0 and rise; found {heard_hz}")
        if not self.allpass_ms or min(self.allpass_ms) <= 0:
            raise ValueError(f"delays of all-passes must be above 0 ms; found {self.allpass_ms}")
        if not 0 < abs(self.allpass_gain) < 1:
            raise ValueError(f"the gain of all-passes must be above 0 and below 1; found {self.allpass_gain}")


MIX = StereoImage(
    # Medians over mixes of thirty seconds in 25 genres (`muze dataset synth`), but for the bass, which stays in the
    # middle, and the region about 8 kHz, where half of the mixes have next to nothing to measure.
    side_to_mid_db=(
        (100.0, -70.0),
        (160.0, -30.0),
        (220.0, -17.0),
        (300.0, -15.0),
        (450.0, -12.5),
        (1_000.0, -11.0),
        (2_000.0, -11.0),
        (4_000.0, -13.5),
        (6_000.0, -15.0),
        (10_000.0, -14.5),
        (14_000.0, -12.0),
    ),
    # Of thousands of drawn chains, one that leaves the channels within 2 dB of each other in every third of an octave.
    allpass_ms=(0.68, 1.03, 1.49),
    allpass_gain=-0.48,
)

_TAPS_S = 0.064
"""Length of the side's filter: the weight's ringing at the edge of the bass has sunk below −100 dB by then."""


def widen(mono: Floats, rate_hz: int, image: StereoImage = MIX) -> Floats:
    """Return `(2, N)` whose mean over the channels is the mono signal, to within rounding.

    Args:
        mono: `(N,)`.
        rate_hz: its rate.
        image: how wide.
    """
    convolver = Convolver(side_filter(rate_hz, image), 1)
    side = convolver.process(mono[None])[0]
    return np.stack((mono + side, mono - side))


@functools.cache
def side_filter(rate_hz: int, image: StereoImage = MIX) -> Floats:
    """Return the response `(L,)` that makes the side of a mono signal."""
    taps = round(_TAPS_S * rate_hz)
    size = 1 << (8 * taps - 1).bit_length()  # long enough that neither part wraps round
    hz = np.arange(size // 2 + 1, dtype=np.float64) * (rate_hz / size)  # (F,)
    spectrum = np.multiply(_minimum_phase(_weight(hz, image), size), _allpasses(hz, image))
    response: Doubles = np.fft.irfft(spectrum, size)[:taps]
    fade = taps // 8
    response[-fade:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fade + 1) / (fade + 1))
    return response.astype(np.float32)


def _weight(hz: Doubles, image: StereoImage) -> Doubles:
    """Return the side's gain at each frequency, `(F,)`."""
    known_hz, known_db = np.array(image.side_to_mid_db).T
    level_db = np.interp(np.log(np.maximum(hz, 1.0)), np.log(known_hz), known_db)
    return np.asarray(10.0 ** (level_db / 20.0))


def _minimum_phase(gain: Doubles, size: int) -> Spectrum:
    """Return the spectrum `(F,)` of that gain whose response comes soonest.

    Its cepstrum is the even one of the logarithm of the gain, folded onto positive times (Oppenheim and Schafer,
    "Discrete-Time Signal Processing", §13.5).
    """
    cepstrum = np.fft.irfft(np.log(gain), size)
    cepstrum[1 : size // 2] *= 2.0
    cepstrum[size // 2 + 1 :] = 0.0
    return np.asarray(np.exp(np.fft.rfft(cepstrum)))


def _allpasses(hz: Doubles, image: StereoImage) -> Spectrum:
    """Return the chain's spectrum `(F,)`: ∏ (z⁻ᵈ − g)/(1 − g·z⁻ᵈ), of magnitude 1 everywhere."""
    chain = np.ones(len(hz), np.complex128)
    for delay_ms in image.allpass_ms:
        delayed = np.exp(-2j * np.pi * hz * delay_ms / 1000.0)
        chain *= (delayed - image.allpass_gain) / (1.0 - image.allpass_gain * delayed)
    return chain
