"""Tracks and plans say the same of the same song."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from tests.ldm.conditioning.batches import TINY
from tests.song.songs import score_by_hand

from muze_ldm.conditioning.from_plan import facts_of_plan
from muze_ldm.conditioning.from_track import facts_of_track
from muze_ldm.conditioning.spans import Window
from muze_ldm.conditioning.vocabulary import artist_bucket, phoneme_number
from muze_synth.corpus.truth import annotate
from muzecli.plugin import composers, planners
from muzecli.song.frames import CHANNELS, GROUPS
from muzecli.song.plan import Plan, PlanRequest, Section, SectionType
from muzecli.song.score import Score
from muzecli.song.track import ChordTime, PhonemeTime, Track

CONFIG = replace(TINY, genres=("house", "pop", "ballad"))
RATE_HZ = 25.0
TOLD = ("chord", "beat", "downbeat", "energy", "section")
PROMPTS = {
    "house": "instrumental house track at 124 bpm without vocals",
    "pop": "happy pop song with female vocals in 3/4 at 97 bpm",
}


def song(genre: str) -> tuple[Plan, Score, Track]:
    request = PlanRequest(PROMPTS[genre], duration_s=30.0, seed=3, genre=genre)
    plan = planners.get("template").plan(request)
    score = composers.get("theory").compose(plan)
    track = annotate(
        plan,
        score,
        track_id="one",
        split="train",
        rate_hz=32_000,
        audio_path="one.flac",
        score_path=None,
        loudness_lufs=-14.5,
        sung=None,
        player="none",
        stems={},
    )
    return plan, score, track


@pytest.fixture(scope="module", params=PROMPTS)
def pair(request: pytest.FixtureRequest) -> tuple[Plan, Score, Track]:
    return song(request.param)


def windows(plan: Plan) -> list[Window]:
    of_sections = [(s.start_s, s.end_s) for s in plan.spans]
    places = [*of_sections, (-2.0, 3.0), (3.32, 9.0), (plan.duration_s - 2.0, plan.duration_s + 2.0)]
    found = []
    for start_s, end_s in places:
        first = round(start_s * RATE_HZ)
        found.append(Window(first / RATE_HZ, round(end_s * RATE_HZ) - first, RATE_HZ))
    return found


def test_every_condition_means_the_same(pair: tuple[Plan, Score, Track]) -> None:
    plan, score, track = pair
    given = {"loudness_db": -14.5, "artist": artist_bucket("muze"), "sentiment": track.sentiment_score}
    of_track = facts_of_track(track, CONFIG)
    of_plan = facts_of_plan(plan, score, CONFIG, given=given)  # type: ignore[arg-type]
    for window in windows(plan):
        heard, planned = of_track.window(window), of_plan.window(window)
        # How words are pronounced stands in no annotation whose singer was silent.
        assert set(heard) == set(planned) - (
            {"phonemes"} if track.phoneme_timestamps is None and track.has_vocals else set()
        )
        assert len(heard) > 12
        for name, value in heard.items():
            if not name.startswith("control"):
                np.testing.assert_allclose(value, planned[name], atol=1e-5, err_msg=name)


def test_instrumentals_are_known_to_be(pair: tuple[Plan, Score, Track]) -> None:
    plan, score, track = pair
    for facts in (facts_of_track(track, CONFIG), facts_of_plan(plan, score, CONFIG)):
        found = facts.window(Window(0.0, 50, RATE_HZ))
        if track.has_vocals:
            assert "f0_hz" not in found and "breaths" not in found
        else:
            assert found["has_vocals"] == 0 and len(found["phonemes"]) == len(found["breaths"]) == 0
            assert not found["f0_voiced"].any()


def rows(group: str) -> slice:
    first = CHANNELS.index(GROUPS[group][0])
    return slice(first, first + len(GROUPS[group]))


def test_control_frames_of_a_track_are_those_of_its_score(pair: tuple[Plan, Score, Track]) -> None:
    plan, score, track = pair
    of_track, of_plan = facts_of_track(track, CONFIG), facts_of_plan(plan, score, CONFIG)
    told = {*TOLD, *(() if track.has_vocals else ("vocals",))}
    for window in windows(plan):
        heard, planned = of_track.window(window), of_plan.window(window)
        assert heard["control"].shape == planned["control"].shape == (len(CHANNELS), 2 * window.frames)
        assert {group for group, known in zip(GROUPS, heard["control_known"], strict=True) if known} == told
        assert planned["control_known"].all()
        for group in told:
            np.testing.assert_allclose(
                heard["control"][rows(group)], planned["control"][rows(group)], atol=2e-4, err_msg=group
            )


def test_control_frames_of_a_plan_are_its_scores() -> None:
    plan, score, _ = song("house")
    frames = score.frames(2 * RATE_HZ).values
    found = facts_of_plan(plan, score, CONFIG).window(Window(4.0, 20, RATE_HZ))
    np.testing.assert_array_equal(found["control"], frames[:, 200:240])
    before = facts_of_plan(plan, score, CONFIG).window(Window(-0.4, 20, RATE_HZ))["control"]
    np.testing.assert_array_equal(before[:, 20:], frames[:, :20])
    assert not before[:, :20].any()


def test_models_have_the_channels_they_were_trained_with() -> None:
    plan, score, track = song("house")
    some = replace(CONFIG, control_channels=(*GROUPS["beat"], *GROUPS["chord"], *GROUPS["drums"]))
    planned = facts_of_plan(plan, score, some).window(Window(0.0, 20, RATE_HZ))
    assert planned["control"].shape == (17, 40) and planned["control_known"].tolist() == [True] * 3
    heard = facts_of_track(track, some).window(Window(0.0, 20, RATE_HZ))
    assert heard["control_known"].tolist() == [True, False, True]  # chord, drums, beat
    np.testing.assert_allclose(heard["control"][:14], planned["control"][:14], atol=2e-4)


def bare(**fields: Any) -> Track:
    return Track("a.wav", "a", 10.0, 44_100, **fields)


def test_a_track_of_which_nothing_is_known() -> None:
    found = facts_of_track(bare(), CONFIG).window(Window(2.0, 25, RATE_HZ))
    assert found.pop("position") == 0.2
    assert not found.pop("control_known").any() and not found.pop("control").any()
    assert found == {}


def test_all_that_a_track_may_say() -> None:
    track = bare(
        artist="Björk",
        genre="Pop",
        tempo=100.0,
        loudness_db=-9.0,
        energy=0.7,
        has_vocals=True,
        sentiment_score=-0.5,
        phonemes_ipa=("a", "tʃ"),
        phoneme_timestamps=(PhonemeTime("a", 2.0, 2.5), PhonemeTime("tʃ", 2.5, 2.6)),
        voice_embedding=(0.1,) * 256,
        voice_embedding_separated=(0.2,) * 256,
        ecapa_embedding=(0.3,) * 192,
        clap_audio_embedding=(0.4,) * 512,
        clap_text_embedding=(0.5,) * 512,
        f0_contour=(0.0,) * 200 + (300.0,) * 100 + (0.0,) * 700,
        vibrato_rate=5.5,
        vibrato_depth=60.0,
        vibrato_extent=0.4,
        breath_positions=((1.5, 1.9), (2.7, 2.9)),
    )
    text = {"prompt": np.zeros(10, np.float32), "context": np.zeros((3, 12), np.float32)}
    found = facts_of_track(track, CONFIG, given=text).window(Window(2.0, 50, RATE_HZ))
    assert found["phonemes"].tolist() == [phoneme_number("a"), phoneme_number("tʃ")]
    np.testing.assert_allclose(found["phoneme_ends"], [0.5, 0.6], atol=1e-6)
    assert found["f0_voiced"].tolist() == [True] * 25 + [False] * 25
    np.testing.assert_allclose(found["vibrato"], [5.5, 60.0, 0.4])
    np.testing.assert_allclose(found["breaths"], [[0.7, 0.9]], atol=1e-6)
    assert (found["artist"], found["has_vocals"], found["energy"]) == (artist_bucket("björk"), 1, 0.7)
    assert found["genres"].tolist() == [0.0, 1.0, 0.0]
    shapes = {
        name: found[name].shape for name in ("voice", "voice_separated", "ecapa", "clap_audio", "clap_text")
    }
    assert shapes == {
        "voice": (256,),
        "voice_separated": (256,),
        "ecapa": (192,),
        "clap_audio": (512,),
        "clap_text": (512,),
    }
    assert {"prompt", "context"} <= set(found)


def test_gaps_between_chords_are_silent() -> None:
    from muzecli.song.chord import Chord

    track = bare(
        chord_progression=(ChordTime(Chord.parse("C:maj"), 1.0, 2.0), ChordTime(Chord(None), 3.0, 4.0))
    )
    control = facts_of_track(track, CONFIG).window(Window(0.0, 125, RATE_HZ))["control"][rows("chord")]
    sounding = np.flatnonzero(control.any(axis=0))
    assert (sounding[0], sounding[-1]) == (50, 99)
    assert np.flatnonzero(control[:, 60]).tolist() == [0, 4, 7]


def sung_by_hand() -> tuple[Plan, Score]:
    score = score_by_hand()
    sections = (Section(SectionType.INTRO, 1, 0.25), Section(SectionType.CHORUS, 1, 1.0, True))
    plan = Plan("", "pop", score.tempo_bpm, score.key, score.time_signature, 1, sections, language="en")
    return plan, score


def test_words_of_a_score_are_read_aloud() -> None:
    plan, score = sung_by_hand()
    facts = facts_of_plan(plan, score, CONFIG)
    chorus = facts.window(Window(2.0, 50, RATE_HZ))
    assert chorus["phonemes"].tolist() == [phoneme_number(s) for s in ("h", "ə", "l", "oʊ")]
    assert "phoneme_starts" not in chorus and "f0_hz" not in chorus
    assert len(facts.window(Window(0.0, 50, RATE_HZ))["phonemes"]) == 0
    # The score's chords, since the plan has left them open.
    assert chorus["chord"] == facts.window(Window(3.0, 10, RATE_HZ))["chord"] > 0


def test_names_of_given_conditions_are_checked() -> None:
    plan, score = sung_by_hand()
    with pytest.raises(ValueError, match=r"a condition is one of .*; not 'mood'"):
        facts_of_track(bare(), CONFIG, given={"mood": 1})
    with pytest.raises(ValueError, match=r"a condition is one of .*; not 'mood'"):
        facts_of_plan(plan, score, CONFIG, given={"mood": 1})


def test_control_frames_from_a_cache_are_known() -> None:
    some = replace(CONFIG, control_channels=GROUPS["chord"])
    cached = {"control": np.ones((12, 8), np.int8)}
    found = facts_of_track(bare(), some).window(Window(0.0, 4, RATE_HZ), cached)
    assert found["control"] is cached["control"] and found["control_known"].tolist() == [True]
    unsure = {**cached, "control_known": np.array([False])}
    assert not facts_of_track(bare(), some).window(Window(0.0, 4, RATE_HZ), unsure)["control_known"].any()
