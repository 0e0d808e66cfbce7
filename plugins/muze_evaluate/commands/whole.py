"""Sets of which something cannot be measured: refused, each item listed, unless a part will do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from muze_evaluate.document import Failure
from muze_evaluate.sets.vectors import VectorSet
from muze_evaluate.telling import MAX_LISTED, one_line
from muzecli.errors import BadDataError, InputMissingError
from muzecli.options import Run

if TYPE_CHECKING:
    from muze_evaluate.sets.audio import AudioSet

_HINT = "--partial measures the rest"


def check_missing(run: Run, audio: AudioSet, *, partial: bool) -> None:
    """Refuse a set that is known not to be whole, before anything is embedded.

    Raises:
        InputMissingError: recordings are not there, and they must be or none is.
    """
    if not audio.missing or (partial and audio.items):
        return
    _list(run, audio.name, audio.missing)
    raise InputMissingError(
        _refusal(audio.name, len(audio.missing), len(audio.items) + len(audio.missing)),
        hint=_HINT if audio.items else "check where its audio lies",
        details=_details(audio.missing),
    )


def check_failed(run: Run, sets: Sequence[VectorSet], *, partial: bool) -> None:
    """Refuse sets of which recordings could not be measured.

    Raises:
        BadDataError: there are some, and they must be measured.
    """
    faulty = [one for one in sets if one.failed]
    if not faulty or partial:
        return
    for one in faulty:
        _list(run, one.name, one.failed)
    raise BadDataError(
        "; ".join(_refusal(one.name, len(one.failed), len(one.ids) + len(one.failed)) for one in faulty),
        hint=_HINT,
        details=_details([failure for one in faulty for failure in one.failed]),
    )


def nothing_left(run: Run, name: str, failed: Sequence[Failure]) -> BadDataError:
    """List why no recording of a set can be measured, and return the error that says so."""
    _list(run, name, failed)
    return BadDataError(
        f"{name} must hold a recording that can be measured, and none of {len(failed)} can be",
        hint="muze reads WAV, FLAC, MP3, OGG and AIFF",
        details=_details(failed),
    )


def _list(run: Run, name: str, failed: Sequence[Failure]) -> None:
    for failure in failed[:MAX_LISTED]:
        run.console.warn(one_line(f"failed: {name}: {failure.id}: {failure.reason}"))
    if len(failed) > MAX_LISTED:
        run.console.warn(f"… and {len(failed) - MAX_LISTED} more; --json lists all")


def _refusal(name: str, failed: int, count: int) -> str:
    return f"every recording of {name} must be measured, and {failed} of {count} cannot be"


def _details(failed: Sequence[Failure]) -> dict[str, object]:
    return {"failed": [asdict(failure) for failure in failed]}
