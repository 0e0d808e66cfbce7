import numpy as np
import pytest

from muze_fx.effects.delay import Delay


def impulse(channels=1, frames=40_000, at=0):
    samples = np.zeros((channels, frames), np.float32)
    samples[:, at] = 1.0
    return samples


def test_echoes_come_at_multiples_and_fall_by_the_feedback(render):
    out = render(Delay(time_s=0.1, feedback=0.5, high_cut_hz=20_000, mix=1.0), impulse())[0]
    assert np.flatnonzero(out).tolist() == [4410 * n for n in range(1, 10)]
    np.testing.assert_allclose(out[4410::4410], [0.5**n for n in range(9)], rtol=1e-6)


def test_each_echo_is_darker(render):
    out = render(Delay(time_s=0.1, feedback=0.8, high_cut_hz=3000, mix=1.0), impulse())[0]
    bright = [np.abs(np.fft.rfft(out[4410 * n : 4410 * (n + 1)]))[2000] for n in (1, 2, 3)]  # 20 kHz
    dark = [np.abs(np.fft.rfft(out[4410 * n : 4410 * (n + 1)]))[20] for n in (1, 2, 3)]  # 200 Hz
    assert bright[0] > 3 * bright[1] > 9 * bright[2]
    np.testing.assert_allclose(np.array(dark[1:]) / dark[:-1], 0.8, rtol=0.02)


def test_ping_pong_alternates_and_keeps_the_sum(render):
    out = render(Delay(time_s=0.1, feedback=0.5, high_cut_hz=20_000, ping_pong=True, mix=1.0), impulse(2))
    assert np.flatnonzero(out[0]).tolist() == [4410 * n for n in (1, 3, 5, 7, 9)]
    assert np.flatnonzero(out[1]).tolist() == [4410 * n for n in (2, 4, 6, 8)]


@pytest.mark.parametrize("channels", [1, 3])
def test_ping_pong_without_two_sides_is_named_and_left_out(channels, render):
    effect = Delay(time_s=0.1, ping_pong=True)
    assert "ping_pong needs stereo" in effect.notes(44_100, channels)[0]
    np.testing.assert_array_equal(
        render(effect, impulse(channels)), render(Delay(time_s=0.1), impulse(channels))
    )


def test_a_delay_shorter_than_a_block_matches_the_recursion(render, noise):
    samples = noise(2, 70_000)
    out = render(Delay(time_s=0.01, feedback=0.7, high_cut_hz=20_000, mix=1.0), samples)
    expected = np.zeros_like(samples)
    for n in range(441, 70_000):
        expected[:, n] = samples[:, n - 441] + 0.7 * expected[:, n - 441]
    np.testing.assert_allclose(out, expected, atol=1e-5)


def test_the_tail_is_as_long_as_the_echoes_are_heard(render):
    effect = Delay(time_s=0.1, feedback=0.5, high_cut_hz=20_000, mix=1.0)
    out = render(effect, impulse(frames=1000), tail="auto")[0]
    assert np.flatnonzero(out)[-1] >= 4410 * 13  # 0.5 ** 13 is -78 dB
    assert out.size <= 1000 + effect.build(44_100, 1).tail_samples
