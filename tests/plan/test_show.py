"""The timeline and the picture of a plan: what they say, and that they fit."""

from __future__ import annotations

import re
import xml.dom.minidom
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.song.songs import plan_by_hand, plans, score_by_hand

from muze_plan.show.labels import bar_labels, chord_label, clock, title
from muze_plan.show.palette import DRAWING_ORDER, part_colours, section_colour
from muze_plan.show.picture import _bars_a_row, piano_roll, picture_bytes
from muze_plan.show.timeline import timeline
from muzecli.song import QUALITIES, SECTION_TYPES, Chord, Note, Part, Plan, Role, Section, SectionType

PLAN, SCORE = plan_by_hand(), score_by_hand()


@pytest.mark.parametrize(
    ("chord", "label"),
    [
        ("C:maj", "C"),
        ("A:min", "Am"),
        ("Bb:maj/D", "Bb/D"),
        ("F#:hdim7", "F#m7b5"),
        ("G:7", "G7"),
        ("E:aug", "E+"),
        ("D:sus4", "Dsus4"),
        ("N", "–"),
    ],
)
def test_chords_are_written_as_on_lead_sheets(chord: str, label: str) -> None:
    assert chord_label(Chord.parse(chord)) == label


def test_labels_are_unique_and_short() -> None:
    labels = {chord_label(Chord(0, quality)) for quality in QUALITIES}
    assert len(labels) == len(QUALITIES) and max(map(len, labels)) <= 8
    assert bar_labels([(Chord(0),), (Chord(0),), (Chord(5), Chord(7))]) == ["C", "%", "F G"]
    assert [clock(time) for time in (0, 59.96, 61.25, 3600)] == ["0:00.0", "1:00.0", "1:01.2", "60:00.0"]
    assert [title(kind) for kind in ("pre_chorus", "synth_bass")] == ["pre-chorus", "synth bass"]


# ---- the timeline ----


def test_a_timeline_reads_like_this() -> None:
    assert timeline(PLAN, width=84) == [
        "dark house",
        "house · dark · A minor · 4/4 · 120 BPM · 6 bars · 0:12.0",
        "electronic drums, synth bass, female vocals, saw lead",
        "",
        "▄" * 55 + " " + "▇" * 28,
        "verse" + " " * 51 + "chorus ♪",
        "",
        "0  verse     1–4  0:00.0  ███░░░░░  0.40  | Am | F | C G | E7 |",
        "1  chorus ♪  5–6  0:08.0  ███████░  0.90  | Am | F |",
        "             synth bass, female vocals",
        "             “stay with me”",
    ]


def test_patterns_are_written_once_and_phrases_stay_whole() -> None:
    loop = tuple((Chord(pc),) for pc in (0, 9, 5, 7))
    walk = tuple((Chord(pc, "maj7"),) for pc in range(8))
    still = ((Chord(0),),) * 4
    plan = replace(
        PLAN,
        sections=tuple(
            Section(SectionType.VERSE, len(chords), 0.5, chords=chords) for chords in (loop * 2, walk, still)
        ),
    )
    text = "\n".join(timeline(plan, width=80))
    assert "| C | A | F | G | ×2\n" in text
    assert "| Cmaj7 | C#maj7 | Dmaj7 | D#maj7 |\n" in text and "| Emaj7 | Fmaj7 | F#maj7 | Gmaj7 |\n" in text
    assert "| C | % | % | % |" in text


@settings(max_examples=150, deadline=None)
@given(plan=plans(), width=st.integers(50, 160))
def test_every_line_fits_and_every_section_is_there(plan: Plan, width: int) -> None:
    plan = replace(plan, genre="house", mood=())
    lines = timeline(plan, width=width)
    assert all("\n" not in line and line == line.rstrip() for line in lines)
    longest_bar = max((len(bar) for s in plan.sections for bar in bar_labels(s.chords)), default=0)
    if longest_bar < 15:
        assert max(map(len, lines)) <= width
    rows = [line for line in lines if re.match(r" *\d+  [a-z-]+ ", line) and ("█" in line or "░" in line)]
    assert len(rows) == len(plan.sections)


def test_a_plan_without_chords_or_players_is_shown_too() -> None:
    bare = replace(PLAN, prompt="", mood=(), instruments=(), sections=(Section(SectionType.DROP, 1, 1.0),))
    assert timeline(bare, width=20) == [
        "house · A minor · 4/4 · 120 BPM · 1 bar · 0:02.0",
        "",
        "█" * 50,
        "drop",
        "",
        "0  drop  1  0:00.0  ████████  1.00",
    ]


# ---- the picture ----


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture_is_the_same_each_time(suffix: str, tmp_path: Path) -> None:
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    piano_roll(SCORE, PLAN, one)
    piano_roll(SCORE, PLAN, other)
    assert one.read_bytes() == other.read_bytes()
    assert one.stat().st_size > 5000


def test_a_picture_says_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "song.part"
    path.write_bytes(picture_bytes(SCORE, replace(PLAN, prompt="costs $5 and $6"), ".svg"))
    text = path.read_text(encoding="utf-8")
    # matplotlib draws text as shapes and leaves a comment of what they say.
    said = set(re.findall(r"<!-- (.*?) -->", text))
    assert {
        "intro",
        "chorus ♪",
        "C",
        "G7/B",
        "kick",
        "snare",
        "hat",
        "hel-",
        "lo",
        "bass",
        "lead",
        "voice",
    } <= said
    assert any("costs" in words and "$5 and" in words.replace("\\", "") for words in said)
    assert "C4" in said and any(words.startswith("house") for words in said)


def test_any_length_and_emptiness_can_be_drawn(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    silent = replace(SCORE, parts=(), chords=(), sections=())
    piano_roll(silent, None, path)
    notes = tuple(Note(t, t + 240, 60, 80, "la") for t in range(0, 90 * 1920, 480))
    long = replace(silent, bars=90, parts=(Part("a", Role.VOCALS, "male_vocals", 52, False, notes),))
    piano_roll(long, None, path)
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_script_the_font_lacks_is_no_warning(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    piano_roll(SCORE, replace(PLAN, prompt="夜の歌"), tmp_path / "a.png")
    assert not recwarn.list


def test_colours_tell_parts_and_sections_apart() -> None:
    parts = [Part(f"{role}{i}", role, "piano", 0, False, ()) for role in Role for i in range(2)]
    assert len(set(part_colours(parts).values())) == 2 * len(Role)
    assert len({section_colour(kind) for kind in SECTION_TYPES}) == 13
    assert set(DRAWING_ORDER) == set(Role) - {Role.DRUMS}


STRANGE = "dark\u202e\x1b[31mred\x07 \u2066x\ufffe"


def test_controls_and_changes_of_direction_are_not_shown() -> None:
    plan = replace(PLAN, prompt=STRANGE, genre=STRANGE, mood=("\u202e", STRANGE))
    shown = "\n".join(timeline(plan))
    picture = picture_bytes(SCORE, plan, ".svg").decode()
    for text in (shown, picture):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e\u2066\ufffe]", text)
    assert shown.splitlines()[0] == "dark[31mred x"
    xml.dom.minidom.parseString(picture)


@pytest.mark.parametrize("bars", [1, 6, 16, 17, 18, 20])
def test_a_song_of_one_row_fills_it(bars: int) -> None:
    assert _bars_a_row(bars) == bars


@pytest.mark.parametrize("bars", range(23, 400, 13))
def test_long_songs_have_few_rows_and_no_lonely_bars(bars: int) -> None:
    size = _bars_a_row(bars)
    assert size >= 16 and -(-bars // size) <= 6
    assert (bars % size or size) >= 0.35 * size
