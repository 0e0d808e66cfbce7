"""How languages spell their vowels: enough to cut a word into syllables, no dictionary.

A syllable has one nucleus. A language says which letters are vowels, which of them melt into one nucleus, and which
are mute. Letters that no language here knows are cut as Latin vowel groups.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_LATIN = "aeiouyáàâäãåąăāéèêëęěēíìîïīıóòôöõøőōúùûüůűūýÿæœ"
_CYRILLIC = "аеёиоуыэюяіїєѣ"
_GREEK = "αεηιουωάέήίόύώϊϋΐΰ"


@dataclass(frozen=True)
class Spelling:
    """The vowels of a language.

    Attributes:
        vowels: letters that may be a nucleus.
        together: vowels that make one nucleus, the longest first.
        mute: what to take for consonants, as (pattern, mute letters in it).
        grouped: whether any vowels in a row are one nucleus.
        stressed: the stressed syllable of a word of n syllables, as (letters, nuclei) → index.
    """

    vowels: str
    together: tuple[str, ...] = ()
    mute: tuple[re.Pattern[str], ...] = ()
    grouped: bool = False
    stressed: Callable[[str, list[str]], int] = field(default=lambda word, parts: 0)


def nuclei(word: str, spelling: Spelling) -> list[tuple[int, int]]:
    """Return where a lower-case word's nuclei begin and end."""
    mute = {
        i for pattern in spelling.mute for match in pattern.finditer(word) for i in range(*match.span("mute"))
    }
    vowel = [letter in spelling.vowels and i not in mute for i, letter in enumerate(word)]
    found, i = [], 0
    while i < len(word):
        if not vowel[i]:
            i += 1
            continue
        end = i + 1
        if spelling.grouped:
            while end < len(word) and vowel[end]:
                end += 1
        else:
            for group in spelling.together:
                if word.startswith(group, i) and all(vowel[i : i + len(group)]):
                    end = i + len(group)
                    break
        found.append((i, end))
        i = end
    return found


def _mutes(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in patterns)


def _groups(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split(), key=len, reverse=True))


def _penult(word: str, parts: list[str]) -> int:
    return max(len(parts) - 2, 0)


def _last(word: str, parts: list[str]) -> int:
    return len(parts) - 1


_ACUTE = re.compile(r"[áéíóúàèìòùâêô]")


def _romance(word: str, parts: list[str]) -> int:
    """A written accent, else the last but one before a vowel, n or s, else the last."""
    for index, part in enumerate(parts):
        if _ACUTE.search(part):
            return index
    return _penult(word, parts) if word[-1] in "aeiouns" else _last(word, parts)


_GERMAN_PREFIX = re.compile(r"(?:be|ge|er|ver|zer|ent|emp|miss)[^aeiouäöü]")


def _german(word: str, parts: list[str]) -> int:
    return 1 if len(parts) > 1 and _GERMAN_PREFIX.match(word) and len(parts[0]) <= 4 else 0


_TONOS = re.compile(r"[άέήίόύώΐΰ]")


def _greek(word: str, parts: list[str]) -> int:
    return next((i for i, part in enumerate(parts) if _TONOS.search(part)), _penult(word, parts))


_ROMANCE = (
    "iai iei uai uei ai ei oi au eu ou ia ie io iu ua ue uo ui ay ey oy uy iá ié ió iú uá ué uó ái éi ói áu éu óu "
    "ão ãe õe ào iò iè ià uò"
)

SPELLINGS: dict[str, Spelling] = {
    "es": Spelling(
        "aeiouáéíóúüy",
        _groups(_ROMANCE),
        _mutes(r"q(?P<mute>u)", r"g(?P<mute>u)[eiéí]", r"(?P<mute>y)[aeiouáéíóú]"),
        stressed=_romance,
    ),
    "it": Spelling(
        "aeiouàèéìòù",
        _groups(_ROMANCE),
        _mutes(r"[qg](?P<mute>u)[aeiouàèéìòù]"),
        stressed=lambda word, parts: _last(word, parts) if word[-1] in "àèéìòù" else _penult(word, parts),
    ),
    "pt": Spelling(
        "aeiouáéíóúâêôãõàü", _groups(_ROMANCE), _mutes(r"[qg](?P<mute>u)[eiéíê]"), stressed=_romance
    ),
    "fr": Spelling(
        "aeiouyàâäéèêëîïôöùûüœæ",
        _groups(
            "eau oui ouai aie ai aî au ei eu eû oi oî ou où oû œu ie ié iè ieu ui uî uy ay ey oy io ia iai "
            "oué oua"
        ),
        _mutes(
            r"[qg](?P<mute>u)[eiéèêy]",
            r"q(?P<mute>u)",
            r"[^aeiouyéèêàâîôû](?P<mute>e)(?:s|nt)?$",
            r"[éi](?P<mute>e)s?$",
        ),
        stressed=_last,
    ),
    "de": Spelling(
        "aeiouyäöü",
        _groups("ei ie ai au eu äu ee aa oo ey ay ieh"),
        _mutes(r"q(?P<mute>u)", r"(?P<mute>y)[aeiouäöü]"),
        stressed=_german,
    ),
    "nl": Spelling(
        "aeiouyéëïöü",
        _groups("aai ooi oei eeu ieu aa ee oo uu ie oe ui eu ei ij au ou"),
        _mutes(r"q(?P<mute>u)"),
        stressed=_german,
    ),
    "pl": Spelling("aąeęioóuyé", _groups("au eu"), _mutes(r"(?P<mute>i)[aąeęoóu]"), stressed=_penult),
    "cs": Spelling("aáeéěiíoóuúůyý", _groups("ou au eu")),
    "sk": Spelling("aáäeéiíoóôuúyý", _groups("ia ie iu ou au eu")),
    "fi": Spelling(
        "aeiouyäöå", _groups("aa ee ii oo uu yy ää öö ai ei oi ui yi äi öi au eu iu ou ey äy öy ie uo yö")
    ),
    "hu": Spelling("aáeéiíoóöőuúüű"),
    "tr": Spelling("aeıioöuüâîû", stressed=_last),
    "ro": Spelling(
        "aăâeiîou",
        _groups("eau ioa oai ai ei oi ui au eu ou ea oa ia ie io iu ua uă"),
        _mutes(r"[^aeiouăâî](?P<mute>i)$"),
        stressed=_penult,
    ),
    "sv": Spelling("aeiouyåäö", _groups("au eu")),
    "da": Spelling("aeiouyæøå", _groups("au eu ej øj aj")),
    "no": Spelling("aeiouyæøå", _groups("au ei øy ai eu")),
    "ru": Spelling(_CYRILLIC, stressed=_penult),
    "el": Spelling(_GREEK, _groups("αι ει οι ου υι αυ ευ αί εί οί ού αύ εύ"), stressed=_greek),
}
SPELLINGS |= {"uk": SPELLINGS["ru"], "bg": SPELLINGS["ru"], "sr": SPELLINGS["ru"], "nb": SPELLINGS["no"]}

ANY = Spelling(_LATIN + _CYRILLIC + _GREEK, grouped=True, mute=_mutes(r"q(?P<mute>u)"))
"""For languages without rules of their own."""
