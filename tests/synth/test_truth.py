"""Facts and labels of songs whose notes are set by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muze_synth.corpus.truth import annotate, facts_of
from muzecli.plugin import composers, planners
from muzecli.song.plan import Plan, PlanRequest
from muzecli.song.score import Note, Role, Score


@pytest.fixture(scope="module")
def song() -> tuple[Plan, Score]:
    wish = PlanRequest(prompt="", genre="pop", duration_s=30, seed=3, has_vocals=True)
    plan = planners.get("template").plan(wish)
    return plan, composers.get("theory").compose(plan)


def only(score: Score, role: Role, notes: tuple[Note, ...]) -> Score:
    """Return the score with other notes in the parts of a role."""
    parts = tuple(replace(part, notes=notes) if part.role == role else part for part in score.parts)
    return replace(score, parts=parts)


def test_whoever_sings_a_single_note_makes_it_no_instrumental(song):
    plan, score = song
    [voice] = score.parts_of(Role.VOCALS)
    facts = facts_of(plan, only(score, Role.VOCALS, voice.notes[:1]))
    assert facts.voice == voice.instrument
    assert facts.leads == ()


def test_a_singer_without_notes_is_not_there(song):
    plan, score = song
    silent = only(score, Role.VOCALS, ())
    assert facts_of(plan, silent).voice is None
    common = {
        "track_id": "a",
        "split": "train",
        "rate_hz": 32_000,
        "audio_path": "a.flac",
        "score_path": "a.json",
    }
    track = annotate(plan, silent, **common, loudness_lufs=-14.0, sung=None, player="plain", stems={})
    assert track.has_vocals is False
    assert track.lyrics is None
    assert not any(segment.has_vocals for segment in track.segments)


def test_what_hardly_plays_is_not_told_but_is_not_absent_either(song):
    plan, score = song
    [bass] = score.parts_of(Role.BASS)
    facts = facts_of(plan, only(score, Role.BASS, bass.notes[:1]))
    assert bass.instrument in facts.others
    assert bass.instrument not in facts.instruments
    assert "bass" not in facts.absent
    assert "bass" in facts_of(plan, only(score, Role.BASS, ())).absent


def test_a_plan_alone_has_a_singer_only_where_a_section_is_sung(song):
    plan, _ = song
    assert facts_of(plan, None).voice is not None
    silent = plan.with_sections([replace(section, has_vocals=False) for section in plan.sections])
    assert facts_of(silent, None).voice is None
