"""The section vector: everything known of a stretch of music that has no place in time within it.

Legend: B items, P phonemes, W latent frames.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import Tensor, nn

from muze_ldm.conditioning.features import Missing, all_known, any_known
from muze_ldm.conditioning.music import (
    BeatEmbedding,
    ChordEmbedding,
    ClapFusion,
    GenreEncoder,
    NumberEncoder,
    PositionEncoder,
    VectorEncoder,
)
from muze_ldm.conditioning.phonemes import PhonemeEncoder, PhonemeTimestampEncoder
from muze_ldm.conditioning.singing import BreathEncoder, PitchEncoder, VibratoEncoder
from muze_ldm.conditioning.vocabulary import ARTISTS
from muzecli.song.plan import SECTION_TYPES

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.keys import Conditions

BASE_WIDTHS = {
    "section_type": 128,
    "position": 128,
    "energy": 64,
    "tempo_bpm": 64,
    "loudness_db": 64,
    "prompt": 512,
    "key": 64,
    "has_vocals": 32,
    "sentiment": 64,
    "genres": 64,
    "artist": 64,
}
"""Widths of the encoders that every model has, 1248 together."""

OPTIONAL_WIDTHS = {
    "clap": 128,
    "beat": 64,
    "chord": 64,
    "phonemes": 128,
    "phoneme_times": 64,
    "pitch": 64,
    "vibrato": 64,
    "breaths": 32,
}
"""Widths of the encoders that a model may have, 608 together."""

PITCH_MASK_WIDTH = 32

_SWITCHES = {
    "clap": "use_clap",
    "beat": "use_beat",
    "chord": "use_chord",
    "phonemes": "use_phonemes",
    "phoneme_times": "use_phonemes",
    "pitch": "use_pitch",
    "vibrato": "use_pitch",
    "breaths": "use_pitch",
}

_ANY_OF = {"clap": ClapFusion.KEYS, "beat": BeatEmbedding.KEYS, "pitch": PitchEncoder.KEYS}
"""Encoders that stand in for parts of their input themselves: one of these conditions is enough."""
_ALL_OF = {"phoneme_times": ("phoneme_starts", "phoneme_ends")}
"""Encoders that need several conditions; the others need the one of their name."""


def encoder_widths(config: ConditioningConfig) -> dict[str, int]:
    """Return the widths of a model's encoders in the order in which they stand in the vector."""
    chosen = [name for name in OPTIONAL_WIDTHS if getattr(config, _SWITCHES[name])]
    full = BASE_WIDTHS | {name: OPTIONAL_WIDTHS[name] for name in chosen}
    return {name: config.width(width) for name, width in full.items()}


class SectionCondition(NamedTuple):
    """What the section module gives.

    Attributes:
        vector: (B, vector_dim).
        durations: (B, P) seconds that each phoneme is thought to last; None without phonemes.
        pitch: (B, channels, W) of the pitch encoder; None without pitch.
    """

    vector: Tensor
    durations: Tensor | None
    pitch: Tensor | None


class SectionConditioningModule(nn.Module):
    """Encodes each condition by itself, puts all side by side and maps them to one vector by an MLP.

    Any of the conditions may be missing, for the whole batch or for some items: a learned vector stands in, and
    the encoder of one that is absent is not run. At full width the encodings are 1248 wide, 1856 with all
    optional ones.
    """

    def __init__(self, config: ConditioningConfig) -> None:
        super().__init__()
        self.widths = widths = encoder_widths(config)
        self.inputs = sum(widths.values())
        encoders: dict[str, nn.Module] = {
            "section_type": nn.Embedding(len(SECTION_TYPES), widths["section_type"]),
            "position": PositionEncoder(widths["position"]),
            "energy": NumberEncoder(widths["energy"]),
            "tempo_bpm": NumberEncoder(widths["tempo_bpm"], centre=60.0, scale=140.0),
            "loudness_db": NumberEncoder(widths["loudness_db"], centre=-30.0, scale=30.0),
            "prompt": VectorEncoder(config.prompt_dim, widths["prompt"]),
            "key": nn.Embedding(24, widths["key"]),
            "has_vocals": nn.Embedding(2, widths["has_vocals"]),
            "sentiment": NumberEncoder(widths["sentiment"]),
            "artist": nn.Embedding(ARTISTS, widths["artist"]),
        }
        if config.genres:
            encoders["genres"] = GenreEncoder(len(config.genres), widths["genres"])
        optional: dict[str, Callable[[int], nn.Module]] = {
            "clap": lambda width: ClapFusion(config.clap_dim, width),
            "beat": BeatEmbedding,
            "chord": ChordEmbedding,
            "phonemes": PhonemeEncoder,
            "phoneme_times": PhonemeTimestampEncoder,
            "pitch": lambda width: PitchEncoder(width, config.width(PITCH_MASK_WIDTH)),
            "vibrato": VibratoEncoder,
            "breaths": BreathEncoder,
        }
        encoders |= {name: make(widths[name]) for name, make in optional.items() if name in widths}
        self.encoders = nn.ModuleDict(encoders)
        self.missing = nn.ModuleDict({name: Missing(width) for name, width in widths.items()})
        self.fusion = nn.Sequential(
            nn.Linear(self.inputs, config.vector_dim),
            nn.SiLU(),
            nn.Linear(config.vector_dim, config.vector_dim),
        )

    def forward(self, conditions: Conditions, batch_size: int) -> SectionCondition:
        """Return the vector and, where there are phonemes, their predicted durations.

        Args:
            conditions: see `muze_ldm.conditioning.keys`; what the model has no encoder for is not looked at.
            batch_size: B.
        """
        values: dict[str, Tensor] = {}
        durations: Tensor | None = None
        pitch: Tensor | None = None
        for name, encoder in self.encoders.items():
            keys = _present(name, conditions)
            if not keys:
                continue
            if name == "phonemes":
                values[name], durations = encoder(conditions[name])
            elif name == "pitch":
                pitch = encoder(conditions, batch_size, conditions[keys[0]].shape[1])
                values[name] = pitch[:, : self.widths[name]].mean(dim=-1)
            elif name in _ANY_OF:
                values[name] = encoder(conditions, batch_size)
            else:
                values[name] = encoder(*(conditions[key] for key in keys))
        parts = [
            self.missing[name](values.get(name), _known(name, conditions), batch_size) for name in self.widths
        ]
        vector: Tensor = self.fusion(torch.cat(parts, dim=-1))
        return SectionCondition(vector, durations, pitch)


def _present(name: str, conditions: Conditions) -> list[str]:
    """Return the conditions that an encoder can read; none where it cannot be run."""
    if name in _ANY_OF:
        return [key for key in _ANY_OF[name] if key in conditions]
    keys = _ALL_OF.get(name, (name,))
    return list(keys) if all(key in conditions for key in keys) else []


def _known(name: str, conditions: Conditions) -> Tensor | None:
    """Return (B,) bool: for which items an encoder's conditions are known; None for all of them."""
    keys = _present(name, conditions)
    if not keys:
        return None
    if name in _ANY_OF:
        return any_known(conditions, *keys)
    known = all_known(conditions, *keys)
    if name == "genres":  # no genre that the model knows
        some = conditions[name].any(dim=1)
        known = some if known is None else known & some
    return known
