"""What English endings were added to: each function yields the words that a stem may come from.

The proposals are generous: they count where a lexicon knows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# One short vowel before one consonant, which doubles before an ending: "hopping" is hop, so "hoping" is not.
_DOUBLES = re.compile(r"(?:^|.* )[^aeiou ]*[aeiou][^aeiouwxy ]")


def unchanged(stem: str) -> Iterator[str]:
    """Yield the stem itself."""
    yield stem


def before_ly(stem: str) -> Iterator[str]:
    """Yield the adjective of an adverb without its "ly": "warm" warm, "heavi" heavy."""
    yield stem
    if stem.endswith("i"):
        yield stem[:-1] + "y"


def before_vowel(stem: str) -> Iterator[str]:
    """Yield what an ending that starts with a vowel was added to: "bigg" big, "larg" large, "muddi" muddy."""
    if _DOUBLES.fullmatch(stem) is None:
        yield stem
    yield stem + "e"
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] not in "aeiou":
        yield stem[:-1]
    if stem.endswith("i"):
        yield stem[:-1] + "y"
    if len(stem) > 6 and stem.endswith("ick"):  # "plasticky"
        yield stem[:-1]
