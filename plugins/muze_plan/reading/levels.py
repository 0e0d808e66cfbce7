"""Energy in figures ("energy 0.8", "80 % energy", "energy 7/10") and the language of the lyrics."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from muze_plan.reading.found import Found
from muze_plan.reading.text import NUMBER, Text, number

_LEAD = re.compile(
    rf"\benergy(?: level)?[ \x00]*(?:[:=]|of|is|at|around|about)*[ \x00]*{NUMBER} ?(%|percent|/ ?10\b|out of 10\b)?"
)
_AFTER = re.compile(rf"{NUMBER} ?(%|percent) energy\b")
_SUNG = (
    r"(?:sung|sing|sings|singing|lyrics|vocals?|words|rapped|rapping|rap|text|choir|chants?|chanting|voices?|spoken|"
    r"verses|singer|vocalist)"
)
_OF_WHOM = r"(?:language |speaking |female |male |soulful |rap |pop |lead |backing )*"
# "in Spanish style" is no language of words.
_NO_LANGUAGE = r"(?! (?:style|\w+ style|fashion|flavou?r|tradition|folk|music)\b)"


def find_energy(text: Text) -> Iterator[Found]:
    """Yield energies in figures as 0…1; a number that fits no scale is taken and says nothing."""
    for pattern in (_LEAD, _AFTER):
        for match in pattern.finditer(text.figures):
            value = number(match[1])
            scale = {"%": 100.0, "percent": 100.0}.get(match[2] or "", 10.0 if match[2] else 1.0)
            if 0 <= value / scale <= 1:
                yield Found("energy", value / scale, match.start(), match.end(), "energy in figures")


def find_languages(text: Text, languages: Mapping[str, str]) -> Iterator[Found]:
    """Yield languages that are sung in: after "in", or beside a word of singing.

    Args:
        text: the prompt.
        languages: names in lower case → ISO 639-1.
    """
    lower = text.lower
    names = "|".join(sorted(map(re.escape, languages), key=len, reverse=True))
    patterns = (
        rf"\b({names})[ -]{_OF_WHOM}(?:{_SUNG}|language|speaking)\b",
        rf"\b{_SUNG}(?: are| is| to be)?(?: in|:) (?:the )?({names})\b",
        rf"\b(?:language|lyrics)[ :=]+(?:is )?({names})\b",
    )
    for pattern in patterns:
        for match in re.finditer(pattern, lower):
            start, end = match.span(1)
            yield Found("language", languages[match[1]], start, end, "the language of the words")
    for match in re.finditer(rf"\bin ({names})\b{_NO_LANGUAGE}", lower):
        if match[1] != "latin":  # a genre too
            yield Found(
                "language", languages[match[1]], match.start(), match.end(), "'in' and a language", 0.9
            )
