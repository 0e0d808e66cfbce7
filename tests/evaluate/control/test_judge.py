"""The judge: what it hears is what the command hears."""

from __future__ import annotations

from pathlib import Path

import pytest

from muze_evaluate.control import listening
from muze_evaluate.control.aspects import values
from muze_evaluate.control.judge import ASPECTS, ControlJudge
from muze_evaluate.control.measured import Measured
from muze_evaluate.control.planned import planned_from
from muzecli.plugin import Judge, engines, judges, planners
from muzecli.song.plan import PlanRequest


def test_it_is_registered_and_says_who_listens() -> None:
    judge = judges.get("control")
    assert isinstance(judge, Judge)
    identity = judge.identity(device="cpu")
    assert identity["aspects"] == list(ASPECTS)
    assert {"beats", "chords", "key"} <= {one["name"] for one in identity["extractors"]}


def test_its_verdict_is_the_commands_and_lies_within_0_and_1(tmp_path: Path) -> None:
    plan = planners.get("template").plan(PlanRequest("house, 124 bpm, A minor", duration_s=8.0, seed=1))
    made = engines.get("plain").render(plan, seed=1, device="cpu", options={}, on_progress=lambda _: None)
    found = ControlJudge().judge(plan, made.samples, made.rate_hz, device="cpu")
    heard = listening.heard_from(made.samples, made.rate_hz, device="cpu")
    expected = values(planned_from(plan), heard)
    assert found == {name: expected[name] for name in ASPECTS if expected[name] is not None}
    assert found["beats F"] > 0.8
    assert all(0.0 <= share <= 1.0 for share in found.values())


def test_what_nobody_can_hear_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planners.get("template").plan(PlanRequest("house", duration_s=8.0, seed=1))
    deaf = Measured(8.0, unheard=frozenset(listening.FIELDS))
    monkeypatch.setattr(listening, "heard_from", lambda *_, **__: deaf)
    assert ControlJudge().judge(plan, None, 32_000, device="cpu") == {}  # type: ignore[arg-type]
