"""What a song sounds like, whatever it plays: brightness, strokes against tones, restlessness."""

from __future__ import annotations

import librosa
import numpy as np
from librosa.decompose import hpss

from benchmarks.hearing.heard import RATE_HZ, Heard

_N_FFT, _HOP = 2048, 512


def centroid_hz(heard: Heard) -> float:
    """Return the spectral centroid, the mean over frames weighted by their magnitude."""
    spectrum = np.abs(librosa.stft(heard.mono, n_fft=_N_FFT, hop_length=_HOP))
    total = spectrum.sum()
    return (
        float(librosa.fft_frequencies(sr=RATE_HZ, n_fft=_N_FFT) @ spectrum.sum(axis=1) / total)
        if total
        else 0.0
    )


def percussive_share(heard: Heard) -> float:
    """Return the share of energy that median filters call percussive, 0…1 (Fitzgerald 2010, margin 2).

    With a margin what is neither a clear tone nor a clear stroke counts for neither.
    """
    spectrum = librosa.stft(heard.mono, n_fft=_N_FFT, hop_length=_HOP)
    harmonic, percussive = (np.abs(part) ** 2 for part in hpss(spectrum, margin=2.0))
    total = harmonic.sum() + percussive.sum()
    return float(percussive.sum() / total) if total else 0.0


def flatness(heard: Heard) -> float:
    """Return the spectral flatness of the middle register, 300 Hz to 6 kHz, 0…1: noise and distortion are high.

    The geometric over the arithmetic mean of the power of each frame, and their mean over frames weighted by power:
    what rings out into silence does not count.
    """
    power = np.abs(librosa.stft(heard.mono, n_fft=_N_FFT, hop_length=_HOP)) ** 2
    hz = librosa.fft_frequencies(sr=RATE_HZ, n_fft=_N_FFT)
    middle = power[(hz > 300) & (hz < 6000)] + 1e-10
    level = middle.mean(axis=0)
    return float(np.exp(np.log(middle).mean(axis=0)).sum() / level.sum())


def restlessness_db(heard: Heard) -> float:
    """Return the mean rise of the spectrum from one frame of 10 ms to the next, in dB: how much happens, how hard."""
    return float(heard.onsets.mean())
