"""Languages: the names that files declare them by, and telling the language of a text.

Songs are full of the words that every sentence needs ("the", "nicht", "się"), and few of them are shared between
languages: with a hundred of each and the letters beyond a–z a few lines are enough. Scripts that one language
alone is written with tell by themselves.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from muzecli.files import file_sha256

TABLE = Path(__file__).with_name("languages.yaml")

_TOKEN = re.compile(r"[^\W\d_]+")
_SCRIPTS = {
    **{"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CJK": "zh", "HEBREW": "he", "ARABIC": "ar"},
    **{"DEVANAGARI": "hi", "THAI": "th", "GEORGIAN": "ka", "ARMENIAN": "hy", "GREEK": "el"},
}
_WRITTEN_IN = {"ru": "CYRILLIC", "uk": "CYRILLIC", "bg": "CYRILLIC", "el": "GREEK"}

_COMMON_SHARE = 0.35  # of a text, the share that a language's own common words make up, roughly
_OTHERS = 0.02  # the share of a text in another language that happens to look like one of them
_FOREIGN_LETTER = math.log(0.02)
_OWN_LETTER = 1.2
_WORDS_AS_ONE = 4.0  # songs repeat themselves: so many words weigh as one independent observation
_LEAST_EVIDENCE = 3.0  # about three common words
_LEAST_CONFIDENCE = 0.6
_MOST_TOKENS = 3000


@dataclass(frozen=True)
class _Profile:
    names: tuple[str, ...]
    words: frozenset[str]
    letters: frozenset[str]


@cache
def _profiles() -> Mapping[str, _Profile]:
    import yaml

    data = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return {
        code: _Profile(
            tuple(entry["names"]),
            frozenset(entry.get("words", "").split()),
            frozenset(entry.get("letters", "")),
        )
        for code, entry in data.items()
    }


@cache
def languages_sha256() -> str:
    """Return the hash of the table of languages, for what was told with it."""
    return file_sha256(TABLE)


@cache
def _codes() -> Mapping[str, str]:
    return {name: code for code, profile in _profiles().items() for name in profile.names}


def language_named(text: str | None) -> str | None:
    """Return the ISO 639-1 code of a language that a file declares: "English", "eng", "en", "en-US", "deutsch".

    Several languages or none that is known: None.
    """
    name = " ".join((text or "").casefold().split())
    if name in _codes():
        return _codes()[name]
    first = re.split(r"[-_ (]", name)[0]
    if first in _codes():
        return _codes()[first] if "," not in name and "/" not in name and "&" not in name else None
    return first if re.fullmatch(r"[a-z]{2}", first) and first == re.split(r"[-_]", name)[0] else None


def detect_language(text: str) -> tuple[str, float] | None:
    """Return the language of a text (ISO 639-1) and how sure that is, 0…1; None where the text does not tell.

    Args:
        text: any; its first 3000 words count.
    """
    tokens = _TOKEN.findall(unicodedata.normalize("NFC", text).casefold())[:_MOST_TOKENS]
    marks = Counter(_script(mark) for token in tokens for mark in token)
    scripts = {script for script in marks if script in _SCRIPTS and marks[script] > 0.3 * marks.total()}
    if "CJK" in scripts and marks["HIRAGANA"] + marks["KATAKANA"] > 0.05 * marks.total():
        return "ja", 0.99
    if scripts and marks.total() >= 6:
        return _SCRIPTS[max(sorted(scripts), key=lambda script: marks[script])], 0.95
    evidence = _evidence(tokens, "CYRILLIC" if marks["CYRILLIC"] > marks["LATIN"] else "LATIN")
    if not evidence:
        return None
    best = max(sorted(evidence), key=lambda code: evidence[code])
    if evidence[best] < _LEAST_EVIDENCE:
        return None
    weights = [math.exp((value - evidence[best]) / _WORDS_AS_ONE * 2.0) for value in evidence.values()]
    confidence = 1.0 / sum(weights)
    return (best, round(min(confidence, 0.99), 3)) if confidence >= _LEAST_CONFIDENCE else None


@cache
def _script(mark: str) -> str:
    return unicodedata.name(mark, "UNKNOWN").split(" ")[0].split("-")[0]


def _evidence(tokens: list[str], script: str) -> dict[str, float]:
    """Return the log likelihood of the words for each language, above that of a text in none of them."""
    candidates = {
        code: profile
        for code, profile in _profiles().items()
        if profile.words and _WRITTEN_IN.get(code, "LATIN") == script
    }
    common = math.log(_COMMON_SHARE / _OTHERS)
    rare = math.log((1 - _COMMON_SHARE) / (1 - _OTHERS))
    evidence = dict.fromkeys(candidates, 0.0)
    # A line that comes back says little new: the tenth "you" counts less than the first.
    for token, count in Counter(tokens).items():
        weight = 1.0 + math.log(count)
        beyond = {mark for mark in token if script == "LATIN" and not mark.isascii()}
        beyond |= {mark for mark in token if script == "CYRILLIC" and mark in "ёъыэіїєґ"}
        for code, profile in candidates.items():
            value = common if token in profile.words else rare
            if beyond:
                own = beyond <= profile.letters
                value += _OWN_LETTER if own else _FOREIGN_LETTER
            evidence[code] += weight * value
    return evidence
