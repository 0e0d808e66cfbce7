"""Text encoders behind one Protocol: MiniLM by default, T5 and CLAP where their weights are at hand.

Importing this package imports no torch; `load_text_encoder` does, once it has found the weights.
"""

from __future__ import annotations

from muzecli.text.encoder import TextEncoder
from muzecli.text.registry import load_text_encoder

__all__ = ["TextEncoder", "load_text_encoder"]
