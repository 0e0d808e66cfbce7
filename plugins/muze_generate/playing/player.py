"""Find the engine, and have it play.

`auto` asks for the diffusion model. Where its plugin or its weights are missing it says so, and goes on with sampled
instruments, then with the built-in synthesiser; but not where something was asked for that only an engine like the
missing one can do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

import numpy as np

from muze_generate.asking.request import AUTO, GenerateRequest
from muze_generate.playing.options import engine_options
from muzecli.device import choose_device
from muzecli.errors import BugError, MuzeError, UnavailableError, UsageError
from muzecli.plugin import Engine, Reference, Rendering, engines
from muzecli.song.plan import Plan

PREFERRED = ("ldm", "sampler", "plain")
"""What `auto` tries, best first."""
_COMMON = frozenset({"composer", "stems", "soundfont"})  # options that do not tell one engine from another


@runtime_checkable
class Checking(Protocol):
    """An engine that says beforehand what it would refuse; beyond what every engine has to offer."""

    def check(self, options: Mapping[str, Any]) -> None:
        """Check the options of a rendering and the models that they name, without loading any; raises as `render`."""
        ...


@lru_cache(maxsize=4)
def engine_named(name: str) -> Engine:
    """Return an engine, the same for every song of a batch: it may keep its models."""
    return engines.get(name)


class Player:
    """Plays plans with the engine that was asked for.

    Args:
        name: an engine's name, or "auto".
        options: what the engine alone understands.
        device: as typed; chosen when something is played.
        reworks: whether audio that is there already is to be worked on.
        say: told what `auto` fell to, and why, and what an engine remarks.

    Attributes:
        name: of the engine; "auto" until one has played.
        device: the device that was used; empty until something was played.
    """

    def __init__(
        self,
        name: str,
        options: Mapping[str, Any],
        *,
        device: str,
        reworks: bool,
        say: Callable[[str], None],
    ) -> None:
        self.name, self.options = name, dict(options)
        self.device = ""
        self._wanted_device, self._reworks, self._say = device, reworks, say
        self._remarked: set[str] = set()

    def check(self) -> None:
        """Refuse an engine that cannot do what is asked, before anything is planned.

        Raises:
            UsageError: it cannot rework audio, which is what is asked for, or does not understand an option.
            UnavailableError: no engine that is installed can, or the device is not on this machine.
            MuzeError: what else an engine says that checks beforehand, such as models that are damaged.
        """
        if self._wanted_device not in ("auto", "cpu"):  # those are always there
            self.device = choose_device(self._wanted_device).name
        if self.name != AUTO:
            if self._reworks and not engine_named(self.name).reworks:
                raise self._cannot_rework(self.name)
            self._ask(self.name)
            return
        first = self._preferred[0]
        if first in engines.names():
            try:
                self._ask(first)
            except UnavailableError as error:
                self._refuse_fall(error)
        elif self._reworks:
            raise UnavailableError(
                f"only an engine that reworks audio can do this, and '{PREFERRED[0]}' is not installed",
                hint="name another with --engine, if there is one",
            )

    @property
    def _preferred(self) -> tuple[str, ...]:
        """What `auto` tries: a SoundFont is for those that play notes."""
        plays_notes = "soundfont" in self.options and not self._reworks
        return PREFERRED[1:] if plays_notes else PREFERRED

    def _ask(self, name: str) -> None:
        """Let an engine check its options, if it does that beforehand."""
        engine = engine_named(name)
        if isinstance(engine, Checking):
            engine.check(self.options)

    def play(
        self,
        plan: Plan,
        *,
        seed: int,
        reference: Reference | None,
        on_progress: Callable[[float], None],
    ) -> Rendering:
        """Play a whole plan; the same arguments give the same samples.

        Raises:
            UsageError: the engine does not understand an option.
            UnavailableError: the engine, or what it needs, is missing.
            BugError: the engine gave something else than finite samples.
        """
        self.device = self.device or choose_device(self._wanted_device).name
        if self.name != AUTO:
            return self._played(self.name, plan, seed, reference, on_progress)
        waiting = [name for name in self._preferred if name in engines.names()]
        if self._preferred[0] not in waiting:
            self._refuse_fall(
                UnavailableError(
                    f"the engine '{self._preferred[0]}' is not installed", hint="muze plugins list"
                )
            )
        while waiting:
            name = waiting.pop(0)
            try:
                rendering = self._played(name, plan, seed, reference, on_progress)
            except UnavailableError as error:
                if not waiting:
                    raise
                self._refuse_fall(error)
                self._say(f"{error.line}; the engine '{waiting[0]}' plays instead")
                continue
            self.name = name
            return rendering
        raise UnavailableError("no engine is installed", hint="muze plugins list")

    def _refuse_fall(self, error: MuzeError) -> None:
        """Raise the error where another engine could not do what was asked."""
        if self._reworks or self.options.keys() - _COMMON:
            raise error

    def _played(
        self,
        name: str,
        plan: Plan,
        seed: int,
        reference: Reference | None,
        on_progress: Callable[[float], None],
    ) -> Rendering:
        engine = engine_named(name)
        if reference is not None and not engine.reworks:
            raise self._cannot_rework(name)
        rendering = engine.render(
            plan,
            seed=seed,
            device=self.device,
            options=self.options,
            on_progress=on_progress,
            reference=reference,
        )
        for what, samples in (("a rendering", rendering.samples), *rendering.stems.items()):
            if samples.ndim != 2 or not samples.size or not np.isfinite(np.sum(samples, dtype=np.float64)):
                raise BugError(
                    f"the engine '{name}' must give finite samples (C, N), and {what} of shape {samples.shape} is not"
                )
        for remark in rendering.remarks:
            if remark not in self._remarked:  # once for all takes and songs
                self._remarked.add(remark)
                self._say(remark)
        return rendering

    def _cannot_rework(self, name: str) -> UsageError:
        return UsageError(
            f"the engine '{name}' plays whole plans and cannot rework audio",
            hint=f"--engine {PREFERRED[0]} can",
        )


def player_of(request: GenerateRequest, *, say: Callable[[str], None] = lambda text: None) -> Player:
    """Return who plays a song, unchecked.

    Raises:
        UsageError: `--engine-option` is not NAME=VALUE, or repeats another option.
    """
    reworks = any(audio is not None for audio in (request.init_audio, request.continue_from, request.of))
    return Player(request.engine, engine_options(request), device=request.device, reworks=reworks, say=say)
