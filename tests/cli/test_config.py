"""Where option values come from: flag > variable > --config > ./muze.yaml > user > default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Muze

TOY = '''
"""A toy."""
from typing import Annotated
import typer
from muzecli.options import Run, SeedOption

def toy(
    run: Run,
    level: Annotated[float, typer.Option("--level")] = 0.0,
    loud_mode: Annotated[bool, typer.Option("--loud-mode/--no-loud-mode")] = False,
    names: Annotated[list[str] | None, typer.Option("--name")] = None,
    seed: SeedOption = None,
) -> None:
    """Play."""
    run.console.document("toy/1", {"options": run.options_document()})
'''


@pytest.fixture
def toy(muze: Muze, plugin: Callable[..., dict[str, str]]) -> Callable[..., tuple[object, str]]:
    """Run the toy and return the value and source of one of its options."""
    env = plugin("toy", TOY, {"games.toy": "toy.cli:toy"})

    def run(*words: str, option: str = "level", extra: dict[str, str] | None = None) -> tuple[object, str]:
        done = muze("games", "toy", "--json", *words, env=env | (extra or {}))
        assert done.returncode == 0, done.stderr.decode()
        resolved = json.loads(done.stdout)["options"][option]
        return resolved["value"], resolved["source"]

    run.env = env  # type: ignore[attr-defined]
    return run


def section(value: float) -> str:
    return f"games:\n  toy:\n    level: {value}\n"


def test_each_layer_wins_over_the_one_below(toy: Callable[..., tuple[object, str]], tmp_path: Path) -> None:
    assert toy() == (0.0, "default")
    user = tmp_path / "home" / "config" / "muze" / "config.yaml"
    user.parent.mkdir(parents=True)
    user.write_text(section(1))
    assert toy() == (1.0, "user configuration")
    (tmp_path / "work" / "muze.yaml").write_text(section(2))
    assert toy() == (2.0, "./muze.yaml")
    explicit = tmp_path / "mine.yaml"
    explicit.write_text(section(3))
    assert toy("-c", str(explicit)) == (3.0, f"--config {explicit}")
    assert toy(extra={"MUZE_CONFIG": str(explicit)}) == (3.0, f"--config {explicit}")
    variable = {"MUZE_GAMES_TOY_LEVEL": "4"}
    assert toy("-c", str(explicit), extra=variable) == (4.0, "environment")
    assert toy("-c", str(explicit), "--level", "5", extra=variable) == (5.0, "flag")


def test_a_layer_that_says_nothing_lets_the_next_one_through(
    toy: Callable[..., tuple[object, str]], tmp_path: Path
) -> None:
    (tmp_path / "work" / "muze.yaml").write_text(section(2))
    other = tmp_path / "other.yaml"
    other.write_text("games:\n  toy:\n    loud-mode: true\n")
    assert toy("-c", str(other)) == (2.0, "./muze.yaml")
    assert toy("-c", str(other), option="loud_mode") == (True, f"--config {other}")


def test_shared_options_stand_at_the_top_and_have_short_variables(
    toy: Callable[..., tuple[object, str]], tmp_path: Path
) -> None:
    (tmp_path / "work" / "muze.yaml").write_text("seed: 7\nfx:\n  apply:\n    tail: none\n")
    assert toy(option="seed") == (7, "./muze.yaml")
    assert toy(option="seed", extra={"MUZE_SEED": "8"}) == (8, "environment")
    assert toy(option="seed", extra={"MUZE_SEED": "8", "MUZE_GAMES_TOY_SEED": "9"}) == (9, "environment")


def test_lists_come_from_files(toy: Callable[..., tuple[object, str]], tmp_path: Path) -> None:
    (tmp_path / "work" / "muze.yaml").write_text("games:\n  toy:\n    name: [a, b]\n")  # --name
    assert toy(option="names") == (["a", "b"], "./muze.yaml")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("games:\n  toy:\n    levle: 1\n", "unknown key 'games.toy.levle'", "did you mean 'level'?"),
        ("sead: 1\n", "unknown key 'sead'", "did you mean 'seed'?"),
        ("level: 1\n", "unknown key 'level'", "known here"),
        ("games:\n  toyy:\n    level: 1\n", "unknown key 'games.toyy'", "did you mean 'toy'?"),
        ("- 1\n", "must be a mapping of names to values, and this is a list", ""),
        ("games: {toy: {level: [}\n", "line 1 a configuration must be YAML or JSON", ""),
        ("games:\n  toy:\n    level: loud\n", "./muze.yaml: 'level':", ""),
        ("games:\n  toy:\n    level: [1, 2]\n", "'level' must be a single value, and it is a list", ""),
        ("games:\n  toy:\n    level: {a: 1}\n", "'level' must be a single value, and it is a mapping", ""),
        ("games:\n  toy:\n    level: true\n", "'level' must not be a truth value", "quote a word"),
        ("games:\n  toy:\n    level: .nan\n", "./muze.yaml: 'level': nan", ""),
        ("games:\n  toy:\n    name: a\n", "'name' must be a list, and it is 'a'", ""),
        ("games:\n  toy:\n    config: x.yaml\n", "unknown key 'games.toy.config'", "known here"),
        ("fx:\n  aply:\n    mix: 1\n", "unknown key 'fx.aply'", "did you mean 'apply'?"),
        ("fx: 3\n", "'fx' must be a mapping of names to values, and this is a number", ""),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(
    muze: Muze, toy: Callable[..., object], tmp_path: Path, text: str, message: str, hint: str
) -> None:
    (tmp_path / "work" / "muze.yaml").write_text(text)
    done = muze("games", "toy", env=toy.env)  # type: ignore[attr-defined]
    assert done.returncode == 78, done.stderr.decode()
    said = done.stderr.decode()
    assert "muze.yaml" in said
    assert message in said
    assert hint in said


def test_a_key_without_a_value_says_nothing(toy: Callable[..., tuple[object, str]], tmp_path: Path) -> None:
    (tmp_path / "work" / "muze.yaml").write_text("fx:\ngames:\n  toy:\n    level:\n")
    assert toy() == (0.0, "default")


@pytest.mark.parametrize("name", ["MUZE_GAMES_TOY_LEVEL", "MUZE_SEED"])
def test_a_wrong_variable_is_a_configuration_error_with_its_name(
    muze: Muze, toy: Callable[..., object], name: str
) -> None:
    done = muze("games", "toy", env=toy.env | {name: "loud"})  # type: ignore[attr-defined]
    assert done.returncode == 78
    assert f"error: the environment variable {name}: 'loud' is not".encode() in done.stderr


@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_flag_takes_no_nan(muze: Muze, toy: Callable[..., object], value: str) -> None:
    done = muze("games", "toy", "--level", value, env=toy.env)  # type: ignore[attr-defined]
    assert done.returncode == 2
    assert f"Invalid value for '--level': {value}".encode() in done.stderr


def test_variables_carry_the_flags_name(muze: Muze) -> None:
    done = muze("doctor", "-q", "--json", env={"MUZE_FX_APPLY_FORMAT": "wav", "MUZE_FX_APPLY_TIAL": "1"})
    (warning,) = json.loads(done.stdout)["configuration"]["warnings"]
    assert warning.endswith("MUZE_FX_APPLY_TIAL means nothing here; did you mean MUZE_FX_APPLY_TAIL?")


def test_errors_are_json_where_a_variable_asks_for_it(muze: Muze) -> None:
    done = muze("presets", "show", "nonesuch.yaml", env={"MUZE_JSON": "1"})
    assert json.loads(done.stderr)["exit_code"] == 66


def test_a_missing_config_file_is_missing_input(muze: Muze, toy: Callable[..., object]) -> None:
    done = muze("games", "toy", "--config", "nonesuch.yaml", env=toy.env)  # type: ignore[attr-defined]
    assert done.returncode == 66
    assert b"nonesuch.yaml does not exist" in done.stderr


def test_doctor_names_variables_that_mean_nothing(muze: Muze) -> None:
    done = muze("doctor", "-q", "--json", env={"MUZE_SEDE": "1", "MUZE_FX_APPLY_TAIL": "none"})
    warnings = json.loads(done.stdout)["configuration"]["warnings"]
    assert warnings == ["the environment variable MUZE_SEDE means nothing here; did you mean MUZE_SEED?"]
