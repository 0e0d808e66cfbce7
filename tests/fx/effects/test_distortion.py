import numpy as np
import pytest
from scipy import signal

from muze_fx.effects.distortion import KINDS, Distortion
from muze_fx.effects.parts.saturation import Curve

FRAMES = 32_768


def spectrum_db(out):
    magnitude = np.abs(np.fft.rfft(out * np.blackman(out.size)))
    return 20 * np.log10(magnitude / magnitude.max() + 1e-12)


def tone(cycles, level=1.0, channels=1):
    """A sine with a whole number of cycles in the analysed stretch: its harmonics fall on single bins."""
    wave = level * np.sin(2 * np.pi * cycles / FRAMES * np.arange(2 * FRAMES))
    return np.repeat(wave.astype(np.float32)[None], channels, axis=0)


@pytest.mark.parametrize(
    ("kind", "drive_db", "floor_db"),
    [
        ("soft", 9, -60),
        ("soft", 18, -60),
        ("soft", 30, -60),
        ("tube", 24, -60),
        ("hard", 12, -60),
        ("fuzz", 12, -55),
    ],
)
def test_aliases_stay_low(kind, drive_db, floor_db, render):
    """A full-scale tone of 5 kHz: what is not one of its harmonics below 22 kHz is an alias."""
    cycles = 3715  # 4999.7 Hz
    level = spectrum_db(render(Distortion(kind=kind, drive_db=drive_db), tone(cycles))[0, FRAMES:])
    alias = np.ones(level.size, bool)
    alias[:8] = False
    for harmonic in range(1, 5):
        alias[max(harmonic * cycles - 8, 0) : harmonic * cycles + 9] = False
    assert level[alias].max() < floor_db


@pytest.mark.parametrize("kind", KINDS)
def test_drive_changes_colour_more_than_loudness(kind, render, noise):
    samples = noise(1, 30_000, level=0.15)
    for drive_db in (3, 12, 24):
        out = render(Distortion(kind=kind, drive_db=drive_db), samples)
        assert 20 * np.log10(out.std() / samples.std()) == pytest.approx(0, abs=1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_more_drive_makes_more_harmonics(kind, render):
    def harmonics(drive_db):
        level = spectrum_db(render(Distortion(kind=kind, drive_db=drive_db), tone(300, 0.5))[0, FRAMES:])
        return 10 * np.log10(sum(10 ** (level[n * 300] / 10) for n in range(2, 12)))

    assert harmonics(6) < harmonics(15) < harmonics(30)


def test_bias_makes_even_harmonics_without_offset(render):
    even, odd = [spectrum_db(render(Distortion(bias=b), tone(300, 0.5))[0, FRAMES:])[600] for b in (0.5, 0.0)]
    assert even > -40
    assert odd < -100
    out = render(Distortion(bias=0.5), tone(300, 0.5))[0, FRAMES:]
    assert abs(out.mean()) < 1e-4


def test_soft_and_hard_are_even_handed_tube_and_fuzz_are_not(render):
    second = {k: spectrum_db(render(Distortion(kind=k), tone(300, 0.8))[0, FRAMES:])[600] for k in KINDS}
    assert second["soft"] < -100 and second["hard"] < -100
    assert second["tube"] > -50 and second["fuzz"] > -50


def test_tone_tilts_the_spectrum(render, noise):
    samples = noise(1, 60_000, level=0.1)

    def tilt(tone_setting):
        power = np.abs(np.fft.rfft(render(Distortion(drive_db=3, tone=tone_setting), samples)[0])) ** 2
        return 10 * np.log10(power[10_000:20_000].mean() / power[100:200].mean())

    assert tilt(1.0) - tilt(0.0) == pytest.approx(12.0, abs=1.5)
    assert tilt(-1.0) - tilt(0.0) == pytest.approx(-12.0, abs=1.5)


@pytest.mark.parametrize("kind", ["soft", "tube", "fuzz"])
def test_little_drive_is_nearly_nothing(kind, render, noise):
    # Inside the band of the resampler, and above that of the high-pass against offsets.
    band = signal.butter(4, [200, 10_000], "bandpass", fs=44_100, output="sos")
    samples = signal.sosfilt(band, noise(1, 20_000, level=0.1)).astype(np.float32)
    out = render(Distortion(kind=kind, drive_db=0.02), samples)
    error = (out - samples)[:, 3000:]
    assert 20 * np.log10(error.std() / samples.std()) < -25


def test_steeper_curves_are_oversampled_more():
    assert [Curve("soft", drive).factor(44_100) for drive in (6, 15, 22, 30)] == [2, 4, 8, 16]
    assert Curve("soft", 15).factor(176_400) == 1


def test_mix_lines_up_with_the_dry_path(render):
    """Half dry and half wet of a barely driven signal is the signal: no comb."""
    samples = tone(400, 0.1)
    out = render(Distortion(drive_db=0.1, mix=0.5), samples)
    np.testing.assert_allclose(out[0, 5000:-5000], samples[0, 5000:-5000], atol=2e-3)
