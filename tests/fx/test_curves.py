import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator

from muze_fx.biquad import response_db
from muze_fx.curves import CENTRES_HZ, fit_bands, interpolate_db
from muzecli.errors import ConfigError

OCTAVES = np.log2(np.array(CENTRES_HZ) / 1000)
FREQS = np.geomspace(31.5, 16_000, 120)
WARM = [1, 2.5, 4, 4, 2, 0, -1, -2.5, -4, -5]


def smooth_curves():
    """Tilts with bumps, and sums of slow cosines: at most 10 dB."""
    rng = np.random.default_rng(0)
    for number in range(60):
        if number % 2:
            curve = sum(
                rng.normal() * np.cos(np.pi * k * (np.arange(10) + 0.5) / 10) / (k + 1) ** 0.5
                for k in range(5)
            )
        else:
            bumps = [(rng.normal(), rng.uniform(-5, 4)) for _ in range(2)]
            curve = rng.normal() * OCTAVES + sum(
                3 * g * np.exp(-0.5 * ((OCTAVES - c) / 1.2) ** 2) for g, c in bumps
            )
        yield curve / np.abs(curve).max() * rng.uniform(2, 10)


def test_five_bands_follow_any_smooth_curve():
    errors = []
    for curve in smooth_curves():
        bands = fit_bands(curve)
        assert len(bands) <= 5
        assert sum(band.type == "peak" for band in bands) <= 3
        assert [band.freq_hz for band in bands] == sorted(band.freq_hz for band in bands)
        errors.append(np.abs(response_db(bands, FREQS) - interpolate_db(curve, FREQS)).max())
    assert max(errors) < 0.7
    assert np.median(errors) < 0.25


def test_bands_do_not_fight_each_other():
    for curve in smooth_curves():
        assert max(abs(band.gain_db) for band in fit_bands(curve)) < 2 * np.abs(curve).max()


@pytest.mark.parametrize(
    "curve", [WARM, [0, 0, 0, 0, 0, 0, 0, 3, 5, 6], [6] * 10, [0, 0, 0, 0, 5, 0, 0, 0, 0, 0]]
)
def test_the_opposite_curve_gives_exactly_the_opposite_bands(curve):
    bands, opposite = fit_bands(curve), fit_bands(np.negative(curve))
    assert bands
    assert [(b.type, b.freq_hz, -b.gain_db, b.q) for b in bands] == [
        (b.type, b.freq_hz, b.gain_db, b.q) for b in opposite
    ]


def test_the_same_curve_gives_the_same_bands():
    assert fit_bands(WARM) == fit_bands(tuple(WARM)) == fit_bands(np.array(WARM))


def test_a_flat_curve_needs_no_bands():
    assert fit_bands([0] * 10) == []
    assert fit_bands([0.1] * 10) == []


def test_bands_that_nobody_hears_are_dropped():
    for curve in smooth_curves():
        assert all(abs(band.gain_db) >= 0.2 for band in fit_bands(curve))


def test_interpolation_is_the_monotone_cubic():
    expected = PchipInterpolator(OCTAVES, WARM)(np.log2(FREQS / 1000))
    np.testing.assert_allclose(interpolate_db(WARM, FREQS), expected, atol=0.25)  # ends are level here
    inner = (FREQS > 63) & (FREQS < 8000)
    np.testing.assert_allclose(interpolate_db(WARM, FREQS)[inner], expected[inner], atol=1e-9)
    np.testing.assert_allclose(interpolate_db(WARM, CENTRES_HZ), WARM, atol=1e-12)


def test_interpolation_never_overshoots_and_is_level_beyond_the_ends():
    step = [0, 0, 0, 0, 0, 8, 8, 8, 8, 8]
    between = interpolate_db(step, FREQS)
    assert between.min() >= 0 and between.max() <= 8
    np.testing.assert_array_equal(interpolate_db(WARM, [20.0, 20_000.0]), [1, -5])


@pytest.mark.parametrize(
    ("curve", "message"), [([1, 2], "10 values"), ([np.nan] * 10, "within -24 and 24"), ([30] * 10, "within")]
)
def test_what_is_no_curve_is_refused(curve, message):
    with pytest.raises(ConfigError, match=message):
        fit_bands(curve)
