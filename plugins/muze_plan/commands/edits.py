"""Change a plan that is there already by the options of the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from muze_plan.commands.options import PlanOptions
from muze_plan.fitting import bars_for, fit, too_short
from muze_plan.genres import genre as genre_named
from muze_plan.harmony.harmonise import harmonise
from muze_plan.harmony.material import Stretch
from muze_plan.harmony.spelling import moved
from muze_plan.harmony.tiling import shared
from muze_plan.lyrics import distribute, parse_lyrics
from muze_plan.templates import FormSection, Template
from muzecli.errors import ConfigError, UsageError
from muzecli.song.documents import plan_document, plan_from_document, set_values
from muzecli.song.instruments import instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import BarChords, Plan, Section


def edited(plan: Plan, options: PlanOptions) -> tuple[Plan, tuple[str, ...]]:
    """Return a plan changed by options, and what to say about it.

    Another key moves the chords; another mode chooses new ones. In another metre they still change on beats.
    Another duration makes the sections longer or
    shorter in proportion, and their chords with them.

    Raises:
        UsageError: the option makes no sense for a plan.
        ConfigError: there is no such genre.
        InputMissingError, BadDataError: the lyrics cannot be read.
    """
    if options.template is not None:
        raise UsageError(
            "a plan file has its sections, and --template makes new ones",
            hint="give --template with a prompt, or change sections with --set",
        )
    remarks: list[str] = []
    key, metre = options.parsed_key(), options.parsed_metre()
    if options.seed is not None:
        plan = replace(plan, seed=options.seed)
    if options.genre is not None:
        plan = replace(plan, genre=genre_named(options.genre).name)
    if options.tempo_bpm is not None:
        plan = replace(plan, tempo_bpm=options.tempo_bpm)
    if metre is not None and metre != plan.time_signature:
        plan = _in_metre(plan, metre)
    if options.language is not None:
        plan = replace(plan, language=options.language)
    if options.duration_s is not None:
        plan = _of_duration(plan, options.duration_s)
        remarks += filter(None, [too_short(options.duration_s, plan.tempo_bpm, plan.time_signature)])
    if key is not None and key != plan.key:
        plan = _in_key(plan, key, remarks)
    text = options.lyrics_text()
    if text is not None:
        plan = _sung(plan, text, remarks)
    return plan, tuple(remarks)


def with_settings(plan: Plan, settings: Sequence[str]) -> tuple[Plan, tuple[str, ...]]:
    """Return a plan changed by `--set FIELD=VALUE`, in their order, and what to say about it.

    Raises:
        UsageError: a field is none, or a value does not fit it.
        ConfigError: there is no such genre.
    """
    if not settings:
        return plan, ()
    changed = plan_from_document(set_values(plan_document(plan), settings))
    if changed.genre != plan.genre:
        changed = replace(changed, genre=genre_named(changed.genre).name)
    if changed.key != plan.key and any(section.chords for section in plan.sections):
        return changed, ("--set changes the key and leaves the chords; --key moves them, too",)
    return changed, ()


def doubts(plan: Plan) -> tuple[str, ...]:
    """Return what cannot be heard in a plan: singing without a singer, words without singing, nobody at all."""
    table = instruments()
    unsung: list[str] = []
    mute: list[str] = []
    for index, section in enumerate(plan.sections):
        players = plan.instruments if section.instruments is None else section.instruments
        if section.has_vocals and not any(table[name].is_voice for name in players):
            unsung.append(f"{index} ({section.type})")
        if section.lyrics and not section.has_vocals:
            mute.append(f"{index} ({section.type})")
    found = []
    if not plan.instruments:
        found.append("the plan has no instruments, and so nothing is played")
    if unsung:
        found.append(
            f"has_vocals is true, and no singer is among the instruments: section {', '.join(unsung)}"
        )
    if mute:
        found.append(f"there are lyrics, and has_vocals is false: section {', '.join(mute)}")
    return tuple(found)


def _of_duration(plan: Plan, duration_s: float) -> Plan:
    """Return the plan at another length: whole bars, sections in proportion."""
    bars = bars_for(duration_s, plan.tempo_bpm, plan.time_signature)
    written = tuple(
        # The letter carries the section's number through the fitting.
        FormSection(section.type, section.bars, section.energy, letter=str(index))
        for index, section in enumerate(plan.sections)
    )
    sections = []
    for fitted in fit(Template("the plan's own", "", written), bars):
        section = plan.sections[int(fitted.section.letter or 0)]
        sections.append(replace(section, bars=fitted.bars, chords=_resized(section.chords, fitted.bars)))
    return plan.with_sections(sections)


def _resized(chords: tuple[BarChords, ...], bars: int) -> tuple[BarChords, ...]:
    """Return the chords of a section at another length: repeated or cut, and the last bar as it was."""
    if not chords or bars == len(chords):
        return chords
    laid = [chords[bar % len(chords)] for bar in range(bars)]
    return (*laid[:-1], chords[-1])


def _in_key(plan: Plan, key: Key, remarks: list[str]) -> Plan:
    if key.mode != plan.key.mode:
        try:
            style = genre_named(plan.genre).harmony
        except ConfigError as error:
            raise ConfigError(
                f"{key.mode} chords are chosen by the genre: {error.message}", hint=error.hint
            ) from error
        stretches = [Stretch(section.type, section.bars) for section in plan.sections]
        chosen = harmonise(stretches, style, key=key, metre=plan.time_signature, seed=plan.seed)
        remarks.append(f"the plan was in {plan.key.mode}; its chords are new")
        sections = [replace(s, chords=chords) for s, chords in zip(plan.sections, chosen, strict=True)]
        return replace(plan, key=key, sections=tuple(sections))
    return replace(_with_bars(plan, lambda bar: tuple(moved(chord, plan.key, key) for chord in bar)), key=key)


def _in_metre(plan: Plan, metre: TimeSignature) -> Plan:
    """Return the plan in another metre, its chords still changing on beats: C G in three is held two and one."""
    beats = metre.beats_per_bar
    distinct = _with_bars(plan, lambda bar: shared([chord for chord, _ in groupby(bar)], beats))
    return replace(distinct, time_signature=metre)


def _with_bars(plan: Plan, change: Callable[[BarChords], BarChords]) -> Plan:
    """Return the plan with the chords of every bar changed."""
    return plan.with_sections(
        [replace(section, chords=tuple(map(change, section.chords))) for section in plan.sections]
    )


def _sung(plan: Plan, text: str, remarks: list[str]) -> Plan:
    table = instruments()
    if not any(table[name].is_voice for name in plan.instruments) or not any(
        section.has_vocals for section in plan.sections
    ):
        raise UsageError(
            "lyrics need a singer, and this plan has none",
            hint="add one: --set instruments=…,female_vocals --set sections.1.has_vocals=true",
        )
    setting = distribute(parse_lyrics(text), plan.sections)
    if setting.left:
        remarks.append(f"{setting.left} lines of the lyrics found no place")
    sections: list[Section] = [
        replace(section, lyrics=own) for section, own in zip(plan.sections, setting.texts, strict=True)
    ]
    return replace(plan, sections=tuple(sections), language=plan.language or "en")
