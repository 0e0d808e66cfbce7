"""Overlap-add of spectra into sound, with column t centred on sample t · hop and exactly T · hop samples.

    column      0     1     2     3            R = n_fft / hop windows overlap on every sample (here 4);
    window  ▁▂▅▇█▇▅▂▁                          the sum of their squares is level (COLA), and at both ends,
                ▁▂▅▇█▇▅▂▁                      where windows are missing, it is divided by what is there.
    sample  ····|     |     |     |····
                0    hop  2·hop

Shapes: B items, T columns, K = n_fft/2 + 1 bins, N = T · hop samples.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional


class OverlapAdd(nn.Module):
    """The inverse short-time Fourier transform (Griffin and Lim 1984, eq. 6) for whole ratios n_fft / hop.

    Args:
        n_fft: window and transform length, an even multiple of `hop`.
        hop: samples from one column to the next.
    """

    window: Tensor
    energy: Tensor

    def __init__(self, n_fft: int, hop: int) -> None:
        super().__init__()
        if n_fft % (2 * hop):
            raise ValueError(f"n_fft must be an even multiple of the hop {hop}, and it is {n_fft}")
        self.n_fft, self.hop, self.ratio = n_fft, hop, n_fft // hop
        window = torch.hann_window(n_fft)
        self.register_buffer("window", window, persistent=False)
        self.register_buffer("energy", window.square(), persistent=False)

    def forward(self, spectrum: Tensor) -> Tensor:
        """Return samples (B, T · hop) of complex spectra (B, T, K)."""
        columns = spectrum.shape[1]
        frames = torch.fft.irfft(spectrum, n=self.n_fft, dim=-1) * self.window  # (B, T, n_fft)
        summed = self._add(frames)
        # Every column's window is alike, so the envelope needs one item only.
        envelope = self._add(self.energy.expand(1, columns, self.n_fft))
        return summed / envelope

    def analyse(self, samples: Tensor) -> Tensor:
        """Return spectra (B, T, K) of samples (B, T · hop), with silence beyond the ends."""
        half = self.n_fft // 2
        padded = functional.pad(samples, (half, half - self.hop))
        frames = padded.unfold(-1, self.n_fft, self.hop) * self.window
        spectrum: Tensor = _RealTransform.apply(frames)  # type: ignore[no-untyped-call]
        return spectrum

    def _add(self, frames: Tensor) -> Tensor:
        """Add frames (B, T, n_fft) where they lie; return what belongs to samples 0 … T · hop."""
        items, columns, _ = frames.shape
        parts = frames.reshape(items, columns, self.ratio, self.hop)
        # (B, T + R − 1, hop): the part of column t that is j hops after its window's start lies in row t + j
        out = frames.new_zeros(items, columns + self.ratio - 1, self.hop)
        for j in range(self.ratio):
            out[:, j : j + columns] += parts[:, :, j]
        half = self.ratio // 2
        return out[:, half : half + columns].reshape(items, columns * self.hop)


class _RealTransform(torch.autograd.Function):
    """rfft with a backward pass of one real transform; PyTorch's own takes a complex one of full length."""

    @staticmethod
    def forward(ctx: Any, frames: Tensor) -> Tensor:
        ctx.n_fft = frames.shape[-1]
        spectrum: Tensor = torch.fft.rfft(frames)
        return spectrum

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        # dX_k / dx_n = e^{−2πikn/N}; irfft counts every bin but the outermost twice.
        half = gradients[0] * (0.5 * ctx.n_fft)
        half[..., 0] *= 2.0
        half[..., -1] *= 2.0
        slope: Tensor = torch.fft.irfft(half, n=ctx.n_fft)
        return slope
