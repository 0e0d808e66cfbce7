"""Give every bar of a song its chords.

Sections of one letter get the same material; a section that leads to a chorus opens towards it, others turn
back or close as the genre likes, and the song ends with a cadence.
"""

from __future__ import annotations

from collections.abc import Sequence

from muze_plan.choice import choose, generator
from muze_plan.harmony.cadences import cadence, closed
from muze_plan.harmony.material import Stretch, letters, progressions_for
from muze_plan.harmony.progressions import HarmonyStyle, Progression
from muze_plan.harmony.roman import Bar
from muze_plan.harmony.spice import with_borrowed_chord, with_secondary_dominant
from muze_plan.harmony.tiling import fitting_pace, paced, shared, tiled
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import BarChords, SectionType

_ARRIVALS = (SectionType.CHORUS, SectionType.DROP)
_FRAMES = (SectionType.INTRO, SectionType.OUTRO)


def harmonise(
    stretches: Sequence[Stretch], style: HarmonyStyle, *, key: Key, metre: TimeSignature, seed: int
) -> tuple[tuple[BarChords, ...], ...]:
    """Return the chords of every section, bar by bar.

    Args:
        stretches: the song's sections.
        style: the genre's harmony.
        key: of the song; its mode decides among the progressions.
        metre: chords that share a bar change on its beats.
        seed: decides what the genre leaves open.
    """
    beats = metre.beats_per_bar
    return tuple(
        tuple(shared([numeral.chord(key) for numeral in bar], beats) for bar in bars)
        for bars in numerals(stretches, style, mode=key.mode, beats=beats, seed=seed)
    )


def numerals(
    stretches: Sequence[Stretch], style: HarmonyStyle, *, mode: str, beats: int, seed: int
) -> tuple[tuple[Bar, ...], ...]:
    """Return the degrees of every section, bar by bar."""
    names = letters(stretches, seed)
    pace = choose(generator(seed, "harmony/pace"), style.bars_a_chord)
    chosen = progressions_for(stretches, names, style, mode, seed)
    spiced = {
        letter: _spiced(progression, letter, style, beats, seed) for letter, progression in chosen.items()
    }
    found = []
    for index, (stretch, letter) in enumerate(zip(stretches, names, strict=True)):
        following = stretches[index + 1] if index + 1 < len(stretches) else None
        fixed = chosen[letter].fixed
        cycle = _cycle(stretch, spiced[letter], fixed, pace, beats)
        bars = _laid(stretch, cycle, fixed)
        formula = _formula(bars, stretch, following, letter, style, mode, seed)
        if formula or following is not None or fixed:
            found.append(closed(bars, formula, final=following is None))
        else:
            found.append(_landed(bars, cycle))
    return tuple(found)


def _spiced(
    progression: Progression, letter: str, style: HarmonyStyle, beats: int, seed: int
) -> tuple[Bar, ...]:
    """Return a progression with what the genre may add to it, which stays with its letter."""
    bars = progression.bars
    if progression.fixed or beats < 2:
        return bars
    rng = generator(seed, f"harmony/secondary dominant/{letter}")
    if rng.random() < style.secondary_dominants:
        bars = with_secondary_dominant(bars, progression.mode, rng)
    rng = generator(seed, f"harmony/borrowed/{letter}")
    if rng.random() < style.borrowed:
        bars = with_borrowed_chord(bars, progression.mode, rng)
    return bars


def _cycle(stretch: Stretch, bars: tuple[Bar, ...], fixed: bool, pace: float, beats: int) -> tuple[Bar, ...]:
    """Return what goes round in a section, at its pace."""
    return bars if fixed else paced(bars, fitting_pace(bars, pace, stretch.bars, beats), beats)


def _laid(stretch: Stretch, cycle: tuple[Bar, ...], fixed: bool) -> tuple[Bar, ...]:
    """Return a section's bars before its cadence."""
    if fixed and stretch.type in _FRAMES and stretch.bars < len(cycle):
        return cycle[-stretch.bars :]  # a tune is introduced, and left, by its last bars
    return tiled(cycle, stretch.bars)


def _landed(bars: tuple[Bar, ...], cycle: tuple[Bar, ...]) -> tuple[Bar, ...]:
    """Return the end of a song that closes with its loop: one that is cut short lands on its tonic."""
    if len(bars) % len(cycle) == 0:
        return bars
    home = next((bar[:1] for bar in cycle if bar[0].tonic), cycle[0][:1])
    return (*bars[:-1], home)


def _formula(
    bars: tuple[Bar, ...],
    stretch: Stretch,
    following: Stretch | None,
    letter: str,
    style: HarmonyStyle,
    mode: str,
    seed: int,
) -> tuple[Bar, ...]:
    """Return the cadence that a section's place in the song asks for; empty where it goes on as it goes."""
    if following is None:
        end = "end"
    elif following.type in _ARRIVALS and stretch.type not in _ARRIVALS:
        end = "lift"
    else:
        end = "turn"
    rng = generator(seed, f"harmony/cadence/{letter}/{end}")
    name = choose(rng, style.cadences.get(end) or {"loop": 1.0})
    fifths = all(numeral.quality == "5" for bar in bars for numeral in bar)
    return cadence(name, mode, "power" if fifths else style.colour)
