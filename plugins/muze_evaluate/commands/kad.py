"""The kernel audio distance of two sets."""

from __future__ import annotations

from typing import Any

from muze_evaluate.commands.two_sets import NO_INTERVAL, Request, Sets, gathered
from muze_evaluate.document import Evaluation, Figure
from muze_evaluate.sets.vectors import MomentSet, VectorSet
from muze_evaluate.statistics.bootstrap import LEVEL, RESAMPLES
from muze_evaluate.statistics.kernel import bandwidth, kernel_distance, kernel_interval
from muze_evaluate.telling import tell
from muzecli.errors import BadDataError
from muzecli.options import Run


def measured(run: Run, request: Request, *, ci: bool, seed: int) -> None:
    """Measure, print and write.

    Raises:
        MuzeError: as `gathered`; also BadDataError where a set has no pairs, and FailedError after all else where items
            were left out.
    """
    sets = gathered(run, request)
    tell(run, evaluate(sets, ci=ci, seed=seed), output=request.output, overwrite=request.overwrite)


def evaluate(sets: Sets, *, ci: bool = True, seed: int = 0) -> Evaluation:
    """Return the kernel distance of two sets.

    Args:
        sets: in one space.
        ci: draw an interval.
        seed: of its draws.

    Raises:
        BadDataError: a set holds moments, has fewer than two vectors, or the reference's are all alike.
    """
    reference, evaluated = _vectors(sets.reference), _vectors(sets.evaluated)
    try:
        sigma = bandwidth(reference.vectors)
        figure = _figure(reference, evaluated, sigma=sigma, ci=ci, seed=seed)
    except ValueError as error:
        raise BadDataError(f"{reference.name} and {evaluated.name} cannot be compared: {error}") from error
    settings: dict[str, Any] = {"ci": ci, "seed": seed, "bandwidth": sigma}
    if ci:
        settings |= {"level": LEVEL, "resamples": RESAMPLES}
    return Evaluation(
        "kad",
        figures=(figure,),
        failed=sets.failed,
        warnings=sets.warnings,
        settings=settings,
        provenance=sets.provenance,
    )


def _figure(reference: VectorSet, evaluated: VectorSet, *, sigma: float, ci: bool, seed: int) -> Figure:
    count = len(evaluated.ids)
    if not ci or count < 2:
        value = kernel_distance(reference.vectors, evaluated.vectors, sigma=sigma)
        notes = (NO_INTERVAL if ci else "", _below(value))
        return Figure("kad", value, count=count, better="lower", note="; ".join(filter(None, notes)))
    found = kernel_interval(
        reference.vectors, evaluated.vectors, seed=seed, groups=evaluated.groups.tolist(), sigma=sigma
    )
    note = _below(found.value, found.low)
    return Figure("kad", found.value, found.low, found.high, count=count, better="lower", note=note)


def _below(*ends: float) -> str:
    """Return what to say where an estimate or its interval goes below nought, as no distance does; else nothing."""
    if min(ends) >= 0:
        return ""
    return "free of bias, it scatters about 0 for sets of one kind and may go below: a distance of 0 is not excluded"


def _vectors(one: VectorSet | MomentSet) -> VectorSet:
    if isinstance(one, MomentSet):
        raise BadDataError(
            f"kad takes vectors, and {one.name} holds moments", hint="muze evaluate fad takes moments"
        )
    return one
