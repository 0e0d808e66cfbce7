"""Words into audio effects.

>>> from muze_fx import EffectPipeline
>>> result = EffectPipeline().process(audio_path="in.wav", text_prompt="warm tape", output_path="out.wav")
>>> result.parameters
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muze_fx.pipeline import EffectPipeline as EffectPipeline
    from muze_fx.pipeline import PipelineResult as PipelineResult

__all__ = ["EffectPipeline", "PipelineResult"]


def __getattr__(name: str) -> Any:
    # Loaded on first use, so that importing the package for its commands stays light.
    if name in __all__:
        from muze_fx import pipeline

        return getattr(pipeline, name)
    raise AttributeError(f"module 'muze_fx' has no attribute '{name}'")
