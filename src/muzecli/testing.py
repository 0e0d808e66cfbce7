"""Contract checks for plugins: what an author's own tests call.

from muzecli.testing import check_commands

def test_my_commands_keep_the_contract() -> None:
    assert check_commands("muze_plugin_hello") == []
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence

from typer.core import TyperOption

from muzecli.entrypoints import EntryPoint, all_entry_points
from muzecli.errors import MuzeError
from muzecli.lazy import load_command
from muzecli.plugin import COMMANDS, REGISTRIES

HEAVY_MODULES = (
    *("torch", "numpy", "scipy", "transformers", "tokenizers", "pedalboard", "soundfile", "soxr", "librosa"),
    *("matplotlib", "yaml", "rich"),
)
"""What start-up, help and completion never load."""

_KEBAB = re.compile(r"--[a-z0-9]+(-[a-z0-9]+)*|-[a-zA-Z]")


def check_commands(plugin: str) -> list[str]:
    """Check every command of an installed plugin against the command-line contract.

    Each must load, say what it does, end its help with examples that call it, and spell its flags in kebab
    case; and its module must import nothing heavy.

    Args:
        plugin: the import package, such as `muze_plugin_hello`.

    Returns:
        the faults found, a line each; none where the contract is kept.
    """
    entries = [e for e in all_entry_points() if e.plugin == plugin and e.group == COMMANDS]
    if not entries:
        return [f"{plugin} declares no entry point in {COMMANDS}"]
    faults: list[str] = []
    for entry in entries:
        if entry.attribute:
            aliases = [other.name.replace(".", " ") for other in entries if other.value == entry.value]
            faults += _command_faults(entry, aliases)
    for module in sorted({entry.module for entry in entries}):
        heavy = loaded_with(module)
        if heavy:
            faults.append(f"{module} loads {', '.join(heavy)}; import them inside the function")
    return faults


def check_objects(plugin: str) -> list[str]:
    """Check that what a plugin registers beside commands loads and offers what its registry asks for.

    Returns:
        the faults found, a line each.
    """
    faults = []
    for registry in REGISTRIES:
        for entry in all_entry_points():
            if entry.plugin == plugin and entry.group == registry.group:
                try:
                    registry.get(entry.name)
                except MuzeError as error:
                    faults.append(error.message)
    return faults


def loaded_with(module: str) -> list[str]:
    """Return which heavy modules importing `module` loads, in a process of its own."""
    code = f"import sys, {module}; print(' '.join(m for m in {HEAVY_MODULES!r} if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return (
        done.stdout.split() if done.returncode == 0 else [f"nothing: {done.stderr.strip().splitlines()[-1]}"]
    )


def _command_faults(entry: EntryPoint, aliases: Sequence[str]) -> Iterator[str]:
    path = entry.name.replace(".", " ")
    try:
        command = load_command(entry)
    except MuzeError as error:
        yield error.message
        return
    text, _, examples = (command.help or "").partition("Examples:\n")
    if not text.strip():
        yield f"'{path}' has no docstring to show as help"
    if not any(f"muze {alias}" in examples for alias in aliases):
        yield f"'{path}' must end its help with Examples: that call `muze {path}`"
    for param in command.params:
        for flag in (*param.opts, *param.secondary_opts) if isinstance(param, TyperOption) else ():
            if not _KEBAB.fullmatch(flag):
                yield f"'{path}': the flag {flag} must be in kebab case"
