"""Which CLAP, and where it lies: the one asked for, else the first known one that is on this machine.

This module imports neither numpy nor torch: looking for what is there must be quick.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from muzecli.errors import BadDataError, InputMissingError, UnavailableError
from muzecli.weights import FoundWeights, find_weights

VARIABLE = "MUZE_CLAP_MODEL"
OPTION = "clap_model"
KNOWN = ("clap-music", "clap")
"""By name in `muzecli.weights`, best for music first."""
GET_CLAP = "hf download laion/larger_clap_music"


def find_clap(options: Mapping[str, Any]) -> FoundWeights:
    """Return the weights of CLAP: what the option or the variable names, else the first known that is here.

    Args:
        options: of the run; `clap_model` may be among them, a folder or a name.

    Raises:
        UnavailableError: what was asked for is not there or is no CLAP, or none was found.
    """
    asked = options.get(OPTION) or os.environ.get(VARIABLE)
    if asked:
        try:
            return find_weights(str(asked))
        except (InputMissingError, BadDataError) as error:
            raise UnavailableError(
                f"the CLAP that was asked for: {error.message}", hint=error.hint
            ) from error
    for name in KNOWN:
        try:
            return find_weights(name)
        except UnavailableError:
            continue
    raise UnavailableError(
        "no weights of CLAP are on this machine", hint=f"{GET_CLAP}, or name a folder with {VARIABLE}"
    )


def asked_for(options: Mapping[str, Any]) -> bool:
    """Say whether a CLAP was asked for by name or folder."""
    return bool(options.get(OPTION) or os.environ.get(VARIABLE))
