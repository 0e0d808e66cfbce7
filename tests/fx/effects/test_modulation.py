"""Chorus, phaser, tremolo."""

import numpy as np
import pytest

from muze_fx.effects.chorus import Chorus
from muze_fx.effects.phaser import Phaser
from muze_fx.effects.tremolo import Tremolo


def test_the_copy_comes_after_its_delay(render):
    impulse = np.zeros((1, 20_000), np.float32)
    impulse[0, 1000] = 1.0
    out = render(Chorus(centre_delay_ms=20, depth=0, mix=1.0), impulse)
    assert np.argmax(np.abs(out[0])) - 1000 == pytest.approx(0.02 * 44_100, rel=0.2)


def test_feedback_gives_a_flanger_a_tail():
    assert Chorus(feedback=0.0).build(44_100, 2).tail_samples == 0
    assert Chorus(feedback=0.9).build(44_100, 2).tail_samples > 0.5 * 44_100


def test_the_sweep_moves_notches(render, noise):
    out = render(Phaser(rate_hz=1.0, mix=0.5), noise(1, 44_100))[0]
    early, late = (np.abs(np.fft.rfft(out[at : at + 2048])) for at in (2000, 24_000))
    assert not np.allclose(early, late, rtol=0.1)


def test_the_phasers_centre_is_lowered_for_low_rates():
    assert "3600" in Phaser(centre_hz=8000).notes(8000, 1)[0]
    assert Phaser(centre_hz=1000).notes(8000, 1) == ()


@pytest.mark.parametrize("shape", ["sine", "triangle", "square"])
@pytest.mark.parametrize("rate_hz", [0.5, 5.0, 300.0])
def test_level_swings_between_full_and_the_depth(shape, rate_hz, render):
    steady = np.ones((1, 200_000), np.float32)
    out = render(Tremolo(rate_hz=rate_hz, depth=0.6, shape=shape), steady)[0]
    assert out.max() == pytest.approx(1.0, abs=0.01)
    assert out.min() == pytest.approx(0.4, abs=0.01)
    spectrum = np.abs(np.fft.rfft((out - out.mean()) * np.hanning(out.size)))
    assert np.argmax(spectrum) * 44_100 / out.size == pytest.approx(rate_hz, abs=0.25)


def test_a_square_does_not_click(render):
    out = render(Tremolo(rate_hz=4, depth=1, shape="square"), np.ones((1, 60_000), np.float32))[0]
    assert np.abs(np.diff(out)).max() < 0.03
    assert (out > 0.99).mean() == pytest.approx(0.5, abs=0.05)


def test_depth_one_reaches_silence(render):
    out = render(Tremolo(depth=1.0), np.ones((1, 44_100), np.float32))
    assert out.min() == pytest.approx(0.0, abs=1e-5)
