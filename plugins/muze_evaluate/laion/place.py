"""Which CLAP, and where it lies: the one asked for, else the first known one that is on this machine.

This module imports neither numpy nor torch: looking for what is there must be quick.
"""

from __future__ import annotations

import os

from muzecli.errors import BadDataError, ConfigError, InputMissingError, MuzeError, UnavailableError
from muzecli.weights import FoundWeights, find_weights

VARIABLE = "MUZE_CLAP_MODEL"
KNOWN = ("clap-music", "clap")
"""By name in `muzecli.weights`, best for music first."""
GET_CLAP = "hf download laion/larger_clap_music"


def find_clap(model: str | None = None) -> FoundWeights:
    """Return the weights of CLAP: those that are asked for, else those that the variable names, else known ones.

    Args:
        model: a folder or a name.

    Raises:
        UnavailableError: what was asked for is not there or holds no weights, or none was found.
        ConfigError: what the variable names is not there or holds no weights.
        BadDataError: a known model's file is not what it should be.
    """
    if model is not None:
        try:
            return find_weights(model)
        except (InputMissingError, BadDataError) as error:
            raise UnavailableError(
                f"the CLAP that was asked for: {error.message}", hint=error.hint
            ) from error
    named = os.environ.get(VARIABLE)
    if named:
        try:
            return find_weights(named)
        except MuzeError as error:
            raise ConfigError(f"the CLAP that {VARIABLE} names: {error.message}", hint=error.hint) from error
    for name in KNOWN:
        try:
            return find_weights(name)
        except UnavailableError:
            continue
    raise UnavailableError(
        "no weights of CLAP are on this machine", hint=f"{GET_CLAP}, or name a folder with {VARIABLE}"
    )
