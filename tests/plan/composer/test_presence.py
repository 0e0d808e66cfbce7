from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import pytest
from tests.plan.composer import plans

from muze_plan.composer.compose import HarmonicComposer
from muze_plan.planner import TemplatePlanner
from muzecli.song.plan import Plan, PlanRequest, SectionType
from muzecli.song.score import Note, Role, Score

COMPOSER = HarmonicComposer()
PROMPTS = {genre: genre.replace("_", " ") for genre in plans.GENRES} | {"rnb": "r&b", "lo_fi": "lo-fi"}
SEEDS = (1, 3, 5)


@lru_cache(maxsize=128)
def song(prompt: str, seed: int, duration_s: float = 60.0) -> tuple[Plan, Score]:
    plan = TemplatePlanner().plan(PlanRequest(prompt=prompt, seed=seed, duration_s=duration_s))
    return plan, COMPOSER.compose(plan)


def bars_of(score: Score, instrument: str) -> set[int]:
    """Return the bars in which an instrument sounds."""
    ticks = score.time_signature.bar_ticks
    return {
        bar
        for part in score.parts
        if part.instrument == instrument
        for note in part.notes
        for bar in range(note.start // ticks, (note.end - 1) // ticks + 1)
    }


def line(score: Score, role: Role) -> list[Note]:
    return sorted(note for part in score.parts_of(role) for note in part.notes)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("genre", plans.GENRES)
def test_everybody_who_is_named_plays_a_fair_part_of_the_song(genre: str, seed: int) -> None:
    plan, score = song(PROMPTS[genre], seed)
    shares = {
        name: len(bars_of(score, name)) / plan.bars for name in plan.instruments if "vocals" not in name
    }
    assert min(shares.values()) >= 0.2, shares


@pytest.mark.parametrize("genre", ["pop", "rock", "country", "disco", "funk"])
def test_the_rhythm_section_goes_on_in_the_verse_after_the_first_chorus(genre: str) -> None:
    for seed in SEEDS:
        plan, _ = song(PROMPTS[genre], seed)
        arrived = False
        for section in COMPOSER.song(plan).sections:
            if arrived and section.type is SectionType.VERSE:
                assert section.plays(Role.DRUMS)
                assert section.plays(Role.BASS)
            arrived = arrived or (section.type is SectionType.CHORUS and section.plays(Role.DRUMS))


@pytest.mark.parametrize("genre", ["rock", "pop", "reggae", "country", "blues", "disco"])
def test_who_plays_beside_a_singer_does_not_rub(genre: str) -> None:
    rubs = together = 0
    for seed in SEEDS:
        _, score = song(PROMPTS[genre], seed)
        others = [*line(score, Role.LEAD), *line(score, Role.COUNTER)]
        for voice in line(score, Role.VOCALS):
            for other in others:
                if min(voice.end, other.end) - max(voice.start, other.start) > 240:
                    together += 1
                    rubs += abs(voice.pitch - other.pitch) in (1, 2)
    assert rubs <= 0.1 * max(together, 10)


@pytest.mark.parametrize("genre", ["rock", "pop", "reggae", "synthwave", "trap"])
def test_leads_leave_singers_room(genre: str) -> None:
    lead_s = sung_s = 0
    for seed in SEEDS:
        plan, score = song(PROMPTS[genre], seed)
        for section in COMPOSER.song(plan).sections:
            if section.plays(Role.VOCALS):
                for role in (Role.VOCALS, Role.LEAD):
                    inside = [n for n in line(score, role) if section.start <= n.start < section.end]
                    if role is Role.VOCALS:
                        sung_s += len(inside)
                    else:
                        lead_s += len(inside)
    assert lead_s <= 0.5 * sung_s


@pytest.mark.parametrize("seed", SEEDS)
def test_every_voice_of_a_quartet_is_there_all_the_time_and_moves(seed: int) -> None:
    plan, score = song("classical string quartet", seed)
    bars = plan.time_signature.bar_ticks
    for name in plan.instruments:
        assert len(bars_of(score, name)) >= 0.9 * plan.bars
    inner = line(score, Role.PAD)
    assert inner, "somebody plays between tune and bass"
    assert all(note.end - note.start <= bars for note in inner)
    assert sum(a.pitch != b.pitch for a, b in pairwise(inner)) >= 0.5 * len(inner)
    tune = [note.pitch for note in line(score, Role.LEAD)]
    assert sum(note.pitch for note in inner) / len(inner) < sum(tune) / len(tune) - 5


def test_a_line_beside_the_tune_never_stays_on_one_note() -> None:
    for genre in ("ballad", "synthwave", "cinematic"):
        for seed in SEEDS:
            plan, score = song(PROMPTS[genre], seed)
            longest = 2 * plan.time_signature.bar_ticks
            assert all(note.end - note.start <= longest + 60 for note in line(score, Role.COUNTER))


@pytest.mark.parametrize("genre", plans.GENRES)
def test_nobody_plays_two_single_lines_at_once(genre: str) -> None:
    for seed in SEEDS:
        plan, _ = song(PROMPTS[genre], seed)
        arranged = COMPOSER.song(plan)
        for section in arranged.sections:
            named = [name for names in section.players.values() for name in names]
            twice = {name for name in named if named.count(name) > 1}
            assert all(arranged.instruments[name].polyphonic for name in twice)


@pytest.mark.parametrize("genre", ["house", "latin", "funk", "rock", "trance"])
def test_everybody_comes_to_rest_on_the_last_chord(genre: str) -> None:
    for seed in SEEDS:
        _, score = song(PROMPTS[genre], seed)
        last = max(score.chords[-1].start, score.ticks - score.time_signature.bar_ticks)
        for role in (Role.COUNTER, Role.ARPEGGIO):
            for part in score.parts_of(role):
                assert sum(note.start > last + 60 for note in part.notes) == 0
