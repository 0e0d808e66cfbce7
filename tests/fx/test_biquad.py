import numpy as np
import pytest
from scipy import signal

from muze_fx.biquad import BAND_TYPES, Band, coefficients, impulse_response, response_db
from muzecli.errors import ConfigError

FREQS = np.geomspace(10, 20_000, 200)


def cookbook_db(band, freqs, rate_hz):
    """The analogue prototypes of the cookbook through scipy's bilinear transform, pre-warped at the centre."""
    a, q = 10 ** (band.gain_db / 40), band.q
    numerator, denominator = {
        "peak": ([1, a / q, 1], [1, 1 / (a * q), 1]),
        "low_shelf": ([a, a * a**0.5 / q, a * a], [a, a**0.5 / q, 1]),
        "high_shelf": ([a * a, a * a**0.5 / q, a], [1, a**0.5 / q, a]),
        "low_pass": ([1], [1, 1 / q, 1]),
        "high_pass": ([1, 0, 0], [1, 1 / q, 1]),
    }[band.type]
    warped = 1 / np.tan(np.pi * band.freq_hz / rate_hz)
    b, c = signal.bilinear(numerator, denominator, fs=warped / 2)
    _, response = signal.freqz(b, c, worN=freqs, fs=rate_hz)
    return 20 * np.log10(np.abs(response))


@pytest.mark.parametrize("kind", BAND_TYPES)
@pytest.mark.parametrize("freq_hz", [20.0, 300.0, 9000.0])
@pytest.mark.parametrize("q", [0.1, 0.707, 10.0])
def test_each_band_is_the_cookbooks(kind, freq_hz, q):
    for gain_db in (-12.0, 7.5) if "pass" not in kind else (0.0,):
        band = Band(kind, freq_hz, gain_db, q)
        expected = cookbook_db(band, FREQS, 44_100)
        # Below -100 dB scipy's polynomial transform itself runs out of digits.
        np.testing.assert_allclose(
            np.maximum(response_db([band], FREQS), -100), np.maximum(expected, -100), atol=0.02
        )


def test_the_gain_at_the_centre_is_exact():
    assert response_db([Band("peak", 300, -3, 1)], 300)[0] == pytest.approx(-3.0, abs=1e-9)
    assert response_db([Band("peak", 20, 12, 10)], 20)[0] == pytest.approx(12.0, abs=1e-6)
    assert response_db([Band("low_shelf", 200, 6)], [1, 200])[0] == pytest.approx(6.0, abs=1e-3)
    assert response_db([Band("low_shelf", 200, 6)], [1, 200])[1] == pytest.approx(3.0, abs=1e-9)
    assert response_db([Band("high_pass", 80)], 80)[0] == pytest.approx(-3.01, abs=0.01)


@pytest.mark.parametrize("kind", ["peak", "low_shelf", "high_shelf"])
def test_opposite_gains_are_mirror_images(kind):
    up, down = Band(kind, 700, 9, 0.8), Band(kind, 700, -9, 0.8)
    np.testing.assert_allclose(response_db([up], FREQS), -response_db([down], FREQS), atol=1e-9)


def test_bands_in_series_add_their_decibels():
    bands = [Band("peak", 300, -3, 1), Band("high_shelf", 4000, 5), Band("high_pass", 40)]
    apart = sum(response_db([band], FREQS) for band in bands)
    np.testing.assert_allclose(response_db(bands, FREQS), apart, atol=1e-9)
    np.testing.assert_array_equal(response_db([], FREQS), 0.0)


def test_the_response_depends_on_the_rate_near_its_top_only():
    band = Band("high_shelf", 5000, 6)
    difference = np.abs(response_db([band], FREQS, 44_100) - response_db([band], FREQS, 192_000))
    assert difference[FREQS < 1000].max() < 0.05


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 192_000])
def test_the_impulse_response_is_that_of_the_recursion(rate_hz):
    bands = [Band("high_pass", 30, q=2), Band("peak", 60, 15, 10), Band("low_pass", 3000, q=0.5)]
    taps = impulse_response(bands, rate_hz)
    impulse = np.zeros(taps.size)
    impulse[0] = 1
    np.testing.assert_allclose(
        taps, signal.sosfilt(coefficients(bands, rate_hz), impulse), atol=2e-6 * np.abs(taps).max()
    )


def test_the_impulse_response_ends_where_it_is_inaudible():
    taps = impulse_response([Band("peak", 1000, 6, 1)], 44_100)
    assert taps.size < 2000
    assert np.array_equal(impulse_response([], 44_100), [1.0])


def test_bands_above_half_the_rate():
    assert Band("peak", 9000, 3).fitted(8000) is None
    assert Band("low_pass", 9000).fitted(8000) is None
    assert Band("high_shelf", 9000, 3).fitted(8000) is None
    assert Band("low_shelf", 9000, 3).fitted(8000).freq_hz == pytest.approx(3920)
    assert Band("high_pass", 9000).fitted(8000).freq_hz == pytest.approx(3920)
    assert Band("peak", 3000, 3).fitted(8000) == Band("peak", 3000, 3)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (("bell", 100), "type must be one of"),
        (("peak", 19.9), "freq_hz must be a number from 20 to 20000 Hz"),
        (("peak", float("nan")), "freq_hz must be"),
        (("peak", "100"), "freq_hz must be"),
        (("peak", 100, 25), "gain_db must be a number from -24 to 24 dB"),
        (("peak", 100, 3, 0), "q must be a number from 0.1 to 10"),
        (("low_pass", 100, 3), "gain_db must be 0 or absent for a low_pass"),
    ],
)
def test_values_out_of_range_are_refused(values, message):
    with pytest.raises(ConfigError, match=message):
        Band(*values)
