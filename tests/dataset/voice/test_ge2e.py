"""Resemblyzer's encoder: its spectrogram against librosa's, its windows, its file, and voices told apart."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch

from muze_dataset.hearing.voice.ge2e import WIDTH, SpeakerEncoder, load_speaker_encoder
from muze_dataset.hearing.voice.packaged import GET_RESEMBLYZER, find_resemblyzer
from muze_dataset.hearing.voice.utterances import (
    MOST_WINDOWS,
    RATE_HZ,
    WINDOW_FRAMES,
    levelled,
    mel_powers,
    utterance_vector,
    window_starts,
)
from muzecli.errors import BadDataError, UnavailableError


def noise(seconds: float, level: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(0)
    return (level * rng.standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


def test_the_spectrogram_is_librosas() -> None:
    librosa = pytest.importorskip("librosa")
    samples = noise(1.0)
    expected = librosa.feature.melspectrogram(y=samples, sr=RATE_HZ, n_fft=400, hop_length=160, n_mels=40).T
    np.testing.assert_allclose(mel_powers(samples), expected, rtol=1e-4)


def test_past_the_end_the_spectrogram_is_that_of_silence() -> None:
    mels = mel_powers(noise(0.5), at_least=WINDOW_FRAMES)
    assert mels.shape == (WINDOW_FRAMES, 40)
    assert not mels[53:].any() and mels[:50].any()


def test_quiet_voices_are_raised_and_loud_ones_left() -> None:
    quiet, loud = levelled(noise(1.0, 0.001)), noise(1.0, 0.2)
    assert 10 * np.log10(np.mean(quiet**2)) == pytest.approx(-30, abs=0.01)
    assert levelled(loud) is not loud and np.array_equal(levelled(loud), loud)
    assert not levelled(np.zeros(100, np.float32)).any()


@pytest.mark.parametrize(
    ("seconds", "windows"),
    [(0.3, 1), (1.6, 1), (1.9, 1), (2.3, 2), (5.0, 5)],  # the last window needs three quarters
)
def test_windows_cover_the_voice(seconds: float, windows: int) -> None:
    starts = window_starts(round(seconds * RATE_HZ))
    assert starts == [77 * i for i in range(windows)]


def test_long_voices_are_sampled_all_over() -> None:
    seen: list[int] = []

    def embed(windows: np.ndarray) -> np.ndarray:
        seen.append(len(windows))
        return np.ones((len(windows), 4), np.float32)

    vector = utterance_vector(noise(150.0), embed)
    assert seen == [MOST_WINDOWS]
    assert vector == pytest.approx([0.5] * 4)


def test_little_voice_or_silence_gives_no_vector() -> None:
    def never(windows: np.ndarray) -> np.ndarray:
        raise AssertionError("nothing to embed")

    assert utterance_vector(noise(0.9), never) is None
    assert utterance_vector(np.zeros(5 * RATE_HZ, np.float32), never) is None


def checkpoint(path: Path) -> Path:
    """A checkpoint as the package has it, with random weights."""
    torch.manual_seed(0)
    state = SpeakerEncoder().state_dict()
    extra = {"similarity_weight": torch.ones(1), "similarity_bias": torch.ones(1)}
    torch.save({"step": 1, "model_state": {**state, **extra}}, path)
    return path


def test_vectors_have_length_one_and_no_negative_component(tmp_path: Path) -> None:
    encoder = load_speaker_encoder(checkpoint(tmp_path / "pretrained.pt"))
    vectors = encoder(torch.rand(3, WINDOW_FRAMES, 40))
    assert vectors.shape == (3, WIDTH)
    assert (vectors >= 0).all()
    np.testing.assert_allclose(vectors.norm(dim=1).numpy(), 1.0, rtol=1e-5)


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "pretrained.pt"
    path.write_bytes(b"nothing of the sort")
    with pytest.raises(BadDataError, match=r"pretrained.pt must be Resemblyzer's checkpoint"):
        load_speaker_encoder(path)
    torch.save({"model_state": {"linear.weight": torch.zeros(2, 2)}}, path)
    with pytest.raises(BadDataError, match=r"Missing key|Error\(s\) in loading"):
        load_speaker_encoder(path)


def test_code_in_a_checkpoint_is_not_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "ran",))

    path = tmp_path / "pretrained.pt"
    path.write_bytes(pickle.dumps({"model_state": Evil()}, protocol=2))
    with pytest.raises(BadDataError):
        load_speaker_encoder(path)
    assert not (tmp_path / "ran").exists()


def test_the_packages_file_is_checked_by_its_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "resemblyzer"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(UnavailableError, match="not installed") as caught:
        find_resemblyzer()
    assert caught.value.hint == GET_RESEMBLYZER
    checkpoint(package / "pretrained.pt")
    with pytest.raises(BadDataError, match="SHA-256 must be 39373b86"):
        find_resemblyzer()


def test_one_speaker_is_nearer_to_himself_than_to_others(shared_audio: Path) -> None:
    """Two halves of each recording: every half's nearest neighbour is the other half."""
    from muzecli.audio.reader import read_audio
    from muzecli.audio.resample import resample

    try:
        encoder = load_speaker_encoder(find_resemblyzer())
    except UnavailableError as error:
        pytest.skip(error.line)

    def embed(windows: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return encoder(torch.from_numpy(windows)).numpy()

    vectors = []
    for name in (
        "libri_198.ogg",
        "libri_3436.ogg",
        "speech-female.wav",
        "speech-male.wav",
        "singing-female.wav",
    ):
        samples, info = read_audio(shared_audio / "voices" / name)
        voice = resample(samples.mean(axis=0, keepdims=True), info.rate_hz, RATE_HZ)[0]
        vectors += [utterance_vector(half, embed) for half in np.array_split(voice, 2)]
    likeness = np.array(vectors) @ np.array(vectors).T
    np.fill_diagonal(likeness, -1)
    assert list(likeness.argmax(axis=1)) == [i ^ 1 for i in range(len(vectors))]
