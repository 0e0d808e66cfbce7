"""Spectra of crops, framed so that a crop's columns are those of the whole track.

Shapes: B items, M mel bands, T columns, K = n_fft/2 + 1 bins, N samples.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from muzecli.audio.mel import MelSpec, mel_filterbank


class FrontEnd(nn.Module):
    """The mel analysis of `muzecli.audio.mel.log_mel` for crops: no padding; the caller brings what lies around.

    Args:
        spec: the analysis.
    """

    window: Tensor
    bands: Tensor

    def __init__(self, spec: MelSpec) -> None:
        super().__init__()
        self.spec = spec
        self.register_buffer("window", torch.hann_window(spec.n_fft), persistent=False)
        self.register_buffer("bands", torch.from_numpy(mel_filterbank(spec)), persistent=False)

    @property
    def margin(self) -> int:
        """Samples that must precede the first column's sample, and follow the last one's."""
        return self.spec.n_fft // 2

    def magnitudes(self, audio: Tensor) -> Tensor:
        """Return (B, T, K) of samples (B, margin + (T − 1) · hop + margin)."""
        return magnitudes(audio, self.window, self.spec.hop_samples)

    def log_mel(self, magnitude: Tensor) -> Tensor:
        """Return natural log-mel columns (B, T, M) of magnitudes (B, T, K)."""
        with torch.autocast(magnitude.device.type, enabled=False):
            return torch.log((magnitude**self.spec.power @ self.bands.T).clamp(min=self.spec.floor))


def magnitudes(audio: Tensor, window: Tensor, hop: int) -> Tensor:
    """Return magnitudes (B, T, K) of samples (B, N), the first window beginning at the first sample."""
    made: Tensor = _Magnitudes.apply(audio, window, hop)  # type: ignore[no-untyped-call]
    return made


class _Magnitudes(torch.autograd.Function):
    """|STFT| with a backward pass of one real transform; PyTorch's own takes a complex one of full length."""

    @staticmethod
    def forward(ctx: Any, audio: Tensor, window: Tensor, hop: int) -> Tensor:
        frames = audio.unfold(-1, len(window), hop) * window  # (B, T, n_fft)
        spectrum = torch.fft.rfft(frames)
        magnitude: Tensor = spectrum.abs()
        ctx.save_for_backward(spectrum, magnitude, window)
        ctx.hop, ctx.samples = hop, audio.shape[-1]
        return magnitude

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None]:
        spectrum, magnitude, window = ctx.saved_tensors
        n_fft, hop = len(window), ctx.hop
        # d|X_k| / dx_n = Re(X_k/|X_k| · e^{2πikn/N}); irfft counts every bin but the outermost twice.
        slope = spectrum * (gradients[0] * (0.5 * n_fft) / magnitude.clamp(min=1e-12))
        slope[..., 0] *= 2.0
        slope[..., -1] *= 2.0
        frames = torch.fft.irfft(slope, n=n_fft) * window
        parts = -(-n_fft // hop)
        pieces = functional.pad(frames, (0, parts * hop - n_fft)).reshape(*frames.shape[:2], parts, hop)
        columns = frames.shape[1]
        out = frames.new_zeros(frames.shape[0], columns + parts - 1, hop)
        for part in range(parts):
            out[:, part : part + columns] += pieces[:, :, part]
        flat = out.flatten(1)[:, : ctx.samples]
        return functional.pad(flat, (0, ctx.samples - flat.shape[1])), None, None
