"""The real executable: pipes, signals, several processes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soundfile
from tests.conftest import Muze

Plugin = Callable[..., dict[str, str]]
COMMANDS = {"generate": "muze_generate.cli:generate"}
SLOW = """
import time
from pathlib import Path

class Slow:
    name, summary, reworks = "slow", "waits", False

    def render(self, plan, **more):
        Path("started").touch()
        time.sleep(60)
"""
PLAIN = ("--engine", "plain", "--device", "cpu", "--duration", "5", "--seed", "3")


def test_a_pipe_works_end_to_end(muze: Muze, plugin: Plugin, tmp_path: Path) -> None:
    env = plugin("gen_commands", "", COMMANDS)
    made = muze("generate", "--prompt", "calm piano", *PLAIN, "-o", "-", env=env)
    assert made.returncode == 0, made.stderr
    assert made.stdout[:4] == b"RIFF"
    treated = muze("fx", "apply", "-", "warm tape", "-o", "out.wav", stdin=made.stdout)
    assert treated.returncode == 0, treated.stderr
    samples, rate_hz = soundfile.read(tmp_path / "work" / "out.wav")
    assert rate_hz == 44_100 and np.abs(samples).max() > 0.1
    plan = muze("plan", "calm piano", "--seed", "1", "--duration", "5", "-o", "-")
    words = ("generate", "--plan", "-", "--engine", "plain", "--device", "cpu", "-o", "p.wav")
    played = muze(*words, env=env, stdin=plan.stdout)
    assert played.returncode == 0, played.stderr


def test_ctrl_c_leaves_nothing(clean_env: dict[str, str], plugin: Plugin, tmp_path: Path) -> None:
    env = clean_env | plugin("gen_commands", "", COMMANDS)
    plugin("slow_engine", SLOW, {"slow": "slow_engine.cli:Slow"}, registry="muze.engines")
    work = tmp_path / "work"
    work.mkdir()
    words = (
        "generate",
        "--prompt",
        "calm piano",
        "--engine",
        "slow",
        "--device",
        "cpu",
        "-o",
        "new/song.wav",
    )
    running = subprocess.Popen(
        [sys.executable, "-m", "muzecli", *words], cwd=work, env=env, stderr=subprocess.PIPE
    )
    for _ in range(1200):
        if (work / "started").exists() or running.poll() is not None:
            break
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130, said
    assert [path.name for path in work.rglob("*")] == ["started"]


def test_several_processes_make_the_same_songs(muze: Muze, plugin: Plugin, tmp_path: Path) -> None:
    env, work = plugin("gen_commands", "", COMMANDS), tmp_path / "work"
    (work / "songs.txt").write_text("calm piano\nslow jazz\n")
    for folder, jobs in (("one", 1), ("two", 2)):
        done = muze("generate", "--batch", "songs.txt", *PLAIN, "-o", folder, "--jobs", jobs, env=env)
        assert done.returncode == 0, done.stderr
    for name in ("001_calm_piano.wav", "002_slow_jazz.wav"):
        assert (work / "one" / name).read_bytes() == (work / "two" / name).read_bytes()
