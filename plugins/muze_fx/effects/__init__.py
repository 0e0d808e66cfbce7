"""The effects, one module each, and the registry that knows them by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from muze_fx.effects.base import Effect, Parameter, unknown_key
from muze_fx.effects.bitcrush import Bitcrush
from muze_fx.effects.chorus import Chorus
from muze_fx.effects.compressor import Compressor
from muze_fx.effects.delay import Delay
from muze_fx.effects.distortion import Distortion
from muze_fx.effects.equalizer import Equalizer
from muze_fx.effects.gain import Gain
from muze_fx.effects.limiter import Limiter
from muze_fx.effects.noise_gate import NoiseGate
from muze_fx.effects.phaser import Phaser
from muze_fx.effects.pitch import Pitch
from muze_fx.effects.reverb import Reverb
from muze_fx.effects.stereo_width import StereoWidth
from muze_fx.effects.tape import Tape
from muze_fx.effects.tremolo import Tremolo
from muze_fx.effects.vinyl import Vinyl
from muzecli.errors import ConfigError

__all__ = ["EFFECTS", "Effect", "Equalizer", "Parameter", "effect_class", "effect_from_dict"]

_CLASSES: tuple[type[Effect], ...] = (
    NoiseGate,
    Pitch,
    Compressor,
    Distortion,
    Equalizer,
    Tape,
    Bitcrush,
    Chorus,
    Phaser,
    Tremolo,
    Delay,
    Reverb,
    StereoWidth,
    Vinyl,
    Gain,
    Limiter,
)

EFFECTS: Mapping[str, type[Effect]] = MappingProxyType({effect.name: effect for effect in _CLASSES})
"""Every effect class by name, in the default order of a chain."""


def effect_class(name: object) -> type[Effect]:
    """Find an effect by name.

    Raises:
        ConfigError: there is none; the hint has the nearest name.
    """
    found = EFFECTS.get(name) if isinstance(name, str) else None
    if found is None:
        raise unknown_key(f"there is no effect {name!r}", str(name), tuple(EFFECTS), parameter="effect")
    return found


def effect_from_dict(entry: Mapping[str, Any]) -> Effect:
    """Build an effect from a chain entry of a preset: `{"effect": NAME, **parameters}`.

    Raises:
        ConfigError: no or an unknown effect, an unknown parameter, or a value out of range.
    """
    if not isinstance(entry, Mapping):
        raise ConfigError(f"a chain entry must be a mapping with the key 'effect'; found {entry!r}")
    if "effect" not in entry:
        raise ConfigError(f"a chain entry must name its effect; found {dict(entry)!r}")
    return effect_class(entry["effect"]).from_dict(entry)
