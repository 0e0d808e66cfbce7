"""Streams, colour, JSON, progress, escaping."""

from __future__ import annotations

import io
import json

import pytest

from muzecli import console as console_module
from muzecli.console import Color, Console, printable, wants_color
from muzecli.errors import BadDataError, UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _no_colour_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("variables", "tty", "choice", "expected"),
    [
        ({}, True, Color.AUTO, True),
        ({}, False, Color.AUTO, False),
        ({"NO_COLOR": "1"}, True, Color.AUTO, False),
        ({"FORCE_COLOR": "1"}, False, Color.AUTO, True),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, Color.AUTO, False),
        ({"TERM": "dumb"}, True, Color.AUTO, False),
        ({"NO_COLOR": "1"}, False, Color.ALWAYS, True),
        ({"FORCE_COLOR": "1"}, True, Color.NEVER, False),
    ],
)
def test_colour_follows_stream_variables_and_flag(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], tty: bool, choice: Color, expected: bool
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert wants_color(Terminal() if tty else io.StringIO(), choice) is expected


def test_results_go_to_stdout_and_talk_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(verbosity=1)
    console.result("out.wav")
    console.notice("seed 1")
    console.warn("loud")
    console.detail("more")
    out, err = capsys.readouterr()
    assert out == "out.wav\n"
    assert err == "seed 1\nwarning: loud\nmore\n"


def test_quiet_says_only_errors(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(verbosity=-1)
    console.notice("n")
    console.warn("w")
    console.error(BadDataError("bad", hint="mend it"))
    assert capsys.readouterr().err == "error: bad\n  mend it\n"


def test_json_run_prints_one_document_and_json_errors(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console(json_output=True)
    console.result("not shown")
    console.table(("a",), [[1]])
    console.document("toy/1", {"x": float("nan")})
    console.error(BadDataError("bad", hint="mend it", details={"file": "a.wav"}))
    out, err = capsys.readouterr()
    assert json.loads(out) == {"schema": "toy/1", "x": None}
    assert json.loads(err) == {
        "schema": "muze.error/1",
        "error": "BadDataError",
        "message": "bad",
        "hint": "mend it",
        "exit_code": 65,
        "details": {"file": "a.wav"},
    }


def test_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    Console().json_line({"a": 1})
    Console().json_line({"a": float("inf")})
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == [{"a": 1}, {"a": None}]


def test_a_plain_table_is_aligned(capsys: pytest.CaptureFixture[str]) -> None:
    Console().table(("name", "dB"), [["a", 1.5], ["longer", None]])
    assert capsys.readouterr().out == "name    dB\na       1.5\nlonger  –\n"


def test_strangers_text_cannot_write_to_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    Console(color=Color.ALWAYS).result("evil\x1b[2J[bold]name\udc80")
    Console(color=Color.ALWAYS).warn("evil\x1b]0;x\x07")
    out, err = capsys.readouterr()
    assert out == "evil\\x1b[2J[bold]name\\udc80\n"
    assert "\x1b]" not in err
    assert printable("tab\tkept\n") == "tab\tkept\n"
    assert printable("\x7f\x9b2Jü") == "\\x7f\\x9b2Jü"
    assert printable("a\u202eb") == "a\\u202eb"


def test_json_holds_any_name(capsys: pytest.CaptureFixture[str]) -> None:
    name = "del\x7fcsi\x9bcaf\udce9é"
    Console(json_output=True).document("toy/1", {"name": name})
    out = capsys.readouterr().out
    assert json.loads(out)["name"] == name
    assert not set("\x7f\x9b\udce9") & set(out)


def test_a_drawn_table_does_not_read_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    out = Terminal()
    Console(out=out).table(("name",), [["[red]file[/red].wav"]])
    assert "[red]file[/red].wav" in out.getvalue()


def test_a_line_every_ten_seconds_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert console_module.PLAIN_PROGRESS_S == 10.0
    monkeypatch.setattr(console_module, "PLAIN_PROGRESS_S", 0.05)
    with Console().progress("working", 10, unit="files") as progress:
        progress.advance(3, note="a.wav")
        console_module.time.sleep(0.3)  # one long step: the line comes all the same
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith("working 3/10 files, ") and first.endswith(" s left: a.wav")


def test_quiet_shows_no_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(console_module, "PLAIN_PROGRESS_S", 0.01)
    with Console(verbosity=-1).progress("working", 10) as progress:
        progress.advance(1)
        console_module.time.sleep(0.05)
    assert capsys.readouterr().err == ""


def test_bytes_are_refused_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    with pytest.raises(UsageError, match="stdout is a terminal"):
        console_module.binary_stdout()
