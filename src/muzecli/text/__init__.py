"""Text encoders behind one Protocol: MiniLM by default, T5 and CLAP where their weights are at hand.

Importing this package imports nothing else; `load_text_encoder` loads torch once it has found the weights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muzecli.text.encoder import TextEncoder as TextEncoder
    from muzecli.text.registry import load_text_encoder as load_text_encoder

__all__ = ["TextEncoder", "load_text_encoder"]


def __getattr__(name: str) -> Any:
    if name == "TextEncoder":
        from muzecli.text import encoder

        return encoder.TextEncoder
    if name == "load_text_encoder":
        from muzecli.text import registry

        return registry.load_text_encoder
    raise AttributeError(f"module 'muzecli.text' has no attribute '{name}'")
