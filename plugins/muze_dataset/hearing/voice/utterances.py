"""The vector of a whole recording of one voice: windows of 1.6 s, and the mean of their vectors.

Level, spectrogram and windows are those that Resemblyzer's weights were trained on; the silences between words are
not its detector's to take out, the caller hands over what has a voice in it.

Shapes: N samples at `RATE_HZ`, T frames of 10 ms, M = 40 mel bands, B windows.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from muzecli.audio.mel import MelSpec, mel_filterbank

RATE_HZ = 16_000
WINDOW_FRAMES = 160
SHORTEST_S = 1.0
"""Less voice than this says nothing of whose it is: the windows would be silence for the most part."""
MOST_WINDOWS = 96
"""More than a minute of voice does not move the mean; of longer ones windows all over are taken."""

_SPEC = MelSpec(RATE_HZ, n_fft=400, hop_samples=160, n_mels=40, power=2.0)
_LEVEL_DBFS = -30.0
_STEP_FRAMES = 77  # 1.3 windows a second
_LEAST_COVERED = 0.75  # of the last window

Array = npt.NDArray[np.float32]


def utterance_vector(
    samples: Array, embed: Callable[[Array], Array], *, most_windows: int = MOST_WINDOWS
) -> Array | None:
    """Return the vector of a voice, (D,) of length 1; None where there is less than `SHORTEST_S` or no sound.

    Args:
        samples: (N,) at `RATE_HZ`, nothing but voice.
        embed: returns (B, D) vectors of windows (B, WINDOW_FRAMES, M).
        most_windows: see `MOST_WINDOWS`.
    """
    if len(samples) < SHORTEST_S * RATE_HZ or not np.any(samples):
        return None
    starts = window_starts(len(samples))
    if len(starts) > most_windows:
        starts = [starts[i] for i in np.linspace(0, len(starts) - 1, most_windows).round().astype(int)]
    mels = mel_powers(levelled(samples), at_least=starts[-1] + WINDOW_FRAMES)  # (T, M)
    windows = np.stack([mels[start : start + WINDOW_FRAMES] for start in starts])
    mean = embed(windows).mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(mean))
    return None if length == 0.0 else (mean / length).astype(np.float32)


def levelled(samples: Array) -> Array:
    """Return samples raised to −30 dBFS; louder ones are left as they are."""
    level_db = 10.0 * np.log10(max(float(np.mean(samples.astype(np.float64) ** 2)), 1e-20))
    return samples * np.float32(10.0 ** (max(_LEVEL_DBFS - level_db, 0.0) / 20.0))


def window_starts(samples: int) -> list[int]:
    """Return the first frame of each window; the last one is left out when a quarter of it lies past the end."""
    frames = -(-(samples + 1) // _SPEC.hop_samples)
    starts = list(range(0, max(1, frames - WINDOW_FRAMES + _STEP_FRAMES + 1), _STEP_FRAMES))
    window = WINDOW_FRAMES * _SPEC.hop_samples
    if len(starts) > 1 and (samples - starts[-1] * _SPEC.hop_samples) / window < _LEAST_COVERED:
        starts.pop()
    return starts


def mel_powers(samples: Array, *, at_least: int = 0) -> Array:
    """Return the mel spectrogram (T, M) of power, T = 1 + N // hop or `at_least`; frame t is about t · 10 ms.

    Not its logarithm: the encoder was trained on this.
    """
    frames = max(1 + len(samples) // _SPEC.hop_samples, at_least)
    half = _SPEC.n_fft // 2
    end = (frames - 1) * _SPEC.hop_samples + _SPEC.n_fft
    padded = np.pad(samples, (half, max(end - half - len(samples), 0)))
    cut = np.lib.stride_tricks.sliding_window_view(padded, _SPEC.n_fft)[:: _SPEC.hop_samples][:frames]
    window = np.hanning(_SPEC.n_fft + 1)[:-1].astype(np.float32)
    spectrum = np.fft.rfft(cut * window, axis=-1)  # (T, F)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return power @ mel_filterbank(_SPEC).T
