"""Encoders of what is sung, and the prediction of how long each phoneme lasts.

Legend: B items, P phonemes (0 is padding), w the encoder's width.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from muze_ldm.conditioning.features import TIME_WAVES, Mlp, known_of, masked_mean, time_waves
from muze_ldm.conditioning.vocabulary import PHONEMES

if TYPE_CHECKING:
    from muze_ldm.conditioning.keys import Conditions

_FRAMES_PER_S = 100.0
"""Durations are compared as logarithms of 10 ms frames."""


class PhonemeEncoder(nn.Module):
    """Phonemes in order by a bidirectional GRU: a vector of them all, and how long each may last.

    Args:
        width: w; half of it for each direction.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(PHONEMES, width, padding_idx=0)
        self.onward = nn.GRU(width, width // 2, batch_first=True)
        self.backward = nn.GRU(width, width // 2, batch_first=True)
        self.pooled = nn.Linear(width, width)
        self.duration = Mlp(width, width, 1)

    def forward(self, phonemes: Tensor) -> tuple[Tensor, Tensor]:
        """Return (B, w) of all phonemes and (B, P) durations in seconds, above 0; 0 under padding.

        Args:
            phonemes: (B, P) long, padding at the end only.
        """
        mask = phonemes > 0
        if phonemes.shape[1] == 0:  # a GRU takes no empty sequence
            phonemes = functional.pad(phonemes, (0, 1))
        x = self.embedding(phonemes)
        back = _reversal(phonemes > 0)[..., None]
        onward, _ = self.onward(x)
        # Reading backwards begins at each item's own last phoneme: padding changes nothing.
        backward, _ = self.backward(x.gather(1, back.expand_as(x)))
        backward = backward.gather(1, back.expand_as(backward))
        hidden = torch.cat([onward, backward], dim=-1)[:, : mask.shape[1]]
        durations = functional.softplus(self.duration(hidden).squeeze(-1).float())
        pooled: Tensor = self.pooled(masked_mean(hidden, mask))
        return pooled, durations * mask


def _reversal(mask: Tensor) -> Tensor:
    """Return (B, P) indices that turn each item's phonemes round and leave its padding where it is."""
    places = torch.arange(mask.shape[1], device=mask.device)
    lengths = mask.sum(dim=1, keepdim=True)
    return torch.where(places < lengths, lengths - 1 - places, places)


class PhonemeTimestampEncoder(nn.Module):
    """When phonemes begin and how long they last, as a set, (B, P) and (B, P) in seconds → (B, w).

    Where one does not end after it begins there is none (padding is −1 and −1).
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.phoneme = Mlp(2 * TIME_WAVES + 1, width)
        self.projection = nn.Linear(width, width)

    def forward(self, starts: Tensor, ends: Tensor) -> Tensor:
        """Return the encoding."""
        lasting = (ends - starts).float()
        features = torch.cat([time_waves(starts), _log_frames(lasting.clamp(min=0.0))[..., None]], dim=-1)
        vectors = self.phoneme(features)
        result: Tensor = self.projection(masked_mean(vectors, lasting > 0.0))
        return result


def _log_frames(seconds: Tensor) -> Tensor:
    return torch.log1p(seconds * _FRAMES_PER_S)


def phoneme_duration_loss(durations: Tensor, conditions: Conditions) -> Tensor:
    """Return the mean squared error of the logarithms of durations, a scalar; 0 where no times are known.

    Durations d count as log(1 + 100 d), as FastSpeech 2 (Ren et al. 2021) compares durations in frames: a short
    phoneme's error counts like a long one's.

    Args:
        durations: (B, P) predicted, in seconds.
        conditions: of the same batch; `phoneme_starts` and `phoneme_ends` are the truth.
    """
    if "phoneme_starts" not in conditions or "phoneme_ends" not in conditions:
        return durations.sum() * 0.0
    lasting = (conditions["phoneme_ends"] - conditions["phoneme_starts"]).float()
    mask = (lasting > 0.0) & (conditions["phonemes"] > 0)
    for key in ("phonemes", "phoneme_starts", "phoneme_ends"):
        known = known_of(conditions, key)
        if known is not None:
            mask = mask & known[:, None]
    error = (_log_frames(durations.float()) - _log_frames(lasting.clamp(min=0.0))) ** 2
    return (error * mask).sum() / mask.sum().clamp(min=1)
