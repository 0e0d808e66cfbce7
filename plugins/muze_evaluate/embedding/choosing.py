"""Which embedder a name or a folder means."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from muze_evaluate.embedding.embedder import Embedder
from muzecli.device import check_device_name, choose_device
from muzecli.errors import UsageError
from muzecli.plugin import scorers
from muzecli.scoring import AUTO, check_scorer_name, chosen_scorer

OWN = ("logmel", "encodec")


@dataclass(frozen=True)
class Chosen:
    """An embedder and why it was taken.

    Attributes:
        embedder: makes the vectors.
        reason: why this one.
        faults: a line for each scorer that was passed over because it is broken.
    """

    embedder: Embedder
    reason: str
    faults: tuple[str, ...] = ()


def names() -> list[str]:
    """Return the words for `--embedding`, without the folders that it takes as well."""
    return [AUTO, *OWN, *(name for name in sorted(scorers.names()) if name not in OWN)]


def check_name(name: str) -> None:
    """Check the word for `--embedding`, before anything heavy is loaded.

    Raises:
        UsageError: there is no such embedding.
        InputMissingError: it is a path, and no folder is there.
    """
    if name in OWN:
        return
    try:
        check_scorer_name(name)
    except UsageError as error:  # names scorers alone, and there are others here
        near = difflib.get_close_matches(name, names(), n=1)
        raise UsageError(
            f"--embedding must be one of {', '.join(names())}, or the folder of a model; found '{name}'",
            hint=f"did you mean {near[0]}?" if near else "muze plugins list shows the scorers that are here",
        ) from error


def embedder(name: str, *, device: str = "auto") -> Embedder:
    """Return an embedder by its name or the folder of a model that `muze train clap` made; see `chosen`."""
    return chosen(name, device=device).embedder


def chosen(name: str, *, device: str = "auto") -> Chosen:
    """Return an embedder, and why it was taken.

    Args:
        name: `logmel`, `encodec`, a scorer, the folder of a model, or `auto` for the scorer that is preferred.
        device: where it runs: `auto` or a PyTorch device name.

    Raises:
        UsageError: there is no such embedder, or no such kind of device.
        UnavailableError: its weights or the device are not here.
        InputMissingError, BadDataError: the folder does not hold a model.
    """
    check_device_name(device)
    check_name(name)
    if name == "logmel":
        from muze_evaluate.embedding.logmel import LogMel

        return Chosen(LogMel(), "asked for; runs on the CPU")
    if name == "encodec":
        from muze_evaluate.embedding.encodec import Encodec

        return Chosen(Encodec(device=choose_device(device).name), "asked for")
    from muze_evaluate.embedding.of_scorer import OfScorer

    where = choose_device(device).name
    choice = chosen_scorer(name, device=where)
    return Chosen(OfScorer(choice.scorer, device=where.partition(":")[0]), choice.reason, choice.faults)
