"""A prompt → what muze understood of it: the grammar and the lexicon first, the embedding for the rest.

Words that the lexicon knows never load a model. Words that it does not know are looked up among its
descriptors by meaning, with a confidence; what stays below the threshold is reported, and a prompt of which
nothing at all is understood is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from muze_fx.grammar import Intent, WordIntent, parse
from muze_fx.words.lexicon import Lexicon
from muzecli.errors import NotUnderstoodError, UsageError

LONGEST_PROMPT = 2000


class Neighbour(Protocol):
    """A known descriptor near an unknown word."""

    @property
    def descriptor_name(self) -> str:
        """The descriptor's canonical name."""
        ...

    @property
    def form(self) -> str:
        """The word of it that is nearest."""
        ...

    @property
    def confidence(self) -> float:
        """How sure it is, 0…1."""
        ...


class WordFinder(Protocol):
    """Finds known descriptors near a phrase by meaning."""

    def resolve(self, phrase: str) -> Neighbour | None:
        """Return the descriptor that a phrase means, or None below the threshold."""
        ...

    def nearest(self, phrase: str, count: int = 5) -> Sequence[Neighbour]:
        """Return the nearest descriptors, whatever their confidence."""
        ...


@dataclass(frozen=True)
class Guess:
    """An unknown phrase taken for a known descriptor.

    Attributes:
        phrase: the words of the prompt.
        descriptor: the descriptor they were taken for.
        confidence: 0…1.
    """

    phrase: str
    descriptor: str
    confidence: float


@dataclass(frozen=True)
class Understanding:
    """What muze made of a prompt.

    Attributes:
        prompt: as typed.
        intents: what is asked for, in the order said; guessed words included.
        guesses: which of the intents are guesses.
        unknown: words that mean nothing to muze.
    """

    prompt: str
    intents: tuple[Intent, ...]
    guesses: tuple[Guess, ...] = ()
    unknown: tuple[str, ...] = ()


def understand(prompt: str, lexicon: Lexicon, finder: WordFinder | None = None) -> Understanding:
    """Read a prompt.

    Args:
        prompt: free text.
        lexicon: the descriptors.
        finder: looks up unknown words by meaning; without one they stay unknown.

    Raises:
        UsageError: the prompt is longer than any instruction is.
        NotUnderstoodError: nothing in the prompt was understood; names the nearest known words.
    """
    if len(prompt) > LONGEST_PROMPT:
        raise UsageError(
            f"a prompt must have at most {LONGEST_PROMPT} characters, and this has {len(prompt)}"
        )
    parsed = parse(prompt, lexicon)
    intents: list[Intent] = list(parsed.intents)
    guesses: list[Guess] = []
    unknown: list[str] = []
    for phrase in parsed.unknown:
        found = finder.resolve(phrase.text) if finder else None
        if found is None:
            unknown.append(phrase.text)
            continue
        guesses.append(Guess(phrase.text, found.descriptor_name, found.confidence))
        intents.append(
            WordIntent(found.descriptor_name, strength=phrase.strength, text=phrase.text, span=phrase.span)
        )
    if not intents:
        raise _not_understood(prompt, unknown, finder)
    return Understanding(
        prompt, tuple(sorted(intents, key=lambda intent: intent.span)), tuple(guesses), tuple(unknown)
    )


def _not_understood(prompt: str, unknown: Sequence[str], finder: WordFinder | None) -> NotUnderstoodError:
    near: list[str] = []
    if finder is not None:
        for phrase in unknown[:3]:
            near += [neighbour.form for neighbour in finder.nearest(phrase, 5)]
    near = list(dict.fromkeys(near))[:8]
    hint = (
        f"the nearest words it knows: {', '.join(near)}"
        if near
        else "say how it should sound: warm, in a cathedral"
    )
    said = " ".join(prompt.split())
    return NotUnderstoodError(
        f"the prompt '{said}' means nothing to muze"
        if said
        else "the prompt must say something, and it is empty",
        hint=f"{hint}; numbers work too: cut 3 dB at 300 Hz",
        details={"unknown": list(unknown), "nearest": near},
    )
