"""What a prompt asks for: the intermediate representation between words and an effect chain.

Every intent carries `text`, the words that made it, and `span`, their (start, end) in the prompt, so that
`fx explain` can say which word did what. Values are in the engine's units: dB, Hz, seconds or milliseconds by
the parameter's suffix, mixes from 0 to 1, pitch in semitones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BandIntent:
    """One equaliser band given in numbers.

    Args:
        type: low_shelf, peak, high_shelf, high_pass or low_pass.
        freq_hz: centre or corner frequency.
        gain_db: gain; None for high_pass and low_pass, which have none.
        q: quality; None where the prompt does not say.
        text: the words that made it.
        span: (start, end) in the prompt.
    """

    type: str
    freq_hz: float
    gain_db: float | None
    q: float | None
    text: str
    span: Span

    def as_dict(self) -> dict[str, object]:
        """Return the form used in files: `{band: {type, freq_hz, gain_db?, q?}}`."""
        band: dict[str, object] = {"type": self.type, "freq_hz": self.freq_hz}
        if self.gain_db is not None:
            band["gain_db"] = self.gain_db
        if self.q is not None:
            band["q"] = self.q
        return {"band": band}


@dataclass(frozen=True, slots=True)
class SettingIntent:
    """Parameters of one effect given in numbers; effect "chain" stands for the whole (its mix is dry/wet)."""

    effect: str
    parameters: Mapping[str, float]
    text: str
    span: Span

    def as_dict(self) -> dict[str, object]:
        """Return the form used in files: `{setting: EFFECT, PARAM: value, …}`."""
        return {"setting": self.effect, **self.parameters}


@dataclass(frozen=True, slots=True)
class WordIntent:
    """A descriptor of the lexicon; strength 1 is as written there, negative is its opposite."""

    name: str
    strength: float
    text: str
    span: Span

    def as_dict(self) -> dict[str, object]:
        """Return the form used in files: `{word: NAME, strength: S}`."""
        return {"word": self.name, "strength": self.strength}


@dataclass(frozen=True, slots=True)
class ForbidIntent:
    """An effect that must not be used."""

    effect: str
    text: str
    span: Span

    def as_dict(self) -> dict[str, object]:
        """Return the form used in files: `{forbid: EFFECT}`."""
        return {"forbid": self.effect}


@dataclass(frozen=True, slots=True)
class CapIntent:
    """A descriptor or effect that must stay moderate ("not too bright")."""

    name: str
    text: str
    span: Span

    def as_dict(self) -> dict[str, object]:
        """Return the form used in files: `{cap: NAME}`."""
        return {"cap": self.name}


@dataclass(frozen=True, slots=True)
class OrderIntent:
    """`first` comes before `second` in the chain; each is an effect or a descriptor."""

    first: str
    second: str
    text: str
    span: Span

    def as_dict(self) -> dict[str, object]:
        """Return the form used in files: `{order: [FIRST, SECOND]}`."""
        return {"order": [self.first, self.second]}


Intent = BandIntent | SettingIntent | WordIntent | ForbidIntent | CapIntent | OrderIntent


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word or number that means nothing to grammar and lexicon.

    Args:
        text: as written, in lower case.
        strength: what a descriptor in its place would have had ("not blorpy": -1).
        span: (start, end) in the prompt.
    """

    text: str
    strength: float
    span: Span


@dataclass(frozen=True, slots=True)
class Parse:
    """A prompt as understood.

    Args:
        prompt: the prompt, unchanged.
        intents: what it asks for, in the order of the prompt.
        unknown: the words and numbers that mean nothing here, in the order of the prompt; fillers are left out.
    """

    prompt: str
    intents: tuple[Intent, ...]
    unknown: tuple[Unknown, ...]

    def __iter__(self) -> Iterator[Intent]:
        return iter(self.intents)

    @property
    def understood(self) -> bool:
        """Whether anything of the prompt was understood."""
        return bool(self.intents)

    def as_dict(self) -> dict[str, object]:
        """Return the prompt, the intents in their file form, and the unknown words."""
        return {
            "prompt": self.prompt,
            "expect": [intent.as_dict() for intent in self.intents],
            "unknown": [unknown.text for unknown in self.unknown],
        }
