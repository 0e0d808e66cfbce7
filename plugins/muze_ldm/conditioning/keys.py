"""The table of conditions: names, shapes, what stands in for a missing one in a batch, and groups.

Conditions are a mapping of names to tensors. Each may be absent. Beside `x` may stand `x_known`, (B,) bool, which
says for which items of the batch it is known; without it, it is known for all. Two are told by masks of their
own: text tokens by `context_mask` (all False: no text), the control channels by `control_known` (B, K), a flag
for each group of channels.

Legend: B items, D text width, L tokens, G genres, N beats or breaths, P phonemes, W latent frames, F control
channels, K groups of them, T = W · fold control frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch import Tensor

    Conditions = Mapping[str, Tensor]
    """Conditions of a batch."""
    Array = npt.NDArray[Any]
    Item = Mapping[str, Array | np.generic | float | int | bool]
    """Conditions of one item: the same names, without the first axis."""

KNOWN = "_known"


@dataclass(frozen=True)
class Condition:
    """One condition of one item.

    Attributes:
        axes: names of an item's axes; none for a single number.
        type: "float", "int" or "bool".
        pad: what stands behind the end of a shorter sequence; None where all items must be of one length.
    """

    axes: tuple[str, ...] = ()
    type: str = "float"
    pad: float | None = None


CONDITIONS: dict[str, Condition] = {
    "context": Condition(("L", "D"), pad=0.0),
    "context_mask": Condition(("L",), "bool", pad=0.0),
    "prompt": Condition(("D",)),
    "section_type": Condition(type="int"),
    "position": Condition(),
    "energy": Condition(),
    "tempo_bpm": Condition(),
    "loudness_db": Condition(),
    "key": Condition(type="int"),
    "has_vocals": Condition(type="int"),
    "sentiment": Condition(),
    "genres": Condition(("G",)),
    "artist": Condition(type="int"),
    "clap_audio": Condition(("512",)),
    "clap_text": Condition(("512",)),
    "num_beats": Condition(),
    "beat_positions": Condition(("N",), pad=-1.0),
    "time_signature": Condition(type="int"),
    "chord": Condition(type="int"),
    "phonemes": Condition(("P",), "int", pad=0.0),
    "phoneme_starts": Condition(("P",), pad=-1.0),
    "phoneme_ends": Condition(("P",), pad=-1.0),
    "f0_hz": Condition(("W",)),
    "f0_coarse": Condition(("W",), "int"),
    "f0_voiced": Condition(("W",), "bool"),
    "vibrato": Condition(("3",)),
    "breaths": Condition(("N", "2"), pad=-1.0),
    "voice": Condition(("256",)),
    "voice_separated": Condition(("256",)),
    "ecapa": Condition(("192",)),
    "control": Condition(("F", "T")),
}

_SHARED = {
    "text": ("context", "context_mask", "prompt", "clap_text"),
    "voice": ("voice", "voice_separated", "ecapa"),
    "pitch": ("f0_hz", "f0_coarse", "f0_voiced"),
    "phonemes": ("phonemes", "phoneme_starts", "phoneme_ends"),
}
_GROUPED = frozenset(key for keys in _SHARED.values() for key in keys)
GROUPS: dict[str, tuple[str, ...]] = _SHARED | {key: (key,) for key in CONDITIONS if key not in _GROUPED}
"""What is dropped and guided together: the name of a group → its conditions. Beside these there is
`control.GROUP` for each group of control channels."""

CONTROL_PREFIX = "control."
