"""English word forms: from a word as typed to the forms a lexicon may know it by.

The lexicon stores "warm"; people type "warmer", "warmth-y", "un-warm", "Warm-sounding". Every rule here only
proposes; a proposal counts when the lexicon has it, so the rules can be generous. What keeps them from finding
false friends is the part of speech (nobody compares a cathedral: no "cathedraler"), a shortest stem, and a short
list of words that look inflected and are not ("hardly", "delight").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from muzecli.text.stems import before_ly, before_vowel, unchanged

#: Kinds of descriptor whose words are adjectives or verbs as much as nouns ("muddier", "widened", "squashing").
ADJECTIVE_KINDS = frozenset({"timbre", "space", "dynamics", "level", "mood", "motion"})
#: Kinds whose words may be verbs, but are never compared ("phased", "limiting").
VERB_KINDS = ADJECTIVE_KINDS | {"effect"}

# Words that look like inflections of sound words and are other words.
_FALSE_FRIENDS = """
    acoustics aires airing analogy antibody arty barely barker barnes barney barrens bearing breathless
    buffer business carried carries carry carrying celebrity charming chester chicken chickens closely
    complexion coolly crater cutes daily deadly deform delay delight delights deliver delivery denny
    deny design devoid dinner direct directed direction directions director dover drives dulls engineer
    engineered engineering engineers fares fashioned fasten fates filing firms flats folks foreigner
    freshly fully goods gravity halls hardly hearing highly housing imagery imaging irony islander king
    lately latter lesson lighting lightly lightning lights listen lived liver lives living lowered
    lowering lowers madden matter matters mister moderator monkey mostly mother navy nearly newly news
    nobody number numbers odds opener openers opening openings personality petition pitcher planed
    planer presented presenter presenting presently presents privateer reality really revolver rocket
    rockets security shortly shower slater sorry spacing springer stranger strongly supply suspension
    tensor term terms thing things tower trillion trolley under union unison unit united units unity
    unlike until verse wally warren widow winder
"""
NOT_INFLECTIONS = frozenset(_FALSE_FRIENDS.split())

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—_/]+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "ʼ": "'", "“": None, "”": None, '"': None})
_DECADE = re.compile(r"^(19|20)?(\d)0 ?'?s$|^(19|20)(\d)\d$")
_DECADE_WORDS = {
    "twenties": "1920s",
    "thirties": "1930s",
    "forties": "1940s",
    "fifties": "1950s",
    "sixties": "1960s",
    "seventies": "1970s",
    "eighties": "1980s",
    "nineties": "1990s",
    "noughties": "2000s",
    "aughts": "2000s",
    "two thousands": "2000s",
    "twenty tens": "2010s",
    "twenty twenties": "2020s",
}
# British and American spellings, tried both ways round; anchored, so that "sour" and "term" are left alone.
_SPELLINGS = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?<=[a-z]{3})our(?=$|s$|ed$|ful|less|ing$|ite|y$)", "or"),
        (r"(?<=[a-z]{3})or(?=$|s$|ed$|ful|less|ing$|ite|y$)", "our"),
        (r"(?<=[a-z]{3})is(?=e$|es$|ed$|er$|ers$|ing$|ation$)", "iz"),
        (r"(?<=[a-z]{3})iz(?=e$|es$|ed$|er$|ers$|ing$|ation$)", "is"),
        (r"(?<=[a-z]{3})re(?=$|s$)", "er"),
        (r"(?<=[a-z]{3})er(?=$|s$)", "re"),
        (r"ll(?=ed$|ing$|er$|ous$)", "l"),
        (r"(?<=[aeiou])l(?=ed$|ing$|er$|ous$)", "ll"),
        (r"grey", "gray"),
        (r"gray", "grey"),
        (r"osy$", "ozy"),
        (r"ozy$", "osy"),
        (r"ogue$", "og"),
        (r"og$", "ogue"),
    )
)


@lru_cache(maxsize=8192)
def normalise(text: str) -> str:
    """Return `text` in the one spelling that forms are compared in: lower case, single spaces, no hyphens.

    >>> normalise("  Lo–Fi ")
    'lo fi'
    """
    if text.isascii() and text.isalpha() and text.islower():  # nearly every word of the lexicon
        return text
    plain = text.translate(_QUOTES).lower().strip(" \t\n.,;:!?()[]")
    return _SEPARATORS.sub(" ", plain).strip()


def decade(key: str) -> str | None:
    """Return the decade that a normalised word names, as "1970s", or None.

    "'70s", "70s", "1970's", "seventies", "nineteen seventies" and the year "1973" all name the 1970s. A year that
    ends a century's count (2000, 1900) is left alone: it is more often a number.
    """
    word = key.removeprefix("the ").removeprefix("nineteen ").lstrip("'")
    if word in _DECADE_WORDS:
        return _DECADE_WORDS[word]
    found = _DECADE.match(word)
    if found is None or word in {"1900", "2000"}:
        return None
    if found[4] is not None:
        return f"{found[3]}{found[4]}0s"
    century = found[1] or ("20" if found[2] in "01" else "19")
    return f"{century}{found[2]}0s"


def spellings(key: str) -> Iterator[str]:
    """Yield the other British or American spellings that `key` could stand for, itself not included."""
    for pattern, replacement in _SPELLINGS:
        if pattern.search(key) is not None:
            yield pattern.sub(replacement, key)


# (ending, shortest stem, how the stem changes, kinds of descriptor that take it or None for all)
_ENDINGS: tuple[tuple[str, int, Callable[[str], Iterator[str]], frozenset[str] | None], ...] = (
    (" sounding", 2, unchanged, None),
    (" style", 2, unchanged, None),
    (" like", 2, unchanged, None),
    (" ish", 2, unchanged, None),
    (" y", 2, unchanged, None),
    ("'s", 3, unchanged, None),
    ("like", 4, unchanged, None),
    ("esque", 4, before_vowel, None),
    ("ening", 3, before_vowel, ADJECTIVE_KINDS),
    ("ened", 3, before_vowel, ADJECTIVE_KINDS),
    ("ener", 4, before_vowel, ADJECTIVE_KINDS),
    ("ens", 4, before_vowel, ADJECTIVE_KINDS),
    ("en", 3, before_vowel, ADJECTIVE_KINDS),
    ("ness", 3, before_ly, ADJECTIVE_KINDS),
    ("ingly", 3, before_vowel, VERB_KINDS),
    ("iest", 3, before_vowel, ADJECTIVE_KINDS),
    ("est", 3, before_vowel, ADJECTIVE_KINDS),
    ("er", 3, before_vowel, VERB_KINDS),
    ("ly", 3, before_ly, ADJECTIVE_KINDS),
    ("ing", 3, before_vowel, VERB_KINDS),
    ("ed", 3, before_vowel, VERB_KINDS),
    ("ity", 4, before_vowel, ADJECTIVE_KINDS),
    ("ful", 4, unchanged, ADJECTIVE_KINDS),
    ("ish", 3, before_vowel, None),
    ("ey", 4, before_vowel, None),
    ("y", 3, before_vowel, None),
    ("s", 3, unchanged, None),
    ("es", 3, unchanged, None),
)
# Endings that are exchanged rather than added: "resonance" is the noun of "resonant", "gently" the adverb of "gentle".
_EXCHANGES: tuple[tuple[str, str, int], ...] = (
    ("ance", "ant", 4),
    ("ancy", "ant", 4),
    ("ence", "ent", 4),
    ("ency", "ent", 4),
    ("ically", "ic", 3),
    ("ly", "le", 3),
    ("ily", "y", 3),
    ("ies", "y", 3),
    ("ied", "y", 3),
    ("ion", "", 5),
    ("ion", "e", 5),
    ("or", "", 5),
    ("or", "e", 5),
)
_NEGATIVE_PREFIXES = ("un ", "de ", "non ", "anti ", "un")


def bases(key: str) -> Iterator[tuple[str, frozenset[str] | None]]:
    """Yield the forms that the normalised word `key` could be an inflection of.

    Args:
        key: a word or phrase from `normalise`; in a phrase only the end is inflected.

    Yields:
        a proposed form and the kinds of descriptor for which it would be an inflection (None: any kind).
    """
    if key in NOT_INFLECTIONS:
        return
    for ending, shortest, stems, kinds in _ENDINGS:
        if key.endswith(ending) and len(key) - len(ending) >= shortest:
            for stem in stems(key[: -len(ending)]):
                yield stem, kinds
    for ending, base_ending, shortest in _EXCHANGES:
        if key.endswith(ending) and len(key) - len(ending) >= shortest:
            yield key[: -len(ending)] + base_ending, VERB_KINDS


def negated(key: str) -> Iterator[str]:
    """Yield what is left of `key` after a negation: "un-muddy" muddy, "unclear" clear, "bassless" bass.

    Without a hyphen only "un" counts, and at least four letters must be left: "under" is no negation, and "delight"
    is not less light.
    """
    if key in NOT_INFLECTIONS:
        return
    for prefix in _NEGATIVE_PREFIXES:
        rest = key.removeprefix(prefix)
        if rest != key and (prefix.endswith(" ") or len(rest) >= 4):
            yield rest
    for ending in (" free", " less", "less"):
        rest = key.removesuffix(ending)
        if rest != key and len(rest) >= 3:
            yield rest
