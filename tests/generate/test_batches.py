"""A file of prompts: names, seeds, options of each song, failures, and going on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.generate.conftest import Generate
from tests.generate.fakes import FakeEngine

YAML = """
- calm piano at 70 bpm
- prompt: energetic house
  name: opener
  duration: 6
  steps: 9
- {prompt: slow jazz, seed: 77, num-steps: 4}
"""
FAST = ("--duration", "5", "--seed", "3")


def test_a_prompt_a_line(generate: Generate, here: Path) -> None:
    (here / "songs.txt").write_text("# mine\ncalm piano at 70 bpm\n\nslow jazz\n")
    done = generate("--batch", "songs.txt", *FAST)
    assert done.code == 0, done.err
    assert done.out.splitlines() == ["songs/001_calm_piano_at_70_bpm.wav", "songs/002_slow_jazz.wav"]
    assert not (here / "songs" / ".muze-job.json").exists()


def test_options_of_each_song(generate: Generate, here: Path) -> None:
    (here / "songs.yaml").write_text(YAML)
    done = generate("--batch", "songs.yaml", *FAST, "-o", "out", "--format", "flac", "--json")
    assert done.code == 0, done.err
    outputs = done.document["outputs"]
    assert [Path(row["path"]).name for row in outputs] == [
        "001_calm_piano_at_70_bpm.flac",
        "opener.flac",
        "003_slow_jazz.flac",
    ]
    assert [call["options"] for call in FakeEngine.calls] == [{}, {"steps": 9}, {"steps": 4}]
    assert outputs[2]["seed"] == 77
    assert len({row["seed"] for row in outputs}) == 3
    sidecar = json.loads((here / "out" / "opener.json").read_text())
    assert sidecar["options"]["steps"] == {"value": 9, "source": "songs.yaml: song 2"}
    generate("--plan", "out/opener.json", "-o", "again.flac", engine=None)
    assert (here / "again.flac").read_bytes() == (here / "out" / "opener.flac").read_bytes()


def test_a_songs_seed_follows_from_its_words_and_not_from_its_place(generate: Generate, here: Path) -> None:
    (here / "a.txt").write_text("slow jazz\ncalm piano\nslow jazz\n")
    (here / "b.txt").write_text("upbeat pop\ncalm piano\nslow jazz\n")
    first, second = (
        generate("--batch", name, *FAST, "--json").document["outputs"] for name in ("a.txt", "b.txt")
    )
    assert first[1]["seed"] == second[1]["seed"]
    assert first[0]["seed"] == second[2]["seed"] != first[2]["seed"]


def test_the_same_command_goes_on_with_what_is_missing(generate: Generate, here: Path) -> None:
    (here / "songs.txt").write_text("calm piano\nslow jazz\n")
    generate("--batch", "songs.txt", *FAST)
    kept = (here / "songs" / "002_slow_jazz.wav").read_bytes()
    (here / "songs" / "001_calm_piano.wav").unlink()
    FakeEngine.calls.clear()
    done = generate("--batch", "songs.txt", *FAST)
    assert done.code == 0, done.err
    assert "1 of 2 are done already" in done.err
    assert len(FakeEngine.calls) == 1
    assert (here / "songs" / "002_slow_jazz.wav").read_bytes() == kept
    done = generate("--batch", "songs.txt", *FAST, "--steps", "9")
    assert (done.code, "already exist" in done.err) == (73, True)


def test_a_song_from_a_sidecar_is_done_when_it_is_there(generate: Generate, here: Path) -> None:
    generate("--prompt", "slow jazz", *FAST, "--steps", "9", "-o", "jazz.wav")
    (here / "songs.yaml").write_text("- {plan: jazz.json, name: again, seed: 3}\n")
    assert generate("--batch", "songs.yaml", "--seed", "3", engine=None).code == 0
    assert (here / "songs" / "again.wav").read_bytes() == (here / "jazz.wav").read_bytes()
    done = generate("--batch", "songs.yaml", "--seed", "3", engine=None)
    assert (done.code, "1 of 1 are done already" in done.err) == (0, True)


def test_a_song_that_fails_does_not_stop_the_others(generate: Generate, here: Path) -> None:
    (here / "songs.yaml").write_text("- calm piano\n- {prompt: pop, eta: 0.5}\n- slow jazz\n")
    done = generate("--batch", "songs.yaml", *FAST)
    assert done.code == 1
    assert "failed: songs.yaml: song 2: the engine 'fake' has no option 'eta'" in done.err
    assert "1 of 3 songs failed" in done.err
    assert len(done.out.splitlines()) == 2


def test_a_dry_run_lists_the_songs(generate: Generate, here: Path) -> None:
    (here / "songs.txt").write_text("calm piano\n")
    done = generate("--batch", "songs.txt", *FAST, "--dry-run")
    assert (done.code, "songs/001_calm_piano.wav" in done.out) == (0, True)
    assert sorted(path.name for path in here.iterdir()) == ["songs.txt"]


@pytest.mark.parametrize(
    ("name", "text", "code", "message"),
    [
        ("b.txt", "\n# nothing\n", 65, "must hold at least one prompt"),
        ("b.yaml", "prompt: x", 65, "must be a list of songs"),
        ("b.yaml", "- [", 65, "must be YAML"),
        ("b.json", "[", 65, "must be JSON"),
        ("b.jsonl", '{"prompt": "pop"}\n{', 65, "b.jsonl: line 2"),
        ("b.yaml", "- {prompt: pop, tempi: 90}", 65, "song 1: 'tempi' is no option of a song"),
        ("b.yaml", "- {prompt: pop, tempo: fast}", 65, "song 1: tempo must be a number, and it is 'fast'"),
        ("b.yaml", "- {prompt: pop, duration: -4}", 65, "song 1: --duration must be 5 to 600, and it is -4"),
        ("b.yaml", "- {prompt: ''}", 65, "song 1: --prompt must say"),
        ("b.yaml", "- {prompt: pop, key: H}", 65, "song 1: --key"),
        ("b.yaml", "- {prompt: pop, template: nowhere}", 65, "song 1: there is no template named 'nowhere'"),
        ("b.yaml", "- {prompt: pop, name: a}\n- {prompt: jazz, name: a}", 65, "'a' stands twice"),
        ("b.yaml", "- {prompt: pop, name: ../a}", 65, "a name must be a file's name"),
        ("b.yaml", "- {plan: missing.json}", 66, "song 1: the file missing.json"),
        ("b.yaml", "- 7", 65, "song 1: must be a prompt"),
    ],
)
def test_a_batch_that_is_malformed(
    name: str, text: str, code: int, message: str, generate: Generate, here: Path
) -> None:
    (here / name).write_text(text)
    done = generate("--batch", name, *FAST)
    assert (done.code, message in done.err) == (code, True), done.err
    assert [path.name for path in here.iterdir()] == [name]
