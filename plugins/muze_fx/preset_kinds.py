"""The two kinds of preset that this plugin brings: effect chains, and files of the lexicon."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from muzecli.errors import ConfigError


class EffectPresets:
    """Effect chains (`muze.preset/1`)."""

    name = "effects"
    summary = "effect chains for muze fx apply --preset"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with an effect chain."""
        from muze_fx.preset import Preset

        if not isinstance(data, Mapping):
            return ["a preset must be a mapping with a schema and a chain"]
        try:
            Preset.from_dict(data)
        except ConfigError as error:
            return [error.line]
        return []

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return the prompt or description of a chain."""
        about = data.get("about")
        described = about.get("description") if isinstance(about, Mapping) else None
        return str(described or data.get("prompt") or "")


class LexiconFiles:
    """Files of descriptors (`muze.lexicon/1`)."""

    name = "lexicon"
    summary = "descriptors that muze fx understands"

    def validate(self, data: object, path: Path) -> Sequence[str]:
        """Return what is wrong with a file of descriptors, read together with its neighbours in the folder."""
        from muze_fx.effects import EFFECTS
        from muze_fx.words.lexicon import Lexicon

        try:
            lexicon = Lexicon.load(path.parent)
            lexicon.validate(
                {name: [p.name for p in effect.parameters()] for name, effect in EFFECTS.items()}
            )
            for descriptor in lexicon:
                for name, settings in descriptor.effects.items():
                    EFFECTS[name].from_dict(settings)
        except ConfigError as error:
            return [error.line]
        return []

    def describe(self, data: Mapping[str, Any]) -> str:
        """Return how many descriptors a file holds and the first of them."""
        descriptors = data.get("descriptors")
        words = list(descriptors) if isinstance(descriptors, Mapping) else []
        return f"{len(words)} descriptors: {', '.join(words[:6])}…"
