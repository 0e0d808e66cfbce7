"""The aspects of control: what each is called, what it needs, and how it follows from a plan and what was heard.

An aspect of a song is a number; None where the plan does not ask for it, or nobody here can hear it. What was looked
for and not found, such as the beats of noise, is wrong and not missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from muze_evaluate.control import form, harmony, presence, rhythm
from muze_evaluate.control.measured import (
    BEATS,
    CHORDS,
    DOWNBEATS,
    ENERGY,
    FAMILIES,
    KEY,
    LOUDNESS,
    METRE,
    SECTIONS,
    TEMPO,
    VOCALS,
    VOICES,
    Measured,
)
from muze_evaluate.control.planned import Planned
from muze_evaluate.document import Better

NEAR_S, EXACT_S = form.WINDOWS_S


@dataclass(frozen=True)
class Aspect:
    """One row of the table.

    Attributes:
        name: as shown.
        field: what must have been looked for.
        of: the number; None where the plan does not define it.
        unit: of the number; empty for a plain one.
        better: which way is better.
        undefined: when `of` is None, in words that go on from "left out: ".
        by_chance: whether another song's plan says how much comes for nothing; not of what heeds no plan, or of what
            most plans have in common.
        within_one: whether it lies in 0…1, which decides the interval of its mean.
    """

    name: str
    field: str
    of: Callable[[Planned, Measured], float | None]
    unit: str = "share"
    better: Better = "higher"
    undefined: str = ""
    by_chance: bool = True
    within_one: bool = True


def values(planned: Planned, measured: Measured) -> dict[str, float | None]:
    """Return every aspect of a song by name, over the time of the plan."""
    heard = measured.until(planned.duration_s)
    return {
        aspect.name: None if aspect.field in heard.unheard else aspect.of(planned, heard)
        for aspect in ASPECTS
    }


def reason(aspect: Aspect, measured: Measured) -> str:
    """Return why a song has no number for an aspect."""
    if aspect.field in measured.unheard or not aspect.undefined:
        return measured.reasons.get(aspect.field, "it is not known")
    return aspect.undefined


def _continuous(planned: Planned, measured: Measured, place: int) -> float | None:
    shares = rhythm.beats_continuous(planned.beats_s, measured.beats_s)
    return None if shares is None else shares[place]


def _metre(planned: Planned, measured: Measured) -> float:
    return float(measured.time_signature == str(planned.time_signature))


def _chords(same: harmony.Compare) -> Callable[[Planned, Measured], float | None]:
    return lambda planned, measured: harmony.chord_overlap(planned.chords, measured.chords, same)


def _boundaries(window_s: float) -> Callable[[Planned, Measured], float | None]:
    return lambda p, m: form.boundary_f(p.sections, m.sections, window_s=window_s)


def _energy_order(planned: Planned, measured: Measured) -> float | None:
    return None if measured.energy is None else form.energy_order(planned.sections, measured.energy)


def _energy_correlation(planned: Planned, measured: Measured) -> float | None:
    return None if measured.energy is None else form.energy_correlation(planned.sections, measured.energy)


def _vocals(planned: Planned, measured: Measured) -> float | None:
    return None if measured.has_vocals is None else float(measured.has_vocals is planned.has_vocals)


def _sung_time(planned: Planned, measured: Measured) -> float | None:
    voices_s = measured.voices_s
    return None if voices_s is None else presence.sung_time_right(planned.sections, voices_s)


def _families(
    share: Callable[[tuple[str, ...], Mapping[str, float]], float | None],
) -> Callable[[Planned, Measured], float | None]:
    return lambda p, m: None if m.families is None else share(p.families, m.families)


_FEW_BEATS = f"fewer than two are planned after the first {rhythm.FIRST_S:g} s"
_NO_CHORDS = "no chord of the kinds that count is planned"
_ONE_SECTION = "one section is planned, without an inner boundary"
_EVEN = f"planned energies differ by less than {form.TIE:g}"

ASPECTS: tuple[Aspect, ...] = (
    Aspect("tempo within 4 %", TEMPO, lambda p, m: rhythm.tempo_right(p.tempo_bpm, m.tempo_bpm)),
    Aspect(
        "tempo, any level",
        TEMPO,
        lambda p, m: rhythm.tempo_right(p.tempo_bpm, m.tempo_bpm, factors=rhythm.FACTORS),
    ),
    Aspect("beats F", BEATS, lambda p, m: rhythm.beat_f(p.beats_s, m.beats_s), unit="", undefined=_FEW_BEATS),
    Aspect("beats CMLt", BEATS, lambda p, m: _continuous(p, m, 0), undefined=_FEW_BEATS),
    Aspect("beats AMLt", BEATS, lambda p, m: _continuous(p, m, 1), undefined=_FEW_BEATS),
    Aspect(
        "downbeats F",
        DOWNBEATS,
        lambda p, m: rhythm.beat_f(p.downbeats_s, m.downbeats_s),
        unit="",
        undefined=_FEW_BEATS,
    ),
    Aspect("metre", METRE, _metre),
    Aspect("key is heard", KEY, lambda p, m: float(m.key is not None), by_chance=False),
    Aspect("key", KEY, lambda p, m: harmony.key_exact(p.key, m.key)),
    Aspect("key, weighted", KEY, lambda p, m: harmony.key_weighted(p.key, m.key), unit=""),
    Aspect("chords, root", CHORDS, _chords(harmony.same_root), undefined=_NO_CHORDS),
    Aspect("chords, major/minor", CHORDS, _chords(harmony.same_majmin), undefined=_NO_CHORDS),
    Aspect("chords, sevenths", CHORDS, _chords(harmony.same_sevenths), undefined=_NO_CHORDS),
    Aspect(f"boundaries F, {NEAR_S:g} s", SECTIONS, _boundaries(NEAR_S), unit="", undefined=_ONE_SECTION),
    Aspect(f"boundaries F, {EXACT_S:g} s", SECTIONS, _boundaries(EXACT_S), unit="", undefined=_ONE_SECTION),
    Aspect("section types", SECTIONS, lambda p, m: form.type_share(p.sections, m.sections)),
    Aspect("energy order", ENERGY, _energy_order, undefined=_EVEN),
    Aspect(
        "energy, Spearman",
        ENERGY,
        _energy_correlation,
        unit="",
        undefined="fewer than three sections are planned, or all alike",
        within_one=False,
    ),
    Aspect(
        "loudness, off by",
        LOUDNESS,
        lambda p, m: presence.loudness_error(p.loudness_lufs, m.loudness_lufs),
        unit="LU",
        better="lower",
        undefined="no loudness was asked for",
        by_chance=False,  # most songs ask for the same one
        within_one=False,
    ),
    Aspect("vocals", VOCALS, _vocals),
    Aspect("vocals, by section", VOICES, _sung_time),
    Aspect(
        "instruments found",
        FAMILIES,
        _families(presence.requested_found),
        undefined="none that could be found is planned",
    ),
    Aspect(
        "instruments, precision",
        FAMILIES,
        _families(presence.found_requested),
        undefined="none is found",
    ),
)
"""In the order of the table. The average precision of instruments is of sets, and not of songs; see `summary`."""
