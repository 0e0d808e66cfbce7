"""English word forms: from a word as typed to the forms that the lexicon may know it by.

Every rule only proposes; a proposal counts when the lexicon has it, in an entry of a kind that is inflected so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from muze_plan.reading.text import word_set

_NOUNS = frozenset({"instrument", "table", "voice", "metre", "use", "form"})
_ADJECTIVES = frozenset({"mood", "style", "energy", "tempo"})
_GENRES = frozenset({"genre"})

# One short vowel before one consonant, which doubles before an ending: "hopping" is hop, so "hoping" is not.
_DOUBLES = re.compile(r"[^aeiou]*[aeiou][^aeiouwxy]")
# Words that look like inflections of words here and are others.
_FALSE_FRIENDS = word_set("""
    hardly lightly lately mostly nearly only really shortly evenly openly bearing wider powers deeply
    shower stronger rocky poppy lower later latter matter master popular organic stringy hornet drummed
    rapper wilder lighter lighting lightning heavies coolest closer openness
""")


def _plain(stem: str) -> Iterator[str]:
    yield stem


def _adverb(stem: str) -> Iterator[str]:
    yield stem
    if stem.endswith("i"):
        yield stem[:-1] + "y"


def _vowel(stem: str) -> Iterator[str]:
    """Yield what an ending that starts with a vowel was added to: "bigg" big, "larg" large, "gloomi" gloomy."""
    if _DOUBLES.fullmatch(stem) is None:
        yield stem
    yield stem + "e"
    if len(stem) > 3 and stem[-1] == stem[-2]:
        yield stem[:-1]
    if stem.endswith("i"):
        yield stem[:-1] + "y"


# (ending, shortest stem, how the stem changes, kinds that take it)
_ENDINGS: tuple[tuple[str, int, Callable[[str], Iterator[str]], frozenset[str]], ...] = (
    ("'s", 3, _plain, _NOUNS | _ADJECTIVES | _GENRES),
    ("s", 3, _plain, _NOUNS),
    ("es", 3, _plain, _NOUNS),
    ("s", 4, _plain, frozenset({"mood"})),
    ("ness", 3, _adverb, _ADJECTIVES),
    ("iest", 3, _vowel, _ADJECTIVES),
    ("est", 3, _vowel, _ADJECTIVES),
    ("er", 3, _vowel, _ADJECTIVES),
    ("ly", 3, _adverb, _ADJECTIVES),
    ("ing", 4, _vowel, _ADJECTIVES),
    ("ish", 3, _vowel, _ADJECTIVES | _GENRES),
    ("y", 3, _vowel, _ADJECTIVES),
    ("esque", 4, _plain, _GENRES),
    ("ier", 3, _vowel, _ADJECTIVES),
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
