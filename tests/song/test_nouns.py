"""What the nouns hold together: keys, chords, bars that add up, notes that can be played."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.song.songs import CHORDS, METRES, TEMPOS, plan_by_hand, plans, score_by_hand, scores

from muzecli.song import (
    QUALITIES,
    SECTION_TYPES,
    Chord,
    ChordEvent,
    Key,
    Note,
    Part,
    Plan,
    Role,
    Score,
    Section,
    SectionSpan,
    SectionType,
    TimeSignature,
)
from muzecli.song.checks import FieldError, path_text, suggestion
from muzecli.song.tidy import tidied

PLAN, SCORE = plan_by_hand(), score_by_hand()

# ---- keys, chords, metres ----


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("C minor", Key(0, "minor")),
        ("F# major", Key(6)),
        ("Am", Key(9, "minor")),
        ("Bb", Key(10)),
        ("e min", Key(4, "minor")),
        ("A-flat major", None),
        ("H major", None),
        ("C dorian", None),
    ],
)
def test_keys_are_read(text: str, key: Key | None) -> None:
    if key is None:
        with pytest.raises(ValueError, match=r"a (key|mode) is"):
            Key.parse(text)
    else:
        assert Key.parse(text) == key


@given(index=st.integers(0, 23))
def test_a_key_is_its_name_and_its_index(index: int) -> None:
    key = Key.from_index(index)
    assert Key.parse(str(key)) == key and key.index == index
    assert len(set(key.scale)) == 7 and key.tonic in key.scale


@given(chord=CHORDS)
def test_a_chord_is_its_name(chord: Chord) -> None:
    found = Chord.parse(str(chord))
    assert found == chord and str(found) == str(chord)
    assert chord.transposed(12) == chord
    assert chord.transposed(5).transposed(7) == chord


def test_chords_have_one_way_to_be_written() -> None:
    assert Chord(0, "maj", 0) == Chord(0) == Chord.parse("C") == Chord.parse("C:maj/C")
    assert Chord(3, flats=True) == Chord(3)
    assert Chord.parse("C:maj7/E").pitch_classes == (0, 4, 7, 11)
    assert Chord.parse("C:maj7/E").bass_pc == 4
    assert Chord(None).pitch_classes == () and str(Chord(None)) == "N"
    assert len(QUALITIES) == 23
    for wrong in (
        {"root": 12},
        {"root": 0, "quality": "major"},
        {"root": None, "bass": 3},
        {"root": 0, "bass": 12},
    ):
        with pytest.raises(ValueError, match="chord"):
            Chord(**wrong)


@pytest.mark.parametrize(
    ("metre", "beats", "beat", "bar"),
    [
        ("4/4", 4, 480, 1920),
        ("3/4", 3, 480, 1440),
        ("6/8", 2, 720, 1440),
        ("7/8", 7, 240, 1680),
        ("12/8", 4, 720, 2880),
    ],
)
def test_metres_count_beats(metre: str, beats: int, beat: int, bar: int) -> None:
    signature = TimeSignature.parse(metre)
    assert (signature.beats_per_bar, signature.beat_ticks, signature.bar_ticks) == (beats, beat, bar)
    assert signature.bar_s(120) == beats / 2
    assert signature.tick_s(120) * bar == pytest.approx(beats / 2)


# ---- plans ----


@given(plan=plans())
def test_sections_follow_each_other(plan: Plan) -> None:
    spans = plan.spans
    assert spans[0].start_s == 0.0 and spans[0].position == 0.0
    assert spans[-1].end_s == pytest.approx(plan.duration_s)
    assert all(a.end_s == b.start_s for a, b in pairwise(spans))
    assert plan.bars == sum(section.bars for section in plan.sections)
    assert plan.with_sections(plan.sections) == plan


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"tempo_bpm": 19.9}, "tempo_bpm must be a number from 20 to 400; found 19.9"),
        ({"tempo_bpm": float("nan")}, "tempo_bpm must be"),
        ({"seed": -1}, "seed must be a whole number from 0 to 4294967295; found -1"),
        ({"sections": ()}, "sections must be at least one"),
        ({"instruments": ("piano", "piano")}, "instruments must name each once; found 'piano' twice"),
        ({"instruments": ("piano",)}, r"sections\[1\].instruments must be some of the plan's instruments"),
    ],
)
def test_a_plan_says_what_is_wrong(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(FieldError, match=fault):
        replace(PLAN, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"bars": 0}, "bars must be whole bars, at least 1; found 0"),
        ({"energy": 1.01}, "energy must be a number from 0 to 1; found 1.01"),
        ({"bars": 3}, "chords must be an entry a bar, 3 of them, or none; found 4"),
        ({"chords": ((),) * 4}, r"chords\[0\] must be at least one chord"),
    ],
)
def test_a_section_says_what_is_wrong(changes: dict[str, object], fault: str) -> None:
    with pytest.raises(FieldError, match=fault):
        replace(PLAN.sections[0], **changes)  # type: ignore[arg-type]


def test_the_thirteen_types_keep_their_order() -> None:
    assert len(SECTION_TYPES) == 13
    assert SECTION_TYPES[0] is SectionType.INTRO and SECTION_TYPES[12] is SectionType.UNKNOWN


# ---- scores ----


@given(metre=METRES, tempo_bpm=TEMPOS, bars=st.integers(1, 50))
def test_bars_add_up_in_every_metre(metre: TimeSignature, tempo_bpm: float, bars: int) -> None:
    score = Score(tempo_bpm, metre, Key(0), bars, (), ())
    assert score.ticks == bars * metre.bar_ticks
    assert score.duration_s == pytest.approx(bars * metre.bar_s(tempo_bpm))
    assert len(score.downbeats_s) == bars
    assert len(score.beats_s) == bars * metre.beats_per_bar
    assert set(score.downbeats_s) <= set(score.beats_s)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ((0, 0, 60, 80), "a note must end after it starts; found ticks 0 to 0"),
        ((-1, 5, 60, 80), "a note must end after it starts"),
        ((0, 5, 128, 80), "pitch must be a MIDI pitch 0…127; found 128"),
        ((0, 5, 60, 0), "velocity must be a whole number 1…127; found 0"),
    ],
)
def test_a_note_says_what_is_wrong(values: tuple[int, int, int, int], fault: str) -> None:
    with pytest.raises(FieldError, match=fault):
        Note(*values)


def test_a_part_says_what_is_wrong() -> None:
    def part(*notes: Note, name: str = "a", program: int = 0) -> Part:
        return Part(name, Role.LEAD, "piano", program, False, notes)

    with pytest.raises(FieldError, match=r"notes\[1\] must be in order .* tick 0 comes after tick 10"):
        part(Note(10, 20, 60, 80), Note(0, 5, 62, 80))
    with pytest.raises(FieldError, match=r"notes\[1\] must not strike pitch 60 at tick 10 while it sounds"):
        part(Note(0, 20, 60, 80), Note(10, 30, 60, 80))
    with pytest.raises(FieldError, match="name must not be empty"):
        part(name="")
    with pytest.raises(FieldError, match="program must be a General MIDI program 0…127; found 128"):
        part(program=128)


def test_a_score_says_what_is_wrong() -> None:
    with pytest.raises(FieldError, match="parts must name each once; found 'drums' twice"):
        replace(SCORE, parts=SCORE.parts[:1] * 2)
    with pytest.raises(FieldError, match=r"parts\[1\].notes\[1\] must end within the score's 1920 ticks"):
        replace(SCORE, bars=1, parts=(replace(SCORE.parts[0], notes=()), SCORE.parts[1]))
    with pytest.raises(FieldError, match=r"chords\[1\] must begin at tick 1920, without a gap"):
        replace(SCORE, chords=(SCORE.chords[0], ChordEvent(2000, 3840, Chord(0))))
    with pytest.raises(FieldError, match=r"chords\[0\] must last until the end, tick 3840; found 1920"):
        replace(SCORE, chords=SCORE.chords[:1])
    with pytest.raises(FieldError, match=r"sections\[1\] must begin at 2 s"):
        late = SectionSpan(SectionType.OUTRO, 2.5, 4.0, 0.6, 0.1, False)
        replace(SCORE, sections=(SCORE.sections[0], late))
    with pytest.raises(FieldError, match=r"sections\[0\] must last until the end, 4 s; found 2"):
        replace(SCORE, sections=SCORE.sections[:1])


def test_parts_are_found_by_role() -> None:
    assert [part.name for part in SCORE.parts_of(Role.VOCALS)] == ["voice"]
    assert SCORE.parts_of(Role.PAD) == ()


# ---- tidying ----


@given(
    raw=st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(60, 63), st.integers(1, 127))),
    end=st.integers(1, 80),
)
def test_tidied_notes_can_be_played(raw: list[tuple[int, int, int, int]], end: int) -> None:
    notes = [Note(start, start + length, pitch, velocity) for start, length, pitch, velocity in raw]
    found = tidied(notes, end=end)
    part = Part("a", Role.LEAD, "piano", 0, False, found)  # raises where they cannot
    assert all(note.end <= end for note in found)
    assert {(n.start, n.pitch) for n in found} == {(n.start, n.pitch) for n in notes if n.start < end}
    assert tidied(part.notes, end=end) == found


@given(score=scores())
def test_tidy_notes_stay_as_they_are(score: Score) -> None:
    for part in score.parts:
        assert tidied(part.notes, end=score.ticks) == part.notes


def test_notes_of_one_key_and_tick_become_one() -> None:
    assert tidied([Note(0, 5, 60, 80), Note(0, 9, 60, 70, "la")], end=7) == (Note(0, 7, 60, 80, "la"),)


# ---- the small things ----


def test_paths_and_suggestions_read_well() -> None:
    assert path_text(("sections", 2, "energy")) == "sections[2].energy"
    assert path_text(()) == ""
    assert suggestion("chorsu", ["chorus", "verse"], "types") == "did you mean chorus?"
    assert suggestion("zzz", ["chorus", "verse"], "types") == "known types: chorus, verse"


def test_the_nouns_load_nothing_heavy() -> None:
    code = (
        "import sys, muzecli.song as s; s.Plan, s.Score, s.Instrument, s.Track;"
        "import muzecli.song.documents, muzecli.song.dataset;"
        "print({'numpy', 'yaml', 'pretty_midi', 'mido', 'torch'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"set()"
    with pytest.raises(AttributeError, match="has no attribute 'Sonata'"):
        from muzecli import song

        song.Sonata  # noqa: B018


def test_an_empty_section_needs_no_chords() -> None:
    assert Section(SectionType.INTRO, 4, 0.5).chords == ()


def test_notes_are_ordered_by_time_pitch_and_velocity_with_or_without_lyrics() -> None:
    sung, hummed = Note(0, 10, 60, 90, "la"), Note(0, 10, 60, 90)
    assert sorted([Note(5, 9, 50, 1), sung, hummed, Note(0, 10, 59, 90)]) == [
        Note(0, 10, 59, 90),
        hummed,
        sung,
        Note(5, 9, 50, 1),
    ]
