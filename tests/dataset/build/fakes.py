"""Extractors that cost nothing and count how often they are asked; small recordings; a runner in this process."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile

from muze_dataset.build.listener import Listener
from muzecli.listening.heard import Finding, absent

RATE_HZ = 8000


def tone(path: Path, hz: float = 440.0, *, seconds: float = 1.0, channels: int = 1, rate_hz: int = RATE_HZ):
    """Write a recording of a sine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    wave = 0.5 * np.sin(2 * np.pi * hz * time_s)
    soundfile.write(path, np.repeat(wave[:, None], channels, axis=1), rate_hz, subtype="PCM_16")
    return path


@dataclass
class Fake:
    """An extractor made of a function of what is heard."""

    name: str
    gives: tuple[str, ...]
    find: object
    needs: tuple[str, ...] = ("audio",)
    uses: tuple[str, ...] = ()
    version: str = "1"
    cost_per_second: float = 0.001
    rests_on: dict = field(default_factory=dict)
    asked: Counter = field(default_factory=Counter)

    def depends_on(self, options):
        return self.rests_on

    def extract(self, heard):
        self.asked[str(heard.path.relative_to(heard.root))] += 1
        found = self.find(heard)
        if isinstance(found, Exception):
            raise found
        return found if isinstance(found, dict) else {name: found for name in self.gives}


def level(heard):
    """Find the level of a recording."""
    return Finding(round(float(np.abs(heard.audio).mean()), 6), "mean")


def fakes() -> dict[str, Fake]:
    """Return a small set: levels from materials, a title from the name, a comment from the text beside."""

    def title(heard):
        return Finding(heard.path.stem, "file name", fallback="there is no tag")

    def words(heard):
        text = heard.path.with_suffix(".txt")
        return Finding(text.read_text(), "text beside") if text.exists() else absent("no text lies beside it")

    def energy(heard):
        wave = heard.value("material.wave")
        return Finding(round(float(np.square(wave).mean()), 6), "mean square", confidence=0.5)

    every = (
        Fake("wave", ("material.wave",), lambda heard: Finding(heard.audio.mean(axis=0), "mean")),
        Fake("energy", ("energy",), energy, needs=("material.wave",), cost_per_second=0.01),
        Fake("level", ("fact.level",), level),
        Fake("title", ("title",), title, needs=("file",), cost_per_second=1e-6),
        Fake("words", ("lyrics",), words, needs=("sidecars",), cost_per_second=1e-6),
    )
    return {one.name: one for one in every}


class FakeRegistry:
    """Stands in for the registry of extractors."""

    def __init__(self, extractors: dict[str, Fake]) -> None:
        self.extractors = extractors

    def names(self):
        return sorted(self.extractors)

    def get(self, name):
        return self.extractors[name]

    def working(self):
        return dict(sorted(self.extractors.items())), []


class HereRunner:
    """Hears all units in this process."""

    def __init__(self, task, *, jobs=1, timeout_s=0.0, **_):
        self.task = task

    def outcomes(self, units, stop):
        listener = Listener(self.task)
        for unit in units:
            if stop:
                return
            yield listener.hear(unit)


def lines(path: Path) -> list[dict]:
    """Return the objects of a .jsonl file."""
    return [json.loads(line) for line in path.read_text().splitlines()]
