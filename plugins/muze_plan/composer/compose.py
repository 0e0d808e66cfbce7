"""From a plan to its score: everybody writes on the exact grid, then hands play it.

plan ─▶ arrange ─▶ drums, bass, chords, effects ─┐
              └──▶ melodies ─────────────────────┴▶ swing ─▶ hands ─▶ ranges, overlaps ─▶ Score
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from muze_plan.composer.arrangement import arrange
from muze_plan.composer.bass import bass_line
from muze_plan.composer.comping import accompaniment
from muze_plan.composer.context import SongContext
from muze_plan.composer.drums import assigned, drum_strikes, kick_ticks
from muze_plan.composer.effects import effects
from muze_plan.composer.humanise import Hands, swung
from muze_plan.composer.kit import VOICES
from muze_plan.composer.style_files import load_style
from muze_plan.genres import Genre, genre
from muzecli.errors import ConfigError
from muzecli.seeds import item_seed
from muzecli.song.checks import suggestion
from muzecli.song.instruments import Instrument, instruments
from muzecli.song.plan import Plan
from muzecli.song.score import Note, Part, Role, Score
from muzecli.song.tidy import tidied

Lines = dict[tuple[Role, str], list[Note]]
"""Notes by role and instrument, on the grid."""

MelodyWriter = Callable[[SongContext], Mapping[tuple[Role, str], Sequence[Note]]]

_VOICE_OF_KEY = {key: voice for voice, key in VOICES.items() if voice != "timpani"}
_SUNG_DYNAMICS = 0.5  # melodies have dynamics of their own


class HarmonicComposer:
    """Composes by rules of harmony and by the habits of each genre (`muze.composers`: theory).

    Args:
        melodies: who writes vocals, leads, counter-melodies and arpeggios; None takes muze's own.
    """

    name = "theory"

    def __init__(self, melodies: MelodyWriter | None = None) -> None:
        self._melodies = melodies

    def compose(self, plan: Plan) -> Score:
        """Return the score of a whole plan; the plan's seed decides what the plan leaves open.

        Raises:
            BadDataError: a section lacks chords.
            ConfigError: the genre or an instrument is unknown.
        """
        song = self.song(plan)
        lines = self.lines(song)
        return Score(
            tempo_bpm=plan.tempo_bpm,
            time_signature=plan.time_signature,
            key=plan.key,
            bars=plan.bars,
            parts=_parts(song, _played(song, lines)),
            chords=tuple(event for section in song.sections for event in section.chords),
            sections=plan.spans,
        )

    def song(self, plan: Plan) -> SongContext:
        """Return the plan with its arrangement: who plays in which section."""
        table = instruments()
        for name in plan.instruments:
            if name not in table:
                raise ConfigError(
                    f"a plan's instruments must be in the instrument table; found '{name}'",
                    hint=suggestion(name, table, "instruments"),
                )
        known = genre(plan.genre)
        return arrange(plan, load_style(known.style), table, _seats(known))

    def lines(self, song: SongContext) -> Lines:
        """Return what everybody plays, on the exact grid."""
        if self._melodies is None:
            from muze_plan.composer.melody import write_melodies

            melodies: MelodyWriter = write_melodies
        else:
            melodies = self._melodies
        found: Lines = {}
        for section in song.sections:
            strikes = drum_strikes(song, section)
            for name, notes in assigned(song, section, strikes).items():
                found.setdefault((Role.DRUMS, name), []).extend(notes)
            for name, notes in bass_line(song, section, kick_ticks(strikes)).items():
                found.setdefault((Role.BASS, name), []).extend(notes)
            for (role, name), notes in accompaniment(song, section).items():
                found.setdefault((role, name), []).extend(notes)
            for name, notes in effects(song, section).items():
                found.setdefault((Role.EFFECTS, name), []).extend(notes)
        for (role, name), written in melodies(song).items():
            found.setdefault((role, name), []).extend(written)
        return found


def _seats(known: Genre) -> dict[str, tuple[Role, ...]]:
    """Return the roles in which a genre has each of its instruments, the most usual first."""
    found: dict[str, dict[Role, float]] = {}
    for role, chair in known.chairs.items():
        for name, weight in chair.of.items():
            found.setdefault(name, {})[role] = weight
    return {name: tuple(sorted(roles, key=lambda role: -roles[role])) for name, roles in found.items()}


def _played(song: SongContext, lines: Mapping[tuple[Role, str], Sequence[Note]]) -> Lines:
    """Return the lines as the band plays them: swung, human, within ranges."""
    plan, style = song.plan, song.style
    bend = swung(style.swing, song.metre, plan.tempo_bpm)
    hands = Hands(style.feel, item_seed(plan.seed, "hands"), song.ticks(0.001), song.end)
    played: Lines = {}
    for (role, name), notes in lines.items():
        instrument = song.instruments[name]
        bent = [
            Note(bend(n.start), max(bend(n.end), bend(n.start) + 1), n.pitch, n.velocity, n.lyric)
            for n in sorted(notes, key=lambda note: (note.start, note.pitch))
            if instrument.low <= n.pitch <= instrument.high
        ]
        rng = random.Random(item_seed(plan.seed, f"hands/{role}/{name}"))
        lag_of = partial(_lag_of_stroke, song) if role is Role.DRUMS else partial(_lag_of_role, song, role)
        dynamics = _SUNG_DYNAMICS if role in (Role.VOCALS, Role.LEAD) else 1.0
        played[role, name] = hands.play(bent, rng, lag_of, dynamics=dynamics)
        if not instrument.polyphonic and role is not Role.DRUMS:
            played[role, name] = _one_at_a_time(played[role, name])
    return played


def _lag_of_stroke(song: SongContext, note: Note) -> float:
    lags = song.style.feel.lag_ms
    return lags.get(_VOICE_OF_KEY.get(note.pitch, ""), lags.get(Role.DRUMS, 0.0))


def _lag_of_role(song: SongContext, role: Role, note: Note) -> float:
    return song.style.feel.lag_ms.get(role, 0.0)


def _one_at_a_time(notes: Sequence[Note]) -> list[Note]:
    """Return the notes of an instrument that plays one at a time: each ends where the next begins."""
    ordered = sorted(notes, key=lambda note: (note.start, -note.pitch))
    found: list[Note] = []
    for note in ordered:
        if found and note.start <= found[-1].start:
            continue
        if found and found[-1].end > note.start:
            last = found[-1]
            found[-1] = Note(last.start, note.start, last.pitch, last.velocity, last.lyric)
        found.append(note)
    return found


def _parts(song: SongContext, lines: Mapping[tuple[Role, str], Iterable[Note]]) -> tuple[Part, ...]:
    """Return the parts in the order of their roles; an instrument with two roles has two parts."""
    order = {role: i for i, role in enumerate(Role)}
    places = {name: i for i, name in enumerate(song.plan.instruments)}
    parts: list[Part] = []
    for role, name in sorted(lines, key=lambda line: (order[line[0]], places[line[1]])):
        notes = tidied(sorted(lines[role, name], key=lambda n: (n.start, n.pitch)), end=song.end)
        if not notes:
            continue
        instrument: Instrument = song.instruments[name]
        taken = {part.name for part in parts}
        unique = name if name not in taken else f"{name}_{role}"
        parts.append(Part(unique, role, name, instrument.program, instrument.is_drum, notes))
    return tuple(parts)
