"""The planner that ships: words and wishes become a whole plan, by templates, genres and functional harmony."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from muze_plan.desk import AUTO, Desk
from muze_plan.fitting import bars_for, too_short
from muze_plan.genres import genre_names
from muze_plan.harmony.harmonise import harmonise
from muze_plan.harmony.material import Stretch
from muze_plan.planning import (
    DEFAULT_DURATION_S,
    Choice,
    at_energy,
    energy_for,
    key_for,
    metre_for,
    mood_of,
    tempo_for,
    voiced,
)
from muzecli.errors import NotUnderstoodError, UsageError
from muzecli.song.instruments import instrument
from muzecli.song.plan import TEMPO_RANGE_BPM, Plan, PlanRequest

if TYPE_CHECKING:
    from muze_plan.reading import Reading

Read = Callable[[str], "Reading"]


@dataclass(frozen=True)
class Planned:
    """A plan and how it came about.

    Attributes:
        plan: whole, chords included.
        reading: what the prompt says.
        choices: what was decided beyond the words, field by field.
        remarks: what the user should know: words that mean nothing, lyrics that found no place.
        notes: what the user may want to know: a genre that was guessed.
    """

    plan: Plan
    reading: Reading
    choices: tuple[Choice, ...] = ()
    remarks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class TemplatePlanner:
    """Plans songs by templates; `auto` as the template asks the planner model for the form.

    Attributes:
        name: the word on the command line.
    """

    name = "template"

    @property
    def genres(self) -> Sequence[str]:
        """Names of the genres it knows."""
        return genre_names()

    def plan(self, request: PlanRequest) -> Plan:
        """Return a whole plan, chords included; the same request gives the same plan.

        Raises:
            NotUnderstoodError: the prompt says nothing about music, and no genre is given.
            UsageError: wishes contradict each other, or are out of range.
            ConfigError: the template, the genre or an instrument is unknown.
        """
        return self.explain(request).plan

    def explain(self, request: PlanRequest) -> Planned:
        """Return the plan and how it came about; raises what `plan` raises."""
        from muze_plan.reading import read_prompt

        return plan_song(request, read=read_prompt)


def plan_song(request: PlanRequest, *, read: Read) -> Planned:
    """Make a plan: explicit wishes go before words, words before the genre, and the seed decides the rest.

    Args:
        request: what is asked for.
        read: reads a prompt.

    Raises:
        NotUnderstoodError, UsageError, ConfigError: see `TemplatePlanner.plan`.
    """
    _check(request)
    reading = read(request.prompt)
    if request.genre is None and not reading.accounts:
        raise _not_understood(request.prompt)
    for mood in request.mood:  # a mood given outright says as much as one in the prompt
        reading = _with_mood(reading, read(mood))
    desk, seed = Desk(request, reading), request.seed
    genre = desk.genre()
    energy = desk.settled(
        "energy", request.energy, reading.energy, lambda: (energy_for(genre, seed), "as the genre is")
    )
    metre = desk.settled(
        "time_signature",
        request.time_signature,
        reading.time_signature,
        lambda: (metre_for(genre, seed), "by chance, as often as in the genre"),
    )
    tempo_bpm = desk.settled(
        "tempo_bpm",
        request.tempo_bpm,
        reading.tempo_bpm,
        lambda: tempo_for(genre, metre, tempo_class=reading.tempo_class, energy=energy, seed=seed),
    )
    key = desk.settled("key", request.key, reading.key, lambda: key_for(genre, mode=reading.mode, seed=seed))
    duration_s = desk.settled(
        "duration_s", request.duration_s, reading.duration_s, lambda: (DEFAULT_DURATION_S, "the default")
    )
    bars = bars_for(duration_s, tempo_bpm, metre)
    desk.remarks += filter(None, [too_short(duration_s, tempo_bpm, metre)])
    has_vocals = desk.has_vocals(genre)
    players = desk.players(genre, has_vocals)
    form = desk.form(genre, bars, tempo_bpm=tempo_bpm, metre=metre, energy=energy, has_vocals=has_vocals)
    sections = tuple(section for section, _ in form)
    if request.template != AUTO:  # the model has drawn them for this energy
        sections = at_energy(sections, energy)
    sections = voiced(sections, has_vocals)
    stretches = [Stretch(s.type, s.bars, letter) for s, (_, letter) in zip(sections, form, strict=True)]
    chords = harmonise(stretches, genre.harmony, key=key, metre=metre, seed=seed)
    sections = tuple(replace(s, chords=own) for s, own in zip(sections, chords, strict=True))
    plan = Plan(
        prompt=request.prompt,
        genre=genre.name,
        tempo_bpm=float(tempo_bpm),
        key=key,
        time_signature=metre,
        seed=seed,
        sections=desk.sung(sections),
        instruments=players,
        mood=mood_of(request, reading),
        style_positive=reading.style_positive,
        style_negative=reading.style_negative,
        language=desk.language(),
        template=desk.template,
    )
    return Planned(plan, reading, tuple(desk.choices), tuple(desk.remarks), tuple(desk.notes))


def _check(request: PlanRequest) -> None:
    low, high = TEMPO_RANGE_BPM
    if request.tempo_bpm is not None and not low <= request.tempo_bpm <= high:
        raise UsageError(f"a tempo is {low:g}…{high:g} beats a minute, not {request.tempo_bpm:g}")
    if request.duration_s is not None and not 0 < request.duration_s <= 3600:
        raise UsageError(f"a song lasts more than 0 and at most 3600 seconds, not {request.duration_s:g}")
    if request.energy is not None and not 0 <= request.energy <= 1:
        raise UsageError(f"energy is 0…1, not {request.energy:g}")
    for name in request.instruments:
        instrument(name)  # an unknown one is refused, with the nearest known ones
    if request.lyrics and request.has_vocals is False:
        raise UsageError("lyrics need somebody who sings, and vocals are ruled out", hint="leave one out")


def _not_understood(prompt: str) -> NotUnderstoodError:
    said = f"'{prompt}' says nothing about music" if prompt.strip() else "the prompt is empty"
    return NotUnderstoodError(
        f"a prompt must say what the music is like, and {said}",
        hint="name a genre, a mood, a tempo or instruments, such as 'calm piano at 70 bpm', or give --genre",
    )


def _with_mood(reading: Reading, mood: Reading) -> Reading:
    """Return a reading in which a mood that was given outright fills what the prompt leaves open."""
    return replace(
        reading,
        moods=tuple(dict.fromkeys((*mood.moods, *reading.moods))),
        energy=mood.energy if reading.energy is None else reading.energy,
        mode=mood.mode if reading.mode is None else reading.mode,
    )
