"""`muze dataset synth` as a user runs it; most with the built-in synthesiser, which every machine has."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from muze_synth.soundfont import find_soundfont, load_fluidsynth
from muzecli.audio.loudness import LoudnessMeter
from muzecli.audio.reader import read_audio
from muzecli.errors import UnavailableError
from muzecli.song.dataset import open_dataset
from muzecli.song.documents import read_score

SMALL = ("--duration", "6", "--player", "plain", "--sample-rate", "16000", "--seed", "3")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def made(muze, tmp_path):
    folder = tmp_path / "corpus"
    run = muze(
        "dataset", "synth", "-o", folder, "--tracks", "4", "--stems", "--vocals", "0.5", *SMALL, "--json"
    )
    assert run.returncode == 0, run.stderr.decode()
    return folder, json.loads(run.stdout)


def test_every_track_validates_and_its_files_are_there(made):
    folder, said = made
    tracks = list(open_dataset(folder))
    assert said["schema"] == "muze.dataset-synth/1"
    assert said["tracks"] == len(tracks) == 4
    assert not list(folder.glob(".*"))
    for track in tracks:
        samples, info = read_audio(folder / track.audio_path)
        assert info.rate_hz == 16_000
        assert samples.shape[0] == 2
        assert abs(samples.shape[1] / 16_000 - track.duration) < 0.001
        assert 0.01 < np.abs(samples).max() <= 1
        meter = LoudnessMeter(16_000, 2)
        meter.add(samples)
        assert abs(meter.integrated_lufs - track.loudness_db) < 0.05  # 16 bits are what differs
        score = read_score(folder / track.score_path)
        assert np.allclose(score.beats_s, track.beat_positions)
        assert np.allclose(score.downbeats_s, track.downbeat_positions)
        assert score.tempo_bpm == track.tempo
        assert track.plan.prompt == track.prompt


def test_chords_of_the_annotation_are_those_of_the_score(made):
    folder, _ = made
    for track in open_dataset(folder):
        score = read_score(folder / track.score_path)
        for event in score.chords:
            middle_s = score.seconds((event.start + event.end) / 2)
            labelled = next(c for c in track.chord_progression if c.start_s <= middle_s < c.end_s)
            assert labelled.chord == event.chord


def test_a_sung_track_has_a_voice_with_labels_and_the_others_none(made):
    folder, _ = made
    tracks = list(open_dataset(folder))
    assert {bool(track.f0_contour) for track in tracks} == {True, False}
    for track in tracks:
        assert track.has_vocals == bool(track.f0_contour)
        if track.f0_contour:
            assert any(track.f0_voiced_mask)
            assert track.phoneme_timestamps and track.breath_positions
        else:
            assert track.phonemes_ipa is None and track.vibrato_rate is None


def test_stems_have_the_length_of_the_mix(made):
    folder, _ = made
    for track in open_dataset(folder):
        stems = track.source["stems"]
        assert len(stems) > 2
        for path in stems.values():
            assert abs(read_audio(folder / path)[1].frames / 16_000 - track.duration) < 0.001


def test_two_jobs_and_an_interruption_make_the_same_bytes(muze, tmp_path, clean_env):
    words = ["dataset", "synth", "--tracks", "6", *SMALL]
    assert muze(*words, "-o", tmp_path / "one").returncode == 0
    assert muze(*words, "-o", tmp_path / "two", "--jobs", "2").returncode == 0

    cut = tmp_path / "cut"
    command = [sys.executable, "-m", "muzecli", *words, "-o", str(cut)]
    run = subprocess.Popen(command, env=clean_env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(cut.glob(".muze-tracks/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    if run.returncode != 0:  # a very fast machine may have been done
        assert run.returncode == 130
        assert b"the same command again goes on" in said
        assert not (cut / "dataset.jsonl").exists()
    assert muze(*words, "-o", cut, "--overwrite").returncode == 0
    assert contents(cut) == contents(tmp_path / "one") == contents(tmp_path / "two")


def test_a_changed_configuration_does_not_go_on_with_an_interrupted_corpus(muze, tmp_path):
    folder = tmp_path / "corpus"
    words = ["dataset", "synth", "-o", folder, "--tracks", "2", "--no-audio"]
    assert muze(*words).returncode == 0
    (folder / ".muze-job.json").write_text(json.dumps({"schema": "muze.job/1", "configuration": {"seed": 9}}))
    refused = muze(*words)
    assert refused.returncode == 78
    assert b"another configuration" in refused.stderr


def test_a_finished_corpus_is_kept_unless_it_may_be_replaced(muze, tmp_path):
    folder = tmp_path / "corpus"
    words = [
        "dataset",
        "synth",
        "-o",
        folder,
        "--duration",
        "6",
        "--player",
        "plain",
        "--sample-rate",
        "8000",
    ]
    assert muze(*words, "--tracks", "2").returncode == 0
    (folder / "audio" / "mine.txt").write_text("keep")
    refused = muze(*words, "--tracks", "1")
    assert refused.returncode == 73
    assert b"already exists" in refused.stderr
    assert muze(*words, "--tracks", "1", "--overwrite").returncode == 0
    assert sorted(path.name for path in (folder / "audio").iterdir()) == ["000000.flac", "mine.txt"]


def test_annotations_alone_need_no_player_and_write_no_audio(muze, tmp_path):
    run = muze(
        "dataset", "synth", "-o", tmp_path / "forms", "--tracks", "30", "--no-audio", "--duration", "60-300"
    )
    assert run.returncode == 0, run.stderr.decode()
    tracks = list(open_dataset(tmp_path / "forms"))
    assert len({track.genre for track in tracks}) == 25
    assert all(track.segments and track.chord_progression for track in tracks)
    assert all(track.loudness_db is None and track.score_path is None for track in tracks)
    assert not (tmp_path / "forms" / "audio").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--duration", "abc"), "must be seconds or a range like 20-40, not 'abc'"),
        (("--duration", "1"), "must lie within 5…600 s"),
        (("--duration", "40-20"), "must lie within 5…600 s"),
        (("--genres", "house,polka"), "names what there is not: polka"),
        (("--genres", ","), "--genres names none"),
        (("--stems", "--no-audio"), "--stems needs audio"),
        (
            ("--soundfont", "a.sf2", "--no-audio"),
            "--soundfont is for the sampler, and --no-audio does without",
        ),
        (("--soundfont", "a.sf2", "--player", "plain"), "and --player plain does without"),
    ],
)
def test_wrong_options_are_named(muze, tmp_path, words, message):
    run = muze("dataset", "synth", "-o", tmp_path / "corpus", *words)
    assert run.returncode == 2
    assert message in run.stderr.decode()
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 96_000])
def test_a_voice_sings_at_every_rate(muze, tmp_path, rate_hz):
    folder = tmp_path / "corpus"
    words = ["--tracks", "1", "--duration", "5", "--player", "plain", "--vocals", "1", "--stems"]
    run = muze("dataset", "synth", "-o", folder, *words, "--sample-rate", str(rate_hz))
    assert run.returncode == 0, run.stderr.decode()
    assert b"Warning" not in run.stderr
    [track] = open_dataset(folder)
    [voice] = [path for name, path in track.source["stems"].items() if name.endswith("_vocals")]
    samples, info = read_audio(folder / voice)
    assert info.rate_hz == rate_hz
    voiced = np.repeat(track.f0_voiced_mask, rate_hz // 100)
    length = min(len(voiced), samples.shape[1])
    level = np.square(samples[:, :length]).mean(axis=0)
    assert level[voiced[:length]].mean() > 20 * level[~voiced[:length]].mean()


def test_nothing_ends_with_a_click(made):
    folder, _ = made
    for track in open_dataset(folder):
        for path in (track.audio_path, *track.source["stems"].values()):
            samples, info = read_audio(folder / path)
            assert np.abs(samples[:, -info.rate_hz // 1000 :]).max() < 0.001


def test_a_soundfont_that_is_not_there_is_named(muze, tmp_path):
    run = muze("dataset", "synth", "-o", tmp_path / "corpus", "--soundfont", "none.sf2")
    assert run.returncode == 66
    assert b"none.sf2 does not exist" in run.stderr
    assert not (tmp_path / "corpus").exists()


def test_a_dry_run_writes_nothing(muze, tmp_path):
    run = muze("dataset", "synth", "-o", tmp_path / "corpus", "--tracks", "120", "--no-audio", "--dry-run")
    assert run.returncode == 0
    assert b"would write 120 tracks, about 1.00 hours" in run.stdout
    assert not (tmp_path / "corpus").exists()


def test_sampled_instruments_play_where_they_are_installed(muze, tmp_path):
    try:
        load_fluidsynth()
        find_soundfont()
    except UnavailableError as error:
        pytest.skip(error.message)
    words = ["dataset", "synth", "--tracks", "2", "--duration", "6", "--player", "sampler"]
    assert muze(*words, "-o", tmp_path / "a").returncode == 0
    assert muze(*words, "-o", tmp_path / "b", "--jobs", "2").returncode == 0
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert {track.source["player"] for track in open_dataset(tmp_path / "a")} == {"sampler"}
