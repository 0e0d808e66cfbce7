"""The planner: what is asked for, what the words say, what the genre does, and chance for the rest."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_plan.genres import genre, genre_names
from muze_plan.lineup import lineup, unwanted
from muze_plan.planner import TemplatePlanner
from muze_plan.planning import at_energy, tempo_for, voiced
from muze_plan.templates import template, template_names
from muze_plan.variations import varied
from muzecli.errors import ConfigError, NotUnderstoodError, UsageError
from muzecli.plugin import Planner
from muzecli.song.documents import plan_document, read_plan
from muzecli.song.instruments import instruments
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, PlanRequest, Section, SectionType

PLANNER = TemplatePlanner()
TABLE = instruments()


def plan(prompt: str = "", **wishes: object) -> Plan:
    return PLANNER.plan(PlanRequest(prompt, **wishes))  # type: ignore[arg-type]


def drums(made: Plan) -> list[str]:
    return [name for name in made.instruments if TABLE[name].is_drum]


def voices(made: Plan) -> list[str]:
    return [name for name in made.instruments if TABLE[name].is_voice]


def test_it_is_a_planner() -> None:
    assert isinstance(PLANNER, Planner)
    assert PLANNER.name == "template"
    assert len(PLANNER.genres) == 25


def test_the_plan_of_the_issue_fits_its_words() -> None:
    for seed in range(10):
        made = plan(
            "energetic electronic dance track with heavy bass",
            template="verse_chorus",
            duration_s=120,
            seed=seed,
        )
        assert made.genre == "electronic"
        assert made.template == "verse_chorus"
        assert 110 <= made.tempo_bpm <= 145
        assert abs(made.duration_s - 120) <= made.bar_s / 2
        assert drums(made)
        assert {"synth_bass", "sub_bass"} & set(made.instruments)
        assert {s.type for s in made.sections} == {
            *(SectionType.INTRO, SectionType.VERSE, SectionType.CHORUS, SectionType.OUTRO)
        }
        assert all(len(s.chords) == s.bars for s in made.sections)
        chorus = next(s for s in made.sections if s.type is SectionType.CHORUS)
        assert chorus.energy > 0.85


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(genre_names()),
    seed=st.integers(0, 2**32 - 1),
    duration_s=st.floats(8, 400),
    form=st.sampled_from([None, *template_names()]),
    metre=st.sampled_from([None, "3/4", "6/8", "7/8", "5/4"]),
)
def test_every_plan_is_whole(
    name: str, seed: int, duration_s: float, form: str | None, metre: str | None
) -> None:
    signature = TimeSignature.parse(metre) if metre else None
    made = plan(genre=name, seed=seed, duration_s=duration_s, template=form, time_signature=signature)
    assert abs(made.duration_s - duration_s) <= made.bar_s / 2 + 1e-6 or made.bars == 1
    assert all(len(section.chords) == section.bars for section in made.sections)
    assert all(name in TABLE for name in made.instruments)
    assert bool(voices(made)) == any(section.has_vocals for section in made.sections)
    assert sum(not TABLE[name].is_drum for name in made.instruments) >= 2
    document = plan_document(made)
    import json

    assert read_plan(json.dumps(document)) == made


def test_the_same_request_gives_the_same_plan_and_seeds_differ() -> None:
    assert plan("sad piano ballad", seed=5) == plan("sad piano ballad", seed=5)
    made = [plan("pop song", seed=seed) for seed in range(12)]
    assert len({p.tempo_bpm for p in made}) > 4
    assert len({p.key for p in made}) > 4
    assert len({tuple(s.chords for s in p.sections) for p in made}) == 12
    assert len({tuple((s.type, s.bars) for s in p.sections) for p in made}) > 4
    assert len({p.instruments for p in made}) > 8


def test_one_decision_does_not_move_another() -> None:
    one, other = plan("pop", seed=3, template="aaba"), plan("pop", seed=3, template="aaba", tempo_bpm=99)
    assert (one.key, one.instruments) == (other.key, other.instruments)
    assert other.tempo_bpm == 99


def test_options_before_words_before_genre() -> None:
    made = plan(
        "fast techno in F minor, 4/4, 140 bpm",
        genre="jazz",
        tempo_bpm=90,
        key=Key.parse("G major"),
        time_signature=TimeSignature(3, 4),
    )
    assert (made.genre, made.tempo_bpm, str(made.key), str(made.time_signature)) == (
        "jazz",
        90,
        "G major",
        "3/4",
    )
    said = plan("techno in F minor, 140 bpm")
    assert (said.genre, said.tempo_bpm, str(said.key)) == ("techno", 140, "F minor")


def test_slow_and_fast_stay_within_the_genre() -> None:
    for seed in range(10):
        slow, fast = plan("slow rock", seed=seed), plan("fast rock", seed=seed)
        assert slow.tempo_bpm <= 92 < 120 <= fast.tempo_bpm
        assert plan("slow techno", seed=seed).tempo_bpm <= 126


def test_compound_metres_and_small_beats_keep_the_pace() -> None:
    ballad = genre("ballad")
    quarters, _ = tempo_for(ballad, TimeSignature(4, 4), tempo_class=None, energy=0.4, seed=1)
    dotted, _ = tempo_for(ballad, TimeSignature(6, 8), tempo_class=None, energy=0.4, seed=1)
    eighths, _ = tempo_for(ballad, TimeSignature(7, 8), tempo_class=None, energy=0.4, seed=1)
    assert dotted == pytest.approx(0.8 * quarters, abs=1)
    assert eighths == pytest.approx(2 * quarters, abs=1)


def test_wanted_and_unwanted_instruments() -> None:
    for seed in range(12):
        made = plan("jazz with saxophone and no drums, no piano", seed=seed)
        assert not drums(made)
        assert "piano" not in made.instruments
        assert any(name.endswith("_sax") for name in made.instruments)
        assert not voices(plan("instrumental pop", seed=seed))
        assert voices(plan("techno with female vocals", seed=seed)) == ["female_vocals"]
        rock = plan("rock without guitars", seed=seed)
        assert not [name for name in rock.instruments if TABLE[name].family == "guitars"]


def test_asked_for_instruments_are_in_and_ruled_out_ones_are_not() -> None:
    made = plan(genre="house", instruments=("banjo", "piano"), without=("drums", "synths"))
    assert {"banjo", "piano"} <= set(made.instruments)
    assert not [n for n in made.instruments if TABLE[n].is_drum or TABLE[n].family == "synths"]
    with pytest.raises(ConfigError, match="no instrument named 'pianola'"):
        plan(genre="house", instruments=("pianola",))


def test_names_families_and_roles_are_unwanted() -> None:
    assert unwanted(["drums"]) == {name for name, found in TABLE.items() if found.is_drum}
    assert {"trumpet", "flute"} <= unwanted(["winds"])
    assert "synth_bass" in unwanted(["bass"]) and "cello" not in unwanted(["bass"])
    assert unwanted(["female_vocals"]) == {"female_vocals"}


def test_a_whole_ensemble_plays_alone() -> None:
    made = plan("string quartet in G minor", seed=1)
    assert set(made.instruments) == {"violin", "viola", "cello"}
    assert not any(section.has_vocals for section in made.sections)


def test_a_line_up_names_nobody_twice() -> None:
    for name in genre_names():
        for seed in range(30):
            players = lineup(genre(name), wanted=("piano",), without=(), has_vocals=True, seed=seed)
            assert len(set(players)) == len(players)
            assert "piano" in players
            assert sum(TABLE[n].is_voice for n in players) == 1


def test_a_genre_is_guessed_by_mood_instruments_and_tempo() -> None:
    guesses = {
        "calm and peaceful": "ambient",
        "something angry and aggressive": "metal",
        "174 bpm": "drum_and_bass",
        "with banjo": "country",
        "epic and heroic": "cinematic",
    }
    for prompt, expected in guesses.items():
        planned = PLANNER.explain(PlanRequest(prompt))
        assert planned.plan.genre == expected
        said = planned.reading.genre == expected  # by a word that hints at it
        assert said or any(note.startswith(f"genre {expected}:") for note in planned.notes)


def test_nothing_understood_is_refused() -> None:
    with pytest.raises(NotUnderstoodError, match="'qwx zrk' says nothing about music"):
        plan("qwx zrk")
    with pytest.raises(NotUnderstoodError, match="the prompt is empty"):
        plan("")
    assert plan("qwx zrk", genre="pop").genre == "pop"
    planned = PLANNER.explain(PlanRequest("calm qwxzrk"))
    assert planned.remarks == ("'qwxzrk' means nothing to muze",)


def test_contradictions_are_refused() -> None:
    with pytest.raises(UsageError, match="lyrics need somebody who sings"):
        plan("pop", lyrics="la", has_vocals=False)
    with pytest.raises(UsageError, match="a tempo is 20…400"):
        plan("pop", tempo_bpm=4)
    with pytest.raises(UsageError, match="lasts more than 0"):
        plan("pop", duration_s=0)
    with pytest.raises(ConfigError, match="no genre named 'polkastep'"):
        plan("x", genre="polkastep")
    with pytest.raises(ConfigError, match="no template named 'waltzer'"):
        plan("pop", template="waltzer")


def test_lyrics_are_sung_even_in_techno() -> None:
    planned = PLANNER.explain(PlanRequest("techno", lyrics="[verse]\none\n[chorus]\ntwo\n", duration_s=120))
    sung = [section for section in planned.plan.sections if section.lyrics]
    assert sung and all(section.has_vocals for section in sung)
    assert planned.plan.language == "en"
    assert voices(planned.plan)


def test_energy_moves_the_form_and_keeps_its_order() -> None:
    for prompt_energy in (0.1, 0.5, 0.95):
        made = plan("pop", energy=prompt_energy, template="pop_extended", duration_s=240, seed=2)
        by_type: dict[SectionType, list[float]] = {}
        for section in made.sections:
            by_type.setdefault(section.type, []).append(section.energy)
        assert max(by_type[SectionType.VERSE]) < min(by_type[SectionType.CHORUS])
        assert by_type[SectionType.CHORUS] == sorted(by_type[SectionType.CHORUS])
    calm, wild = (plan("pop", energy=e, seed=2) for e in (0.2, 0.95))
    assert max(s.energy for s in calm.sections) < max(s.energy for s in wild.sections)


@given(
    energies=st.lists(st.floats(0, 1), min_size=1, max_size=8),
    energy=st.floats(0, 1),
)
def test_at_energy_is_monotone(energies: list[float], energy: float) -> None:
    sections = [Section(SectionType.VERSE, 4, value) for value in energies]
    moved = [section.energy for section in at_energy(sections, energy)]
    assert all(0 <= value <= 1 for value in moved)
    order = sorted(range(len(energies)), key=lambda index: energies[index])
    assert all(moved[a] <= moved[b] for a, b in pairwise(order))


def test_vocals_are_set_where_a_form_has_none() -> None:
    sections = (Section(SectionType.INTRO, 4, 0.2), Section(SectionType.DROP, 4, 0.9))
    assert [s.has_vocals for s in voiced(sections, True)] == [False, True]
    assert [s.has_vocals for s in voiced(tuple(replace(s, has_vocals=True) for s in sections), False)] == [
        *(False, False)
    ]


def test_variations_by_seed() -> None:
    form = template("verse_chorus_bridge")
    made = {varied(form, genre("pop").variations, bars=100, seed=seed).items for seed in range(60)}
    assert len(made) > 8
    assert varied(form, genre("pop").variations, bars=12, seed=1) is form
    everything = varied(form, {"pre_chorus": 1.0, "double_chorus": 1.0, "solo": 1.0}, bars=100, seed=0)
    kinds = [section.type for section in everything.sections]
    assert kinds.count(SectionType.PRE_CHORUS) == 2
    assert SectionType.SOLO in kinds
    assert kinds[-3:-1] == [SectionType.CHORUS, SectionType.CHORUS]
    assert varied(form, {"no_intro": 1.0, "no_outro": 1.0}, bars=100, seed=0).sections == form.sections[1:-1]


def test_a_form_that_is_named_is_not_varied() -> None:
    for seed in range(10):
        made = plan("pop", template="verse_chorus_bridge", duration_s=112, tempo_bpm=120, seed=seed)
        assert [(s.type, s.bars) for s in made.sections] == [
            (s.type, s.bars) for s in template("verse_chorus_bridge").sections
        ]


def test_auto_asks_the_planner_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from muze_plan.model import sampling

    asked: dict[str, object] = {}

    def sample_sections(**wishes: object) -> list[Section]:
        asked.update(wishes)
        return [
            Section(SectionType.VERSE, int(str(wishes["bars"])) - 2, 0.5),
            Section(SectionType.OUTRO, 2, 0.2),
        ]

    monkeypatch.setattr(sampling, "sample_sections", sample_sections)
    made = plan("techno", template="auto", duration_s=60, seed=9)
    assert made.template == "auto"
    assert [s.energy for s in made.sections] == [0.5, 0.2]
    assert made.bars == asked["bars"]
    assert (asked["genre"], asked["seed"]) == ("techno", 9)
    assert all(len(s.chords) == s.bars for s in made.sections)


def test_every_choice_has_an_account() -> None:
    planned = PLANNER.explain(PlanRequest("slow jazz waltz with brushes", seed=1))
    fields = {a.field for a in planned.reading.accounts} | {c.field for c in planned.choices}
    assert {"genre", "tempo_bpm", "key", "time_signature", "instruments", "template", "duration_s"} <= fields
    assert {"kind"} <= {c.field for c in planned.choices}


def test_who_is_named_in_a_duo_plays_alone() -> None:
    assert plan("acoustic folk duo with guitar and violin").instruments == ("acoustic_guitar", "violin")
    assert set(plan("folk duet for flute and harp").instruments) == {"flute", "harp"}
    made = plan("duo of cello and piano with a singer", seed=1)
    assert {"cello", "piano"} < set(made.instruments) and len(voices(made)) == 1
    assert len(made.instruments) == 3
    assert len(plan("flute trio").instruments) > 1  # of whom one is named: others join


def test_a_kind_may_be_named_by_a_metre() -> None:
    for seed in range(10):
        made = plan("Irish jig", seed=seed)
        assert (made.genre, str(made.time_signature)) == ("folk", "6/8")
        assert made.tempo_bpm >= 97  # of dotted quarters


def test_a_song_of_less_than_a_bar_is_told() -> None:
    done = PLANNER.explain(PlanRequest("house", duration_s=3, tempo_bpm=20))
    assert done.plan.bars == 1
    assert any("at least one bar" in remark for remark in done.remarks)
