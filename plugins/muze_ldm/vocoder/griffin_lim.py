"""Griffin-Lim as a vocoder: no weights, the phase found anew for every sound."""

from __future__ import annotations

import torch
from torch import Tensor

from muzecli.audio.mel import MelSpec, griffin_lim

ITERATIONS = 32


class GriffinLimVocoder:
    """The fast Griffin-Lim algorithm of `muzecli.audio.mel`.

    Args:
        mel: the analysis to invert.
        iterations: of the algorithm.
        seed: of the phases it starts from.

    Attributes:
        rate_hz: sampling rate.
        context_columns: four windows; what lies farther away hardly matters.
    """

    def __init__(self, mel: MelSpec, *, iterations: int = ITERATIONS, seed: int = 0) -> None:
        self.mel, self.iterations, self.seed = mel, iterations, seed
        self.rate_hz = mel.rate_hz
        self.context_columns = -(-4 * mel.n_fft // mel.hop_samples)

    @torch.inference_mode()
    def decode(self, mel: Tensor, *, first_column: int = 0) -> Tensor:
        """Return samples (B, T · hop) of natural log-mel columns (B, M, T), wherever they lie."""
        # A sound of T · hop samples has T + 1 columns; the last is about a sample just beyond its end.
        complete = torch.cat([mel, mel[..., -1:]], dim=-1).float()
        return griffin_lim(
            complete,
            self.mel,
            frames=mel.shape[-1] * self.mel.hop_samples,
            iterations=self.iterations,
            seed=self.seed,
        )
