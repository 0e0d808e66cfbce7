"""The three streams from outside: terminals, pipes that close, streams that are not there."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import soundfile

from tests.conftest import Muze

MUZE = [sys.executable, "-m", "muzecli"]


def on_terminal(which: str, words: list[str], env: dict[str, str], cwd: Path) -> tuple[int, str, str, str]:
    """Run muze with the streams named in `which` on a terminal; return code, what it showed, stdout, stderr."""
    ours, theirs = pty.openpty()
    streams = {
        name: theirs if name in which.split() else subprocess.PIPE for name in ("stdin", "stdout", "stderr")
    }
    run = subprocess.Popen(MUZE + words, env={"TERM": "xterm"} | env, cwd=cwd, **streams)  # type: ignore[call-overload]
    os.close(theirs)
    shown = bytearray()

    def read() -> None:
        try:
            while data := os.read(ours, 65_536):
                shown.extend(data)
        except OSError:  # the other end is closed
            pass

    reader = threading.Thread(target=read)
    reader.start()
    out, err = run.communicate(timeout=60)
    reader.join()
    os.close(ours)
    return run.returncode, shown.decode(), (out or b"").decode(), (err or b"").decode()


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    work = tmp_path / "work"
    (work / "takes").mkdir(parents=True)
    for number in (1, 2):
        soundfile.write(work / "takes" / f"{number}.wav", [[0.1 * number, -0.1]] * 4410, 44_100)
    return work


def test_results_stay_on_stdout_while_a_bar_is_drawn(takes: Path, clean_env: dict[str, str]) -> None:
    code, shown, out, _ = on_terminal(
        "stderr", ["fx", "apply", "takes", "warm", "-o", "o/"], clean_env, takes
    )
    assert code == 0
    assert out == "o/1.wav\no/2.wav\n"
    assert "treating" in shown and "o/1.wav" not in shown


@pytest.mark.parametrize(
    ("variables", "flags", "drawn"),
    [
        ({}, [], True),
        ({"NO_COLOR": "1"}, [], False),
        ({"TERM": "dumb"}, [], False),
        ({}, ["--color", "never"], False),
        ({"NO_COLOR": "1"}, ["--color=always"], True),
    ],
)
def test_help_is_rich_on_a_terminal(
    tmp_path: Path, clean_env: dict[str, str], variables: dict[str, str], flags: list[str], drawn: bool
) -> None:
    env = clean_env | variables
    code, shown, _, _ = on_terminal("stdout", ["fx", "plan", *flags, "--help"], env, tmp_path)
    assert code == 0
    assert ("╭" in shown) is drawn
    assert 'muze fx plan "warm tape"' in shown


@pytest.mark.parametrize(
    ("terminal", "source"),
    [("stdout", "takes/1.wav"), ("stdin", "-")],
    ids=["to a terminal", "from a terminal"],
)
def test_audio_and_terminals_do_not_mix(
    takes: Path, clean_env: dict[str, str], terminal: str, source: str
) -> None:
    code, shown, out, err = on_terminal(
        terminal, ["fx", "apply", source, "warm", "-o", "-"], clean_env, takes
    )
    assert (code, shown, out) == (2, "", "")
    assert "is a terminal" in err


def test_a_table_is_drawn_on_a_terminal_alone(tmp_path: Path, clean_env: dict[str, str]) -> None:
    assert "┃" in on_terminal("stdout", ["fx", "list", "gain"], clean_env, tmp_path)[1]
    assert "┃" not in on_terminal("stderr", ["fx", "list", "gain"], clean_env, tmp_path)[2]


def shell(line: str, env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    script = f'muze() {{ "{sys.executable}" -m muzecli "$@"; }}; {line}'
    return subprocess.run(
        ["bash", "-c", script],
        env=env,
        cwd=cwd,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_has_enough_ends_it_with_141(
    clean_env: dict[str, str], tmp_path: Path, unbuffered: str
) -> None:
    soundfile.write(tmp_path / "a.wav", [[0.1]] * 200_000, 44_100)
    env = clean_env | {"PYTHONUNBUFFERED": unbuffered}
    done = shell('muze fx apply a.wav warm -o - | head -c 10; exit "${PIPESTATUS[0]}"', env, tmp_path)
    assert (done.returncode, done.stdout[:4], done.stderr) == (141, b"RIFF", b"")


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("muze fx list >&-", 74, b"error: bad file descriptor"),
        ("muze fx list --json > /dev/full", 74, b"the disk is full"),
        ("muze fx list gain 2>&-", 0, b""),
        ("muze fx nonesuch 2>&-", 2, b""),
        ("muze fx apply - warm -o x.wav <&-", 65, b"stdin: the file is empty"),
        ("PYTHONIOENCODING=ascii muze fx list reverb", 0, b""),
    ],
)
def test_streams_that_are_closed_full_or_narrow(
    clean_env: dict[str, str], tmp_path: Path, line: str, code: int, said: bytes
) -> None:
    done = shell(line, clean_env, tmp_path)
    assert done.returncode == code, done.stderr
    assert said in done.stderr and b"Traceback" not in done.stderr and b"Exception" not in done.stderr
    assert list(tmp_path.glob("*.wav")) == []


def test_json_is_one_document_on_stdout_and_nothing_else(muze: Muze, takes: Path) -> None:
    import json

    for words in (["fx", "list"], ["plugins", "list"], ["presets", "list"], ["fx", "explain", "warm"]):
        document = json.loads(muze(*words, "--json").stdout)
        assert document["schema"].startswith("muze.") and document["schema"].endswith("/1"), words
    failed = muze("fx", "apply", "nonesuch.wav", "warm", "--json")
    assert failed.stdout == b""
    assert json.loads(failed.stderr)["schema"] == "muze.error/1"
