import numpy as np
import pytest

from muze_fx.effects.parts.noise import Crackle, Hiss, Rumble
from muze_fx.effects.vinyl import Vinyl

QUIET = {"crackle": 0, "hiss_db": -120, "rumble_db": -120, "warp": 0}


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 96_000])
def test_rumble_has_the_asked_level_and_is_low(rate_hz):
    rumble = Rumble(-40, rate_hz, 3).next(rate_hz * 20)
    assert 20 * np.log10(rumble.std()) == pytest.approx(-40, abs=1.0)
    power = np.abs(np.fft.rfft(rumble)) ** 2
    freqs = np.fft.rfftfreq(rumble.size, 1 / rate_hz)
    assert power[freqs < 120].sum() > 0.95 * power.sum()


def test_noises_do_not_depend_on_the_block():
    for make in (lambda: Crackle(0.7, 44_100, 2, 1), lambda: Hiss(-40, 2, 1), lambda: Rumble(-40, 44_100, 1)):
        whole = make().next(50_000)
        noise = make()
        parts = np.concatenate([noise.next(count) for count in (1, 999, 7000, 20_000, 22_000)], axis=-1)
        np.testing.assert_allclose(parts, whole, atol=1e-7)


def test_more_crackle_is_more_and_louder(render):
    silence = np.zeros((2, 44_100 * 8), np.float32)

    def clicks(amount):
        out = render(Vinyl(**{**QUIET, "crackle": amount}), silence)
        return (np.abs(out).max(axis=0).reshape(-1, 441).max(axis=1) > 0.001).sum(), np.abs(out).max()

    few, many = clicks(0.2), clicks(1.0)
    assert few[0] < many[0]
    assert few[1] < many[1] < 0.5


def test_clicks_sit_at_different_places_in_the_stereo_field():
    sound = Crackle(1.0, 44_100, 2, 0).next(44_100 * 5)
    left, right = (np.abs(channel).reshape(-1, 441).max(axis=1) for channel in sound)
    loud = np.maximum(left, right) > 0.002
    assert (left[loud] > 2 * right[loud]).any()
    assert (right[loud] > 2 * left[loud]).any()


def test_the_record_holds_a_band(render, sine):
    def gain_db(freq_hz):
        tone = sine(freq_hz, 44_100)
        out = render(Vinyl(**QUIET, bandwidth_hz=10_000), tone)
        return 20 * np.log10(out[:, 22_050:].std() / tone[:, 22_050:].std())

    assert gain_db(15) < -9
    assert gain_db(300) == pytest.approx(0, abs=0.5)
    assert gain_db(10_000) == pytest.approx(-3, abs=0.5)


def test_warp_follows_the_revolution(render, sine):
    frames = 44_100 * 8
    out = render(Vinyl(**{**QUIET, "warp": 1}), sine(1000, frames))[0]
    analytic = np.fft.ifft(np.fft.fft(out) * (np.arange(frames) < frames // 2) * 2)
    freq = np.diff(np.unwrap(np.angle(analytic))) * 44_100 / (2 * np.pi)
    coarse = freq[: freq.size // 441 * 441].reshape(-1, 441).mean(axis=1)[20:-20]
    assert 0.004 < np.abs(coarse / 1000 - 1).max() < 0.0085
    spectrum = np.abs(np.fft.rfft((coarse - coarse.mean()) * np.hanning(coarse.size), 1 << 14))
    peak_hz = np.argmax(spectrum) * 100 / (1 << 14)
    assert peak_hz == pytest.approx(100 / 3 / 60, rel=0.15)
