"""Questions that a text-audio model answers without having been trained on them: which of some texts fits best.

Shapes: B sounds, n texts, D numbers in a place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from muzecli.song.captions import Facts
from muzecli.song.instruments import FAMILIES, instruments

Array = npt.NDArray[np.float32]

_FAMILY_WORDS = {
    "drums": "drums",
    "bass": "bass",
    "keys": "a keyboard instrument",
    "guitars": "a guitar",
    "strings": "strings",
    "winds": "a wind instrument",
    "synths": "a synthesizer",
    "voices": "a singing voice",
}


@dataclass(frozen=True)
class Question:
    """One choice between classes.

    Attributes:
        name: in tables.
        classes: names of the answers.
        texts: for each class one or several, whose places are averaged.
        truth: the class of a sound by its facts; None where it has none.
    """

    name: str
    classes: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    truth: Callable[[Facts], str | None]


def questions(genres: Sequence[str]) -> tuple[Question, ...]:
    """Return the questions about a mix."""
    return (
        Question(
            "genre",
            tuple(genres),
            tuple(
                tuple(
                    form.format(name.replace("_", " ")) for form in ("{} music", "a {} track", "this is {}")
                )
                for name in genres
            ),
            lambda facts: facts.genre,
        ),
        Question(
            "drums",
            ("yes", "no"),
            (
                ("music with drums", "drums are playing", "a song with a drum beat"),
                ("music without drums", "no drums", "there is no percussion"),
            ),
            _drums,
        ),
        Question(
            "voice",
            ("yes", "no"),
            (
                ("a song with vocals", "somebody is singing", "with a singer"),
                ("instrumental music", "no vocals", "nobody sings"),
            ),
            _voice,
        ),
        Question(
            "tempo",
            ("slow", "medium", "fast"),
            (
                ("slow music", "a slow tempo"),
                ("mid-tempo music", "a moderate tempo"),
                ("fast music", "a fast tempo"),
            ),
            lambda facts: facts.pace,
        ),
        Question(
            "mode",
            ("major", "minor"),
            (
                ("music in a major key", "a piece in major"),
                ("music in a minor key", "a piece in minor"),
            ),
            lambda facts: facts.mode,
        ),
    )


def alone() -> Question:
    """Return the question which family a part by itself belongs to."""
    texts = tuple((f"{words} alone", f"only {words}", words) for words in _FAMILY_WORDS.values())
    return Question("family of a part alone", tuple(_FAMILY_WORDS), texts, family_of)


def presence() -> dict[str, tuple[str, ...]]:
    """Return, by family, texts that fit mixes in which it plays."""
    return {family: (f"music with {words}", words) for family, words in _FAMILY_WORDS.items()}


def family_of(facts: Facts) -> str | None:
    """Return the family of the only instrument or voice."""
    heard = {instruments()[name].family for name in facts.instruments}
    if facts.voice:
        heard.add("voices")
    return heard.pop() if len(heard) == 1 else None


def families_in(facts: Facts) -> dict[str, bool]:
    """Return which families play; those that play but little are left out."""
    table = instruments()
    heard = {table[name].family for name in facts.instruments} | ({"voices"} if facts.voice else set())
    little = {table[name].family for name in facts.others} - heard
    unsure = little | (set() if facts.voice or facts.is_instrumental else {"voices"})
    return {family: family in heard for family in FAMILIES if family not in unsure}


def answers(
    question: Question, sounds: Array, embed: Callable[[Sequence[str]], Array]
) -> npt.NDArray[np.intp]:
    """Return (B,) the class whose texts are nearest, as its position.

    Args:
        question: with n classes.
        sounds: (B, D) of length 1.
        embed: texts to places, (texts, D).
    """
    return np.asarray(np.argmax(sounds @ prototypes(question.texts, embed).T, axis=1))


def prototypes(texts: Sequence[Sequence[str]], embed: Callable[[Sequence[str]], Array]) -> Array:
    """Return (n, D) of length 1: for each class the mean of its texts' places."""
    means = np.stack([embed(list(of_class)).mean(axis=0) for of_class in texts])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def _drums(facts: Facts) -> str | None:
    if facts.has_drums:
        return "yes"
    return "no" if "drums" in facts.absent else None


def _voice(facts: Facts) -> str | None:
    if facts.voice:
        return "yes"
    return "no" if facts.is_instrumental else None
