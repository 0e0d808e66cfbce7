"""One line of help for each command, read from its source without importing it.

Listing and completing need a command's name and what it is for. The name is the entry point's; the line is the
first of the function's docstring, found by the source's syntax tree, so that no plugin's code runs for
`muze --help` and a broken one cannot break it.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path
from typing import Any

from muzecli.entrypoints import EntryPoint


def docstring_line(entry: EntryPoint) -> str:
    """Return the first line of an entry point's docstring, read from its source; empty where it has none."""
    import ast

    source = _source_of(entry.module)
    if source is None:
        return ""
    try:
        node: ast.AST = _parsed(source)
    except (SyntaxError, ValueError, OSError):  # a broken plugin still has a name to list
        return ""
    for part in filter(None, entry.attribute.split(".")):
        body = getattr(node, "body", [])
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        found = next((child for child in body if isinstance(child, kinds) and child.name == part), None)
        if found is None:
            return ""
        node = found
    doc = ast.get_docstring(node) if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) else None
    return (doc or "").partition("\n")[0].strip()


@functools.lru_cache(maxsize=64)
def _parsed(path: Path) -> Any:
    import ast

    return ast.parse(path.read_bytes())


def _source_of(module: str) -> Path | None:
    """Return the source file of a module without importing it or its packages."""
    package, *inner = module.split(".")
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    if spec is None or spec.origin is None:
        return None
    if not inner:
        return Path(spec.origin)
    base = Path(spec.origin).parent.joinpath(*inner)
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.is_file()), None)
