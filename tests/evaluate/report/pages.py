"""What the tests of the report share: evaluations of every kind, songs, and a strict reader of pages."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from muze_evaluate.document import SCHEMA, Curve, Evaluation, Failure, Figure, Row
from muze_evaluate.report.html import _SHAPES, _VOID
from muze_plan.planner import TemplatePlanner
from muzecli.files import write_json
from muzecli.song.documents import plan_document
from muzecli.song.plan import Plan, PlanRequest

RATE_HZ = 22_050
EVIL = "\"><script>alert('x')</script><img src=http://evil.example/x onerror=alert(1)>\x1b[2J\u202e"

CONTROL = Evaluation(
    "control",
    figures=tuple(
        Figure(name, value, value - 0.05, value + 0.04, 20, "share", "higher", group)
        for name, values in (("tempo", (0.9, 0.2)), ("key", (0.7, 0.1)), ("chords", (0.5, 0.49)))
        for group, value in zip(("songs", "chance"), values, strict=True)
    ),
    rows=tuple(
        Row(f"{group}-{n}.wav", {"tempo": 0.1 * n, "right": n > 2, "heard": "C major"}, f"{n}.wav", group)
        for group in ("songs", "chance")
        for n in range(4)
    ),
    failed=(Failure(EVIL, EVIL, "songs"),),
    missing=(f"no plan: {EVIL}",),
    warnings=(f"few songs {EVIL}",),
    settings={"seed": 1, "name": EVIL},
    provenance={"sets": [{"name": EVIL, "digest": "ab" * 32}], "versions": {"torch": "2.0"}},
    command=("muze", "evaluate", "control", EVIL),
)
FAD = Evaluation(
    "fad",
    figures=(
        Figure("fad", 1.4, 1.2, 1.6, 20, better="lower"),
        Figure("fad-inf", 1.1, better="lower", note="R² .9"),
    ),
    rows=tuple(Row(f"{n}.wav", {"fad": float(n), "windows": 3}, f"{n}.wav") for n in range(5)),
    curves=(Curve("fad by size", (0.1, 0.2, 0.3), (1.0, 2.1, 2.9), "1/n", "fad", fit=(1.05, 2.0, 2.95)),),
)


def write_evaluation(path: Path, evaluation: Evaluation) -> Path:
    write_json(path, {"schema": SCHEMA, **evaluation.document()})
    return path


def plan_of(prompt: str = "pop song", *, seed: int = 1, duration_s: float = 12.0) -> Plan:
    return TemplatePlanner().plan(
        PlanRequest(prompt, seed=seed, template="verse_chorus", duration_s=duration_s)
    )


def write_song(path: Path, *, seconds: float = 2.0, sidecar: dict[str, Any] | None = None) -> Path:
    """A short tone with noise, and a sidecar where asked for."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    noise = 0.02 * np.random.default_rng(0).standard_normal((2, len(time_s)))
    soundfile.write(path, (0.3 * np.sin(2 * np.pi * 440 * time_s) + noise).T, RATE_HZ)
    if sidecar is not None:
        document = {"schema": "muze.sidecar/1", "audio": path.name, **sidecar}
        path.with_suffix(".json").write_text(json.dumps(document))
    return path


def sidecar_of(plan: Plan) -> dict[str, Any]:
    return {
        "command": ["muze", "generate", "--prompt", plan.prompt],
        "seed": plan.seed,
        "weights": [{"name": "vae", "sha256": "cd" * 32}],
        "loudness": {"integrated_lufs": -14.0},
        "plan": plan_document(plan),
        "generation": {"engine": "ldm", "plan_start_s": 0.0},
    }


class Page(HTMLParser):
    """Reads a page strictly: every element is closed in order, attributes stand once.

    Attributes:
        elements: (name, attributes) of all.
        texts: what stands between tags, scripts and styles left out.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _SHAPES, f"{tag} closes itself"
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open[-1] == tag, f"</{tag}> inside {self._open}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in ("script", "style"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for element, attributes in self.elements if element == name]
