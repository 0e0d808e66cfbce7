"""The parser: prompt → intents.

prompt → tokens, without list markers, slips mended → items (quantities, phrases), without what is to be left alone
       → clauses
       → named parameters → equaliser bands → named effects and units   (numbers use up their words)
       → words → order
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from muze_fx.grammar.assignments import read_assignments
from muze_fx.grammar.bands import read_bands
from muze_fx.grammar.clauses import flatten, split_clauses
from muze_fx.grammar.drafts import EQUALIZER
from muze_fx.grammar.intents import Intent, Parse, WordIntent
from muze_fx.grammar.items import read_items
from muze_fx.grammar.layout import without_labels
from muze_fx.grammar.lookup import LexiconLike
from muze_fx.grammar.order import read_order
from muze_fx.grammar.particles import join_particles
from muze_fx.grammar.protected import without_protected
from muze_fx.grammar.settings import Settings
from muze_fx.grammar.spelling import correct_spelling
from muze_fx.grammar.tokens import tokenise
from muze_fx.grammar.words import Words


def parse(prompt: str, lexicon: LexiconLike) -> Parse:
    """Read a prompt.

    Numbers with units always win: they use up the words that go with them, and what is left is read as words.
    Nothing raises: what is not understood is in `Parse.unknown`.

    Args:
        prompt: free text in English.
        lexicon: the descriptors.

    Returns:
        the intents in the order of the prompt, and the words that mean nothing.

    >>> from muze_fx.words.lexicon import Lexicon
    >>> parse("cut 3 dB at 300 Hz", Lexicon.load()).intents[0].gain_db
    -3.0
    """
    tokens = correct_spelling(without_labels(tokenise(prompt)), lexicon)
    items = without_protected(read_items(tokens, lexicon))
    join_particles(items)
    read_assignments(items)
    clauses = split_clauses(items)
    settings = Settings(clauses, prompt)
    settings.read_named_parameters()
    bands = read_bands(clauses, prompt)
    settings.read_named_effects()

    flat = flatten(items)
    words = Words(flat, lexicon, prompt)
    words.read()
    for item in flat:
        if item.owner == EQUALIZER:
            item.thing = EQUALIZER
    found: list[Intent] = [*bands, *settings.intents(), *_latest(words.intents), *read_order(flat, prompt)]
    found.sort(key=lambda intent: intent.span)
    unknown = [word for word in words.unknown if not (found and _is_picture(word.text))]
    return Parse(prompt, tuple(found), tuple(unknown))


def _is_picture(text: str) -> bool:
    """Whether a text is an emoji or a like symbol, an ornament beside anything that says something."""
    return unicodedata.category(text[0]) == "So"


def _latest(intents: Sequence[Intent]) -> list[Intent]:
    """Keep the last of several statements about the same word."""
    latest = {intent.name: intent for intent in intents if isinstance(intent, WordIntent)}
    return [
        intent for intent in intents if not isinstance(intent, WordIntent) or latest[intent.name] is intent
    ]
