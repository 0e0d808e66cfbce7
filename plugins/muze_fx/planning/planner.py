"""What was understood → an effect chain, with an account of which words did what.

Descriptors add up as tone curves in dB on octave bands, and only their sum is fitted with equaliser bands.
Their effect settings are scaled by strength and merged. What was said in numbers is then laid on top exactly
as said; what was forbidden is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from muze_fx.biquad import BUTTERWORTH_Q, Band
from muze_fx.chain import arranged
from muze_fx.effects import EFFECTS, Effect
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
from muze_fx.planning.describe import band_text, curve_text, effect_text
from muze_fx.planning.tone import Curve, band_limits, tone_bands
from muze_fx.planning.understanding import Understanding
from muze_fx.planning.wishes import Wish, granted, placed
from muze_fx.preset import Preset, options_from
from muze_fx.words.lexicon import Descriptor, Lexicon
from muzecli.errors import ConfigError, UsageError

CAPPED_STRENGTH = 0.5
"""What "not too X" leaves of X; on its own it turns X down by as much."""

CHAIN = "chain"  # the pseudo-effect of what concerns the whole: its mix (dry/wet) and its loudness


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

    def remarks(self) -> tuple[str, ...]:
        """Return what the user should know about how the prompt was read: guesses, and words left out."""
        guesses = tuple(
            f"'{account.words}' is taken for '{account.meaning}' ({account.confidence:.0%} sure)"
            for account in self.accounts
            if account.confidence is not None
        )
        left_out = tuple(f"'{word}' means nothing to muze and is left out" for word in self.unknown)
        nothing = () if self.preset.chain else ("nothing is left to do to the sound",)
        return guesses + left_out + nothing


@dataclass
class _Draft:
    """The chain under construction."""

    curves_db: list[Curve] = field(default_factory=list)
    filters: list[Band] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)


def plan_chain(understood: Understanding, lexicon: Lexicon, *, base: Preset | None = None) -> Plan:
    """Make the effect chain that a prompt asks for.

    Args:
        understood: the prompt as read.
        lexicon: the descriptors its words refer to.
        base: a chain to change rather than to start anew ("a bit brighter").

    Raises:
        UsageError: a number is out of the range of its parameter.
    """
    try:
        return _planned(understood, lexicon, base)
    except ConfigError as error:
        raise UsageError(f"the prompt asks for what cannot be: {error.message}", hint=error.hint) from error


def _planned(understood: Understanding, lexicon: Lexicon, base: Preset | None) -> Plan:
    draft = _Draft()
    words = _settle(understood.intents)
    accounts = [_apply_word(draft, lexicon[name], strength) for name, strength in words]
    accounts = [_said(account, understood) for account in accounts]

    chain = granted(draft.wishes, base)
    for intent in understood.intents:
        if isinstance(intent, BandIntent):
            draft.bands.append(_band(intent))
            accounts.append(Account(intent.text, "equalizer band", band_text(draft.bands[-1]), "number"))
        elif isinstance(intent, SettingIntent):
            accounts.append(_apply_setting(draft, chain, intent))
    accounts += _forbid(chain, draft, understood.intents)

    # The tone of the words and the bands said in numbers are equalisers of their own, so that a number stays
    # visible, and exact, in the preset.
    tone = tone_bands(draft.curves_db, draft.filters)
    equalizers = [Equalizer(bands=tuple(bands)) for bands in (tone, draft.bands) if bands]
    forbidden = {intent.effect for intent in understood.intents if isinstance(intent, ForbidIntent)}
    pairs = _before(understood.intents, lexicon)
    if base is None:
        ordered: Sequence[Effect] = arranged([*equalizers, *chain.values()], pairs)
    else:
        ordered = placed(base, chain, equalizers, forbidden)
        ordered = arranged(ordered, pairs) if pairs else ordered
    prompts = (base.prompt if base else "", understood.prompt)
    preset = Preset(
        prompt="; ".join(filter(None, prompts)),
        chain=tuple(effect for effect in ordered if not effect.is_neutral),
        options=options_from({**(base.options.to_dict() if base else {}), **draft.options}),
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
        draft.curves_db.append(moved)
        did.append(curve_text(moved))
    if strength > 0:
        filters = band_limits(word, strength)
        draft.filters += filters
        did += [band_text(band) for band in filters]
    for name, settings in word.effects.items():
        effect = EFFECTS[name].from_dict(settings)
        draft.wishes.append(Wish(effect, strength, generic=word.kind == "effect"))
        scaled = effect.scaled(strength)
        did.append(f"less {name.replace('_', ' ')}" if scaled.is_neutral else effect_text(scaled))
    return Account(
        word.name, word.name, "; ".join(did) or "nothing left to do", "lexicon", strength, None, word.note
    )


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
        return Account(intent.text, "the whole", did, "number")
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
            had = bool(draft.curves_db) or bool(draft.filters)
            draft.curves_db.clear()
            draft.filters.clear()
        did = f"{intent.effect} taken out" if had else f"no {intent.effect} was there"
        accounts.append(Account(intent.text, f"no {intent.effect}", did, "number"))
    return accounts


# ---- the order ----


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
