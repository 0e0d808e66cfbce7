"""What every effect is: a frozen dataclass of parameters that can check, scale, merge and build itself.

The fields of an effect carry their own description, unit and range (`number`, `choice`, `switch`), so that
the preset check, `muze fx list` and the documentation read one source.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

from muze_fx.effects.parts.processor import Passthrough, Processor
from muzecli.errors import ConfigError


@dataclass(frozen=True)
class Parameter:
    """One parameter of an effect.

    Attributes:
        name: field name, with the unit in it where there is one.
        kind: `number`, `choice`, `switch` (true or false) or `bands`.
        description: one line.
        unit: printed unit; empty for bare numbers.
        low, high: range of a number, both ends allowed.
        default: value where none is given.
        neutral: the value at which the parameter does nothing; None where it has none, and then the
            parameter is not scaled.
        choices: allowed words of a `choice`.
        scale: how strength acts: `linear` on the difference from neutral; `ratio` on the logarithm
            (frequencies); `level` on the amplitude, for decibels whose neutral means "off".
    """

    name: str
    kind: str
    description: str
    default: Any
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    neutral: float | None = None
    choices: tuple[str, ...] = ()
    scale: str = "linear"

    def clipped(self, value: float) -> float:
        """The nearest allowed number."""
        return min(max(value, self.low), self.high)

    def scaled(self, value: float, strength: float) -> float:
        """Move a number away from neutral (strength > 1), towards it (< 1) or to its other side (< 0)."""
        if self.neutral is None:
            return value
        if self.scale == "ratio":
            return self.clipped(self.neutral * (value / self.neutral) ** strength)
        if self.scale == "level":
            if strength <= 0.0 or value == self.neutral:
                return self.neutral
            return self.clipped(value + 20.0 * math.log10(strength))
        return self.clipped(self.neutral + strength * (value - self.neutral))

    def distance(self, value: float) -> float:
        """How far a number is from neutral, as a share of the range; 0 for parameters without neutral."""
        if self.neutral is None:
            return 0.0
        if self.scale == "ratio":
            return abs(math.log(value / self.neutral)) / math.log(self.high / self.low)
        return abs(value - self.neutral) / (self.high - self.low)


def number(
    description: str,
    default: float,
    *,
    low: float,
    high: float,
    unit: str = "",
    neutral: float | None = None,
    scale: str = "linear",
) -> Any:
    """Declare a number among an effect's fields; see `Parameter`."""
    described = {
        "kind": "number",
        "description": description,
        "unit": unit,
        "low": float(low),
        "high": float(high),
        "neutral": neutral,
        "scale": scale,
    }
    return field(default=float(default), metadata=described)


def choice(description: str, default: str, *, choices: tuple[str, ...]) -> Any:
    """Declare a choice of words among an effect's fields."""
    return field(default=default, metadata={"kind": "choice", "description": description, "choices": choices})


def switch(description: str, default: bool) -> Any:
    """Declare a true-or-false among an effect's fields."""
    return field(default=default, metadata={"kind": "switch", "description": description})


@dataclass(frozen=True)
class Effect(ABC):
    """Base of all effects.

    Class attributes:
        name: the word in a preset.
        summary: one line for lists.
        order: default place in a chain; lower comes first.

    Raises:
        ConfigError: a value is not of its kind, not one of the choices, or out of range.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    order: ClassVar[int]

    def __post_init__(self) -> None:
        """Check every value once, here; numbers become floats."""
        for parameter in self.parameters():
            object.__setattr__(self, parameter.name, self._checked(parameter, getattr(self, parameter.name)))

    @classmethod
    def parameters(cls) -> tuple[Parameter, ...]:
        """Return the parameters in the order of declaration."""
        cached: tuple[Parameter, ...] | None = cls.__dict__.get("_parameters")
        if cached is None:
            cached = tuple(
                Parameter(name=item.name, default=item.default, **item.metadata) for item in fields(cls)
            )
            cls._parameters = cached  # type: ignore[attr-defined]
        return cached

    @classmethod
    def _checked(cls, parameter: Parameter, value: Any) -> Any:
        """Return a value in the parameter's own type.

        Raises:
            ConfigError: it is not an allowed value.
        """
        if parameter.kind == "choice":
            if value in parameter.choices:
                return value
            must = f"one of {', '.join(parameter.choices)}"
        elif parameter.kind == "switch":
            if isinstance(value, bool):
                return value
            must = "true or false"
        else:
            try:
                exact = math.nan if isinstance(value, (bool, str)) else float(value)
            except (TypeError, ValueError, OverflowError):
                exact = math.nan
            if parameter.low <= exact <= parameter.high:  # false for NaN
                return exact
            unit = f" {parameter.unit}" if parameter.unit else ""
            must = f"a number from {parameter.low:g} to {parameter.high:g}{unit}"
        raise ConfigError(
            f"{cls.name} {parameter.name} must be {must}; found {value!r}",
            hint=f"muze fx list shows the parameters of {cls.name}",
            details={"effect": cls.name, "parameter": parameter.name, "value": repr(value), "range": must},
        )

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> Self:
        """Build from a chain entry of a preset, with or without its `effect` key.

        Raises:
            ConfigError: an unknown parameter (with the nearest known one), or a value that is not allowed.
        """
        given = {key: value for key, value in settings.items() if key != "effect"}
        known = tuple(parameter.name for parameter in cls.parameters())
        for key in given:
            if key not in known:
                raise unknown_key(f"{cls.name} has no parameter {key!r}", str(key), known, parameter=str(key))
        return cls(**given)

    def to_dict(self) -> dict[str, Any]:
        """Chain entry of a preset: `effect` and every parameter."""
        entry: dict[str, Any] = {"effect": self.name}
        entry.update((parameter.name, getattr(self, parameter.name)) for parameter in self.parameters())
        return entry

    @property
    def is_neutral(self) -> bool:
        """Whether the effect changes nothing.

        By default: a `mix` of 0, or every other parameter that has a neutral value at it.
        """
        if getattr(self, "mix", None) == 0.0:
            return True
        rest = [item for item in self.parameters() if item.neutral is not None and item.name != "mix"]
        return bool(rest) and all(getattr(self, item.name) == item.neutral for item in rest)

    @property
    def amount(self) -> float:
        """How far from neutral the effect is: the largest distance of a parameter, as a share of its range."""
        distances = [p.distance(getattr(self, p.name)) for p in self.parameters() if p.kind == "number"]
        return max(distances, default=0.0)

    def scaled(self, strength: float) -> Self:
        """Scale the setting.

        Args:
            strength: 1 leaves it, 0.5 halves it, 0 makes it neutral, -1 turns it to its opposite, as far as
                the ranges reach. Parameters without a neutral value stay.
        """
        changed = {
            parameter.name: parameter.scaled(getattr(self, parameter.name), strength)
            for parameter in self.parameters()
            if parameter.neutral is not None
        }
        return replace(self, **changed)

    def merged(self, other: Self) -> Self:
        """Merge two settings of the same effect into one.

        Each parameter that has a neutral value takes the setting farther from it (`other`'s on a tie); the
        rest come from whichever setting is farther from neutral as a whole.
        """
        stronger = self if self.amount > other.amount else other
        changed = {}
        for parameter in self.parameters():
            if parameter.neutral is not None:
                mine, theirs = getattr(self, parameter.name), getattr(other, parameter.name)
                changed[parameter.name] = (
                    mine if parameter.distance(mine) > parameter.distance(theirs) else theirs
                )
        return replace(stronger, **changed)

    def skipped(self, channels: int) -> str | None:
        """Why the effect makes no sense for a channel count and is left out; None where it does."""
        return None

    def notes(self, rate_hz: int, channels: int) -> tuple[str, ...]:
        """Warnings about what of the setting cannot be done at this rate or channel count."""
        return ()

    def build(self, rate_hz: int, channels: int, seed: int = 0) -> Processor:
        """Make the running effect.

        Args:
            rate_hz: sample rate.
            channels: C.
            seed: decides whatever is random in it; the same seed gives the same sound.
        """
        if self.is_neutral:
            return Passthrough()
        return self._build(rate_hz, channels, seed)

    @abstractmethod
    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        """Make the running effect of a setting that is not neutral."""


def unknown_key(message: str, key: str, known: tuple[str, ...], **details: object) -> ConfigError:
    """Make the error for an unknown name, with the nearest known one as its hint."""
    import difflib

    near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    return ConfigError(message, hint=hint, details={"unknown": key, "known": list(known), **details})
