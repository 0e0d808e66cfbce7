"""What is known of a plan and its score before they sound, as input of a network."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from muze_ldm.conditioning.facts import SongFacts, check_names
from muze_ldm.conditioning.spans import Chords, Phonemes, Sections, Spans
from muze_ldm.conditioning.vocabulary import genre_vector, metre_number
from muzecli.song.instruments import instruments
from muzecli.song.score import Role

if TYPE_CHECKING:
    from muze_ldm.conditioning.config import ConditioningConfig
    from muze_ldm.conditioning.facts import Flags
    from muze_ldm.conditioning.keys import Item
    from muze_ldm.conditioning.spans import Floats, Window
    from muzecli.song.chord import Chord
    from muzecli.song.frames import Frames
    from muzecli.song.plan import Plan
    from muzecli.song.score import Part, Score


def facts_of_plan(
    plan: Plan, score: Score, config: ConditioningConfig, *, given: Item | None = None
) -> SongFacts:
    """Return what a plan and its score say.

    How the words are pronounced follows from them; how the singer will time them and at what pitch does not. Where
    nobody sings, it is known that there are no phonemes, no pitch and no breaths.

    Args:
        plan: what to play.
        score: its notes.
        config: of the model.
        given: conditions of the whole song that a plan does not have, such as embedded texts (`prompt`, `context`),
            `loudness_db`, `artist`, `sentiment` or a voice; they come before the plan's own.

    Raises:
        ValueError: the name of a given condition is none.
        UsageError: the lyrics are in letters that their language is not written with.
    """
    check_names(given or {})
    sung = any(_is_voice(part) and part.notes for part in score.parts)
    whole: dict[str, Any] = {
        "tempo_bpm": plan.tempo_bpm,
        "key": plan.key.index,
        "time_signature": metre_number(plan.time_signature),
    }
    hot = genre_vector([plan.genre], config.genres)
    if hot is not None:
        whole["genres"] = hot
    facts: dict[str, Any] = {}
    if not sung:
        facts = {
            "phonemes": Phonemes.of_symbols(()),
            "f0_hz": np.zeros(0, np.float32),
            "breaths": Spans.of(()),
        }
    elif config.use_phonemes:
        symbols = _symbols(score, plan.language or "en")
        facts = {"phonemes": Phonemes.of_symbols(symbols, timed=False)} if symbols else {}
    return SongFacts(
        config,
        plan.duration_s,
        whole={**whole, **(given or {})},
        sections=Sections.of_sections(
            [(s.type, s.start_s, s.end_s, s.energy, s.has_vocals and sung) for s in plan.spans]
        ),
        beats=np.array(score.beats_s),
        chords=Chords.of_chords(_chords(plan, score)),
        control=ScoreControl(score, config) if config.control_channels else None,
        **facts,
    )


def _is_voice(part: Part) -> bool:
    found = instruments().get(part.instrument)
    return part.role is Role.VOCALS if found is None else found.is_voice


def _chords(plan: Plan, score: Score) -> list[tuple[Chord, float, float]]:
    """Return the plan's chords with their times; the score's where the plan has left them open."""
    if not all(section.chords for section in plan.sections):
        return [(e.chord, score.seconds(e.start), score.seconds(e.end)) for e in score.chords]
    found: list[tuple[Chord, float, float]] = []
    bars = [bar for section in plan.sections for bar in section.chords]
    for number, chords in enumerate(bars):
        edges = [(number + place / len(chords)) * plan.bar_s for place in range(len(chords) + 1)]
        found += [(chord, *edge) for chord, edge in zip(chords, pairwise(edges), strict=True)]
    return found


def _symbols(score: Score, language: str) -> list[tuple[str, float, float]]:
    """Return the phonemes of the first part with words; each word's are spread over the notes it is sung on."""
    from muzecli.text.phonemes import phonemise

    part = next((p for p in score.parts_of(Role.VOCALS) if any(note.lyric for note in p.notes)), None)
    if part is None:
        return []
    words = _words(score, part)
    found: list[tuple[str, float, float]] = []
    read = phonemise(" ".join(text for text, _, _ in words), language)
    for word, (_, start_s, end_s) in zip(read, words, strict=True):
        edges = np.linspace(start_s, end_s, len(word.phonemes) + 1).tolist()
        found += [(symbol, *edge) for symbol, edge in zip(word.phonemes, pairwise(edges), strict=True)]
    return found


def _words(score: Score, part: Part) -> list[tuple[str, float, float]]:
    """Return the words of a part, of their syllables, with begin and end in seconds."""
    words: list[tuple[str, float, float]] = []
    goes_on = False
    for note in part.notes:
        syllable = (note.lyric or "").strip()
        start_s, end_s = score.seconds(note.start), score.seconds(note.end)
        if words and (goes_on or not any(mark.isalnum() for mark in syllable)):
            text, start_s, _ = words.pop()
            syllable = text + syllable if goes_on else text
        goes_on = syllable.endswith("-") if (note.lyric or "").strip() else goes_on
        words.append((syllable.removesuffix("-"), start_s, end_s))
    return [word for word in words if any(mark.isalnum() for mark in word[0])]


class ScoreControl:
    """Control frames of a score: everything is known.

    Args:
        score: the notes.
        config: whose channels there are to be.
    """

    def __init__(self, score: Score, config: ConditioningConfig) -> None:
        self._score, self._names, self._groups = score, config.control_channels, len(config.control_groups)
        self._frames: Frames | None = None
        self._rows: list[int] = []

    def control(self, window: Window, fold: int) -> tuple[Floats, Flags]:
        """Return (F, W · fold) frames, 0 beyond the song, and (K,) flags, all True."""
        rate_hz = window.rate_hz * fold
        if self._frames is None or self._frames.rate_hz != rate_hz:
            self._frames = self._score.frames(rate_hz)
            self._rows = [self._frames.channels.index(name) for name in self._names]
        values = self._frames.values
        first, count = round(window.start_s * rate_hz), window.frames * fold
        begin, end = max(first, 0), min(first + count, values.shape[1])
        found = np.zeros((len(self._rows), count), np.float32)
        if begin < end:
            found[:, begin - first : end - first] = values[self._rows, begin:end]
        return found, np.ones(self._groups, bool)
