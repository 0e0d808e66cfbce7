"""Which scorer judges: the one that is asked for, else the best of those that are here; and why that one.

Scorers are found in the registry (`muzecli.plugin.scorers`). What is asked for by name must be there. `auto` takes the
first by name of those whose weights are here and that stand in for none; else the first of those that stand in. One
that is broken spoils nothing for the others: it is passed over, and `Choice.faults` says so.

This module imports neither numpy nor torch, and asks no scorer to load a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muzecli.errors import BadDataError, BugError, InputMissingError, MuzeError, UnavailableError, UsageError
from muzecli.files import kind_of
from muzecli.plugin import ModelScorer, Scorer, scorers

AUTO = "auto"


@dataclass(frozen=True)
class Choice:
    """The scorer that judges.

    Attributes:
        name: in the registry.
        scorer: the thing itself; its model is loaded by the first embedding.
        identity: what it says decides its vectors.
        reason: why it is this one, a sentence without its full stop.
        faults: a line for each scorer that could not be asked because it is broken.
    """

    name: str
    scorer: Scorer
    identity: Mapping[str, Any]
    reason: str
    faults: tuple[str, ...] = ()


@dataclass
class _Census:
    """The scorers that are installed: those that can judge, why others cannot, and what is wrong with the rest."""

    here: dict[str, tuple[Scorer, Mapping[str, Any]]] = field(default_factory=dict)
    absent: dict[str, MuzeError] = field(default_factory=dict)
    faults: list[MuzeError] = field(default_factory=list)

    @property
    def fault_lines(self) -> tuple[str, ...]:
        return tuple(fault.line for fault in self.faults)


def preferred_scorer(*, dimensions: int | None = None, device: str = "cpu") -> Choice:
    """Return the scorer that judges where none is asked for.

    Args:
        dimensions: how many numbers its vectors must have; None for any.
        device: a PyTorch device, for those scorers that can be made for one.

    Raises:
        UnavailableError: none is here; it says why of each.
    """
    census = _census()
    for name, (_, identity) in list(census.here.items()):
        found = identity.get("dimensions")
        if dimensions is not None and found != dimensions:
            census.absent[name] = UnavailableError(
                f"the scorer '{name}' gives {found} numbers, and {dimensions} are needed"
            )
            del census.here[name]
    own = [name for name, (scorer, _) in census.here.items() if not scorer.stands_in]
    ranked = own or list(census.here)
    if not ranked:
        raise _none_here(census)
    name = ranked[0]
    scorer, identity = census.here[name]
    return Choice(name, _on(scorer, device), identity, _reason(name, ranked, census), census.fault_lines)


def chosen_scorer(name: str = AUTO, *, model: str | None = None, device: str = "cpu") -> Choice:
    """Return the scorer that is asked for.

    Args:
        name: one that is registered, a folder with a model that a scorer can read, or "auto".
        model: the model that the scorer of this name is to use, a folder or a name; None for its own.
        device: a PyTorch device, for those scorers that can be made for one.

    Raises:
        UsageError: no scorer is called so, or it cannot be given another model.
        InputMissingError: the folder is not there.
        BadDataError: no scorer can read what is in the folder, or the model is damaged.
        UnavailableError: the weights are not here.
        BugError: the scorer breaks.
    """
    if name == AUTO:
        return preferred_scorer(device=device)
    if name not in scorers.names() and _is_path(name):
        return _of_folder(name, device)
    scorer = scorers.get(name)
    if model is not None and not isinstance(scorer, ModelScorer):
        raise UsageError(f"the scorer '{name}' has a model of its own and cannot be given {model}")
    made = _on(scorer, device, model)
    return Choice(name, made, _identity(name, made), f"'{name}' was asked for")


def check_scorer_name(name: str) -> None:
    """Check that a name is "auto", that of a scorer, or a folder that is there; loads nothing.

    Raises:
        UsageError: no scorer is called so.
        InputMissingError: the folder is not there.
    """
    if name == AUTO or name in scorers.names():
        return
    if not _is_path(name):
        scorers.get(name)  # which says what is known
    if kind_of(name) != "folder":
        raise InputMissingError(f"a scorer must be a name or a folder with a model, and {name} is no folder")


def _is_path(name: str) -> bool:
    return "/" in name or name.startswith((".", "~")) or kind_of(name) == "folder"


def _of_folder(folder: str, device: str) -> Choice:
    """Return the first scorer that can read the model in a folder."""
    check_scorer_name(folder)
    working, broken = scorers.working()
    reasons = [fault.line for fault in broken]
    for name, scorer in working.items():
        if not isinstance(scorer, ModelScorer):
            continue
        try:
            made = scorer.of(folder, device=device)
            identity = _identity(name, made)
        except MuzeError as error:  # another scorer's model, or a damaged one; the next may read it
            reasons.append(f"{name}: {error.line}")
            continue
        return Choice(name, made, identity, f"'{name}' reads the model in {folder}")
    raise BadDataError(
        f"{folder} must hold a model that a scorer can read", hint="; ".join(reasons) or "none is installed"
    )


def _census() -> _Census:
    """Ask every scorer that is installed whether it is here."""
    census = _Census()
    working, broken = scorers.working()
    census.faults += broken
    for name, scorer in working.items():
        try:
            census.here[name] = scorer, _identity(name, scorer)
        except UnavailableError as error:
            census.absent[name] = error
        except MuzeError as error:
            census.faults.append(error)
    return census


def _identity(name: str, scorer: Scorer) -> Mapping[str, Any]:
    try:
        return scorer.identity()
    except MuzeError:
        raise
    except Exception as error:  # a stranger's scorer may fail in any way; it is reported
        raise BugError(
            f"the scorer '{name}' cannot say what it is: {type(error).__name__}: {error}",
            hint="report it to its authors, or choose another with --scorer",
        ) from error


def _on(scorer: Scorer, device: str, model: str | None = None) -> Scorer:
    """Return a scorer on a device, with a model where one is given; those that know of neither as they are."""
    return scorer.of(model, device=device) if isinstance(scorer, ModelScorer) else scorer


def _reason(name: str, ranked: list[str], census: _Census) -> str:
    if census.here[name][0].stands_in:
        lacking = "; ".join(f"{other}: {error.message}" for other, error in census.absent.items())
        return f"'{name}' stands in, since no other scorer is here" + (f" ({lacking})" if lacking else "")
    if len(ranked) == 1:
        return f"'{name}' is the scorer whose weights are here"
    return f"'{name}' is the first by name of the scorers whose weights are here: {', '.join(ranked)}"


def _none_here(census: _Census) -> UnavailableError:
    """Return the error that names every reason; the hint is what the scorers say that can be done."""
    errors = [*census.absent.values(), *census.faults]
    if not errors:
        return UnavailableError(
            "no scorer is installed that could say how well audio fits a text", hint="muze plugins list"
        )
    hints = [error.hint for error in errors if error.hint]
    return UnavailableError(
        "no scorer is here that could say how well audio fits a text: "
        + "; ".join(error.message for error in errors),
        hint="; or ".join(hints) or None,
    )
