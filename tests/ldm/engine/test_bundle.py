"""Models that are found, that are not, and that do not belong together."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.ldm.bundles import network_config, write_bundle
from tests.ldm.engine.songs import PLAN

from muze_ldm import places
from muze_ldm.backbone import stored_config
from muze_ldm.bundle import find_bundle, load_bundle
from muze_ldm.engine import wishes
from muze_ldm.engine.engine import LdmEngine
from muze_ldm.vocoder.griffin_lim import GriffinLimVocoder
from muzecli.errors import BadDataError, InputMissingError, UnavailableError
from muzecli.plugin import Engine
from muzecli.text import load_text_encoder
from muzecli.training.stored import read_model, write_model


@pytest.fixture
def copy(bundle: Path, tmp_path: Path) -> Path:
    """A bundle that a test may break."""
    return Path(shutil.copytree(bundle, tmp_path / "copy"))


def edit(folder: Path, change: Any) -> None:
    path = folder / "config.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def test_a_folder_is_found_loaded_once_and_named_in_the_sidecar(bundle: Path) -> None:
    files = find_bundle(str(bundle))
    assert [item["name"] for item in files.weights] == ["vae", "vocoder", "ldm"]
    assert all(len(item["sha256"]) == 64 for item in files.weights) and files.remarks == ()
    first, again = (load_bundle(find_bundle(str(bundle)), device="cpu") for _ in range(2))
    assert first.network is again.network and first.vae is again.vae and first.vocoder is again.vocoder
    assert not first.network.training  # type: ignore[attr-defined]


def test_names_are_looked_for_among_the_weights_of_this_machine(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setattr(places, "user_cache_dir", lambda: cache)
    monkeypatch.setattr("muzecli.weights.user_cache_dir", lambda: cache)
    monkeypatch.setattr(places, "weights_dir", lambda: None)
    monkeypatch.setattr("muzecli.resources.weights_dir", lambda: None)
    shutil.copytree(bundle, cache / "weights" / "mine")
    assert find_bundle("mine").ldm.folder == cache / "weights" / "mine" / "ldm"
    assert places.bundle_names() == ("mine",)
    with pytest.raises(UnavailableError, match="no models named 'tiny' on this machine") as caught:
        find_bundle("tiny")
    assert (caught.value.hint or "").startswith("known: mine; --model takes a folder too")
    shutil.rmtree(cache / "weights" / "mine" / "vae")
    with pytest.raises(UnavailableError, match="the weights of mine/vae are not on this machine") as caught:
        find_bundle("mine")
    assert "muze train vae" in (caught.value.hint or "")


def test_a_folder_of_the_same_name_does_not_hide_a_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tiny").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find_bundle("tiny").ldm.folder.parent.parent != tmp_path
    with pytest.raises(InputMissingError, match="a folder of models must hold"):
        find_bundle("./tiny")


def test_single_models_can_be_replaced(bundle: Path, copy: Path, tmp_path: Path) -> None:
    shutil.rmtree(copy / "vocoder")
    assert find_bundle(str(copy)).vocoder is None
    assert "Griffin-Lim makes the sound" in find_bundle(str(copy)).remarks[0]
    assert isinstance(load_bundle(find_bundle(str(copy)), device="cpu").vocoder, GriffinLimVocoder)
    (copy / "vocoder").mkdir()
    with pytest.raises(InputMissingError, match=r"the folder of the vocoder must hold config\.json"):
        find_bundle(str(copy))  # one that is broken is not one that is missing
    taken = find_bundle(str(copy), vocoder=str(bundle / "vocoder"))
    assert taken.vocoder is not None and taken.vocoder[0] == bundle / "vocoder"
    without = find_bundle(str(bundle), vocoder="griffin-lim")
    assert without.vocoder is None and without.remarks == ()  # it was asked for
    with pytest.raises(InputMissingError, match=r"there is no folder .*nowhere of the vocoder"):
        find_bundle(str(bundle), vocoder=str(tmp_path / "nowhere"))


def test_missing_folders(bundle: Path, copy: Path, tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"there is no folder .*nowhere of models"):
        find_bundle(str(tmp_path / "nowhere"))
    shutil.rmtree(copy / "ldm")
    with pytest.raises(InputMissingError, match=r"a folder of models must hold ldm/, and .*copy does not"):
        find_bundle(str(copy))
    run = tmp_path / "run"
    shutil.copytree(bundle / "ldm", run / "checkpoints" / "step-00000010")
    with pytest.raises(InputMissingError, match=r"the folder of the ldm must hold config.json") as caught:
        find_bundle(str(bundle), ldm=str(run))
    assert "its last checkpoint is" in (caught.value.hint or "") and "step-00000010" in (
        caught.value.hint or ""
    )


def test_a_whole_bundle_in_place_of_one_model_says_which_folder_is_meant(bundle: Path) -> None:
    with pytest.raises(InputMissingError, match=r"the folder of the vae must hold config\.json") as caught:
        find_bundle(str(bundle), vae=str(bundle))
    assert caught.value.hint == f"name the folder {bundle / 'vae'}"


def test_latents_of_another_autoencoder_are_refused(bundle: Path, tmp_path: Path) -> None:
    other = write_bundle(tmp_path / "other", text_width=16, seed=1)
    with pytest.raises(BadDataError, match="was trained on latents of another autoencoder") as caught:
        find_bundle(str(bundle), vae=str(other / "vae"))
    assert "--vae-checkpoint" in (caught.value.hint or "")


def test_another_kind_and_a_newer_schema_are_refused(bundle: Path, copy: Path) -> None:
    with pytest.raises(BadDataError, match="this must be a ldm model, and it is a vae model"):
        find_bundle(str(bundle), ldm=str(bundle / "vae"))
    with pytest.raises(BadDataError, match="this must be a vocoder model, and it is a ldm model"):
        find_bundle(str(bundle), vocoder=str(bundle / "ldm"))
    edit(copy / "ldm", lambda document: document.update(schema="muze.model/9"))
    with pytest.raises(BadDataError, match=r"the schema must be muze\.model/1"):
        find_bundle(str(copy))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("latents"), "must be whole, and 'latents' is missing"),
        (lambda c: c["latents"].pop("window_frames"), "'window_frames' is missing"),
        (lambda c: c["network"].update(backbone="diffuser"), "backbone must be one of unet, transformer"),
        (lambda c: c["network"].update(wings=2), "wings"),
        (lambda c: c.update(objective="guess"), "objective must be one of"),
        (lambda c: c["latents"].update(rate_hz=50.0), "must have the channels, height and rate of those of"),
        (lambda c: c.update(latents=[]), r"'latents' must be a mapping, and it is \[\]"),
        (lambda c: c.update(network=[1]), "'network' must be a mapping"),
        (lambda c: c["latents"].update(rate_hz="fast"), "'rate_hz' must be a number, and it is 'fast'"),
        (lambda c: c["latents"].update(window_frames=2.5), "'window_frames' must be a whole number"),
        (lambda c: c["latents"].update(window_frames=0), "window_frames must be at least 1"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(copy: Path, change: Any, message: str) -> None:
    edit(copy / "ldm", lambda document: change(document["config"]))
    with pytest.raises(BadDataError, match=message):
        find_bundle(str(copy))


def test_weights_of_another_architecture_are_refused(copy: Path) -> None:
    def other(document: dict[str, Any]) -> None:
        document["config"]["network"] = stored_config(network_config("unet", text_width=16))

    edit(copy / "ldm", other)
    with pytest.raises(BadDataError, match="do not fit the ldm that its configuration describes"):
        load_bundle(find_bundle(str(copy)), device="cpu")


@pytest.mark.parametrize("part", ["vae", "vocoder", "ldm"])
def test_damage_is_told_before_sampling(copy: Path, part: str) -> None:
    weights = copy / part / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-5] ^= 1
    weights.write_bytes(content)
    told: list[float] = []
    with pytest.raises(BadDataError, match="is damaged or belongs to another configuration"):
        LdmEngine().render(PLAN, seed=1, device="cpu", options={"model": str(copy)}, on_progress=told.append)
    assert told == [0.0]


def test_a_vocoder_of_another_analysis_is_refused(copy: Path) -> None:
    edit(copy / "vocoder", lambda document: document["config"].update(high_hz=12_000.0))
    with pytest.raises(BadDataError, match="must be of the mel analysis of the autoencoder"):
        find_bundle(str(copy))


@pytest.mark.parametrize("part", ["vae", "vocoder", "ldm"])
def test_weights_that_are_cut_short_or_gone_are_told_before_anything_is_loaded(copy: Path, part: str) -> None:
    weights = copy / part / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-5])
    with pytest.raises(BadDataError, match=rf"{part}/model\.safetensors is damaged"):
        LdmEngine().check({"model": str(copy)})
    weights.unlink()
    with pytest.raises(InputMissingError, match=rf"must hold model\.safetensors, and .*{part} does not"):
        LdmEngine().check({"model": str(copy)})


@pytest.mark.parametrize("part", ["vae", "vocoder", "ldm"])
def test_weights_that_are_no_numbers_are_bad_data(copy: Path, part: str) -> None:
    stored = read_model(copy / part, kind=part)
    tensors = stored.tensors()
    name = next(name for name, weights in tensors.items() if weights.is_floating_point())
    tensors[name].view(-1)[0] = float("nan")
    sha256 = write_model(copy / part, tensors, kind=part, config=stored.config, overwrite=True).sha256
    if part == "vae":
        edit(copy / "ldm", lambda document: document["config"]["latents"].update(vae_sha256=sha256))
    with pytest.raises(BadDataError, match=f"weights must be finite, and '{name}' holds NaN or infinity"):
        load_bundle(find_bundle(str(copy)), device="cpu")


def test_a_text_encoder_that_nobody_knows_is_the_files_fault(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "_encoder", load_text_encoder)
    edit(copy / "ldm", lambda document: document["config"].update(text_encoder="abacus"))
    with pytest.raises(
        BadDataError, match=r"ldm/config\.json: text_encoder must be one that .* it is 'abacus'"
    ):
        LdmEngine().render(
            PLAN, seed=1, device="cpu", options={"model": str(copy)}, on_progress=lambda share: None
        )


def test_a_check_loads_no_torch(bundle: Path) -> None:
    code = (
        "import sys\n"
        "from muze_ldm.engine.engine import LdmEngine\n"
        "LdmEngine().check({'model': sys.argv[1], 'sampler': 'ddim', 'eta': 0.5})\n"
        "assert 'torch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code, str(bundle)], check=True)


def test_it_is_an_engine() -> None:
    assert isinstance(LdmEngine(), Engine)
    assert LdmEngine.name == "ldm" and LdmEngine.reworks and LdmEngine.summary
