"""`muze plan` given what makes no sense: the code, the message, and nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Muze
from tests.song.songs import plan_by_hand

from muze_plan.commands.edits import doubts, edited, with_settings
from muze_plan.commands.options import PlanOptions
from muze_plan.commands.outputs import targets_of
from muze_plan.commands.source import prompt_or_plan
from muzecli.errors import BadDataError, ConfigError, InputMissingError, UsageError
from muzecli.song.documents import document_text, plan_document, read_plan
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan

PLAN = plan_by_hand()


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


# ---- options ----


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (PlanOptions("pop", key="H"), "--key: a key is a note"),
        (PlanOptions("pop", time_signature="4/3"), "--time-signature: "),
        (PlanOptions("pop", language="klingon"), "--language: a language is a code .* not 'klingon'"),
        (PlanOptions("pop", engine="nobody"), "no engine named 'nobody'"),
    ],
)
def test_options_are_checked_even_where_nothing_needs_them(options: PlanOptions, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        options.check()
    PlanOptions("pop", key="Bb", time_signature="7/8", language="pt-BR", engine="plain").check()


def test_a_soundfont_must_be_there(here: Path) -> None:
    with pytest.raises(InputMissingError, match=r"nowhere\.sf2 must be a file"):
        PlanOptions("pop", soundfont=Path("nowhere.sf2")).check()


def test_an_empty_name_is_no_name(muze: Muze) -> None:
    for words in (["pop", "--template", ""], ["pop", "--genre", ""], ["", "--genre", ""]):
        done = muze("plan", *words, "--seed", "1")
        assert done.returncode == 78, words
        assert b"named ''" in done.stderr


def test_a_wrong_option_is_told_before_the_seed(muze: Muze) -> None:
    done = muze("plan", "pop", "--key", "H", "--json")
    assert done.returncode == 2
    assert json.loads(done.stderr)["exit_code"] == 2


# ---- lyrics ----


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[verse]\n[chorus]\n", "must hold words to sing, and the file has none"),
        (
            b"la\nla\x00la\n",
            "line 2: lyrics must be plain text, and character 3 is a control character .U.0000",
        ),
        (b"\x1b[31mla\n", "line 1: .*U.001B"),
        (b"\xff\xfel\x00a\x00", "must be UTF-8 text, and byte 0 is not"),
    ],
)
def test_lyrics_must_be_words(here: Path, content: bytes, message: str) -> None:
    (here / "w.txt").write_bytes(content)
    with pytest.raises(BadDataError, match=message):
        PlanOptions("pop", lyrics=Path("w.txt")).lyrics_text()


def test_windows_lyrics_are_words(here: Path) -> None:
    (here / "w.txt").write_bytes("\ufeff[verse]\r\nला ла\tla\r\n".encode())
    assert "la" in str(PlanOptions("pop", lyrics=Path("w.txt")).lyrics_text())


# ---- what is given ----


def test_a_prompt_is_unicode_and_a_folder_no_plan(here: Path) -> None:
    (here / "d.json").mkdir()
    with pytest.raises(InputMissingError, match=r"d\.json is a folder"):
        prompt_or_plan("d.json")
    with pytest.raises(UsageError, match="must be Unicode text, and character 6"):
        prompt_or_plan("jazz \udcff")
    (here / "jazz").mkdir()
    assert prompt_or_plan("jazz") == "jazz"


def test_standard_input_may_begin_with_a_byte_order_mark(muze: Muze) -> None:
    text = document_text(plan_document(PLAN))
    done = muze("plan", "-", "-o", "-", stdin=b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert done.returncode == 0, done.stderr.decode()
    assert done.stdout.decode() == text
    done = muze("plan", "-", stdin="jazz".encode("utf-16"))
    assert done.returncode == 65
    assert b"standard input must be UTF-8" in done.stderr


# ---- where results go ----


def test_results_do_not_share_a_file_nor_replace_an_input(here: Path) -> None:
    plan = here / "p.json"
    plan.write_text(document_text(plan_document(PLAN)))
    (here / "link.json").symlink_to(plan)
    (here / "w.txt").write_text("la")

    def targets(**options: Any) -> object:
        return targets_of(PlanOptions(overwrite=True, **options), json_output=False)

    assert targets(prompt="p.json", output="p.json")
    assert targets(prompt="p.json", output="link.json")
    for options in (
        {"prompt": "pop", "output": "x/../y.json", "score": Path("y.json")},
        {"prompt": "pop", "output": "link.json", "score": Path("p.json")},
    ):
        with pytest.raises(UsageError, match="a file of its own"):
            targets(**options)
    for options in (
        {"prompt": "p.json", "midi": Path("p.json")},
        {"prompt": "pop", "lyrics": Path("w.txt"), "output": "w.txt"},
    ):
        with pytest.raises(UsageError, match="must not replace what it is made from"):
            targets(**options)


def test_nothing_is_written_where_a_result_cannot_be_made(
    here: Path, monkeypatch: pytest.MonkeyPatch, muze: Muze
) -> None:
    work = here / "work"
    (work / "broken").mkdir()
    (work / "broken" / "matplotlib.py").write_text("raise RuntimeError('broken')")
    done = muze(
        *(
            "plan",
            "jazz",
            "--seed",
            "1",
            "--duration",
            "5",
            "-o",
            "p.json",
            "--midi",
            "m.mid",
            "--plot",
            "p.png",
        ),
        env={"PYTHONPATH": str(work / "broken")},
    )
    assert done.returncode == 70
    assert sorted(path.name for path in work.iterdir()) == ["broken"]


# ---- changing a plan ----


def changed(plan: Plan, **options: Any) -> Plan:
    return edited(plan, PlanOptions("p.json", **options))[0]


def bars_of(plan: Plan) -> list[str]:
    return [" ".join(map(str, bar)) for section in plan.sections for bar in section.chords]


def with_chords(chords: str, key: str) -> Plan:
    bars = chords.split(",")
    plan, _ = with_settings(
        PLAN,
        [f"sections.0.bars={len(bars)}", f"sections.0.chords={chords}", "sections.1.chords=", f"key={key}"],
    )
    return plan


@pytest.mark.parametrize(
    ("chords", "old", "new", "moved"),
    [
        ("C:maj,Bb:maj,Eb:maj", "C major", "G major", "G:maj,F:maj,Bb:maj"),  # bVII and bIII stay flat
        ("C:maj,Eb:maj,Ab:maj", "C major", "G major", "G:maj,Bb:maj,Eb:maj"),
        ("A:min,E:7/G#,F#:dim", "A minor", "G minor", "G:min,D:7/F#,E:dim"),
        ("A:min,E:7/G#,N", "A minor", "F minor", "F:min,C:7/E,N"),
        ("F:maj,D:maj/F#", "F major", "Eb major", "Eb:maj,C:maj/E"),
        ("E:maj,G#:7", "E major", "Bb major", "Bb:maj,D:7"),
        ("C:maj,F#:hdim7", "C major", "Db major", "Db:maj,G:hdim7"),
        ("C:maj,Db:maj", "C major", "A major", "A:maj,Bb:maj"),
    ],
)
def test_moved_chords_are_spelled_as_their_degrees(chords: str, old: str, new: str, moved: str) -> None:
    assert ",".join(bars_of(changed(with_chords(chords, old), key=new))) == moved


def test_moving_there_and_back_changes_nothing() -> None:
    plan = with_chords("D:maj,C:maj,Bb:maj/D,A:7 E:7/G#,F#:min", "D major")
    for tonic in range(12):
        key = Key(tonic, "major")
        again = changed(changed(plan, key=str(key)), key="D major")
        assert [s.chords for s in again.sections] == [s.chords for s in plan.sections], key
        if tonic in (0, 5, 7, 9):  # in others some of these notes lose their letter: B# is written C
            assert bars_of(again) == bars_of(plan), key


def test_in_another_metre_chords_still_change_on_beats() -> None:
    plan = with_chords("C:maj G:maj,F:maj,C:maj D:min E:min F:maj", "C major")
    three = changed(plan, time_signature="3/4")
    assert bars_of(three) == ["C:maj C:maj G:maj", "F:maj", "C:maj C:maj F:maj"]
    assert bars_of(changed(three, time_signature="4/4"))[:2] == ["C:maj G:maj", "F:maj"]
    assert bars_of(changed(plan, time_signature="4/4")) == bars_of(plan)


def test_a_key_that_is_only_set_is_told() -> None:
    plan, said = with_settings(PLAN, ["key=C major"])
    assert plan.key == Key(0)
    assert bars_of(plan) == bars_of(PLAN)
    assert said == ("--set changes the key and leaves the chords; --key moves them, too",)
    assert with_settings(PLAN, ["tempo_bpm=100"])[1] == ()


def test_what_cannot_be_heard_is_told() -> None:
    assert doubts(PLAN) == ()
    mute, _ = with_settings(PLAN, ["sections.1.has_vocals=false"])
    assert doubts(mute) == ("there are lyrics, and has_vocals is false: section 1 (chorus)",)
    silent, _ = with_settings(
        PLAN, ["instruments=", "sections.0.instruments=null", "sections.1.instruments=null"]
    )
    assert doubts(silent)[0] == "the plan has no instruments, and so nothing is played"
    nobody, _ = with_settings(PLAN, ["sections.0.has_vocals=true", "sections.0.instruments=synth_bass"])
    assert doubts(nobody) == (
        "has_vocals is true, and no singer is among the instruments: section 0 (verse)",
    )


def test_songs_of_less_than_a_bar_and_of_too_many_bars(muze: Muze) -> None:
    plan, said = edited(PLAN, PlanOptions("p.json", duration_s=0.5))
    assert plan.bars == 1
    assert "at least one bar, which lasts 2 s here; 0.5 s are less" in said[0]
    done = muze("plan", "house", "--duration", "3600", "--tempo", "400")
    assert done.returncode == 2
    assert b"a song has at most 4000 bars, and 3600 s at 400 bpm in 4/4 are 6000" in done.stderr
    done = muze("plan", "house", "--duration", "3", "--tempo", "20", "--seed", "1")
    assert b"at least one bar, which lasts 12 s" in done.stderr


def test_an_unknown_genre_is_refused_where_chords_are_chosen() -> None:
    plan = read_plan(document_text(plan_document(PLAN) | {"genre": "klezmer punk"}))
    with pytest.raises(ConfigError, match="chords are chosen by the genre"):
        changed(plan, key="C major")


# ---- what is said ----


def test_reasons_go_to_stderr_where_the_plan_goes_to_stdout(muze: Muze) -> None:
    done = muze("plan", "jazz", "--seed", "1", "--explain", "-o", "-")
    read_plan(done.stdout.decode())
    assert "genre: jazz (names the genre: jazz)" in done.stderr.decode()
    again = muze("plan", "-", "--explain", stdin=done.stdout)
    assert b"nothing to explain" in again.stderr
    assert b"because" not in again.stdout


def test_without_fluidsynth_the_built_in_synthesiser_plays_and_says_so(tmp_path: Path) -> None:
    from muzecli.audio.reader import read_audio
    from muzecli.errors import UnavailableError
    from muzecli.sidecar import find_sidecar

    code = (
        "import sys; from muze_synth import soundfont; from muzecli.errors import UnavailableError\n"
        "def missing(*_):\n    raise UnavailableError('no FluidSynth', hint='install it')\n"
        "import muze_synth.engines as engines; engines.load_fluidsynth = soundfont.load_fluidsynth = missing\n"
        "import muze_synth.fluid as fluid; fluid.load_fluidsynth = missing\n"
        "from muzecli.__main__ import main; sys.exit(main())"
    )
    words = ["plan", "pop", "--seed", "1", "--duration", "6", "--preview", "p.wav"]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *words, *more]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    refused = run("--engine", "sampler")
    assert refused.returncode == UnavailableError.exit_code
    assert not list(tmp_path.iterdir())
    done = run()
    assert done.returncode == 0, done.stderr
    assert "no FluidSynth; the built-in synthesiser plays instead (install it)" in done.stderr
    assert abs(read_audio(tmp_path / "p.wav")[0]).max() > 0.1
    sidecar = find_sidecar(tmp_path / "p.wav")
    assert sidecar is not None and sidecar["engine"] == "plain"
