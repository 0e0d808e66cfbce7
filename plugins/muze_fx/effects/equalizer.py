"""Equaliser: any number of bands as one convolution.

numpy rather than pedalboard: pedalboard has no second-order high- and low-pass, and its filters run with
float32 coefficients, which at low frequencies miss the asked decibels. Here the bands are designed in
float64 and all of them together cost one FFT convolution with their joint impulse response.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Self

from muze_fx.biquad import BAND_TYPES, FREQ_RANGE_HZ, GAIN_RANGE_DB, Q_RANGE, Band, impulse_response
from muze_fx.effects.base import Effect, Parameter, unknown_key
from muze_fx.effects.parts.filtering import Filtered
from muze_fx.effects.parts.processor import Processor
from muzecli.errors import ConfigError

_BAND_KEYS = tuple(item.name for item in fields(Band))


@dataclass(frozen=True)
class Equalizer(Effect):
    """Bands in series: shelves, peaks, high- and low-pass."""

    name: ClassVar[str] = "equalizer"
    summary: ClassVar[str] = "bands that boost, cut or remove frequencies"
    order: ClassVar[int] = 50

    bands: tuple[Band, ...] = field(
        default=(), metadata={"kind": "bands", "description": "list of bands, in series"}
    )

    @staticmethod
    def band_parameters() -> tuple[Parameter, ...]:
        """Return the parameters of one band."""
        return (
            Parameter("type", "choice", "what the band does", "peak", choices=BAND_TYPES),
            Parameter("freq_hz", "number", "centre or cut-off", 1000.0, "Hz", *FREQ_RANGE_HZ, scale="ratio"),
            Parameter("gain_db", "number", "boost or cut; not for passes", 0.0, "dB", *GAIN_RANGE_DB, 0.0),
            Parameter("q", "number", "narrowness; 0.707 is neutral for passes", Band.q, "", *Q_RANGE),
        )

    @classmethod
    def _checked(cls, parameter: Parameter, value: Any) -> tuple[Band, ...]:
        if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Sequence):
            raise ConfigError(
                f"equalizer bands must be a list of bands; found {value!r}",
                details={"effect": cls.name, "parameter": "bands", "value": repr(value)},
            )
        return tuple(_band(index, item) for index, item in enumerate(value))

    def to_dict(self) -> dict[str, Any]:
        """Chain entry of a preset."""
        return {"effect": self.name, "bands": [band.to_dict() for band in self.bands]}

    @property
    def is_neutral(self) -> bool:
        """Whether no band does anything."""
        return all(band.is_neutral for band in self.bands)

    @property
    def amount(self) -> float:
        """The largest gain as a share of the range; a pass counts as 1."""
        return max(
            (abs(b.gain_db) / GAIN_RANGE_DB[1] if b.has_gain else 1.0 for b in self.bands), default=0.0
        )

    def scaled(self, strength: float) -> Self:
        """Scale every band; see `Band.scaled`."""
        bands = (band.scaled(strength) for band in self.bands)
        return replace(self, bands=tuple(band for band in bands if band is not None))

    def merged(self, other: Self) -> Self:
        """Put the bands of both in series: decibels add up."""
        return replace(self, bands=self.bands + other.bands)

    def notes(self, rate_hz: int, channels: int) -> tuple[str, ...]:
        """Name the bands that lie above what the sample rate can hold."""
        return tuple(
            f"equalizer: the {band.type} at {band.freq_hz:g} Hz is above what {rate_hz} Hz audio holds; left out"
            for band in self.bands
            if band.fitted(rate_hz) is None
        )

    def _build(self, rate_hz: int, channels: int, seed: int) -> Processor:
        return Filtered(impulse_response(self.bands, rate_hz), channels)


def _band(index: int, item: Any) -> Band:
    """One entry of `bands`, as a `Band`."""
    if isinstance(item, Band):
        return item
    if not isinstance(item, Mapping):
        raise ConfigError(
            f"an equalizer band must be a mapping; found {item!r}", details={"parameter": f"bands[{index}]"}
        )
    for key in item:
        if key not in _BAND_KEYS:
            place = f"bands[{index}].{key}"
            raise unknown_key(f"an equalizer band has no {key!r}", str(key), _BAND_KEYS, parameter=place)
    for key in ("type", "freq_hz"):
        if key not in item:
            raise ConfigError(
                f"an equalizer band must have a {key}; found {dict(item)!r}",
                details={"parameter": f"bands[{index}]"},
            )
    try:
        return Band(**item)
    except ConfigError as error:
        where = {**error.details, "parameter": f"bands[{index}].{error.details.get('parameter')}"}
        raise ConfigError(error.message, hint=error.hint, details=where) from error
