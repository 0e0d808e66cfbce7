"""One way to listen: mono, 32 kHz, and the onset envelope that tempo and rhythm are read from.

The onset envelope is librosa's `onset_strength`: a mel spectrogram of 128 bands (window 32 ms, hop 10 ms) in dB with
80 dB of range, its rises from one frame to the next, and their mean over the bands. Tempo takes the median over the
bands instead: a stroke fills many bands at once, a note that begins on its own a few.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import librosa
import numpy as np
import numpy.typing as npt
from librosa.onset import onset_strength

from muzecli.audio.resample import resample

Floats = npt.NDArray[np.float32]

RATE_HZ = 32_000
HOP = 320
FRAMES_HZ = RATE_HZ / HOP
_N_FFT = 1024
_BANDS = 128
_RANGE_DB = 80.0


@dataclass(frozen=True, eq=False)
class Heard:
    """Mono audio at 32 kHz, and what is read from it more than once.

    Attributes:
        mono: (N,), the mean of the channels.
    """

    mono: Floats

    @classmethod
    def of(cls, samples: npt.NDArray[np.float32], rate_hz: int) -> Heard:
        """Listen to samples (C, N) of any rate; what is not finite is heard as silence."""
        mono = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0).mean(axis=0, keepdims=True)
        return cls(resample(mono.astype(np.float32), rate_hz, RATE_HZ)[0])

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return len(self.mono) / RATE_HZ

    @cached_property
    def mel_db(self) -> Floats:
        """(128, T) power in dB, 80 dB of range."""
        power = librosa.feature.melspectrogram(
            y=self.mono, sr=RATE_HZ, n_fft=_N_FFT, hop_length=HOP, n_mels=_BANDS
        )
        return np.asarray(librosa.power_to_db(power, top_db=_RANGE_DB), np.float32)

    @cached_property
    def onsets(self) -> Floats:
        """(T,) mean rise in dB."""
        return self._rises(np.mean)

    @cached_property
    def strokes(self) -> Floats:
        """(T,) median rise in dB."""
        return self._rises(np.median)

    def _rises(self, aggregate: object) -> Floats:
        return np.asarray(
            onset_strength(S=self.mel_db, sr=RATE_HZ, hop_length=HOP, n_fft=_N_FFT, aggregate=aggregate),
            np.float32,
        )
