"""Who ranks takes: the scorer that is asked for, kept with its model for every song of a batch."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from muzecli.device import choose_device
from muzecli.plugin import scorers
from muzecli.scoring import AUTO, Choice, chosen_scorer


def judge(name: str, *, device: str) -> Choice | None:
    """Return who ranks takes; None where "auto" is asked for and no scorer is installed.

    Args:
        name: of a scorer, a folder with a model, or "auto".
        device: as typed.

    Raises:
        UnavailableError: none that is installed has its weights here, or the device is not on this machine.
        MuzeError: as `muzecli.scoring.chosen_scorer`.
    """
    if not can_judge(name):
        return None
    return _kept(name, choose_device(device).name)


def can_judge(name: str) -> bool:
    """Say whether somebody is to rank takes, without asking whether they can."""
    return name != AUTO or bool(scorers.names())


def judge_document(choice: Choice) -> dict[str, Any]:
    """Return what a sidecar says of the scorer: its name, its model and the hash of its weights among it."""
    return {"name": choice.name, **choice.identity}


@lru_cache(maxsize=1)
def _kept(name: str, device: str) -> Choice:
    return chosen_scorer(name, device=device)
