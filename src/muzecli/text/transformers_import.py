"""Use transformers so that it neither dies on a neighbour package, nor asks the network, nor chats.

Two facts make this more than an import statement. torchaudio and torchvision wheels that do not match the
installed torch fail while loading, and transformers, which looks only whether they are installed, then fails
with them. And the hub client waits half a minute a file for a network that is not there.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from muzecli.errors import UnavailableError

_FRAGILE = ("torchaudio", "torchvision")


def hide_broken_packages() -> list[str]:
    """Make torchaudio and torchvision count as absent in this process where they cannot load.

    Returns:
        The names that were hidden, for a log.
    """
    hidden = []
    for name in _FRAGILE:
        if name in sys.modules or importlib.util.find_spec(name) is None:
            continue  # loaded already, hidden already, or absent
        try:
            importlib.import_module(name)
        except (ImportError, OSError, RuntimeError, AttributeError):
            for part in [m for m in sys.modules if m == name or m.startswith(f"{name}.")]:
                del sys.modules[part]
            # None makes `import` raise ModuleNotFoundError and importlib.util.find_spec return None.
            sys.modules[name] = None  # type: ignore[assignment]
            hidden.append(name)
    return hidden


def import_transformers() -> ModuleType:
    """Return the transformers package.

    Raises:
        UnavailableError: it is not installed or cannot load.
    """
    hide_broken_packages()
    try:
        return importlib.import_module("transformers")
    except (ImportError, OSError, RuntimeError) as error:
        raise UnavailableError(
            f"this needs transformers, which does not load: {error}", hint="pip install 'transformers>=5'"
        ) from error


@contextmanager
def quiet_loading(transformers: ModuleType) -> Iterator[None]:
    """Keep transformers' bars and load reports off stderr inside the block.

    A report lists every tensor of the file that a part of a model does not use, which is no news; whoever
    loads must look at the missing ones (`output_loading_info`).
    """
    log = transformers.utils.logging
    verbosity, bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(verbosity)
        if bars:
            log.enable_progress_bar()


@contextmanager
def hub_offline() -> Iterator[None]:
    """Keep the hub client off the network inside the block; what was set before is restored after it."""
    variable = "HF_HUB_OFFLINE"
    before = os.environ.get(variable)
    os.environ[variable] = "1"
    # The client reads the variable once, when it is imported; after that only its constant counts.
    constants = sys.modules.get("huggingface_hub.constants")
    constant_before = getattr(constants, variable, None)
    if constants is not None:
        setattr(constants, variable, True)
    try:
        yield
    finally:
        if before is None:
            del os.environ[variable]
        else:
            os.environ[variable] = before
        constants = sys.modules.get("huggingface_hub.constants")
        if constants is not None:
            setattr(constants, variable, constant_before if constant_before is not None else before == "1")
