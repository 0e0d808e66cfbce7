"""Vectors by content: found again, never wrong, safe under two processes."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.evaluate.music import Counting, folder_of

from muze_evaluate import cache as module
from muze_evaluate.cache import Space, Stored, check_cache, default_cache, space_of
from muze_evaluate.embedding.embedder import Item
from muze_evaluate.embedding.items import embed_files
from muzecli.console import Console
from muzecli.errors import UsageError

QUIET = Console(verbosity=-1)
SHA256 = "0f" * 32
STORED = Stored(np.arange(6, dtype=np.float32).reshape(2, 3), 1.5, False)


def space(folder: Path, console: Console = QUIET, **decides: object) -> Space:
    return Space(folder, "toy", decides, width=3, console=console)


def embedded(folder: Path, cache: Path, embedder: Counting | None = None) -> tuple[int, dict[str, bytes]]:
    """How many windows a set had to be embedded for, and the vectors of each item."""
    embedder = embedder or Counting()
    items = [Item(path.name, path) for path in folder.iterdir()]
    found, failed = embed_files(
        items, embedder, cache=space_of(embedder, cache, console=QUIET), console=QUIET
    )
    assert failed == []
    return embedder.seen, {item.id: item.vectors.tobytes() for item in found}


def test_what_is_kept_is_found_again_to_the_bit(tmp_path: Path) -> None:
    space(tmp_path).put(SHA256, STORED)
    found = space(tmp_path).get(SHA256)
    assert found is not None
    assert found.vectors.dtype == np.float32
    assert np.array_equal(found.vectors, STORED.vectors)
    assert (found.seconds, found.silent) == (1.5, False)
    assert space(tmp_path).get("ab" * 32) is None


def test_whatever_decides_the_vectors_has_a_space_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spaces = {space_of(Counting(), tmp_path, console=QUIET).folder}
    spaces.add(space_of(Counting(version=2), tmp_path, console=QUIET).folder)
    on_gpu = Counting()
    on_gpu.device = "cuda"
    spaces.add(space_of(on_gpu, tmp_path, console=QUIET).folder)
    with_torch = Counting()
    with_torch.packages = ("numpy",)
    spaces.add(space_of(with_torch, tmp_path, console=QUIET).folder)
    for package in ("soundfile", "libsndfile", "soxr"):
        with monkeypatch.context() as changed:
            versions = {**module.audio_versions(), package: "other"}
            changed.setattr(module, "audio_versions", lambda *_, v=versions: v)
            spaces.add(space_of(Counting(), tmp_path, console=QUIET).folder)
    with monkeypatch.context() as changed:
        changed.setattr(module, "FORMAT", 2)
        spaces.add(space_of(Counting(), tmp_path, console=QUIET).folder)
    assert len(spaces) == 8
    assert space_of(Counting(), tmp_path, console=QUIET).folder in spaces


def test_a_renamed_file_is_found_and_one_byte_makes_one_file_be_embedded_again(tmp_path: Path) -> None:
    folder, cache = folder_of(tmp_path / "set", range(4)), tmp_path / "cache"
    seen, first = embedded(folder, cache)
    assert seen == 8
    (folder / "0.wav").rename(folder / "0.mp3")
    seen, renamed = embedded(folder, cache)
    assert seen == 0
    assert renamed["0.mp3"] == first["0.wav"]

    content = bytearray((folder / "3.wav").read_bytes())
    content[-1] ^= 1
    (folder / "3.wav").write_bytes(content)
    seen, changed = embedded(folder, cache)
    assert seen == 2
    assert changed["3.wav"] != first["3.wav"]
    assert all(changed[name] == first[name] for name in ("1.wav", "2.wav"))


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(np.float32(5).tobytes(), np.float32(7).tobytes()),
        lambda content: b"no archive",
        lambda content: _npz(vectors=np.zeros((2, 4), np.float32), seconds=1.0, silent=False),
        lambda content: _npz(vectors=np.full((2, 3), np.nan, np.float32), seconds=1.0, silent=False),
        lambda content: _npz(vectors=np.zeros((2, 3)), seconds=1.0, silent=False),
        lambda content: _npz(vectors=np.zeros((2, 3), np.float32)),
        lambda content: _npz(vectors=np.array([[{}]], object), seconds=1.0, silent=False),
    ],
    ids=["empty", "cut", "a flipped number", "garbage", "width", "nan", "float64", "lacking", "pickle"],
)
def test_damage_is_told_and_mended(tmp_path: Path, damage, capsys: pytest.CaptureFixture[str]) -> None:
    here = space(tmp_path, Console())
    here.put(SHA256, STORED)
    path = here.path(SHA256)
    before = path.read_bytes()
    path.write_bytes(damage(before))
    assert path.read_bytes() != before
    assert here.get(SHA256) is None
    told = capsys.readouterr().err
    assert "is damaged and made again" in told
    assert "pickle" not in told
    here.put(SHA256, STORED)
    assert path.read_bytes() == before
    assert here.get(SHA256) is not None


def _npz(**arrays: object) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def test_a_folder_that_cannot_be_written_is_told_once_and_costs_nothing_else(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    here = space(tmp_path / "file", Console())
    here.put(SHA256, STORED)
    here.put("ab" * 32, STORED)
    warned = capsys.readouterr().err
    assert warned.count(f"cannot be kept in {tmp_path}") == 1


def test_the_usual_place_is_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MUZE_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "muze" / "embeddings"


WORK = """
import sys
from pathlib import Path
from muze_evaluate.cache import space_of
from muze_evaluate.embedding.embedder import Item
from muze_evaluate.embedding.items import embed_files
from muzecli.console import Console
from tests.evaluate.music import Counting

folder, cache = map(Path, sys.argv[1:])
items = [Item(path.name, path) for path in folder.iterdir()]
quiet = Console(verbosity=-1)
print("ready", flush=True)
sys.stdin.readline()
for _ in range(5):
    embedder = Counting()
    found, failed = embed_files(items, embedder, cache=space_of(embedder, cache, console=Console()), console=quiet)
    assert not failed
    print(sum(float(item.vectors.sum()) for item in found), flush=True)
    for entry in cache.rglob("*.npz"):
        entry.unlink(missing_ok=True)  # so that both go on writing
"""


def test_two_processes_may_use_one_cache_at_once(tmp_path: Path) -> None:
    folder, cache = folder_of(tmp_path / "set", range(8), seconds=0.5), tmp_path / "cache"
    command = [sys.executable, "-c", WORK, str(folder), str(cache)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, cwd=Path.cwd(), **pipes) for _ in range(2)]
    for process in both:
        assert process.stdout.readline() == "ready\n"
    for process in both:
        process.stdin.write("go\n")
        process.stdin.flush()
    told = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], told
    assert [err for _, err in told] == ["", ""]  # neither met a damaged entry
    assert len({line for out, _ in told for line in out.split()}) == 1
    assert not list(cache.rglob("*.part"))


def test_a_file_is_no_cache(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("something of the user's")
    with pytest.raises(UsageError, match=r"--cache must be a folder, and .*file is none"):
        check_cache(tmp_path / "file", no_cache=False)
    with pytest.raises(UsageError, match="exclude each other"):
        check_cache(tmp_path, no_cache=True)
    for there in (None, tmp_path, tmp_path / "new"):
        check_cache(there, no_cache=False)
