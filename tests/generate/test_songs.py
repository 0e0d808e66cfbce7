"""Whole songs: what is in the file, what is beside it, and that it can be made again."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.generate.conftest import Generate
from tests.generate.fakes import FakeEngine

from muze_generate.finishing.levels import measured
from muzecli.song.documents import plan_from_document
from muzecli.song.pitch import Key

POP = ("--prompt", "upbeat pop song", "--duration", "8", "--seed", "3")


def test_a_song_has_the_rate_channels_and_loudness_that_are_usual(generate: Generate, here: Path) -> None:
    done = generate(*POP, "-o", "song.wav")
    assert (done.code, done.out) == (0, "song.wav\n"), done.err
    samples, rate_hz = soundfile.read(here / "song.wav", dtype="float32", always_2d=True)
    assert rate_hz == 44_100
    assert soundfile.info(here / "song.wav").subtype == "PCM_24"
    level = measured(samples.T, rate_hz)
    assert level.lufs == pytest.approx(-14.0, abs=0.3)
    assert level.true_peak_dbtp <= -0.99
    assert not np.allclose(samples[:, 0], samples[:, 1], atol=1e-3)
    plan = plan_from_document(json.loads((here / "song.json").read_text())["plan"])
    assert len(samples) / rate_hz == pytest.approx(plan.duration_s, abs=0.01)


def test_the_sidecar_says_all_that_made_it(generate: Generate, here: Path) -> None:
    generate(*POP, "--steps", "7", "-o", "song.wav")
    sidecar = json.loads((here / "song.json").read_text())
    assert sidecar["schema"] == "muze.sidecar/1"
    assert sidecar["seed"] == 3
    assert sidecar["weights"] == [{"name": "fake/model", "sha256": "ab" * 32}]
    assert sidecar["generation"]["engine"] == "fake"
    assert sidecar["generation"]["engine_options"] == {"steps": 7}
    assert sidecar["plan"]["schema"] == "muze.plan/1"
    assert set(sidecar["loudness"]) == {"integrated_lufs", "true_peak_dbtp", "gain_db", "limited_db"}


def test_the_sidecar_makes_the_song_again(generate: Generate, here: Path) -> None:
    asked = (
        "--steps",
        "7",
        "--bit-depth",
        "16",
        "--sample-rate",
        "32000",
        "--loudness",
        "-18",
        "--channels",
        "mono",
    )
    generate(*POP, *asked, "-o", "song.wav")
    for plan in ("song.json", "song.wav"):
        done = generate("--plan", plan, "-o", "again.wav", "--overwrite", engine=None)
        assert done.code == 0, done.err
        assert (here / "again.wav").read_bytes() == (here / "song.wav").read_bytes()


def test_the_same_command_gives_the_same_bytes_and_another_seed_others(
    generate: Generate, here: Path
) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        generate("--prompt", "upbeat pop song", "--duration", "8", "--seed", seed, "-o", f"{name}.wav")
    a, b, c = ((here / f"{name}.wav").read_bytes() for name in "abc")
    assert a == b != c


def test_a_changed_input_or_model_is_told_when_a_song_is_made_again(generate: Generate, here: Path) -> None:
    generate(*POP, "-o", "song.wav")
    text = (here / "song.json").read_text().replace("ab" * 32, "cd" * 32)
    (here / "old.json").write_text(text)
    done = generate("--plan", "old.json", "-o", "again.wav", engine=None)
    assert "fake/model is not the file that the song was made with" in done.err


def test_a_seed_that_was_drawn_is_told_and_kept(generate: Generate, here: Path) -> None:
    done = generate("--prompt", "upbeat pop song", "--duration", "8", "-o", "song.wav")
    seed = json.loads((here / "song.json").read_text())["seed"]
    assert f"seed {seed}" in done.err
    assert FakeEngine.calls[-1]["seed"] == seed


@pytest.mark.parametrize("level", [0.001, 0.3, 8.0])
def test_no_level_clips_or_stays_soft(level: float, generate: Generate, here: Path) -> None:
    generate(*POP, "--engine-option", f"level={level}", "-o", "song.wav")
    samples, rate_hz = soundfile.read(here / "song.wav", dtype="float32", always_2d=True)
    found = measured(samples.T, rate_hz)
    assert found.lufs == pytest.approx(-14.0, abs=0.3)
    assert found.true_peak_dbtp <= -0.99


def test_peaks_that_leave_no_room_are_told(generate: Generate, here: Path) -> None:
    done = generate(*POP, "--loudness", "-3", "--engine-option", "crest=true", "-o", "song.wav")
    assert "peaks leave no room for -3" in done.err
    samples, rate_hz = soundfile.read(here / "song.wav", dtype="float32", always_2d=True)
    assert measured(samples.T, rate_hz).true_peak_dbtp <= -0.99


def test_the_engines_level_can_be_kept(generate: Generate, here: Path) -> None:
    generate(*POP, "--loudness", "keep", "--engine-option", "level=0.01", "-o", "song.wav")
    samples, _ = soundfile.read(here / "song.wav", dtype="float32", always_2d=True)
    assert 0.004 < np.abs(samples).max() < 0.011


def test_one_channel_becomes_two_that_are_not_equal(generate: Generate, here: Path) -> None:
    generate(*POP, "--engine-option", "channels=1", "-o", "song.wav")
    left, right = soundfile.read(here / "song.wav", dtype="float32")[0].T
    assert 0.1 < np.corrcoef(left, right)[0, 1] < 0.99


def test_mono_is_one_channel(generate: Generate, here: Path) -> None:
    generate(*POP, "--channels", "mono", "--format", "flac", "-o", "song.flac")
    assert soundfile.info(here / "song.flac").channels == 1


def test_notes_and_stems_stand_beside_the_song(generate: Generate, here: Path) -> None:
    done = generate(*POP, "-o", "song.wav", "--midi", "song.mid", "--stems")
    assert done.code == 0, done.err
    assert (here / "song.mid").read_bytes().startswith(b"MThd")
    drums, rate_hz = soundfile.read(here / "song_stems" / "drums.wav", dtype="float32")
    bass, _ = soundfile.read(here / "song_stems" / "bass.wav", dtype="float32")
    assert rate_hz == 44_100
    assert np.allclose(bass, 3 * drums, atol=1e-4)  # one gain for all of them
    assert json.loads((here / "song_stems" / "drums.wav.json").read_text())["stem"] == "drums"
    assert done.out.splitlines() == ["song.wav", "song_stems/drums.wav", "song_stems/bass.wav", "song.mid"]


def test_an_engine_without_stems_is_told(generate: Generate, here: Path) -> None:
    done = generate(*POP, "-o", "song.wav", "--engine-option", "stems=false")
    assert done.code == 0
    assert not (here / "song_stems").exists()


def test_options_go_to_the_engine_and_nothing_else_does(generate: Generate) -> None:
    generate(*POP, "--num-steps", "9", "--model", "tiny", "--engine-option", "level=0.5", "-o", "song.wav")
    assert FakeEngine.calls[-1]["options"] == {"steps": 9, "model": "tiny", "level": 0.5}
    generate(*POP, "-o", "plain.wav")
    assert FakeEngine.calls[-1]["options"] == {}


def test_a_plan_is_played_with_its_own_seed_and_changed_by_options(generate: Generate, here: Path) -> None:
    generate(*POP, "-o", "song.wav")
    plan = json.loads((here / "song.json").read_text())["plan"]
    (here / "plan.json").write_text(json.dumps(plan))
    generate("--plan", "plan.json", "-o", "a.wav")
    first = FakeEngine.calls[-1]
    assert first["seed"] == plan["seed"] == 3
    tonic = first["plan"].key.tonic
    key = Key((tonic + 2) % 12, first["plan"].key.mode)
    generate(
        "--plan",
        "plan.json",
        "--tempo",
        "90",
        "--key",
        key,
        "--prompt",
        "other",
        "--seed",
        "8",
        "-o",
        "b.wav",
    )
    other = FakeEngine.calls[-1]
    assert (other["seed"], other["plan"].seed, other["plan"].tempo_bpm, other["plan"].prompt) == (
        8,
        3,
        90,
        "other",
    )
    before, after = (call["plan"].sections[0].chords[0][0] for call in (first, other))
    assert after == before.transposed(2)


def test_json_says_what_was_made(generate: Generate) -> None:
    done = generate(*POP, "-o", "song.wav", "--json")
    document = done.document
    assert document["schema"] == "muze.generate/1"
    (output,) = document["outputs"]
    assert (output["path"], output["sidecar"], output["seed"]) == ("song.wav", "song.json", 3)
    assert (output["rate_hz"], output["channels"], output["engine"]) == (44_100, 2, "fake")
    assert document["plan"]["tempo_bpm"] > 0


def test_a_dry_run_shows_the_plan_and_writes_nothing(generate: Generate, here: Path) -> None:
    done = generate(*POP, "-o", "song.wav", "--stems", "--dry-run")
    assert done.code == 0
    assert "bpm" in done.out and "energy" in done.out
    assert "would write song.wav" in done.err and "would write song_stems/" in done.err
    assert not FakeEngine.calls and list(here.iterdir()) == []
    assert generate(*POP, "--dry-run", "--json").document["plan"]["schema"] == "muze.plan/1"


def test_without_an_output_the_file_is_named_for_the_words(generate: Generate, here: Path) -> None:
    assert generate(*POP).out == "upbeat_pop_song.wav\n"
    (here / "songs").mkdir()
    assert generate(*POP, "-o", "songs").out == "songs/upbeat_pop_song.wav\n"


def test_a_song_starts_from_audio(generate: Generate, here: Path) -> None:
    tone = 0.1 * np.sin(np.arange(6 * 22_050) / 10)
    soundfile.write(here / "hum.wav", tone, 22_050)
    done = generate(
        "--prompt",
        "upbeat pop song",
        "--seed",
        "1",
        "--init-audio",
        "hum.wav",
        "--strength",
        "0.25",
        "-o",
        "x.wav",
    )
    assert done.code == 0, done.err
    reference = FakeEngine.calls[-1]["reference"]
    assert (reference.strength, reference.rate_hz, reference.start_s, tuple(reference.keep)) == (
        0.25,
        22_050,
        0.0,
        (),
    )
    assert FakeEngine.calls[-1]["plan"].duration_s == pytest.approx(6.0, abs=2.0)  # as long as the audio
    assert json.loads((here / "x.json").read_text())["inputs"][0]["name"] == "hum.wav"


def test_words_say_how_long_it_lasts_where_no_option_does(generate: Generate) -> None:
    generate("--prompt", "a 12 second pop song at 120 bpm", "--seed", "1", "-o", "song.wav")
    assert FakeEngine.calls[-1]["plan"].duration_s == pytest.approx(12.0, abs=1.0)
