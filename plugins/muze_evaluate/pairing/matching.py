"""Texts and audio, brought together by id and never by order.

text `a/one.wav`  ──  a/one.wav
text `b/two`      ──  b/two.flac      by the path without its ending, where that is unique on both sides
text `three`          (three.wav, three.mp3: nobody knows which)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from muze_evaluate.pairing.texts import Text
from muzecli.audio.formats import SUFFIXES, UNREADABLE_SUFFIXES


@dataclass(frozen=True)
class Pair:
    """A text and its audio.

    Attributes:
        id: the text's.
        text: in one line.
        path: of the audio.
    """

    id: str
    text: str
    path: Path


@dataclass(frozen=True)
class Left:
    """A text or an audio without its other half.

    Attributes:
        id: the text's, or the audio's name.
        why: what is wrong with it; empty where there is just nothing.
        place: where the text stands; empty for audio.
    """

    id: str
    why: str = ""
    place: str = ""

    def line(self, *, placed: bool = False) -> str:
        """Return it for a list; with its place for people who are to mend it."""
        said = f"{self.id}: {self.why}" if self.why else self.id
        return f"{said} ({self.place})" if placed and self.place else said


@dataclass(frozen=True)
class Pairing:
    """What belongs together, and what is left.

    Attributes:
        pairs: in the order of their ids.
        without_audio: texts whose audio is not there, in the order of their ids.
        without_text: audio of which nothing is said, likewise.
        by_stem: how many were paired without their endings.
    """

    pairs: tuple[Pair, ...]
    without_audio: tuple[Left, ...] = ()
    without_text: tuple[Left, ...] = ()
    by_stem: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left."""
        return not (self.without_audio or self.without_text)


def matched(texts: Sequence[Text], audio: Mapping[str, Path], *, apart: Iterable[str] = ()) -> Pairing:
    """Return which text belongs to which audio.

    Args:
        texts: their ids are unique; several may name one audio.
        audio: what is there, by its path relative to the folder that texts name it from.
        apart: audio that need not have a text.
    """
    of_stem: dict[str, list[str]] = defaultdict(list)
    for name in audio:
        of_stem[stem(name)].append(name)
    named: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        named[stem(text.audio)].add(text.audio)
    pairs: list[Pair] = []
    lost: list[Left] = []
    silent: list[Left] = []
    by_stem = 0
    said = set(apart)
    for text in sorted(texts, key=lambda text: text.id):
        name, why = text.audio, "there is no such audio"
        if name not in audio:
            alike = of_stem.get(stem(name), [])
            if len(alike) == 1 and len(named[stem(name)]) == 1:
                name, by_stem = alike[0], by_stem + 1
            elif alike:
                why = f"it may be any of {', '.join(sorted(alike))}"
        if name not in audio:
            lost.append(Left(_called(text), why, text.place))
        elif text.text is None:
            silent.append(Left(_called(text), "its text is empty", text.place))
            said.add(name)
        else:
            pairs.append(Pair(text.id, text.text, audio[name]))
            said.add(name)
    silent += [Left(name) for name in audio if name not in said]
    return Pairing(tuple(pairs), tuple(lost), tuple(sorted(silent, key=lambda one: one.id)), by_stem)


def stem(name: str) -> str:
    """Return a path without its ending, where that is one of audio: `a.b.wav` is `a.b`, and `op. 9` stays."""
    suffix = PurePosixPath(name).suffix
    return name.removesuffix(suffix) if suffix.lower() in SUFFIXES | UNREADABLE_SUFFIXES else name


def _called(text: Text) -> str:
    return text.id if text.audio == text.id else f"{text.id}, {text.audio}"
