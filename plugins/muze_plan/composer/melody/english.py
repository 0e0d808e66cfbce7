"""English syllables and stress by rule: silent letters, endings, hiatus, and lists of what the rules miss.

English spelling needs more than a table of vowels; what stands here gets some nineteen of twenty words of songs
right (`tests/plan/composer/melody` measures it).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from muze_plan.composer.melody.english_words import ONSETS, STRESSED_SECOND, SYLLABLES

_VOWELS = "aeiouy"

# Endings before which a silent e stays silent ("some-thing", "lone-ly").
_TAILS = (
    "fully", "times", "thing", "things", "where", "body", "less", "ment", "ments", "ness", "some", "time",
    "ful", "day", "days", "how", "one", "ly", "line", "lines", "light", "lights", "land", "house", "room",
    "work", "town", "boat", "way", "made", "self", "selves", "ever", "more", "fore", "by", "man", "men",
)  # fmt: skip

# Beginnings whose silent e stays silent ("home-sick", "fore-told").
_HEADS = (
    "home", "life", "live", "love", "some", "fire", "fore", "fare", "care", "time", "lone", "side", "wide", "mile",
    "safe", "hope", "smoke", "stone", "whole", "where", "there", "face", "nine",
)  # fmt: skip

# Vowel letters that stand side by side and belong to two syllables.
_HIATUS = re.compile(
    r"(?P<left>[iy])(?=a(?!ge)|o|um|us\b)|"
    r"(?P<e>e)(?=o(?!u|p)|um|ing)|"
    r"(?P<u>u)(?=ous|al|el\b|et|en[ct]|ing|ity|ate)|(?P<ch>[ao])(?=otic|ic\b|ics\b)|(?P<ow>[ouiye])(?=ing)|(?P<ie>i)(?=et|er\b|en[ct]|ety)|(?P<cr>e)(?=at(?:e|i|o))"
)
_SOFT = re.compile(r"(?:[tscgx]|ll|li|ni)(?=i(?:on|ou|al|an|en|a\b))|(?<=[lnt])(?=ion)")

_BEFORE_END = re.compile(r"(?:[tsc]ion|[tsc]ions|ic|ical|ity|ious|ial|ian|eous|ify|ified)$")


@lru_cache(maxsize=8192)
def split(word: str) -> tuple[str, ...]:
    """Return the syllables of a lower-case word; their letters together are the word."""
    if word in SYLLABLES:
        return tuple(SYLLABLES[word].split("-"))
    if word.endswith(("n't", "n’t")):
        stem = word[:-3]
        if stem and stem[-1] in "dsk" and stem not in ("do",):
            return (*split(stem)[:-1], split(stem)[-1], word[-3:])
        return (
            (word,) if len(split(stem or word[:1])) == 1 else (*split(stem)[:-1], split(stem)[-1] + word[-3:])
        )
    for mark in ("'", "’"):
        stem, found, tail = word.partition(mark)
        if found and stem and tail in ("s", "m", "d", "re", "ve", "ll", ""):
            parts = split(stem)
            if tail == "ll" and stem[-1] not in _VOWELS + "w":
                return (*parts, found + tail)
            if tail == "s" and re.search(r"(?:[sxz]|[cs]h|[cg]e)$", stem):
                return (*parts, found + tail)
            return (*parts[:-1], parts[-1] + found + tail)
    for head in _HEADS:
        rest = word.removeprefix(head)
        if rest not in (word, "") and rest[0] not in _VOWELS and re.search(r"[aeiouy]", rest):
            return (*split(head), *split(rest))
    for tail in _TAILS:
        stem = word.removesuffix(tail)
        if stem != word and re.search(r"[aeiouy][^aeiouy]+e$", stem):
            return (*split(stem), *split(tail))
    return _by_nuclei(word)


def stressed(word: str, count: int) -> int:
    """Return the index of the stressed syllable of a lower-case word of `count` syllables."""
    if count < 2:
        return 0
    if word in STRESSED_SECOND or (word.endswith(("s", "d", "ed", "ing")) and _stem(word) & STRESSED_SECOND):
        return 1
    if count > 2 and _BEFORE_END.search(word):
        return max(count - (3 if re.search(r"(?:ity|ical|ify|ified)$", word) else 2), 0)
    if count == 2 and _BEFORE_END.search(word):
        return 0
    return 0


def _stem(word: str) -> set[str]:
    cut = {word[:-1], word[:-2], word[:-3], word[:-3] + "e"}
    return cut


def _by_nuclei(word: str) -> tuple[str, ...]:
    spans = _spans(word)
    if len(spans) < 2:
        return (word,)
    cuts = []
    for (_, end), (start, _) in pairwise(spans):
        cuts.append(end + _onset(word[end:start], word[start:]))
    return tuple(word[a:b] for a, b in zip([0, *cuts], [*cuts, len(word)], strict=True))


def _spans(word: str) -> list[tuple[int, int]]:
    """Return where the nuclei are: groups of vowels, divided at a hiatus, without silent e."""
    silent = _silent(word)
    letters = [i not in silent and _sounds(word, i) for i in range(len(word))]
    breaks = {match.end() for match in _HIATUS.finditer(word)}
    for match in _SOFT.finditer(word):
        breaks.discard(match.end() + 1)
    spans, i = [], 0
    while i < len(word):
        if not letters[i]:
            i += 1
            continue
        end = i + 1
        while end < len(word) and letters[end] and end not in breaks:
            end += 1
        spans.append((i, end))
        i = end
    if re.search(r"[^aeiouyrlw]re$", word):  # "me-tre"
        spans.append((len(word) - 2, len(word)))
    if re.search(r"[^aeiouyrlw]les?$", word):  # "ta-ble": the l is the nucleus
        at = word.rindex("le")
        spans.append((at, at + 2))
    if re.search(r"[^aeiouy]sms?$", word):
        spans.append((len(word) - 1, len(word)))
    return spans or [(0, len(word))]


def _sounds(word: str, i: int) -> bool:
    """Return whether a letter is a vowel where it stands."""
    letter, before, after = word[i], word[i - 1 : i], word[i + 1 : i + 2]
    if letter == "y":
        return not (after and after in "aeiou" and (not before or before in _VOWELS))
    if letter == "u" and before == "q":
        return False
    if letter == "u" and before == "g" and after and after in "aei":
        return False
    return letter in _VOWELS


def _silent(word: str) -> set[int]:
    """Return the places of e that are not spoken."""
    silent = set()
    if len(word) > 2 and word[-1] == "e" and word[-2] not in "aeou" and re.search(r"[aeiouy]", word[:-2]):
        silent.add(len(word) - 1)
    if (
        len(word) > 3
        and re.search(r"[aeiouy].*es$", word)
        and not re.search(r"(?:[sxz]|[cs]h|c|g|i)es$", word)
    ):
        silent.add(len(word) - 2)
    if len(word) > 3 and re.search(r"[aeiouy].*ed$", word) and not re.search(r"[tdaeiou]ed$", word):
        silent.add(len(word) - 2)
    if re.search(r"[aeiou]n?[qg]ues?$", word):
        silent |= {word.rindex("ue"), word.rindex("ue") + 1}
    if re.search(r"[^aeiouyrlw]les$", word):
        silent.add(len(word) - 2)
    return silent


def _onset(between: str, after: str) -> int:
    """Return how many of the consonants between two nuclei stay with the first."""
    if len(between) < 2:
        return 1 if between in ("x", "y") else 0
    if between in ("ck", "ng", "x"):
        return len(between)
    for keep in range(len(between)):
        if between[keep:] in ONSETS or len(between) - keep == 1:
            return keep
    return len(between) - 1
