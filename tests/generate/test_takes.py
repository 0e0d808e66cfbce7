"""Candidates: ranked where somebody can, all kept where nobody can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.generate.conftest import Generate, Register
from tests.generate.fakes import FakeEngine, tone_hz

from muze_generate.playing.takes import take_seed

POP = ("--prompt", "upbeat pop song", "--duration", "5", "--seed", "3", "--candidates", "3")


def test_the_first_take_is_what_a_run_without_candidates_makes(generate: Generate, here: Path) -> None:
    done = generate(*POP, "-o", "song.wav")
    assert done.code == 0, done.err
    assert "no scorer is installed" in done.err
    assert done.out.splitlines() == ["song.wav", "song_2.wav", "song_3.wav"]
    generate(*POP, "--candidates", "1", "-o", "alone.wav")
    assert (here / "song.wav").read_bytes() == (here / "alone.wav").read_bytes()
    seeds = [json.loads((here / f"{name}.json").read_text())["seed"] for name in ("song", "song_2", "song_3")]
    assert seeds == [take_seed(3, number) for number in (1, 2, 3)]
    assert len(set(seeds)) == 3


def test_every_take_can_be_made_again(generate: Generate, here: Path) -> None:
    generate(*POP, "-o", "song.wav")
    done = generate("--plan", "song_3.json", "-o", "again.wav", engine=None)
    assert done.code == 0, done.err
    assert (here / "again.wav").read_bytes() == (here / "song_3.wav").read_bytes()


def test_a_scorer_picks_the_best_and_all_scores_are_kept(
    register: Register, generate: Generate, here: Path
) -> None:
    register("scorers", "pitch", "PitchScorer")
    done = generate(*POP, "-o", "song.wav")
    assert done.out.splitlines() == ["song.wav"]
    sidecar = json.loads((here / "song.json").read_text())
    takes = sidecar["generation"]["candidates"]["takes"]
    judge = sidecar["generation"]["candidates"]["scorer"]
    assert (judge["name"], judge["sha256"]) == ("pitch", "cd" * 32)
    assert "'pitch' is the scorer whose weights are here" in done.err
    assert [take["number"] for take in takes] == [1, 2, 3]
    best = max(takes, key=lambda take: tone_hz(take["seed"]))
    assert sidecar["seed"] == best["seed"]
    assert best["score"] == max(take["score"] for take in takes)
    generate(*POP, "--keep-candidates", "--scorer", "pitch", "-o", "all.wav")
    seeds = [json.loads((here / f"{name}.json").read_text())["seed"] for name in ("all", "all_2", "all_3")]
    assert [tone_hz(seed) for seed in seeds] == sorted((tone_hz(seed) for seed in seeds), reverse=True)


def test_nobody_can_choose_what_goes_to_standard_output(generate: Generate) -> None:
    done = generate(*POP, "-o", "-")
    assert (done.code, "no scorer is installed that could choose" in done.err) == (2, True)
    assert not FakeEngine.calls


@pytest.mark.parametrize("taken", ["song_2.wav", "song_3.json"])
def test_a_candidate_that_is_there_already_is_seen_before_any_work(
    taken: str, generate: Generate, here: Path
) -> None:
    (here / taken).write_text("mine")
    done = generate(*POP, "-o", "song.wav")
    if taken.endswith(".wav"):
        assert (done.code, taken in done.err) == (73, True)
        assert not FakeEngine.calls
    else:  # a stranger's file of the sidecar's name is evaded
        assert done.code == 0
        assert (here / "song_3.wav.json").is_file()
    assert (here / taken).read_text() == "mine"


def test_a_scorer_without_its_weights_is_told_before_any_work(
    register: Register, generate: Generate, here: Path
) -> None:
    register("scorers", "absent", "tests.scorers:Absent")
    done = generate(*POP, "-o", "song.wav")
    assert (done.code, "the weights of absent are not here" in done.err, "fetch absent" in done.err) == (
        69,
        True,
        True,
    )
    (here / "songs.txt").write_text("calm piano\nslow jazz\n")
    batch = generate("--batch", "songs.txt", *POP[2:])
    assert (batch.code, batch.err.count("the weights of absent are not here")) == (69, 1)
    assert not FakeEngine.calls
    single = generate("--batch", "songs.txt", "--duration", "5", "--seed", "3")  # nobody has to judge
    assert single.code == 0, single.err


def test_a_broken_scorer_is_passed_over_and_told(register: Register, generate: Generate, here: Path) -> None:
    register("scorers", "broken", "tests.scorers:Broken")
    register("scorers", "pitch", "PitchScorer")
    done = generate(*POP, "-o", "song.wav")
    assert done.code == 0, done.err
    assert "warning: left out: the scorer 'broken' cannot say what it is" in done.err
    assert done.out.splitlines() == ["song.wav"]


def test_a_judge_ranks_by_the_plan_and_both_stand_in_the_sidecar(
    register: Register, generate: Generate, here: Path
) -> None:
    register("judges", "depth", "DepthJudge")
    done = generate(*POP, "-o", "deep.wav")
    assert "takes are ranked by the plan" in done.err
    assert "of 3 comes first: plan 0." in done.err
    sidecar = json.loads((here / "deep.json").read_text())
    found = sidecar["generation"]["candidates"]
    assert found["scorer"] is None
    assert found["judge"] == {"name": "depth", "aspects": ["depth"], "device": "cpu"}
    lowest = min(found["takes"], key=lambda take: tone_hz(take["seed"]))
    assert sidecar["seed"] == lowest["seed"]
    assert lowest["adherence"] == max(take["adherence"] for take in found["takes"])
    assert lowest["follows"] == {"depth": lowest["adherence"]}

    register("scorers", "pitch", "PitchScorer")
    done = generate(*POP, "--rank-by", "words", "-o", "high.wav")
    high = json.loads((here / "high.json").read_text())
    assert "takes are ranked by the words ('pitch' is" in done.err
    assert high["seed"] == max(found["takes"], key=lambda take: tone_hz(take["seed"]))["seed"]
    assert all(take["adherence"] is None for take in high["generation"]["candidates"]["takes"])

    done = generate(*POP, "-o", "both.wav")
    both = json.loads((here / "both.json").read_text())["generation"]["candidates"]
    assert "ranked by the words" in done.err and "and the plan" in done.err
    assert all(None not in (take["score"], take["adherence"]) for take in both["takes"])


def test_a_plan_without_a_prompt_is_ranked_by_itself(
    register: Register, generate: Generate, here: Path
) -> None:
    register("scorers", "pitch", "PitchScorer")
    generate(*POP[:-2], "-o", "song.wav")
    plan = json.loads((here / "song.json").read_text())["plan"]
    (here / "plan.json").write_text(json.dumps({**plan, "prompt": ""}))
    alone = generate("--plan", "plan.json", "--seed", "3", "--candidates", "2", "-o", "alone.wav")
    assert (alone.code, "ranks candidates by the prompt, and the plan has none" in alone.err) == (2, True)
    register("judges", "depth", "DepthJudge")
    done = generate("--plan", "plan.json", "--seed", "3", "--candidates", "2", "-o", "judged.wav")
    assert done.code == 0, done.err
    assert "there is no prompt to hold takes against; they are ranked by the plan alone" in done.err
    words = ("--rank-by", "words", "-o", "worded.wav")
    refused = generate("--plan", "plan.json", "--seed", "3", "--candidates", "2", *words)
    assert (refused.code, "the plan has none" in refused.err) == (2, True)
