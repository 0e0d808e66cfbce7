"""Which words and notes a recording was to have: from its plan, from a dataset that was made, or from texts beside it.

What was found by listening is none of these. A dataset of recordings holds words that a recogniser understood and
pitches that a tracker found; to compare with them would compare one guess with another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muze_evaluate.voice.pitch import melody_of
from muzecli.errors import BadDataError
from muzecli.listening.heard import Finding, Heard
from muzecli.sidecar import find_sidecar
from muzecli.song.documents import plan_from_document

if TYPE_CHECKING:
    from muzecli.audio.types import AudioInfo
    from muzecli.plugin import Extractor
    from muzecli.song.plan import Plan
    from muzecli.song.track import Track

_COMPOSER = "theory"
_RECOGNISED = "Whisper"


@dataclass(frozen=True)
class Wanted:
    """What a recording was to have.

    Attributes:
        words: a line a line; None where nobody says.
        words_from: who says.
        f0_hz: (F,) pitch every 10 ms, 0 where there is none; None where nobody says.
        f0_from: who says.
    """

    words: str | None = None
    words_from: str = ""
    f0_hz: tuple[float, ...] | None = None
    f0_from: str = ""


def wanted_of_file(path: Path, *, melody: bool) -> Wanted:
    """Return what the sidecar of a song asks for.

    Args:
        path: the song.
        melody: whether its notes are wanted, for which the plan is composed again.

    Raises:
        BadDataError: the sidecar's plan is damaged.
    """
    sidecar = find_sidecar(path)
    if sidecar is None or not isinstance(sidecar.get("plan"), dict):
        return Wanted()
    name = f"the sidecar of {path}"
    plan = plan_from_document(sidecar["plan"], name=name)
    words = words_of_plan(plan)
    found = Wanted(words, "the plan in its sidecar" if words else "")
    if not melody or not any(section.has_vocals for section in plan.sections):
        return found
    generation = sidecar.get("generation")
    generation = generation if isinstance(generation, dict) else {}
    f0_hz = melody_of(_composed(plan, generation), start_s=_start_s(generation, name))
    if not f0_hz.any():
        return found
    return Wanted(found.words, found.words_from, tuple(f0_hz.tolist()), "the notes of its plan")


def wanted_of_track(track: Track) -> Wanted:
    """Return what a dataset says that a track was to have; nothing where it was found by listening."""
    made = track.source.get("origin") == "synthetic"
    words = None if _was_recognised(track.source) else track.lyrics
    f0_hz = track.f0_contour if made else None
    return Wanted(
        words or None,
        "the dataset" if words else "",
        f0_hz,
        "the notes that the dataset was made from" if f0_hz else "",
    )


def written_words(lyrics: Extractor, path: Path, info: AudioInfo) -> Finding:
    """Return the words beside a recording (.lrc, .txt …) or in its tags, as the extractor of lyrics reads them.

    Args:
        lyrics: the registered extractor.
        path: the recording.
        info: its tags.
    """
    import numpy as np

    # It is told that nobody sings, so that it never turns to a recogniser: what that hears is not what was wanted.
    silent = {"has_vocals": Finding(False, "only what is written is asked for")}
    heard = Heard(
        path, samples=np.zeros((1, 1), np.float32), rate_hz=info.rate_hz, info=info, findings=silent
    )
    return lyrics.extract(heard)["lyrics"]


def words_of_plan(plan: Plan) -> str | None:
    """Return the words of all sections in order; None where there are none."""
    lines = [section.lyrics for section in plan.sections if section.lyrics and section.has_vocals]
    return "\n".join(lines) or None


def _was_recognised(source: Any) -> bool:
    """Say whether the words of a measured track were understood by a recogniser, or who knows whence they are."""
    if source.get("origin") != "measured":
        return False
    fields = source.get("fields")
    told = fields.get("lyrics") if isinstance(fields, dict) else None
    method = told.get("method") if isinstance(told, dict) else None
    return not isinstance(method, str) or method.startswith(_RECOGNISED)


def _composed(plan: Plan, generation: dict[str, Any]) -> Any:
    from muzecli.plugin import composers

    options = generation.get("engine_options")
    chosen = options.get("composer") if isinstance(options, dict) else None
    return composers.get(chosen if isinstance(chosen, str) else _COMPOSER).compose(plan)


def _start_s(generation: dict[str, Any], name: str) -> float:
    start_s = generation.get("plan_start_s", 0.0)
    if not isinstance(start_s, int | float) or not math.isfinite(start_s) or start_s < 0.0:
        raise BadDataError(f"{name}: plan_start_s must be a number of seconds from 0; found {start_s!r}")
    return float(start_s)
