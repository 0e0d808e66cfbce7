"""What happens to a phrase that comes back: decorated, ended higher, thinned out, made restless.

The strong notes stay, so that a return is heard as the same.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from muze_plan.composer.melody.pulse import BarGrid
from muze_plan.composer.melody.scales import CHORD, palette
from muze_plan.composer.melody.sung import Sung, Tone
from muze_plan.composer.melody.theme import Theme


def decorated(theme: Theme, phrases: Sequence[Sung], share: float, rng: random.Random) -> list[Sung]:
    """Return phrases with passing and neighbour notes put after some long notes that have no words."""
    grid = theme.grid
    part = grid.pulse_ticks // 2
    made = []
    for sung in phrases:
        tones: list[Tone] = []
        for index, tone in enumerate(sung.tones):
            following = sung.tones[index + 1] if index + 1 < len(sung.tones) else None
            roomy = tone.length >= 2 * part and part >= theme.shortest
            if tone.lyric is None and following is not None and roomy and rng.random() < share:
                between = _between(theme, sung, tone, following)
                if between is not None:
                    kept = tone.length - part
                    tones += [replace(tone, length=kept), Tone(tone.offset + kept, part, between)]
                    continue
            tones.append(tone)
        made.append(replace(sung, tones=tuple(tones)))
    return made


def _between(theme: Theme, sung: Sung, tone: Tone, following: Tone) -> int | None:
    """Return a note of the scale that leads by step from one note to the next."""
    move = following.pitch - tone.pitch
    if following.offset - tone.offset > 2 * theme.grid.ticks or abs(move) > 5:
        return None
    kinds = _kinds(theme, sung, tone.offset + tone.length - 1)
    way = 1 if move >= 0 else -1
    for distance in (1, 2):
        pitch = tone.pitch + way * distance if abs(move) != 1 else tone.pitch - way * distance
        if kinds[pitch % 12] is not None and pitch != following.pitch and abs(pitch - following.pitch) <= 2:
            return pitch if theme.tessitura.low <= pitch <= theme.tessitura.high else None
    return None


def _kinds(theme: Theme, sung: Sung, offset: int) -> Sequence[int | None]:
    chord = sung.chords[0][1]
    for start, later in sung.chords:
        if start <= offset:
            chord = later
    return palette(theme.song.key.tonic, theme.scale, chord)


def ended_higher(theme: Theme, phrases: Sequence[Sung]) -> list[Sung]:
    """Return phrases whose very last note is the next note of the chord above, where the range allows."""
    *first, last = phrases
    tone = last.tones[-1]
    kinds = _kinds(theme, last, tone.offset)
    for pitch in range(tone.pitch + 2, tone.pitch + 8):
        if pitch > theme.tessitura.high:
            break
        if kinds[pitch % 12] == CHORD:
            near = len(last.tones) < 2 or abs(pitch - last.tones[-2].pitch) <= 7
            if near:
                return [*first, replace(last, tones=(*last.tones[:-1], replace(tone, pitch=pitch)))]
    return list(phrases)


def with_melismas(theme: Theme, phrases: Sequence[Sung], share: float, rng: random.Random) -> list[Sung]:
    """Return phrases some of whose last syllables are sung on two notes, the second one in the chord."""
    made = []
    for sung in phrases:
        tone = sung.tones[-1]
        part = theme.grid.pulse_ticks // 2
        if tone.lyric is not None and tone.length >= 3 * part and rng.random() < share:
            above = _neighbour(theme, sung, tone)
            if above is not None:
                start = tone.offset + part
                tail = (
                    replace(tone, length=part, pitch=above),
                    Tone(start, tone.length - part, tone.pitch),
                )
                sung = replace(sung, tones=(*sung.tones[:-1], *tail))
        made.append(sung)
    return made


def _neighbour(theme: Theme, sung: Sung, tone: Tone) -> int | None:
    """Return the note a step above, for an appoggiatura; None where it lies too high or jars with what was before."""
    kinds = _kinds(theme, sung, tone.offset)
    previous = sung.tones[-2].pitch if len(sung.tones) > 1 else tone.pitch
    for pitch in (tone.pitch + 1, tone.pitch + 2):
        if kinds[pitch % 12] is not None and pitch <= theme.tessitura.high and 0 <= previous - pitch + 2 <= 4:
            return pitch
    return None


def thinned(grid: BarGrid, phrases: Sequence[Sung], keep: float) -> list[Sung]:
    """Return phrases of which only the weightiest notes remain, each sounding until the next."""
    made = []
    for sung in phrases:
        count = max(round(len(sung.tones) * keep), 1)
        order = sorted(
            range(len(sung.tones)),
            key=lambda i: (-grid.strength(sung.tones[i].offset) - sung.tones[i].length / grid.ticks, i),
        )
        kept = sorted({*order[:count], len(sung.tones) - 1})
        tones = []
        for place, index in enumerate(kept):
            tone = sung.tones[index]
            until = sung.tones[kept[place + 1]].offset if place + 1 < len(kept) else tone.offset + tone.length
            tones.append(replace(tone, length=min(until - tone.offset, max(tone.length, grid.ticks))))
        made.append(replace(sung, tones=tuple(tones)))
    return made


def restless(grid: BarGrid, phrases: Sequence[Sung], start: int, shortest: int) -> list[Sung]:
    """Return phrases whose notes from a tick on are struck twice as often, as before a drop."""
    made = []
    for sung in phrases:
        tones: list[Tone] = []
        for tone in sung.tones:
            half = tone.length // 2
            if sung.start + tone.offset >= start and half >= shortest and half % (grid.pulse_ticks // 4) == 0:
                tones += [
                    replace(tone, length=half),
                    Tone(tone.offset + half, tone.length - half, tone.pitch),
                ]
            else:
                tones.append(tone)
        made.append(replace(sung, tones=tuple(tones)))
    return made
