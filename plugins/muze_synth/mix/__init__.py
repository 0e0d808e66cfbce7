"""Stems into a record: levels, places, a shared room, the master."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muze_synth.mix.mixing import Mix as Mix
    from muze_synth.mix.mixing import mix as mix
    from muze_synth.mix.recipe import MixRecipe as MixRecipe

__all__ = ["Mix", "MixRecipe", "mix"]


def __getattr__(name: str) -> Any:
    # Loaded on first use: the preset kind beside it must stay light.
    if name == "MixRecipe":
        from muze_synth.mix import recipe

        return recipe.MixRecipe
    if name in __all__:
        from muze_synth.mix import mixing

        return getattr(mixing, name)
    raise AttributeError(f"module 'muze_synth.mix' has no attribute '{name}'")
