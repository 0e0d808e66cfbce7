"""Installed packages without importing them: whether they are there, which version, and the data they carry.

Some packages are wanted for a file in their wheel, or are optional and slow to load, or fail while loading beside
a neighbour that does not fit. None of that may be run into merely to look.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path


def package_folder(package: str) -> Path | None:
    """Return the folder of an installed package; None where there is none. Its code does not run.

    Args:
        package: a top-level name as in `import`, such as `torchcrepe`. The parent of a dotted one would be imported
            by looking, so those are refused.
    """
    if not package.isidentifier():
        raise ValueError(f"must be the name of a top-level package; got {package!r}")
    try:
        spec = find_spec(package)
    except (ImportError, ValueError):  # hidden by `sys.modules[name] = None`, or made by hand without a spec
        return None
    places = (spec.submodule_search_locations or ()) if spec else ()
    return next((Path(place) for place in places if Path(place).is_dir()), None)


def package_file(package: str, relative: str) -> Path | None:
    """Return the path of a file that a package carries; None where the package or the file is not installed.

    Args:
        package: a top-level name as in `import`.
        relative: the file within the package's folder, with forward slashes.
    """
    folder = package_folder(package)
    path = folder / relative if folder is not None else None
    return path if path is not None and path.is_file() else None


def package_version(distribution: str) -> str | None:
    """Return the version of an installed distribution (its name as with pip); None where it is not installed."""
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None
