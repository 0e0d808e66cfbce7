"""`muze fx apply` from outside: streams, files, folders, resuming, wrong input, honesty about level."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.conftest import Muze

RATE_HZ = 44_100


def music(seconds: float = 1.0, channels: int = 2, seed: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Decaying notes with some noise, (N, C), peak 0.5."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    rng = np.random.default_rng(seed)
    tone = sum(np.sin(2 * np.pi * f * t) for f in (110, 220, 331, 1200, 5000)) * np.exp(-3 * (t % 0.5))
    out = np.stack([tone + 0.2 * rng.standard_normal(t.size) for _ in range(channels)], axis=1)
    return 0.5 * out / np.abs(out).max()


def write(path: Path, subtype: str | None = None, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    rate_hz = int(options.get("rate_hz", RATE_HZ))  # type: ignore[call-overload]
    soundfile.write(path, music(**options), rate_hz, subtype=subtype)  # type: ignore[arg-type]
    return path


@pytest.fixture
def dry(tmp_path: Path) -> Path:
    return write(tmp_path / "work" / "dry.wav", "PCM_16")


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


# ---- one file ----


def test_a_file_its_sidecar_and_its_preset(muze: Muze, dry: Path) -> None:
    done = muze("fx", "apply", dry, "warm tape", "-o", "out.wav")
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout == b"out.wav\n"
    assert names(dry.parent) == ["dry.wav", "out.json", "out.wav", "out_preset.json"]
    sidecar = json.loads((dry.parent / "out.json").read_text())
    assert sidecar["schema"] == "muze.sidecar/1"
    assert sidecar["audio"] == "out.wav"
    assert sidecar["options"]["tail"] == {"value": "auto", "source": "default"}
    assert sidecar["inputs"][0]["name"] == "dry.wav"
    assert len(sidecar["inputs"][0]["sha256"]) == 64
    assert [entry["effect"] for entry in sidecar["preset"]["chain"]] == ["equalizer", "tape"]
    preset = json.loads((dry.parent / "out_preset.json").read_text())
    assert preset["schema"] == "muze.preset/1"
    assert set(preset["preset_parameters"]) == {"equalizer", "tape"}
    assert "timestamp" not in preset


def test_the_same_twice_is_the_same_bytes(muze: Muze, dry: Path) -> None:
    for name in ("a", "b"):
        assert muze("fx", "apply", dry, "warm vinyl in a church", "-o", f"{name}.flac").returncode == 0
    folder = dry.parent
    assert (folder / "a.flac").read_bytes() == (folder / "b.flac").read_bytes()
    again = muze("fx", "apply", dry, "warm vinyl in a church", "-o", "c.flac", "--seed", "1")
    assert again.returncode == 0
    assert (folder / "a.flac").read_bytes() != (folder / "c.flac").read_bytes()


def test_an_output_is_not_replaced_unasked(muze: Muze, dry: Path) -> None:
    (dry.parent / "out.wav").write_text("mine")
    refused = muze("fx", "apply", dry, "warm", "-o", "out.wav")
    assert refused.returncode == 73
    assert b"--overwrite" in refused.stderr
    assert (dry.parent / "out.wav").read_text() == "mine"
    assert muze("fx", "apply", dry, "warm", "-o", "out.wav", "--overwrite").returncode == 0
    assert soundfile.info(dry.parent / "out.wav").frames == RATE_HZ


def test_the_input_is_never_replaced(muze: Muze, dry: Path) -> None:
    before = dry.read_bytes()
    assert muze("fx", "apply", dry, "warm", "-o", dry, "--overwrite").returncode == 2
    assert dry.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "subtype", "channels", "rate_hz"),
    [
        ("a.wav", "PCM_16", 1, 8000),
        ("a.wav", "PCM_24", 2, 96_000),
        ("a.wav", "FLOAT", 4, 44_100),
        ("a.flac", "PCM_24", 2, 48_000),
    ],
)
def test_rate_channels_and_depth_are_kept(
    muze: Muze, tmp_path: Path, name: str, subtype: str, channels: int, rate_hz: int
) -> None:
    source = write(tmp_path / "work" / name, subtype, channels=channels, rate_hz=rate_hz)
    target = tmp_path / "work" / f"out{source.suffix}"
    done = muze("fx", "apply", source, "warm", "-o", target)
    assert done.returncode == 0, done.stderr.decode()
    info = soundfile.info(target)
    assert (info.subtype, info.channels, info.samplerate) == (subtype, channels, rate_hz)


def test_loudness_is_matched_unless_gain_is_asked_for(muze: Muze, dry: Path) -> None:
    def loudness(name: str, *words: str) -> dict[str, float]:
        done = muze("fx", "apply", dry, *words, "-o", f"{name}.wav", "--json")
        return json.loads(done.stdout)["outputs"][0]["loudness"]

    matched = loudness("a", "heavy distortion")
    assert matched["output_lufs"] == pytest.approx(matched["input_lufs"], abs=0.1)
    asked = loudness("b", "+3 dB")
    assert asked["output_lufs"] - asked["input_lufs"] == pytest.approx(3.0, abs=0.1)
    assert loudness("c", "louder")["output_lufs"] > matched["input_lufs"] + 1
    assert loudness("d", "much quieter")["output_lufs"] < matched["input_lufs"] - 1
    free = loudness("e", "heavy distortion", "--no-match-loudness")
    assert abs(free["output_lufs"] - free["input_lufs"]) > 0.3


def test_nothing_clips_and_the_figure_is_told(muze: Muze, dry: Path) -> None:
    done = muze("fx", "apply", dry, "+20 dB", "-o", "out.wav")
    assert done.returncode == 0
    assert b"turned down by" in done.stderr
    assert np.abs(soundfile.read(dry.parent / "out.wav")[0]).max() < 1.0
    limited = muze("fx", "apply", dry, "+20 dB", "-o", "limited.wav", "--peaks", "limit")
    assert b"limited to" in limited.stderr
    assert np.abs(soundfile.read(dry.parent / "limited.wav")[0]).max() < 1.0
    refused = muze("fx", "apply", dry, "+20 dB", "-o", "refused.wav", "--peaks", "error")
    assert refused.returncode == 1
    assert not (dry.parent / "refused.wav").exists()


def test_a_long_file_tells_how_far_it_is(muze: Muze, dry: Path) -> None:
    code = (
        "import sys; from muzecli import console; console.PLAIN_PROGRESS_S = 0.02;"
        "from muzecli.app import main; sys.exit(main(sys.argv[1:]))"
    )
    words = (
        "fx",
        "apply",
        str(write(dry.parent / "long.wav", seconds=20)),
        "tape in a cathedral",
        "-o",
        "out.wav",
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=dry.parent, capture_output=True, check=True
    )
    lines = done.stderr.decode().splitlines()
    assert all(line.startswith("treating ") and "/100 %" in line for line in lines)
    shares = [int(line.split()[1].partition("/")[0]) for line in lines]
    assert len(shares) > 3 and shares == sorted(shares) and shares[-1] <= 100
    assert done.stdout == b"out.wav\n"


def test_tails(muze: Muze, dry: Path) -> None:
    lengths = {}
    for tail in ("auto", "none", "0.5"):
        assert muze("fx", "apply", dry, "cathedral", "-o", f"{tail}.wav", "--tail", tail).returncode == 0
        lengths[tail] = soundfile.info(dry.parent / f"{tail}.wav").frames / RATE_HZ
    assert lengths["none"] == pytest.approx(1.0)
    assert lengths["0.5"] == pytest.approx(1.5)
    assert lengths["auto"] > 4
    for words in (["--tail", "long"], ["--tail", "-1"], ["--bit-depth", "12"], ["--raw-input", "1:0"]):
        # Options are checked before the model is loaded that looks for the meaning of an unknown word.
        assert muze("fx", "apply", dry, "grobnik", "-o", "x.wav", *words).returncode == 2


def test_only_the_beginning(muze: Muze, dry: Path) -> None:
    assert muze("fx", "apply", dry, "warm", "-o", "out.wav", "--audio-length", "0.25").returncode == 0
    assert soundfile.info(dry.parent / "out.wav").frames == RATE_HZ // 4


def test_amount_and_mix(muze: Muze, dry: Path) -> None:
    def treated(name: str, *words: str) -> np.ndarray:
        done = muze("fx", "apply", dry, "bright", "-o", f"{name}.wav", "--no-match-loudness", *words)
        assert done.returncode == 0, done.stderr.decode()
        return np.abs(np.fft.rfft(soundfile.read(dry.parent / f"{name}.wav")[0][:, 0]))

    before = np.abs(np.fft.rfft(soundfile.read(dry)[0][:, 0]))
    hertz = np.fft.rfftfreq(RATE_HZ, 1 / RATE_HZ)
    high = (hertz > 7000) & (hertz < 9000)

    def gain_db(spectrum: np.ndarray) -> float:
        return float(10 * np.log10((spectrum[high] ** 2).sum() / (before[high] ** 2).sum()))

    full, half, opposite = (
        gain_db(treated("a")),
        gain_db(treated("b", "--amount", "0.5")),
        gain_db(treated("c", "--amount", "-1")),
    )
    assert full > 3
    assert half == pytest.approx(full / 2, abs=0.4)
    assert opposite == pytest.approx(-full, abs=0.5)
    assert np.allclose(treated("d", "--amount", "0"), before, atol=2.0)
    assert np.allclose(treated("e", "--mix", "0"), before, atol=2.0)
    assert muze("fx", "apply", dry, "warm", "-o", "x.wav", "--amount", "3").returncode == 2


def test_a_preset_its_options_and_their_precedence(muze: Muze, dry: Path, tmp_path: Path) -> None:
    preset = tmp_path / "mine.json"
    preset.write_text(
        json.dumps(
            {
                "schema": "muze.preset/1",
                "chain": [{"effect": "reverb", "rt60_s": 1.0, "mix": 0.3}],
                "options": {"tail": "none", "mix": 0.5},
            }
        )
    )
    done = muze("fx", "apply", dry, "--preset", preset, "-o", "a.wav")
    assert done.returncode == 0, done.stderr.decode()
    options = json.loads((dry.parent / "a.json").read_text())["options"]
    assert options["mix"]["value"] == 0.5
    assert options["mix"]["source"].startswith("preset ")
    assert soundfile.info(dry.parent / "a.wav").frames == RATE_HZ
    (dry.parent / "muze.yaml").write_text("fx:\n  apply:\n    mix: 0.25\n")
    assert muze("fx", "apply", dry, "--preset", preset, "-o", "b.wav", "--tail", "0.1").returncode == 0
    options = json.loads((dry.parent / "b.json").read_text())["options"]
    assert options["mix"] == {"value": 0.25, "source": "./muze.yaml"}
    assert options["tail"] == {"value": "0.1", "source": "flag"}


def test_a_preset_from_a_run_gives_the_same_sound(muze: Muze, dry: Path) -> None:
    assert muze("fx", "apply", dry, "warm and wide", "-o", "a.wav", "--preset-out", "p.json").returncode == 0
    assert muze("fx", "apply", dry, "--preset", "p.json", "-o", "b.wav").returncode == 0
    assert muze("fx", "apply", dry, "--preset", "a.json", "-o", "c.wav").returncode == 0
    a, b, c = ((dry.parent / f"{name}.wav").read_bytes() for name in "abc")
    assert a == b == c


def test_changing_a_preset_by_words(muze: Muze, dry: Path) -> None:
    (dry.parent / "p.json").write_bytes(
        muze("fx", "plan", "cut 3 dB at 300 Hz, 20 % wet reverb of 1 s").stdout
    )
    brighter = json.loads(
        muze("fx", "plan", "a bit brighter", "--from", "p.json", "--response", "300,10000").stdout
    )
    assert {"type": "peak", "freq_hz": 300.0, "gain_db": -3.0, "q": 1.0} in brighter["chain"][0]["bands"]
    assert brighter["response"][1]["gain_db"] > 1
    drier = json.loads(muze("fx", "plan", "less reverb", "--from", "p.json").stdout)
    mixes = [entry["mix"] for entry in drier["chain"] if entry["effect"] == "reverb"]
    assert not mixes or mixes[0] < 0.2
    none = json.loads(muze("fx", "plan", "no reverb", "--from", "p.json").stdout)
    assert [entry["effect"] for entry in none["chain"]] == ["equalizer"]


# ---- streams ----


def test_a_pipe_works_end_to_end(muze: Muze, dry: Path) -> None:
    first = muze("fx", "apply", dry, "warm tape", "-o", "-")
    assert first.returncode == 0
    assert first.stdout[:4] == b"RIFF"
    second = muze("fx", "apply", "-", "in a cathedral", "-o", "out.flac", stdin=first.stdout)
    assert second.returncode == 0, second.stderr.decode()
    info = soundfile.info(dry.parent / "out.flac")
    assert info.frames > 2 * RATE_HZ
    assert json.loads((dry.parent / "out.json").read_text())["inputs"][0]["name"] == "stdin"
    third = muze("fx", "apply", "-", "bright", "-o", "/dev/stdout", "--format", "flac", stdin=first.stdout)
    assert third.stdout[:4] == b"fLaC"


def test_raw_samples_both_ways(muze: Muze) -> None:
    samples = music(0.5, channels=2).astype("<f4")
    words = ("fx", "apply", "-", "warm", "-o", "-", "--format", "raw", "--raw-input", "44100:2")
    done = muze(*words, stdin=samples.tobytes())
    assert done.returncode == 0, done.stderr.decode()
    assert len(done.stdout) == samples.nbytes
    assert muze(*words[:-1], "44100-2", stdin=samples.tobytes()).returncode == 2


def test_nothing_on_stdin_is_bad_data_and_leaves_nothing(muze: Muze, tmp_path: Path) -> None:
    done = muze("fx", "apply", "-", "warm", "-o", "out.wav")
    assert done.returncode == 65
    assert done.stderr.startswith(b"error: stdin: ")
    assert names(tmp_path / "work") == []


# ---- prompts and words ----


def test_a_prompt_that_means_nothing_writes_nothing(muze: Muze, dry: Path) -> None:
    done = muze("fx", "apply", dry, "grobnik flibber", "-o", "out.wav")
    assert done.returncode == 76
    assert b"the nearest words it knows" in done.stderr
    assert names(dry.parent) == ["dry.wav"]


def test_what_is_missing_is_said(muze: Muze, dry: Path) -> None:
    assert b"the prompt is missing" in muze("fx", "apply", dry).stderr
    assert b"the input is missing" in muze("fx", "apply", "warm").stderr
    missing = muze("fx", "apply", "nonesuch.wav", "warm")
    assert missing.returncode == 66
    assert b"nonesuch.wav: there is no such file" in missing.stderr
    assert muze("fx", "apply", dry, "warm", "-o", "out.xyz").returncode == 2
    assert muze("fx", "apply", dry, "warm", "--preset", "telephone").returncode == 2
    assert muze("fx", "apply", dry, "--preset", "nonesuch", "-o", "out.wav").returncode == 78


def test_a_dry_run_writes_nothing(muze: Muze, dry: Path) -> None:
    done = muze("fx", "apply", dry, "warm", "-o", "out.wav", "--dry-run")
    assert done.returncode == 0
    assert done.stdout.decode() == f"{dry} → out.wav\n"
    assert names(dry.parent) == ["dry.wav"]


def test_apply_fx_is_the_same_command(muze: Muze, dry: Path) -> None:
    assert muze("apply-fx", dry, "warm", "-o", "a.wav").returncode == 0
    assert muze("fx", "apply", dry, "warm", "-o", "b.wav").returncode == 0
    assert (dry.parent / "a.wav").read_bytes() == (dry.parent / "b.wav").read_bytes()


# ---- folders ----


@pytest.fixture
def takes(tmp_path: Path) -> Path:
    folder = tmp_path / "takes"
    for number in range(3):
        write(folder / "a" / f"{number}.wav", "PCM_16", seed=number)
    write(folder / "a" / "0.flac", seed=7)
    (folder / "notes.txt").write_text("not audio")
    return folder


def test_a_run_folder_holds_all(muze: Muze, takes: Path, tmp_path: Path) -> None:
    done = muze("fx", "apply", takes, "Warm tape, 20 % wet!", "--output-dir", "made", "-j", "2")
    assert done.returncode == 0, done.stderr.decode()
    (folder,) = (tmp_path / "work" / "made").iterdir()
    assert folder.name[8] == "_" and folder.name.endswith("_warm_tape_20_wet")
    assert names(folder) == ["a", "metadata.txt", "warm_tape_20_wet_preset.json"]
    assert names(folder / "a") == sorted(
        ["0.wav", "0.flac", "1.wav", "2.wav", "0.wav.json", "0.flac.json", "1.json", "2.json"]
    )
    assert "prompt: Warm tape, 20 % wet!" in (folder / "metadata.txt").read_text()
    assert "timestamp" in json.loads((folder / "warm_tape_20_wet_preset.json").read_text())
    assert len(done.stdout.splitlines()) == 4


def test_jobs_change_nothing(muze: Muze, takes: Path, tmp_path: Path) -> None:
    for jobs in ("1", "3"):
        assert muze("fx", "apply", takes, "vinyl and tape", "-o", f"out{jobs}/", "-j", jobs).returncode == 0
    one, three = (tmp_path / "work" / f"out{jobs}" for jobs in "13")
    files = sorted(p.relative_to(one) for p in one.rglob("*.wav"))
    assert len(files) == 3
    for file in files:
        assert (one / file).read_bytes() == (three / file).read_bytes()


def test_a_bad_file_does_not_stop_the_rest(muze: Muze, takes: Path, tmp_path: Path) -> None:
    (takes / "a" / "1.wav").write_bytes(b"RIFFxxxx")
    done = muze("fx", "apply", takes, "warm", "-o", "out/", "--json")
    assert done.returncode == 1
    document = json.loads(done.stdout)
    assert len(document["outputs"]) == 3
    assert document["failures"][0]["exit_code"] == 65
    assert "1.wav" in document["failures"][0]["input"]
    assert not (tmp_path / "work" / "out" / "a" / "1.wav").exists()


def test_the_same_command_again_does_no_work_and_a_new_file_is_added(
    muze: Muze, takes: Path, tmp_path: Path
) -> None:
    words = ("fx", "apply", takes, "warm", "-o", "out/")
    assert muze(*words).returncode == 0
    first = tmp_path / "work" / "out" / "a" / "0.wav"
    stamp = first.stat().st_mtime_ns
    again = muze(*words)
    assert again.returncode == 0
    assert b"4 of 4 are done already" in again.stderr
    write(takes / "b.wav")
    more = muze(*words)
    assert b"4 of 5 are done already" in more.stderr
    assert first.stat().st_mtime_ns == stamp
    changed = muze("fx", "apply", takes, "cold", "-o", "out/")
    assert changed.returncode == 73


def test_several_inputs_need_a_folder(muze: Muze, takes: Path) -> None:
    done = muze("fx", "apply", takes, "warm", "-o", "out.wav")
    assert done.returncode == 2
    assert b"needs a folder" in done.stderr or b"need a folder" in done.stderr
    assert muze("fx", "apply", takes, "warm", "-o", "-").returncode == 2


def test_two_inputs_of_one_name_are_not_mixed_up(muze: Muze, tmp_path: Path) -> None:
    one, two = write(tmp_path / "x" / "a.wav"), write(tmp_path / "y" / "a.wav")
    done = muze("fx", "apply", one, two, "warm", "-o", "out/")
    assert done.returncode == 2
    assert b"would both be written to" in done.stderr


def start(clean_env: dict[str, str], cwd: Path, *words: str | Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "muzecli", *map(str, words)]
    return subprocess.Popen(command, env=clean_env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_leaves_whole_files_and_the_same_command_goes_on(
    muze: Muze, clean_env: dict[str, str], tmp_path: Path, jobs: str
) -> None:
    takes = tmp_path / "takes"
    for number in range(6):
        write(takes / f"{number}.wav", seconds=12, seed=number)
    words = ("fx", "apply", takes, "tape in a cathedral", "--output-dir", "made", "-j", jobs)
    run = start(clean_env, tmp_path / "work", *words)
    assert run.stdout is not None
    run.stdout.readline()  # the first file is done
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=100)
    assert run.returncode == 130, said.decode()
    assert b"the same command again goes on" in said
    (folder,) = (tmp_path / "work" / "made").iterdir()
    finished = sorted(folder.glob("*.wav"))
    assert 1 <= len(finished) < 6
    assert not list(folder.glob(".*.part"))
    for file in finished:
        assert soundfile.info(file).frames > 12 * RATE_HZ
        assert file.with_suffix(".json").exists()
    again = muze(*words)
    assert again.returncode == 0, again.stderr.decode()
    assert b"are done already" in again.stderr
    assert list((tmp_path / "work" / "made").iterdir()) == [folder]
    assert len(list(folder.glob("*.wav"))) == 6
    assert not (folder / ".muze-job.json").exists()


def test_killing_it_leaves_no_half_file(clean_env: dict[str, str], tmp_path: Path) -> None:
    source = write(tmp_path / "work" / "long.wav", seconds=60)
    for number in (signal.SIGINT, signal.SIGTERM):
        run = start(clean_env, source.parent, "fx", "apply", source, "tape in a cathedral", "-o", "out.wav")
        deadline = time.monotonic() + 60
        while not list(source.parent.glob(".out.wav*.part")) and time.monotonic() < deadline:
            time.sleep(0.01)
        run.send_signal(number)
        run.communicate(timeout=60)
        assert run.returncode == 128 + number
        assert names(source.parent) == ["long.wav"]


def test_a_full_disk_is_an_io_error(muze: Muze, dry: Path) -> None:
    if not Path("/dev/full").exists() or os.geteuid() != 0:
        pytest.skip("needs a file system that can be filled")
    done = subprocess.run(
        [sys.executable, "-m", "muzecli", "fx", "apply", str(dry), "warm", "-o", "-"],
        stdout=Path("/dev/full").open("wb"),  # noqa: SIM115
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.returncode == 74
    assert b"the disk is full" in done.stderr


# ---- real recordings ----


def test_every_robustness_file(muze: Muze, shared_audio: Path, tmp_path: Path) -> None:
    fine = {"silence__silence.flac", "synthesised__shortfiles__1024_samples.wav"}
    for path in sorted((shared_audio / "robustness").iterdir()):
        done = muze("fx", "apply", path, "warm tape", "-o", "out.wav")
        said = done.stderr.decode()
        assert "Traceback" not in said, path
        if path.name in fine or "bad_stream_info" in path.name:
            assert done.returncode == 0, said
            for made in (tmp_path / "work").iterdir():
                made.unlink()
        else:
            assert done.returncode == 65, (path, said)
            assert said.startswith(f"error: {path}: ")
            assert len(said.splitlines()) == 2, said
            assert names(tmp_path / "work") == []


def test_a_loudness_can_be_asked_for(muze: Muze, dry: Path) -> None:
    done = muze("fx", "apply", dry, "warm", "-o", "a.wav", "--loudness", "-20", "--json")
    loudness = json.loads(done.stdout)["outputs"][0]["loudness"]
    assert loudness["output_lufs"] == pytest.approx(-20, abs=0.1)
    (dry.parent / "p.yaml").write_text(
        "schema: muze.preset/1\nchain: []\noptions: {loudness_lufs: -23}\n", encoding="utf-8"
    )
    done = muze("fx", "apply", dry, "--preset", "p.yaml", "-o", "b.wav", "--json")
    assert json.loads(done.stdout)["outputs"][0]["loudness"]["output_lufs"] == pytest.approx(-23, abs=0.1)
