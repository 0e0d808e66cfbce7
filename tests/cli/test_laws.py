"""The laws of the house: who imports whom, and what start-up may load."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from muzecli.entrypoints import all_entry_points
from muzecli.registry import COMMANDS

REPOSITORY = Path(__file__).resolve().parents[2]
CORE = REPOSITORY / "src" / "muzecli"
PLUGINS = sorted(path for path in (REPOSITORY / "plugins").iterdir() if (path / "__init__.py").is_file())
HEAVY = {
    "torch",
    "numpy",
    "scipy",
    "transformers",
    "pedalboard",
    "soundfile",
    "soxr",
    "librosa",
    "matplotlib",
    "yaml",
    "pyarrow",
    "ray",
    "mutagen",
}
LIGHT = [
    "app",
    "lazy",
    "leaf",
    "summaries",
    "registry",
    "plugin",
    "entrypoints",
    "options",
    "console",
    "errors",
    "files",
    "config",
    "seeds",
    "interrupts",
]


def imported(path: Path, *, top_level_only: bool = False) -> Iterator[str]:
    """Yield the first part of each absolute import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def test_the_core_imports_no_plugin() -> None:
    names = {path.name for path in PLUGINS}
    for file in CORE.rglob("*.py"):
        assert not names & set(imported(file)), file


def test_no_plugin_imports_another() -> None:
    names = {path.name for path in PLUGINS}
    for package in PLUGINS:
        for file in package.rglob("*.py"):
            assert not (names - {package.name}) & set(imported(file)), file


@pytest.mark.parametrize(
    "file",
    [path for p in PLUGINS for path in sorted(p.glob("cli*.py"))] + [CORE / f"{n}.py" for n in LIGHT],
    ids=str,
)
def test_light_modules_import_nothing_heavy(file: Path) -> None:
    assert not HEAVY & set(imported(file, top_level_only=True))


def loaded_by(words: list[str], env: dict[str, str]) -> set[str]:
    code = (
        "import sys, json; from muzecli.app import main; code = main(json.loads(sys.argv[1]));"
        "sys.stderr.write('\\n' + json.dumps([code, sorted(sys.modules)]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(words)], env=env, capture_output=True, check=True, timeout=60
    )
    code_seen, modules = json.loads(done.stderr.splitlines()[-1])
    assert code_seen == 0
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["fx", "--help"],
        ["fx", "apply", "--help"],
        ["dataset", "--help"],
        ["dataset", "build", "--help"],
        ["dataset", "info", "--help"],
        ["dataset", "export", "--help"],
    ],
    ids=str,
)
def test_help_loads_no_heavy_module(words: list[str], clean_env: dict[str, str]) -> None:
    assert not (HEAVY | {"rich", "importlib_metadata"}) & loaded_by(words, clean_env)


def test_help_imports_no_plugin(clean_env: dict[str, str]) -> None:
    assert not {path.name for path in PLUGINS} & loaded_by(["--help"], clean_env)


def test_completion_loads_no_heavy_module(clean_env: dict[str, str]) -> None:
    env = clean_env | {"_MUZE_COMPLETE": "complete_bash", "COMP_WORDS": "muze fx ", "COMP_CWORD": "2"}
    code = (
        "import sys\ntry:\n    from muzecli.app import main; main([])\n"
        "finally:\n    sys.stderr.write('\\n' + ' '.join(sorted(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False, timeout=60)
    assert b"apply" in done.stdout.split()
    assert not HEAVY & {name.partition(".")[0] for name in done.stderr.decode().split()}


def test_every_command_of_muze_loads() -> None:
    from muzecli.lazy import load_command

    ours = [
        e
        for e in all_entry_points()
        if e.group == COMMANDS and e.distribution.startswith("muze ") and e.attribute
    ]
    assert len(ours) >= 14
    for entry in ours:
        command = load_command(entry)
        assert command.help, entry.name
        assert "Examples:" in command.help, f"{entry.name} must end its help with examples"
