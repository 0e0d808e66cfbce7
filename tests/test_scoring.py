"""Which scorer judges, and what is said of those that do not."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from muzecli.errors import BadDataError, BugError, InputMissingError, UnavailableError, UsageError
from muzecli.scoring import check_scorer_name, chosen_scorer, preferred_scorer
from tests.scorers import ManyModels, register


@pytest.mark.parametrize(
    ("registered", "name", "reason"),
    [
        ({"bands": "Bands"}, "bands", "'bands' is the scorer whose weights are here"),
        ({"z": "Bands", "a": "StandIn"}, "z", "'z' is the scorer whose weights are here"),
        ({"z": "Bands", "b": "Bands", "a": "StandIn"}, "b", "the first by name of the scorers.*here: b, z"),
        ({"z": "StandIn", "y": "StandIn", "a": "Absent"}, "y", r"'y' stands in.*\(a: the weights of absent"),
    ],
)
def test_auto_takes_the_first_by_name_and_those_that_stand_in_last(
    registered: dict[str, str], name: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, **registered)
    choice = preferred_scorer()
    assert choice.name == name == chosen_scorer().name
    assert re.search(reason, choice.reason)
    assert choice.identity["dimensions"] == 5
    assert not choice.faults


@pytest.mark.parametrize(
    ("place", "fault"),
    [
        ("Broken", "the scorer 'a' cannot say what it is: ZeroDivisionError: no"),
        ("Unbuildable", "cannot be loaded: RuntimeError: out of order"),
        ("NotThere", "cannot be loaded: AttributeError"),
        ("tests.no_such_module:X", "cannot be loaded: ModuleNotFoundError"),
    ],
)
def test_a_broken_one_is_passed_over_and_mentioned(
    place: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(monkeypatch, a=place, z="StandIn")
    choice = preferred_scorer()
    assert choice.name == "z"
    assert len(choice.faults) == 1 and fault in choice.faults[0]
    with pytest.raises(BugError, match=r"report it|cannot"):
        chosen_scorer("a")


def test_where_none_is_here_every_reason_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, a="Absent", b="Broken")
    with pytest.raises(UnavailableError, match=r"weights of absent are not here; the scorer 'b'") as caught:
        preferred_scorer()
    assert caught.value.hint is not None and caught.value.hint.startswith("fetch absent; or report it")
    register(monkeypatch)
    with pytest.raises(UnavailableError, match="no scorer is installed"):
        preferred_scorer()


def test_vectors_may_have_to_have_a_length(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, a="Bands", z="Wide")
    assert preferred_scorer(dimensions=512).name == "z"
    with pytest.raises(UnavailableError, match="'a' gives 5 numbers, and 64 are needed"):
        preferred_scorer(dimensions=64)


def test_what_is_asked_for_by_name_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, a="Absent", bands="Bands")
    assert chosen_scorer("bands").reason == "'bands' was asked for"
    with pytest.raises(UnavailableError, match="absent"):
        chosen_scorer("a")
    for look in (chosen_scorer, check_scorer_name):
        with pytest.raises(UsageError, match="no scorer named 'c'"):
            look("c")
        with pytest.raises(InputMissingError, match=r"\./nowhere is no folder"):
            look("./nowhere")
    check_scorer_name("auto")
    with pytest.raises(UsageError, match="'bands' has a model of its own"):
        chosen_scorer("bands", model="mine")


def test_a_folder_is_read_by_whoever_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    register(monkeypatch, bands="Bands", many="ManyModels", broken="Unbuildable")
    with pytest.raises(BadDataError, match="must hold a model that a scorer can read") as caught:
        chosen_scorer(str(tmp_path))
    assert f"many: {tmp_path} holds no bands" in str(caught.value.hint)
    (tmp_path / "bands.txt").touch()
    choice = chosen_scorer(str(tmp_path), device="cuda:1")
    assert isinstance(choice.scorer, ManyModels)
    assert (choice.name, choice.scorer.model, choice.scorer.device) == ("many", str(tmp_path), "cuda:1")
    named = chosen_scorer("many", model=str(tmp_path))
    assert named.identity["model"] == str(tmp_path)


def test_a_folder_beside_is_no_scorer_where_one_is_called_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bands").mkdir()
    register(monkeypatch, bands="Bands")
    assert chosen_scorer("bands").reason == "'bands' was asked for"


def test_choosing_loads_neither_numpy_nor_torch() -> None:
    code = (
        "import sys, muzecli.scoring; sys.exit(bool({'numpy', 'torch', 'transformers'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
