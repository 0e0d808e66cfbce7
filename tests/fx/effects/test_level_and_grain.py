"""Gain, stereo width, bit-crush."""

import numpy as np
import pytest

from muze_fx.chain import Chain
from muze_fx.effects.bitcrush import Bitcrush
from muze_fx.effects.gain import Gain
from muze_fx.effects.stereo_width import StereoWidth


def test_gain_is_decibels(render, noise):
    samples = noise()
    np.testing.assert_allclose(render(Gain(gain_db=20), samples), 10 * samples, rtol=1e-6)


@pytest.mark.parametrize("width", [0.0, 0.4, 1.7, 3.0])
def test_width_scales_the_side_and_leaves_the_mono_sum(width, render, noise):
    samples = noise(2)
    left, right = render(StereoWidth(width=width), samples)
    np.testing.assert_allclose(left + right, samples[0] + samples[1], atol=1e-5)
    np.testing.assert_allclose(left - right, width * (samples[0] - samples[1]), atol=1e-5)


@pytest.mark.parametrize("channels", [1, 3, 6])
def test_width_without_stereo_is_named_and_left_out(channels, render, noise):
    effect, samples = StereoWidth(width=2), noise(channels)
    np.testing.assert_array_equal(render(effect, samples), samples)
    assert "stereo_width: needs stereo" in Chain((effect,)).warnings(44_100, channels)[0]


@pytest.mark.parametrize("bits", [1, 4, 8, 16])
def test_bits_set_the_number_of_steps(bits, render, noise):
    samples = np.clip(noise(1, level=0.4), -1, 1)
    out = render(Bitcrush(bits=bits), samples)
    steps = 2 ** (bits - 1)
    np.testing.assert_array_equal(out * steps, np.rint(out * steps))
    assert np.abs(out - samples).max() <= 0.5 / steps + 1e-6


def test_fewer_samples_are_held(render, noise):
    samples = noise(2, 44_100)
    out = render(Bitcrush(bits=24, rate_hz=4410), samples)
    np.testing.assert_array_equal(out, np.repeat(samples[:, ::10], 10, axis=1))


def test_a_rate_above_the_audios_changes_nothing(render, noise):
    samples = noise()
    np.testing.assert_array_equal(render(Bitcrush(bits=24, rate_hz=30_000), samples, 22_050), samples)
