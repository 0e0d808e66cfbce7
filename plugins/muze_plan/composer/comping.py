"""Chord players: voice-led voicings in the rhythms of the genre, strums, broken chords, left hands, pads.

Each player of a section takes one accompaniment of the style that suits the instrument, the second player
another than the first. Ensembles of single voices share the chord among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from muze_plan.composer.choosing import choose_by_type
from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.drums import last_chord
from muze_plan.composer.ensemble import single_voice
from muze_plan.composer.fills import STRENGTH
from muze_plan.composer.left_hand import ROOTS, left_hand
from muze_plan.composer.patterns import COMMON, HOLD, REST, Hit, felt_quarter
from muze_plan.composer.strokes import pieces, stroke_velocity
from muze_plan.composer.styles import Comp, VoicingKind, for_metre
from muze_plan.composer.voicing import Voicing, lead_voices
from muzecli.song.score import Note, Role

if TYPE_CHECKING:
    from muzecli.song.instruments import Instrument

_STROKES = {**STRENGTH, "A": 1.0, "D": 1.0, "U": 0.84}
_MUTE_TICKS = 45
_SHORTEST_S = 0.09  # a stab that is shorter than this is a click
_STRINGS_UP = 4  # an up stroke reaches the highest four
_DISTORTED = ("distorted_guitar", "overdriven_guitar")

HELD = Comp("held", role=Role.PAD, voicing=VoicingKind.OPEN, centre=62, velocity=66)
"""What a player does whose style says nothing of him: each chord, as long as it lasts."""


def accompaniment(song: SongContext, section: SectionContext) -> dict[tuple[Role, str], list[Note]]:
    """Return the notes of everybody who plays chords or pads in a section."""
    found: dict[tuple[Role, str], list[Note]] = {}
    taken: list[str] = []
    for role in (Role.CHORDS, Role.PAD):
        names = section.players.get(role, ())
        single = [name for name in names if not song.instruments[name].polyphonic]
        for name in names:
            comp = comp_of(song, section, role, name, taken)
            taken.append(comp.name)
            if name in single:
                notes = single_voice(song, section, comp, name, single)
            else:
                notes = _played(song, section, comp, name, low_end=_needs_low_end(song, section, name))
            enters, leaves = section.span(name)
            found[role, name] = [note for note in notes if enters <= note.start < leaves]
    return found


def comp_of(
    song: SongContext, section: SectionContext, role: Role, name: str, taken: Sequence[str] = ()
) -> Comp:
    """Return how a player accompanies a type of section; its returns have the same."""
    instrument = song.instruments[name]
    fitting = [comp for comp in song.style.comping if comp.role is role]
    own = [comp for comp in fitting if _suits(comp, instrument)]
    general = [comp for comp in fitting if not comp.players]
    wanted = for_metre(song.metre, {comp.metre for comp in fitting})
    for metre in (wanted, COMMON):
        options = [c for c in own if c.metre == metre] or [c for c in general if c.metre == metre]
        options = [comp for comp in options if comp.name not in taken] or options
        if options:
            return choose_by_type(options, song, _density, "comping", name)[section.type]
    return HELD


def _density(comp: Comp) -> float:
    """Return about how many notes an accompaniment has in a bar."""
    notes = 0.0
    for pattern, chord in ((comp.right, 4.0), (comp.left, 1.0)):
        if pattern is not None:
            steps = [step for bar in pattern.bars for step in bar if step not in (REST, HOLD)]
            notes += sum(1.0 if step.isdigit() else chord for step in steps) / len(pattern.bars)
    return notes if comp.right is not None else notes + 3.0


def _suits(comp: Comp, instrument: Instrument) -> bool:
    return instrument.name in comp.players or instrument.family in comp.players


def _needs_low_end(song: SongContext, section: SectionContext, name: str) -> bool:
    """Whether this player has to play the roots because the song has no bass."""
    first = next((n for role in (Role.CHORDS, Role.PAD) for n in section.players.get(role, ())), None)
    return first == name and not any(section.plays(Role.BASS) for section in song.sections)


def _voicings(song: SongContext, section: SectionContext, comp: Comp, name: str) -> tuple[Voicing, ...]:
    """Return the voicing of each chord of a section."""
    instrument = song.instruments[name]
    kind = comp.voicing
    if name in _DISTORTED and kind is not VoicingKind.SHELL:
        kind = VoicingKind.POWER  # more notes than these only growl
    lift = round(6 * (song.usual_energy(section.type) - 0.5))
    middle = (instrument.comfortable_low + instrument.comfortable_high) // 2
    centre = comp.centre + lift
    if not instrument.comfortable_low + 5 <= centre <= instrument.comfortable_high - 5:
        centre = middle
    if kind is VoicingKind.POWER:
        centre = min(centre, instrument.low + 14)
    chords = tuple(event.chord for event in section.chords)
    return lead_voices(chords, kind, song.key, centre, instrument.low, instrument.high)


def _played(
    song: SongContext, section: SectionContext, comp: Comp, name: str, *, low_end: bool
) -> list[Note]:
    shapes = dict(zip((e.start for e in section.chords), _voicings(song, section, comp, name), strict=True))
    sustained = song.instruments[name].sustained
    notes: list[Note] = []
    if comp.right is None:
        notes += _held(song, section, comp, shapes, tie=sustained)
    else:
        notes += _struck(song, section, comp, shapes)
    left = comp.left
    if left is None and low_end and comp.voicing not in (VoicingKind.GUITAR, VoicingKind.POWER):
        left = ROOTS
    if left is not None:
        notes += left_hand(song, section, comp, name, left)
    return _ended(song, section, notes, comp, shapes)


def _held(
    song: SongContext, section: SectionContext, comp: Comp, shapes: dict[int, Voicing], *, tie: bool
) -> list[Note]:
    """Return chords held as long as they last; common tones of sustained instruments are tied for a while."""
    longest = 4 * section.bar_ticks
    notes: list[Note] = []
    sounding: dict[int, int] = {}
    for event in section.chords:
        voicing = shapes[event.start]
        tied = {}
        for i, pitch in enumerate(voicing):
            at = sounding.get(pitch)
            if tie and at is not None and event.end - notes[at].start <= longest:
                notes[at] = Note(notes[at].start, event.end, pitch, notes[at].velocity)
                tied[pitch] = at
                continue
            velocity = stroke_velocity(comp, 1.0, i, len(voicing), section)
            tied[pitch] = len(notes)
            notes.append(Note(event.start, event.end, pitch, velocity))
        sounding = tied
    if not tie:
        notes = [
            Note(n.start, n.start + int((n.end - n.start) * comp.gate), n.pitch, n.velocity) for n in notes
        ]
    return notes


def _struck(song: SongContext, section: SectionContext, comp: Comp, shapes: dict[int, Voicing]) -> list[Note]:
    assert comp.right is not None
    hits: list[tuple[int, Hit]] = []
    for bar, start in enumerate(section.bar_starts):
        pattern = comp.turn if comp.turn is not None and bar % 4 == 3 else comp.right
        hits += [(start + hit.tick, hit) for hit in pattern.hits(bar, song.metre, song.plan.tempo_bpm)]
    notes: list[Note] = []
    for i, (start, hit) in enumerate(hits):
        event = section.chord_at(start)
        following = hits[i + 1][0] if i + 1 < len(hits) else section.end
        end = min(following, start + section.bar_ticks) if comp.legato else start + hit.ticks
        if hit.symbol == "A" and event.end < section.end:
            event = section.chord_at(event.end)
            end = max(end, min(following, start + 2 * felt_quarter(song.metre, song.plan.tempo_bpm)))
        cut = pieces(song, section, start, end, event)
        for begin, stop, chord in cut:
            stop = begin + max(int((stop - begin) * comp.gate), round(song.ticks(_SHORTEST_S)))
            notes += _stroke(song, section, comp, shapes[chord.start], hit.symbol, begin, stop)
    return notes


def _stroke(
    song: SongContext,
    section: SectionContext,
    comp: Comp,
    voicing: Voicing,
    symbol: str,
    start: int,
    end: int,
) -> list[Note]:
    """Return the notes of one stroke."""
    if not voicing:
        return []
    if symbol.isdigit():
        octave, voice = divmod(int(symbol) - 1, len(voicing))
        pitch = voicing[voice] + 12 * octave
        return [Note(start, end, min(pitch, 108), stroke_velocity(comp, 0.95, voice, len(voicing), section))]
    force = _STROKES[symbol]
    if symbol == "g":
        end = min(end, start + _MUTE_TICKS)
    strings = voicing
    delay = song.ticks(comp.strum_ms / 1000.0)
    if symbol == "U":
        strings = tuple(reversed(voicing[-_STRINGS_UP:]))
        delay *= 0.8
    notes = []
    for i, pitch in enumerate(strings):
        begin = min(start + round(i * delay), end - 1)
        notes.append(Note(begin, end, pitch, stroke_velocity(comp, force, i, len(strings), section)))
    return notes


def _ended(
    song: SongContext, section: SectionContext, notes: list[Note], comp: Comp, shapes: dict[int, Voicing]
) -> list[Note]:
    """Return the notes with the song's last chord struck once and held to its end."""
    if section.next is not None:
        return notes
    at = last_chord(song)
    event = section.chord_at(at)
    voicing = shapes[event.start]
    kept = [Note(n.start, min(n.end, at), n.pitch, n.velocity) for n in notes if n.start < at]
    roots = [n.pitch for n in notes if n.start >= at and voicing and n.pitch < voicing[0]]
    low = min(roots) if roots else None
    if low is not None and event.chord.bass_pc is not None:
        kept.append(
            Note(
                at,
                section.end,
                low - (low - event.chord.bass_pc) % 12,
                stroke_velocity(comp, 1.0, 0, 2, section),
            )
        )
    return kept + [
        Note(at, section.end, pitch, stroke_velocity(comp, 1.0, i, len(voicing), section))
        for i, pitch in enumerate(voicing)
    ]
