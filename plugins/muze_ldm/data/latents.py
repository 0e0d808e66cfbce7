"""Latents of recordings, encoded once by one autoencoder and read a stretch at a time.

Shapes: C channels, H height, W latent frames.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from muze_ldm.data.audio import MelCache
from muze_ldm.data.recordings import Recording
from muze_ldm.vae.network import AudioVAE
from muzecli.console import Console
from muzecli.training.arrays import Array, StoredArray, cached, key_of

Floats = npt.NDArray[np.float32]
PIECE_FRAMES = 512
MARGIN_FRAMES = 32


@dataclass(frozen=True)
class LatentCache:
    """Normalised latents of recordings: over the corpus their mean is 0 and their deviation 1.

    Attributes:
        recordings: in order.
        keys: hash of audio, front end and autoencoder, of each.
        arrays: (W, C, H) float16 each.
    """

    recordings: Sequence[Recording]
    keys: Sequence[str]
    arrays: Sequence[StoredArray]

    def frames(self, index: int) -> int:
        """Return W of a recording."""
        return int(self.arrays[index].shape[0])

    def latents(self, index: int, start: int = 0, end: int | None = None) -> Floats:
        """Return frames [start, end) of a recording, (C, H, W) float32."""
        return np.ascontiguousarray(self.arrays[index][start:end].transpose(1, 2, 0), np.float32)


def open_latent_cache(
    mels: MelCache, cache: Path, vae: AudioVAE, *, vae_sha256: str, console: Console
) -> LatentCache:
    """Return the latents of a cache's spectrograms; those that the cache lacks are encoded.

    Args:
        mels: with the autoencoder's front end.
        cache: folder of all caches.
        vae: in evaluation mode, on whatever device is quickest.
        vae_sha256: of its weights.
        console: where progress is shown.

    Raises:
        OutputError: the disk is full.
    """
    kind = key_of("latents", vae_sha256)[:12]

    def encode(index: int) -> Array:
        latents = encode_mel(vae, torch.from_numpy(mels.mel(index)))
        return latents.permute(2, 0, 1).cpu().numpy().astype(np.float16)

    arrays = cached(cache / f"latents-{kind}", mels.keys, encode, console=console, what="encoding")
    return LatentCache(mels.recordings, [f"{key}-{kind}" for key in mels.keys], arrays)


@torch.inference_mode()
def encode_mel(vae: AudioVAE, mel: torch.Tensor) -> torch.Tensor:
    """Return the normalised latents (C, H, W) of a spectrogram (M, T) of any length, piece by piece.

    Columns that do not fill a latent frame are filled up with the last one. Pieces overlap by a margin that is
    longer than what the encoder sees around a frame, as far as it sees a bounded part at all.
    """
    stride = vae.config.time_stride
    # The levels of an image halve its width several times; nothing is lost in a flat one.
    padded = torch.nn.functional.pad(mel[None], (0, -mel.shape[-1] % stride), mode="replicate")[None]
    device = vae.latent_mean.device
    frames = padded.shape[-1] // stride
    pieces = []
    for start in range(0, frames, PIECE_FRAMES):
        first, last = max(0, start - MARGIN_FRAMES), min(frames, start + PIECE_FRAMES + MARGIN_FRAMES)
        mean = vae.encode(padded[..., first * stride : last * stride].to(device)).mean
        pieces.append(vae.normalise(mean)[0, :, :, start - first : min(frames, start + PIECE_FRAMES) - first])
    return torch.cat(pieces, dim=-1)
