"""Recordings by what a user names, and which of two sets belong together: by id, never by order.

Two ids belong together when they are equal; else, where no other on either side has the same path without its ending of
audio, when that is (`a/song.wav` and `a/song.mp3`; `take.1` and `take.2` are two recordings).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from muze_evaluate.document import Failure
from muze_evaluate.embedding.embedder import Item
from muze_evaluate.pairing.matching import stem
from muze_evaluate.sets.audio import AudioSet, audio_of
from muze_evaluate.sets.folder import is_recording
from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.files import kind_of

T = TypeVar("T")

_LISTED = 8


@dataclass(frozen=True)
class Pair:
    """Two recordings that belong together.

    Attributes:
        id: of the reference.
        reference: the original.
        evaluated: what is measured.
    """

    id: str
    reference: Item
    evaluated: Item


@dataclass(frozen=True)
class Paired:
    """Two sets, as far as they belong together.

    Attributes:
        pairs: in the order of their ids.
        missing: of the reference's ids, those without a counterpart.
        extra: of the evaluated ids, those without one.
    """

    pairs: tuple[Pair, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]


def recordings_of(text: str, *, split: str | None = None) -> AudioSet:
    """Return what a word on the command line means: a recording, or those of a folder or a dataset.

    A single recording has its file's name as id, and the kind `file`.

    Args:
        text: a path as typed.
        split: only a dataset's tracks of this split.

    Raises:
        InputMissingError: nothing is there, or it cannot be read.
        UsageError: it is a device or a pipe, or a split was asked for of what has none.
        BadDataError: it is a file of another kind, or there is no recording in it.
    """
    path = Path(text)
    kind = kind_of(path)
    if kind is None:
        raise InputMissingError(f"there is no file or folder {text}", hint="check the spelling")
    if kind == "other":
        raise UsageError(f"recordings must be files or in folders, and {text} is a device or a pipe")
    if kind == "file" and is_recording(path):
        if split is not None:
            raise UsageError(f"--split chooses tracks of a dataset, and {text} is a recording")
        return AudioSet(text, "file", (Item(path.name, path),))
    return audio_of(path, name=text, split=split)


def all_recordings(texts: Sequence[str], *, split: str | None = None) -> tuple[AudioSet, ...]:
    """Return each word's recordings, ids made unique: with the word before them where there are several words.

    Raises:
        InputMissingError, BadDataError: as `recordings_of`.
        UsageError: as `recordings_of`; also where a recording is named twice.
    """
    sets = [recordings_of(text, split=split) for text in texts]
    if len(sets) > 1:
        sets = [_prefixed(one) for one in sets]
    counted = Counter(item.id for one in sets for item in one.items)
    twice = next((name for name, times in counted.items() if times > 1), None)
    if twice is not None:
        raise UsageError(f"each recording must be given once, and '{twice}' is there {counted[twice]} times")
    return tuple(sets)


def _prefixed(one: AudioSet) -> AudioSet:
    items = [
        replace(item, id=one.name if one.kind == "file" else f"{one.name.rstrip('/')}/{item.id}")
        for item in one.items
    ]
    return replace(one, items=tuple(items))


def pair_up(reference: AudioSet, evaluated: AudioSet) -> Paired:
    """Return which recordings of two sets belong together; two single files do whatever they are called.

    Raises:
        UsageError: one is a single file, and the other is not.
    """
    if (reference.kind == "file") != (evaluated.kind == "file"):
        single, many = (reference, evaluated) if reference.kind == "file" else (evaluated, reference)
        raise UsageError(
            f"both must be recordings or both must be sets, and {single.name} is one recording and {many.name} a"
            f" {many.kind}",
            hint="name the one recording of the set that belongs to it",
        )
    if reference.kind == "file":
        (original,), (made,) = reference.items, evaluated.items
        return Paired((Pair(made.id, original, made),), (), ())
    left = {item.id: item for item in reference.items}
    right = {item.id: item for item in evaluated.items}
    partners = {name: name for name in left if name in right}
    stems_left = _by_stem(name for name in left if name not in right)
    stems_right = _by_stem(name for name in right if name not in left)
    for shared, names in stems_left.items():
        if len(names) == 1 and len(stems_right.get(shared, ())) == 1:
            partners[names[0]] = stems_right[shared][0]
    pairs = tuple(Pair(name, left[name], right[partners[name]]) for name in sorted(partners))
    taken = set(partners.values())
    return Paired(
        pairs,
        tuple(sorted(name for name in left if name not in partners)),
        tuple(sorted(name for name in right if name not in taken)),
    )


def _by_stem(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(stem(name), []).append(name)
    return found


def check_whole(sets: Sequence[AudioSet], *, partial: bool) -> list[str]:
    """Return what datasets name and do not have, a line each.

    Raises:
        InputMissingError: there is such a thing, and `partial` is false; or nothing is there at all.
    """
    lost: list[Failure] = [failure for one in sets for failure in one.missing]
    if lost and (not partial or not any(one.items for one in sets)):
        raise InputMissingError(
            f"every recording must be there, and {len(lost)} are not: "
            f"{_some([f'{failure.id}: {failure.reason}' for failure in lost])}",
            hint="--partial measures the rest" if any(one.items for one in sets) else "check where they lie",
            details={"missing": [failure.id for failure in lost]},
        )
    return [f"{failure.id}: {failure.reason}" for failure in lost]


def check_paired(paired: Paired, reference: str, evaluated: str, *, partial: bool) -> list[str]:
    """Return what has no counterpart, a line each.

    Raises:
        BadDataError: nothing belongs together.
        InputMissingError: something has no counterpart, and `partial` is false.
    """
    if not paired.pairs:
        raise BadDataError(
            f"recordings of {reference} and {evaluated} must have ids in common, and none has: such as"
            f" {_some(paired.missing[:2])} and {_some(paired.extra[:2])}",
            hint="recordings belong together when their paths below the two folders are the same up to the suffix",
        )
    lines = [f"only in {reference}: {name}" for name in paired.missing]
    lines += [f"only in {evaluated}: {name}" for name in paired.extra]
    if lines and not partial:
        raise InputMissingError(
            f"every recording must be in both {reference} and {evaluated}, and {len(lines)} are not: {_some(lines)}",
            hint=f"--partial measures the {len(paired.pairs)} that are",
            details={"missing": list(paired.missing), "extra": list(paired.extra)},
        )
    return lines


def spread(items: Sequence[T], most: int | None) -> Sequence[T]:
    """Return at most so many of items, evenly spread over all of them."""
    if most is None or len(items) <= most:
        return items
    return [items[index * len(items) // most] for index in range(most)]


def _some(names: Sequence[str]) -> str:
    more = f"; and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return "; ".join(names[:_LISTED]) + more
