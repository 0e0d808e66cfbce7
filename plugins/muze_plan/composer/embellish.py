"""What a drummer does differently the second time: small changes that leave the groove what it is.

Every phrase of four bars may get one: a bass drum before the bar line, an open hi-hat at its end, a ghost note
before a back beat, a stroke left out. The first time a section is heard it is plain, its returns are not.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.fills import Strike
from muze_plan.composer.patterns import felt_quarter
from muzecli.song.plan import SectionType

_PHRASE = 4  # bars
_PLAIN_FEEL_MS = 1.0  # machines that err less than this repeat themselves on purpose
_CHANCE = 0.7


def embellished(song: SongContext, section: SectionContext, strikes: Sequence[Strike]) -> list[Strike]:
    """Return the strokes of a section, ticks from its beginning, with what this hearing of it has anew."""
    found = list(strikes)
    if section.type in (SectionType.CHORUS, SectionType.DROP) and section.energy >= 0.7:
        last = not any(s.type is section.type and s.index > section.index for s in song.sections)
        every = _PHRASE if last and section.occurrence else 2 * _PHRASE
        again = range(every, section.bars, every)
        if section.energy >= song.style.drums.crash:
            found += [Strike(bar * section.bar_ticks, "crash", 0.85) for bar in again]
    if section.occurrence == 0:
        return found
    chance = _CHANCE if song.style.feel.timing_ms >= _PLAIN_FEEL_MS else _CHANCE / 2
    for phrase in range(0, section.bars, _PHRASE):
        rng = song.rng("embellish", section.type, section.occurrence, phrase)
        bar = phrase + rng.choice((1, 2))
        if rng.random() < chance and bar < section.bars:
            found = _changed(found, bar * section.bar_ticks, section.bar_ticks, song, rng)
    return found


def _changed(
    strikes: list[Strike], start: int, bar_ticks: int, song: SongContext, rng: random.Random
) -> list[Strike]:
    """Return the strokes with one bar changed."""
    quarter = felt_quarter(song.metre, song.plan.tempo_bpm)
    voices = {strike.voice for strike in strikes}
    late = start + bar_ticks - quarter // (3 if song.metre.compound else 2)
    hats = [s for s in strikes if s.voice == "closed_hat" and s.tick == late]
    choices = []
    if "kick" in voices:
        choices.append("kick")
    if hats:
        choices.append("open")
    if "snare" in voices and song.style.feel.timing_ms >= 3.0:
        choices.append("ghost")
    if {"conga", "low_conga"} <= voices:
        choices.append("conga")
    if not choices:
        return strikes
    choice = rng.choice(choices)
    if choice == "kick":
        return [*strikes, Strike(late, "kick", 0.85)]
    if choice == "open":
        return [s for s in strikes if s not in hats] + [Strike(late, "open_hat", 0.9)]
    if choice == "conga":
        return [*strikes, Strike(late, "conga", 0.9), Strike(late + quarter // 4, "low_conga", 0.9)]
    return [*strikes, Strike(start + quarter - quarter // (3 if song.metre.compound else 4), "snare", 0.42)]
