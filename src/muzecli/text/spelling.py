"""Where a written word divides into the syllables that are heard."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

_VOWELS = frozenset("aeiouyæœøаеёиоуыэюяєіїαεηιουω")
_DIGRAPHS = frozenset(
    {
        "ch",
        "sh",
        "th",
        "ph",
        "gh",
        "wh",
        "qu",
        "sz",
        "cz",
        "rz",
        "dz",
        "dź",
        "dż",
        "gn",
        "gl",
        "ng",
        "ll",
        "rr",
    }
)
_SPANISH = frozenset({"ll", "rr"})
_TRIGRAPHS = frozenset({"sch", "dzi", "tch"})


def split_spelling(word: str, onsets: Sequence[int], language: str) -> tuple[str, ...]:
    """Divide a word's letters among its syllables.

    Vowel letters are counted against the syllables; consonants between them go to the next syllable as far as it
    is heard to begin with consonants. Where spelling and sound disagree in number (silent letters, digits), the
    letters are divided evenly. The pieces joined are always the word.

    Args:
        word: letters without punctuation at the edges.
        onsets: for each syllable, how many consonants it begins with.
        language: ISO 639-1 code.
    """
    count = len(onsets)
    if count <= 1:
        return (word,) * count
    base = language.split("-")[0]
    groups = _vowel_groups(word, base, count)
    if len(groups) != count:
        even = [round(index * len(word) / count) for index in range(count + 1)]
        return tuple(word[a:b] for a, b in pairwise(even))
    cuts = [0]
    for ((_, left), (right, _)), onset in zip(pairwise(groups), onsets[1:], strict=True):
        if base == "en" and word[left:].lower().endswith("le") and right == len(word) - 1:
            onset = 2  # "lit-tle": the l is heard after its vowel
        units = _consonants(word[left:right], base)
        taken = units[max(len(units) - max(onset, 0), 0) :] if onset else []
        cuts.append(right - sum(map(len, taken)))
    return tuple(word[a:b] for a, b in zip(cuts, [*cuts[1:], len(word)], strict=True))


def _vowel_groups(word: str, base: str, count: int) -> list[tuple[int, int]]:
    """Return the spans of neighbouring vowel letters, silent ones left out, long ones divided when too few."""
    letters = [unicodedata.normalize("NFD", mark)[0].lower() for mark in word]
    groups: list[tuple[int, int]] = []
    for index, letter in enumerate(letters):
        if letter not in _VOWELS or (letter == "u" and index and letters[index - 1] == "q"):
            continue
        if letter == "y" and index + 1 < len(letters) and letters[index + 1] in _VOWELS:
            continue  # a consonant: "yellow", "beyond"
        if groups and groups[-1][1] == index:
            groups[-1] = (groups[-1][0], index + 1)
        else:
            groups.append((index, index + 1))
    silent = ("e", "es", "ed") if base == "en" else ("e", "es", "ent") if base == "fr" else ()
    if len(groups) == count + 1 and "".join(letters).endswith(silent or ("\0",)):
        groups.pop()
    if len(groups) == count + 1 and base == "en":  # silent inside: "every", "something", "lonely"
        inner = [g for g in groups[1:-1] if letters[g[0]] == "e" and g[1] - g[0] == 1]
        if inner:
            groups.remove(inner[0])
    while len(groups) < count:  # two vowels beside each other: "cre-ate", "ti-a-mo"
        longest = max(range(len(groups)), key=lambda i: groups[i][1] - groups[i][0], default=None)
        if longest is None or groups[longest][1] - groups[longest][0] < 2:
            break
        start, end = groups[longest]
        groups[longest : longest + 1] = [(start, end - 1), (end - 1, end)]
    return groups


def _consonants(letters: str, base: str) -> list[str]:
    units: list[str] = []
    index, low = 0, letters.lower()
    digraphs = _DIGRAPHS | _SPANISH if base == "es" else _DIGRAPHS
    while index < len(letters):
        size = 3 if low[index : index + 3] in _TRIGRAPHS else 2 if low[index : index + 2] in digraphs else 1
        units.append(letters[index : index + size])
        index += size
    return units
