"""What the parameters of the effects are called, which unit each takes, and what a bare number means."""

from __future__ import annotations

from collections.abc import Mapping

from muze_fx.grammar.units import Dimension, Quantity

#: Spoken name → effect → parameter of the engine. The first effect is meant where the prompt names none.
PARAMETERS: dict[str, dict[str, str]] = {
    "attack": {"compressor": "attack_ms", "noise_gate": "attack_ms"},
    "release": {"compressor": "release_ms", "noise_gate": "release_ms", "limiter": "release_ms"},
    "threshold": {"compressor": "threshold_db", "noise_gate": "threshold_db", "limiter": "ceiling_db"},
    "ratio": {"compressor": "ratio", "noise_gate": "ratio"},
    "makeup": {"compressor": "makeup_db"},
    "decay": {"reverb": "rt60_s"},
    "pre_delay": {"reverb": "pre_delay_ms"},
    "size": {"reverb": "size_m"},
    "damping": {"reverb": "damping"},
    "diffusion": {"reverb": "diffusion"},
    "early": {"reverb": "early_db"},
    "width": {"stereo_width": "width"},
    "reverb_width": {"reverb": "width"},
    "feedback": {"delay": "feedback", "chorus": "feedback", "phaser": "feedback"},
    "time": {"delay": "time_s", "reverb": "rt60_s"},
    "rate": {"tremolo": "rate_hz", "chorus": "rate_hz", "phaser": "rate_hz", "bitcrush": "rate_hz"},
    "depth": {"tremolo": "depth", "chorus": "depth", "phaser": "depth"},
    "drive": {"distortion": "drive_db", "tape": "drive_db"},
    "tape_drive": {"tape": "drive_db"},
    "bias": {"distortion": "bias"},
    "tone": {"distortion": "tone"},
    "wow": {"tape": "wow"},
    "flutter": {"tape": "flutter"},
    "head_bump": {"tape": "head_bump_db"},
    "hiss": {"tape": "hiss_db", "vinyl": "hiss_db"},
    "bandwidth": {"tape": "bandwidth_hz", "vinyl": "bandwidth_hz"},
    "reverb_low_cut": {"reverb": "low_cut_hz"},
    "delay_high_cut": {"delay": "high_cut_hz"},
    "crackle": {"vinyl": "crackle"},
    "vinyl_rumble": {"vinyl": "rumble_db"},
    "warp": {"vinyl": "warp"},
    "ceiling": {"limiter": "ceiling_db"},
    "limiter_threshold": {"limiter": "ceiling_db"},
    "bits": {"bitcrush": "bits"},
    "sample_rate": {"bitcrush": "rate_hz"},
    "formant": {"pitch": "formant_semitones"},
    "centre": {"chorus": "centre_delay_ms"},
    "centre_frequency": {"phaser": "centre_hz"},
    "mix": dict.fromkeys(
        (
            "chain",
            "reverb",
            "delay",
            "chorus",
            "phaser",
            "distortion",
            "tape",
            "vinyl",
            "compressor",
            "bitcrush",
            "pitch",
        ),
        "mix",
    ),
}
PARAMETERS["dry"] = PARAMETERS["mix"]

#: What a number of each dimension sets where only the effect is named ("tremolo at 5 Hz").
DEFAULTS: dict[str, dict[Dimension, str]] = {
    "compressor": {Dimension.RATIO: "ratio", Dimension.LEVEL: "threshold_db", Dimension.SHARE: "mix",
                   Dimension.BARE: "threshold_db"},
    "noise_gate": {Dimension.LEVEL: "threshold_db", Dimension.RATIO: "ratio", Dimension.BARE: "threshold_db"},
    "limiter": {
        Dimension.LEVEL: "ceiling_db", Dimension.TRUE_PEAK: "ceiling_db", Dimension.BARE: "ceiling_db"
    },
    "distortion": {Dimension.LEVEL: "drive_db", Dimension.SHARE: "mix"},
    "tape": {Dimension.LEVEL: "drive_db", Dimension.SHARE: "mix"},
    "vinyl": {Dimension.SHARE: "mix"},
    "reverb": {Dimension.TIME: "rt60_s", Dimension.SHARE: "mix", Dimension.LENGTH: "size_m", Dimension.PAIR: "mix"},
    "delay": {Dimension.TIME: "time_s", Dimension.NOTE: "time_s", Dimension.SHARE: "mix"},
    "chorus": {Dimension.FREQUENCY: "rate_hz", Dimension.SHARE: "mix", Dimension.TIME: "centre_delay_ms"},
    "phaser": {Dimension.FREQUENCY: "rate_hz", Dimension.SHARE: "mix"},
    "tremolo": {Dimension.FREQUENCY: "rate_hz", Dimension.NOTE: "rate_hz", Dimension.SHARE: "depth"},
    "stereo_width": {Dimension.SHARE: "width", Dimension.FACTOR: "width"},
    "pitch": {Dimension.PITCH: "semitones", Dimension.BARE: "semitones", Dimension.SHARE: "mix"},
    "bitcrush": {
        Dimension.BITS: "bits", Dimension.FREQUENCY: "rate_hz", Dimension.BARE: "bits", Dimension.SHARE: "mix"
    },
    "gain": {Dimension.LEVEL: "gain_db", Dimension.BARE: "gain_db"},
}  # fmt: skip

_SHARES = frozenset({"mix", "feedback", "depth", "damping", "diffusion", "wow", "flutter", "crackle", "warp"})
_BIPOLAR = frozenset({"tone", "bias"})
#: Full scale is 0 dB, so these are below it whether or not the minus is written.
_BELOW_FULL_SCALE = frozenset({"threshold_db", "ceiling_db", "hiss_db", "rumble_db"})
_SUFFIXES: Mapping[str, tuple[Dimension, float]] = {
    "_ms": (Dimension.TIME, 1000.0),
    "_s": (Dimension.TIME, 1.0),
    "_hz": (Dimension.FREQUENCY, 1.0),
    "_db": (Dimension.LEVEL, 1.0),
    "_m": (Dimension.LENGTH, 1.0),
}
# A delay time without a unit is in seconds below this and in milliseconds above.
_LONGEST_BARE_TIME_S = 10.0


def in_units_of(parameter: str, quantity: Quantity, tempo_bpm: float | None = None) -> float | None:
    """Return a quantity in the units of a parameter, or None where it cannot be one.

    Args:
        parameter: engine name; its suffix says the unit.
        quantity: the number as written; without a unit it takes the parameter's own.
        tempo_bpm: turns note values into times and rates.
    """
    dimension, value = quantity.dimension, quantity.amount
    if dimension is Dimension.NOTE:
        return _from_note(parameter, value, tempo_bpm)
    if parameter in _SHARES:
        return _share(quantity)
    if parameter == "width":
        bare = dimension is Dimension.BARE
        if dimension in (Dimension.SHARE, Dimension.FACTOR) or (bare and value <= 2):
            return value
        return value / 100 if bare else None
    if parameter in _BIPOLAR:
        return value if dimension in (Dimension.SHARE, Dimension.BARE) and abs(value) <= 1 else None
    if parameter == "ratio" and dimension is Dimension.PAIR and quantity.pair is not None:
        return value if quantity.pair[1] == 1 else None  # "4/1"
    if parameter == "ratio":
        return (
            value if dimension in (Dimension.RATIO, Dimension.BARE, Dimension.FACTOR) and value > 0 else None
        )
    if parameter in ("semitones", "formant_semitones"):
        return value if dimension in (Dimension.PITCH, Dimension.BARE) else None
    if parameter == "bits":
        return value if dimension in (Dimension.BITS, Dimension.BARE) else None
    suffix = next(suffix for suffix in ("_ms", "_hz", "_db", "_s", "_m") if parameter.endswith(suffix))
    wanted, scale = _SUFFIXES[suffix]
    if dimension is Dimension.BARE:
        value = value / 1000 if parameter == "time_s" and value > _LONGEST_BARE_TIME_S else value
    elif dimension is wanted or (dimension is Dimension.TRUE_PEAK and parameter == "ceiling_db"):
        value *= scale
    else:
        return None
    return -abs(value) if parameter in _BELOW_FULL_SCALE else value


def wet_share(quantity: Quantity, *, dry: bool) -> float | None:
    """Return the wet share that a number beside "wet", "mix" or "dry" asks for."""
    share = _share(quantity)
    return None if share is None else 1 - share if dry else share


def _share(quantity: Quantity) -> float | None:
    if quantity.dimension is Dimension.SHARE:
        return quantity.amount
    if quantity.dimension is Dimension.PAIR and quantity.pair is not None:
        first, second = quantity.pair
        if first + second == 100:
            return first / 100
        return first / second if first < second else None
    if quantity.dimension is Dimension.BARE and quantity.sign == 0:
        return quantity.amount if quantity.amount <= 1 else quantity.amount / 100
    return None


def _from_note(parameter: str, beats: float, tempo_bpm: float | None) -> float | None:
    if not tempo_bpm:
        return None
    seconds = beats * 60 / tempo_bpm
    if parameter == "rate_hz":
        return 1 / seconds
    if parameter.endswith("_ms"):
        return 1000 * seconds
    return seconds if parameter.endswith("_s") else None
