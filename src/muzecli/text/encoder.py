"""What every text encoder gives: one vector a text, or one vector a token.

Shapes, here and in the encoders: B texts, L tokens of the longest of them, `width` components.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:  # numpy costs 0.07 s; whoever only asks for the Protocol does not pay it
    import numpy as np
    from numpy.typing import NDArray


@runtime_checkable
class TextEncoder(Protocol):
    """A frozen model from text to vectors; arrays are numpy, whatever device the model is on.

    Attributes:
        name: what the registry or the user called it ("minilm", "t5-base", a folder).
        width: components of a pooled vector.
        token_width: components of a token's vector; differs from `width` only where the model projects
            after pooling (CLAP: 768 a token, 512 pooled).
    """

    @property
    def name(self) -> str:
        """Name of the encoder."""
        ...

    @property
    def width(self) -> int:
        """Components of a pooled vector."""
        ...

    @property
    def token_width(self) -> int:
        """Components of a token's vector."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return pooled vectors, float32 (B, width); of unit length where the model defines them so.

        A text's vector does not depend, but for rounding, on its batch. No texts give (0, width).
        """
        ...

    def encode_tokens(self, texts: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Return hidden states, float32 (B, L, token_width), and the mask, bool (B, L), True on real tokens.

        Vectors under padding are zero. Texts longer than the model's limit are truncated.
        """
        ...
