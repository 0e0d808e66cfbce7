"""Original lyrics by grammar: themes of half lines that fit together, rhyme, and fill the time there is.

    opener (a whole clause) + ending (where, when or how; of one rhyme family)
    "The harbour is quiet"  + "at the end of the day"

A line has as many syllables as its bars have time for. A verse is sung to new words each time, a chorus to the
same; its hook comes back on every other line. Everything follows from the generator that is passed in.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from muze_synth.corpus.themes import Theme, themes
from muzecli.song.plan import Plan, Section, SectionType

_LINE_S = (2.6, 7.0)  # how long a sung line may last
_SYLLABLES_A_SECOND = 1.9
_FEWEST, _MOST = 4, 11
_FAST_GENRES = {"hip_hop": 1.5, "trap": 1.35, "metal": 1.15, "ambient": 0.7, "classical": 0.8}
_KINDS = {
    SectionType.VERSE: "verse",
    SectionType.PRE_CHORUS: "lift",
    SectionType.BUILDUP: "lift",
    SectionType.CHORUS: "chorus",
    SectionType.DROP: "chorus",
    SectionType.POST_CHORUS: "vocables",
    SectionType.BRIDGE: "bridge",
    SectionType.BREAKDOWN: "bridge",
    SectionType.INTRO: "vocables",
    SectionType.OUTRO: "hook",
}
_VOCABLES = (
    ("oh", "oh oh", "oh oh oh", "oh oh oh oh"),
    ("ooh", "ooh ooh", "ooh ooh ooh", "ooh ooh ooh ooh"),
    ("na", "na na", "na na na", "na na na na"),
    ("la", "la la", "la la la", "la la la la"),
)
_SILENT_INSIDE = re.compile(
    r"(?<=[aeiou][^aeiou])e(?=(?:ly|less|ful|ness|ment|thing|where|body|work|way|stone|told|time|town|light)$)"
)
_IRREGULAR = {
    "every": 2, "everybody": 4, "everyone": 3, "everything": 3, "everywhere": 3, "evening": 2, "different": 2,
    "maybe": 2, "neon": 2, "quiet": 2, "eye": 1, "eyes": 1, "carelessly": 3, "fireflies": 3, "uncontrolled": 3,
    "someone": 2, "whispering": 3, "whistling": 2, "true": 1, "blue": 1,
}  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def write_lyrics(plan: Plan, rng: Random) -> dict[int, str]:
    """Return English words for every section that is sung and has none yet.

    Args:
        plan: tempo, moods and sections; a section's own lyrics are left alone.
        rng: decides the theme and every word.

    Returns:
        lyrics by the section's index, a line a line.
    """
    writer = _Writer(_choose_theme(plan, rng), plan, rng)
    return {
        index: "\n".join(writer.section(section))
        for index, section in enumerate(plan.sections)
        if section.has_vocals and section.lyrics is None
    }


@lru_cache(maxsize=4096)
def count_syllables(text: str) -> int:
    """Return how many syllables an English text has, by its spelling."""
    return sum(_word_syllables(word) for word in _WORD.findall(text.lower()))


def _word_syllables(word: str) -> int:
    """Count vowel groups, without those that are written but not said."""
    word = word.split("'")[0]
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    heard = _SILENT_INSIDE.sub("", word)
    heard = re.sub(r"(?<=[^aeiouyl])le(?=s?$)", "el", heard)  # candle
    heard = re.sub(r"(?<=[a-z][^td])ed$", "d", heard)  # called
    heard = re.sub(r"(?<=[a-z][^aeiouysxzcghl])es$|(?<=[aeiouy]l)es$", "s", heard)  # waves
    heard = re.sub(r"(?<=[a-z][^aeiouy])e$|ue$", "", heard)  # shore, tongue
    heard = re.sub(r"^y|qu|(?<=[aeiou])y(?=[aeiou])", "w", heard)  # consonants: yes, quick, playing
    vowels = len(re.findall(r"[aeiouy]+", heard))
    apart = len(re.findall(r"(?<=[^aeiou])ying|eing|(?<=[^qg])uing|oing|ia(?!n)|io$", heard))  # crying, going
    return max(vowels + apart, 1)


def _choose_theme(plan: Plan, rng: Random) -> Theme:
    fits = [sum(mood in theme.moods for mood in plan.mood) for theme in themes()]
    weights = fits if any(fits) else [1] * len(fits)  # moods that no theme knows decide nothing
    return rng.choices(themes(), weights)[0]


class _Writer:
    """The words of one song; what was used is not used again while anything else is left."""

    def __init__(self, theme: Theme, plan: Plan, rng: Random) -> None:
        self._theme = theme
        self._plan = plan
        self._rng = rng
        self._used: dict[str, int] = {}
        self._kept: dict[str, list[str]] = {}  # sections that come back with their words
        self._hook_family = rng.choice(sorted(theme.hooks))
        self._hook = rng.choice(theme.hooks[self._hook_family])
        self._vocables = rng.choice(_VOCABLES)

    def section(self, section: Section) -> list[str]:
        """Return the lines of a section."""
        kind = _KINDS.get(section.type, "verse")
        count, syllables = self._measure(section)
        if kind == "verse":
            return self._couplets("verse", count, syllables)
        if kind not in self._kept or len(self._kept[kind]) < count:
            old = self._kept.get(kind, [])
            self._kept[kind] = [*old, *self._fresh(kind, count, syllables)[len(old) :]]
        return self._kept[kind][:count]

    def _measure(self, section: Section) -> tuple[int, int]:
        """Return how many lines a section has and how many syllables fill one."""
        bars = 1
        while bars * self._plan.bar_s < _LINE_S[0]:
            bars *= 2
        if 2 * bars * self._plan.bar_s <= 0.8 * _LINE_S[1]:
            bars *= 2
        bars = min(bars, section.bars)
        speed = _SYLLABLES_A_SECOND * _FAST_GENRES.get(self._plan.genre, 1.0)
        syllables = round(bars * self._plan.bar_s * speed)
        return max(section.bars // bars, 1), min(max(syllables, _FEWEST), _MOST)

    def _fresh(self, kind: str, count: int, syllables: int) -> list[str]:
        if kind == "hook":
            return [self._hook] * count
        if kind == "vocables":
            return self._calls(count, syllables)
        if kind == "chorus":
            answers = self._lines("chorus", [self._hook_family] * (count // 2), syllables)
            calls = [self._hook] * (count - count // 2)
            return [line for pair in zip(calls, [*answers, ""], strict=False) for line in pair if line]
        return self._couplets(kind, count, syllables)

    def _calls(self, count: int, syllables: int) -> list[str]:
        """Return lines of open syllables, every second one answered by the hook."""
        call = self._vocables[min(max(syllables // 2, 1), len(self._vocables)) - 1]
        line = f"{call.capitalize()}, {call}" if syllables >= 2 * count_syllables(call) else call.capitalize()
        return [self._hook if index % 2 else line for index in range(count)]

    def _couplets(self, kind: str, count: int, syllables: int) -> list[str]:
        """Return lines that rhyme in pairs, or crosswise where there are four."""
        families = [
            family for family in self._theme.rhymes if kind == "bridge" or family != self._hook_family
        ]
        self._rng.shuffle(families)
        crossed = self._rng.random() < 0.5
        order: list[str] = []
        for index in range(count):
            group, place = divmod(index, 4)
            pair = (place % 2 if crossed and group * 4 + 4 <= count else place // 2) + 2 * group
            order.append(families[pair % len(families)])
        return self._lines(kind, order, syllables)

    def _lines(self, kind: str, families: Sequence[str], syllables: int) -> list[str]:
        return [self._line(kind, family, syllables) for family in families]

    def _line(self, kind: str, family: str, syllables: int) -> str:
        """Return the opener and the ending that fit best, least used before."""
        openers, endings = self._theme.openers[kind], self._theme.rhymes[family]
        best: list[tuple[str, str]] = []
        least = float("inf")
        for opener in openers:
            for ending in endings:
                off = abs(count_syllables(opener) + count_syllables(ending) - syllables)
                cost = off + 6.0 * self._used.get(opener, 0) + 6.0 * self._used.get(ending, 0)
                if cost < least:
                    best, least = [], cost
                if cost == least:
                    best.append((opener, ending))
        opener, ending = self._rng.choice(best)
        for half in (opener, ending):
            self._used[half] = self._used.get(half, 0) + 1
        return f"{opener} {ending}"
