"""The mel filterbank is the published one, and Griffin-Lim brings the sound back."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from muzecli.audio.mel import MelSpec, griffin_lim, hz_to_mel, log_mel, mel_filterbank, mel_to_hz
from muzecli.errors import BugError
from tests.audio.conftest import Samples, noise, tone


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Arrays this small are faster without threads, and tests run beside each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


SPEC = MelSpec(22_050, n_fft=1024, hop_samples=256, n_mels=80)


def chord(*freqs_hz: float, duration_s: float = 1.0) -> Samples:
    return sum((tone(f, duration_s, 22_050, level=0.2) for f in freqs_hz), start=np.zeros((1, 1), np.float32))


def test_slaney_mel_is_linear_to_1_khz_and_logarithmic_above() -> None:
    """Auditory Toolbox: 3 mel to 200 Hz, 15 at 1 kHz, 27 more to 6.4 kHz."""
    assert hz_to_mel([0, 200, 1000, 6400]) == pytest.approx([0, 3, 15, 42])
    assert hz_to_mel([110, 220, 440]) == pytest.approx([1.65, 3.3, 6.6])  # the example in librosa's manual


def test_htk_mel_has_1000_mel_at_1_khz() -> None:
    assert hz_to_mel([0, 1000, 700], "htk") == pytest.approx([0, 999.99, 781.17], abs=0.01)


@pytest.mark.parametrize("scale", ["slaney", "htk"])
def test_mel_and_back(scale) -> None:  # type: ignore[no-untyped-def]
    freqs_hz = np.linspace(0, 20_000, 500)
    assert mel_to_hz(hz_to_mel(freqs_hz, scale), scale) == pytest.approx(freqs_hz, abs=1e-6)
    assert (np.diff(hz_to_mel(freqs_hz, scale)) > 0).all()


def test_librosas_published_mel_frequencies() -> None:
    """`librosa.mel_frequencies(n_mels=40)`, as its manual prints it (0 to 11 025 Hz)."""
    mels = np.linspace(hz_to_mel(0), hz_to_mel(11_025), 40)
    printed = [
        0,
        85.317,
        170.635,
        255.952,
        341.269,
        426.586,
        511.904,
        597.221,
        682.538,
        767.855,
        853.173,
        938.49,
        1024.856,
    ]
    assert mel_to_hz(mels)[:13] == pytest.approx(printed, abs=1e-3)
    assert mel_to_hz(mels)[-2:] == pytest.approx([10_185.0, 11_025.0], rel=0.01)


@pytest.mark.parametrize("scale", ["slaney", "htk"])
def test_bands_are_triangles_between_their_neighbours(scale) -> None:  # type: ignore[no-untyped-def]
    spec = MelSpec(22_050, n_fft=8192, n_mels=40, scale=scale, area_norm=False)
    bands = mel_filterbank(spec)
    assert bands.shape == (40, 4097)
    assert bands.dtype == np.float32
    assert (bands >= 0).all()
    assert (bands.max(axis=1) > 0.8).all()
    assert (bands.max(axis=1) <= 1).all()
    corners_hz = mel_to_hz(np.linspace(0, hz_to_mel(11_025, scale), 42), scale)
    tops_hz = bands.argmax(axis=1) * 22_050 / 8192
    assert np.abs(tops_hz - corners_hz[1:-1]).max() <= 22_050 / 8192
    inside = (np.arange(4097) * 22_050 / 8192 > corners_hz[1]) & (
        np.arange(4097) * 22_050 / 8192 < corners_hz[-2]
    )
    assert bands.sum(axis=0)[inside] == pytest.approx(1, abs=1e-4)  # neighbours overlap by half


def test_the_area_norm_makes_every_band_the_same_size() -> None:
    spec = MelSpec(22_050, n_fft=16_384, n_mels=40)
    areas = mel_filterbank(spec).sum(axis=1) * 22_050 / 16_384
    assert areas == pytest.approx(1, abs=0.02)


def test_the_shape_and_place_of_columns() -> None:
    samples = np.zeros((2, 10_000), dtype=np.float32)
    samples[:, 5120] = 1
    mel = log_mel(samples, SPEC)
    assert mel.shape == (2, 80, 1 + 10_000 // 256)
    assert mel[0].sum(dim=0).argmax() == 5120 // 256
    assert mel.min() == pytest.approx(math.log(1e-5))


def test_power_doubles_the_logarithm_of_a_tone() -> None:
    samples = tone(1000, 0.5, 22_050)
    spec = {"rate_hz": 22_050, "n_fft": 1024, "hop_samples": 256, "n_mels": 20, "area_norm": False}
    energies = float(log_mel(samples, MelSpec(**spec, power=2)).max())
    magnitudes = float(log_mel(samples, MelSpec(**spec, power=1)).max())
    assert energies == pytest.approx(2 * magnitudes, rel=0.1)


def test_tensors_keep_their_gradient() -> None:
    samples = torch.from_numpy(noise(3000)).requires_grad_()
    log_mel(samples, SPEC).sum().backward()
    assert samples.grad is not None
    assert torch.isfinite(samples.grad).all()


def test_sound_from_the_mel_of_a_chord_has_its_peaks_and_its_mel() -> None:
    freqs_hz = (440.0, 660.0, 1320.0)
    samples = chord(*freqs_hz)
    mel = log_mel(samples, SPEC)
    out = griffin_lim(mel, SPEC, frames=samples.shape[1], iterations=40)
    assert out.shape == samples.shape
    assert torch.isfinite(out).all()
    spectrum = np.abs(np.fft.rfft(out[0].numpy() * np.hanning(out.shape[1])))  # 1 Hz a bin
    for f in freqs_hz:
        near = spectrum[int(f * 0.92) : int(f * 1.08)]
        found = int(f * 0.92) + int(near.argmax())
        assert abs(found - f) < 0.03 * f, f  # within a band's width
        assert near.max() > 0.25 * spectrum.max()
    between = spectrum[900:1150].max()
    assert between < 0.1 * spectrum.max()
    again = log_mel(out, SPEC)
    assert (torch.exp(again) - torch.exp(mel)).norm() < 0.12 * torch.exp(mel).norm()
    loud = mel > mel.max() - math.log(10)
    assert (again - mel)[loud].abs().mean() < 0.12  # 1 dB over the upper 20 dB


def test_momentum_gets_closer_than_the_plain_algorithm() -> None:
    samples = chord(300, 450, 777, duration_s=0.5) + noise(11_025, level=0.02)
    mel = log_mel(samples, SPEC)

    def distance(momentum: float) -> float:
        out = griffin_lim(mel, SPEC, iterations=30, momentum=momentum)
        return float((torch.exp(log_mel(out, SPEC)) - torch.exp(mel)).norm() / torch.exp(mel).norm())

    assert distance(0.99) < distance(0.0) < 0.4


def test_the_seed_decides() -> None:
    mel = log_mel(chord(500, duration_s=0.3), SPEC)
    first, again, other = (griffin_lim(mel, SPEC, iterations=3, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_silence_gives_near_silence() -> None:
    mel = log_mel(np.zeros((2, 5000), dtype=np.float32), SPEC)
    out = griffin_lim(mel, SPEC, iterations=3)
    assert out.shape == (2, 19 * 256)
    assert out.abs().max() < 1e-3


def test_impossible_analyses_are_refused() -> None:
    with pytest.raises(BugError, match="must lie between 0 and 11025 Hz, got 0 to 16000 Hz"):
        MelSpec(22_050, high_hz=16_000)
    with pytest.raises(BugError, match="hop_samples must be 1 to n_fft/2 = 512"):
        MelSpec(22_050, n_fft=1024, hop_samples=600)


def test_importing_the_package_and_its_spectra_loads_no_torch_scipy_or_soundfile() -> None:
    program = (
        "import sys, muzecli.audio; heavy = {'torch', 'scipy', 'soundfile', 'numpy', 'soxr', 'mutagen'};"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys();"
        "import muzecli.audio.mel, muzecli.audio.reader, muzecli.audio.writer, muzecli.audio.loudness;"
        "assert not {'torch', 'scipy', 'mutagen'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
