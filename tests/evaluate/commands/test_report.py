"""The command: what it takes, what it writes, and what it says."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from tests.conftest import Muze
from tests.evaluate.report.pages import CONTROL, FAD, Page, plan_of, sidecar_of, write_evaluation, write_song

from muze_evaluate.commands.report import ReportRequest, report
from muzecli.console import Color, Console
from muzecli.errors import BadDataError, FailedError, InputMissingError, OutputExistsError, UsageError
from muzecli.options import Run

RUN = Run(("evaluate", "report"), Console(color=Color.NEVER))


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, ...]:
    for n in range(3):
        write_song(tmp_path / "songs" / f"{n}.wav", sidecar=sidecar_of(plan_of(seed=n)))
    documents = [write_evaluation(tmp_path / f"{one.metric}.json", one) for one in (FAD, CONTROL)]
    return (*documents, tmp_path / "songs")


def request(inputs: tuple[Path, ...], **changes: object) -> ReportRequest:
    values: dict[str, object] = {
        "inputs": inputs,
        "output": inputs[0].parent / "out" / "report.html",
        "title": "Evaluation",
        "audio": (),
        "max_audio": 12,
        "audio_seconds": 30.0,
        "max_bytes": 24_000_000,
        "overwrite": False,
    }
    return ReportRequest(**{**values, **changes})  # type: ignore[arg-type]


def test_a_page_is_written_whole_and_the_same_each_time(inputs: tuple[Path, ...]) -> None:
    one, two = (request(inputs, output=inputs[0].parent / name) for name in ("one.html", "two.html"))
    report(RUN, one)
    report(RUN, two)
    assert one.output.read_bytes() == two.output.read_bytes()
    page = Page(one.output.read_text(encoding="utf-8"))
    assert len(page.all("audio")) == len(page.all("img")) == 3
    assert page.text.count("bpm") >= 3
    assert str(inputs[0].parent) not in page.text, "no path of this machine but those typed"


def test_songs_beyond_the_size_have_no_sound_and_the_page_says_so(
    inputs: tuple[Path, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    report(RUN, request(inputs, max_bytes=60_000))
    page = request(inputs).output
    kept = len(Page(page.read_text(encoding="utf-8")).all("audio"))
    assert 0 < kept < 3
    said = f"{3 - kept} {'song' if kept == 2 else 'songs'} of 3 without sound and picture"
    assert said in capsys.readouterr().err
    assert said in Page(page.read_text(encoding="utf-8")).text
    assert page.stat().st_size < 60_000 + 60_000


def test_audio_of_items_is_found_where_it_is_said_to_be(inputs: tuple[Path, ...]) -> None:
    elsewhere = request(inputs[:1], audio=inputs[2:])
    report(RUN, elsewhere)
    page = Page(elsewhere.output.read_text(encoding="utf-8"))
    assert len(page.all("audio")) == 3
    assert "fad 2 windows 3" in page.text


def test_audio_that_is_not_to_be_had_is_told(
    inputs: tuple[Path, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    report(RUN, request(inputs[:1]))
    said = "fad.json: the audio of 5 of 5 items is not where it says; --audio DIR says where else"
    assert said in capsys.readouterr().err
    report(RUN, request(inputs[:1], max_audio=0, overwrite=True))
    assert "--audio" not in capsys.readouterr().err


def test_a_song_that_cannot_be_read_fails_at_the_end(
    inputs: tuple[Path, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    (inputs[2] / "1.wav").write_bytes(b"RIFF no wave")
    with pytest.raises(FailedError, match="the audio of 1 song could not be read"):
        report(RUN, request(inputs))
    text = request(inputs).output.read_text(encoding="utf-8")
    assert "Its audio could not be read" in Page(text).text
    assert len(Page(text).all("audio")) == 2
    assert "1.wav" in capsys.readouterr().err


def test_what_is_wrong_is_said_before_any_work(inputs: tuple[Path, ...], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.html, got 'report\.pdf'"):
        report(RUN, request(inputs, output=tmp_path / "report.pdf"))
    with pytest.raises(InputMissingError, match="must be a document of an evaluation or a folder of songs"):
        report(RUN, request((*inputs, tmp_path / "none")))
    taken = tmp_path / "taken.html"
    taken.write_text("mine")
    with pytest.raises(OutputExistsError):
        report(RUN, request(inputs, output=taken))
    assert taken.read_text() == "mine"
    (tmp_path / "other.json").write_text('{"schema": "muze.plan/1"}')
    with pytest.raises(BadDataError, match=r"other\.json: line 1: schema must be muze\.evaluate/1"):
        report(RUN, request((tmp_path / "other.json",)))


def test_the_executable_says_where_the_page_is(muze: Muze, inputs: tuple[Path, ...]) -> None:
    done = muze(
        "evaluate", "report", *inputs, "-o", "r.html", "--max-audio", "1", "--json", cwd=inputs[0].parent
    )
    assert done.returncode == 0, done.stderr.decode()
    document = json.loads(done.stdout)
    assert document["schema"] == "muze.evaluate-report/1"
    assert (document["path"], document["with_audio"], len(document["songs"])) == ("r.html", 1, 1)
    assert document["bytes"] == (inputs[0].parent / "r.html").stat().st_size


def test_style_and_script_come_with_the_package() -> None:
    for name in ("style.css", "page.js"):
        assert files("muze_evaluate.report").joinpath(name).is_file()
