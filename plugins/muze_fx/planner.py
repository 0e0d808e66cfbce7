"""What was understood → an effect chain, with an account of which words did what.

Descriptors add up as tone curves in dB on octave bands, and only their sum is fitted with equaliser bands.
Their effect settings are scaled by strength and merged. What was said in numbers is then laid on top exactly
as said; what was forbidden is taken out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from muze_fx.biquad import BUTTERWORTH_Q, Band
from muze_fx.chain import arranged
from muze_fx.curves import CENTRES_HZ, fit_bands
from muze_fx.effects import EFFECTS, Effect
from muze_fx.effects.base import Parameter
from muze_fx.effects.equalizer import Equalizer
from muze_fx.grammar import (
    BandIntent,
    CapIntent,
    ForbidIntent,
    Intent,
    OrderIntent,
    SettingIntent,
    WordIntent,
)
from muze_fx.lexicon import Descriptor, Lexicon
from muze_fx.preset import Options, Preset
from muze_fx.understanding import Understanding

CURVE_LIMIT_DB = 12.0
"""However many words push the same way, no octave band moves further than this."""

CAPPED_STRENGTH = 0.5
"""What "not too X" leaves of X; on its own it turns X down by as much."""

CHAIN = "chain"  # the pseudo-effect whose mix is the global dry/wet


@dataclass(frozen=True)
class Account:
    """What one part of the prompt did.

    Attributes:
        words: the part of the prompt.
        meaning: what it was taken for.
        strength: of a descriptor; None for what was said in numbers.
        did: what came of it, for people.
        source: "number", "lexicon" or "guess".
        confidence: of a guess; None otherwise.
        note: why the lexicon says so.
    """

    words: str
    meaning: str
    did: str
    source: str
    strength: float | None = None
    confidence: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """A chain and the account of how it came about."""

    preset: Preset
    accounts: tuple[Account, ...]
    unknown: tuple[str, ...] = ()


@dataclass
class _Draft:
    """The chain under construction."""

    curve_db: np.ndarray = field(default_factory=lambda: np.zeros(len(CENTRES_HZ)))
    filters: list[Band] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    wishes: list[tuple[Effect, float]] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)


def plan_chain(understood: Understanding, lexicon: Lexicon, *, base: Preset | None = None) -> Plan:
    """Make the effect chain that a prompt asks for.

    Args:
        understood: the prompt as read.
        lexicon: the descriptors its words refer to.
        base: a chain to change rather than to start anew ("a bit brighter").

    Raises:
        ConfigError: a number is out of the range of its parameter.
    """
    draft = _Draft()
    words = _settle(understood.intents)
    accounts = [_apply_word(draft, lexicon[name], strength) for name, strength in words]
    accounts = [_said(account, understood) for account in accounts]
    limit = float(np.abs(draft.curve_db).max())
    if limit > CURVE_LIMIT_DB:
        draft.curve_db *= CURVE_LIMIT_DB / limit

    chain = _granted(draft.wishes, base)
    for intent in understood.intents:
        if isinstance(intent, BandIntent):
            draft.bands.append(_band(intent))
            accounts.append(Account(intent.text, "equalizer band", _band_text(draft.bands[-1]), "number"))
        elif isinstance(intent, SettingIntent):
            accounts.append(_apply_setting(draft, chain, intent))
    accounts += _forbid(chain, draft, understood.intents)

    equalizers = _equalizers(draft)
    effects = [*_kept(base, understood.intents), *equalizers, *chain.values()]
    ordered = arranged(effects, _before(understood.intents, lexicon))
    preset = Preset(
        prompt=understood.prompt
        if base is None
        else "; ".join(filter(None, (base.prompt, understood.prompt))),
        chain=tuple(effect for effect in ordered if not effect.is_neutral),
        options=replace(base.options if base else Options(), **draft.options),
    )
    return Plan(preset, tuple(accounts), understood.unknown)


# ---- words ----


def _settle(intents: Sequence[Intent]) -> list[tuple[str, float]]:
    """Return each descriptor once with its strength: said twice, the stronger; capped, at most half."""
    strengths: dict[str, float] = {}
    for intent in intents:
        if isinstance(intent, WordIntent):
            said = strengths.get(intent.name, 0.0)
            # "less boomy … very boomy": the later statement wins; "warm … warmer": the stronger.
            agrees = said * intent.strength >= 0
            strengths[intent.name] = max(said, intent.strength, key=abs) if agrees else intent.strength
    for intent in intents:
        if isinstance(intent, CapIntent):
            capped = min(strengths.get(intent.name, -CAPPED_STRENGTH), CAPPED_STRENGTH)
            strengths[intent.name] = capped
    return list(strengths.items())


def _apply_word(draft: _Draft, word: Descriptor, strength: float) -> Account:
    did: list[str] = []
    curve = word.effective_curve()
    if curve is not None:
        moved = strength * np.asarray(curve)
        draft.curve_db += moved
        did.append(curve_text(moved))
    if strength > 0:
        filters = _filters(word, strength)
        draft.filters += filters
        did += [_band_text(band) for band in filters]
    for name, settings in word.effects.items():
        effect = EFFECTS[name].from_dict(settings)
        draft.wishes.append((effect, strength))
        scaled = effect.scaled(strength)
        did.append(f"less {name.replace('_', ' ')}" if scaled.is_neutral else effect_text(scaled))
    return Account(
        word.name, word.name, "; ".join(did) or "nothing left to do", "lexicon", strength, None, word.note
    )


def _filters(word: Descriptor, strength: float) -> list[Band]:
    """Return the band limits of a medium, closing in as it is meant more strongly."""
    bands = []
    if word.high_pass_hz is not None:
        freq_hz = 20.0 * (word.high_pass_hz / 20.0) ** min(strength**0.25, 1.2)
        bands.append(Band("high_pass", round(freq_hz, 1), 0.0, BUTTERWORTH_Q))
    if word.low_pass_hz is not None:
        freq_hz = 20_000.0 * (word.low_pass_hz / 20_000.0) ** min(strength**0.5, 1.4)
        bands.append(Band("low_pass", round(freq_hz, 1), 0.0, BUTTERWORTH_Q))
    return bands


def _said(account: Account, understood: Understanding) -> Account:
    """Put the words of the prompt, and a guess's confidence, into the account of a descriptor."""
    said = [
        i.text
        for i in understood.intents
        if isinstance(i, WordIntent | CapIntent) and i.name == account.meaning
    ]
    guess = next((g for g in understood.guesses if g.descriptor == account.meaning), None)
    account = replace(account, words=", ".join(said) or account.words)
    return replace(account, source="guess", confidence=guess.confidence) if guess else account


# ---- numbers ----


def _band(intent: BandIntent) -> Band:
    default_q = 1.0 if intent.type == "peak" else BUTTERWORTH_Q
    return Band(
        intent.type, intent.freq_hz, intent.gain_db or 0.0, default_q if intent.q is None else intent.q
    )


def _apply_setting(draft: _Draft, chain: dict[str, Effect], intent: SettingIntent) -> Account:
    if intent.effect == CHAIN:
        draft.options |= dict(intent.parameters)
        did = ", ".join(f"{name} {value:g}" for name, value in intent.parameters.items())
        return Account(intent.text, "dry/wet of the whole", did, "number")
    before = chain.get(intent.effect)
    given = dict(intent.parameters)
    if before is None:
        chain[intent.effect] = EFFECTS[intent.effect].from_dict(given)
    else:
        chain[intent.effect] = replace(before, **given)
    return Account(intent.text, intent.effect, effect_text(chain[intent.effect]), "number")


def _forbid(chain: dict[str, Effect], draft: _Draft, intents: Sequence[Intent]) -> list[Account]:
    accounts = []
    for intent in intents:
        if not isinstance(intent, ForbidIntent):
            continue
        had = chain.pop(intent.effect, None) is not None
        if intent.effect == Equalizer.name:
            had = bool(np.any(draft.curve_db)) or bool(draft.filters)
            draft.curve_db[:] = 0.0
            draft.filters.clear()
        did = f"{intent.effect} taken out" if had else f"no {intent.effect} was there"
        accounts.append(Account(intent.text, f"no {intent.effect}", did, "number"))
    return accounts


# ---- the equaliser, the base, the order ----


def _equalizers(draft: _Draft) -> list[Effect]:
    """Return the tone of the words and the bands said in numbers, each as an equaliser of its own.

    They stay apart so that a number stays visible, and exact, in the preset.
    """
    tone = [*_strongest(draft.filters), *fit_bands(draft.curve_db)]
    return [Equalizer(bands=tuple(bands)) for bands in (tone, draft.bands) if bands]


def _strongest(filters: Iterable[Band]) -> list[Band]:
    """Return at most one high-pass and one low-pass: the narrowest."""
    high = [band for band in filters if band.type == "high_pass"]
    low = [band for band in filters if band.type == "low_pass"]
    chosen = [max(high, key=lambda band: band.freq_hz)] if high else []
    return chosen + ([min(low, key=lambda band: band.freq_hz)] if low else [])


def _granted(wishes: Sequence[tuple[Effect, float]], base: Preset | None) -> dict[str, Effect]:
    """Return the effects that the words ask for, laid on those of a base chain if there is one.

    Of several wishes for more of an effect the strongest counts; wishes for less take away from what is there,
    so that "less reverb" works on a preset that has some.
    """
    chain: dict[str, Effect] = {}
    for effect in base.chain if base else ():
        if not isinstance(effect, Equalizer):
            chain.setdefault(effect.name, effect)
    for name in dict.fromkeys(effect.name for effect, _ in wishes):
        mine = [(effect, strength) for effect, strength in wishes if effect.name == name]
        more: Effect | None = None
        for effect, strength in mine:
            if strength > 0:
                more = effect.scaled(strength) if more is None else more.merged(effect.scaled(strength))
        less = [(effect, strength) for effect, strength in mine if strength < 0]
        if name in chain:
            chain[name] = _moved(chain[name], [(more, 1.0), *less] if more else less)
        elif more is not None:
            chain[name] = _moved(more, less)
        else:
            chain[name] = less[0][0].scaled(less[0][1])
    return chain


def _moved(effect: Effect, changes: Sequence[tuple[Effect, float]]) -> Effect:
    """Move each parameter that has a neutral value by what the changes differ from it."""
    values: dict[str, Any] = {}
    for parameter in effect.parameters():
        if parameter.neutral is None or parameter.kind != "number":
            continue
        value = getattr(effect, parameter.name)
        for change, strength in changes:
            value = _shifted(parameter, value, getattr(change, parameter.name), strength)
        values[parameter.name] = parameter.clipped(value)
    return replace(effect, **values)


def _shifted(parameter: Parameter, value: float, asked: float, strength: float) -> float:
    """Shift a value by what `asked` differs from neutral, `strength` times; the sign takes away."""
    neutral = parameter.neutral
    assert neutral is not None
    if parameter.scale == "ratio":
        return value * math.pow(asked / neutral, strength)
    if parameter.scale == "level":  # decibels of something that may be off altogether
        return max(value, asked) if strength > 0 else parameter.scaled(value, max(1.0 + strength, 0.0))
    return value + strength * (asked - neutral)


def _kept(base: Preset | None, intents: Sequence[Intent]) -> list[Effect]:
    """Return what a base chain has beside one effect of each kind: its equalisers, and repeated effects."""
    kept: list[Effect] = []
    forbidden = {intent.effect for intent in intents if isinstance(intent, ForbidIntent)}
    seen: set[str] = set()
    for effect in base.chain if base else ():
        if (isinstance(effect, Equalizer) or effect.name in seen) and effect.name not in forbidden:
            kept.append(effect)
        seen.add(effect.name)
    return kept


def _before(intents: Sequence[Intent], lexicon: Lexicon) -> list[tuple[str, str]]:
    """Return what the prompt says of the order, as pairs of effects: the first before the second."""
    pairs: list[tuple[str, str]] = []
    for intent in intents:
        if isinstance(intent, OrderIntent):
            first, second = _effect_names(intent.first, lexicon), _effect_names(intent.second, lexicon)
            pairs += [(one, other) for one in sorted(first - second) for other in sorted(second - first)]
    return pairs


def _effect_names(name: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the effects that a word of an order means: itself, or those of a descriptor."""
    if name in EFFECTS:
        return frozenset({name})
    found = lexicon.find(name)
    if found is None:
        return frozenset()
    word = found.descriptor
    toned = {Equalizer.name} if word.effective_curve() is not None and not word.effects else set()
    return frozenset(word.effects) | frozenset(toned)


# ---- text ----


def curve_text(curve_db: np.ndarray) -> str:
    """Describe a tone curve by its largest rise and fall: `+4 dB around 125 Hz, −5 dB around 16 kHz`."""
    parts = []
    for index in (int(np.argmax(curve_db)), int(np.argmin(curve_db))):
        gain_db = float(curve_db[index])
        if abs(gain_db) >= 0.5:
            parts.append(f"{signed(gain_db)} dB around {hertz(CENTRES_HZ[index])}")
    return "equalizer " + ", ".join(dict.fromkeys(parts)) if parts else "equalizer almost level"


def _band_text(band: Band) -> str:
    kind = band.type.replace("_", "-")
    if band.type in ("high_pass", "low_pass"):
        return f"{kind} at {hertz(band.freq_hz)}"
    return f"{kind} {signed(band.gain_db)} dB at {hertz(band.freq_hz)}"


def effect_text(effect: Effect) -> str:
    """Describe an effect by the parameters that differ from its defaults."""
    settings: Mapping[str, Any] = effect.to_dict()
    defaults = type(effect)().to_dict()
    shown = [
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in settings.items()
        if name not in ("effect", "bands") and value != defaults.get(name)
    ]
    return f"{effect.name.replace('_', ' ')} {', '.join(shown)}".strip()


def signed(value: float) -> str:
    """Return a number with its sign, the minus being a real one."""
    return f"{value:+.1f}".replace("-", "−")


def hertz(value: float) -> str:
    """Return a frequency as engineers write it: `300 Hz`, `4 kHz`."""
    return f"{value / 1000:g} kHz" if value >= 1000 else f"{value:g} Hz"
