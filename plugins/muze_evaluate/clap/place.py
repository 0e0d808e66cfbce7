"""Where the text-audio model lies: a folder or a name that is asked for, else the one that ships.

This module imports neither numpy nor torch: looking for what is there must be quick.
"""

from __future__ import annotations

from pathlib import Path

from muze_evaluate.clap.config import KIND, ClapConfig
from muzecli.config import user_cache_dir
from muzecli.errors import BadDataError, InputMissingError, UnavailableError
from muzecli.training.presets import build
from muzecli.training.stored import StoredModel, read_model
from muzecli.weights import FoundWeights, WeightsSpec, find_weights

# Not "clap": that name is LAION's.
SHIPPED = WeightsSpec(
    "muze-clap",
    "fit of words and sound, where no other CLAP is here",
    f"muze train clap --annotations CORPUS --output {user_cache_dir() / 'weights' / 'muze-clap'}",
)


def find_model(model: str | Path | None = None) -> tuple[FoundWeights, StoredModel, ClapConfig]:
    """Return the weights of a text-audio model, its configuration as stored, and as the network takes it.

    Args:
        model: a folder or a name; None for the one that ships.

    Raises:
        UnavailableError: there is none.
        BadDataError: it is of another kind, damaged, or its weights are not those that it was stored with.
        ConfigError: its configuration is not one of a text-audio model.
    """
    try:
        found = find_weights(SHIPPED if model is None else str(model))
        stored = read_model(found.folder, kind=KIND)
    except InputMissingError as error:
        raise UnavailableError(
            f"the text-audio model that was asked for: {error.message}", hint=SHIPPED.how_to_get
        ) from error
    if stored.sha256 != found.sha256:
        raise BadDataError(
            f"{found.path} is damaged or belongs to another configuration: its SHA-256 must be {stored.sha256}, found"
            f" {found.sha256}",
            hint="train or fetch it again",
        )
    return found, stored, build(ClapConfig, stored.config, where=f"{found.folder}: config")
