"""The drummer: a groove for each type of section, layers by energy, turns, fills, build-ups and the last hit.

All writing happens on the exact grid; swing and human timing come afterwards (`humanise`). The bass reads
the bass drum from here even where no drums play.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from muze_plan.composer.choosing import choose_by_type, distance
from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.embellish import embellished
from muze_plan.composer.fills import (
    STRENGTH,
    Strike,
    build_strikes,
    choose_fill,
    fill_beats,
    fill_strikes,
)
from muze_plan.composer.kit import (
    CYMBALS,
    HANDS,
    LEVELS,
    ORCHESTRAL_KIT,
    PERCUSSION,
    PERCUSSION_LEVEL,
    TIMEKEEPERS,
    key_of,
)
from muze_plan.composer.patterns import COMMON, Pattern, felt_quarter
from muze_plan.composer.styles import Build, Groove, for_metre
from muzecli.song.plan import SectionType
from muzecli.song.score import Note, Role

_STROKE_TICKS = 60  # drums have no length; this is what editors show well
_LOW_PERCUSSION = 54  # instruments whose lowest key is not below this have no kit
_KICKS = ("kick", "kick2")
_BACKBEATS = ("snare", "snare2", "clap", "rim")
# For a percussion player whose style has nothing for hands.
_HANDS_GROOVE = {
    "shaker": Pattern.parse("x.o. x.o. x.o. x.o.", symbols="Xxog"),
    "mute_conga": Pattern.parse("..g. x.g. ..g. x...", symbols="Xxog"),
    "conga": Pattern.parse(".... ...o .... ..xx", symbols="Xxog"),
    "low_conga": Pattern.parse("o... .... ..o. ....", symbols="Xxog"),
}
_LAYERED = ("kick", "snare", "clap")  # what a second kit doubles


def loudness(energy: float) -> float:
    """Return the factor by which an energy scales velocities, 0.74…1.1."""
    return 0.74 + 0.36 * energy


def last_chord(song: SongContext) -> int:
    """Return the tick at which the song's last chord is struck, in its last bar."""
    section = song.sections[-1]
    return max(section.chords[-1].start, section.end - section.bar_ticks)


def groove_of(song: SongContext, section: SectionContext) -> Groove:
    """Return what the drummer plays in a type of section; its returns play the same."""
    grooves = song.style.drums.grooves
    wanted = for_metre(song.metre, {groove.metre for groove in grooves})
    own = [g for g in grooves if g.types and section.type in g.types and g.metre == wanted]
    if own:
        return song.rng("groove", section.type).choice(own)
    general = [groove for groove in grooves if groove.types is None]
    return choose_by_type(general, song, _density, "groove")[section.type]


def _density(groove: Groove) -> float:
    """Return the strokes of a groove in a bar, weighted by their force."""
    return sum(
        sum(STRENGTH.get(step, 0.0) for bar in pattern.bars for step in bar) / len(pattern.bars)
        for pattern in groove.voices.values()
    )


def drum_strikes(song: SongContext, section: SectionContext) -> list[Strike]:
    """Return every stroke of a section, in absolute ticks, whoever plays them.

    Strokes of bars before the drummer comes in are included: see `assigned`.
    """
    drums, length = song.style.drums, section.end - section.start
    if section.type is SectionType.BUILDUP and drums.build is not Build.NONE:
        breath = section.next is SectionType.DROP and section.bars >= 4
        strikes = build_strikes(
            drums.build, section.bars, section.energy, song.metre, song.plan.tempo_bpm, breath=breath
        )
    else:
        strikes = embellished(song, section, _groove_strikes(song, section))
        if section.type is SectionType.BREAKDOWN and not drums.heavy_breakdown:
            strikes = [s for s in strikes if not _is_backbone(s)]
        strikes = _with_fills(song, section, strikes)
    if _begins_with_crash(song, section):
        strikes = [s for s in strikes if s.tick > 0 or s.voice not in ("ride", "closed_hat", "open_hat")]
        strikes += [Strike(0, "crash", 0.9 + 0.15 * section.energy), Strike(0, "kick", 1.0)]
    if section.next is None:
        at = last_chord(song) - section.start
        strikes = [s for s in strikes if s.tick < at] + _last_hit(section, at)
    merged: dict[tuple[int, str], float] = {}
    for strike in strikes:
        if strike.tick < length:
            place = (strike.tick + section.start, strike.voice)
            merged[place] = max(merged.get(place, 0.0), strike.force)
    return [Strike(tick, voice, force) for (tick, voice), force in sorted(merged.items())]


def _is_backbone(strike: Strike) -> bool:
    """Whether a stroke is one that a breakdown goes without; ghost notes stay."""
    return strike.voice in _KICKS or (strike.voice in _BACKBEATS and strike.force >= 0.5)


def kick_ticks(strikes: Iterable[Strike]) -> list[int]:
    """Return when the bass drum sounds."""
    return sorted({strike.tick for strike in strikes if strike.voice in _KICKS})


def _groove_strikes(song: SongContext, section: SectionContext) -> list[Strike]:
    groove, layers = groove_of(song, section), song.style.drums.layers
    wanted = for_metre(song.metre, {layer.metre for layer in layers})
    joining = [
        item
        for layer in layers
        if layer.metre == wanted and distance(layer.energy, section.energy) == 0.0
        for item in layer.voices.items()
    ]
    found = []
    for bar in range(section.bars):
        voices = {**groove.voices, **groove.turn} if bar % 4 == 3 else groove.voices
        for voice, pattern in (*voices.items(), *joining):
            found += _bar(song, section, voice, pattern, bar)
    return found


def _bar(song: SongContext, section: SectionContext, voice: str, pattern: Pattern, bar: int) -> list[Strike]:
    metre, at = song.metre, bar * section.bar_ticks
    hits = pattern.hits(bar, metre, song.plan.tempo_bpm)
    strikes = [Strike(at + hit.tick, voice, STRENGTH[hit.symbol]) for hit in hits]
    if metre.compound and pattern.metre == COMMON and voice in TIMEKEEPERS:
        third = metre.beat_ticks // 3
        struck = {hit.tick for hit in hits}
        for beat in range(0, metre.bar_ticks, metre.beat_ticks):
            if {beat, beat + 2 * third} <= struck and beat + third not in struck:
                strikes.append(Strike(at + beat + third, voice, STRENGTH["o"]))
    return strikes


def _with_fills(song: SongContext, section: SectionContext, strikes: list[Strike]) -> list[Strike]:
    drums, length = song.style.drums, section.end - section.start
    ends = [(length, fill_beats(section.energy, section.next, section.next_energy))]
    if drums.every and section.energy >= 0.3 and section.type is not SectionType.BREAKDOWN:
        inner = range(drums.every, section.bars, drums.every)
        ends += [(bar * section.bar_ticks, 1) for bar in inner]
    for end, beats in ends:
        fill = choose_fill(drums.fills, beats, song.rng("fill", section.type, section.occurrence, end))
        if fill is None or section.type is SectionType.BREAKDOWN:
            continue
        added, ticks = fill_strikes(fill, song.metre, song.plan.tempo_bpm)
        if ticks > section.bars * section.bar_ticks // 2:  # a bar of fill in a section of one is no section
            continue
        keeps = PERCUSSION if fill.stop or set(_KICKS) & set(fill.voices) else PERCUSSION | set(_KICKS)
        start = end - ticks
        strikes = [s for s in strikes if not start <= s.tick < end or s.voice in keeps]
        strikes += [Strike(s.tick + start, s.voice, s.force) for s in added]
    return strikes


def _begins_with_crash(song: SongContext, section: SectionContext) -> bool:
    drums = song.style.drums
    if section.type in (SectionType.BREAKDOWN, SectionType.BUILDUP, SectionType.INTRO, SectionType.OUTRO):
        return False
    arrives = section.type in (SectionType.CHORUS, SectionType.DROP)
    return section.energy >= drums.crash - (0.1 if arrives else 0.0)


def _last_hit(section: SectionContext, at: int) -> list[Strike]:
    if section.energy < 0.25:
        return [Strike(at, "ride", 0.6)]
    return [Strike(at, "kick", 0.9), Strike(at, "crash", 0.7 + 0.3 * section.energy)]


def assigned(
    song: SongContext, section: SectionContext, strikes: Sequence[Strike]
) -> Mapping[str, list[Note]]:
    """Return the notes of each drummer of a section, humans with two hands or machines alike."""
    names = section.players.get(Role.DRUMS, ())
    kits = [name for name in names if song.instruments[name].low < _LOW_PERCUSSION]
    hands = [name for name in names if name not in kits]
    if hands and not any(strike.voice in PERCUSSION for strike in strikes) and kits:
        strikes = [*strikes, *_for_hands(song, section)]
    found: dict[str, list[Note]] = {name: [] for name in names}
    for strike in strikes:
        for name, voice in _who(strike.voice, kits, hands, song):
            note = _note(song, section, name, Strike(strike.tick, voice, strike.force))
            start, end = section.span(name)
            if note is not None and start <= note.start < end:
                found[name].append(note)
    return found


def _for_hands(song: SongContext, section: SectionContext) -> list[Strike]:
    found = []
    for bar in range(section.bars):
        for voice, pattern in _HANDS_GROOVE.items():
            found += _bar(song, section, voice, pattern, bar)
    return [Strike(strike.tick + section.start, strike.voice, strike.force) for strike in found]


def _who(voice: str, kits: Sequence[str], hands: Sequence[str], song: SongContext) -> list[tuple[str, str]]:
    """Return who plays a voice, and as which voice."""
    if voice in PERCUSSION and hands:
        return [(name, voice) for name in hands]
    if not kits:
        return [(name, HANDS[voice]) for name in hands if voice in HANDS]
    found = [(kits[0], voice)]
    for name in kits[1:]:
        if song.instruments[name].program == ORCHESTRAL_KIT:
            accent = {"crash": "crash", "kick": "timpani", "floor_tom": "timpani", "timpani": "timpani"}
            found += [(name, accent[voice])] if voice in accent else []
        elif voice in _LAYERED:
            found.append((name, voice))
    return found


def _note(song: SongContext, section: SectionContext, name: str, strike: Strike) -> Note | None:
    instrument = song.instruments[name]
    key = key_of(strike.voice, instrument.program, section.chord_at(strike.tick).chord)
    if key is None or not instrument.low <= key <= instrument.high:
        return None
    level = song.style.drums.levels.get(strike.voice) or LEVELS.get(strike.voice, PERCUSSION_LEVEL)
    on_beat = (strike.tick - section.start) % felt_quarter(song.metre, song.plan.tempo_bpm) == 0
    accent = 1.04 if on_beat else 1.0
    velocity = round(level * strike.force * accent * loudness(section.energy))
    ticks = _STROKE_TICKS * (4 if strike.voice in CYMBALS else 1)
    return Note(strike.tick, strike.tick + ticks, key, min(max(velocity, 1), 127))
