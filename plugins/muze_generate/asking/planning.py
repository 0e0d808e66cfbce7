"""From wishes to the plan of a song: through a planner, or by changing a plan that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from muze_generate.asking.heard import Heard
from muze_generate.asking.request import RANGES, GenerateRequest
from muzecli.errors import UsageError
from muzecli.plugin import planners
from muzecli.song.chord import Chord
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, PlanRequest


@dataclass(frozen=True)
class Planned:
    """A plan, and what there is to say about it.

    Attributes:
        plan: whole, chords included.
        remarks: what the user should know, such as words that mean nothing.
        notes: what the user may want to know, such as a genre that was guessed.
    """

    plan: Plan
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Account(Protocol):
    """What a planner that explains itself gives back."""

    @property
    def plan(self) -> Plan:
        """The plan."""
        ...

    @property
    def remarks(self) -> Sequence[str]:
        """What the user should know."""
        ...

    @property
    def notes(self) -> Sequence[str]:
        """What the user may want to know."""
        ...


@runtime_checkable
class Explaining(Protocol):
    """A planner that says what it made of a prompt; beyond what every planner has to offer."""

    def explain(self, request: PlanRequest) -> Account:
        """Return the plan and remarks; raises what `plan` raises."""
        ...


def planned(request: GenerateRequest, prompt: str, seed: int, heard: Heard | None = None) -> Planned:
    """Plan a song from words.

    Options come first, then the song that is heard (its plan's tempo, key and metre; its words where there are none),
    then the words; what is still open the planner decides.

    Args:
        request: options.
        prompt: words; may be empty where a genre is given.
        seed: of the plan.
        heard: audio that the song starts from or follows.

    Raises:
        NotUnderstoodError: the prompt says nothing about music.
        UsageError, ConfigError: what the planner cannot do.
    """
    before = heard.planned[0] if heard is not None and heard.planned is not None else None
    if not prompt.strip() and request.genre is None and before is None:
        raise UsageError("--prompt must say what the music is like, and it is empty", hint="or give --genre")
    duration_s = request.duration
    if duration_s is None and heard is not None and request.init_audio is not None:
        low, high = RANGES["duration"]
        duration_s = min(high, max(low, heard.duration_s))
    inherited = before.genre if before is not None and not prompt.strip() else None
    wanted = PlanRequest(
        prompt=prompt or (before.prompt if before is not None else ""),
        duration_s=duration_s,
        seed=seed,
        template=request.template,
        genre=request.genre or inherited,
        tempo_bpm=request.tempo if request.tempo is not None or before is None else before.tempo_bpm,
        key=request.parsed_key() or (before.key if before is not None else None),
        time_signature=request.parsed_metre() or (before.time_signature if before is not None else None),
    )
    planner = planners.get(request.planner)
    if isinstance(planner, Explaining):
        account = planner.explain(wanted)
        return Planned(account.plan, tuple(account.remarks), tuple(account.notes))
    return Planned(planner.plan(wanted))


def changed(plan: Plan, request: GenerateRequest, prompt: str | None) -> Plan:
    """Return a plan changed by options; its sections stay.

    Args:
        plan: as it was given.
        request: tempo, key and genre.
        prompt: other words for the engine; None keeps the plan's.

    Raises:
        UsageError: the key has another mode, which needs other chords.
    """
    key = request.parsed_key()
    if key is not None and key != plan.key:
        plan = _in_key(plan, key, request)
    if request.tempo is not None:
        plan = replace(plan, tempo_bpm=request.tempo)
    if request.genre is not None:
        plan = replace(plan, genre=request.genre)
    if prompt:
        plan = replace(plan, prompt=prompt)
    return plan


def check_length(plan: Plan) -> None:
    """Refuse a plan of more than ten minutes, or rather of a bar more: plans are whole bars.

    Raises:
        UsageError: it is longer.
    """
    most_s = RANGES["duration"][1]
    if plan.duration_s > most_s + plan.bar_s:
        raise UsageError(
            f"a song lasts at most {most_s:g} s, and the plan makes it {plan.duration_s:.1f} s",
            hint="muze plan PLAN --duration 300 -o - shortens it",
        )


def _in_key(plan: Plan, key: Key, request: GenerateRequest) -> Plan:
    if key.mode != plan.key.mode:
        raise UsageError(
            f"the plan is in {plan.key}, and in {key.mode} its chords would be others",
            hint=f"muze plan {request.plan} --key '{key}' -o - | muze generate --plan - … chooses them",
        )
    sections = [
        replace(
            section,
            chords=tuple(tuple(_moved(chord, plan.key, key) for chord in bar) for bar in section.chords),
        )
        for section in plan.sections
    ]
    return replace(plan, key=key, sections=tuple(sections))


def _moved(chord: Chord, old: Key, new: Key) -> Chord:
    return replace(chord.transposed(new.tonic - old.tonic), flats=new.flats)
