"""Find the data that ships with muze, in a checkout and in an installed wheel alike.

checkout:  <repo>/src/muzecli/resources.py   data in <repo>/presets, <repo>/weights
wheel:     site-packages/muzecli/resources.py   data in site-packages/muzecli/_presets, …/_weights
"""

from __future__ import annotations

from pathlib import Path

from muzecli.errors import BugError

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def _shipped(name: str) -> Path | None:
    """Return the folder of shipped data called `name`, or None where this installation has none."""
    installed = _PACKAGE / f"_{name}"
    if installed.is_dir():
        return installed
    in_checkout = _CHECKOUT / name
    if in_checkout.is_dir() and (_CHECKOUT / "pyproject.toml").is_file():
        return in_checkout
    return None


def presets_dir() -> Path:
    """Return the folder of the presets that ship with muze.

    Raises:
        BugError: the installation lost its data files.
    """
    found = _shipped("presets")
    if found is None:
        raise BugError(
            "the presets that ship with muze are missing from this installation", hint="reinstall muze"
        )
    return found


def weights_dir() -> Path | None:
    """Return the folder of the weights that ship with muze, or None where none ship."""
    return _shipped("weights")
