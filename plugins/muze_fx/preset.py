"""The Preset noun: a chain of effects on disk, `muze.preset/1`, JSON or YAML.

    {"schema": "muze.preset/1",
     "prompt": "warm tape in a hall",
     "chain": [{"effect": "tape", "drive_db": 5}, {"effect": "reverb", "rt60_s": 2.1, "mix": 0.3}],
     "options": {"amount": 1.0, "mix": 1.0, "tail": "auto"},
     "about": {"muze": "0.1.0"}}

`options` and `about` may be missing; `about` holds whatever a writer wants to note and is kept as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muze_fx.biquad import response_db
from muze_fx.chain import Chain, checked_tail
from muze_fx.effects import Effect, effect_from_dict
from muze_fx.effects.base import unknown_key
from muze_fx.effects.equalizer import Equalizer
from muzecli.config import read_document
from muzecli.errors import ConfigError

SCHEMA = "muze.preset/1"
AMOUNT_RANGE = (-2.0, 2.0)
LOUDNESS_RANGE_LUFS = (-60.0, 0.0)

_KEYS = ("schema", "prompt", "chain", "options", "about")
# Written beside a chain for people and other programs, made from the rest; reading leaves them aside.
_DERIVED = ("timestamp", "model", "preset_parameters", "response")


@dataclass(frozen=True)
class Options:
    """How a chain is applied; None where the preset leaves it to the command.

    Attributes:
        amount: strength of the whole, -2…2; negative is the opposite.
        mix: share of the treated sound, 0…1.
        tail: `auto`, `none` or seconds.
        loudness_lufs: integrated loudness to bring the result to; None is the input's own.
    """

    amount: float | None = None
    mix: float | None = None
    tail: str | float | None = None
    loudness_lufs: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """Only what is set."""
        every = {
            "amount": self.amount,
            "mix": self.mix,
            "tail": self.tail,
            "loudness_lufs": self.loudness_lufs,
        }
        return {key: value for key, value in every.items() if value is not None}


@dataclass(frozen=True)
class Preset:
    """A chain of effects with the prompt it came from.

    Attributes:
        chain: effects in the order in which sound passes them.
        prompt: the words, where there were any.
        options: how to apply it.
        about: free notes of the writer, JSON values.
    """

    chain: tuple[Effect, ...] = ()
    prompt: str = ""
    options: Options = Options()
    about: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def from_dict(cls, data: Any) -> Preset:
        """Read a preset.

        Raises:
            ConfigError: anything that is not a preset of this version; names the place, as `chain[2].rt60_s`.
        """
        if not isinstance(data, Mapping):
            raise ConfigError(f"a preset must be a mapping; found {type(data).__name__}")
        if data.get("schema") != SCHEMA:
            raise ConfigError(
                f"schema must be {SCHEMA!r}; found {data.get('schema')!r}",
                hint="muze presets list shows presets to start from",
            )
        _only(data, (*_KEYS, *_DERIVED), "a preset")
        prompt, entries, about = data.get("prompt", ""), data.get("chain"), data.get("about", {})
        if not isinstance(prompt, str):
            raise ConfigError(f"prompt must be text; found {prompt!r}")
        if not isinstance(entries, (list, tuple)):
            raise ConfigError(f"chain must be a list of effects; found {entries!r}")
        if not isinstance(about, Mapping):
            raise ConfigError(f"about must be a mapping; found {about!r}")
        chain = tuple(_entry(index, entry) for index, entry in enumerate(entries))
        return cls(chain, prompt, options_from(data.get("options", {})), dict(about))

    def to_dict(self) -> dict[str, Any]:
        """JSON form, every parameter written out; `from_dict` of it is equal to this."""
        result: dict[str, Any] = {
            "schema": SCHEMA,
            "prompt": self.prompt,
            "chain": [effect.to_dict() for effect in self.chain],
        }
        if options := self.options.to_dict():
            result["options"] = options
        if self.about:
            result["about"] = dict(self.about)
        return result

    @classmethod
    def load(cls, path: Path) -> Preset:
        """Read a preset file: JSON where its name ends in .json, else YAML.

        Raises:
            InputMissingError: the file is not there or cannot be read.
            ConfigError: it is not a preset; the message begins with the path.
        """
        data = read_document(path, what="preset")
        try:
            return cls.from_dict(data)
        except ConfigError as error:
            raise ConfigError(f"{path}: {error.message}", hint=error.hint, details=error.details) from error

    def scaled(self, amount: float) -> Preset:
        """Scale every effect and drop those that end up doing nothing.

        Args:
            amount: 1 as it is, 0 nothing, negative the opposite, as far as an effect has one.

        Raises:
            ConfigError: not within -2…2.
        """
        _in_range("amount", amount, *AMOUNT_RANGE)
        if amount == 1.0:
            return self
        if amount == 0.0:
            return replace(self, chain=())
        scaled = (effect.scaled(amount) for effect in self.chain)
        return replace(self, chain=tuple(effect for effect in scaled if not effect.is_neutral))

    def response_db(self, freqs_hz: npt.ArrayLike, rate_hz: float | None = None) -> npt.NDArray[np.float64]:
        """Gain of all the chain's equalisers together, in dB at (F,) frequencies; see `biquad.response_db`."""
        bands = [band for effect in self.chain if isinstance(effect, Equalizer) for band in effect.bands]
        return response_db(bands, freqs_hz, rate_hz)

    def as_chain(self) -> Chain:
        """Return the chain, ready to render."""
        return Chain(self.chain)


def _entry(index: int, entry: Any) -> Effect:
    """One effect of a chain; errors name their place."""
    try:
        return effect_from_dict(entry)
    except ConfigError as error:
        parameter = error.details.get("parameter")
        place = f"chain[{index}]" + (f".{parameter}" if parameter else "")
        raise ConfigError(f"{place}: {error.message}", hint=error.hint, details=error.details) from error


def options_from(data: Any) -> Options:
    """Read the `options` of a preset.

    Raises:
        ConfigError: an unknown key or a value out of range.
    """
    if not isinstance(data, Mapping):
        raise ConfigError(f"options must be a mapping; found {data!r}")
    _only(data, ("amount", "mix", "tail", "loudness_lufs"), "options")
    amount, mix, tail = data.get("amount"), data.get("mix"), data.get("tail")
    loudness_lufs = data.get("loudness_lufs")
    if amount is not None:
        amount = _in_range("options.amount", amount, *AMOUNT_RANGE)
    if mix is not None:
        mix = _in_range("options.mix", mix, 0.0, 1.0)
    if tail is not None:
        try:
            checked_tail(tail)
        except ConfigError as error:
            raise ConfigError(f"options.{error.message}") from error
    if loudness_lufs is not None:
        loudness_lufs = _in_range("options.loudness_lufs", loudness_lufs, *LOUDNESS_RANGE_LUFS)
    return Options(amount, mix, tail, loudness_lufs)


def _in_range(name: str, value: Any, low: float, high: float) -> float:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        raise ConfigError(f"{name} must be a number from {low:g} to {high:g}; found {value!r}")
    return float(value)


def _only(data: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for key in data:
        if key not in known:
            raise unknown_key(f"{what} has no key {key!r}", str(key), known)
