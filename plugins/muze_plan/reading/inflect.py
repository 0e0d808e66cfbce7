"""English word forms: from a word as typed to the forms that the lexicon may know it by.

Every rule only proposes; a proposal counts when the lexicon has it, in an entry of a kind that is inflected so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from muze_plan.reading.text import word_set
from muzecli.text.stems import before_ly, before_vowel, unchanged

_NOUNS = frozenset({"instrument", "table", "voice", "metre", "use", "form"})
_ADJECTIVES = frozenset({"mood", "style", "energy", "tempo"})
_GENRES = frozenset({"genre"})

# Words that look like inflections of words here and are others.
_FALSE_FRIENDS = word_set("""
    hardly lightly lately mostly nearly only really shortly evenly openly bearing wider powers deeply
    shower stronger rocky poppy lower later latter matter master popular organic stringy hornet drummed
    rapper wilder lighter lighting lightning heavies coolest closer openness
""")


# (ending, shortest stem, how the stem changes, kinds that take it)
_ENDINGS: tuple[tuple[str, int, Callable[[str], Iterator[str]], frozenset[str]], ...] = (
    ("'s", 3, unchanged, _NOUNS | _ADJECTIVES | _GENRES),
    ("s", 3, unchanged, _NOUNS),
    ("es", 3, unchanged, _NOUNS),
    ("s", 4, unchanged, frozenset({"mood"})),
    ("ness", 3, before_ly, _ADJECTIVES),
    ("iest", 3, before_vowel, _ADJECTIVES),
    ("est", 3, before_vowel, _ADJECTIVES),
    ("er", 3, before_vowel, _ADJECTIVES),
    ("ly", 3, before_ly, _ADJECTIVES),
    ("ing", 4, before_vowel, _ADJECTIVES),
    ("ish", 3, before_vowel, _ADJECTIVES | _GENRES),
    ("y", 3, before_vowel, _ADJECTIVES),
    ("esque", 4, unchanged, _GENRES),
    ("ier", 3, before_vowel, _ADJECTIVES),
)
_EXCHANGES = (
    ("ically", "ic"),
    ("ies", "y"),
    ("ily", "y"),
    ("ence", "ent"),
    ("our", "or"),
    ("or", "our"),
    ("grey", "gray"),
)


def bases(word: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the forms that a word could be an inflection of, and the kinds of entry for which it would be one."""
    if word in _FALSE_FRIENDS:
        return
    for ending, shortest, stems, kinds in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            for stem in stems(word[: -len(ending)]):
                yield stem, kinds
    for ending, base_ending in _EXCHANGES:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            yield word[: -len(ending)] + base_ending, _ADJECTIVES
