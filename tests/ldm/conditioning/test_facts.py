"""Windows of a song: what fills them, what is sung in them, and at what pitch."""

from __future__ import annotations

import numpy as np
import pytest

from muze_ldm.conditioning.config import ConditioningConfig
from muze_ldm.conditioning.facts import SongFacts, coarse_bins, pitch_conditions
from muze_ldm.conditioning.spans import Chords, Phonemes, Sections, Spans, Window
from muze_ldm.conditioning.vocabulary import chord_number, phoneme_number
from muzecli.song.chord import Chord
from muzecli.song.plan import SECTION_TYPES, SectionType
from muzecli.song.track import coarse_bin

CONFIG = ConditioningConfig()
SONG = SongFacts(
    CONFIG,
    20.0,
    energy=0.5,
    sections=Sections.of_sections(
        [
            (SectionType.INTRO, 0.0, 4.0, 0.2, False),
            (SectionType.CHORUS, 4.0, 12.0, 0.8, True),
            (SectionType.OUTRO, 12.0, 20.0, None, None),
        ]
    ),
    beats=np.arange(0.0, 20.0, 0.5),
    chords=Chords.of_chords(
        [
            (Chord.parse("C:maj"), 0.0, 3.0),
            (Chord.parse("F:maj"), 3.0, 5.0),
            (Chord.parse("C:maj"), 5.0, 20.0),
        ]
    ),
    phonemes=Phonemes.of_symbols([("h", 3.8, 4.1), ("ə", 4.1, 4.3), ("l", 6.0, 6.2)]),
    f0_hz=np.full(2000, 220.0, np.float32),
    breaths=Spans.of([(3.5, 3.8), (5.5, 5.8)]),
)


def test_section_is_what_fills_the_most() -> None:
    found = SONG.window(Window(2.0, 100, 25.0))  # 2…6 s: two seconds of each
    assert found["section_type"] == SECTION_TYPES.index(SectionType.INTRO)
    assert found["energy"] == pytest.approx(0.5) and found["has_vocals"] == 1
    found = SONG.window(Window(3.0, 100, 25.0))
    assert found["section_type"] == SECTION_TYPES.index(SectionType.CHORUS)
    assert found["energy"] == pytest.approx((1 * 0.2 + 3 * 0.8) / 4)
    assert found["position"] == pytest.approx(0.15)


def test_what_was_not_measured_is_the_whole_songs_or_absent() -> None:
    found = SONG.window(Window(13.0, 100, 25.0))
    assert found["energy"] == 0.5 and "has_vocals" not in found
    mixed = SONG.window(Window(10.0, 100, 25.0))
    assert mixed["energy"] == pytest.approx(0.8) and mixed["has_vocals"] == 1


def test_before_the_song_nothing_sounds() -> None:
    found = SONG.window(Window(-8.0, 100, 25.0))
    assert "section_type" not in found and "chord" not in found
    assert found["position"] == 0.0 and found["num_beats"] == 0
    assert not found["f0_voiced"].any()
    assert len(found["phonemes"]) == len(found["breaths"]) == 0


def test_beats_count_from_the_windows_start() -> None:
    found = SONG.window(Window(2.2, 50, 25.0))
    np.testing.assert_allclose(found["beat_positions"], [0.3, 0.8, 1.3, 1.8], atol=1e-6)
    assert found["num_beats"] == 4


def test_chord_is_the_one_that_sounds_longest() -> None:
    def chord(start_s: float, frames: int) -> int:
        found: int = SONG.window(Window(start_s, frames, 25.0))["chord"]
        return found

    assert chord(3.0, 50) == chord_number(Chord.parse("F:maj"))
    assert chord(2.0, 100) == chord_number(Chord.parse("C:maj"))  # a second at either end, but F:maj has two
    assert chord(1.0, 125) == chord_number(Chord.parse("C:maj"))  # two and one of two


def test_phonemes_and_breaths_lie_in_the_window() -> None:
    found = SONG.window(Window(4.0, 50, 25.0))
    assert found["phonemes"].tolist() == [phoneme_number("ə")]
    np.testing.assert_allclose(found["phoneme_starts"], [0.1], atol=1e-6)
    cut = SONG.window(Window(3.9, 50, 25.0))
    assert cut["phonemes"].tolist() == [phoneme_number("h"), phoneme_number("ə")]
    np.testing.assert_allclose(cut["phoneme_starts"], [0.0, 0.2], atol=1e-6)
    np.testing.assert_allclose(cut["phoneme_ends"], [0.2, 0.4], atol=1e-6)
    np.testing.assert_allclose(SONG.window(Window(5.0, 50, 25.0))["breaths"], [[0.5, 0.8]], atol=1e-6)


def test_a_window_knows_what_it_is_given_better() -> None:
    found = SONG.window(Window(0.0, 50, 25.0), {"energy": 0.9, "prompt": np.zeros(768)})
    assert found["energy"] == 0.9 and "prompt" in found
    with pytest.raises(ValueError, match=r"a condition is one of .*; not 'mood'"):
        SONG.window(Window(0.0, 50, 25.0), {"mood": 1.0})


def test_only_what_the_model_has_a_use_for() -> None:
    plain = ConditioningConfig(use_pitch=False, use_phonemes=False, use_chord=False, use_beat=False)
    facts = SongFacts(
        plain, 20.0, sections=SONG.sections, beats=SONG.beats, chords=SONG.chords, f0_hz=SONG.f0_hz
    )
    assert set(facts.window(Window(0.0, 50, 25.0))) == {"position", "section_type", "energy", "has_vocals"}


def test_pitch_is_the_mean_of_what_is_sung_in_a_frame() -> None:
    f0 = np.zeros(40, np.float32)
    f0[4:8], f0[8:10], f0[12:13] = (220.0, 220.0, 440.0, 440.0), (330.0, 330.0), 500.0
    found = pitch_conditions(f0, Window(0.0, 10, 25.0))
    assert found["f0_voiced"].tolist() == [False, True, True, *[False] * 7]
    np.testing.assert_allclose(found["f0_hz"][:3], [0.0, 220.0 * 2**0.5, 330.0], rtol=1e-5)
    shifted = pitch_conditions(f0, Window(-0.08, 10, 25.0))
    assert shifted["f0_voiced"].tolist() == [False] * 3 + [True] * 2 + [False] * 5


@pytest.mark.parametrize("rate_hz", [20.0, 21.5, 25.0, 43.0, 50.0, 100.0, 200.0])
def test_a_held_note_is_held_at_any_rate(rate_hz: float) -> None:
    found = pitch_conditions(np.full(300, 261.6, np.float32), Window(0.5, round(2 * rate_hz), rate_hz))
    np.testing.assert_allclose(found["f0_hz"], 261.6, rtol=1e-5)
    assert set(found["f0_coarse"]) == {coarse_bin(261.6)}


def test_bins_are_those_of_tracks() -> None:
    hz = np.concatenate([[0.0], np.geomspace(20.0, 8000.0, 500)])
    assert coarse_bins(hz).tolist() == [coarse_bin(value) for value in hz]
