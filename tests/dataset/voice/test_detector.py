"""The detector: what it sees, piece by piece as in one go, and what it says of signals whose truth is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from muze_dataset.extractors.activity import Activity
from muze_dataset.hearing.voice import detector
from muze_dataset.hearing.voice.detector import DetectorConfig, VoiceDetector, load_detector, logits_of
from muze_dataset.hearing.voice.packaged import detector_weights
from muze_dataset.hearing.voice.spectra import (
    BANDS,
    FLOOR_DB,
    HOP_SAMPLES,
    RATE_HZ,
    at_detector_rate,
    detector_input,
    mel_powers,
)
from muzecli.audio.reader import read_audio
from muzecli.errors import BadDataError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.weights import find_weights


def noise(seconds: float, rate_hz: int = RATE_HZ, channels: int = 2) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal((channels, round(seconds * rate_hz)))).astype(np.float32)


def spectra(samples: np.ndarray, rate_hz: int = RATE_HZ) -> np.ndarray:
    return detector_input(mel_powers(at_detector_rate(samples, rate_hz)))


def test_what_both_channels_share_has_no_side() -> None:
    mono = noise(1.0, channels=1)
    both = mel_powers(at_detector_rate(np.concatenate([mono, mono]), RATE_HZ))
    np.testing.assert_array_equal(mel_powers(at_detector_rate(mono, RATE_HZ)), both)
    assert both[0].any() and not both[1].any()
    opposite = mel_powers(at_detector_rate(np.concatenate([mono, -mono]), RATE_HZ))
    assert opposite[1].any() and not opposite[0].any()


def test_a_tone_lies_in_its_band_and_frame() -> None:
    samples = np.zeros((1, RATE_HZ), np.float32)
    samples[0, RATE_HZ // 2 :] = np.sin(2 * np.pi * 1000 * np.arange(RATE_HZ // 2) / RATE_HZ)
    powers = mel_powers(at_detector_rate(samples, RATE_HZ))[0]
    assert powers.shape == (BANDS, RATE_HZ // HOP_SAMPLES)
    assert not powers[:, :20].any()
    loudest = powers[:, 40].argmax()
    assert powers[loudest - 2 : loudest + 3, 40].sum() > 0.99 * powers[:, 40].sum()


def test_the_level_of_the_recording_does_not_matter() -> None:
    samples = noise(2.0)
    np.testing.assert_allclose(spectra(samples), spectra(samples * np.float32(0.01)), atol=1e-3)


def test_silence_is_at_the_floor() -> None:
    assert (spectra(np.zeros((2, 8000), np.float32)) == FLOOR_DB / 10).all()


def test_separated_vocals_are_measured_against_the_mix() -> None:
    mix = mel_powers(noise(1.0))
    leak = detector_input(mix * np.float32(1e-4), against=mix)
    np.testing.assert_allclose(leak, detector_input(mix) - 4, atol=1e-4)


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 192_000])
def test_every_rate_gives_the_same_frames(rate_hz: int) -> None:
    assert spectra(noise(1.5, rate_hz), rate_hz).shape == (2, BANDS, 75)


def test_pieces_are_as_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    network = VoiceDetector(DetectorConfig()).eval()
    levels = np.random.default_rng(0).uniform(-7, 1, (2, BANDS, 500)).astype(np.float32)
    whole = logits_of(network, levels)
    monkeypatch.setattr(detector, "_PIECE_FRAMES", 130)
    assert whole.shape == (500,)
    np.testing.assert_allclose(logits_of(network, levels), whole, atol=1e-4)
    assert logits_of(network, levels[:, :, :0]).shape == (0,)


def test_a_folder_that_holds_something_else_is_refused(tmp_path: Path) -> None:
    save_file({"x": torch.zeros(1)}, tmp_path / "model.safetensors")
    with pytest.raises(
        BadDataError, match=r"must hold a voice detector, model.safetensors and its config.json"
    ):
        load_detector(find_weights(str(tmp_path)))
    (tmp_path / "config.json").write_text(json.dumps({"config": {"width": 8}}))
    with pytest.raises(BadDataError, match="Missing key"):
        load_detector(find_weights(str(tmp_path)))


def test_the_shipped_weights_are_small() -> None:
    assert detector_weights().size_bytes <= 300_000


@pytest.fixture(scope="module")
def activity() -> Activity:
    return Activity()


def heard(samples: np.ndarray, rate_hz: int, vocals: np.ndarray | None = None) -> Heard:
    found = absent("nobody asked") if vocals is None else Finding(vocals, "toy")
    return Heard(samples=samples, rate_hz=rate_hz, findings={"material.vocals": found})


def clicks(seconds: float, rate_hz: int) -> np.ndarray:
    samples = np.zeros((1, round(seconds * rate_hz)), np.float32)
    samples[:, :: rate_hz // 2] = 0.9
    return samples


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((2, 44_100), np.float32),
        noise(0.1, 44_100),
        noise(5.0, 44_100),
        clicks(5.0, 44_100),
    ],
    ids=["silence", "a tenth of a second", "noise", "clicks"],
)
def test_what_is_no_voice(activity: Activity, samples: np.ndarray) -> None:
    found = activity.extract(heard(samples, 44_100))
    assert found["has_vocals"].value is False
    assert found["fact.voice_activity"].value == []


@pytest.mark.parametrize("pitch_hz", [110, 440, 1000])
@pytest.mark.parametrize("partials", [1, 7])
def test_a_tone_that_stands_still_is_never_called_a_voice(
    activity: Activity, pitch_hz: int, partials: int
) -> None:
    time_s = np.arange(3 * 16_000) / 16_000
    tone = sum(0.2 / k * np.sin(2 * np.pi * pitch_hz * k * time_s) for k in range(1, partials + 1))
    found = activity.extract(heard(np.asarray(tone, dtype=np.float32)[None], 16_000))
    assert found["has_vocals"].value is not True
    assert not found["fact.voice_activity"].value


def test_speech_alone_beside_silence_and_as_separated_vocals(activity: Activity, shared_audio: Path) -> None:
    speech, info = read_audio(shared_audio / "voices" / "libri_198.ogg")
    silence = np.zeros((1, 4 * info.rate_hz), np.float32)
    padded = np.concatenate([silence, speech[:, : 6 * info.rate_hz], silence], axis=1)
    mix = padded + noise(14.0, info.rate_hz, 1)
    for sound, vocals in ((padded, None), (mix, padded)):
        found = activity.extract(heard(sound, info.rate_hz, vocals))
        assert found["has_vocals"].value is True
        spans = found["fact.voice_activity"].value
        assert spans[0][0] > 3.5 and spans[-1][1] < 10.5
        assert sum(end_s - start_s for start_s, end_s in spans) > 4.5


@pytest.mark.parametrize(
    ("name", "sung"),
    [("lets_go_fishin_vocal.ogg", (43.0, 50.0)), ("flags.ogg", None), ("vibe_ace.ogg", None)],
)
def test_songs(activity: Activity, shared_audio: Path, name: str, sung: tuple[float, float] | None) -> None:
    samples, info = read_audio(shared_audio / "songs" / name)
    found = activity.extract(heard(samples[:, : 60 * info.rate_hz], info.rate_hz))
    assert found["has_vocals"].value is (sung is not None)
    if sung:
        spans = found["fact.voice_activity"].value
        inside = sum(max(min(end_s, sung[1]) - max(start_s, sung[0]), 0.0) for start_s, end_s in spans)
        assert inside > 0.8 * (sung[1] - sung[0])
