"""Which times the phonemes of each stretch of lyrics lie between.

Words and timed items are told which belongs to which by their letters: both spell the same text.

    words     |t w ɛ n t i|w ʌ n|          phonemes by syllables, each with its letters
    letters    t w e n t y o n e
    items     |Twen |ty   |one  |          times
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from muze_dataset.hearing.words.timed import Timed, letters
from muzecli.text.phonemes import Word

_LEAST_A_PHONEME_S = 0.006
"""Less time than this for each phoneme cannot be: the stretch is joined to its neighbour."""


@dataclass(frozen=True)
class Stretch:
    """Phonemes that are sung within a span.

    Attributes:
        first: index of its first phoneme.
        end: index after its last.
        start_s: where the span begins.
        end_s: where it ends.
    """

    first: int
    end: int
    start_s: float
    end_s: float

    @property
    def roomy(self) -> bool:
        """Whether its phonemes have time to sound at all."""
        return self.end_s - self.start_s >= _LEAST_A_PHONEME_S * (self.end - self.first)


def stretches(words: Sequence[Word], items: Sequence[Timed], text: str) -> tuple[Stretch, ...] | None:
    """Return the phonemes of each item, items without any left out.

    Args:
        words: with their phonemes, in order.
        items: with their times, in order, without overlaps.
        text: the lyrics that both are made from.

    Returns:
        stretches in order, which hold all phonemes; None where the letters do not agree, or there is not enough
        time even with stretches joined.
    """
    spelled = letters(text)
    ends = list(accumulate(len(letters(item.text)) for item in items))
    if not items or letters("".join(item.text for item in items)) != spelled:
        return None
    owners: list[int] = []
    at = 0
    for word in words:
        own = letters(word.text)
        found = spelled.find(own, at)
        if found < 0:
            return None
        owners += _owners(word, found, ends)
        at = found + len(own)
    cuts = [0, *(i for i in range(1, len(owners)) if owners[i] != owners[i - 1]), len(owners)]
    spans = [(first, end, items[owners[first]]) for first, end in pairwise(cuts)]
    return roomy([Stretch(first, end, item.start_s, item.end_s) for first, end, item in spans])


def roomy(parts: Sequence[Stretch]) -> tuple[Stretch, ...] | None:
    """Return stretches that all have room, those without joined to a neighbour; None where there is too little."""
    kept: list[Stretch] = []
    for part in parts:
        if kept and not (kept[-1].roomy and part.roomy):
            before = kept.pop()
            part = Stretch(before.first, part.end, before.start_s, part.end_s)
        kept.append(part)
    return tuple(kept) if kept and all(part.roomy for part in kept) else None


def _owners(word: Word, first_letter: int, ends: Sequence[int]) -> list[int]:
    """Return the item that each phoneme of a word belongs to."""
    last_letter = first_letter + max(len(letters(word.text)), 1) - 1
    first, last = bisect_right(ends, first_letter), bisect_right(ends, last_letter)
    last = min(last, len(ends) - 1)
    if first == last or not word.syllables:
        return [first] * len(word.phonemes)
    owners: list[int] = []
    items, syllables = last - first + 1, len(word.syllables)
    at = first_letter
    for index, syllable in enumerate(word.syllables):
        size = len(letters(syllable.text))
        middle = at + max(size - 1, 0) // 2
        owner = first + index if items == syllables else min(bisect_right(ends, middle), last)
        owners += [max(owner, owners[-1] if owners else first)] * len(syllable.phonemes)
        at += size
    return owners
