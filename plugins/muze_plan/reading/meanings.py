"""The meanings that unknown words can be guessed to have, and which of them are alike.

Shapes: N meanings, F words of theirs that are placed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from muze_plan.reading.entries import Entry
from muze_plan.reading.lexicon import GENRE, INSTRUMENT, WORD, Lexicon

Float32 = npt.NDArray[np.float32]

LANES = (GENRE, WORD, INSTRUMENT)
#: How many words of a meaning are placed.
PLACED = {GENRE: 12, WORD: 8, INSTRUMENT: 2}


@dataclass(frozen=True, eq=False)
class Meanings:
    """The meanings that can be guessed, and their words.

    Attributes:
        entries: genres, moods and single instruments, in the order of `LANES`.
        lanes: lane of each.
        forms: the words that are placed, meaning by meaning.
        owners: (F,) index of the meaning of each form.
        others: index of a meaning and a word of it that is not placed.
    """

    entries: tuple[Entry, ...]
    lanes: tuple[str, ...]
    forms: tuple[str, ...]
    owners: npt.NDArray[np.intp]
    others: tuple[tuple[int, str], ...]

    @cached_property
    def alike(self) -> Float32:
        """(N, N) 1 where one meaning may stand for the other."""
        return self._table(akin)

    @cached_property
    def contrary(self) -> Float32:
        """(N, N) 1 between moods of opposite valence."""
        return self._table(opposed)

    def _table(self, holds: Callable[[Meanings, int, int], bool]) -> Float32:
        numbers = range(len(self.entries))
        return np.array([[holds(self, one, other) for other in numbers] for one in numbers], np.float32)

    @classmethod
    def of(cls, lexicon: Lexicon) -> Meanings:
        """Collect them: hints are left out, for they are no names."""
        words: dict[int, list[str]] = {}
        entries: dict[int, tuple[str, Entry]] = {}
        for form, lane, entry in lexicon.forms():
            named = {GENRE: entry.kind == "genre", WORD: entry.kind == "mood", INSTRUMENT: _is_single(entry)}
            if named[lane]:
                entries[id(entry)] = (lane, entry)
                words.setdefault(id(entry), []).append(form)
        order = sorted(entries, key=lambda key: LANES.index(entries[key][0]))
        placed = {key: PLACED[entries[key][0]] for key in order}
        forms = [form for key in order for form in words[key][: placed[key]]]
        owners = [number for number, key in enumerate(order) for _ in words[key][: placed[key]]]
        others = [(number, form) for number, key in enumerate(order) for form in words[key][placed[key] :]]
        return cls(
            tuple(entries[key][1] for key in order),
            tuple(entries[key][0] for key in order),
            tuple(forms),
            np.array(owners, np.intp),
            tuple(others),
        )


def akin(meanings: Meanings, one: int, other: int) -> bool:
    """Whether to take one meaning for the other does little harm: like moods, instruments of one family."""
    if meanings.lanes[one] != meanings.lanes[other]:
        return False
    a, b = meanings.entries[one], meanings.entries[other]
    if one == other:
        return True
    if meanings.lanes[one] == WORD:
        return (
            abs((a.energy or 0) - (b.energy or 0)) <= 0.25 and abs((a.valence or 0) - (b.valence or 0)) <= 0.4
        )
    return meanings.lanes[one] == INSTRUMENT and _family(a) == _family(b)


def opposed(meanings: Meanings, one: int, other: int) -> bool:
    """Whether two moods lie on opposite sides: one is painful, the other is not."""
    if meanings.lanes[one] != WORD or meanings.lanes[other] != WORD:
        return False
    return (meanings.entries[one].valence or 0) * (meanings.entries[other].valence or 0) < -0.05


def _family(entry: Entry) -> str:
    from muzecli.song.instruments import instruments

    table = instruments()
    return table[entry.instruments[0]].family if entry.instruments[0] in table else entry.name


def _is_single(entry: Entry) -> bool:
    return entry.kind in ("table", "instrument") and len(entry.instruments) == 1 and len(entry.unwanted) < 12
