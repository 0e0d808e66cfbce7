"""Results go to stdout, doubts to stderr, and a document says how it came about but not where it went."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muze_evaluate.document import Evaluation, Failure, Figure
from muze_evaluate.reading import read_evaluation
from muze_evaluate.telling import check_output, command_words, tell
from muzecli.console import Color, Console
from muzecli.errors import FailedError, OutputExistsError, UsageError
from muzecli.options import Run

WORDS = ("evaluate", "fad", "a", "b", "--seed", "1")
FIGURES = (
    Figure("fad", 1.25, 1.0, 1.5, 20, better="lower", group="one"),
    Figure("fad", 2.0, count=3, better="lower", group="two"),
    Figure("fad-inf", None, better="lower", group="two", note="too few songs"),
)


def run(*, json_output: bool = False, words: tuple[str, ...] = WORDS) -> Run:
    return Run(("evaluate", "fad"), Console(color=Color.NEVER, json_output=json_output), arguments=words)


def test_the_table_has_a_row_a_name_and_a_column_a_group(capsys: pytest.CaptureFixture[str]) -> None:
    tell(run(), Evaluation("fad", FIGURES, warnings=("few songs",), missing=("x",)))
    captured = capsys.readouterr()
    assert [line.split() for line in captured.out.splitlines()] == [
        ["figure", "one", "two", "n"],
        ["fad", "↓", "1.25", "[1,", "1.5]", "2", "20/3"],
        ["fad-inf", "↓", "–", "–", "–/0"],
    ]
    assert captured.err.splitlines() == [
        "warning: few songs",
        "warning: missing: x",
        "fad-inf (two): too few songs",
    ]


def test_names_cannot_break_the_table_or_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    tell(
        run(),
        Evaluation(
            "fad",
            (Figure("one\nfad", 1.0, group="a\n\x1b[2Jb", note="line\nbreak"),),
            missing=("x\n\ty",),
        ),
    )
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 2
    assert "one fad" in captured.out
    assert "\x1b" not in captured.out + captured.err
    assert "a \\x1b[2Jb" in captured.out
    assert captured.err.splitlines() == ["warning: missing: x y", "one fad (a \\x1b[2Jb): line break"]


def test_failures_are_listed_and_fail_the_command_at_the_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = tuple(Failure(f"{n}.wav", "must be audio", "one") for n in range(12))
    output = tmp_path / "fad.json"
    with pytest.raises(FailedError, match="12 items could not be measured"):
        tell(run(), Evaluation("fad", FIGURES, failed=failed), output=output)
    captured = capsys.readouterr()
    assert captured.err.count("must be audio") == 10
    assert "… and 2 more; the document lists all" in captured.err
    assert captured.out.endswith(f"{output}\n")
    assert len(read_evaluation(output).failed) == 12


def test_json_is_the_document_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "fad.json"
    tell(run(json_output=True), Evaluation("fad", FIGURES), output=output)
    printed = json.loads(capsys.readouterr().out)
    assert printed == json.loads(output.read_text())
    assert printed["schema"] == "muze.evaluate/1"
    assert printed["command"] == ["muze", *WORDS]


def test_where_the_document_went_is_not_in_it(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        words = (*WORDS, "-o", name, "--overwrite")
        tell(run(words=words), Evaluation("fad", FIGURES), output=tmp_path / name)
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("a", "-o", "x.json", "b"), ("a", "b")),
        (("a", "-ox.json", "--json", "-vv"), ("a",)),
        (("a", "--output=x.json", "--color", "never", "--seed", "3"), ("a", "--seed", "3")),
        (("a", "--output", "--json"), ("a",)),
    ],
)
def test_words_about_the_output_are_left_out(words: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert command_words(words) == ("muze", *kept)


def test_a_document_replaces_nothing_unasked(tmp_path: Path) -> None:
    output = tmp_path / "fad.json"
    output.write_text("mine")
    with pytest.raises(OutputExistsError):
        tell(run(), Evaluation("fad", FIGURES), output=output)
    assert output.read_text() == "mine"
    tell(run(), Evaluation("fad", FIGURES), output=output, overwrite=True)
    assert read_evaluation(output).metric == "fad"


def test_a_document_on_stdout_is_asked_for_by_json_and_no_file_is_called_minus() -> None:
    with pytest.raises(UsageError, match="the output must be a file; found -") as caught:
        check_output(Path("-"), overwrite=False)
    assert caught.value.hint == "--json prints the document"
