"""Keys: "F# minor", "in C", "key of A flat", "Bbm", "D dorian"; a letter that is an article stays one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from muze_plan.reading.found import Found
from muze_plan.reading.text import Text
from muzecli.song.pitch import Key, pitch_class

_MODES = {
    "major": "major", "maj": "major", "ionian": "major", "lydian": "major", "mixolydian": "major",
    "minor": "minor", "min": "minor", "m": "minor", "dorian": "minor", "phrygian": "minor", "aeolian": "minor",
    "locrian": "minor", "moll": "minor", "dur": "major",
}  # fmt: skip
_NOTE = r"([A-Ga-g])(?:[ -]?(sharp|flat|SHARP|FLAT|Sharp|Flat)(?![A-Za-z])|([#♯b♭]))?"
_MODE = rf"(?i:{'|'.join(sorted((m for m in _MODES if m != 'm'), key=len, reverse=True))})"
_KIND = r"(?:(?i:natural|harmonic|melodic|relative) )?"

# "F# minor", "Ebmaj", "C-sharp harmonic minor"; "Am" and "M" only as they are written in scores
_WITH_MODE = re.compile(rf"(?<![A-Za-z0-9#♯♭'&]){_NOTE}[ -]?{_KIND}({_MODE})(?![A-Za-z0-9'])(?!\d)")
_SHORT = re.compile(r"(?<![A-Za-z0-9#♯♭'&-])([A-G])([#♯b♭])?(m)(?![A-Za-z0-9'#])")
_KEY_OF = re.compile(rf"(?i:\bkey(?: signature)?) ?(?i:of|is|in|:|=|-)* ?{_NOTE}(m)?(?![A-Za-z0-9'])")
_IN = re.compile(rf"(?i:\bin) {_NOTE}(m)?(?![A-Za-z0-9'#&+]|-[A-Za-z]|/)")
_KEY_AFTER = re.compile(rf"(?<![A-Za-z0-9#♯♭'&-]){_NOTE}(m)?[ -](?i:key|tonality)\b")
_ALONE = re.compile(
    r"(?:(?<=^)|(?<=[,;(|] )|(?<=[,;(|]))([A-G])(?:[ -]((?i:sharp|flat))|([#♯b♭]))(?= *(?:$|[,;.)|]))"
)
_LETTER = re.compile(r"(?:(?<=, )|(?<=,))([B-G])(?= *(?:$|[,;.)|]))")
_TUNING = re.compile(r"(?i:\b(?:drop|open|standard))[ -][A-G][#b♯♭]?(?i:[ -]tuning)?(?![A-Za-z])")
_CHORDS = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-G][#b♯♭]?(?:maj7|min7|maj|min|m7|m|7|dim|sus[24]|add9)?(?:/[A-G][#b]?)?(?:\s*[-,>|–]\s*|\s+)){2,}"
    r"[A-G][#b♯♭]?(?:maj7|min7|maj|min|m7|m|7|dim|sus[24]|add9)?(?![A-Za-z0-9#])"
)
_INSTRUMENT_AFTER = re.compile(
    r" (?i:trumpets?|clarinets?|sax|saxophones?|cornets?|horns?|tubas?|alto|tenor|soprano|euphoniums?)\b"
)
_NOT_BEFORE = re.compile(
    r"(?i:\b(?:drop|open|standard|section|part|side|plan|vitamin|string|studio|grade|hepatitis)) $"
)
_CHORD_AFTER = re.compile(
    r"[ -]?(?:7th|7|9th|9|6th|seventh|ninth|sus|add|chords?\b|triads?\b|third|sixth|arpeggio)"
)
# What may follow "in A" where A is the key; before any other word it is the article.
_AFTER_A = re.compile(
    r" *(?:$|[,;.!?)|]|- |\d|\x00|(?i:at|with|and|for|by|but|featuring|using|around|about|on|to|then|tempo|played|"
    r"sung|please|or|feat)\b)"
)
_AFTER_LETTER = re.compile(
    r"(?i: (?:section|part|side|string|tuning|clef|league|class|row|minute|moment|way|drop)\b)"
)
_ARTICLE_AFTER = re.compile(
    r"(?i:[ -](?:key|mode|scale|mood|tonality|feel|feeling|register|chord|vein|way|third|progression|harmony|tone|"
    r"vibe|role|label|setting|sound)s?\b)"
)


def find_keys(text: Text) -> Iterator[Found]:
    """Yield every key: with a mode first, then "key of D" and "in D", which are major until something says minor.

    The confidence of a key without a mode is below 1, of one with it is 1.
    """
    plain = text.plain
    shouted = plain.isupper()
    for match in _CHORDS.finditer(plain):
        if len(re.findall(r"[A-G]", match[0])) >= 3 and not match[0].islower() and not shouted:
            yield Found("", None, match.start(), match.end())
    for match in _TUNING.finditer(plain):
        yield Found("", None, match.start(), match.end())
    for match in _WITH_MODE.finditer(plain):
        letter, word, sign, mode = match.groups()
        if _CHORD_AFTER.match(plain[match.end() :]):
            yield Found("", None, match.start(), match.end())  # "Cmaj7" and "C major chords" are chords
        elif not _is_article(plain, match, letter, bool(word or sign), mode, shouted):
            yield _key(plain, match, letter, word or sign, _MODES[mode.lower()], "a key", 1.0)
    for match in _SHORT.finditer(plain):
        if not re.search(r"(?:\bI|\d) ?$", plain[: match.start()]) and not _CHORD_AFTER.match(
            plain[match.end() :]
        ):
            yield _key(plain, match, match[1], match[2], "minor", "a key", 1.0)
    for pattern, why in ((_KEY_OF, "'key of' and a note"), (_KEY_AFTER, "a note and 'key'")):
        for match in pattern.finditer(plain):
            letter, word, sign, minor = match.groups()
            if pattern is _KEY_AFTER and letter in "aA" and not (word or sign or minor):
                continue  # "a key moment"
            mode, sure = ("minor", 1.0) if minor else ("major", 0.9)
            yield _key(plain, match, letter, word or sign, mode, why, sure)
    for match in _IN.finditer(plain):
        letter, word, sign, minor = match.groups()
        after = plain[match.end() :]
        bare = not (word or sign or minor)
        if _CHORD_AFTER.match(after) or (bare and _AFTER_LETTER.match(after)):
            continue
        careful = bare and (letter in "aA" or letter.islower() or shouted)
        careful = careful or (letter in "aA" and word in ("flat", "Flat"))  # "in a flat voice"
        if careful and not _AFTER_A.match(after):
            continue
        mode, sure = ("minor", 1.0) if minor else ("major", 0.9)
        yield _key(plain, match, letter, word or sign, mode, "'in' and a note", sure)
    for match in _ALONE.finditer(plain):
        if not _INSTRUMENT_AFTER.match(plain[match.end() :]):
            yield _key(plain, match, match[1], match[2] or match[3], "major", "a note", 0.8)
    for match in _LETTER.finditer(plain):
        yield _key(plain, match, match[1], None, "major", "a note", 0.7)


def _is_article(
    plain: str, match: re.Match[str], letter: str, signed: bool, mode: str, shouted: bool
) -> bool:
    """Whether "a minor" is an article and an adjective."""
    if letter not in "aA" or signed:
        return False
    before, after = plain[: match.start()], plain[match.end() :]
    if match[0][1:2] not in (" ", "-"):  # "Amin"
        return letter == "a" and not re.search(r"(?i:\b(?:in|of|key)[ :=]*)$", before)
    if _ARTICLE_AFTER.match(after) and (
        letter == "a" or shouted or _begins(before) or not after.lower().startswith((" key", " scale"))
    ):
        return True
    in_key = re.search(r"(?i:\b(?:in|of|key|is|key:)[ :=]*)$", before)
    if letter == "A" and not shouted:
        return _begins(before) and not _AFTER_A.match(after)
    return not in_key and not _bounded(before, after)


def _begins(before: str) -> bool:
    return not before.strip() or before.rstrip()[-1] in ".!?;"


def _bounded(before: str, after: str) -> bool:
    """Whether it stands alone between commas."""
    opened = not before.strip() or before.rstrip()[-1] in ",;:(|"
    return opened and bool(re.match(r" *(?:$|[,;.)|])", after))


def _key(
    plain: str, match: re.Match[str], letter: str, sign: str | None, mode: str, why: str, confidence: float
) -> Found:
    if match[0][:2].lower() not in ("in", "ke") and _NOT_BEFORE.search(plain[: match.start()]):
        return Found("", None, match.start(), match.end())
    accidental = {"sharp": "#", "flat": "b", "♯": "#", "♭": "b"}.get((sign or "").lower(), sign or "")
    return Found(
        "key",
        Key(pitch_class(letter.upper() + accidental), mode),
        match.start(),
        match.end(),
        why,
        confidence,
    )
