"""What the shipped extractors read is what they declare: results that rest on anything else would go stale."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from muzecli.listening.options import DEFAULTS
from muzecli.plugin import Extractor, extractors

OURS = {
    name: one
    for name, one in extractors.working()[0].items()
    if type(one).__module__.startswith("muze_dataset.")
}


def read_in(module: ModuleType) -> Iterator[str]:
    """Yield the names of fields that a module reads: `heard.value("x")`, `heard.reason("x")`, `findings["x"]`."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            named = node.args[0] if node.func.attr in ("value", "reason") else None
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
            named = node.slice if node.value.attr == "findings" else None
        else:
            continue
        if isinstance(named, ast.Constant):
            yield named.value


def module_of(extractor: Extractor) -> ModuleType:
    found = inspect.getmodule(type(extractor))
    assert found is not None
    return found


def test_they_are_all_there() -> None:
    assert len(OURS) == 23


@pytest.mark.parametrize("name", OURS)
def test_what_is_read_is_declared(name: str) -> None:
    one = OURS[name]
    undeclared = set(read_in(module_of(one))) - {*one.needs, *one.uses}
    assert not undeclared


@pytest.mark.parametrize(
    "name",
    ["beats", "key", "chords", "sections", "activity", "alignment", "lyrics", "prompt", "sentiment"],
)
def test_what_was_fitted_or_written_is_declared(name: str) -> None:
    """Other weights, tables or words are another footing."""
    assert [
        one for one in OURS[name].depends_on(DEFAULTS).values() if isinstance(one, str) and len(one) == 64
    ]
