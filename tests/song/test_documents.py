"""Plans and scores as JSON: exact there and back, and every fault with its field and line."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.song.songs import plan_by_hand, plans, score_by_hand, scores

from muzecli.errors import BadDataError, InputMissingError, UsageError
from muzecli.song import Plan, Score
from muzecli.song.checks import FieldError
from muzecli.song.documents import (
    document_text,
    plan_document,
    plan_from_document,
    read_plan,
    read_score,
    score_document,
    score_from_document,
    set_values,
)
from muzecli.song.documents.fields import Field
from muzecli.song.documents.source import line_of, parse_json
from muzecli.song.frames import CHANNELS

PLAN, SCORE = plan_by_hand(), score_by_hand()
TEXT, SCORE_TEXT = document_text(plan_document(PLAN)), document_text(score_document(SCORE))

JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


def line_with(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), start=1) if part in line)


# ---- there and back ----


@settings(max_examples=150, deadline=None)
@given(plan=plans())
def test_a_plan_comes_back_as_it_was(plan: Plan) -> None:
    document = plan_document(plan)
    text = document_text(document)
    assert json.loads(text) == document
    assert read_plan(text) == plan_from_document(document) == plan
    assert document_text(plan_document(read_plan(text))) == text
    assert set_values(document, []) == document


@settings(max_examples=100, deadline=None)
@given(score=scores())
def test_a_score_comes_back_as_it_was(score: Score) -> None:
    document = score_document(score)
    text = document_text(document)
    assert json.loads(text) == document
    assert read_score(text) == score_from_document(document) == score


def test_a_file_is_read_like_its_text(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text("\ufeff" + TEXT, encoding="utf-8")
    assert read_plan(path) == PLAN
    path.write_text(SCORE_TEXT, encoding="utf-8")
    assert read_score(path) == SCORE
    with pytest.raises(
        BadDataError, match=r"plan\.json: line 2: schema must be muze.plan/1; found 'muze.score/1'"
    ):
        read_plan(path)
    with pytest.raises(InputMissingError, match=r"the plan .*nonesuch\.json does not exist"):
        read_plan(tmp_path / "nonesuch.json")
    with pytest.raises(InputMissingError, match="cannot read the plan"):
        read_plan(tmp_path)
    path.write_bytes(b'{"genre": "\xff"}')
    with pytest.raises(BadDataError, match="must be UTF-8 text, and byte 11 is not"):
        read_plan(path)


def test_a_small_plan_written_by_hand_is_enough() -> None:
    text = """{"schema": "muze.plan/1", "genre": "jazz", "tempo_bpm": 90, "key": "Bb", "time_signature": "3/4",
               "sections": [{"type": "verse", "bars": 8, "energy": 0.5}]}"""
    plan = read_plan(text)
    assert plan.seed == 0 and plan.instruments == () and plan.duration_s == 16.0


def test_documents_are_written_for_people() -> None:
    assert '  "mood": ["dark"],\n' in TEXT
    assert '      "chords": ["A:min", "F:maj", "C:maj G:maj", "E:7"],\n' in TEXT
    assert TEXT.startswith('{\n  "schema": "muze.plan/1",\n') and TEXT.endswith("}\n")
    assert max(map(len, SCORE_TEXT.splitlines())) <= 100


def test_the_documented_plan_is_one_and_the_documented_rows_are_right() -> None:
    text = (Path(__file__).parents[2] / "docs" / "plan-format.md").read_text(encoding="utf-8")
    example = text.split("```json\n")[1].split("```")[0]
    plan = read_plan(example)
    assert plan.bars == 4 and str(plan.sections[0].chords[2][1]) == "G:maj"
    assert document_text(plan_document(plan)).splitlines()[1:10] == example.splitlines()[1:10]
    rows = re.findall(r"^\| (\d+)(?:–(\d+))? \| `(\w+)`(?:.*? `(\w+)`)? \|", text, re.MULTILINE)
    assert len(rows) == 14
    for first, last, name, last_name in rows:
        assert CHANNELS[int(first)] == name
        assert not last or CHANNELS[int(last)] == last_name


# ---- faults of plans ----


@pytest.mark.parametrize(
    ("old", "new", "fault", "hint"),
    [
        (
            '"energy": 0.9',
            '"energy": 1.9',
            "sections[1].energy must be a number from 0 to 1; found 1.9",
            None,
        ),
        ('"energy": 0.9', '"energy": "high"', "sections[1].energy must be a number; found 'high'", None),
        ('"energy": 0.9', '"energy": true', "sections[1].energy must be a number; found true", None),
        (
            '"energy": 0.9',
            '"enrgy": 0.9',
            "sections[1].enrgy is no field that is known here",
            "did you mean energy?",
        ),
        (
            '"type": "chorus"',
            '"type": "chors"',
            "sections[1].type must be a type of section; found 'chors'",
            "chorus",
        ),
        ('"bars": 2,', '"bars": 2.0,', "sections[1].bars must be a whole number; found 2.0", None),
        ('"bars": 2,', '"bars": 3,', "sections[1].chords must be an entry a bar, 3 of them", None),
        (
            '"F:maj", "C',
            '"F:mja", "C',
            "sections[0].chords[1] is not valid: a chord's quality is one of",
            None,
        ),
        (
            '"lyrics": "stay with me"',
            '"lyrics": 3',
            "sections[1].lyrics must be text in quotes; found 3",
            None,
        ),
        (
            '"has_vocals": true',
            '"has_vocals": 1',
            "sections[1].has_vocals must be true or false; found 1",
            None,
        ),
        (
            '"tempo_bpm": 120.0',
            '"tempo_bpm": 500',
            "tempo_bpm must be a number from 20 to 400; found 500",
            None,
        ),
        ('"tempo_bpm": 120.0', '"tempo_bpm": null', "tempo_bpm must be a number; found null", None),
        ('"A minor"', '"A dorian"', "key is not valid: a mode is major or minor, not 'dorian'", None),
        ('"4/4"', '"four"', "time_signature is not valid: a time signature is written like 3/4", None),
        ('"seed": 7', '"seed": -7', "seed must be a whole number from 0 to 4294967295; found -7", None),
        ('["dark"]', '"dark"', "mood must be a list; found 'dark'", None),
        ('["dark"]', '["\\ud800"]', "mood[0] must be Unicode text", None),
        (
            '"muze.plan/1"',
            '"muze.plan/2"',
            "schema is muze.plan/2, which is newer than this muze reads",
            "update muze",
        ),
        ('"muze.plan/1"', "1", "schema must be 'muze.plan/1' in a plan; found 1", None),
        ('"muze.plan/1"', '"muze.plan/0"', "schema must be muze.plan/1; found 'muze.plan/0'", None),
    ],
)
def test_every_fault_has_its_field_and_line(old: str, new: str, fault: str, hint: str | None) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(BadDataError) as caught:
        read_plan(TEXT.replace(old, new), name="my.json")
    line = line_with(
        TEXT.replace(old, new), '"chords": ["A:min", "F:maj"]' if "entry a bar" in fault else new
    )
    assert caught.value.message.startswith(f"my.json: line {line}: {fault}")
    assert caught.value.details["line"] == line
    assert str(caught.value.details["field"]) == fault.split()[0]
    assert (hint or "") in (caught.value.hint or "")


def test_an_unknown_instrument_is_named() -> None:
    with pytest.raises(
        BadDataError, match=r"instruments\[1\] must be an instrument of the table; found 'synthbass'"
    ) as e:
        read_plan(TEXT.replace('["electronic_drums", "synth_bass"', '["electronic_drums", "synthbass"'))
    assert e.value.hint is not None and "synth_bass" in e.value.hint


def test_a_missing_field_stands_where_its_object_begins() -> None:
    text = TEXT.replace('      "bars": 2,\n', "")
    with pytest.raises(BadDataError, match=r"sections\[1\]\.bars must be given; found nothing") as caught:
        read_plan(text)
    assert caught.value.details["line"] == line_with(text, '"type": "chorus"') - 1


@pytest.mark.parametrize("what", ["[]", "null", '"a plan"', "{}"])
def test_what_is_no_plan_at_all(what: str) -> None:
    with pytest.raises(
        BadDataError, match=r"plan: line 1: schema must be 'muze.plan/1' in a plan; found nothing"
    ):
        read_plan(what)


def test_derived_values_may_be_missing_but_not_wrong() -> None:
    document = plan_document(PLAN)
    for name in ("bars", "duration_s"):
        del document[name]
    for section in document["sections"]:
        for name in ("start_s", "end_s", "position"):
            del section[name]
    assert plan_from_document(document) == PLAN
    for path, fault in (
        (("duration_s",), "duration_s contradicts .* make it 12; found 99"),
        (("bars",), "bars contradicts .* make it 6; found 99"),
        (("sections", 1, "start_s"), r"sections\[1\]\.start_s contradicts .* make it 8; found 99"),
        (("sections", 0, "position"), r"sections\[0\]\.position contradicts .* make it 0; found 99"),
    ):
        wrong: Any = plan_document(PLAN)
        target = wrong
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = 99
        with pytest.raises(BadDataError, match=fault) as caught:
            plan_from_document(wrong)
        assert "remove start_s, end_s, position, bars and duration_s, which follow" in (
            caught.value.hint or ""
        )


# ---- faults of JSON and of scores ----


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('{\n"a": 1,\n}', "x: line 3: a plan must be JSON"),
        ("", "x: line 1: a plan must be JSON"),
        ('{"a": 1,\n "b": {"c": 1,\n "c": 2}}', "x: line 3: .* the field 'c' stands twice in one object"),
        ('{"a": "NaN", "b": {"a": 1},\n"c": NaN}', "x: line 2: .* NaN is not a number"),
        ("[1,\n\n-Infinity]", "x: line 3: .* -Infinity is not a number"),
        ("[" * 100_000, "must not be nested this deeply"),
    ],
)
def test_json_is_strict(text: str, fault: str) -> None:
    with pytest.raises(BadDataError, match=fault):
        parse_json(text, name="x", what="plan")


@given(value=JSONS, indent=st.none() | st.integers(0, 3))
def test_lines_are_those_of_the_values(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)

    def visit(value: Any, path: tuple[str | int, ...]) -> None:
        line = line_of(text, path)
        assert line is not None
        # What begins on this line or later is the value: its text stands there.
        rest = "\n".join(text.split("\n")[line - 1 :])
        first = json.dumps(value, ensure_ascii=False)[0]
        assert first in rest
        if isinstance(value, dict):
            for key, item in value.items():
                visit(item, (*path, key))
            assert line_of(text, (*path, "no such key")) is None
        elif isinstance(value, list):
            for index, item in enumerate(value):
                visit(item, (*path, index))
            assert line_of(text, (*path, len(value))) is None

    visit(value, ())


def test_the_line_of_a_field_is_exact() -> None:
    text = '{\n "a": [1,\n  {"b": "]}",\n\n "a": 2}],\n"c": 3}'
    assert [line_of(text, path) for path in ((), ("a",), ("a", 0), ("a", 1, "b"), ("a", 1, "a"), ("c",))] == [
        *(1, 2, 2, 3, 5, 6)
    ]
    assert line_of(text, ("a", "b")) is None and line_of(text, ("c", "d")) is None


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[480, 600, 38, 100]", "[480, 600, 38]", "parts[0].notes[2] must be [start, end, pitch, velocity]"),
        ("[480, 600, 38, 100]", "[480, 480, 38, 100]", "parts[0].notes[2] a note must end after it starts"),
        ("[480, 600, 38, 100]", "[480, 600, 200, 100]", "parts[0].notes[2].pitch must be a MIDI pitch"),
        ('90, "lo"]', "90, 5]", "parts[3].notes[1][4] must be text in quotes; found 5"),
        ('"role": "lead"', '"role": "leader"', "parts[2].role must be a role; found 'leader'"),
        ('"name": "bass"', '"name": "lead"', "parts must name each once; found 'lead' twice"),
        ('3840, "G:7/B"', '3000, "G:7/B"', "chords[1] must last until the end, tick 3840; found 3000"),
        ('"ticks_per_quarter": 480', '"ticks_per_quarter": 960', "ticks_per_quarter must be 480; found 960"),
        ("[[0, 1920,", "[[0, 1920, 5,", "chords[0] must be [start, end,"),
    ],
)
def test_faults_of_scores_have_their_field_and_line(old: str, new: str, fault: str) -> None:
    assert SCORE_TEXT.count(old) == 1
    with pytest.raises(BadDataError) as caught:
        read_score(SCORE_TEXT.replace(old, new), name="s.json")
    assert f": {fault}" in caught.value.message
    assert caught.value.message.startswith("s.json: line ")


# ---- settings ----


def edited(*settings: str) -> Plan:
    return plan_from_document(set_values(plan_document(PLAN), settings))


def test_settings_change_what_they_name() -> None:
    plan = edited(
        "sections.1.energy=0.5",
        "sections[1].lyrics=go away",
        "tempo_bpm=100",
        "key=F# minor",
        "time_signature=3/4",
        "genre=techno",
        "seed=9",
        "mood=dark, cold",
        "prompt=",
        "template=verse_chorus",
        "sections.0.has_vocals=true",
        "sections.0.type=intro",
    )
    assert plan.sections[1].energy == 0.5 and plan.sections[1].lyrics == "go away"
    assert (plan.tempo_bpm, str(plan.key), str(plan.time_signature)) == (100.0, "F# minor", "3/4")
    assert (plan.genre, plan.seed, plan.mood, plan.prompt) == ("techno", 9, ("dark", "cold"), "")
    assert plan.sections[0].has_vocals and plan.sections[0].type == "intro"
    assert edited("language=null", "sections.1.lyrics=null").language is None


def test_chords_are_repeated_or_cut_to_new_bars() -> None:
    names = [str(bar[0]) for bar in edited("sections.0.bars=7").sections[0].chords]
    assert names == ["A:min", "F:maj", "C:maj", "E:7", "A:min", "F:maj", "C:maj"]
    assert len(edited("sections.0.bars=1").sections[0].chords) == 1


def test_chords_are_set_by_bars() -> None:
    plan = edited("sections.1.chords=C:maj,A:min F:maj")
    assert [[str(chord) for chord in bar] for bar in plan.sections[1].chords] == [
        ["C:maj"],
        ["A:min", "F:maj"],
    ]
    assert edited('sections.1.chords=["N", "N"]').sections[1].chords[0][0].root is None
    assert edited("sections.1.chords=").sections[1].chords == ()


def test_settings_are_checked_together() -> None:
    plan = edited("instruments=piano,synth_bass", "sections.1.instruments=piano")
    assert plan.instruments == ("piano", "synth_bass") and plan.sections[1].instruments == ("piano",)
    assert edited("sections.1.instruments=null").sections[1].instruments is None


@pytest.mark.parametrize(
    ("setting", "fault", "hint"),
    [
        ("sections.1.energy=2", r"sections\[1\]\.energy must be a number from 0 to 1; found 2", ""),
        ("sections.1.energy=loud", r"sections\[1\]\.energy must be a number; found 'loud'", ""),
        ("sections.1.bars=0", r"sections\[1\]\.bars must be whole bars, at least 1; found 0", ""),
        ("sections.5.energy=1", "'sections.5.energy': the plan has 2 sections, 0 to 1; found 5", "from 0"),
        ("sections.1.enrgy=1", "'sections.1.enrgy' is no field of a plan", "did you mean energy?"),
        ("sections.first.energy=1", "names no field of a section", "sections.0.energy"),
        ("tempo=1", "'tempo' is no field of a plan", "tempo_bpm"),
        ("bars=8", "'bars' cannot be set: it follows", "sections.N.bars"),
        ("sections.1.start_s=8", "'sections.1.start_s' cannot be set", "sections.N.bars"),
        ("schema=muze.plan/9", "'schema' is no field of a plan", "fields:"),
        ("tempo_bpm", "must be a path, '=' and a value; found 'tempo_bpm'", "tempo_bpm=100"),
        ("=3", "must be a path, '=' and a value", ""),
        ("sections.1.chords=C:maj", r"sections\[1\]\.chords must be an entry a bar, 2 of them", ""),
        ("instruments=pian", r"instruments\[0\] must be an instrument of the table", "piano"),
        ("instruments=piano", r"sections\[1\]\.instruments must be some of the plan's", "add synth_bass"),
    ],
)
def test_a_wrong_setting_names_the_field(setting: str, fault: str, hint: str) -> None:
    document = plan_document(PLAN)
    with pytest.raises(UsageError, match=fault) as caught:
        set_values(document, [setting])
    assert hint in (caught.value.hint or "")
    assert document == plan_document(PLAN)


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("sections.².energy=1", "names no field of a section"),
        ("tempo_bpm=1" + "0" * 400, "tempo_bpm must be a number; found 1000"),
        ("seed=1" + "0" * 5000, "seed must be a whole number"),
        ("sections.0.energy=" + "[" * 100_000, "energy must be a number"),
        ("sections.0.bars=1000000000", r"sections\[0\].bars must be at most 4000; found 1000000000"),
        ("sections.0.bars=3999", "sections must have at most 4000 bars together"),
        ("language=klingon", "language is not valid: a language is a code such as en, pl or pt-BR"),
    ],
)
def test_settings_beyond_all_bounds(setting: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        set_values(plan_document(PLAN), [setting])


@pytest.mark.parametrize(
    ("digits", "message"), [(400, "tempo_bpm must be a number"), (5000, "one of thousands of digits")]
)
def test_numbers_beyond_all_bounds_are_named_with_their_line(digits: int, message: str) -> None:
    text = TEXT.replace('"tempo_bpm": 120.0', '"tempo_bpm": 1' + "0" * digits)
    with pytest.raises(BadDataError, match=rf"line {line_with(text, 'tempo_bpm')}: .*{message}"):
        read_plan(text)


def test_lists_hold_finite_numbers() -> None:
    assert Field([1, 2.5]).numbers() == (1.0, 2.5)
    for value, shown in ((float("inf"), "Infinity"), (10**400, "1000")):
        with pytest.raises(FieldError, match=rf"times\[1\] must be a number; found {shown}"):
            Field([1.0, value], ("times",)).numbers()


def test_a_contradiction_says_how_to_stay_in_step() -> None:
    with pytest.raises(BadDataError) as caught:
        read_plan(TEXT.replace('"tempo_bpm": 120.0', '"tempo_bpm": 90.0'))
    assert "--tempo" in str(caught.value.hint)
