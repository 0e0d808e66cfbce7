import numpy as np
import pytest

from muze_fx.effects.parts.varispeed import Varispeed, wander
from muze_fx.effects.tape import Tape

CLEAN = Tape(drive_db=0, head_bump_db=0, bandwidth_hz=20_000)


def level_db(samples):
    return 20 * np.log10(samples.std())


def test_without_any_wear_it_is_neutral():
    assert CLEAN.is_neutral
    assert not Tape().is_neutral


def test_hiss_has_the_asked_level_and_nothing_hisses_unasked(render):
    silence = np.zeros((2, 44_100), np.float32)
    hiss = render(Tape(drive_db=0, head_bump_db=0, bandwidth_hz=20_000, hiss_db=-50), silence)
    assert level_db(hiss) == pytest.approx(-50, abs=0.2)
    assert abs(np.corrcoef(hiss)[0, 1]) < 0.05  # two tracks, two noises
    np.testing.assert_allclose(render(Tape(), silence), 0, atol=1e-9)


def test_head_bump_and_bandwidth(render, sine):
    def gain_db(effect, freq_hz):
        tone = sine(freq_hz, 44_100, level=0.01)
        return level_db(render(effect, tone)[:, 22_050:]) - level_db(tone[:, 22_050:])

    tape = Tape(drive_db=0, head_bump_db=4, bandwidth_hz=9000)
    assert gain_db(tape, 75) == pytest.approx(4, abs=0.2)
    assert gain_db(tape, 1000) == pytest.approx(0, abs=0.2)
    assert gain_db(tape, 9000) == pytest.approx(-3, abs=0.3)


def test_emphasis_cancels_for_soft_sound(render, sine):
    """Treble up before and down after the saturation: quiet tones keep their balance."""
    quiet = Tape(drive_db=3, head_bump_db=0, bandwidth_hz=20_000)
    gains = [
        level_db(render(quiet, sine(f, 30_000, level=0.003))[:, 10_000:20_000]) for f in (200, 3000, 10_000)
    ]
    assert max(gains) - min(gains) < 0.15


def test_loud_treble_saturates_first(render, sine):
    tape = Tape(drive_db=10, head_bump_db=0, bandwidth_hz=20_000)

    def squeezed_db(freq_hz):
        loud, soft = (
            level_db(render(tape, sine(freq_hz, 30_000, level=a))[:, 10_000:20_000]) for a in (0.5, 0.005)
        )
        return 40 - (loud - soft)

    assert squeezed_db(8000) > squeezed_db(300) + 1.5


def test_wow_bends_the_pitch_by_what_was_asked(render, sine):
    frames = 44_100 * 6
    out = render(Tape(drive_db=0, head_bump_db=0, bandwidth_hz=20_000, wow=0.5), sine(1000, frames))[0]
    analytic = np.fft.ifft(np.fft.fft(out) * (np.arange(frames) < frames // 2) * 2)
    freq = np.diff(np.unwrap(np.angle(analytic))) * 44_100 / (2 * np.pi)
    smooth = np.convolve(freq, np.ones(441) / 441, "same")[8000:-8000]
    deviation = np.abs(smooth / 1000 - 1).max()
    assert 0.002 < deviation < 0.0052  # at most 0.5 %
    assert smooth.mean() == pytest.approx(1000, abs=1.0)


def test_varispeed_reads_between_samples_without_dulling():
    sway = wander([(0.6, 0.003)], np.random.default_rng(0))
    times = np.arange(44_100) / 44_100
    for freq_hz, worst_db in ((1000, -80), (10_000, -65), (15_000, -60)):
        speed = Varispeed(sway, 44_100, 1)
        out = speed.process(np.sin(2 * np.pi * freq_hz * times).astype(np.float32)[None])[0]
        moved = times - speed.latency_samples / 44_100 - sway.offset_s(times)
        error = (out - np.sin(2 * np.pi * freq_hz * moved))[3000:]
        assert 20 * np.log10(error.std() / 0.707) < worst_db


def test_both_channels_waver_together(render, noise):
    mono = np.repeat(noise(1, 30_000), 2, axis=0)
    left, right = render(Tape(wow=1, flutter=1), mono)
    np.testing.assert_array_equal(left, right)
