"""What the audio tower hears: a log-mel spectrogram and semitone bands of the same sound, block by block.

    block        5120 samples at 32 kHz, 0.16 s: 8 mel columns and 1 semitone column
    mel column   64 bands over a window of 64 ms, every 20 ms: timbre and rhythm
    semitones    72 bands from C1 to B6 over a window of 0.5 s, every 0.16 s: harmony, to whole semitones from C3 on

Values are natural logarithms of power. Powers of sounds that have nothing to do with each other add up, so that the
bands of a mix are those of its parts together, which is how the trainer mixes parts anew.

Shapes: N samples, K = ceil(N / block) blocks, M mel bands, S semitone bands.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from muzecli.audio.mel import MelSpec, mel_filterbank

if TYPE_CHECKING:
    import torch

VERSION = "1"
"""Changes whenever the same sound may come out otherwise: vectors that are kept belong to it."""
RATE_HZ = 32_000
BLOCK_SAMPLES = 5120
COLUMNS_PER_BLOCK = 8
MEL = MelSpec(
    RATE_HZ,
    n_fft=2048,
    hop_samples=BLOCK_SAMPLES // COLUMNS_PER_BLOCK,
    n_mels=64,
    low_hz=30.0,
    power=2.0,
    floor=1e-9,
)
SEMITONES = 72
LOWEST_PITCH = 24
"""MIDI pitch of the lowest semitone band, C1."""
HARMONY_FFT = 16_384
FLOOR_NATS = float(np.log(MEL.floor))
WIDTH = COLUMNS_PER_BLOCK * MEL.n_mels + SEMITONES
"""Values a block."""
_CHUNK_BLOCKS = 256

Samples = npt.NDArray[np.float32]


class Spectra(NamedTuple):
    """Both views of a stretch of sound.

    Attributes:
        mel: (B, M, 8 K) nats.
        semitones: (B, S, K) nats.
    """

    mel: torch.Tensor
    semitones: torch.Tensor


def blocks_of(samples: Samples) -> npt.NDArray[np.float32]:
    """Return the spectra of mono sound at `RATE_HZ`, (N,), as (K, WIDTH) nats; silence lies at `FLOOR_NATS`.

    Each row holds 8 mel columns one after the other, then the semitone column.
    """
    import torch

    count = max(1, -(-len(samples) // BLOCK_SAMPLES))
    rows = np.empty((count, WIDTH), np.float32)
    reach = HARMONY_FFT // 2
    padded = torch.zeros(count * BLOCK_SAMPLES + 2 * reach)
    padded[reach : reach + len(samples)] = torch.from_numpy(np.ascontiguousarray(samples))
    # In pieces, so that a long recording needs no more memory than a short one.
    for start in range(0, count, _CHUNK_BLOCKS):
        stop = min(start + _CHUNK_BLOCKS, count)
        piece = padded[start * BLOCK_SAMPLES : stop * BLOCK_SAMPLES + 2 * reach]
        inner = piece[reach - MEL.n_fft // 2 :]
        mel = _bands(inner, MEL.n_fft, MEL.hop_samples, (stop - start) * COLUMNS_PER_BLOCK, _mel_bank())
        semitones = _bands(piece, HARMONY_FFT, BLOCK_SAMPLES, stop - start, _semitone_bank())
        rows[start:stop, :-SEMITONES] = mel.reshape(stop - start, -1).numpy()
        rows[start:stop, -SEMITONES:] = semitones.numpy()
    return rows


def views(blocks: torch.Tensor) -> Spectra:
    """Return the two views of blocks, (B, K, WIDTH)."""
    count, length, _ = blocks.shape
    mel = blocks[..., :-SEMITONES].reshape(count, length * COLUMNS_PER_BLOCK, MEL.n_mels)
    return Spectra(mel.transpose(1, 2), blocks[..., -SEMITONES:].transpose(1, 2))


def _bands(
    samples: torch.Tensor, n_fft: int, hop_samples: int, count: int, bank: torch.Tensor
) -> torch.Tensor:
    """Return `count` columns of band powers, (count, bands) nats; column t begins at sample t · hop."""
    import torch

    frames = samples.unfold(0, n_fft, hop_samples)[:count]
    spectrum = torch.fft.rfft(frames * _window(n_fft), dim=-1)[:, : bank.shape[1]]
    power = spectrum.real.square() + spectrum.imag.square()
    return torch.log(torch.clamp(power @ bank.T, min=MEL.floor))


@cache
def _window(n_fft: int) -> torch.Tensor:
    """Return a Hann window of unit energy, so that powers do not depend on its length."""
    import torch

    window = torch.hann_window(n_fft)
    return window / window.square().sum().sqrt()


@cache
def _mel_bank() -> torch.Tensor:
    import torch

    return torch.from_numpy(mel_filterbank(MEL))


@cache
def _semitone_bank() -> torch.Tensor:
    """Return triangles a semitone apart, (S, bins up to the highest); the low ones at least a bin wide on each side."""
    import torch

    pitches = LOWEST_PITCH + np.arange(SEMITONES)
    centre_hz = 440.0 * 2.0 ** ((pitches - 69) / 12.0)
    half_hz = np.maximum(centre_hz * (2.0 ** (1 / 12) - 1.0), RATE_HZ / HARMONY_FFT)
    bins_hz = np.arange(HARMONY_FFT // 2 + 1) * RATE_HZ / HARMONY_FFT
    bins_hz = bins_hz[bins_hz < centre_hz[-1] * 2.0 ** (1 / 6)]
    bank = np.maximum(0.0, 1.0 - np.abs(bins_hz - centre_hz[:, None]) / half_hz[:, None])
    return torch.from_numpy(bank.astype(np.float32))
