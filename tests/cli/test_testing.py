"""The contract checks themselves, on our own plugin and on one that breaks every rule."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from muzecli import entrypoints
from muzecli.testing import check_commands, check_objects, loaded_with

BAD = '''
import yaml

def bare() -> None:
    pass

def flagged(snake_case: bool = False) -> None:
    """Do it.

    Examples:
    muze other
    """
'''


def test_our_own_plugins_keep_the_contract() -> None:
    assert check_commands("muze_fx") == []
    assert check_objects("muze_fx") == []


def test_what_breaks_the_contract_is_named(
    plugin: Callable[..., dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = plugin("badplug", BAD, {"bare": "badplug.cli:bare", "flagged": "badplug.cli:flagged"})[
        "PYTHONPATH"
    ]
    monkeypatch.setattr(sys, "path", [site, *sys.path])
    monkeypatch.setenv("PYTHONPATH", site)
    entrypoints._scan.cache_clear()
    try:
        faults = check_commands("badplug")
    finally:
        entrypoints._scan.cache_clear()
    assert "'bare' has no docstring to show as help" in faults
    assert any("'flagged' must end its help with Examples:" in fault for fault in faults)
    assert "badplug.cli loads yaml; import them inside the function" in faults
    assert check_commands("nonesuch") == ["nonesuch declares no entry point in muze.commands"]


def test_light_modules_load_nothing_heavy() -> None:
    for module in ("muzecli.app", "muzecli.lazy", "muzecli.options", "muzecli.batch", "muze_fx.cli"):
        assert loaded_with(module) == []
