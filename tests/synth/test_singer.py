"""The sung sound against its own labels: pitch, vibrato, formants, silence, levels, determinism."""

import dataclasses
import random

import numpy as np
import pytest
from scipy.signal import butter, resample_poly, sosfiltfilt

from muze_synth.singer import TIMBRES, Sung, find_timbre, fitting_timbres, sing, varied
from muze_synth.singer.gestures import gestures_of
from muze_synth.singer.glottis import lf_period, pulse_tables
from muze_synth.singer.noise import noise_response
from muze_synth.singer.pitch import pitch_curve
from muze_synth.singer.rendering import Phrase, render_phrase
from muze_synth.singer.setting import SungNote, Unit
from muze_synth.singer.timing import time_phrase
from muze_synth.singer.tract import response, tract_track, vowel_formants
from muzecli.errors import UnavailableError, UsageError
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.score import Note, Part, Role, Score
from muzecli.text import espeak as espeak_module

RATE = 32000
LINE = "Ev- ery night I sing to you / un- der a sil- ver moon . . / stay with me the sun will shine"
WORDS = LINE.split()
PITCHES = (62, 62, 64, 66, 64, 62, 69, 0, 69, 67, 66, 64, 62, 64, 66, 64, 0, 62, 66, 69, 71, 69, 66, 64)
BEATS = (
    0.5,
    0.5,
    1,
    0.5,
    0.5,
    0.5,
    2,
    1,
    0.5,
    0.5,
    0.5,
    0.5,
    0.5,
    1,
    0.5,
    2,
    1.5,
    1,
    0.5,
    1,
    0.5,
    0.5,
    0.5,
    2,
)


def song(words: list[str] | None = None, base: int = 0, tempo: float = 90) -> tuple[Part, Score]:
    tick, notes = 960, []
    for word, pitch, beats in zip(words or WORDS, PITCHES, BEATS, strict=False):
        length = int(beats * 480)
        if word != "/":
            notes.append(Note(tick, tick + length, pitch + base, 90, None if word == "." else word))
        tick += length
    part = Part("vocals", Role.VOCALS, "female_vocals", 52, False, tuple(notes))
    return part, Score(tempo, TimeSignature(4, 4), Key(2), -(-tick // 1920) + 1, (part,), ())


@pytest.fixture(scope="module")
def sung() -> Sung:
    part, score = song()
    return sing(part, score, rate_hz=RATE, voice=TIMBRES["mezzo"], seed=5)


def frequency_error_cents(result: Sung) -> np.ndarray:
    """Return how far the sound's fundamental is from its label, frame by frame.

    The sound is shifted down by the label's own phase: what is left at 0 Hz is the fundamental, and its turning is
    the label's error, however fast the pitch glides.
    """
    count = result.samples.shape[1]
    times = np.arange(count) / RATE
    on = result.voiced
    frames = np.arange(on.size) / 100
    hz = np.exp2(np.interp(times, frames[on], np.log2(result.f0_hz[on])))
    turned = result.samples[0] * np.exp(-2j * np.pi * np.cumsum(hz) / RATE)
    low = sosfiltfilt(butter(2, 40, fs=RATE, output="sos"), turned)
    step = RATE // 100
    drift = np.angle(low[step::step] * np.conj(low[:-step:step])) * 100 / (2 * np.pi)
    steady = on[:-1] & on[1:]
    label = result.f0_hz[:-1][steady]
    return np.asarray(1200 * np.log2(1 + drift[: steady.size][steady] / label))


@pytest.mark.parametrize(
    ("name", "base"), [("bass", -19), ("baritone", -12), ("mezzo", 0), ("child", 2), ("breathy", 0)]
)
def test_pitch_is_where_the_label_says(name: str, base: int) -> None:
    part, score = song(base=base)
    error = frequency_error_cents(sing(part, score, rate_hz=RATE, voice=TIMBRES[name], seed=5))
    assert np.mean(np.abs(error) < 20) >= 0.95
    assert abs(np.median(error)) < 2


def test_autocorrelation_finds_the_pitch(sung: Sung) -> None:
    """Measured without the label: the first strong peak of the autocorrelation of 40 ms."""
    window, right = int(0.04 * RATE), []
    frames = np.flatnonzero(sung.voiced)
    for frame in frames[2:-2:5]:
        if not sung.voiced[frame - 2 : frame + 3].all():
            continue
        piece = sung.samples[0, frame * 320 - window // 2 : frame * 320 + window // 2] * np.hanning(window)
        spectrum = np.fft.rfft(piece, 4 * window)
        curve = np.fft.irfft(np.abs(spectrum) ** 2)[: window // 2]
        taper = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(window), 4 * window)) ** 2)[: window // 2]
        curve = curve / taper
        low, high = RATE // 700, RATE // 150
        peaks = [i for i in range(low, high) if curve[i - 1] < curve[i] >= curve[i + 1]]
        best = next(i for i in peaks if curve[i] > 0.9 * max(curve[j] for j in peaks))
        a, b, c = curve[best - 1 : best + 2]
        measured = RATE / (best + 0.5 * (a - c) / (a - 2 * b + c))
        right.append(abs(1200 * np.log2(measured / sung.f0_hz[frame])) < 50)
    assert len(right) > 100 and np.mean(right) > 0.93


def test_vibrato_is_measured_as_labelled() -> None:
    part = Part("v", Role.VOCALS, "female_vocals", 52, False, (Note(960, 960 + 5 * 960, 60, 90),))
    score = Score(60, TimeSignature(4, 4), Key(0), 4, (part,), ())
    straight = dataclasses.replace(TIMBRES["baritone"], jitter=0.0)
    result = sing(part, score, rate_hz=RATE, voice=straight, seed=3)
    (vibrato,) = result.vibratos
    times = np.arange(result.samples.shape[1]) / RATE
    inside = (times > vibrato.start_s + 0.4) & (times < vibrato.end_s - 0.3)
    tone = result.samples[0] * np.exp(-2j * np.pi * 261.63 * times)
    low = sosfiltfilt(butter(2, 60, fs=RATE, output="sos"), tone)
    hz = np.diff(np.unwrap(np.angle(low))) * RATE / (2 * np.pi)
    swing = (hz[inside[1:]][:: RATE // 200]) / 261.63 * 1200 / np.log(2)
    swing -= swing.mean()
    spectrum = np.abs(np.fft.rfft(swing * np.hanning(swing.size), 1 << 14))
    rate = np.argmax(spectrum) * 200 / (1 << 14)
    assert rate == pytest.approx(vibrato.rate_hz, abs=0.2)
    assert np.sqrt(2) * swing.std() == pytest.approx(vibrato.depth_cents, rel=0.15)
    assert result.vibrato_rate_hz == pytest.approx(vibrato.rate_hz)
    assert 0.5 < result.vibrato_extent < 1
    assert vibrato.start_s > 2.0 + 0.15


def lpc_formants(samples: np.ndarray, rate_hz: int, order: int) -> np.ndarray:
    raised = np.append(samples[0], samples[1:] - 0.97 * samples[:-1]) * np.hamming(samples.size)
    correlation = np.correlate(raised, raised, "full")[samples.size - 1 : samples.size + order]
    matrix = np.array([[correlation[abs(i - j)] for j in range(order)] for i in range(order)])
    roots = np.roots(np.append(1, -np.linalg.solve(matrix, correlation[1:])))
    roots = roots[roots.imag > 0]
    found = np.angle(roots) * rate_hz / (2 * np.pi)
    width = -np.log(np.abs(roots)) * rate_hz / np.pi
    return np.sort(found[(width < 500) & (found > 120)])


@pytest.mark.parametrize(("name", "pitch", "rate_hz"), [("baritone", 40, 10000), ("mezzo", 52, 11000)])
@pytest.mark.parametrize("vowel", ["i", "ɪ", "ɛ", "æ", "ɑ", "ɔ", "ʊ", "u", "ʌ", "e", "o", "y", "ø"])
def test_formants_stand_where_the_table_says(name: str, pitch: int, rate_hz: int, vowel: str) -> None:
    timbre = TIMBRES[name]
    note = SungNote(0.1, 1.1, pitch, 100, None)
    units = (Unit((), vowel, (), (note,)),)
    segments = time_phrase(units, earliest_s=0.0)
    pitch_of = pitch_curve(units, [0.1], start_s=0.1, end_s=1.2, timbre=timbre, rng=random.Random(1))
    phrase = Phrase(0.1, 1.1, gestures_of(segments, "en"), (note,), tract_track(segments, timbre), pitch_of)
    _, audio = render_phrase(phrase, timbre, rate_hz=RATE, rng=np.random.default_rng(1))
    middle = resample_poly(audio[int(0.3 * RATE) : int(0.8 * RATE)].astype(float), rate_hz // 1000, 32)
    found = lpc_formants(middle, rate_hz, 12)
    for formant in vowel_formants(vowel, timbre)[0][:3]:
        assert np.min(np.abs(found / formant - 1)) < 0.1, (vowel, formant, found)


def test_silence_where_nothing_is_sung(sung: Sung) -> None:
    quiet = np.ones(sung.samples.shape[1], dtype=bool)
    for start_s, end_s in [(p.start_s, p.end_s) for p in sung.phonemes] + list(sung.breaths):
        quiet[int((start_s - 0.02) * RATE) : int((end_s + 0.08) * RATE)] = False
    assert quiet.sum() > RATE
    assert not sung.samples[0, quiet].any()


def test_breaths_and_phonemes_are_heard_where_they_are_labelled(sung: Sung) -> None:
    assert len(sung.breaths) == 3

    def level(start_s: float, end_s: float) -> float:
        return float(np.sqrt(np.mean(sung.samples[0, int(start_s * RATE) : int(end_s * RATE)] ** 2)))

    vowels = np.median([level(p.start_s, p.end_s) for p in sung.phonemes if p.ipa in ("ɪ", "aɪ", "uː")])
    for start_s, end_s in sung.breaths:
        assert 0.003 * vowels < level(start_s, end_s) < 0.3 * vowels
    for phoneme in sung.phonemes:
        if phoneme.ipa == "s":  # hisses: most of it above 4 kHz
            piece = sung.samples[
                0, int((phoneme.start_s + 0.015) * RATE) : int((phoneme.end_s - 0.015) * RATE)
            ]
            power = np.abs(np.fft.rfft(piece)) ** 2
            assert power[int(4000 * piece.size / RATE) :].sum() > 0.8 * power.sum()
            frames = slice(int(phoneme.start_s * 100) + 2, int(phoneme.end_s * 100) - 1)
            assert not sung.voiced[frames].any()


def test_stop_is_silent_before_it_bursts(sung: Sung) -> None:
    stop = next(p for p in sung.phonemes if p.ipa == "t")
    closed = sung.samples[0, int((stop.start_s + 0.03) * RATE) : int((stop.start_s + 0.04) * RATE)]
    assert np.abs(closed).max() < 0.02


def test_no_clicks(sung: Sung) -> None:
    """Vowels hold little above 14 kHz; a jump in the wave would."""
    part, score = song(["." if word != "/" else "/" for word in WORDS])
    result = sing(part, score, rate_hz=RATE, voice=TIMBRES["baritone"], seed=5)
    high = sosfiltfilt(butter(6, 14000, "high", fs=RATE, output="sos"), result.samples[0])
    assert np.abs(high).max() < 2e-3


def test_labels_fit_the_audio(sung: Sung) -> None:
    _, score = song()
    assert sung.samples.shape[0] == 1 and sung.samples.dtype == np.float32
    assert sung.samples.shape[1] >= score.duration_s * RATE
    assert sung.f0_hz.shape == sung.voiced.shape == (int(np.ceil(score.duration_s * 100)),)
    assert np.all((sung.f0_hz > 0) == sung.voiced)
    starts = [p.start_s for p in sung.phonemes]
    assert starts == sorted(starts)
    assert all(a.end_s <= b.start_s + 1e-9 for a, b in zip(sung.phonemes, sung.phonemes[1:], strict=False))
    assert np.abs(sung.samples).max() < 0.9 and np.isfinite(sung.samples).all()


def test_same_seed_same_samples(sung: Sung) -> None:
    part, score = song()
    again = sing(part, score, rate_hz=RATE, voice=TIMBRES["mezzo"], seed=5)
    other = sing(part, score, rate_hz=RATE, voice=TIMBRES["mezzo"], seed=6)
    assert np.array_equal(again.samples, sung.samples) and again.phonemes == sung.phonemes
    assert not np.array_equal(other.samples, sung.samples)


def test_louder_notes_are_louder_and_brighter() -> None:
    levels = []
    for velocity in (40, 110):
        part = Part("v", Role.VOCALS, "female_vocals", 52, False, (Note(0, 1920, 57, velocity),))
        score = Score(60, TimeSignature(4, 4), Key(0), 1, (part,), ())
        power = np.abs(np.fft.rfft(sing(part, score, rate_hz=RATE, voice=TIMBRES["tenor"]).samples[0])) ** 2
        edge = power.size * 2000 // (RATE // 2)
        levels.append((power.sum(), power[edge:].sum() / power.sum()))
    assert levels[1][0] > 4 * levels[0][0]
    assert levels[1][1] > 1.3 * levels[0][1]


def test_timbres_differ() -> None:
    assert len(TIMBRES) >= 8
    spectra = []
    part, score = song(["." if word != "/" else "/" for word in WORDS], base=-5)
    for timbre in TIMBRES.values():
        samples = sing(part, score, rate_hz=RATE, voice=timbre, seed=1).samples[0]
        pieces = samples[: samples.size // 1024 * 1024].reshape(-1, 1024) * np.hanning(1024)
        power = (np.abs(np.fft.rfft(pieces)) ** 2).mean(axis=0)[:320].reshape(-1, 8).mean(axis=1)
        spectra.append(10 * np.log10(power + 1e-12))
    for index, one in enumerate(spectra):
        assert all(np.abs(one - other).mean() > 0.8 for other in spectra[:index])


def test_timbres_are_chosen_by_range_and_sex() -> None:
    assert fitting_timbres(40, 60)[0].name == "bass"
    assert {t.name for t in fitting_timbres(60, 84)} == {"soprano", "child"}
    assert all(t.tract < 0.5 for t in fitting_timbres(60, 84, instrument="male_vocals"))
    one = varied(TIMBRES["alto"], random.Random(1))
    assert one != TIMBRES["alto"] and one == varied(TIMBRES["alto"], random.Random(1))


def test_unknown_timbre_is_named() -> None:
    with pytest.raises(UsageError, match="not 'robot'"):
        find_timbre("robot")


def test_words_need_espeak_and_vowels_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise UnavailableError("eSpeak NG must be here", hint="install it")

    monkeypatch.setattr(espeak_module, "_load", missing)
    part, score = song(["xylophonic"])
    with pytest.raises(UnavailableError, match="eSpeak NG"):
        sing(part, score, rate_hz=RATE, voice=TIMBRES["alto"])
    part, score = song(["."])
    assert sing(part, score, rate_hz=RATE, voice=TIMBRES["alto"]).samples.any()


def test_a_part_without_notes_is_silent() -> None:
    part = Part("v", Role.VOCALS, "female_vocals", 52, False, ())
    score = Score(120, TimeSignature(3, 4), Key(0), 2, (part,), ())
    result = sing(part, score, rate_hz=RATE, voice=TIMBRES["alto"])
    assert not result.samples.any() and result.phonemes == () and result.vibrato_rate_hz is None


def test_rate_out_of_range_is_refused() -> None:
    part, score = song()
    with pytest.raises(UsageError, match="not at 8000"):
        sing(part, score, rate_hz=8000, voice=TIMBRES["alto"])


@pytest.mark.parametrize("rd", [0.5, 1.0, 1.8, 2.5])
def test_glottal_flow_returns_to_zero(rd: float) -> None:
    period = lf_period(rd, 8192)
    assert abs(period.mean()) < 1e-3
    assert period.min() == pytest.approx(-1.0, abs=0.01)


def test_slack_pulses_are_darker() -> None:
    pressed, slack = pulse_tables(0.6, RATE).harmonics, pulse_tables(2.2, RATE).harmonics
    assert slack[9] / slack[0] < 0.2 * pressed[9] / pressed[0]


def test_pulses_do_not_alias() -> None:
    tables = pulse_tables(0.6, RATE)
    f0 = np.full(RATE, 1000.0)
    wave = tables.read(np.cumsum(f0) / RATE, f0)
    power = np.abs(np.fft.rfft(wave)) ** 2
    between = np.delete(power, np.arange(0, power.size, 1000))
    assert between.max() < 1e-6 * power.max()


def test_noises_have_unit_power() -> None:
    for name in ("alveolar", "velar", "labial", "air"):
        shape = noise_response(name, 1.0, 1025, RATE)
        assert np.mean(np.abs(shape) ** 2) == pytest.approx(1.0, rel=1e-3)


@pytest.mark.parametrize("rate_hz", [16_000, 32_000, 44_100, 64_000, 96_000])
def test_the_filters_of_the_throat_are_exact_at_every_rate(rate_hz):
    formants = np.array([[300.0, 900, 2500, 3300, 4200], [250.0, 2200, 3000, 3700, 4600]])
    widths = np.array([[65.0, 85, 120, 190, 260]] * 2)
    nasality, tilt_hz, bins = np.array([0.0, 1.0]), np.array([1500.0, 3000.0]), 513
    z = np.exp(-1j * np.pi * np.arange(bins) / (bins - 1))
    nasal_pole_hz = np.array([450.0, 270.0])

    def pair(hz: float, width_hz: float) -> np.ndarray:
        radius = np.exp(-np.pi * width_hz / rate_hz)
        middle = -2 * radius * np.cos(2 * np.pi * hz / rate_hz)
        return (1 + middle * z + radius**2 * z**2) / (1 + middle + radius**2)

    for frame, filtered in enumerate(
        response(formants, widths, nasality, tilt_hz, bins=bins, rate_hz=rate_hz)
    ):
        pole = np.exp(-2 * np.pi * tilt_hz[frame] / rate_hz)
        exact = pair(450.0, 100.0) * (1 - pole) / (1 - pole * z) / pair(nasal_pole_hz[frame], 100.0)
        for hz, width_hz in zip(formants[frame], widths[frame], strict=True):
            exact /= pair(hz, width_hz)
        assert np.abs(20 * np.log10(np.abs(filtered / exact))).max() < 0.01
