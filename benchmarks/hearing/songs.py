"""Prompts to plans, plans to sound: any engine by its name, in this process.

The reference of a song is its own score played by sampled instruments, or by the built-in synthesiser where there
is no FluidSynth; its mix and its singer are drawn anew, so that a correlation of 1 with it cannot be had.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from benchmarks.hearing.heard import Heard
from muzecli.errors import UnavailableError
from muzecli.plugin import engines, planners
from muzecli.seeds import item_seed
from muzecli.song.plan import Plan, PlanRequest

HERE = Path(__file__).resolve().parent.parent
PROMPTS = HERE / "song_prompts.yaml"
REFERENCES = ("sampler", "plain")


@dataclass(frozen=True, eq=False)
class Song:
    """A rendering and what it cost.

    Attributes:
        samples: (C, N) float32, as the engine gave them.
        rate_hz: their rate.
        cpu_s: CPU seconds of rendering, all threads.
    """

    samples: npt.NDArray[np.float32]
    rate_hz: int
    cpu_s: float

    @cached_property
    def heard(self) -> Heard:
        """The song as it is measured."""
        return Heard.of(self.samples, self.rate_hz)


def prompts(path: Path = PROMPTS, limit: int | None = None) -> list[str]:
    """Return the first `limit` prompts of a file, or all."""
    return list(yaml.safe_load(path.read_text("utf-8"))["prompts"])[:limit]


def planned(prompt: str, *, duration_s: float, seed: int) -> Plan:
    """Return the plan that `muze generate` would make of a prompt."""
    return planners.get("template").plan(PlanRequest(prompt, duration_s=duration_s, seed=seed))


def rendered(
    engine: str, plan: Plan, *, seed: int, device: str = "cpu", options: Mapping[str, Any] | None = None
) -> Song:
    """Render a plan with an engine of the registry."""
    began = time.process_time()
    made = engines.get(engine).render(
        plan, seed=seed, device=device, options=options or {}, on_progress=lambda _: None
    )
    return Song(made.samples, made.rate_hz, time.process_time() - began)


def reference(plan: Plan, *, seed: int, player: str) -> Song:
    """Return a plan's score, played; another seed is another mix of the same notes."""
    return rendered(player, plan, seed=item_seed(seed, "reference"))


def reference_player() -> str:
    """Return the best engine that plays scores here."""
    for name in REFERENCES:
        try:
            plan = planned("piano at 240 bpm", duration_s=1.0, seed=0)
            rendered(name, plan, seed=0)
        except UnavailableError:
            continue
        return name
    raise SystemExit(f"none of the engines {', '.join(REFERENCES)} can play here")


def add_engine_options(parser: argparse.ArgumentParser) -> None:
    """Add what says who renders, and how."""
    parser.add_argument("--engine", default="ldm", help="name of the engine (default: ldm)")
    parser.add_argument("--model", help="name or folder of the model bundle, for engines that have one")
    parser.add_argument("--steps", type=int, help="steps of the sampler, for engines that have them")
    parser.add_argument("--device", default="cpu")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="any other option of the engine"
    )


def engine_options(given: argparse.Namespace) -> dict[str, Any]:
    """Return the engine's options of a command line; values after --set are read as YAML."""
    options: dict[str, Any] = {name: getattr(given, name) for name in ("model", "steps")}
    for setting in given.set:
        name, _, value = setting.partition("=")
        options[name] = yaml.safe_load(value)
    return {name: value for name, value in options.items() if value is not None}
