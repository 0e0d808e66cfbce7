import numpy as np
import pytest
from scipy import signal

from muze_fx.biquad import Band, coefficients
from muze_fx.effects import effect_from_dict
from muze_fx.effects.equalizer import Equalizer
from muzecli.errors import ConfigError

BANDS = (
    Band("high_pass", 45.0, q=0.9),
    Band("low_shelf", 120.0, 5.0, 0.7),
    Band("peak", 300.0, -3.0, 1.4),
    Band("peak", 2500.0, 8.0, 6.0),
    Band("high_shelf", 7000.0, -6.0, 0.6),
)


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 96_000])
def test_the_processed_impulse_has_the_response_of_the_design(rate_hz, render):
    impulse = np.zeros((1, 2 * rate_hz), np.float32)
    impulse[0, 0] = 1.0
    out = render(Equalizer(bands=BANDS), impulse, rate_hz)[0].astype(np.float64)
    freqs = np.geomspace(30.0, 0.45 * rate_hz, 60)
    _, measured = signal.freqz(out, worN=freqs, fs=rate_hz)
    _, designed = signal.sosfreqz(coefficients(BANDS, rate_hz), worN=freqs, fs=rate_hz)
    np.testing.assert_allclose(20 * np.log10(np.abs(measured)), 20 * np.log10(np.abs(designed)), atol=0.05)


def test_it_filters_as_the_recursion_does(render, noise):
    samples = noise(2, 70_000)
    expected = signal.sosfilt(coefficients(BANDS, 44_100), samples.astype(np.float64))
    np.testing.assert_allclose(render(Equalizer(bands=BANDS), samples), expected, atol=1e-5)  # float32 FFTs


def test_a_cut_of_three_decibels_cuts_three_decibels(render, sine):
    effect = Equalizer(bands=(Band("peak", 300.0, -3.0, 1.0),))
    tone = sine(300.0, 88_200)
    out = render(effect, tone)
    assert 20 * np.log10(out[0, 44_100:].std() / tone[0, 44_100:].std()) == pytest.approx(-3.0, abs=0.01)


def test_scaling_mirrors_gains_and_has_no_opposite_of_a_pass():
    effect = Equalizer(bands=BANDS)
    assert [band.gain_db for band in effect.scaled(-1.0).bands] == [-5.0, 3.0, -8.0, 6.0]
    half = effect.scaled(0.5)
    assert half.bands[0].freq_hz == pytest.approx(30.0)  # half way to 20 Hz by ratio
    assert half.bands[1].gain_db == 2.5
    assert effect.scaled(0.0).is_neutral
    assert effect.scaled(2.0).bands[3].gain_db == 16.0


def test_merging_adds_up():
    one, other = Equalizer(bands=BANDS[:2]), Equalizer(bands=BANDS[2:])
    assert one.merged(other).bands == BANDS


def test_bands_beyond_the_rate_are_named_and_left_out(render, noise):
    effect = Equalizer(bands=(Band("peak", 9000.0, 6.0), Band("peak", 500.0, 3.0)))
    assert effect.notes(8000, 1) == (
        "equalizer: the peak at 9000 Hz is above what 8000 Hz audio holds; left out",
    )
    samples = noise(1, 5000)
    np.testing.assert_array_equal(
        render(effect, samples, 8000), render(Equalizer(bands=effect.bands[1:]), samples, 8000)
    )


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ("loud", "equalizer bands must be a list"),
        ([3], "must be a mapping; found 3"),
        ([{"type": "peak"}], "must have a freq_hz"),
        ([{"type": "bell", "freq_hz": 100}], "type must be one of low_shelf, peak"),
        ([{"type": "peak", "freq_hz": 5}], "freq_hz must be a number from 20 to 20000 Hz; found 5"),
        (
            [{"type": "peak", "freq_hz": 100, "gain_db": 60}],
            "gain_db must be a number from -24 to 24 dB; found 60",
        ),
        ([{"type": "peak", "freq_hz": 100, "gain": 6}], "no 'gain'"),
        ([{"type": "high_pass", "freq_hz": 100, "gain_db": 6}], "must be 0 or absent for a high_pass"),
    ],
)
def test_what_is_no_band_is_refused(bands, message):
    with pytest.raises(ConfigError, match=message):
        effect_from_dict({"effect": "equalizer", "bands": bands})
