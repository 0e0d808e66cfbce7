"""Batches with every condition, small and at random."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from muze_ldm.conditioning.config import ConditioningConfig
from muzecli.song.frames import CHANNELS, GROUPS

FRAMES = 6
FOLD = 2
TINY = ConditioningConfig(
    context_dim=12,
    prompt_dim=10,
    vector_dim=16,
    width_share=0.125,
    genres=("house", "jazz", "lo_fi"),
    control_channels=CHANNELS,
    control_fold=FOLD,
    control_width=8,
)


def conditions(count: int, seed: int = 0, config: ConditioningConfig = TINY) -> dict[str, Tensor]:
    """Every condition of a batch, all known."""
    draw = torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(count, *shape, generator=draw)

    def uniform(*shape: int) -> Tensor:
        return torch.rand(count, *shape, generator=draw)

    def whole(below: int, *shape: int) -> Tensor:
        return torch.randint(below, (count, *shape), generator=draw)

    starts = torch.sort(10.0 * uniform(5)).values
    genres = torch.nn.functional.one_hot(whole(len(config.genres)), len(config.genres)).float()
    tokens = torch.arange(4) < 1 + whole(4)[:, None]
    breaths = 10.0 * uniform(2, 1)
    return {
        "context": normal(4, config.context_dim),
        "context_mask": tokens,
        "prompt": normal(config.prompt_dim),
        "section_type": whole(13),
        "position": uniform(),
        "energy": uniform(),
        "tempo_bpm": 60.0 + 140.0 * uniform(),
        "loudness_db": -30.0 * uniform(),
        "key": whole(24),
        "has_vocals": whole(2),
        "sentiment": 2.0 * uniform() - 1.0,
        "genres": genres,
        "artist": whole(1000),
        "clap_audio": normal(config.clap_dim),
        "clap_text": normal(config.clap_dim),
        "num_beats": 8.0 + whole(8),
        "beat_positions": torch.sort(10.0 * uniform(7)).values,
        "time_signature": whole(32),
        "chord": whole(200),
        "phonemes": 1 + whole(300, 5),
        "phoneme_starts": starts,
        "phoneme_ends": starts + 0.05 + uniform(5),
        "f0_hz": 100.0 + 400.0 * uniform(FRAMES),
        "f0_coarse": whole(84, FRAMES),
        "f0_voiced": uniform(FRAMES) > 0.5,
        "vibrato": uniform(3),
        "breaths": torch.cat([breaths, breaths + 0.3], dim=-1),
        "voice": normal(config.voice_dim),
        "voice_separated": normal(config.voice_dim),
        "ecapa": normal(config.ecapa_dim),
        "control": uniform(len(config.control_channels), FRAMES * config.control_fold),
        "control_known": torch.ones(count, len(GROUPS), dtype=torch.bool),
    }


def same(found: Any, expected: Any) -> None:
    """Check two nestings of tensors."""
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)
