import numpy as np
import pytest

from muze_fx.effects.pitch import Pitch

FRAMES = 60_000
INSIDE = slice(15_000, 45_000)


def frequency_hz(samples, rate_hz=44_100):
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size), 1 << 19))
    k = int(np.argmax(spectrum))
    a, b, c = np.log(spectrum[k - 1 : k + 2])
    return (k + 0.5 * (a - c) / (a - 2 * b + c)) * rate_hz / (1 << 19)


def voice(fundamental_hz, frames=FRAMES, rate_hz=44_100):
    """A vowel: pulses through resonances at 700, 1200 and 2600 Hz, so that the envelope is known."""
    times = np.arange(frames) / rate_hz
    wave = np.zeros(frames)
    for harmonic in range(1, int(8000 / fundamental_hz)):
        freq = harmonic * fundamental_hz
        wave += envelope(freq) * np.sin(2 * np.pi * freq * times)
    return (0.3 * wave / np.abs(wave).max()).astype(np.float32)[None]


def envelope(freq_hz):
    return sum(
        gain / (1 + ((freq_hz - centre) / 150) ** 2) for centre, gain in ((700, 1), (1200, 0.6), (2600, 0.3))
    )


def formant_hz(samples, low_hz=400, high_hz=4500):
    """Centre of gravity of the spectrum: it moves with the formants and hardly with the harmonics."""
    power = np.abs(np.fft.rfft(samples * np.hanning(samples.size))) ** 2
    freqs = np.fft.rfftfreq(samples.size, 1 / 44_100)
    inside = (freqs > low_hz) & (freqs < high_hz)
    return (power[inside] * freqs[inside]).sum() / power[inside].sum()


@pytest.mark.parametrize("semitones", [-24, -12, -5, -1, 0.5, 2, 7, 12, 24])
def test_a_sine_lands_within_five_cents_and_keeps_its_level(semitones, render, sine):
    tone = sine(440, FRAMES)
    out = render(Pitch(semitones=semitones), tone)[0, INSIDE]
    assert 1200 * np.log2(frequency_hz(out) / 440) == pytest.approx(100 * semitones, abs=5)
    assert 20 * np.log10(out.std() / tone[0, INSIDE].std()) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("rate_hz", [8000, 96_000])
def test_other_rates(rate_hz, render, sine):
    out = render(Pitch(semitones=4), sine(440, 2 * rate_hz, rate_hz), rate_hz)[
        0, rate_hz // 2 : -rate_hz // 2
    ]
    assert 1200 * np.log2(frequency_hz(out, rate_hz) / 440) == pytest.approx(400, abs=5)


def test_a_tone_stays_clean(render, sine):
    out = render(Pitch(semitones=3), sine(440, FRAMES))[0, INSIDE]
    spectrum = np.abs(np.fft.rfft(out * np.blackman(out.size)))
    k = int(np.argmax(spectrum))
    spectrum[k - 15 : k + 16] /= 1e9
    assert 20 * np.log10(spectrum.max() / (spectrum[k] * 1e9)) < -60


def test_a_voice_keeps_its_harmonics_in_tune(render):
    out = render(Pitch(semitones=4), voice(150))[0, INSIDE]
    lag = np.correlate(out[:8000], out[:8000], "full")[8000:]
    period = 150 + int(np.argmax(lag[150:400])) + 1
    assert 44_100 / period == pytest.approx(150 * 2 ** (4 / 12), rel=0.01)


@pytest.mark.parametrize("semitones", [-6, 5])
def test_formants_follow_the_pitch_unless_moved_back(semitones, render):
    original = formant_hz(voice(120)[0, INSIDE])
    moved = formant_hz(render(Pitch(semitones=semitones), voice(120))[0, INSIDE])
    kept = formant_hz(render(Pitch(semitones=semitones, formant_semitones=-semitones), voice(120))[0, INSIDE])
    assert moved / original == pytest.approx(2 ** (semitones / 12), rel=0.1)
    assert kept / original == pytest.approx(1.0, rel=0.1)


@pytest.mark.parametrize("formants", [-5, 4])
def test_formants_move_alone(formants, render):
    sound = voice(120)
    out = render(Pitch(formant_semitones=formants), sound)[0, INSIDE]
    assert formant_hz(out) / formant_hz(sound[0, INSIDE]) == pytest.approx(2 ** (formants / 12), rel=0.1)
    lag = np.correlate(out[:8000], out[:8000], "full")[8000:]
    assert 44_100 / (200 + int(np.argmax(lag[200:600])) + 1) == pytest.approx(120, rel=0.02)


@pytest.mark.parametrize("semitones", [-7, -3, 2, 5, 12])
def test_a_click_stays_in_place(semitones, render):
    click = np.zeros((1, FRAMES), np.float32)
    click[0, 30_000] = 1.0
    energy = render(Pitch(semitones=semitones), click)[0].astype(np.float64) ** 2
    middle = (energy * np.arange(FRAMES)).sum() / energy.sum()
    assert middle == pytest.approx(30_000, abs=100)  # 2.3 ms


def test_the_stereo_image_stays(render, noise):
    mono = noise(1, FRAMES)
    left, right = render(Pitch(semitones=3), np.concatenate([mono, 0.4 * mono]))
    np.testing.assert_allclose(right, 0.4 * left, atol=1e-4)


def test_a_real_voice(render, shared_audio):
    import soundfile

    samples, rate_hz = soundfile.read(
        shared_audio / "voices" / "libri_198.ogg", dtype="float32", frames=80_000
    )
    out = render(Pitch(semitones=4), samples[None], rate_hz)[0]
    assert np.isfinite(out).all()
    length = rate_hz // 100
    before, after = (
        np.sqrt((x[: x.size // length * length].reshape(-1, length) ** 2).mean(axis=1))
        for x in (samples, out)
    )
    assert np.corrcoef(before, after)[0, 1] > 0.95  # syllables stay where they were
