"""Loudness against the standard's own figures and test signals, and against another implementation."""

from __future__ import annotations

import math

import numpy as np
import pyloudnorm
import pytest

from muzecli.audio.loudness import LoudnessMeter, k_weighting, k_weighting_response
from muzecli.audio.reader import read_audio
from tests.audio.conftest import Samples, noise, tone


def measure(samples: Samples, rate_hz: int, block: int = 65_536) -> LoudnessMeter:
    meter = LoudnessMeter(rate_hz, samples.shape[0])
    for start in range(0, samples.shape[1], block):
        meter.add(samples[:, start : start + block])
    return meter


def dbfs(level_db: float) -> float:
    return float(10 ** (level_db / 20))


def test_the_filters_are_those_printed_in_bs1770_for_48_khz() -> None:
    numerators, denominators = k_weighting(48_000)
    shelf_b = [1.53512485958697, -2.69169618940638, 1.19839281085285]
    assert numerators[0] == pytest.approx(shelf_b, abs=1e-8)
    assert denominators[0] == pytest.approx([1, -1.69065929318241, 0.73248077421585], abs=1e-8)
    assert numerators[1] == pytest.approx([1, -2, 1])
    assert denominators[1] == pytest.approx([1, -1.99004745483398, 0.99007225036621], abs=1e-8)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 96_000])
def test_the_cut_impulse_response_has_the_filters_response(rate_hz: int) -> None:
    numerators, denominators = k_weighting(rate_hz)
    freqs_hz = np.geomspace(30, 10_000, 40)
    z = np.exp(-2j * np.pi * freqs_hz / rate_hz)
    exact = np.prod(
        [
            np.polyval(b[::-1], z) / np.polyval(a[::-1], z)
            for b, a in zip(numerators, denominators, strict=True)
        ],
        axis=0,
    )
    response = k_weighting_response(rate_hz)
    cut = np.array([np.sum(response * f ** np.arange(len(response))) for f in z])
    assert np.abs(20 * np.log10(np.abs(cut / exact))).max() < 0.001


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000, 96_000])
def test_ebu_3341_case_1_and_2_at_any_rate(rate_hz: int) -> None:
    for level_db in (-23.0, -33.0):
        meter = measure(tone(997, 20, rate_hz, channels=2, level=dbfs(level_db)), rate_hz)
        assert meter.integrated_lufs == pytest.approx(level_db, abs=0.05)
        assert meter.momentary_max_lufs == pytest.approx(level_db, abs=0.05)
        assert meter.short_term_max_lufs == pytest.approx(level_db, abs=0.05)


def test_ebu_3341_case_3_gates_the_quiet_parts() -> None:
    parts = [
        tone(1000, seconds, 8000, channels=2, level=dbfs(db))
        for db, seconds in ((-36, 10), (-23, 60), (-36, 10))
    ]
    assert measure(np.concatenate(parts, axis=1), 8000).integrated_lufs == pytest.approx(-23, abs=0.1)


def test_ebu_3341_case_4_gates_the_very_quiet_parts_first() -> None:
    levels = ((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10))
    parts = [tone(1000, seconds, 8000, channels=2, level=dbfs(db)) for db, seconds in levels]
    assert measure(np.concatenate(parts, axis=1), 8000).integrated_lufs == pytest.approx(-23, abs=0.1)


def test_ebu_3341_case_6_weights_surround_channels() -> None:
    levels_db = (-28, -28, -24, -120, -30, -30)  # L R C LFE Ls Rs
    samples = np.concatenate([tone(1000, 20, 16_000, level=dbfs(db)) for db in levels_db])
    assert measure(samples, 16_000).integrated_lufs == pytest.approx(-23, abs=0.1)
    without_lfe = samples[[0, 1, 2, 4, 5]]
    assert measure(without_lfe, 16_000).integrated_lufs == pytest.approx(-23, abs=0.1)


def test_the_low_frequency_channel_does_not_count() -> None:
    samples = np.zeros((6, 48_000), dtype=np.float32)
    samples[3] = tone(60, 1, 48_000)
    assert measure(samples, 48_000).integrated_lufs == -math.inf


@pytest.mark.parametrize("case", [1, 2, 3])
def test_ebu_3342_loudness_range(case: int) -> None:
    levels_db = {1: (-20, -30), 2: (-20, -15), 3: (-40, -20)}[case]
    expected_lu = {1: 10, 2: 5, 3: 20}[case]
    parts = [tone(1000, 20, 8000, channels=2, level=dbfs(db)) for db in levels_db]
    assert measure(np.concatenate(parts, axis=1), 8000).range_lu == pytest.approx(expected_lu, abs=1)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 5])
def test_it_agrees_with_pyloudnorm(rate_hz: int, channels: int) -> None:
    samples = noise(8 * rate_hz, channels=channels)
    samples *= np.interp(np.arange(samples.shape[1]), [0, 3 * rate_hz, 8 * rate_hz], [0.02, 1, 0.3]).astype(
        np.float32
    )
    theirs = pyloudnorm.Meter(rate_hz).integrated_loudness(samples.T.astype(np.float64))
    assert measure(samples, rate_hz).integrated_lufs == pytest.approx(theirs, abs=0.1)


def test_it_agrees_with_pyloudnorm_on_music(shared_audio) -> None:  # type: ignore[no-untyped-def]
    samples, info = read_audio(shared_audio / "loops" / "loop_garzul.flac")
    theirs = pyloudnorm.Meter(info.rate_hz).integrated_loudness(samples.T.astype(np.float64))
    assert measure(samples, info.rate_hz).integrated_lufs == pytest.approx(theirs, abs=0.1)


def test_block_sizes_change_nothing() -> None:
    samples = noise(50_000, channels=2)
    whole, pieces = measure(samples, 22_050), measure(samples, 22_050, 777)
    assert pieces.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-4)
    assert pieces.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=1e-4)
    assert pieces.sample_peak == whole.sample_peak


def test_silence_and_nothing_have_no_loudness() -> None:
    for frames in (0, 100, 100_000):
        meter = measure(np.zeros((2, frames), dtype=np.float32), 44_100)
        assert meter.integrated_lufs == -math.inf
        assert meter.true_peak_dbtp == -math.inf
        assert meter.momentary_max_lufs == -math.inf
        assert (meter.sample_peak, meter.range_lu) == (0, 0)


@pytest.mark.parametrize(
    ("rate_hz", "period"), [(8000, 4), (44_100, 4), (48_000, 4), (48_000, 6), (96_000, 8)]
)
@pytest.mark.parametrize("phase_deg", [0, 45, 60, 67.5])
def test_true_peak_finds_what_lies_between_the_samples(rate_hz: int, period: int, phase_deg: float) -> None:
    """EBU Tech 3341, cases 15 to 19: up to a quarter of 48 kHz, sampled beside its crests; +0.2/−0.4 dB allowed."""
    n = np.arange(rate_hz // 10)
    window = np.minimum(1, np.minimum(n, n[::-1]) / (len(n) / 4))
    samples = (0.5 * window * np.sin(2 * np.pi * n / period + np.radians(phase_deg))).astype(np.float32)[None]
    meter = measure(samples, rate_hz)
    assert -6.02 - 0.4 < meter.true_peak_dbtp < -6.02 + 0.2
    assert meter.true_peak_dbtp >= 20 * math.log10(meter.sample_peak)


def test_at_192_khz_the_samples_are_close_enough() -> None:
    meter = measure(noise(40_000), 192_000)
    assert meter.true_peak_dbtp == pytest.approx(20 * math.log10(meter.sample_peak))


def test_true_peak_sees_the_last_sample_and_joints_of_blocks() -> None:
    samples = np.zeros((1, 500), dtype=np.float32)
    samples[0, -2:] = 0.9  # between two equal samples the signal is higher than either
    at_end = measure(samples, 44_100)
    assert at_end.true_peak_dbtp > 20 * math.log10(0.9) + 1
    middle = np.concatenate((samples, np.zeros((1, 500), dtype=np.float32)), axis=1)
    for block in (499, 500, 1000):
        assert measure(middle, 44_100, block).true_peak_dbtp == pytest.approx(at_end.true_peak_dbtp, abs=1e-4)


def test_a_measurement_can_be_read_in_between() -> None:
    samples = noise(60_000, channels=2)
    meter = LoudnessMeter(44_100, 2)
    meter.add(samples[:, :30_000])
    assert meter.true_peak_dbtp < 10
    meter.add(samples[:, 30_000:])
    assert meter.true_peak_dbtp == pytest.approx(measure(samples, 44_100).true_peak_dbtp, abs=0.05)


@pytest.mark.parametrize("rate_hz", [1, 60, 1000, 3000, 5000])
def test_rates_too_low_for_the_filters_still_give_a_figure(rate_hz: int) -> None:
    assert math.isfinite(measure(noise(10 * rate_hz + 10), rate_hz).integrated_lufs)
