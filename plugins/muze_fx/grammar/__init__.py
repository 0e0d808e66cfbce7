"""The prompt grammar: numbers, units, degrees, negation, limits and order, over the lexicon's words."""

from muze_fx.grammar.intents import (
    BandIntent,
    CapIntent,
    ForbidIntent,
    Intent,
    OrderIntent,
    Parse,
    SettingIntent,
    Unknown,
    WordIntent,
)
from muze_fx.grammar.parser import parse

__all__ = [
    "BandIntent",
    "CapIntent",
    "ForbidIntent",
    "Intent",
    "OrderIntent",
    "Parse",
    "SettingIntent",
    "Unknown",
    "WordIntent",
    "parse",
]
