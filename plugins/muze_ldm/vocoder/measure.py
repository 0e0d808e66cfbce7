"""What a vocoder is worth on recordings that it never saw, beside Griffin-Lim on the same ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from muze_ldm.data.windows import of_first_split
from muze_ldm.vocoder.data import Audio
from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder
from muze_ldm.vocoder.losses import SpectralDistance
from muze_ldm.vocoder.protocol import Vocoder
from muzecli.audio.mel import MelSpec, log_mel

if TYPE_CHECKING:
    from muze_ldm.vae.network import AudioVAE

EXCERPT_S = 8.0
MOST_RECORDINGS = 12
SIZES = (512, 1024, 2048)

VOCODER, GRIFFIN_LIM = "vocoder", "griffin_lim"


@dataclass(frozen=True)
class Excerpt:
    """A stretch from the middle of a recording.

    Attributes:
        id: of the recording.
        samples: (1, T · hop).
        mel: (1, M, T), what the vocoder is fed.
    """

    id: str
    samples: Tensor
    mel: Tensor


@torch.inference_mode()
def excerpts(
    audio: Audio,
    spec: MelSpec,
    vae: AudioVAE | None,
    *,
    most: int = MOST_RECORDINGS,
    seconds: float = EXCERPT_S,
) -> list[Excerpt]:
    """Return excerpts of recordings held out: those to report on, else those to choose by.

    Args:
        audio: all recordings.
        spec: the analysis.
        vae: an autoencoder through which the spectrograms go, or None.
        most: at most so many, spread over all.
        seconds: length of each.
    """
    held_out = of_first_split(audio.splits, "test", "valid")
    chosen = held_out[:: max(1, -(-len(held_out) // most))]
    stride = spec.hop_samples * (1 if vae is None else vae.config.time_stride)
    found = []
    for index in chosen:
        frames = min(int(seconds * spec.rate_hz), audio.samples(index)) // stride * stride
        if not frames:
            continue
        start = (audio.samples(index) - frames) // 2
        samples = torch.from_numpy(audio.audio(index, start, start + frames))[None]
        mel = log_mel(samples, spec)[..., : frames // spec.hop_samples]
        if vae is not None:
            mel = vae.decode(vae.encode(mel[:, None]).mean)[:, 0]
        found.append(Excerpt(audio.ids[index], samples, mel))
    return found


@torch.inference_mode()
def distances(
    vocoder: Vocoder, chosen: Sequence[Excerpt], *, on_part: Callable[[], None] = lambda: None
) -> dict[str, float]:
    """Return how far a vocoder's sound is from the recordings', means over the excerpts.

    Returns:
        log_mel_l1 in nats at the front end's resolution; spectral_convergence and log_magnitude_l1 (nats), means
        over STFTs of 512, 1024 and 2048 samples; stft_distance, the sum of those two.
    """
    distance = SpectralDistance(vocoder.mel, SIZES)
    sums = dict.fromkeys(("log_mel_l1", "spectral_convergence", "log_magnitude_l1"), 0.0)
    for excerpt in chosen:
        made = vocoder.decode(excerpt.mel).float().cpu()
        short = max(0, max(SIZES) - made.shape[1])  # silence after an excerpt shorter than a window
        pair = [torch.nn.functional.pad(samples, (0, short)) for samples in (made, excerpt.samples)]
        parts = distance(*pair)
        sums["log_mel_l1"] += float(parts["mel"])
        sums["spectral_convergence"] += float(parts["convergence"])
        sums["log_magnitude_l1"] += float(parts["magnitude"])
        on_part()
    means = {name: value / max(len(chosen), 1) for name, value in sums.items()}
    return {**means, "stft_distance": means["spectral_convergence"] + means["log_magnitude_l1"]}


def compare(vocoder: Vocoder, chosen: Sequence[Excerpt]) -> dict[str, dict[str, float]]:
    """Return the distances of a vocoder and of Griffin-Lim on the same excerpts."""
    return {
        VOCODER: distances(vocoder, chosen),
        GRIFFIN_LIM: distances(GriffinLimVocoder(vocoder.mel), chosen),
    }
