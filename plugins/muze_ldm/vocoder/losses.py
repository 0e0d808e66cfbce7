"""How far two sounds are apart: log-mel L1, and the STFT distances of Parallel WaveGAN (Yamamoto et al. 2020).

Shapes: B items, N samples, T columns and K bins of a resolution.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from muze_ldm.vocoder.frontend import FrontEnd, magnitudes
from muzecli.audio.mel import MelSpec

QUIET = 1e-3
"""Magnitude below which the STFT distance hears nothing: −108 dB from a full-scale sine in 1024 samples."""


class SpectralDistance(nn.Module):
    """Distances between sounds at several resolutions, in full precision.

    Args:
        spec: the mel analysis.
        sizes: windows of the STFTs in samples; the hop of each is in the mel's proportion to its window.
    """

    def __init__(self, spec: MelSpec, sizes: Sequence[int]) -> None:
        super().__init__()
        self.front_end = FrontEnd(spec)
        self.sizes = tuple(sizes)
        self.hops = tuple(round(size * spec.hop_samples / spec.n_fft) for size in sizes)
        for size in self.sizes:
            self.register_buffer(f"window_{size}", torch.hann_window(size), persistent=False)

    def spectra(self, samples: Tensor) -> list[Tensor]:
        """Return magnitudes (B, T, K) of samples (B, N) at every resolution."""
        return [
            magnitudes(samples, getattr(self, f"window_{size}"), hop)
            for size, hop in zip(self.sizes, self.hops, strict=True)
        ]

    def forward(self, made: Tensor, wanted: Tensor) -> dict[str, Tensor]:
        """Return the distances between samples (B, N), at least as long as the longest window; see `between`."""
        both = torch.cat([made.float(), wanted.float()])  # one transform for both
        return self.between(both, self.spectra(both))

    def between(self, both: Tensor, spectra: Sequence[Tensor]) -> dict[str, Tensor]:
        """Return the scalars mel (nats), convergence (relative) and magnitude (nats), means over items and sizes.

        Args:
            both: (2B, N), what was made before what was wanted.
            spectra: its magnitudes, of `spectra`.
        """
        convergence = [spectral_convergence(*pair.chunk(2)) for pair in spectra]
        magnitude = [log_magnitude(*pair.chunk(2)) for pair in spectra]
        # Where one resolution is the front end's own, its spectra serve for the mel, too.
        size = self.front_end.spec.n_fft
        same = size in self.sizes
        own = spectra[self.sizes.index(size)] if same else self.front_end.magnitudes(both)
        mel_made, mel_wanted = self.front_end.log_mel(own).chunk(2)
        return {
            "mel": (mel_made - mel_wanted).abs().mean(),
            "convergence": torch.stack(convergence).mean(),
            "magnitude": torch.stack(magnitude).mean(),
        }


def spectral_convergence(made: Tensor, wanted: Tensor) -> Tensor:
    """Return ‖wanted − made‖ / ‖wanted‖ of magnitudes (B, T, K), the mean over items; silence counts nothing."""
    error: Tensor = torch.linalg.vector_norm((wanted - made).flatten(1), dim=1)
    level: Tensor = torch.linalg.vector_norm(wanted.flatten(1), dim=1)
    audible = level > QUIET * wanted[0].numel() ** 0.5
    # An item of silence would divide by nothing; the other distances still hear what was made of it.
    relative = audible * error / level.clamp(min=QUIET)
    mean: Tensor = relative.sum() / audible.sum().clamp(min=1)
    return mean


def log_magnitude(made: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean distance of log-magnitudes in nats, magnitudes below `QUIET` taken as that."""
    apart: Tensor = made.clamp(min=QUIET).log() - wanted.clamp(min=QUIET).log()
    return apart.abs().mean()
