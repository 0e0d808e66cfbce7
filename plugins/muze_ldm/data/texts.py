"""Texts as a frozen encoder sees them, computed once and kept on disk.

Shapes: L tokens, D components.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muzecli.console import Console
from muzecli.text import TextEncoder
from muzecli.training.arrays import Array, cached, key_of


@dataclass(frozen=True)
class EmbeddedText:
    """One text.

    Attributes:
        pooled: (D,) float32.
        tokens: (L, D) float32.
    """

    pooled: npt.NDArray[np.float32]
    tokens: npt.NDArray[np.float32]


def open_text_cache(
    texts: Sequence[str], cache: Path, encoder: TextEncoder, *, console: Console
) -> Mapping[str, EmbeddedText]:
    """Return each distinct text's embedding; those that the cache lacks are encoded.

    Raises:
        OutputError: the disk is full.
    """
    distinct = list(dict.fromkeys(texts))
    keys = [key_of("text", encoder.name, text) for text in distinct]

    def encode(index: int) -> Array:
        embedded = embed(encoder, distinct[index])
        width = max(encoder.width, encoder.token_width)
        rows = np.zeros((1 + len(embedded.tokens), width), np.float16)
        rows[0, : encoder.width] = embedded.pooled
        rows[1:, : encoder.token_width] = embedded.tokens
        return rows

    folder = cache / f"text-{key_of(encoder.name)[:12]}"
    found: dict[str, EmbeddedText] = {}
    for text, stored in zip(
        distinct, cached(folder, keys, encode, console=console, what="reading texts"), strict=True
    ):
        rows = stored[:].astype(np.float32)
        found[text] = EmbeddedText(rows[0, : encoder.width], rows[1:, : encoder.token_width])
    return found


def embed(encoder: TextEncoder, text: str) -> EmbeddedText:
    """Return one text's embedding."""
    tokens, mask = encoder.encode_tokens([text])
    return EmbeddedText(encoder.encode([text])[0], tokens[0][mask[0]])
