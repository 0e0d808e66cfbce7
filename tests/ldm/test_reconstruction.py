"""There and back through small models with random weights: what holds whatever they learned."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.ldm.bundles import VAE_CONFIG, write_bundle

from muze_ldm import reconstruction
from muze_ldm.reconstruction import (
    GriffinLimReconstructor,
    VaeReconstructor,
    VocoderReconstructor,
    mel_columns,
)
from muzecli.audio.mel import log_mel
from muzecli.errors import BadDataError, InputMissingError
from muzecli.plugin import Reconstructor, reconstructors
from muzecli.training.stored import MODEL_FILE

ALL = (VaeReconstructor, VocoderReconstructor, GriffinLimReconstructor)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_bundle(tmp_path_factory.mktemp("recon") / "bundle")


def noise(channels: int, count: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(0).standard_normal((channels, count))).astype(np.float32)


def test_all_three_are_registered_and_keep_the_protocol() -> None:
    for name, kind in (("vae", ALL[0]), ("vocoder", ALL[1]), ("griffin-lim", ALL[2])):
        found = reconstructors.get(name)
        assert isinstance(found, kind) and isinstance(found, Reconstructor) and found.name == name


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize(
    ("channels", "rate_hz", "frames"), [(2, 44_100, 22_051), (1, 8000, 401), (3, 32_000, 1)]
)
def test_what_comes_back_is_as_long_mono_and_at_the_models_rate(
    kind: type, channels: int, rate_hz: int, frames: int, bundle: Path
) -> None:
    made, made_hz = kind().reconstruct(noise(channels, frames), rate_hz, model=str(bundle), device="cpu")
    assert made_hz == 32_000 == kind().identity(str(bundle))["rate_hz"]
    assert made.shape == (1, round(frames * 32_000 / rate_hz))
    assert made.dtype == np.float32 and np.isfinite(made).all()


def test_griffin_lim_begins_where_the_input_begins() -> None:
    sound = np.zeros((1, 16_000), np.float32)
    sound[0, 8000:] = np.sin(np.arange(8000) / 5)
    made, _ = GriffinLimReconstructor().reconstruct(sound, 32_000, model=None, device="cpu")
    assert np.abs(made[0, :7000]).max() < 0.05 < np.abs(made[0, 9000:]).mean()


def test_columns_in_pieces_are_those_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    mono, spec = noise(1, 32_123)[0], VAE_CONFIG.mel
    columns = -(-len(mono) // spec.hop_samples)
    monkeypatch.setattr(reconstruction, "_PIECE_COLUMNS", 7)
    whole = log_mel(np.pad(mono, (0, spec.hop_samples))[None], spec)[0, :, :columns]
    assert mel_columns(mono, spec) == pytest.approx(whole.numpy(), abs=1e-4)


def test_identity_names_what_decides_the_result(bundle: Path) -> None:
    vae = VaeReconstructor().identity(str(bundle))
    assert len(vae["sha256"]) == 64 and vae["sound"]["by"] == "vocoder" and vae["remarks"] == []
    assert VaeReconstructor().identity(str(bundle / "vae"))["sha256"] == vae["sha256"]
    assert VocoderReconstructor().identity(str(bundle))["sha256"] == vae["sound"]["sha256"]
    griffin_lim = GriffinLimReconstructor().identity(str(bundle / "vocoder"))
    assert griffin_lim["sha256"] is None and griffin_lim["mel"]["hop_samples"] == VAE_CONFIG.hop_samples
    assert griffin_lim["iterations"] == 32


def test_an_autoencoder_without_a_vocoder_says_what_makes_the_sound(bundle: Path, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    shutil.copytree(bundle / "vae", alone)
    found = VaeReconstructor().identity(str(alone))
    assert "an autoencoder alone; the vocoder that ships" in found["remarks"][0]
    shutil.copytree(bundle, tmp_path / "two", ignore=shutil.ignore_patterns("vocoder"))
    found = VaeReconstructor().identity(str(tmp_path / "two" / "vae"))
    assert len(found["remarks"]) == 1


@pytest.mark.parametrize(
    ("kind", "part", "message"),
    [
        (VaeReconstructor, "vocoder", "must be a vae model, and it is a vocoder model"),
        (VocoderReconstructor, "vae", "must be a vocoder model, and it is a vae model"),
        (GriffinLimReconstructor, "ldm", "must be a vae model, and it is a ldm model"),
    ],
)
def test_another_kind_of_model_is_named(kind: type, part: str, message: str, bundle: Path) -> None:
    with pytest.raises(BadDataError, match=message):
        kind().identity(str(bundle / part))


@pytest.mark.parametrize("kind", ALL)
def test_a_folder_that_is_not_there_is_refused(kind: type, tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match="there is no folder"):
        kind().identity(str(tmp_path / "nowhere"))


def test_damaged_weights_are_refused_before_they_are_read(bundle: Path, tmp_path: Path) -> None:
    shutil.copytree(bundle, tmp_path / "cut")
    weights = tmp_path / "cut" / "vae" / MODEL_FILE
    weights.write_bytes(weights.read_bytes()[:1000])
    with pytest.raises(BadDataError, match="is damaged"):
        VaeReconstructor().identity(str(tmp_path / "cut"))


def test_identities_load_no_torch() -> None:
    code = (
        "import sys\nfrom muzecli.plugin import reconstructors\n"
        "for name in reconstructors.names(): reconstructors.get(name).identity(None)\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_it_is_the_network_and_not_chance(bundle: Path) -> None:
    """The same input gives the same bytes, another one others."""
    torch.manual_seed(1)
    first, _ = VaeReconstructor().reconstruct(noise(1, 16_000), 32_000, model=str(bundle), device="cpu")
    torch.manual_seed(2)
    again, _ = VaeReconstructor().reconstruct(noise(1, 16_000), 32_000, model=str(bundle), device="cpu")
    other, _ = VaeReconstructor().reconstruct(0.1 * noise(1, 16_000), 32_000, model=str(bundle), device="cpu")
    assert np.array_equal(first, again) and not np.array_equal(first, other)
