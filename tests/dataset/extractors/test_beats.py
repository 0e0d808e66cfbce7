import numpy as np
import pytest

from muze_dataset.extractors.beats import Beats
from muze_dataset.extractors.mono import Mono
from muze_dataset.extractors.onsets import Onsets
from muze_dataset.hearing.rhythm import network
from muzecli.listening.heard import Heard
from muzecli.listening.listen import listen
from muzecli.listening.order import in_order

RATE_HZ = 32_000


def beats_of(samples, rate_hz=RATE_HZ):
    order = in_order({"mono": Mono(), "onsets": Onsets(), "beats": Beats()}, ["beats"])
    heard = Heard(samples=np.atleast_2d(samples).astype(np.float32), rate_hz=rate_hz)
    return listen(heard, order)["beats"]


def strokes(times_s, seconds, *, pitch_hz=1000.0, level=0.8, decay=40.0):
    """Return strokes with a sharp start; `level` may be one for each."""
    samples = np.zeros(round((seconds + 1.0) * RATE_HZ))
    time = np.arange(RATE_HZ // 4) / RATE_HZ
    sound = np.sin(2 * np.pi * pitch_hz * time) * np.exp(-time * decay)
    for at_s, loud in zip(times_s, np.broadcast_to(level, len(times_s)), strict=True):
        at = round(at_s * RATE_HZ)
        samples[at : at + len(sound)] += loud * sound
    return samples[: round(seconds * RATE_HZ)]


@pytest.mark.parametrize("bpm", [50, 72, 97, 123, 138, 165, 190, 220])
def test_a_metronome_is_right_to_a_few_milliseconds_at_its_octave(bpm):
    truth = np.arange(0.3, 19.7, 60 / bpm)
    found = beats_of(strokes(truth, 20.0, level=np.where(np.arange(len(truth)) % 4 == 0, 0.9, 0.5)))
    assert found["tempo"].value == pytest.approx(bpm, rel=0.005)
    beats = np.array(found["beat_positions"].value)
    assert np.abs(beats[:, None] - truth).min(axis=1).max() <= 0.01
    assert abs(len(beats) - len(truth)) <= 1


def test_a_drum_pattern_has_its_bars():
    beats = np.arange(0.2, 24.0, 60 / 104)
    kick = strokes(beats[::2], 24.5, pitch_hz=60, decay=20, level=0.9)
    kick += strokes(beats[::4], 24.5, pitch_hz=55, decay=8, level=0.5)
    hats = strokes(np.arange(0.2, 24.0, 30 / 104), 24.5, pitch_hz=9000, decay=90, level=0.15)
    time = np.arange(len(kick)) / RATE_HZ
    bar = ((time - beats[0]) // (240 / 104)).astype(int) % 2
    chords = 0.1 * sum(
        np.sin(2 * np.pi * np.array(pair)[bar] * time) for pair in ((262, 294), (330, 370), (392, 440))
    )
    snare = np.random.default_rng(1).standard_normal(len(kick))
    snare *= np.abs(strokes(beats[1::2], 24.5, pitch_hz=0.1, decay=30, level=1.0)) * 50
    found = beats_of(kick + 0.3 * snare + hats + chords * (time > beats[0]))
    assert found["tempo"].value == pytest.approx(104, rel=0.005)
    assert found["time_signature"].value == "4/4"
    downbeats = np.array(found["downbeat_positions"].value)
    assert np.abs(downbeats[:, None] - beats[::4]).min(axis=1).max() <= 0.02


def test_slowing_down_is_followed():
    intervals = np.linspace(0.5, 0.56, 50)
    truth = 0.3 + np.cumsum(intervals)
    found = beats_of(strokes(truth, float(truth[-1]) + 0.3))
    beats = np.array(found["beat_positions"].value)
    inner = beats[(beats > 2.0) & (beats < truth[-1] - 2.0)]
    assert len(inner) > 35
    assert np.abs(inner[:, None] - truth).min(axis=1).max() <= 0.03
    assert found["tempo"].method.startswith("median")


def test_silence_before_and_after_holds_no_beats():
    truth = np.arange(5.0, 15.0, 0.5)
    samples = np.concatenate([strokes(truth, 15.0), np.zeros(5 * RATE_HZ)])
    beats = beats_of(samples)["beat_positions"].value
    assert beats[0] >= 4.7 and beats[-1] <= 15.0


@pytest.mark.parametrize(
    ("samples", "reason"),
    [
        (np.zeros(RATE_HZ // 10), "shorter than"),
        (np.zeros(5 * RATE_HZ), "silence"),
        (np.full((2, 5 * RATE_HZ), 0.0), "silence"),
    ],
)
def test_what_has_no_beat_says_why(samples, reason):
    found = beats_of(samples)
    assert all(finding.value is None and reason in finding.reason for finding in found.values())


@pytest.mark.parametrize("seed", range(4))
def test_strokes_at_random_have_no_tempo(seed):
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.exponential(0.45, 60))
    times = times[times < 19.5]
    found = beats_of(strokes(times, 20.0, level=rng.uniform(0.2, 0.9, len(times))))
    assert found["tempo"].value is None
    assert "no steady pulse" in found["beat_positions"].reason


def test_findings_are_what_the_dataset_wants():
    found = beats_of(strokes(np.arange(0.2, 9.8, 0.6), 10.0))
    assert set(found) == set(Beats.gives)
    assert all(type(time) is float for time in found["beat_positions"].value)
    assert set(found["downbeat_positions"].value) <= set(found["beat_positions"].value)
    candidates = found["fact.tempo_candidates"].value
    assert sum(one["weight"] for one in candidates) == pytest.approx(1.0, abs=0.01)
    assert candidates == sorted(candidates, key=lambda one: -one["weight"])


def test_without_weights_there_is_a_reason_and_the_key_of_results_changes(monkeypatch):
    with_weights = Beats().depends_on({})
    monkeypatch.setattr(network, "weights_path", lambda: None)
    assert Beats().depends_on({}) != with_weights
    found = beats_of(strokes(np.arange(0.2, 4.8, 0.5), 5.0))
    assert "reinstall" in found["tempo"].reason
