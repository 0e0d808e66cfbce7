"""Mono and stereo: two channels from one that are not equal, and one from two.

From one channel come two by a complementary pair of comb filters: H. Lauridsen, "Nogle forsøg med forskellige former
for rumakustik-gengivelse", Ingeniøren 47 (1954); M. R. Schroeder, "An artificial stereophonic effect obtained from a
single audio signal", J. Audio Eng. Soc. 6(2), 1958:

    left = mono + g·side, right = mono − g·side, side = the mono signal, later and without its bass

so that (left + right) / 2 is the mono signal again, and the bass stays in the middle.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from muzecli.audio.convolve import Convolver
from muzecli.errors import BugError

Samples = npt.NDArray[np.float32]

_DELAY_S = 0.011  # below what is heard as an echo
_DEPTH = 0.4  # 8 dB under the middle
_BASS_HZ = 250.0
_EQUAL = 1e-4  # −80 dB: channels that differ by less are one


def with_channels(samples: Samples, channels: int, rate_hz: int) -> Samples:
    """Return samples with one channel or two, of which two are never equal but for silence.

    Args:
        samples: (1, N) or (2, N).
        channels: 1 or 2.
        rate_hz: sampling rate.

    Raises:
        BugError: an engine gave more than two channels.
    """
    if samples.shape[0] > 2:
        raise BugError(f"an engine must give one channel or two, and this one gave {samples.shape[0]}")
    if channels == 1:
        return samples if samples.shape[0] == 1 else samples.mean(axis=0, keepdims=True, dtype=np.float32)
    if samples.shape[0] == 2 and not _equal(samples):
        return samples
    return widened(samples[:1], rate_hz)


def widened(mono: Samples, rate_hz: int) -> Samples:
    """Return (2, N) from (1, N), whose mean is the mono signal."""
    side = np.float32(_DEPTH) * Convolver(_side_response(rate_hz), 1).process(mono)
    return np.concatenate((mono + side, mono - side))


def _equal(samples: Samples) -> bool:
    left, right = samples
    peak = float(np.abs(samples).max(initial=0.0))
    return float(np.abs(left - right).max(initial=0.0)) <= _EQUAL * peak


def _side_response(rate_hz: int) -> Samples:
    """Return a delayed impulse less its bass, (L,): a windowed-sinc high-pass of linear phase."""
    half = round(_DELAY_S * rate_hz)
    at = np.arange(-half, half + 1)
    cutoff = 2.0 * _BASS_HZ / rate_hz
    low = cutoff * np.sinc(cutoff * at) * np.hanning(2 * half + 3)[1:-1]
    response = -low / low.sum()  # no gain at 0 Hz, once the impulse is added
    response[half] += 1.0
    side: Samples = response.astype(np.float32)
    return side
