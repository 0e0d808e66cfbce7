"""Plugins: found by entry points, isolated when broken, narrowed by MUZE_PLUGINS."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY, Muze

TOY = '''
"""A toy."""
from muzecli.options import Run

def toy(run: Run) -> None:
    """Play."""
    run.console.result("played")
'''
Lay = Callable[..., dict[str, str]]


def test_a_third_party_command_is_found(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", TOY, {"toy": "toy.cli:toy"})
    assert b"Play." in muze("--help", env=env).stdout
    assert muze("toy", env=env).stdout == b"played\n"


def test_dotted_names_make_groups_across_plugins(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", TOY, {"games.toy": "toy.cli:toy", "fx.toy": "toy.cli:toy"})
    assert muze("games", "toy", env=env).stdout == b"played\n"
    assert muze("fx", "toy", env=env).stdout == b"played\n"
    assert b"explain" in muze("fx", "--help", env=env).stdout


def test_a_command_that_cannot_be_imported_breaks_only_itself(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "raise RuntimeError('no such luck')", {"toy": "toy.cli:toy"})
    assert muze("--help", env=env).returncode == 0
    assert muze("presets", "list", env=env).returncode == 0
    broken = muze("toy", env=env)
    assert broken.returncode == 70
    assert broken.stderr.startswith(
        b"error: plugin toy (toy 1.0) cannot be loaded: RuntimeError: no such luck\n"
    )
    assert b"Traceback" not in broken.stderr


def test_a_missing_package_names_what_to_install(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "import nonesuch", {"toy": "toy.cli:toy"})
    broken = muze("toy", env=env)
    assert broken.returncode == 69
    assert b"needs the package 'nonesuch'" in broken.stderr
    assert b"pip install nonesuch" in broken.stderr


def test_source_that_does_not_parse_still_lists(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "def toy(:", {"toy": "toy.cli:toy"})
    assert b"toy" in muze("--help", env=env).stdout
    assert muze("toy", env=env).returncode == 70


def test_plugins_list_shows_the_broken_one(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "raise RuntimeError('x')", {"toy": "toy.cli:toy"})
    listed = muze("plugins", "list", "--json", env=env)
    assert listed.returncode == 1
    rows = {row["name"]: row for row in json.loads(listed.stdout)["plugins"]}
    assert rows["toy"]["state"] == "broken"
    assert rows["fx apply"]["state"] == "ok"


@pytest.mark.parametrize(
    ("value", "sees_fx", "sees_toy"),
    [("toy", False, True), ("-toy", True, False), ("", False, False), ("muze-fx,toy", True, True)],
)
def test_muze_plugins_narrows(muze: Muze, plugin: Lay, value: str, sees_fx: bool, sees_toy: bool) -> None:
    env = plugin("toy", TOY, {"toy": "toy.cli:toy"}) | {"MUZE_PLUGINS": value}
    listed = muze("--help", env=env).stdout
    assert (b"\n  fx " in listed) is sees_fx
    assert (b"\n  toy " in listed) is sees_toy
    assert b"doctor" in listed


def test_eager_loading_reports_the_broken_plugin_at_once(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "raise RuntimeError('x')", {"toy": "toy.cli:toy"}) | {"MUZE_EAGER": "1"}
    assert muze("--help", env=env).returncode == 70


def test_muze_wins_over_a_plugin_that_claims_its_name(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", TOY, {"doctor": "toy.cli:toy"})
    assert b"Show versions" in muze("--help", env=env).stdout


def test_an_object_that_breaks_its_protocol_is_named(muze: Muze, plugin: Lay, tmp_path: Path) -> None:
    env = plugin(
        "toy", "class Kind:\n    name = 'toy'", {"toy": "toy.cli:Kind"}, registry="muze.preset_kinds"
    )
    assert muze("presets", "list", env=env).returncode == 0
    (tmp_path / "x.yaml").write_text("a: 1")
    broken = muze("presets", "validate", tmp_path / "x.yaml", "--kind", "toy", env=env)
    assert broken.returncode == 70
    assert b"lacks describe, summary, validate" in broken.stderr


def test_the_example_plugin_installs_and_runs(tmp_path: Path, muze: Muze) -> None:
    source = REPOSITORY / "examples" / "muze-plugin-hello"
    target = tmp_path / "installed"
    done = subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, source],
        capture_output=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stderr.decode()
    env = {"PYTHONPATH": str(target)}
    said = muze("hello", "Ada", "--seed", "3", "--json", env=env)
    assert json.loads(said.stdout) | {"greeting": ""} == {
        "schema": "muze.hello/1",
        "greeting": "",
        "name": "Ada",
        "seed": 3,
    }
    assert (
        muze("hello", "Ada", "--seed", "3", env=env).stdout
        == muze("hello", "Ada", "--seed", "3", env=env).stdout
    )
    assert muze("hello", "Ada", env=env).stderr.startswith(b"seed ")


def test_a_plugin_that_leaves_at_import_breaks_only_itself(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "raise SystemExit(3)", {"toy": "toy.cli:toy"})
    assert muze("toy", env=env).returncode == 70
    assert b"SystemExit: 3" in muze("plugins", "list", env=env).stderr


def test_a_command_below_another_is_left_out(muze: Muze, plugin: Lay) -> None:
    env = plugin(
        "toy", TOY, {"doctor.toy": "toy.cli:toy", "fx.plan.toy": "toy.cli:toy", "presets": "toy.cli:toy"}
    )
    assert muze("fx", "plan", "warm", env=env).returncode == 0
    assert b"Show versions" in muze("doctor", "--help", env=env).stdout
    assert muze("presets", "list", env=env).returncode == 0


def test_doctor_leaves_out_what_muze_plugins_leaves_out(muze: Muze, plugin: Lay) -> None:
    env = plugin("toy", "raise RuntimeError('x')", {"toy": "toy.cli:toy"})
    broken = json.loads(muze("doctor", "--json", env=env).stdout)["plugins"]["broken"]
    assert len(broken) == 1 and "plugin toy" in broken[0]
    env |= {"MUZE_PLUGINS": "-toy"}
    assert json.loads(muze("doctor", "--json", env=env).stdout)["plugins"]["broken"] == []


def test_a_traceback_only_with_two_v(muze: Muze, plugin: Lay) -> None:
    code = TOY.replace('run.console.result("played")', 'raise KeyError("oops")')
    env = plugin("toy", code, {"toy": "toy.cli:toy"})
    plain = muze("toy", "-v", env=env)
    assert plain.returncode == 70
    assert plain.stderr.splitlines()[0] == b"error: muze met a bug: KeyError: 'oops'"
    assert b"Traceback" not in plain.stderr
    assert b"Traceback" in muze("toy", "-vv", env=env).stderr


def test_out_of_memory_is_temporary(muze: Muze, plugin: Lay) -> None:
    for error in ("MemoryError()", "RuntimeError('CUDA out of memory')"):
        code = TOY.replace('run.console.result("played")', f"raise {error}")
        done = muze("toy", env=plugin("toy", code, {"toy": "toy.cli:toy"}))
        assert done.returncode == 75
        assert b"out of memory" in done.stderr
