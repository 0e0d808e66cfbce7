"""Letting extractors listen, and keeping what they found.

What an extractor found is kept under a key made of all that decides it: its name and version, what it says it
depends on, the inputs that it reads, and the keys of those who give what it needs and uses. So what was found of a
recording stays found until something it rests on changes, and then that alone is found again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from muzecli.errors import BugError, MuzeError
from muzecli.listening.heard import AUDIO, FACT, FILE, INPUTS, MATERIAL, Finding, Heard

if TYPE_CHECKING:
    from muzecli.plugin import Extractor

Findings = Mapping[str, Finding]
OnStage = Callable[[str], None]
OnFound = Callable[[str, Findings], None]


class StageError(MuzeError):
    """An extractor failed in a way that it does not know; `stage` names it."""

    def __init__(self, stage: str, error: Exception) -> None:
        message = getattr(error, "message", None) or f"{type(error).__name__}: {error}"
        super().__init__(f"{stage}: {message}", hint=getattr(error, "hint", None))
        self.stage = stage
        self.exit_code = getattr(error, "exit_code", self.exit_code)
        self._error = error

    def __reduce__(self) -> tuple[object, ...]:  # keeps the stage when it crosses a process boundary
        return (StageError, (self.stage, self._error))


def listen(
    heard: Heard,
    order: Sequence[Extractor],
    *,
    known: Mapping[str, Findings] | None = None,
    on_stage: OnStage = lambda stage: None,
    on_found: OnFound = lambda name, found: None,
) -> dict[str, Findings]:
    """Let extractors listen to one recording.

    Args:
        heard: the recording; its findings are where to start from.
        order: the extractors, as `in_order` returns them.
        known: what was found before, by extractor; these are not asked again. An extractor of materials is asked
            only when another one that is asked needs or uses them.
        on_stage: told the name of each extractor before it begins.
        on_found: given what each extractor that was asked found, materials left out, as soon as it is there.

    Returns:
        the findings of each extractor of the order, materials left out.

    Raises:
        StageError: an extractor failed.
        MemoryError: an extractor met the end of the memory; its cause, and `on_stage`, tell which.
    """
    known = known or {}
    asked = {one.name for one in to_ask(order, known)}
    results: dict[str, Findings] = {}
    for one in order:
        if one.name in asked:
            on_stage(one.name)
            found = _asked(one, _as_declared(one, heard))
        elif one.name in known:
            found = known[one.name]
        else:
            continue
        heard = replace(heard, findings={**heard.findings, **found})
        results[one.name] = {name: f for name, f in found.items() if persisted(name)}
        if one.name in asked:
            on_found(one.name, results[one.name])
    return results


def to_ask(order: Sequence[Extractor], known: Iterable[str]) -> tuple[Extractor, ...]:
    """Return those extractors of an order that have to be asked when others are known already."""
    known = frozenset(known)
    wanted: set[str] = set()
    asked: list[Extractor] = []
    for one in reversed(order):
        material = all(name.startswith(MATERIAL) for name in one.gives)
        if one.name in known and wanted.isdisjoint(n for n in one.gives if n.startswith(MATERIAL)):
            continue
        if not material or not wanted.isdisjoint(one.gives):
            asked.append(one)
            wanted.update(one.needs, one.uses)
    return tuple(reversed(asked))


@dataclass(frozen=True)
class Footing:
    """What decides the results of one extractor, but for the recording.

    Attributes:
        name: of the extractor.
        version: of the extractor.
        depends_on: what it says it depends on, as JSON text.
        inputs: those of `INPUTS` that it reads.
        givers: who gives what else it needs and uses, by field.
    """

    name: str
    version: str
    depends_on: str
    inputs: tuple[str, ...]
    givers: tuple[tuple[str, str], ...]


def footing_of(order: Sequence[Extractor], options: Mapping[str, Any]) -> tuple[Footing, ...]:
    """Return what decides the results of each extractor of an order: the same for every recording of a run.

    Raises:
        UnavailableError: something that was asked for by name is not there.
    """
    givers = {field: one.name for one in order for field in one.gives}
    return tuple(
        Footing(
            name=one.name,
            version=one.version,
            depends_on=json.dumps(dict(one.depends_on(options)), sort_keys=True, ensure_ascii=True),
            inputs=tuple(field for field in one.needs if field in INPUTS),
            givers=tuple((field, givers[field]) for field in (*one.needs, *one.uses) if field in givers),
        )
        for one in order
    )


def keys_from(footing: Sequence[Footing], inputs: Mapping[str, str]) -> dict[str, str]:
    """Return the key of what each extractor finds of one recording.

    Args:
        footing: of the run, in the order of the extractors.
        inputs: a hash of each of the recording's inputs, by the names in `INPUTS`.
    """
    keys: dict[str, str] = {}
    for one in footing:
        rests_on = {field: inputs[field] for field in one.inputs}
        rests_on |= {field: keys[giver] for field, giver in one.givers}
        text = json.dumps([one.name, one.version, one.depends_on, rests_on], sort_keys=True)
        keys[one.name] = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return keys


def keys_of(
    order: Sequence[Extractor], options: Mapping[str, Any], inputs: Mapping[str, str]
) -> dict[str, str]:
    """Return the key of what each extractor of an order finds of one recording.

    Args:
        order: as `in_order` returns them.
        options: of the run.
        inputs: a hash of each of the recording's inputs, by the names in `INPUTS`.

    Raises:
        UnavailableError: something that was asked for by name is not there.
    """
    return keys_from(footing_of(order, options), inputs)


def _as_declared(one: Extractor, heard: Heard) -> Heard:
    """Return a recording with nothing found of it but what an extractor says it needs and uses.

    Whatever else it looked at would decide its results and not be in their key.
    """
    declared = {*one.needs, *one.uses}
    return replace(
        heard,
        samples=heard.samples if AUDIO in one.needs else None,
        info=heard.info if FILE in one.needs else None,
        findings={name: found for name, found in heard.findings.items() if name in declared},
    )


def _asked(one: Extractor, heard: Heard) -> Findings:
    try:
        found = one.extract(heard)
    except Exception as error:  # a stranger's extractor may fail in any way; it is reported with its name
        if _is_lack_of_memory(error):
            raise MemoryError(f"{one.name} met the end of the memory") from error
        raise StageError(one.name, error) from error
    missing = [name for name in one.gives if name not in found]
    if missing:
        raise StageError(
            one.name, BugError(f"it must say of {', '.join(missing)} what it found or why it could not")
        )
    return {name: _as_kept(one.name, name, found[name]) for name in one.gives}


def _as_kept(stage: str, name: str, finding: Finding) -> Finding:
    """Return a finding as it reads back from a file.

    So whoever uses it meets the same value whether it was found just now or in an earlier run.
    """
    if not persisted(name):
        return finding
    try:
        return replace(finding, value=json.loads(json.dumps(finding.value, allow_nan=False)))
    except (TypeError, ValueError) as error:
        raise StageError(stage, BugError(f"{name} must be a finite JSON value: {error}")) from error


def _is_lack_of_memory(error: Exception) -> bool:
    if isinstance(error, MemoryError):
        return True
    text = str(error).lower()  # PyTorch and the system's libraries have no class of their own for it
    return isinstance(error, RuntimeError | OSError) and any(
        words in text for words in ("out of memory", "can't allocate memory", "cannot allocate memory")
    )


def persisted(name: str) -> bool:
    """Say whether a field is written to datasets: all but materials are."""
    return not name.startswith(MATERIAL)


def is_fact(name: str) -> bool:
    """Say whether a name is that of a fact, which datasets keep under `source.facts`."""
    return name.startswith(FACT)
