"""Traits: facts one by one, as a list of names that a sound has or has not.

The auxiliary head of the audio tower names them; captions that ask only for traits that another sound has too are
not counted against that sound.

Shapes: B items, n traits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from muzecli.song.captions import Facts, phrasings
from muzecli.song.instruments import FAMILIES, groups, instruments

PACES = ("slow", "medium", "fast")
MODES = ("major", "minor")
LEVELS = ("low", "high")
VOICES = ("female_vocals", "male_vocals")
KEYS = tuple(
    f"{note} {mode}"
    for mode in MODES
    for note in ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
)
SLOWEST_BPM, TEMPO_STEP = 40.0, 1.06
TEMPI = 32
SAME_TEMPO = 1.04
"""Tempi that differ by less are called the same."""
_ENHARMONIC = {
    "Db": "C#",
    "D#": "Eb",
    "Gb": "F#",
    "G#": "Ab",
    "A#": "Bb",
    "Cb": "B",
    "Fb": "E",
    "E#": "F",
    "B#": "C",
}


@cache
def trait_names(genres: tuple[str, ...]) -> tuple[str, ...]:
    """Return all traits, in order."""
    data = phrasings()
    return (
        *(f"genre {name}" for name in genres),
        *(f"pace {name}" for name in PACES),
        *(f"tempo {index}" for index in range(TEMPI)),
        *(f"key {name}" for name in KEYS),
        *(f"mode {name}" for name in MODES),
        *(f"metre {name}" for name in data["metres"]),
        *(f"mood {name}" for name in data["moods"]),
        *(f"level {name}" for name in LEVELS),
        *(f"instrument {name}" for name, one in instruments().items() if not one.is_voice),
        *(f"family {name}" for name in FAMILIES),
        *(f"group {name}" for name in groups()),
        *(f"absent {name}" for name in data["kinds"]),
        *(f"voice {name}" for name in VOICES),
        "voice",
        "instrumental",
        "alone",
        *(f"form {name}" for name in data["form"]),
    )


@dataclass(frozen=True)
class Traits:
    """The traits of several sounds.

    Attributes:
        has: (B, n) whether it is known that they have them.
        known: (B, n) whether it is known either way.
        tempo_bpm: (B,) beats a minute, 0 where it is not known.
    """

    has: npt.NDArray[np.bool_]
    known: npt.NDArray[np.bool_]
    tempo_bpm: npt.NDArray[np.float32]


def traits_of(facts: Sequence[Facts], names: Sequence[str], *, alone: Sequence[bool] | None = None) -> Traits:
    """Return the traits that follow from facts.

    Args:
        facts: of each sound.
        names: of the traits, in order.
        alone: whether nothing but one part sounds; None for never.
    """
    columns = {name: index for index, name in enumerate(names)}
    has = np.zeros((len(facts), len(names)), np.bool_)
    known = np.zeros_like(has)
    for row, one in enumerate(facts):
        true, unsure = present(one, alone=alone is not None and alone[row])
        for name in true:
            if name in columns:
                has[row, columns[name]] = True
        for name, index in columns.items():
            known[row, index] = name not in unsure and name.partition(" ")[0] not in unsure
        known[row] |= has[row]
    tempo = np.array([one.tempo_bpm or 0.0 for one in facts], np.float32)
    return Traits(has, known, tempo)


def present(facts: Facts, *, alone: bool = False) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of the traits that a sound has, and of those, or of those kinds, that nobody knows."""
    table = instruments()
    heard = (*facts.instruments, *((facts.voice,) if facts.voice in VOICES else ()))
    true = {
        *([f"genre {facts.genre}"] if facts.genre else []),
        *([f"pace {facts.pace}"] if facts.pace else []),
        *([f"key {_key(facts.key)}"] if facts.key else []),
        *([f"mode {facts.mode}"] if facts.mode else []),
        *([f"metre {facts.time_signature}"] if facts.time_signature else []),
        *([f"level {facts.level}"] if facts.level else []),
        *(f"mood {mood}" for mood in facts.moods),
        *(f"instrument {name}" for name in facts.instruments),
        *(f"family {table[name].family}" for name in heard),
        *(f"group {group.name}" for group in groups().values() if set(group.instruments) & set(heard)),
        *(f"absent {kind}" for kind in facts.absent),
        *(["voice", f"voice {facts.voice}", "family voices"] if facts.voice else []),
        *(["instrumental"] if facts.is_instrumental else []),
        *(["alone"] if alone else []),
        *(f"form {form}" for form in facts.forms),
    }
    if facts.tempo_bpm:
        true.add(f"tempo {tempo_class(facts.tempo_bpm)}")
    unsure = {kind for kind, value in _kinds_of(facts).items() if value is None}
    unsure |= {f"instrument {name}" for name in facts.others}
    unsure |= {f"family {table[name].family}" for name in facts.others}
    unsure |= {group_trait for group_trait in _groups_of(facts.others)}
    if not facts.voice and not facts.is_instrumental:
        unsure |= {"voice", "family voices"}
    if not facts.absent and not facts.instruments:  # nothing is known of who plays
        unsure |= {"instrument", "family", "group", "absent", "alone"}
    if facts.energy is None:
        unsure.add("level")
    return frozenset(true), frozenset(unsure)


def tempo_class(bpm: float) -> int:
    """Return which of the tempi on a logarithmic scale it is, 0…TEMPI − 1."""
    return int(np.clip(round(np.log(bpm / SLOWEST_BPM) / np.log(TEMPO_STEP)), 0, TEMPI - 1))


def fitting(
    asked: npt.NDArray[np.bool_], tempo_bpm: npt.NDArray[np.float32], sounds: Traits
) -> npt.NDArray[np.bool_]:
    """Return (texts, sounds) whether a sound has all that a text asks for.

    Args:
        asked: (texts, n) traits that each text tells.
        tempo_bpm: (texts,) the tempo that it tells, 0 for none.
        sounds: of all sounds.
    """
    lacking = asked.astype(np.float32) @ (~sounds.has).astype(np.float32).T
    ratio = np.maximum(tempo_bpm, 1.0)[:, None] / np.maximum(sounds.tempo_bpm, 1.0)
    same = (np.abs(np.log(ratio)) < np.log(SAME_TEMPO)) | (tempo_bpm == 0.0)[:, None]
    return np.asarray((lacking == 0.0) & same)


def _kinds_of(facts: Facts) -> dict[str, object]:
    return {
        "genre": facts.genre,
        "pace": facts.tempo_bpm,
        "tempo": facts.tempo_bpm,
        "key": facts.key,
        "mode": facts.mode,
        "metre": facts.time_signature,
        "mood": facts.moods or None,
        "form": facts.sections or None,
    }


def _groups_of(names: Sequence[str]) -> set[str]:
    return {f"group {group.name}" for group in groups().values() if set(group.instruments) & set(names)}


def _key(key: str) -> str:
    tonic, _, mode = key.partition(" ")
    return f"{_ENHARMONIC.get(tonic, tonic)} {mode}"
