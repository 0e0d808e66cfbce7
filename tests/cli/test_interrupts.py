"""Signals: never inside an import, known behind any other error, ignored where whoever started us says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOY = """
import os, signal, sys, time
from muzecli.options import Run

def toy(run: Run) -> None:
    "Play."
    {body}
"""
SLOW_IMPORT = """
import os, signal, time
try:
    os.kill(os.getpid(), signal.{name})
    for _ in range(10):
        time.sleep(0.01)
except BaseException as error:  # what a native module does to an interrupt of its initialisation
    raise ImportError("initialization failed") from error
print("imported", flush=True)
"""

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(plugin: Callable[..., dict[str, str]], clean_env: dict[str, str], tmp_path: Path) -> Start:
    """Start `muze toy` with this body."""

    def run(body: str, *prefix: str, words: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        env = clean_env | plugin("toy", TOY.format(body=body), {"toy": "toy.cli:toy"})
        command = [*prefix, sys.executable, "-m", "muzecli", "toy", *words]
        return subprocess.Popen(
            command, env=env, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    return run


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 143)])
def test_a_signal_during_an_import_waits_for_its_end(
    start: Start, tmp_path: Path, name: str, code: int
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "slow.py").write_text(SLOW_IMPORT.format(name=name))
    run = start("import slow; time.sleep(60)")
    out, err = run.communicate(timeout=30)
    assert (run.returncode, out) == (code, b"imported\n"), err.decode()
    assert b"Traceback" not in err


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_a_signal_that_became_another_error_is_still_that_signal(start: Start, name: str, code: int) -> None:
    body = f"""
    try:
        os.kill(os.getpid(), signal.{name})
        time.sleep(60)
    except BaseException:
        raise RuntimeError("a callback failed") from None
    """
    run = start(body)
    _, err = run.communicate(timeout=30)
    assert run.returncode == code
    assert b"a callback failed" not in err


def test_an_interrupt_is_reported_in_a_line_or_as_json(start: Start) -> None:
    body = "os.kill(os.getpid(), signal.SIGINT); time.sleep(60)"
    assert start(body).communicate(timeout=30)[1] == b"interrupted; no unfinished file was left behind\n"
    assert b'"exit_code": 130' in start(body, words=("--json",)).communicate(timeout=30)[1]


def test_a_second_one_stops_what_the_first_one_left_running(start: Start) -> None:
    body = """
    try:
        print("ready", flush=True); time.sleep(60)
    finally:
        print("cleaning", flush=True); time.sleep(60)
    """
    run = start(body)
    assert run.stdout is not None
    for line in (b"ready\n", b"cleaning\n"):
        assert run.stdout.readline() == line
        run.send_signal(signal.SIGINT)
    _, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert b"Traceback" not in err


def test_nohup_is_respected(start: Start) -> None:
    run = start("os.kill(os.getpid(), signal.SIGHUP); print('alive')", "nohup")
    assert run.communicate(timeout=30)[0] == b"alive\n"
    assert run.returncode == 0


def test_workers_that_are_starting_do_not_hear_ctrl_c(clean_env: dict[str, str], tmp_path: Path) -> None:
    code = (
        "import os, signal, subprocess, sys\n"
        "from muzecli.interrupts import shielded\n"
        "with shielded():\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(0.5); print(1)'])\n"
        "child.send_signal(signal.SIGINT)\n"
        "sys.exit(child.wait())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clean_env, capture_output=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout) == (0, b"1\n")


def test_signals_are_given_back() -> None:
    from muzecli import interrupts

    kept = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        interrupts.install()
        assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, kept[signal.SIGTERM])
        interrupts.uninstall()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert os.getpid()
