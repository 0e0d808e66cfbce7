"""Compressor, noise gate, limiter."""

import numpy as np
import pytest

from muze_fx.effects.compressor import Compressor
from muze_fx.effects.limiter import Limiter
from muze_fx.effects.noise_gate import NoiseGate


def level_db(samples):
    return 20 * np.log10(np.abs(samples).max())


def test_above_the_threshold_the_ratio_holds(render, sine):
    effect = Compressor(threshold_db=-20, ratio=4, attack_ms=1, release_ms=400)
    for input_db in (-16, -8, 0):
        out = render(effect, sine(500, 44_100, level=10 ** (input_db / 20)))[0, 30_000:]
        assert level_db(out) == pytest.approx(-20 + (input_db + 20) / 4, abs=0.5)


def test_below_the_threshold_nothing_happens(render, sine):
    tone = sine(500, 20_000, level=0.05)
    np.testing.assert_allclose(render(Compressor(threshold_db=-20), tone), tone, atol=1e-6)


def test_makeup_and_mix(render, sine):
    tone = sine(500, 20_000, level=0.05)
    np.testing.assert_allclose(render(Compressor(makeup_db=6), tone), tone * 10**0.3, atol=1e-5)
    np.testing.assert_allclose(
        render(Compressor(makeup_db=6, mix=0.5), tone), tone * (1 + 10**0.3) / 2, atol=1e-5
    )


@pytest.mark.parametrize(
    "effect", [Compressor(threshold_db=-30, ratio=8), NoiseGate(threshold_db=-25, ratio=8)]
)
def test_all_channels_get_one_gain(effect, render, noise):
    samples = noise(3, 20_000) * np.array([[1.0], [0.3], [0.05]], np.float32)
    out = render(effect, samples)
    np.testing.assert_allclose(out[1] / samples[1], out[0] / samples[0], rtol=1e-4)
    np.testing.assert_allclose(out[2] / samples[2], out[0] / samples[0], rtol=1e-4)
    copies = np.repeat(samples[:1], 3, axis=0)
    np.testing.assert_array_equal(
        render(effect, copies)[1:], np.repeat(render(effect, samples[:1]), 2, axis=0)
    )


def test_the_gate_quietens_what_is_quiet(render, sine):
    effect = NoiseGate(threshold_db=-30, ratio=10)
    quiet, loud = sine(500, 30_000, level=0.003), sine(500, 30_000, level=0.5)
    assert level_db(render(effect, quiet)[0, 15_000:]) < level_db(quiet) - 20
    np.testing.assert_allclose(render(effect, loud)[0, 15_000:], loud[0, 15_000:], atol=1e-3)


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 96_000])
@pytest.mark.parametrize("ceiling_db", [0.0, -1.0, -6.3, -20.0])
def test_no_sample_is_above_the_ceiling(ceiling_db, rate_hz, render, noise):
    samples = noise(2, 50_000, level=2.0)
    samples[:, ::997] *= 30
    for gain_db in (0, 12):
        out = render(Limiter(ceiling_db=ceiling_db, release_ms=2, gain_db=gain_db), samples, rate_hz)
        assert np.abs(out).max() <= np.float32(10 ** (ceiling_db / 20))
        assert np.abs(out).max() > 10 ** (ceiling_db / 20) * 0.9


def test_the_limiter_leaves_what_is_below(render, noise):
    samples = noise(2, 30_000, level=0.1)
    np.testing.assert_array_equal(render(Limiter(ceiling_db=-1), samples), samples)


def test_the_limiter_holds_the_image(render, noise):
    samples = noise(4, 20_000, level=0.05)
    samples[0, 10_000:11_000] *= 60
    out = render(Limiter(), samples)
    assert np.abs(out[1, 10_200:10_900]).max() < 0.7 * np.abs(samples[1, 10_200:10_900]).max()
    np.testing.assert_array_equal(out[:, :9500], samples[:, :9500])
