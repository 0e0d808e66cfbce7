"""Latents to sound: the autoencoder's decoder and the vocoder, both in pieces, so that memory does not grow with time.

Shapes: C latent channels, H latent height, W latent frames, M mel bands, T = W · time stride columns, N = T · hop
samples.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from muze_ldm.data.latents import MARGIN_FRAMES, PIECE_FRAMES
from muze_ldm.engine.chunks import Joiner, chunks

if TYPE_CHECKING:
    from muze_ldm.vae.network import AudioVAE
    from muze_ldm.vocoder import Vocoder

Floats = npt.NDArray[np.float32]

MEL_OVERLAP_S = 1.0
"""Where pieces of a spectrogram meet: normalisation looks at a whole piece, so that neighbours differ a little."""
SOUND_CHUNK_S = 12.0
CROSSFADE_S = 0.05
"""Where pieces of sound meet."""


def decode_mel(
    vae: AudioVAE,
    latents: Tensor,
    *,
    precision: Callable[[], AbstractContextManager[object]],
    on_part: Callable[[float], None],
) -> Floats:
    """Return the log-mel (M, T) of normalised latents.

    Args:
        vae: the autoencoder.
        latents: (1, C, H, W), mean 0 and deviation 1.
        precision: makes the context of the network, such as autocast.
        on_part: told the share that is done.
    """
    rate_hz, stride = vae.config.latent_rate_hz, vae.config.time_stride
    pieces = chunks(
        latents.shape[-1],
        size=PIECE_FRAMES,
        overlap=min(PIECE_FRAMES - 1, max(1, round(MEL_OVERLAP_S * rate_hz))),
        margin=MARGIN_FRAMES,
    )
    joined = Joiner(vae.config.n_mels, latents.shape[-1] * stride, alike=True)
    for done, piece in enumerate(pieces, 1):
        with precision():
            mel = vae.decode(vae.denormalise(latents[..., piece.first : piece.last]))[0, 0].float()  # (M, t)
        own = slice((piece.start - piece.first) * stride, (piece.stop - piece.first) * stride)
        joined.add(mel[:, own].cpu().numpy(), piece.start * stride)
        on_part(done / len(pieces))
    return joined.whole


def decode_sound(vocoder: Vocoder, mel: Floats, *, on_part: Callable[[float], None]) -> Floats:
    """Return the sound (N,) of a log-mel (M, T).

    Args:
        vocoder: makes it; of the mel's rate and hop.
        mel: in nats.
        on_part: told the share that is done.
    """
    rate_hz, hop = vocoder.mel.rate_hz, vocoder.mel.hop_samples
    pieces = chunks(
        mel.shape[1],
        size=round(SOUND_CHUNK_S * rate_hz / hop),
        overlap=max(1, round(CROSSFADE_S * rate_hz / hop)),
        margin=vocoder.context_columns,
    )
    parameters = vocoder.parameters() if isinstance(vocoder, torch.nn.Module) else iter(())
    device = next(parameters, torch.empty(0)).device
    joined = Joiner(1, mel.shape[1] * hop, alike=False)
    for done, piece in enumerate(pieces, 1):
        columns = torch.from_numpy(mel[:, piece.first : piece.last]).to(device)
        sound = vocoder.decode(columns[None], first_column=piece.first)  # (1, n)
        own = slice((piece.start - piece.first) * hop, (piece.stop - piece.first) * hop)
        joined.add(sound[:, own].float().cpu().numpy(), piece.start * hop)
        on_part(done / len(pieces))
    mono: Floats = joined.whole[0]
    return mono
