"""All conditioning modules of a model in one, so that every backbone sees the same.

Legend: B items, L tokens, D text width, W latent frames, V width of the fused voice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from muze_ldm.conditioning.control import ControlEncoder
from muze_ldm.conditioning.section import SectionConditioningModule
from muze_ldm.conditioning.singing import PitchEncoder
from muze_ldm.conditioning.text import TextTokens
from muze_ldm.conditioning.voice import Voice, VoiceEmbeddingFusion

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Conditions


class Encoded(NamedTuple):
    """Conditions as a backbone takes them.

    Attributes:
        vector: (B, vector_dim), to be added to the time embedding.
        context: (B, 1 + L, D) text tokens; the first is always there.
        context_mask: (B, 1 + L) bool, which of them count; None for all.
        frames: (B, frame_channels, W), to be concatenated to the features at the rate of the latents, or projected
            and added; None where the model has neither control nor pitch.
        voice: for `VoiceStreamAttention`; None without one.
        durations: (B, P) predicted seconds of each phoneme; None without phonemes.
    """

    vector: Tensor
    context: Tensor
    context_mask: Tensor | None
    frames: Tensor | None
    voice: Voice | None
    durations: Tensor | None


class Conditioner(nn.Module):
    """Section vector, text tokens, voice, and what is known frame by frame.

    The result does not depend on the noise or its level: one encoding serves all steps of a sampler.

    Attributes:
        frame_channels: channels of `Encoded.frames`; 0 for none.
    """

    def __init__(self, config: ConditioningConfig) -> None:
        super().__init__()
        self.config = config
        self.section = SectionConditioningModule(config)
        self.text = TextTokens(config.context_dim)
        self.voice = VoiceEmbeddingFusion(config) if config.use_voice_stream else None
        self.control = ControlEncoder.of(config) if config.control_channels else None
        self.frame_channels = config.control_width if self.control else 0
        if config.use_pitch:
            self.frame_channels += self._pitch.channels

    @property
    def _pitch(self) -> PitchEncoder:
        encoder = self.section.encoders["pitch"]
        assert isinstance(encoder, PitchEncoder)
        return encoder

    def forward(self, conditions: Conditions, batch_size: int, frames: int) -> Encoded:
        """Return the encoding.

        Args:
            conditions: see `muze_ldm.conditioning.keys`.
            batch_size: B.
            frames: W.
        """
        section = self.section(conditions, batch_size)
        context, mask = self.text(conditions, batch_size)
        in_time = []
        if self.control is not None:
            in_time.append(self.control(conditions, batch_size, frames))
        if self.config.use_pitch:
            pitch = section.pitch
            in_time.append(self._pitch({}, batch_size, frames) if pitch is None else pitch)
        return Encoded(
            vector=section.vector,
            context=context,
            context_mask=mask,
            frames=torch.cat(in_time, dim=1) if in_time else None,
            voice=None if self.voice is None else self.voice(conditions, batch_size),
            durations=section.durations,
        )
