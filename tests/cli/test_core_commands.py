"""presets, doctor, completion, help, version, wrong words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Muze


def test_version(muze: Muze) -> None:
    from muzecli import __version__

    assert muze("--version").stdout.decode() == f"muze {__version__}\n"


def test_help_is_plain_without_a_terminal_and_ends_with_examples(muze: Muze) -> None:
    said = muze("fx", "apply", "--help").stdout.decode()
    assert "\x1b[" not in said
    assert said.split("Examples:\n")[1].startswith('  muze fx apply in.wav "warm tape" -o out.wav\n')
    assert "╭" in muze("fx", "apply", "--help", env={"FORCE_COLOR": "1"}).stdout.decode()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["fxx"], "No such command 'fxx'. Did you mean 'fx'?"),
        (["fx", "aply"], "No such command 'aply'. Did you mean 'apply'?"),
        (["fx", "plan", "warm", "--responce", "1"], "No such option: --responce"),
        (["fx", "plan"], "Missing argument 'PROMPT'"),
    ],
)
def test_wrong_words_exit_2_with_a_suggestion(muze: Muze, words: list[str], message: str) -> None:
    done = muze(*words)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.decode().startswith(f"error: {message}")


def test_usage_errors_are_json_when_asked(muze: Muze) -> None:
    done = muze("fx", "plan", "--json")
    assert json.loads(done.stderr)["exit_code"] == 2


def test_presets_are_listed_shown_copied_and_validated(muze: Muze, tmp_path: Path) -> None:
    listed = json.loads(muze("presets", "list", "--json").stdout)["presets"]
    effects = [row["name"] for row in listed if row["kind"] == "effects"]
    assert len(effects) >= 8
    for row in listed:
        assert row["about"], row
        checked = muze("presets", "validate", f"{row['kind']}/{row['name']}")
        assert checked.returncode == 0, checked.stdout.decode()
    name = effects[0]
    assert b"schema: muze.preset/1" in muze("presets", "show", name).stdout
    copied = muze("presets", "copy", name, tmp_path / "mine.yaml")
    assert copied.stdout.decode().strip() == str(tmp_path / "mine.yaml")
    assert muze("presets", "copy", name, tmp_path / "mine.yaml").returncode == 73
    assert muze("presets", "validate", tmp_path / "mine.yaml", "--kind", "effects").returncode == 0
    (tmp_path / "mine.yaml").write_text("schema: muze.preset/1\nchain:\n- {effect: reverb, rt60_s: -1}\n")
    bad = muze("presets", "validate", tmp_path / "mine.yaml", "--kind", "effects")
    assert bad.returncode == 78
    assert b"rt60_s" in bad.stdout


def test_a_users_own_preset_comes_first(muze: Muze, tmp_path: Path) -> None:
    assert muze("presets", "copy", "effects/telephone").returncode == 0
    rows = json.loads(muze("presets", "list", "effects", "--json").stdout)["presets"]
    assert [row["source"] for row in rows if row["name"] == "telephone"] == ["user"]


def test_an_unknown_preset_is_refused_with_near_names(muze: Muze) -> None:
    done = muze("presets", "show", "telefone")
    assert done.returncode == 78
    assert b"did you mean telephone" in done.stderr
    assert muze("presets", "list", "nonesuch").returncode == 2
    assert muze("presets", "show", "nonesuch.yaml").returncode == 66


def test_a_bad_preset_hides_no_other(muze: Muze, tmp_path: Path) -> None:
    own = tmp_path / "home" / "config" / "muze" / "presets"
    (own / "effects").mkdir(parents=True)
    (own / "effects" / "bad.yaml").write_text("{")
    (own / "lexicon").mkdir()
    (own / "lexicon" / "odd.yaml").write_text("descriptors: 3\n")
    done = muze("presets", "list")
    assert done.returncode == 0
    assert b"telephone" in done.stdout
    assert b"bad.yaml: line " in done.stderr


def test_a_preset_is_copied_to_a_file(muze: Muze, tmp_path: Path) -> None:
    done = muze("presets", "copy", "telephone", "-")
    assert done.returncode == 2
    assert b"muze presets show telephone" in done.stderr
    assert list((tmp_path / "work").iterdir()) == []


def test_doctor_says_what_is_there(muze: Muze) -> None:
    report = json.loads(muze("doctor", "--json").stdout)
    assert {"system", "packages", "optional", "weights", "plugins", "device", "configuration"} <= set(report)
    assert "network" not in report
    assert all(row["version"] for row in report["packages"])
    minilm = next(row for row in report["weights"] if row["name"] == "minilm")
    assert minilm["sha256"].startswith("53aa5117")
    assert report["device"]["name"] and report["device"]["reason"]
    assert report["plugins"]["broken"] == []
    plain = muze("doctor").stdout.decode()
    assert "muze_fx" in json.dumps(report["plugins"]["installed"])
    assert "how to get it" in plain and "53aa5117" in plain


def test_doctor_refuses_a_device_that_is_not_there(muze: Muze) -> None:
    assert muze("doctor", "--device", "cuda:7").returncode == 69
    assert muze("doctor", "--device", "gpu").returncode == 2


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(muze: Muze, shell: str) -> None:
    script = muze("completion", shell).stdout.decode()
    assert "_MUZE_COMPLETE" in script and "muze" in script


def test_completion_of_commands_and_options(muze: Muze) -> None:
    def complete(words: str, count: int) -> list[str]:
        env = {"_MUZE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}
        return muze(env=env).stdout.decode().split()

    assert "apply" in complete("muze fx a", 2)
    assert "--match-loudness" in complete("muze fx apply --ma", 3)
    assert "ffmpeg" in complete("muze fx export --to ", 4)


def test_a_prompt_may_begin_with_a_minus(muze: Muze) -> None:
    said = muze("fx", "plan", "-3 dB at 300 Hz").stdout
    assert json.loads(said)["chain"][0]["bands"][0]["gain_db"] == -3
    assert muze("fx", "plan", "--", "-3 dB at 300 Hz").stdout == said
    assert muze("fx", "plan", "-x", "warm").returncode == 2


def test_every_flag_is_kebab_case_and_every_help_ends_with_examples(muze: Muze) -> None:
    from muzecli.lazy import load_command, root_entries

    for entry in root_entries():
        if entry.attribute:
            command = load_command(entry)
            for flag in (flag for param in command.params for flag in param.opts if flag.startswith("--")):
                assert flag == flag.lower() and "_" not in flag, (entry.name, flag)
            tail = (command.help or "").partition("Examples:\n")[2].splitlines()
            assert 1 <= sum("muze " in line for line in tail) <= 6, entry.name
            assert {"--config", "--quiet", "--verbose", "--json", "--color"} <= {
                flag for param in command.params for flag in param.opts
            }, entry.name
