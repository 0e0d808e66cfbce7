"""Where parts stand between left and right, with constant power.

A stem (L, R) becomes a matrix times (L, R): its own width is narrowed or kept, then the whole is moved. Sides are
never raised above the middle, so a mix stays whole when it is heard in mono.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from muzecli.seeds import item_seed
from muzecli.song.score import Part, Role

# How far a role may stand from the middle, and how much of a stem's own width stays.
_REACH = {
    Role.DRUMS: (0.0, 0.9),
    Role.BASS: (0.0, 0.2),
    Role.CHORDS: (0.6, 0.7),
    Role.PAD: (0.25, 1.0),
    Role.ARPEGGIO: (0.7, 0.7),
    Role.LEAD: (0.15, 0.8),
    Role.COUNTER: (0.6, 0.7),
    Role.VOCALS: (0.0, 1.0),
    Role.EFFECTS: (0.8, 1.0),
}
_LOW_PITCH = 48  # instruments whose notes lie below stay near the middle


def places(parts: Sequence[Part], width: float, seed: int) -> dict[str, float]:
    """Return where each part stands, −1 left … 1 right, by name.

    Parts that may leave the middle go to either side by turns, the first one by the seed.

    Args:
        parts: of the score.
        width: 0 all in the middle … 1.
        seed: decides sides and distances.
    """
    side = random.Random(item_seed(seed, "side")).choice((-1.0, 1.0))
    found = {}
    for part in parts:
        reach = _REACH[part.role][0] * width
        if part.notes and np.mean([note.pitch for note in part.notes]) < _LOW_PITCH and not part.is_drum:
            reach *= 0.2
        distance = reach * random.Random(item_seed(seed, f"place/{part.name}")).uniform(0.3, 1.0)
        found[part.name] = side * distance
        if distance > 0.05:
            side = -side
    return found


def matrix(part: Part, place: float, width: float, gain: float) -> npt.NDArray[np.float32]:
    """Return the 2 × 2 matrix that puts a stem (L, R) in its place.

    Constant power: left and right are cos θ and sin θ, times √2, so that the middle is 0 dB.

    Args:
        part: whose stem it is.
        place: −1 left … 1 right.
        width: of the whole mix, 0…1.
        gain: factor.
    """
    own = _REACH[part.role][1] * (0.4 + 0.6 * width)
    theta = 0.25 * math.pi * (1.0 + place)
    sides = gain * math.sqrt(2.0) * np.array([math.cos(theta), math.sin(theta)])
    mid_side = np.array([[1.0 + own, 1.0 - own], [1.0 - own, 1.0 + own]]) / 2.0
    result: npt.NDArray[np.float32] = (sides[:, None] * mid_side).astype(np.float32)
    return result
