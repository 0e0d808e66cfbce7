"""What is known of one song: its audio file, and the plan and the rest of its sidecar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from muze_evaluate.report.numbers import duration
from muzecli.errors import BadDataError
from muzecli.sidecar import find_sidecar
from muzecli.song.chord import Chord
from muzecli.song.documents import plan_from_document
from muzecli.song.pitch import FLAT_NAMES, SHARP_NAMES
from muzecli.song.plan import Plan

_SUFFIXES = {"maj": "", "min": "m", "maj6": "6", "min6": "m6", "min7": "m7", "min9": "m9", "hdim7": "m7♭5"}


@dataclass(frozen=True)
class Song:
    """A song of the page.

    Attributes:
        id: what the page calls it.
        path: its audio.
        sidecar: the document beside it; empty where there is none.
        plan: what was to be played; None where nobody knows.
        plan_start_s: where in the audio the plan begins.
        fault: why the plan could not be read; empty where it could, or where there is none.
    """

    id: str
    path: Path
    sidecar: Mapping[str, Any] = field(default_factory=dict)
    plan: Plan | None = None
    plan_start_s: float = 0.0
    fault: str = ""

    @property
    def prompt(self) -> str:
        """The words it was made from; empty where nobody knows."""
        return self.plan.prompt if self.plan is not None else ""

    @property
    def is_stem(self) -> bool:
        """Whether it is a part of another song."""
        return "stem" in self.sidecar


def song_of(id: str, path: Path) -> Song:
    """Return what is known of the song in an audio file; a plan that is not valid is a fault and stops nothing."""
    sidecar = find_sidecar(path) or {}
    document = sidecar.get("plan")
    if not isinstance(document, dict):
        return Song(id, path, sidecar)
    try:
        plan = plan_from_document(document, name="its plan")
    except BadDataError as error:
        return Song(id, path, sidecar, fault=error.message)
    generation = sidecar.get("generation")
    start_s = generation.get("plan_start_s") if isinstance(generation, dict) else None
    return Song(id, path, sidecar, plan, float(start_s) if isinstance(start_s, int | float) else 0.0)


def headline(song: Song, duration_s: float | None) -> list[tuple[str, str]]:
    """Return (what it is, value) of what a musician wants to know first."""
    found = [] if duration_s is None else [("length", duration(duration_s))]
    if song.plan is not None:
        plan = song.plan
        found += [
            ("tempo", f"{plan.tempo_bpm:g} bpm"),
            ("key", str(plan.key)),
            ("metre", str(plan.time_signature)),
            ("genre", plan.genre.replace("_", " ")),
        ]
    seed = song.sidecar.get("seed")
    if isinstance(seed, int):
        found.append(("seed", str(seed)))
    generation = song.sidecar.get("generation")
    engine = generation.get("engine") if isinstance(generation, dict) else None
    if isinstance(engine, str):
        found.append(("engine", engine))
    return found


def details(song: Song) -> dict[str, Any]:
    """Return what else the sidecar says, for a table of facts."""
    found: dict[str, Any] = {"file": song.path.name}
    if song.plan is not None:
        plan = song.plan
        found["instruments"] = [name.replace("_", " ") for name in plan.instruments]
        found["mood"] = list(plan.mood)
        found["bars"] = plan.bars
        found["form"] = plan.template
        found["lyrics"] = " / ".join(
            line for section in plan.sections for line in (section.lyrics or "").splitlines() if line.strip()
        )
    for name in ("loudness", "weights", "inputs", "configuration", "warnings", "muze"):
        found[name] = song.sidecar.get(name)
    found["weights"] = _named(found["weights"])
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def command(song: Song) -> str:
    """Return the command that made it; empty where nobody knows."""
    return shell_words(song.sidecar.get("command"))


def shell_words(words: object) -> str:
    """Return a list of words as a shell takes them; empty for anything else."""
    import shlex

    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        return ""
    return shlex.join(words)


def chord_name(chord: Chord) -> str:
    """Return a chord as lead sheets have it: Am, E7sus4, B♭/D; "–" for none."""
    if chord.root is None:
        return "–"
    names = [
        name.replace("b", "♭").replace("#", "♯") for name in (FLAT_NAMES if chord.flats else SHARP_NAMES)
    ]
    quality = _SUFFIXES.get(chord.quality, chord.quality)
    return f"{names[chord.root]}{quality}" + ("" if chord.bass is None else f"/{names[chord.bass]}")


def _named(weights: object) -> object:
    """Return {name: hash} of a sidecar's weights; what is not such a list stays as it is."""
    if not isinstance(weights, list) or not all(isinstance(item, dict) for item in weights):
        return weights
    if not all({"name", "sha256"} <= item.keys() for item in weights):
        return weights
    return {str(item["name"]): item["sha256"] for item in weights}
