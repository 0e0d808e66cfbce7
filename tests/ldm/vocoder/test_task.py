"""The task: crops of recordings, a loss that falls, an adversary that takes part when it is told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from tests.ldm.vocoder.tones import SMALL, Tones

from muze_ldm.vae.config import VaeConfig
from muze_ldm.vae.network import AudioVAE
from muze_ldm.vocoder.data import Crops, mel_of_crop
from muze_ldm.vocoder.frontend import FrontEnd
from muze_ldm.vocoder.measure import compare, excerpts
from muze_ldm.vocoder.network import IstftVocoder
from muze_ldm.vocoder.task import VocoderTask
from muzecli.audio.mel import log_mel
from muzecli.training.task import AdversarialTask, SamplingTask

GENERATOR = torch.Generator()


def vae() -> AudioVAE:
    torch.manual_seed(0)
    config = VaeConfig(
        latent_dim=4,
        channels=(16, 16),
        encoder_blocks=1,
        decoder_blocks=1,
        middle_blocks=0,
        middle_attention=False,
        fold_mels=True,
        fold_columns=2,
        rate_hz=8000,
        n_fft=256,
        hop_samples=80,
        n_mels=24,
        window_columns=32,
    )
    return AudioVAE(config).eval().requires_grad_(False)


def test_crops_lie_on_a_grid_in_the_right_recordings() -> None:
    task = VocoderTask(SMALL, Tones(), seed=0)
    assert (
        len(task) == 24
    )  # a hundred columns: starts 0, 8, … 80, and the last one at 84, in either recording
    assert task.item_id(0) == "tone 0 at 0.00 s"
    assert task.item_id(1) == "tone 0 at 0.08 s"
    assert {task.item_id(i).split(" at ")[0] for i in range(len(task))} == {"tone 0", "tone 1"}


def test_a_crop_is_fed_the_columns_of_the_whole_recording() -> None:
    audio, front_end = Tones(), FrontEnd(SMALL.mel)
    crops = Crops(audio, SMALL)
    windows = crops.windows("train", step_columns=8)[:4]
    samples = crops.read(windows)
    fed = mel_of_crop(samples, front_end, None, columns=16, around=0)
    whole = log_mel(audio.audio(0)[None], SMALL.mel)[0]
    for row, inner, window in zip(fed, crops.inner(samples), windows, strict=True):
        torch.testing.assert_close(row, whole[:, window.start : window.start + 16], atol=1e-3, rtol=0)
        assert np.array_equal(inner.numpy(), audio.audio(0, window.start * 80, (window.start + 16) * 80))


def test_a_recording_shorter_than_a_crop_ends_in_silence() -> None:
    class Short(Tones):
        def samples(self, index: int) -> int:
            return 500

        def audio(self, index: int, start: int = 0, end: int | None = None) -> np.ndarray:
            return super().audio(index)[:500][start:end]

    crops = Crops(Short(), SMALL)
    (window,) = crops.windows("valid", step_columns=16)
    inner = crops.inner(crops.read([window]))
    assert inner.shape == (1, 1280) and bool((inner[0, 500:] == 0).all()) and bool(inner[0, :500].any())


def test_the_loss_falls() -> None:
    task = VocoderTask(SMALL, Tones(), seed=0)
    optimizer = torch.optim.AdamW(task.model.parameters(), lr=3e-3)
    losses = []
    for step in range(40):
        values = task.loss(task.model, task.batch([step % 20, (step + 7) % 20]), GENERATOR)
        optimizer.zero_grad()
        torch.autograd.backward(values["loss"])
        optimizer.step()
        losses.append(float(values["loss"].detach()))
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    assert set(values) == {"loss", "mel", "convergence", "magnitude", "aim"}


def test_the_adversary_takes_part_when_it_has_begun() -> None:
    task = VocoderTask(SMALL, Tones(), seed=0)
    assert isinstance(task, AdversarialTask) and isinstance(task, SamplingTask)
    batch = task.batch([0, 1])
    before = float(task.loss(task.model, batch, GENERATOR)["loss"].detach())
    task.judged = True
    values = task.loss(task.model, batch, GENERATOR)
    parts = float(values["fooled"]) + float(values["features"])
    assert float(values["loss"].detach()) == pytest.approx(before + parts, rel=1e-4)
    torch.autograd.backward(values["loss"])
    task.adversary.zero_grad()
    trained = [w.grad.clone() for w in task.model.parameters() if w.grad is not None]
    judged = task.adversary_loss(task.model, task.adversary, batch, GENERATOR)
    torch.autograd.backward(judged["loss"])
    assert all(w.grad is not None for w in task.adversary.parameters())
    after = [w.grad for w in task.model.parameters() if w.grad is not None]
    assert all(torch.equal(a, b) for a, b in zip(trained, after, strict=True))  # nothing reaches the vocoder


def test_one_seed_one_network() -> None:
    def weights(seed: int) -> torch.Tensor:
        torch.manual_seed(123)
        return VocoderTask(SMALL, Tones(), seed=seed).model.head.weight

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


def test_validation_is_of_recordings_held_out() -> None:
    task = VocoderTask(SMALL, Tones(), seed=0)
    with torch.no_grad():
        found = task.validate(task.model.eval(), lambda batch: batch)
    assert found["loss"] == pytest.approx(found["mel"] + found["convergence"] + found["magnitude"], rel=1e-5)


def test_an_autoencoder_comes_between(tmp_path: Path) -> None:
    through = vae()
    task = VocoderTask(SMALL, Tones(), seed=0, vae=through)
    batch = task.batch([2])
    around = task.crops.around
    assert (SMALL.crop_columns + 2 * around) % through.config.time_stride == 0
    front_end = FrontEnd(SMALL.mel)
    fed = mel_of_crop(batch, front_end, through, columns=16, around=around)
    plain = mel_of_crop(batch, front_end, None, columns=16 + 2 * around, around=0)
    wanted = through.decode(through.encode(plain[:, None]).mean)[0, 0, :, around : around + 16]
    torch.testing.assert_close(fed[0], wanted)
    assert task.loss(task.model, batch, GENERATOR)["loss"].isfinite()
    with torch.no_grad():
        task.samples(task.model, tmp_path, 0)
    samples, rate_hz = soundfile.read(tmp_path / "1.wav")
    assert rate_hz == 8000 and len(samples) == 8000


def test_an_odd_crop_does_not_fit_an_autoencoder() -> None:
    with pytest.raises(ValueError, match="crop_columns must be even where the autoencoder's stride is 4"):
        VocoderTask(replace(SMALL, crop_columns=17), Tones(), seed=0, vae=vae())


def test_griffin_lim_is_measured_on_the_same_recordings() -> None:
    torch.manual_seed(0)
    chosen = excerpts(Tones(("train", "test", "valid", "test")), SMALL.mel, None)
    assert [excerpt.id for excerpt in chosen] == ["tone 1", "tone 3"]
    found = compare(IstftVocoder(SMALL).eval(), chosen)
    assert found["griffin_lim"]["log_mel_l1"] < found["vocoder"]["log_mel_l1"]  # which has learned nothing
    for figures in found.values():
        assert figures["stft_distance"] == pytest.approx(
            figures["spectral_convergence"] + figures["log_magnitude_l1"]
        )
