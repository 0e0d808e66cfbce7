"""`muze evaluate clap` with a scorer whose truth is known: tones, and texts that name their bands."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from tests.scorers import BANDS_HZ, RATE_HZ, Bands, register, tone

from muzecli import entrypoints
from muzecli.app import main
from muzecli.entrypoints import EntryPoint

COMMAND = EntryPoint("muze.commands", "evaluate.clap", "muze_evaluate.cli_clap:clap", "muze 0")
COUNT = len(BANDS_HZ)


@dataclass(frozen=True)
class Done:
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    def figure(self, name: str) -> dict[str, Any]:
        return next(figure for figure in self.document["figures"] if figure["name"] == name)


Clap = Callable[..., Done]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with five tones and a table of what is said of them."""
    monkeypatch.setenv("MUZE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    work = tmp_path / "work"
    (work / "audio").mkdir(parents=True)
    for band in range(COUNT):
        soundfile.write(work / "audio" / f"tone{band}.wav", tone(band), RATE_HZ, subtype="FLOAT")
    write_table(work, range(COUNT))
    monkeypatch.chdir(work)
    return work


@pytest.fixture
def clap(here: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Clap:
    """Run the command: `clap("pairs.csv", "--json")`."""
    register(monkeypatch, bands="Bands")
    if not any(e.name == COMMAND.name for e in entrypoints.all_entry_points()):
        entries = (*entrypoints.all_entry_points(), COMMAND)
        monkeypatch.setattr(entrypoints, "_scan", lambda: entries)

    def run(*words: object) -> Done:
        capfd.readouterr()
        code = main(["evaluate", "clap", "--device", "cpu", *map(str, words)])
        out, err = capfd.readouterr()
        return Done(int(code), out, err)

    return run


def write_table(folder: Path, order: Any, *, suffix: str = ".wav") -> None:
    lines = [f"audio/tone{band}{suffix},band {band}" for band in order]
    (folder / "pairs.csv").write_text("\n".join(["audio,text", *lines]) + "\n")


def test_every_text_finds_its_tone(clap: Clap) -> None:
    done = clap("pairs.csv", "--json")
    assert done.code == 0, done.err
    assert done.figure("clap score")["value"] == pytest.approx(1.0, abs=1e-4)
    assert done.figure("mismatched")["value"] == pytest.approx(0.0, abs=1e-3)
    for way in ("text to audio", "audio to text"):
        assert done.figure(f"{way} R@1")["value"] == 1.0
        assert done.figure(f"{way} R@5")["note"] == "all 5 are among the first 5"
    row = done.document["rows"][0]
    assert row["id"] == "audio/tone0.wav"
    assert (row["values"]["windows"], row["values"]["seconds"]) == (2, 2.0)
    assert row["values"]["text"] == "band 0"
    provenance = done.document["provenance"]
    assert provenance["embedding"]["sha256"] == Bands.sha256
    assert (provenance["pairs"]["kind"], provenance["pairs"]["windows"]) == ("csv", 10)
    assert "scorer: bands ('bands' is the scorer whose weights are here)" in done.err


def test_wrong_texts_score_low_and_are_seen_in_the_rows(clap: Clap, here: Path) -> None:
    lines = [f"audio/tone{band}.wav,band {(band + 1) % COUNT}" for band in range(COUNT)]
    (here / "pairs.csv").write_text("\n".join(["audio,text", *lines]))
    done = clap("pairs.csv", "--json")
    assert done.figure("clap score")["value"] == pytest.approx(0.0, abs=1e-3)
    assert done.figure("above mismatched")["value"] < -0.2
    assert done.figure("text to audio R@1")["value"] == 0.0


def test_the_order_of_rows_changes_no_byte(clap: Clap, here: Path) -> None:
    assert clap("pairs.csv", "-o", "a.json").code == 0
    for seed in range(3):
        order = list(range(COUNT))
        random.Random(seed).shuffle(order)
        write_table(here, order)
        shutil.rmtree(here.parent / "cache")  # everything is embedded anew
        assert clap("pairs.csv", "-o", "b.json", "--overwrite").code == 0
        assert (here / "b.json").read_bytes() == (here / "a.json").read_bytes()


def test_a_renamed_file_is_missing_and_extra(clap: Clap, here: Path) -> None:
    (here / "audio" / "tone3.wav").rename(here / "audio" / "new.wav")
    done = clap("pairs.csv", "--audio-dir", ".", "--json")
    assert done.code == 66
    error = json.loads(done.err.splitlines()[-1])
    assert (
        "1 text has no audio: audio/tone3.wav: there is no such audio (pairs.csv: line 5)" in error["message"]
    )
    assert "1 audio file has no text: audio/new.wav" in error["message"]
    assert error["hint"] == "--partial measures the other 4"
    assert error["details"]["audio_without_text"] == ["audio/new.wav"]
    partial = clap("pairs.csv", "--audio-dir", ".", "--partial", "--json")
    assert partial.code == 0, partial.err
    assert partial.document["missing"] == [
        "text without audio: audio/tone3.wav: there is no such audio",
        "audio without text: audio/new.wav",
    ]
    assert partial.figure("clap score")["count"] == 4


def test_another_ending_is_found_and_told(clap: Clap, here: Path) -> None:
    before = clap("pairs.csv", "--audio-dir", ".", "--json").document
    for path in sorted((here / "audio").iterdir()):
        samples, rate_hz = soundfile.read(path, dtype="float32")
        soundfile.write(path.with_suffix(".flac"), samples, rate_hz, subtype="PCM_24")
        path.unlink()
    done = clap("pairs.csv", "--audio-dir", ".", "--json")
    assert done.code == 0, done.err
    assert "5 paired by their names without endings" in done.err
    assert done.document["provenance"]["pairs"]["paired_without_ending"] == 5
    assert [row["id"] for row in done.document["rows"]] == [row["id"] for row in before["rows"]]


def test_one_changed_byte_changes_the_digest_and_its_row_alone(clap: Clap, here: Path) -> None:
    before = clap("pairs.csv", "--json").document
    soundfile.write(here / "audio" / "tone1.wav", tone(2), RATE_HZ, subtype="FLOAT")
    after = clap("pairs.csv", "--json").document
    assert after["provenance"]["pairs"]["digest"] != before["provenance"]["pairs"]["digest"]
    changed = [
        a["id"]
        for a, b in zip(after["rows"], before["rows"], strict=True)
        if a["values"]["score"] != b["values"]["score"]
    ]
    assert changed == ["audio/tone1.wav"]


def test_the_same_text_of_two_tones_is_no_mistake(clap: Clap, here: Path) -> None:
    shutil.copy(here / "audio" / "tone0.wav", here / "audio" / "again.wav")
    loud = np.asarray(tone(1) * 2, np.float32)
    soundfile.write(here / "audio" / "loud1.wav", loud, RATE_HZ, subtype="FLOAT")
    with (here / "pairs.csv").open("a") as table:
        table.write("audio/again.wav,band 0\naudio/loud1.wav,band 1\n")
    done = clap("pairs.csv", "--json")
    assert done.figure("text to audio R@1")["value"] == done.figure("audio to text R@1")["value"] == 1.0
    assert (done.figure("text to audio R@1")["count"], done.figure("audio to text R@1")["count"]) == (5, 6)
    assert done.figure("mismatched")["value"] == pytest.approx(0.0, abs=1e-3)


def test_json_lines_are_all_there_is_on_stdout(clap: Clap, here: Path) -> None:
    done = clap("pairs.csv", "--jsonl", "-o", "clap.json")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert rows == json.loads((here / "clap.json").read_text())["rows"]
    assert clap("pairs.csv", "--jsonl", "--json").code == 2
    table = clap("pairs.csv")
    assert table.out.startswith("figure") and "clap score ↑" in table.out


def test_audio_that_cannot_be_read(clap: Clap, here: Path) -> None:
    (here / "audio" / "tone0.wav").write_text("no audio")
    done = clap("pairs.csv")
    assert (done.code, "1 of 5 is not: audio/tone0.wav: " in done.err) == (65, True)
    partial = clap("pairs.csv", "--partial", "--json")
    assert partial.code == 1
    assert [failure["id"] for failure in partial.document["failed"]] == ["audio/tone0.wav"]
    assert partial.figure("clap score")["count"] == 4


def test_silence_is_told(clap: Clap, here: Path) -> None:
    soundfile.write(here / "audio" / "tone2.wav", np.zeros(RATE_HZ, np.float32), RATE_HZ)
    done = clap("pairs.csv", "--json")
    assert done.document["warnings"] == ["1 of 5 are silent: audio/tone2.wav"]
    assert [row["id"] for row in done.document["rows"] if row["note"] == "silent"] == ["audio/tone2.wav"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["none.csv"], 66, "none.csv does not exist"),
        (["pairs.csv", "--scorer", "band"], 2, "no scorer named 'band'"),
        (["pairs.csv", "--scorer", "./none"], 66, "./none is no folder"),
        (["pairs.csv", "--scorer", "audio"], 65, "audio must hold a model that a scorer can read"),
        (["pairs.csv", "--device", "gpu"], 2, "--device must be"),
        (["pairs.csv", "--cache", "c", "--no-cache"], 2, "exclude each other"),
        (["pairs.csv", "--audio-dir", "none"], 66, "--audio-dir must be a folder, and none is none"),
        (["pairs.csv", "--audio-dir", "pairs.csv"], 66, "--audio-dir must be a folder"),
        (["pairs.csv", "--text-field", "words"], 65, "'words', as --text-field says"),
        (["pairs.csv", "-o", "pairs.csv"], 73, "already exists"),
        (["pairs.csv", "-o", "audio"], 74, "is a folder"),
        (["audio"], 65, "5 audio files have no text: tone0.wav; tone1.wav"),
        (["audio", "--partial"], 65, "5 audio files have no text"),
        (["audio/tone0.wav"], 65, "must have a text, and nothing is said of it"),
        (["pairs.csv", "--seed", "-1"], 2, "seed"),
        ([], 2, "PAIRS"),
    ],
)
def test_what_is_wrong_is_said(words: list[str], code: int, message: str, clap: Clap) -> None:
    done = clap(*words)
    assert (done.code, message in done.err) == (code, True), done.err
    assert "Traceback" not in done.err


def test_a_scorer_that_breaks_its_promises_is_a_bug(clap: Clap, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bands, "embed_texts", lambda self, texts: np.full((len(texts), COUNT), np.nan))
    done = clap("pairs.csv")
    assert (done.code, "must give 5 finite numbers for each of 5 texts" in done.err) == (70, True)


def test_a_broken_scorer_is_left_out_and_told(clap: Clap, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, bands="Bands", broken="Broken")
    done = clap("pairs.csv")
    assert done.code == 0, done.err
    assert "warning: left out: the scorer 'broken' cannot say what it is" in done.err
    register(monkeypatch, absent="Absent")
    done = clap("pairs.csv")
    assert (done.code, "the weights of absent are not here" in done.err, "fetch absent" in done.err) == (
        69,
        True,
        True,
    )
