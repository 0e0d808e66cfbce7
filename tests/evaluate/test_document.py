"""Evaluations are whole: what is no number is none, what is read is what was written, strangers' faults are named."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from muze_evaluate.document import NOT_A_NUMBER, SCHEMA, Curve, Evaluation, Failure, Figure, Row
from muze_evaluate.reading import read_evaluation
from muzecli.errors import BadDataError, BugError, InputMissingError
from muzecli.files import write_json
from muzecli.song.checks import FieldError

WHOLE = Evaluation(
    "control",
    figures=(
        Figure("tempo within 4 %", 0.9, 0.8, 1.0, 20, "share", "higher", "songs", "of 20"),
        Figure("tempo within 4 %", None, group="chance", note="nothing to hear"),
    ),
    rows=(
        Row(
            "a.wav",
            {"tempo": 120.5, "key": "C major", "right": True, "beats": 7, "chords": None},
            "songs/a.wav",
            "songs",
        ),
        Row("b.wav", {}, group="songs", note="no plan"),
    ),
    curves=(
        Curve("fad over n", (1.0, 2.0), (3.0, 4.0), "1/n", "fad", "songs", (3.1, 3.9)),
        Curve("bare", (), (), "x", "y"),
    ),
    failed=(Failure("c.wav", "must be audio", "songs"),),
    missing=("texts without audio: d",),
    warnings=("20 songs are few.",),
    settings={"seed": 1, "level": 0.95, "names": ["a", "b"], "inner": {"none": None}},
    provenance={"sets": [{"name": "songs", "digest": "ab" * 32}], "versions": {"torch": "2.0"}},
    command=("muze", "evaluate", "control", "songs"),
)


def written(folder: Path, document: dict[str, Any]) -> Path:
    path = folder / "evaluation.json"
    write_json(path, {"schema": SCHEMA, **document}, overwrite=True)
    return path


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    document = WHOLE.document()
    read = read_evaluation(written(tmp_path, document))
    assert read == replace(WHOLE, provenance=document["provenance"])
    assert read.document() == document


def test_versions_of_the_one_who_measured_are_kept(tmp_path: Path) -> None:
    document = WHOLE.document()
    assert document["provenance"]["versions"] == {
        "muze": document["provenance"]["versions"]["muze"],
        "numpy": np.__version__,
        "torch": "2.0",
    }
    document["provenance"]["versions"]["muze"] = "0.0.1"
    assert (
        read_evaluation(written(tmp_path, document)).document()["provenance"]["versions"]["muze"] == "0.0.1"
    )


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan"), np.float64("inf")])
def test_what_is_not_finite_never_gets_in(value: float) -> None:
    figure = Figure("fad", value, 1.0, 2.0, note="few songs")
    assert (figure.value, figure.low, figure.high) == (None, None, None)
    assert figure.note == f"few songs; {NOT_A_NUMBER}"
    assert figure.text() == "–"
    half = Figure("fad", 1.0, value, 2.0)
    assert (half.value, half.low, half.high, half.note) == (1.0, None, None, "")
    row = Row("a", {"fad": value, "tempo": 120.0})
    assert row.values == {"fad": None, "tempo": 120.0}
    assert row.note == f"fad {NOT_A_NUMBER}"
    curve = Curve("c", (1.0, 2.0, 3.0), (1.0, value, 3.0), "x", "y", fit=(1.0, 2.0, 3.0))
    assert (curve.x, curve.y, curve.fit) == ((1.0, 3.0), (1.0, 3.0), (1.0, 3.0))
    settings = Evaluation("fad", (figure,), settings={"deep": [{"level": value}]}).document()["settings"]
    assert settings == {"deep": [{"level": None}]}


def test_numbers_of_numpy_become_pythons() -> None:
    figure = Figure("fad", np.float32(1.5), np.float64(1.0), np.float32(2.0))  # type: ignore[arg-type]
    row = Row("a", {"n": np.int64(3), "right": np.bool_(True), "fad": np.float32(0.5)})  # type: ignore[dict-item]
    document = Evaluation("fad", (figure,), (row,), settings={"k": np.int32(2)}).document()
    assert json.loads(json.dumps(document))["rows"][0]["values"] == {"n": 3, "right": True, "fad": 0.5}
    assert document["figures"][0]["value"] == 1.5
    assert document["settings"] == {"k": 2}


def test_what_json_has_nothing_for_is_a_bug_that_is_named() -> None:
    evaluation = Evaluation("fad", (), provenance={"sets": [{"mean": np.zeros(3)}]})
    with pytest.raises(
        BugError, match=r"provenance\.sets\[0\]\.mean of an evaluation must be a JSON value, got ndarray"
    ):
        evaluation.document()


def test_an_interval_is_whole() -> None:
    with pytest.raises(FieldError, match="low and high must both be given"):
        Figure("fad", 1.0, low=0.5)


def test_names_and_ids_are_there_once_in_a_group() -> None:
    with pytest.raises(FieldError, match="figures must name each once a group; found 'fad' 2 times in 'a'"):
        Evaluation("fad", (Figure("fad", 1.0, group="a"), Figure("fad", 2.0, group="a")))
    with pytest.raises(FieldError, match=r"rows must name each once a group; found 'x\.wav' 2 times"):
        Evaluation("fad", (), (Row("x.wav", {}), Row("x.wav", {})))
    assert Evaluation("fad", (Figure("fad", 1.0, group="a"), Figure("fad", 2.0, group="b")))


def test_lines_of_a_curve_are_of_one_length() -> None:
    with pytest.raises(FieldError, match="fit must be as long as x, 2; found 1"):
        Curve("c", (1.0, 2.0), (1.0, 2.0), "x", "y", fit=(1.0,))


def changed(path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    document = json.loads(json.dumps(WHOLE.document()))
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("figures", 0, "value"), "0.9", r"figures\[0\]\.value must be a number; found '0\.9'"),
        (("figures", 0, "value"), True, r"figures\[0\]\.value must be a number; found true"),
        (("figures", 0, "count"), 2.5, r"figures\[0\]\.count must be a whole number; found 2\.5"),
        (("figures", 0, "better"), "up", r"figures\[0\]\.better must be 'higher', 'lower' or ''; found 'up'"),
        (("figures", 0, "colour"), "red", r"figures\[0\]\.colour is no field"),
        (("figures", 1, "low"), 0.1, r"figures\[1\]\.low and high must both be given"),
        (("figures",), {}, r"figures must be a list; found an object"),
        (("rows", 0, "id"), 7, r"rows\[0\]\.id must be text in quotes; found 7"),
        (("rows", 0, "values"), [1], r"rows\[0\]\.values must be an object"),
        (
            ("rows", 0, "values", "tempo"),
            {"bpm": 1},
            r"rows\[0\]\.values\.tempo must be a number, text, true",
        ),
        (("rows", 1, "id"), "a.wav", r"rows must name each once a group; found 'a\.wav'"),
        (("curves", 0, "y"), [1.0, "x"], r"curves\[0\]\.y\[1\] must be a number; found 'x'"),
        (("curves", 0, "y"), [1.0], r"curves\[0\]\.y must be as long as x, 2; found 1"),
        (("failed", 0, "reason"), None, r"failed\[0\]\.reason must be text"),
        (("missing",), "all", r"missing must be a list"),
        (("settings",), [], r"settings must be an object"),
        (("metric",), None, r"metric must be text"),
        (("command",), [1], r"command\[0\] must be text"),
    ],
)
def test_strangers_faults_are_named_by_line_and_field(
    path: tuple[str | int, ...], value: Any, message: str, tmp_path: Path
) -> None:
    file = written(tmp_path, changed(path, value))
    with pytest.raises(BadDataError, match=rf"evaluation\.json: line \d+: {message}"):
        read_evaluation(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "must be JSON"),
        ('{"schema": "muze.plan/1"}', r"schema must be muze\.evaluate/1; found 'muze\.plan/1'"),
        ('{"schema": "muze.evaluate/2"}', "newer than this muze reads"),
        ("[]", r"schema must be 'muze\.evaluate/1'"),
        ('{"schema": "muze.evaluate/1", "metric": "fad"}', "figures must be given"),
        ('{"schema": "muze.evaluate/1", "level": NaN}', "NaN is not a number"),
    ],
)
def test_what_is_no_evaluation_is_refused(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(BadDataError, match=message):
        read_evaluation(path)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(InputMissingError, match=r"the evaluation .* does not exist"):
        read_evaluation(tmp_path / "none.json")


def test_a_group_is_given_to_all() -> None:
    bare = Evaluation(
        "fad", (Figure("fad", 1.0),), (Row("a", {}),), (Curve("c", (), (), "x", "y"),), (Failure("b", "r"),)
    )
    named = bare.in_group("one")
    assert {
        item.group for part in (named.figures, named.rows, named.curves, named.failed) for item in part
    } == {"one"}
