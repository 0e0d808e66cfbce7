"""Files are whole or not there."""

from __future__ import annotations

import errno
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from muzecli.errors import OutputError, OutputExistsError
from muzecli.files import (
    atomic_path,
    check_outputs,
    dump_json,
    file_sha256,
    is_stdout,
    kind_of,
    made_folder,
    write_json,
    write_text,
)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_write_is_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "er" / "a.txt"
    write_text(target, "whole")
    assert target.read_text() == "whole"
    assert leftovers(target.parent) == ["a.txt"]


def test_the_part_file_is_hidden_and_beside_the_target(tmp_path: Path) -> None:
    with atomic_path(tmp_path / "a.wav") as part:
        assert part.parent == tmp_path
        assert part.name.startswith(".a.wav.") and part.name.endswith(".part")
        assert not (tmp_path / "a.wav").exists()


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_any_failure_keeps_the_old_file_and_removes_the_part(
    tmp_path: Path, failure: type[BaseException]
) -> None:
    target = tmp_path / "a.txt"
    target.write_text("old")
    with pytest.raises(failure), atomic_path(target, overwrite=True) as part:
        part.write_text("half")
        raise failure
    assert target.read_text() == "old"
    assert leftovers(tmp_path) == ["a.txt"]


def test_an_existing_file_is_refused_even_if_it_appears_meanwhile(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with pytest.raises(OutputExistsError, match="already exists"), atomic_path(target) as part:
        part.write_text("mine")
        target.write_text("somebody's")
    assert target.read_text() == "somebody's"
    assert leftovers(tmp_path) == ["a.txt"]


def test_the_mode_follows_the_umask(tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        write_text(tmp_path / "a.txt", "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text(tmp_path / "link.txt", "new", overwrite=True)
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


def test_outputs_are_checked_before_work(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    (tmp_path / "b").write_text("")
    with pytest.raises(OutputExistsError, match=r"these files already exist: .*a, .*b") as caught:
        check_outputs([tmp_path / "a", tmp_path / "b", tmp_path / "c"], overwrite=False)
    assert caught.value.exit_code == 73
    check_outputs([tmp_path / "a"], overwrite=True)
    with pytest.raises(OutputError, match="must be a file"):
        check_outputs([tmp_path], overwrite=True)
    with pytest.raises(OutputError, match="must be a folder"):
        check_outputs([tmp_path / "a" / "x.wav"], overwrite=False)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputError, match=r"must be a regular file, and .*pipe is a device or a pipe"):
        check_outputs([tmp_path / "pipe"], overwrite=True)
    with pytest.raises(OutputError, match="is too long") as too_long:
        check_outputs([tmp_path / ("x" * 300)], overwrite=True)
    assert too_long.value.hint == "choose a shorter --output"


def test_a_disk_that_fills_up_meanwhile_names_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match=r"cannot write .*a: No space left on device") as caught:
        write_text(tmp_path / "a", "x")
    assert "free some space" in str(caught.value.hint)
    assert leftovers(tmp_path) == []


def test_a_failure_inside_is_not_blamed_on_the_output(tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="of the input"), atomic_path(tmp_path / "new" / "a.wav"):
        raise PermissionError("of the input")
    assert leftovers(tmp_path) == []  # nor does the folder stay that was made for it


def test_what_the_system_refuses_names_the_output(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"cannot write .*xxx: File name too long") as caught:
        write_text(tmp_path / ("x" * 300), "")
    assert caught.value.exit_code == 74


def test_a_path_that_cannot_be_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    assert (
        kind_of(tmp_path) == "folder" and kind_of(tmp_path / "a") == "file" and kind_of(os.devnull) == "other"
    )
    assert kind_of("x" * 300) is None and kind_of("a\0b") is None and kind_of(tmp_path / "a" / "b") is None


def test_a_made_folder_stays_if_it_is_used(tmp_path: Path) -> None:
    with made_folder(tmp_path / "a" / "b"):
        pass
    assert leftovers(tmp_path) == []
    with made_folder(tmp_path / "a" / "b"):
        (tmp_path / "a" / "x").write_text("")
    assert leftovers(tmp_path / "a") == ["x"]


def test_a_killed_writer_leaves_no_part_file(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from muzecli.files import atomic_path;"
        "from muzecli.interrupts import install; install()\n"
        "with atomic_path(Path(sys.argv[1])) as part:\n"
        "    part.write_text('half'); print('writing', flush=True); time.sleep(60)"
    )
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        writer = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "a.txt")],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        writer.send_signal(number)
        writer.wait(timeout=30)
        assert leftovers(tmp_path) == []


def test_json_is_strict(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": float("nan"), "y": [float("inf"), 1.5], "z": "é", "p": Path("q")})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": None, "y": [None, 1.5], "z": "é", "p": "q"}
    assert "é" in dump_json({"z": "é"})
    write_json(tmp_path / "b.json", {"name": "caf\udce9"})  # a file name that is no UTF-8
    assert json.loads((tmp_path / "b.json").read_text()) == {"name": "caf\udce9"}


def test_hash_and_streams(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert file_sha256(tmp_path / "a").startswith("ba7816bf")
    assert is_stdout("-") and is_stdout("/dev/stdout") and not is_stdout("out.wav")
