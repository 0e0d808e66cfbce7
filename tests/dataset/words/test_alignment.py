"""Phonemes in time: the search, what spans hold, and a voice whose phonemes' times are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_dataset.extractors.alignment import Alignment
from muze_dataset.hearing.words.classes import CLASSES, class_of, classes_of, durations
from muze_dataset.hearing.words.forced import NEVER, align
from muze_dataset.hearing.words.frames import FEATURES, FRAMES_A_SECOND, measure
from muze_dataset.hearing.words.placing import Stretch, roomy, stretches
from muze_dataset.hearing.words.pronounced import pronounce
from muze_dataset.hearing.words.sounds import ALONE, MIXED, fit, likelihoods, tables
from muze_dataset.hearing.words.timed import SYLLABLE, WORD, Timed, document
from muze_synth.singer import TIMBRES, sing
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.score import Note, Part, Role, Score
from muzecli.song.track import PhonemeTime, Track

RATE = 32_000
SUNG = "Ev- ery night I sing to you . un- der a sil- ver moon . stay with me the sun will shine"
LINES = ("Every night I sing to you", "under a silver moon", "stay with me the sun will shine")
PITCHES = (62, 62, 64, 66, 64, 62, 69, 0, 67, 66, 64, 62, 62, 64, 0, 62, 66, 69, 71, 69, 66, 64)


@pytest.mark.parametrize(
    ("phoneme", "name"),
    [
        ("aɪ", "open vowel"), ("iː", "front vowel"), ("oʊ", "back vowel"), ("ə", "central vowel"),
        ("ɹ", "liquid or glide"),
        ("ŋ", "nasal"), ("z", "voiced fricative"), ("tʃ", "sibilant"), ("h", "weak fricative"), ("dʒ", "voiced stop"),
        ("k", "voiceless stop"), ("ɔ̃", "back vowel"), ("tʲ", "voiceless stop"),
    ],
)  # fmt: skip
def test_classes(phoneme: str, name: str) -> None:
    assert CLASSES[class_of(phoneme)] == name


def test_vowels_take_the_time_that_consonants_leave() -> None:
    classes = classes_of(["s", "ɪ", "ŋ"])
    short, long = durations(classes, 0.4), durations(classes, 2.0)
    assert short[0] == long[0] and long.sum() == pytest.approx(2.0) and short.sum() == pytest.approx(0.4)
    assert durations(classes, 0.1)[0] < short[0]  # quick notes shorten consonants


@given(st.lists(st.integers(3, 40), min_size=2, max_size=12), st.integers(0, 30), st.randoms())
@settings(max_examples=40, deadline=None)
def test_clear_boundaries_are_found(lengths: list[int], silence: int, random: Any) -> None:
    classes = np.array([1 + (2 * index + random.randrange(2)) % 11 for index in range(len(lengths))])
    truth = silence + np.concatenate([[0], np.cumsum(lengths)])
    frames = np.full(truth[-1] + silence, 0)
    for one, first, last in zip(classes, truth[:-1], truth[1:], strict=True):
        frames[first:last] = one
    distinct = np.append(True, classes[1:] != classes[:-1])
    pauses = np.full(len(lengths) + 1, NEVER)
    pauses[[0, -1]] = 0.0
    scores = np.where(frames[:, None] == np.arange(len(CLASSES)), 0.0, -50.0)
    starts, ends = align(
        scores,
        classes,
        expected=np.full(len(classes), 12.0),
        spread=np.full(len(classes), 0.6),
        pauses=pauses,
    )
    assert (starts[distinct] == truth[:-1][distinct]).all()
    assert (ends[:-1] == starts[1:]).all() and ends[-1] == truth[-1]


@given(st.integers(1, 15), st.integers(0, 60), st.integers(0, 2**31))
@settings(max_examples=60, deadline=None)
def test_any_scores_give_phonemes_in_order(count: int, more: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    frames = count + more
    pauses = np.where(random.random(count + 1) < 0.5, -3.0, NEVER)
    pauses[-1] = -1.0
    starts, ends = align(
        random.normal(size=(frames, len(CLASSES))),
        random.integers(1, len(CLASSES), count),
        expected=random.uniform(1, 50, count),
        spread=random.uniform(0.2, 1.0, count),
        pauses=pauses,
    )
    assert (starts < ends).all() and (starts[1:] >= ends[:-1]).all()
    assert starts[0] >= 0 and ends[-1] <= frames


def test_syllables_find_their_phonemes() -> None:
    words = pronounce("Twenty one", "en").words
    items = [Timed("Twen", 0.0, 1.0), Timed("ty", 1.0, 2.0), Timed("one", 3.0, 4.0)]
    parts = stretches(words, items, "Twenty one")
    assert parts is not None
    first = len(words[0].syllables[0].phonemes)
    whole = len(words[0].phonemes)
    assert parts == (
        Stretch(0, first, 0.0, 1.0),
        Stretch(first, whole, 1.0, 2.0),
        Stretch(whole, whole + len(words[1].phonemes), 3.0, 4.0),
    )
    assert stretches(words, items[:2], "Twenty one") is None
    assert stretches(words, [Timed("Twentyone", 0.0, 2.0)], "Twenty one") == (
        Stretch(0, whole + 3, 0.0, 2.0),
    )


def test_stretches_without_room_join_their_neighbours() -> None:
    tight = [Stretch(0, 4, 0.0, 1.0), Stretch(4, 8, 1.0, 1.001), Stretch(8, 9, 1.5, 2.0)]
    assert roomy(tight) == (Stretch(0, 8, 0.0, 1.001), Stretch(8, 9, 1.5, 2.0))
    assert roomy([Stretch(0, 100, 0.0, 0.1)]) is None


def test_the_tables_that_ship() -> None:
    assert len(Alignment().depends_on({})["tables"]) == 64
    for name in (ALONE, MIXED):
        means, covariances = tables(name)
        assert covariances.shape == (len(CLASSES), FEATURES, FEATURES)
        assert (np.linalg.eigvalsh(covariances) > 0).all()
        own = likelihoods(means.astype(np.float32), means, covariances)
        assert (own.argmax(axis=1) == np.arange(len(CLASSES))).mean() > 0.8


def test_fitting_returns_what_was_drawn() -> None:
    random = np.random.default_rng(0)
    centres = random.normal(size=(len(CLASSES), FEATURES)) * 4
    classes = np.repeat(np.arange(len(CLASSES)), 500)
    drawn = (centres[classes] + random.normal(size=(len(classes), FEATURES))).astype(np.float32)
    means, covariances = fit(drawn, classes)
    assert np.abs(means - centres).max() < 0.2
    assert (likelihoods(drawn, means, covariances).argmax(axis=1) == classes).mean() > 0.99


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 192_000])
@pytest.mark.parametrize("seconds", [0.1, 1.0])
def test_frames_of_any_audio_are_finite(rate_hz: int, seconds: float) -> None:
    for samples in (np.zeros((2, int(rate_hz * seconds))), np.ones((1, int(rate_hz * seconds)))):
        frames = measure(samples.astype(np.float32), rate_hz)
        assert abs(len(frames) - seconds * FRAMES_A_SECOND) <= 1
        assert np.isfinite(frames.features(np.zeros(len(frames), np.bool_))).all()


@pytest.fixture(scope="module")
def sung() -> Any:
    tick, notes = 960, []
    for text, pitch in zip(SUNG.split(), PITCHES, strict=True):
        length = 720 if text == "." else 480 if text.endswith("-") else 420
        if pitch:
            notes.append(Note(tick, tick + length, pitch, 90, lyric=text))
        tick += length
    part = Part("vocals", Role.VOCALS, "female_vocals", 52, False, tuple(notes))
    score = Score(90.0, TimeSignature(4, 4), Key(2), -(-tick // 1920) + 1, (part,), ())
    return sing(part, score, rate_hz=RATE, voice=TIMBRES["mezzo"], language="en", seed=3)


def heard(sung: Any, **known: Any) -> Heard:
    lyrics = "\n".join(LINES)
    values = {
        "lyrics": lyrics,
        "language": "en",
        "phonemes_ipa": list(pronounce(lyrics, "en").phonemes),
        "fact.lyric_times": None,
        "fact.voice_activity": None,
        "material.vocals": sung.samples,
        **{name.replace("__", "."): value for name, value in known.items()},
    }
    findings = {n: Finding(v, "test") if v is not None else absent("not given") for n, v in values.items()}
    return Heard(samples=sung.samples, rate_hz=RATE, findings=findings)


def line_items(sung: Any) -> list[Timed]:
    items, at = [], 0
    for line in LINES:
        count = len(pronounce(line, "en").phonemes)
        items.append(Timed(line, sung.phonemes[at][1], sung.phonemes[at + count - 1][2] + 0.3))
        at += count
    return items


def errors(found: Finding, sung: Any) -> Any:
    assert [row["phoneme"] for row in found.value] == [symbol for symbol, *_ in sung.phonemes]
    return np.abs([row["start"] for row in found.value] - np.array([start for _, start, _ in sung.phonemes]))


def test_phonemes_of_a_voice_within_lines_and_without_times(sung: Any) -> None:
    lines = heard(sung, fact__lyric_times=document("line", line_items(sung)))
    found = Alignment().extract(lines)["phoneme_timestamps"]
    assert np.mean(errors(found, sung) < 0.05) > 0.9 and "within lines" in found.method
    assert found.confidence is not None and found.confidence > 0.8 and found.fallback is None
    alone = heard(sung, fact__voice_activity=[[sung.phonemes[0][1] - 0.2, sung.phonemes[-1][2] + 0.2]])
    found = Alignment().extract(alone)["phoneme_timestamps"]
    assert np.mean(errors(found, sung) < 0.1) > 0.9
    assert found.fallback == "the lyrics have no times"
    assert found.value == Alignment().extract(alone)["phoneme_timestamps"].value


def test_what_is_found_stands_in_a_track(sung: Any) -> None:
    one = heard(sung, fact__lyric_times=document("line", line_items(sung)))
    rows = Alignment().extract(one)["phoneme_timestamps"].value
    track = Track("a.wav", "a", one.duration_s, RATE, phonemes_ipa=tuple(one.value("phonemes_ipa")))
    replace(track, phoneme_timestamps=tuple(PhonemeTime(r["phoneme"], r["start"], r["end"]) for r in rows))
    assert all(type(r["start"]) is float for r in rows)


@pytest.mark.parametrize("level", [WORD, SYLLABLE])
def test_phonemes_stay_within_their_items(sung: Any, level: str) -> None:
    words = [word for line in LINES for word in line.split()]
    items = [Timed(word, 0.5 + 0.4 * at, 0.5 + 0.4 * at + 0.35) for at, word in enumerate(words)]
    rows = (
        Alignment().extract(heard(sung, fact__lyric_times=document(level, items)))["phoneme_timestamps"].value
    )
    at = 0
    for word, item in zip(pronounce("\n".join(LINES), "en").words, items, strict=True):
        own = rows[at : at + len(word.phonemes)]
        assert item.start_s - 0.011 <= own[0]["start"] and own[-1]["end"] <= item.end_s + 0.011
        at += len(own)


def test_noise_gives_no_times(sung: Any) -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, (1, 12 * RATE)).astype(np.float32)
    one = replace(heard(sung, fact__voice_activity=[[0.0, 12.0]], material__vocals=None), samples=noise)
    found = Alignment().extract(one)["phoneme_timestamps"]
    assert found.value is None and "two alignments agree on" in str(found.reason)


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({"phonemes_ipa": None}, "no phonemes: not given"),
        ({"phonemes_ipa": ["a"]}, "not those of the lyrics"),
        ({}, "where somebody sings is not known"),
        ({"fact__voice_activity": [[0.0, 1.0]]}, "more than can be sung in the 1 s"),
        (
            {"fact__lyric_times": {"level": "line", "items": [{"text": "x", "start": 0, "end": 1}]}},
            "do not fit",
        ),
        (
            {"fact__lyric_times": document("line", [Timed("\n".join(LINES), 1.0, 1.1)])},
            "leave no time to sing them",
        ),
    ],
)
def test_why_there_are_no_times(sung: Any, known: dict[str, Any], reason: str) -> None:
    found = Alignment().extract(heard(sung, **known))["phoneme_timestamps"]
    assert found.value is None and reason in str(found.reason)


def test_short_and_silent_audio() -> None:
    lyrics = "Hi"
    phonemes = list(pronounce(lyrics, "en").phonemes)
    values = {
        "lyrics": lyrics,
        "language": "en",
        "phonemes_ipa": phonemes,
        "fact.lyric_times": document("line", [Timed("Hi", 0.0, 0.1)]),
        "fact.voice_activity": [[0.0, 0.1]],
    }
    one = Heard(
        samples=np.zeros((1, 800), np.float32),
        rate_hz=8000,
        findings={n: Finding(v, "test") for n, v in values.items()},
    )
    rows = Alignment().extract(one)["phoneme_timestamps"].value
    assert [row["phoneme"] for row in rows] == phonemes and rows[-1]["end"] <= 0.1
