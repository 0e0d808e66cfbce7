"""The measures of songs, on sounds whose figures are known."""

import numpy as np
import pytest
from benchmarks.hearing.clicks import THRESHOLD, clicks, jump
from benchmarks.hearing.distances import distance
from benchmarks.hearing.dynamics import energy_order
from benchmarks.hearing.faults import clipped, holes_s, not_finite, peak
from benchmarks.hearing.harmony import ChordSpan, chord_spans, chroma, overlap
from benchmarks.hearing.heard import RATE_HZ, Heard
from benchmarks.hearing.rhythm import onset_correlation, onset_rate_hz
from benchmarks.hearing.tempo import agrees, keeps_tempo, tempo_bpm
from benchmarks.song_speed import line

from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionSpan, SectionType


def sines(*hz: float, seconds: float = 2.0, level: float = 0.1) -> np.ndarray:
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return sum(level * np.sin(2 * np.pi * f * t) for f in hz).astype(np.float32)


def strokes(times_s: np.ndarray, seconds: float) -> Heard:
    """Bursts of noise that decay in 30 ms."""
    rng = np.random.default_rng(3)
    burst = rng.standard_normal(3200) * np.exp(-np.arange(3200) / 960)
    out = rng.standard_normal(round(seconds * RATE_HZ)) * 1e-3
    for time_s in times_s:
        first = round(time_s * RATE_HZ)
        out[first : first + 3200] += 0.3 * burst[: len(out) - first]
    return Heard(out.astype(np.float32))


@pytest.fixture(scope="module")
def beating() -> Heard:
    return strokes(np.arange(0.1, 11.5, 60 / 100), 12.0)


def test_tempo_of_strokes(beating: Heard) -> None:
    assert agrees(tempo_bpm(beating), 100)
    assert onset_rate_hz(beating) == pytest.approx(100 / 60, rel=0.06)


def test_silence_has_no_tempo_and_no_correlation(beating: Heard) -> None:
    silence = Heard(np.zeros(12 * RATE_HZ, np.float32))
    assert tempo_bpm(silence) == 0
    assert onset_correlation(silence, beating)[0] == 0


@pytest.mark.parametrize(
    ("measured", "planned", "metre", "kept"),
    [
        (103.9, 100, "4/4", True),
        (104.1, 100, "4/4", False),
        (51, 100, "4/4", True),
        (150, 100, "4/4", False),
        (300, 100, "4/4", False),
        (180, 60, "6/8", True),
        (90, 60, "6/8", True),
        (180, 60, "3/4", False),
    ],
)
def test_tempo_up_to_a_factor_of_two(measured: float, planned: float, metre: str, kept: bool) -> None:
    assert keeps_tempo(measured, planned, TimeSignature.parse(metre)) is kept


def test_onsets_correlate_at_the_best_lag_within_50_ms(beating: Heard) -> None:
    def late(seconds: float) -> tuple[float, float]:
        moved = np.concatenate((beating.mono[: round(seconds * RATE_HZ)] * 0, beating.mono))
        return onset_correlation(Heard(moved), beating)

    correlation, lag_s = late(0.03)
    assert correlation > 0.97
    assert lag_s == pytest.approx(0.03)
    assert late(0.2)[0] < 0.3


def test_chords_that_sound_and_chords_that_do_not() -> None:
    energies = chroma(Heard(sines(261.63, 329.63, 392.0)))

    def of(chord: str) -> float:
        return overlap(energies, [ChordSpan(0.0, 2.0, Chord.parse(chord))])[0]

    assert of("C:maj") > 0.98
    assert of("F#:maj") < 0.02
    assert of("A:min") == pytest.approx(2 / 3, abs=0.1)  # C and E of it sound
    assert of("N") == 0


def test_several_chords_share_their_bar() -> None:
    bars = ((Chord.parse("C:maj"), Chord.parse("G:maj")), (Chord.parse("F:maj"),))
    section = Section(SectionType.VERSE, 2, 0.5, chords=bars)
    plan = Plan("", "pop", 120.0, Key.parse("C major"), TimeSignature(4, 4), 0, (section,))
    spans = [(span.start_s, span.end_s, str(span.chord)) for span in chord_spans(plan)]
    assert spans == [(0.0, 1.0, "C:maj"), (1.0, 2.0, "G:maj"), (2.0, 4.0, "F:maj")]


def test_energy_order_counts_pairs_that_differ() -> None:
    heard = Heard(np.concatenate([sines(440, level=level) for level in (0.1, 0.4, 0.2)]))

    def sections(*energies: float) -> list[SectionSpan]:
        return [
            SectionSpan(SectionType.VERSE, 2.0 * i, 2.0 * i + 2.0, 0.0, energy, False)
            for i, energy in enumerate(energies)
        ]

    assert energy_order(heard, sections(0.2, 0.9, 0.5)) == (3, 3)
    assert energy_order(heard, sections(0.9, 0.2, 0.5)) == (0, 3)
    assert energy_order(heard, sections(0.50, 0.55, 0.52)) == (0, 0)


def test_a_cut_clicks_and_a_stroke_does_not() -> None:
    tone = sines(440)
    cut = tone.copy()
    cut[RATE_HZ:] = sines(440)[: len(tone) - RATE_HZ] * -0.5 + 0.05
    assert jump(Heard(cut), 1.0) > 2 * THRESHOLD
    assert jump(Heard(tone), 1.0) < THRESHOLD
    assert jump(strokes(np.array([1.0]), 2.0), 1.0) < THRESHOLD
    assert clicks(Heard(cut), Heard(tone), [0.5, 1.0]) == [1.0]
    assert clicks(Heard(cut), Heard(cut), [1.0]) == []  # the score itself has it


def test_faults() -> None:
    samples = np.zeros((2, 100), np.float32)
    samples[0, 10:14] = 1.0
    samples[1, 20:22] = -1.0  # two in a row may be a peak
    samples[1, 30:33] = -1.2
    samples[0, 50] = np.nan
    assert clipped(samples) == 2
    assert not_finite(samples) == 1
    assert peak(samples) == pytest.approx(1.2)


def test_a_hole_is_silence_where_the_score_sounds() -> None:
    sounding = Heard(sines(440))
    holed = sounding.mono.copy()
    holed[RATE_HZ // 2 : RATE_HZ] = 0
    assert holes_s(Heard(holed), sounding) == pytest.approx(0.5)
    assert holes_s(Heard(holed), Heard(holed)) == 0


def test_distances_of_a_louder_copy_are_its_gain() -> None:
    original = np.random.default_rng(0).standard_normal(RATE_HZ).astype(np.float32) * 0.05
    mel = np.zeros((4, 10), np.float32)
    same = distance(original, original, mel, mel)
    assert (same.mel_nats, same.stft) == (0, 0)
    louder = distance(original * np.e, original, mel + 1, mel)
    assert louder.mel_nats == pytest.approx(1)
    assert louder.magnitude_nats == pytest.approx(1, abs=1e-3)
    assert louder.convergence == pytest.approx(np.e - 1, rel=1e-3)


def test_what_is_linear() -> None:
    durations = (15, 30, 60, 120)
    straight = line(durations, [2 + 0.5 * d for d in durations])
    assert straight["start"] == pytest.approx(2)
    assert straight["off_line"] < 1e-9
    assert line(durations, [0.01 * d**2 for d in durations])["off_line"] > 0.3
