"""What the latent diffusion model learns from: latents, and what is known of them, window by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from muze_ldm.backbone import BackboneConfig
from muze_ldm.conditioning.collate import collate
from muze_ldm.conditioning.facts import SongFacts
from muze_ldm.conditioning.facts import Window as Stretch
from muze_ldm.conditioning.from_track import facts_of_track
from muze_ldm.data.controls import ControlCache
from muze_ldm.data.latents import LatentCache
from muze_ldm.data.texts import EmbeddedText
from muze_ldm.data.windows import Window


class LdmBatch(NamedTuple):
    """Windows to learn from.

    Attributes:
        latents: (B, C, H, W), normalised.
        real: (B, W) bool, False where a recording had ended.
        conditions: see `muze_ldm.conditioning.keys`.
    """

    latents: Tensor
    real: Tensor
    conditions: dict[str, Tensor]


@dataclass(frozen=True)
class Material:
    """Recordings as latents, with all that is known of them.

    Attributes:
        latents: of all recordings.
        controls: control frames of those that have a score.
        texts: the embedding of each recording's description; None where it has none.
        facts: what else is known of each; None of a recording that is in no dataset.
        fold: control frames in a latent frame.
        rate_hz: latent frames a second.
    """

    latents: LatentCache
    controls: ControlCache
    texts: Sequence[EmbeddedText | None]
    facts: Sequence[SongFacts | None]
    fold: int
    rate_hz: float

    def batch(self, windows: Sequence[Window], frames: int) -> LdmBatch:
        """Return windows of a number of frames as one batch."""
        first = self.latents.latents(windows[0].recording, 0, 1)
        stacked = np.zeros((len(windows), *first.shape[:2], frames), np.float32)
        real = np.zeros((len(windows), frames), np.bool_)
        for row, flags, window in zip(stacked, real, windows, strict=True):
            found = self.latents.latents(window.recording, window.start, window.start + frames)
            row[..., : found.shape[-1]] = found
            flags[: found.shape[-1]] = True
        conditions = collate([self._item(window, frames) for window in windows])
        return LdmBatch(torch.from_numpy(stacked), torch.from_numpy(real), conditions)

    def _item(self, window: Window, frames: int) -> dict[str, Any]:
        given: dict[str, Any] = {}
        text = self.texts[window.recording]
        if text is not None:
            given |= {"prompt": text.pooled, "context": text.tokens}
        if window.recording in self.controls:
            start = window.start * self.fold
            given["control"] = self.controls.control(window.recording, start, start + frames * self.fold)
        facts = self.facts[window.recording]
        if facts is None:
            return given
        return facts.window(Stretch(window.start / self.rate_hz, frames, self.rate_hz), given)


def facts_of(latents: LatentCache, config: BackboneConfig) -> list[SongFacts | None]:
    """Return what each recording's annotation says."""
    return [None if r.track is None else facts_of_track(r.track, config) for r in latents.recordings]
