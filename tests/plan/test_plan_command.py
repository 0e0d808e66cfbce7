"""`muze plan` from outside: words and plans in; plans, notes, pictures and audio out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pretty_midi
import pytest
import soundfile
from tests.conftest import Muze

from muzecli.song.chord import Chord
from muzecli.song.documents import plan_document, read_plan, read_score
from muzecli.song.midi import read_midi

ISSUE = "energetic electronic dance track with heavy bass"


def planned(muze: Muze, *words: str) -> dict[str, Any]:
    done = muze("plan", *words, "--json")
    assert done.returncode == 0, done.stderr.decode()
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture
def plan_file(muze: Muze, tmp_path: Path) -> Path:
    """A plan in the folder where commands run."""
    done = muze(
        "plan", "pop song in G major, 120 bpm", "--seed", "4", "--template", "verse_chorus", "-o", "p.json"
    )
    assert done.returncode == 0, done.stderr.decode()
    return tmp_path / "work" / "p.json"


def test_the_issues_example(muze: Muze, tmp_path: Path) -> None:
    document = planned(
        muze, ISSUE, "--template", "verse_chorus", "--duration", "120", "--midi", "a.mid", "--seed", "1"
    )
    assert document["schema"] == "muze.planned/1"
    plan = document["plan"]
    assert plan["schema"] == "muze.plan/1"
    assert (plan["genre"], plan["template"], plan["mood"]) == ("electronic", "verse_chorus", ["energetic"])
    assert 110 <= plan["tempo_bpm"] <= 145
    assert document["files"] == {"midi": "a.mid"}
    midi = pretty_midi.PrettyMIDI(str(tmp_path / "work" / "a.mid"))
    bar_s = 240 / plan["tempo_bpm"]
    assert midi.get_downbeats()[1] == pytest.approx(bar_s, rel=1e-4)
    score = read_midi(tmp_path / "work" / "a.mid")
    assert score.bars == plan["bars"] == document["score"]["bars"]
    in_plan = [Chord.parse(c) for s in plan["sections"] for bar in s["chords"] for c in bar.split()]
    in_midi = [event.chord for event in score.chords]
    assert [c for i, c in enumerate(in_plan) if i == 0 or c != in_plan[i - 1]] == [
        c for i, c in enumerate(in_midi) if i == 0 or c != in_midi[i - 1]
    ]
    roles = {part["role"] for part in document["score"]["parts"]}
    assert {"drums", "bass", "chords"} <= roles


def test_a_plan_is_shown(muze: Muze) -> None:
    done = muze("plan", "slow jazz waltz", "--seed", "1")
    said = done.stdout.decode()
    assert "slow jazz waltz" in said and "3/4" in said and "chorus" in said
    assert done.stderr == b""


def test_a_random_seed_is_told_and_stored(muze: Muze) -> None:
    done = muze("plan", "jazz", "-o", "-")
    plan = read_plan(done.stdout.decode())
    assert done.stderr.decode() == f"seed {plan.seed}\n"
    again = muze("plan", "jazz", "-o", "-", "--seed", str(plan.seed))
    assert again.stdout == done.stdout


def test_what_the_words_and_the_genre_decided(muze: Muze) -> None:
    done = muze("plan", "slow jazz waltz grobnik, no drums", "--seed", "1", "--explain")
    said = done.stdout.decode()
    for part in ("jazz waltz", "narrows tempo", "by chance", "no drums" if "no drums" in said else "drums"):
        assert part in said
    assert "'grobnik' means nothing to muze" in done.stderr.decode()
    document = planned(muze, "slow jazz waltz grobnik", "--seed", "1", "--explain")
    assert document["explanation"]["unknown"] == ["grobnik"]
    assert {"words", "field", "value", "why", "confidence"} == set(document["explanation"]["words"][0])
    assert any(choice["field"] == "key" for choice in document["explanation"]["choices"])


def test_nothing_understood_writes_nothing(muze: Muze, tmp_path: Path) -> None:
    done = muze("plan", "qwx zrk", "-o", "p.json", "--midi", "a.mid")
    assert done.returncode == 76
    assert list((tmp_path / "work").iterdir()) == []
    assert muze("plan").returncode == 2
    assert muze("plan", "", "--genre", "house", "--seed", "1").returncode == 0


def test_all_outputs_are_checked_first(muze: Muze, tmp_path: Path) -> None:
    (tmp_path / "work" / "a.mid").write_bytes(b"kept")
    done = muze("plan", "pop", "-o", "p.json", "--midi", "a.mid", "--seed", "1")
    assert done.returncode == 73
    assert (tmp_path / "work" / "a.mid").read_bytes() == b"kept"
    assert not (tmp_path / "work" / "p.json").exists()
    assert muze("plan", "pop", "--midi", "a.mid", "--seed", "1", "--overwrite").returncode == 0
    for words in (
        ["--plot", "a.gif"],
        ["--preview", "a.txt"],
        ["--midi", "x", "--score", "x"],
        ["-o", "-", "--json"],
        ["--midi", "-"],
        ["--key", "H sharp"],
        ["--time-signature", "four"],
        ["--set", "tempo_bpm=fast"],
        ["--set", "sections.99.energy=1"],
        ["--tempo", "5"],
    ):
        assert muze("plan", "pop", "--seed", "1", *words).returncode == 2, words
    assert muze("plan", "pop", "--template", "nope").returncode == 78
    assert muze("plan", "pop", "--genre", "nope").returncode == 78
    assert muze("plan", "nowhere.json").returncode == 66
    assert muze("plan", "pop", "--lyrics", "nowhere.txt").returncode == 66


def test_a_dry_run_writes_nothing(muze: Muze, tmp_path: Path) -> None:
    done = muze("plan", "pop", "-o", "p.json", "--midi", "a.mid", "--seed", "1", "--dry-run")
    assert done.returncode == 0
    assert b"would write p.json" in done.stderr
    assert list((tmp_path / "work").iterdir()) == []


def test_a_plan_file_is_read_changed_and_written_again(muze: Muze, plan_file: Path) -> None:
    plan = read_plan(plan_file)
    same = muze("plan", "p.json", "-o", "-")
    assert read_plan(same.stdout.decode()) == plan
    assert same.stdout == plan_file.read_bytes()
    changed = planned(
        muze, "p.json", "--set", "sections.1.energy=0.9", "--set", "mood=dark,cold", "--tempo", "100"
    )["plan"]
    assert changed["sections"][1]["energy"] == 0.9
    assert changed["mood"] == ["dark", "cold"]
    assert changed["tempo_bpm"] == 100
    assert changed["seed"] == plan.seed
    expected = plan_document(plan)
    assert [s["chords"] for s in changed["sections"]] == [s["chords"] for s in expected["sections"]]


def test_another_key_moves_the_chords(muze: Muze, plan_file: Path) -> None:
    plan = read_plan(plan_file)
    moved = read_plan(muze("plan", "p.json", "--key", "Bb major", "-o", "-").stdout.decode())
    for section, other in zip(plan.sections, moved.sections, strict=True):
        for bar, other_bar in zip(section.chords, other.chords, strict=True):
            for chord, transposed in zip(bar, other_bar, strict=True):
                assert transposed.pitch_classes == chord.transposed(3).pitch_classes
    done = muze("plan", "p.json", "--key", "E minor", "-o", "-")
    assert "was in major" in done.stderr.decode()
    assert str(read_plan(done.stdout.decode()).key) == "E minor"


def test_another_duration_refits_the_sections(muze: Muze, plan_file: Path) -> None:
    plan = read_plan(plan_file)
    longer = read_plan(muze("plan", "p.json", "--duration", "60", "-o", "-").stdout.decode())
    assert longer.bars == 30
    assert [s.type for s in longer.sections] == [s.type for s in plan.sections]
    assert longer.sections[0].chords[0] == plan.sections[0].chords[0]
    assert longer.sections[-1].chords[-1] == plan.sections[-1].chords[-1]
    assert muze("plan", "p.json", "--template", "aaba").returncode == 2


def test_a_wrong_plan_file_names_line_and_field(muze: Muze, plan_file: Path) -> None:
    plan_file.write_text(plan_file.read_text().replace('"verse"', '"vrese"', 1))
    done = muze("plan", "p.json")
    assert done.returncode == 65
    said = done.stderr.decode()
    assert "sections[1].type" in said and "line" in said


def test_standard_input_holds_words_or_a_plan(muze: Muze, plan_file: Path) -> None:
    words = muze("plan", "-", "--seed", "1", "-o", "-", stdin=b"calm ambient\n")
    assert read_plan(words.stdout.decode()).prompt == "calm ambient"
    again = muze("plan", "-", "-o", "-", stdin=plan_file.read_bytes())
    assert again.stdout == plan_file.read_bytes()


def test_lyrics_go_to_their_sections(muze: Muze, tmp_path: Path) -> None:
    (tmp_path / "work" / "words.txt").write_text("[verse]\nhello there\n\n[chorus]\nla la la\n")
    document = planned(muze, "pop", "--lyrics", "words.txt", "--template", "verse_chorus", "--seed", "1")
    sung = {s["type"]: s["lyrics"] for s in document["plan"]["sections"]}
    assert sung["verse"] == "hello there"
    assert sung["chorus"] == "la la la"
    assert document["plan"]["language"] == "en"
    (tmp_path / "work" / "empty.txt").write_text(" \n")
    assert muze("plan", "pop", "--lyrics", "empty.txt").returncode == 65


def test_a_template_of_ones_own(muze: Muze, tmp_path: Path) -> None:
    (tmp_path / "work" / "mine.yaml").write_text(
        "schema: muze.template/1\nsections:\n  - {type: verse, bars: 8, energy: 0.4}\n"
        "  - {type: solo, bars: 8, energy: 0.9}\n"
    )
    plan = planned(muze, "rock", "--template", "mine.yaml", "--seed", "1")["plan"]
    assert [s["type"] for s in plan["sections"]] == ["verse", "solo"]
    assert plan["template"] == "mine"
    (tmp_path / "work" / "bad.yaml").write_text(
        "schema: muze.template/1\nsections:\n  - {type: verse, bars: 8}\n"
    )
    done = muze("plan", "rock", "--template", "bad.yaml")
    assert done.returncode == 78
    assert "line 3, sections.0.energy" in done.stderr.decode()


def test_notes_picture_and_audio(muze: Muze, tmp_path: Path) -> None:
    done = muze(
        *(
            "plan",
            "punk rock, 180 bpm",
            "--duration",
            "6",
            "--seed",
            "2",
            "--engine",
            "plain",
            "-o",
            "p.json",
        ),
        *("--score", "s.json", "--plot", "p.png", "--preview", "p.wav"),
    )
    assert done.returncode == 0, done.stderr.decode()
    work = tmp_path / "work"
    assert done.stdout.decode().split() == ["p.json", "s.json", "p.png", "p.wav"]
    plan, score = read_plan(work / "p.json"), read_score(work / "s.json")
    assert score.bars == plan.bars
    assert (work / "p.png").read_bytes().startswith(b"\x89PNG")
    info = soundfile.info(work / "p.wav")
    assert info.channels == 2
    assert info.duration == pytest.approx(plan.duration_s, abs=6)
    sidecar = json.loads((work / "p.wav.json").read_text())  # p.json is the plan
    assert sidecar["audio"] == "p.wav"
    assert sidecar["plan"] == json.loads((work / "p.json").read_text())
    assert sidecar["loudness"]["true_peak_dbtp"] <= 0


def test_without_a_soundfont_the_message_says_what_to_install(muze: Muze) -> None:
    done = muze("plan", "pop", "--preview", "p.wav", "--soundfont", "nowhere.sf2", "--seed", "1")
    assert done.returncode in (66, 69)
    assert "nowhere.sf2" in done.stderr.decode()
    assert muze("plan", "pop", "--preview", "p.wav", "--engine", "nobody", "--seed", "1").returncode == 2


def test_planning_loads_no_heavy_library() -> None:
    code = (
        "import sys; from muzecli.app import main\n"
        "try: main(['plan', 'slow techno in F minor, no vocals', '--seed', '1'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'scipy', 'matplotlib', 'pretty_midi')))"
    )
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 0
