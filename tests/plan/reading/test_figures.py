"""Figures are exact wherever they stand, and other numbers are never taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_plan.reading import read_prompt
from muze_plan.reading.text import Text, number
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import FLAT_NAMES, SHARP_NAMES, Key

GENRES = st.sampled_from(["house", "a jazz tune", "rock", "ambient music", "trap", "a folk song"])
NOTES = st.sampled_from(sorted({*SHARP_NAMES, *FLAT_NAMES}))


@given(
    st.integers(40, 240),
    st.sampled_from(
        [
            "{g} at {n} bpm",
            "{g}, {n}bpm",
            "{g} at {n}",
            "{g}, tempo of {n}",
            "{n} BPM {g}",
            "bpm: {n}, {g}",
            "{g} around {n} bpm, no drums",
            "{g}, {n} beats per minute",
            "{g} with piano, tempo={n}",
            "{g}, {n}",
        ],
    ),
    GENRES,
)
@settings(max_examples=200, deadline=None)
def test_tempo_is_exact(n, form, genre):
    if form == "{g}, {n}" and n < 50:
        return  # a bare number below is no tempo
    assert read_prompt(form.format(g=genre, n=n)).tempo_bpm == n


@given(
    st.integers(60, 180),
    st.integers(2, 30),
    st.sampled_from(["{a}-{b} bpm", "{a} to {b} bpm", "between {a} and {b} BPM", "tempo {a}–{b}"]),
)
@settings(max_examples=60, deadline=None)
def test_a_range_is_its_middle(low, width, form):
    prompt = "techno, " + form.format(a=low, b=low + width)
    assert read_prompt(prompt).tempo_bpm == low + width / 2


@given(
    NOTES,
    st.sampled_from(["major", "minor"]),
    st.sampled_from(
        [
            "in {k}",
            "a song in {k} at 100 bpm",
            "{k}, slow",
            "rock, key of {k}",
            "key: {k}",
            "pop in {k} with piano",
        ]
    ),
    st.booleans(),
)
@settings(max_examples=200, deadline=None)
def test_key_is_exact(note, mode, form, spelled):
    name = note.replace("#", " sharp").replace("b", " flat") if spelled and len(note) > 1 else note
    reading = read_prompt(form.format(k=f"{name} {mode}"))
    assert reading.key == Key.parse(f"{note} {mode}")
    assert reading.mode == mode


@given(NOTES, st.sampled_from(["in {n}", "jazz in {n}, slow", "key of {n}", "a waltz in {n} at 90 bpm"]))
@settings(max_examples=60, deadline=None)
def test_a_bare_key_is_major(note, form):
    assert read_prompt(form.format(n=note)).key == Key.parse(f"{note} major")


@given(NOTES, st.sampled_from(["{n}m", "rock in {n}m", "{n}m, 120 bpm", "key: {n}m"]))
@settings(max_examples=60, deadline=None)
def test_a_small_m_is_minor(note, form):
    assert read_prompt(form.format(n=note)).key == Key.parse(f"{note} minor")


@given(
    st.integers(5, 600),
    st.sampled_from(
        ["{n} seconds", "{n}-second jingle", "pop, {n} sec", "{n} s of ambient", "lasting {n} seconds"]
    ),
)
@settings(max_examples=100, deadline=None)
def test_seconds_are_exact(n, form):
    assert read_prompt(form.format(n=n)).duration_s == n


@given(st.integers(0, 12), st.integers(0, 59))
@settings(max_examples=60, deadline=None)
def test_minutes_and_seconds_are_exact(minutes, seconds):
    if minutes + seconds == 0:
        return
    assert read_prompt(f"rock, {minutes}:{seconds:02}").duration_s == 60 * minutes + seconds
    if minutes and seconds:
        assert (
            read_prompt(f"{minutes} minutes and {seconds} seconds of funk").duration_s
            == 60 * minutes + seconds
        )


@pytest.mark.parametrize(
    "metre", ["2/4", "3/4", "4/4", "5/4", "7/4", "6/8", "7/8", "9/8", "12/8", "2/2", "11/8", "13/16"]
)
def test_metre_is_exact(metre):
    for form in ("rock in {}", "{} folk tune", "jazz, {} time, 120 bpm", "time signature: {}"):
        assert read_prompt(form.format(metre)).time_signature == TimeSignature.parse(metre)


@pytest.mark.parametrize(
    "prompt",
    [
        "808 bass",
        "TR-909 drums",
        "a 303 line",
        "12-bar blues",
        "7th chords",
        "16th notes",
        "2-step",
        "3 chords",
        "8-bit",
        "top 40 pop",
        "1/8 notes on the hi-hat",
        "24/7 party",
        "12-string guitar",
        "route 66",
        "5 musicians",
        "808s",
        "4 on the floor",
        "32-bar form",
        "blink 182",
        "50 cent",
        "an 8 bar loop",
        "100% energy",
        "16 bars",
        "432 Hz tuning",
    ],
)
def test_other_numbers_are_no_figures(prompt):
    reading = read_prompt(prompt)
    assert (reading.tempo_bpm, reading.duration_s, reading.key, reading.era) == (None, None, None, None)


@pytest.mark.parametrize(
    ("prompt", "era", "duration_s"),
    [
        ("80s pop", "1980s", None),
        ("90s house", "1990s", None),
        ("the 60s", "1960s", None),
        ("'70s soul", "1970s", None),
        ("1980's synths", "1980s", None),
        ("music from 1964", "1960s", None),
        ("nineteen-eighties", "1980s", None),
        ("early 2000s rock", "2000s", None),
        ("90s long", None, 90),
        ("90 s", None, 90),
        ("45s", None, 45),
        ("a 60s clip", None, 60),
        ("lasting 80s", None, 80),
        ("for 90s", None, 90),
        ("for 90s vibes", "1990s", None),
        ("20s intro music", None, 20),
        ("30s jazz", "1930s", None),
        ("30s techno loop", None, 30),
        ("60s soul, 60s long", "1960s", 60),
    ],
)
def test_decades_are_told_from_lengths(prompt, era, duration_s):
    reading = read_prompt(prompt)
    assert (reading.era, reading.duration_s) == (era, duration_s)


@pytest.mark.parametrize(
    "prompt",
    [
        "drop after 30 seconds",
        "with a 10 second intro",
        "a 20 second outro",
        "every 15 seconds a bell",
        "at 1:30 a key change",
    ],
)
def test_lengths_of_parts_are_not_the_song_s(prompt):
    assert read_prompt(f"house, {prompt}").duration_s is None


@pytest.mark.parametrize(
    ("prompt", "seconds"),
    [
        ("a minute and a half", 90),
        ("one and a half minutes", 90),
        ("two and a half minutes", 150),
        ("half a minute", 30),
        ("2½ minutes", 150),
        ("1m30s", 90),
        ("3'20\"", 200),
        ("an hour", 3600),
        ("half an hour", 1800),
        ("a couple of minutes", 120),
        ("2-3 minutes", 150),
        ("ninety seconds", 90),
        ("one minute thirty", 90),
        ("1 hour 10 minutes", 4200),
        ("2.5 min", 150),
        ("no longer than 45 seconds", 45),
        ("two minutes, 120 bpm", 120),
    ],
)
def test_lengths_in_words(prompt, seconds):
    assert read_prompt(f"pop, {prompt}").duration_s == seconds


@pytest.mark.parametrize(
    ("prompt", "bpm"),
    [
        ("one hundred and twenty bpm", 120),
        ("a hundred bpm", 100),
        ("one twenty bpm", 120),
        ("seventy-five bpm", 75),
        ("one hundred twenty eight bpm", 128),
        ("♩ = 72", 72),
        ("133.5 bpm", 133.5),
        ("133,5 bpm", 133.5),
        ("140-ish bpm", 140),
        ("no faster than 100 bpm", 100),
        ("70/140 bpm", 140),
        ("~110bpm", 110),
        ("trance in 138", 138),
    ],
)
def test_tempo_in_other_forms(prompt, bpm):
    assert read_prompt(prompt).tempo_bpm == bpm


@pytest.mark.parametrize(
    ("prompt", "key", "mode"),
    [
        ("in a minor key", None, "minor"),
        ("In A minor, slow", "A minor", "minor"),
        ("in a minor, slow", "A minor", "minor"),
        ("in a major key", None, "major"),
        ("in a flat voice", None, None),
        ("in a flat minor", "Ab minor", "minor"),
        ("D dorian", "D minor", "minor"),
        ("F lydian", "F major", "major"),
        ("in D, but in minor", "D minor", "minor"),
        ("IN D MINOR", "D minor", "minor"),
        ("G-funk", None, None),
        ("I am lonely at 2 am", None, "minor"),
        ("drop D tuning", None, None),
        ("Am - F - C - G progression", None, None),
        ("Cmaj7 chords", None, None),
        ("a B-side", None, None),
        ("Bb trumpet", None, None),
        ("low-key", None, None),
    ],
)
def test_letters_that_are_keys_and_letters_that_are_not(prompt, key, mode):
    reading = read_prompt(prompt)
    assert reading.key == (Key.parse(key) if key else None)
    assert reading.mode == mode


@given(st.integers(1, 399))
def test_number_words_keep_the_length_of_the_text(n):
    words = f"play {n} or twenty-five or one hundred and six beats"
    text = Text(words)
    assert len(text.figures) == len(text.lower) == len(words)
    assert "25" in text.figures and "106" in text.figures
    assert number("2½") == 2.5


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_read(prompt):
    text = Text(prompt)
    assert len(text.lower) == len(text.figures) == len(prompt)

    class Nobody:
        def guess(self, phrase):
            return None

    reading = read_prompt(prompt, guesser=Nobody())
    assert reading.prompt == prompt
    assert not set(reading.instruments) & set(reading.without)
