"""How positive English lines are: where they lie between two poles in the space of sentence vectors.

The poles are the means of a few sentences of each kind; a line's projection on the axis between them is its valence.
On 50 lines written for the purpose (tests/dataset/describing) it tells positive from negative ones with an area
under the curve of 0.97.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from muzecli.text import TextEncoder, load_text_encoder

_POSITIVE = (
    "This is joyful, happy and full of love.",
    "I feel wonderful and grateful.",
    "a cheerful, hopeful, triumphant song",
    "We are celebrating and having fun.",
    "I love you and life is beautiful.",
)
_NEGATIVE = (
    "This is sad, painful and full of grief.",
    "I feel terrible and hopeless.",
    "a bitter, angry, mournful song",
    "We are suffering and dying.",
    "I am lonely and heartbroken.",
)
_SCALE = 0.11  # of the projection: the lines above the middle of either kind come to about ±0.6


def valence(lines: Sequence[str]) -> float:
    """Return −1…1, the mean over the lines; 0 without any."""
    if not lines:
        return 0.0
    projected = _encoder().encode(list(lines)) @ _axis()
    return float(np.tanh(projected.mean(dtype=np.float64) / _SCALE))


@cache
def _encoder() -> TextEncoder:
    return load_text_encoder("minilm")


@cache
def _axis() -> npt.NDArray[np.float32]:
    axis: npt.NDArray[np.float32] = _encoder().encode(_POSITIVE).mean(0) - _encoder().encode(_NEGATIVE).mean(
        0
    )
    return axis
