"""How far a reconstruction is from its original: log-mel L1 and the multi-resolution STFT distance.

Both as in Yamamoto, Song and Kim, "Parallel WaveGAN" (ICASSP 2020), section 2.2, with hops of a quarter window:

    convergence = ‖|Y| − |X|‖ / ‖|Y|‖          relative: what is loud counts
    magnitude   = mean |ln |Y| − ln |X||       in nats: what is quiet counts as much

averaged over windows of 512, 1024 and 2048 samples. Magnitudes below −100 dB of a full-scale sine are raised to that,
so that it does not matter what silence is filled with.
"""

from __future__ import annotations

from dataclasses import dataclass

import librosa
import numpy as np

from benchmarks.hearing.heard import Floats

WINDOWS = (512, 1024, 2048)
_FLOOR = 1e-5


@dataclass(frozen=True)
class Distance:
    """From an original to what was made of it.

    Attributes:
        mel_nats: mean absolute difference of the log-mel spectrograms that the models work on.
        convergence: spectral convergence, relative.
        magnitude_nats: mean absolute difference of log magnitudes.
    """

    mel_nats: float
    convergence: float
    magnitude_nats: float

    @property
    def stft(self) -> float:
        """The multi-resolution STFT distance: the sum of its two terms."""
        return self.convergence + self.magnitude_nats


def distance(made: Floats, original: Floats, made_mel: Floats, original_mel: Floats) -> Distance:
    """Measure samples (N,) against samples (N,), and log-mel columns (M, T) against (M, T)."""
    terms = np.array([_terms(made, original, window) for window in WINDOWS]).mean(axis=0)
    columns = min(made_mel.shape[1], original_mel.shape[1])
    mel = float(np.abs(made_mel[:, :columns] - original_mel[:, :columns]).mean())
    return Distance(mel, float(terms[0]), float(terms[1]))


def _terms(made: Floats, original: Floats, window: int) -> tuple[float, float]:
    length = min(len(made), len(original))
    x, y = (
        np.abs(librosa.stft(samples[:length], n_fft=window, hop_length=window // 4))
        for samples in (made, original)
    )
    least = (
        _FLOOR * window / 4
    )  # a full-scale sine under a Hann window reaches a quarter of the window's length
    convergence = np.linalg.norm(y - x) / max(float(np.linalg.norm(y)), 1e-12)
    logs = np.log(np.maximum(y, least)) - np.log(np.maximum(x, least))
    return float(convergence), float(np.abs(logs).mean())
