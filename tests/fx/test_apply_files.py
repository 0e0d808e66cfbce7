"""`muze fx apply` and the file system: odd names, what is there already, what may not be read, who else writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.conftest import Muze

from muzecli.jobs import MARKER, locked, open_job

RATE_HZ = 44_100


def write(path: Path, seconds: float = 0.2, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = 0.1 * np.random.default_rng(seed).standard_normal((round(seconds * RATE_HZ), 2))
    # Through a handle, since libsndfile's wrapper takes no name that is not UTF-8.
    with path.open("wb") as stream:
        soundfile.write(stream, noise, RATE_HZ, subtype="PCM_16", format=path.suffix[1:].upper())
    return path


@pytest.fixture
def work(tmp_path: Path) -> Path:
    write(tmp_path / "work" / "dry.wav")
    return tmp_path / "work"


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


# ---- names ----


@pytest.mark.parametrize(
    "name",
    ["two words.wav", "zwei\nzeilen.wav", "ünï–✓.wav", "-dash.wav", "caf\udce9.wav", "del\x7f\x9b.wav"],
)
def test_any_name_goes_in_and_out(muze: Muze, work: Path, name: str) -> None:
    (work / "dry.wav").rename(work / name)
    done = muze("fx", "apply", "--json", "-o", f"out {name}", "--", name, "warm", cwd=work)
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["outputs"][0]["output"] == f"out {name}"
    assert (work / f"out {name}").is_file()
    stem = f"out {name}".removesuffix(".wav")
    sidecar = json.loads((work / f"{stem}.json").read_text())
    assert sidecar["inputs"][0]["name"] == name
    done = muze("fx", "apply", "--output-dir", "runs", "--", name, "warm", cwd=work)
    assert done.returncode == 0, done.stderr.decode()
    assert muze("fx", "apply", name if name[0] != "-" else f"./{name}", "-3 dB", "-n").returncode == 0


def test_a_prompt_too_long_for_a_name_is_a_prompt(muze: Muze, work: Path) -> None:
    long = "very warm and " * 30 + "warm"
    assert muze("fx", "apply", "dry.wav", long, "-o", "a.wav").returncode == 0
    missing = muze("fx", "apply", long)
    assert (missing.returncode, b"the input is missing" in missing.stderr) == (2, True)
    assert muze("fx", "apply", long, "warm", "-o", "b.wav").returncode == 66
    assert muze("fx", "apply", "dry.wav", "warm", "-o", f"{'x' * 300}.wav").returncode == 74


def test_a_link_to_the_output_keeps_pointing(muze: Muze, work: Path) -> None:
    write(work / "real.wav")
    (work / "link.wav").symlink_to("real.wav")
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "link.wav").returncode == 73
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "link.wav", "--overwrite").returncode == 0
    assert (work / "link.wav").is_symlink()
    (work / "self.wav").symlink_to("dry.wav")
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "self.wav", "--overwrite").returncode == 2


# ---- what is there already ----


def test_the_same_command_from_the_sidecar_gives_the_same_bytes(muze: Muze, work: Path) -> None:
    assert muze("fx", "apply", "dry.wav", "vinyl, 20 % wet", "-o", "a.wav", "--seed", "7").returncode == 0
    before = (work / "a.wav").read_bytes()
    first, *words = json.loads((work / "a.json").read_text())["command"]
    assert first == "muze"
    assert muze(*words).returncode == 73
    assert muze(*words, "--overwrite").returncode == 0
    assert (work / "a.wav").read_bytes() == before


def test_tags_are_kept(muze: Muze, work: Path) -> None:
    import mutagen

    write(work / "a.flac")
    tagged = mutagen.File(work / "a.flac")  # type: ignore[attr-defined]
    tagged["title"], tagged["artist"] = "Song", "Näme"
    tagged.save()
    assert muze("fx", "apply", "a.flac", "warm", "-o", "b.flac").returncode == 0
    kept = mutagen.File(work / "b.flac")  # type: ignore[attr-defined]
    assert (kept["title"], kept["artist"]) == (["Song"], ["Näme"])


def test_no_file_beside_the_output_is_replaced(muze: Muze, work: Path) -> None:
    (work / "out_preset.json").write_text("mine")
    refused = muze("fx", "apply", "dry.wav", "warm", "-o", "out.wav")
    assert refused.returncode == 73
    assert b"out_preset.json already exists" in refused.stderr
    assert (work / "out_preset.json").read_text() == "mine"
    assert not (work / "out.wav").exists()
    (work / "out_preset.json").unlink()
    (work / "out.json").write_text("mine too")
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "out.wav").returncode == 0
    assert (work / "out.json").read_text() == "mine too"
    assert json.loads((work / "out.wav.json").read_text())["audio"] == "out.wav"


def test_what_an_earlier_crash_left_does_not_stop_the_same_command(muze: Muze, work: Path) -> None:
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "out.wav").returncode == 0
    (work / "out.wav").unlink()  # the audio is published last
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "out.wav").returncode == 0


def test_the_chain_is_saved_beside_nothing_else(muze: Muze, work: Path) -> None:
    same = muze("fx", "apply", "dry.wav", "warm", "-o", "a.wav", "--preset-out", "a.wav")
    assert (same.returncode, names(work)) == (2, ["dry.wav"])
    assert muze("fx", "apply", "dry.wav", "warm", "--preset-out", "dry.wav", "--overwrite").returncode == 2
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "a.wav", "--preset-out", "a.json").returncode == 0
    assert names(work) == ["a.json", "a.wav", "a.wav.json", "dry.wav"]
    assert json.loads((work / "a.json").read_text())["schema"] == "muze.preset/1"


@pytest.mark.parametrize("words", [["-o", "new/deep/out.wav"], ["--output-dir", "new"], ["-o", "new/"]])
def test_a_failure_leaves_nothing_behind(muze: Muze, work: Path, words: list[str]) -> None:
    (work / "bad.wav").write_text("not audio")
    done = muze("fx", "apply", "bad.wav", "warm", *words)
    assert done.returncode == 65
    assert len(done.stderr.splitlines()) == 2
    assert names(work) == ["bad.wav", "dry.wav"]


def test_devices_are_not_replaced(muze: Muze, work: Path) -> None:
    os.mkfifo(work / "pipe.wav")
    done = muze("fx", "apply", "dry.wav", "warm", "-o", "pipe.wav", "--overwrite")
    assert done.returncode == 74
    assert b"is a device or a pipe" in done.stderr


# ---- folders ----


def test_results_below_the_inputs_are_no_inputs(muze: Muze, work: Path) -> None:
    for words in (["-o", "out/"], []):
        for _ in range(2):
            done = muze("fx", "apply", ".", "warm", *words)
            assert done.returncode == 0, done.stderr.decode()
        assert len(done.stdout.splitlines()) == 1 + bool(words == [])  # dry.wav, then out/dry.wav too


def test_a_changed_configuration_is_refused(muze: Muze, work: Path) -> None:
    words = ("fx", "apply", "dry.wav", "warm", "-o", "out/")
    assert muze(*words).returncode == 0
    open_job(work / "out", {"amount": 2.0})
    refused = muze(*words)
    assert refused.returncode == 78
    assert b"amount was 2.0" in refused.stderr
    assert b"--no-resume" in refused.stderr
    assert muze(*words, "--no-resume").returncode == 73  # what is there is still not replaced
    assert muze(*words, "--no-resume", "--overwrite").returncode == 0
    assert not (work / "out" / MARKER).exists()


def test_an_unfinished_run_folder_belongs_to_its_inputs(muze: Muze, work: Path) -> None:
    assert muze("fx", "apply", "dry.wav", "warm").returncode == 0
    (first,) = (work / "output").iterdir()
    write(work / "other.wav", seed=1)
    open_job(first, {"amount": 1.0})
    assert muze("fx", "apply", "other.wav", "warm").returncode == 0
    assert len(names(work / "output")) == 2
    assert not (first / "other.wav").exists()


def test_a_dry_run_of_a_folder_tells_what_is_left_and_what_stands_in_the_way(muze: Muze, work: Path) -> None:
    assert muze("fx", "apply", "dry.wav", "warm", "-o", "out/").returncode == 0
    write(work / "more.wav", seed=1)
    said = muze("fx", "apply", "dry.wav", "more.wav", "warm", "-o", "out/", "-n")
    assert said.stdout.decode() == "more.wav → out/more.wav\n"
    assert muze("fx", "apply", "dry.wav", "cold", "-o", "out/", "-n").returncode == 73
    assert muze("fx", "apply", "dry.wav", "warm", "--output-dir", "runs", "-n").returncode == 0
    assert not (work / "runs").exists()


def test_a_stream_without_an_output_gets_a_run_folder(muze: Muze, work: Path) -> None:
    done = muze("fx", "apply", "-", "warm", stdin=(work / "dry.wav").read_bytes())
    assert done.returncode == 0, done.stderr.decode()
    (folder,) = (work / "output").iterdir()
    assert names(folder) == ["metadata.txt", "stdin.json", "stdin.wav", "warm_preset.json"]
    assert "stdin → stdin.wav" in (folder / "metadata.txt").read_text()


# ---- others ----


def together(commands: list[list[str]], env: dict[str, str], cwd: Path) -> list[int]:
    runs = [
        subprocess.Popen(
            [sys.executable, "-m", "muzecli", *words],
            env=env,
            cwd=cwd,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for words in commands
    ]
    return sorted(run.wait(timeout=100) for run in runs)


def test_two_writers_of_one_file_do_not_mix(clean_env: dict[str, str], work: Path) -> None:
    commands = [["fx", "apply", "dry.wav", prompt, "-o", "out.wav"] for prompt in ("warm", "cold")]
    assert together(commands, clean_env, work) == [0, 73]
    sidecar = json.loads((work / "out.json").read_text())
    preset = json.loads((work / "out_preset.json").read_text())
    assert sidecar["preset"]["chain"] == preset["chain"]
    assert [n for n in names(work) if n.endswith(".part")] == []


def test_runs_that_begin_together_get_folders_of_their_own(clean_env: dict[str, str], work: Path) -> None:
    write(work / "b.wav", seed=1)
    write(work / "c.wav", seed=2)
    commands = [["fx", "apply", name, "warm"] for name in ("dry.wav", "b.wav", "c.wav")]
    assert together(commands, clean_env, work) == [0, 0, 0]
    folders = list((work / "output").iterdir())
    assert len(folders) == 3
    assert sorted(p.name for folder in folders for p in folder.glob("*.wav")) == ["b.wav", "c.wav", "dry.wav"]


def test_a_folder_at_work_is_told_to_try_later(muze: Muze, work: Path) -> None:
    (work / "out").mkdir()
    with locked(work / "out"):
        done = muze("fx", "apply", "dry.wav", "warm", "-o", "out/")
    assert done.returncode == 75
    assert b"another muze is at work in out" in done.stderr


AS_NOBODY = """
import os, sys
from muzecli.app import main
main(["fx", "apply", "dry.wav", "warm", "-o", "free/out.wav", "-q"])  # imports what nobody may not read
if os.geteuid() == 0:
    os.setuid(65534)
sys.stderr.write("now\\n")
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["secret.wav", "warm", "-o", "free/a.wav"], 66, "secret.wav"),
        (["shut/in.wav", "warm", "-o", "free/a.wav"], 66, "shut/in.wav: cannot be read: Permission denied"),
        (["shut", "warm", "-o", "free/a/"], 66, "shut: the folder cannot be read"),
        (["dry.wav", "warm", "-o", "a.wav"], 74, "must be writable"),
        (["dry.wav", "warm", "-o", "shut/a.wav"], 74, "shut"),
        (["dry.wav", "warm"], 74, "output"),
        (["dry.wav", "--preset", "shut/a.json", "-o", "free/a.wav"], 66, "shut/a.json"),
    ],
    ids=str,
)
def test_rights(clean_env: dict[str, str], work: Path, words: list[str], code: int, said: str) -> None:
    (work / "free").mkdir()
    (work / "free").chmod(0o777)
    for folder in (work, *work.parents[:4]):
        if folder.stat().st_uid == os.geteuid() and folder != Path(folder.anchor):
            folder.chmod(folder.stat().st_mode | 0o055)
    write(work / "secret.wav").chmod(0o000)
    write(work / "shut" / "in.wav")
    (work / "shut").chmod(0o000)
    work.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, "fx", "apply", *words],
            env=clean_env,
            cwd=work,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        (work / "shut").chmod(0o755)
        work.chmod(0o755)
    assert done.returncode == code, done.stderr.decode()
    assert said in done.stderr.decode().partition("now\n")[2]
    assert names(work / "free") == ["out.json", "out.wav", "out_preset.json"]
