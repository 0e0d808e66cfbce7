"""The registries: what plugins provide is checked against its Protocol when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from muzecli import entrypoints
from muzecli.errors import BugError, UsageError
from muzecli.plugin import REGISTRIES, engines, extractors, scorers

GROUPS = {
    *("muze.preset_kinds", "muze.engines", "muze.planners", "muze.voices", "muze.separators"),
    "muze.reconstructors",
    "muze.judges",
    *("muze.extractors", "muze.scorers", "muze.composers", "muze.treatments", "muze.models", "muze.parts"),
}

CODE = """
class Engine:
    name = "toy"
    summary = "a toy"
    reworks = False

    def render(self, plan, *, seed, device, options, on_progress):
        return None

class Half:
    name = "half"

class Failing:
    def __init__(self):
        raise RuntimeError("no such luck")
"""


@pytest.fixture
def installed(
    plugin: Callable[..., dict[str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[[dict[str, str], str], None]:
    """Lay out a plugin whose objects stand in one registry, and make it visible to this process."""

    def lay_out(entries: dict[str, str], registry: str) -> None:
        site = plugin("toyengine", CODE, entries, registry=registry)["PYTHONPATH"]
        monkeypatch.setattr(sys, "path", [site, *sys.path])
        entrypoints._scan.cache_clear()

    yield lay_out
    entrypoints._scan.cache_clear()
    for name in [name for name in sys.modules if name.startswith("toyengine")]:
        del sys.modules[name]


def test_every_registry_of_the_house_is_there() -> None:
    assert {registry.group for registry in REGISTRIES} == GROUPS


def test_an_engine_is_found_and_made(installed: Callable[[dict[str, str], str], None]) -> None:
    installed({"toy": "toyengine.cli:Engine"}, "muze.engines")
    assert "toy" in engines.names()
    assert engines.get("toy").summary == "a toy"


def test_what_lacks_a_member_or_fails_is_named(installed: Callable[[dict[str, str], str], None]) -> None:
    installed({"half": "toyengine.cli:Half", "failing": "toyengine.cli:Failing"}, "muze.extractors")
    objects, faults = extractors.working()
    assert not {"half", "failing"} & set(objects)
    said = sorted(fault.message for fault in faults)
    assert said[0].startswith("plugin toyengine (toyengine 1.0) cannot be loaded: RuntimeError: no such luck")
    assert said[1] == (
        "the extractor 'half' of plugin toyengine lacks "
        "cost_per_second, depends_on, extract, gives, needs, uses, version"
    )
    with pytest.raises(BugError, match="lacks cost_per_second"):
        extractors.get("half")


def test_a_name_nobody_registers_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="there is no scorer named 'nonesuch'") as caught:
        scorers.get("nonesuch")
    assert (caught.value.hint or "").startswith("known: ")
