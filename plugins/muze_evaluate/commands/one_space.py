"""Two sets in one space: which one, and whether both are in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muze_evaluate.provenance import canonical
from muze_evaluate.sets.vectors import MomentSet, VectorSet
from muzecli.errors import BadDataError

if TYPE_CHECKING:
    from muze_evaluate.embedding.embedder import Embedder


@dataclass(frozen=True)
class Space:
    """Where audio is embedded.

    Attributes:
        embedder: makes the vectors.
        reason: why this one.
        identity: what decides its vectors.
        faults: a line for each scorer that was passed over because it is broken.
    """

    embedder: Embedder
    reason: str
    identity: dict[str, Any]
    faults: tuple[str, ...] = ()


def choose_space(name: str, vectors: Sequence[VectorSet | MomentSet], *, device: str) -> Space:
    """Return where audio is to be embedded so that it meets vectors that are there already.

    Args:
        name: of an embedding; `auto` takes that of the vectors where they say it.
        vectors: what the audio is to be compared with, if that is no audio.
        device: where the embedding runs.

    Raises:
        UsageError, UnavailableError, InputMissingError: as `embedding.choosing.chosen`.
        BadDataError: the vectors are in another space.
    """
    from muze_evaluate.embedding.choosing import chosen, names
    from muzecli.scoring import AUTO

    reason = ""
    stored = vectors[0].identity if vectors else None
    if name == AUTO and stored is not None and stored.get("name") in names():
        name, reason = str(stored["name"]), f"that of {vectors[0].name}"
    found = chosen(name, device=device)
    space = Space(found.embedder, reason or found.reason, dict(found.embedder.identity()), found.faults)
    for one in vectors:
        _check(
            (one.name, one.width, one.identity),
            (space.embedder.name, space.embedder.width, space.identity),
            hint="choose the --embedding that made the file",
        )
    return space


def check_one_space(first: VectorSet | MomentSet, second: VectorSet | MomentSet) -> None:
    """Refuse two sets of vectors that are known not to be in one space.

    Raises:
        BadDataError: their widths differ, or what made them does.
    """
    _check(
        (first.name, first.width, first.identity),
        (second.name, second.width, second.identity),
        hint="embed both in the same way",
    )


_Named = tuple[str, int, Mapping[str, Any] | None]


def _check(first: _Named, second: _Named, *, hint: str) -> None:
    (name, width, identity), (other, other_width, other_identity) = first, second
    if width != other_width:
        raise BadDataError(
            f"both sets must have the same number of dimensions; {name} has {width} and {other} {other_width}",
            hint=hint,
        )
    if identity is None or other_identity is None or canonical(identity) == canonical(other_identity):
        return
    keys = sorted({*identity, *other_identity})
    differing = ", ".join(
        f"{key} ({identity.get(key)} and {other_identity.get(key)})"
        for key in keys
        if identity.get(key) != other_identity.get(key)
    )
    raise BadDataError(
        f"both sets must be embedded in the same way; {name} and {other} differ in {differing}", hint=hint
    )
