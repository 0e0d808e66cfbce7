import numpy as np
import pytest
from scipy import signal

from muze_fx.effects.parts.room import decay_slope_db_s
from muze_fx.effects.reverb import Reverb


def measured_rt60_s(response, rate_hz, centre_hz=1000.0):
    """Schroeder's method on an octave, T30; independent of the code that makes rooms."""
    sos = signal.butter(3, [centre_hz / 2**0.5, centre_hz * 2**0.5], "bandpass", fs=rate_hz, output="sos")
    energy = np.cumsum((signal.sosfilt(sos, response.astype(np.float64)) ** 2)[::-1])[::-1]
    level_db = 10 * np.log10(energy / energy[0] + 1e-30)
    start, stop = np.argmax(level_db < -5), np.argmax(level_db < -35)
    return -60 / np.polyfit(np.arange(start, stop) / rate_hz, level_db[start:stop], 1)[0]


def impulse_through(render, effect, rate_hz, channels=1):
    impulse = np.zeros((channels, 16), np.float32)
    impulse[:, 0] = 1.0
    return render(effect, impulse, rate_hz, tail=1.3 * effect.rt60_s + 0.1)


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize("rt60_s", [0.2, 0.5, 1.2, 4.0])
def test_the_reverberation_time_is_the_one_asked_for(rt60_s, rate_hz, render):
    out = impulse_through(render, Reverb(rt60_s=rt60_s, mix=1.0), rate_hz, channels=2)
    for channel in out:
        assert measured_rt60_s(channel, rate_hz) == pytest.approx(rt60_s, rel=0.1)


@pytest.mark.parametrize(
    "setting",
    [{"size_m": 60}, {"size_m": 3, "diffusion": 0.2}, {"damping": 1}, {"early_db": 6}, {"low_cut_hz": 300}],
)
def test_the_other_parameters_leave_the_reverberation_time(setting, render):
    out = impulse_through(render, Reverb(rt60_s=0.8, mix=1.0, **setting), 44_100)
    assert measured_rt60_s(out[0], 44_100) == pytest.approx(0.8, rel=0.1)


def test_damping_shortens_the_treble_only(render):
    bright = impulse_through(render, Reverb(rt60_s=1.5, damping=0.0, mix=1.0), 44_100)[0]
    dark = impulse_through(render, Reverb(rt60_s=1.5, damping=0.9, mix=1.0), 44_100)[0]
    assert measured_rt60_s(bright, 44_100, 8000) == pytest.approx(1.5, rel=0.1)
    assert measured_rt60_s(dark, 44_100, 8000) < 0.8
    assert measured_rt60_s(dark, 44_100, 500) == pytest.approx(1.5, rel=0.1)


def test_pre_delay_is_silence_before_the_room(render):
    impulse = np.zeros((1, 9000), np.float32)
    impulse[0, 0] = 1.0
    out = render(Reverb(pre_delay_ms=50, mix=1.0), impulse, 44_100)[0]
    before = round(0.05 * 44_100)
    assert np.abs(out[:before]).max() < 1e-6
    assert np.abs(out[before : before + 2000]).max() > 0.01


def test_width_sets_how_alike_the_channels_are(render, noise):
    mono = np.repeat(noise(1, 44_100), 2, axis=0)

    def likeness(width):
        left, right = render(Reverb(width=width, mix=1.0), mono)
        return np.corrcoef(left, right)[0, 1]

    assert likeness(0.0) == pytest.approx(1.0, abs=1e-4)
    assert likeness(1.0) == pytest.approx(0.0, abs=0.2)
    assert 0.3 < likeness(0.5) < 0.9


def test_low_cut_keeps_bass_out(render, noise):
    samples = noise(1, 44_100)

    def bass(low_cut_hz):
        out = render(Reverb(low_cut_hz=low_cut_hz, mix=1.0), samples)[0]
        spectrum = np.abs(np.fft.rfft(out)) ** 2
        return 10 * np.log10(spectrum[30:60].mean() / spectrum[2000:4000].mean())

    assert bass(400) < bass(20) - 20


def test_a_room_keeps_the_level_of_noise(render, noise):
    samples = noise(1, 88_200)
    out = render(Reverb(rt60_s=0.5, mix=1.0), samples)
    assert out[0, 44_100:].std() == pytest.approx(samples.std(), rel=0.05)


def test_a_source_on_one_side_is_heard_on_both(render, noise):
    samples = noise(2)
    samples[1] = 0.0
    left, right = render(Reverb(mix=1.0), samples)
    assert 0.2 < right.std() / left.std() < 0.5


def test_low_diffusion_is_sparse():
    def kurtosis(diffusion):
        response = Reverb(size_m=40, diffusion=diffusion, damping=0).room().response(44_100, 1, 0)[0]
        late = response[3000:9000].astype(np.float64)
        late /= np.sqrt(signal.convolve(late**2, np.ones(301) / 301, "same"))
        return (late**4).mean()

    assert kurtosis(0.0) > 2 * kurtosis(1.0)


def test_early_reflections_come_first():
    def share(early_db):
        response = Reverb(rt60_s=2, early_db=early_db).room().response(44_100, 1, 0)[0] ** 2
        start = round(0.015 * 44_100)
        return response[start : start + 3000].sum() / response.sum()

    assert share(10) > share(-4) > share(-40)


def test_decay_measure_reads_an_exponential():
    times = np.arange(44_100) / 44_100
    decay = np.random.default_rng(0).standard_normal(44_100) * 10 ** (-60 * times / 20 / 0.7)
    assert -60 / decay_slope_db_s(decay, 44_100) == pytest.approx(0.7, rel=0.05)


@pytest.mark.parametrize("rt60_s", [0.05, 20.0])
def test_both_ends_of_the_range_make_a_room(rt60_s):
    response = Reverb(rt60_s=rt60_s).room().response(8000, 2, 0)
    assert np.isfinite(response).all()
    assert (response.astype(np.float64) ** 2).sum(axis=1) == pytest.approx([1.0, 1.0], rel=1e-3)
