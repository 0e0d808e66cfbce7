"""The Fréchet audio distance of two sets: the whole figure, for sets without end, and song by song."""

from __future__ import annotations

from typing import Any

from muze_evaluate.commands.two_sets import NO_INTERVAL, Request, Sets, gathered
from muze_evaluate.document import Curve, Evaluation, Figure, Row
from muze_evaluate.sets.vectors import MomentSet, VectorSet
from muze_evaluate.statistics import per_song as by_song
from muze_evaluate.statistics.bootstrap import LEVEL, RESAMPLES
from muze_evaluate.statistics.frechet import Gaussian, frechet_distance, gaussian, gaussian_of, rank_warning
from muze_evaluate.statistics.frechet_inf import Extrapolation, extrapolated
from muze_evaluate.statistics.influence import distance_interval
from muze_evaluate.statistics.samples import TooFewError
from muze_evaluate.telling import one_line, tell
from muzecli.errors import BadDataError
from muzecli.options import Run

_SHOWN = 10
"""Songs in the table; the document has all."""


def measured(run: Run, request: Request, *, inf: bool, per_song: bool, ci: bool, seed: int) -> None:
    """Measure, print and write.

    Raises:
        MuzeError: as `gathered`; also BadDataError where a set has no covariance, and FailedError after all else where
            items were left out.
    """
    sets = gathered(run, request)
    evaluation = evaluate(sets, inf=inf, per_song=per_song, ci=ci, seed=seed)
    if per_song:
        _print_worst(run, evaluation.rows)
    tell(run, evaluation, output=request.output, overwrite=request.overwrite)


def evaluate(
    sets: Sets, *, inf: bool = False, per_song: bool = False, ci: bool = True, seed: int = 0
) -> Evaluation:
    """Return the distances of two sets.

    Args:
        sets: in one space.
        inf: extrapolate to sets without end.
        per_song: a row an item of the evaluated set.
        ci: draw intervals.
        seed: of all draws.

    Raises:
        BadDataError: a set has no covariance, or what was asked for takes the vectors of a set that holds moments.
    """
    reference = _fitted(sets.reference)
    if isinstance(sets.evaluated, MomentSet):
        if per_song or inf:
            option = "--per-song" if per_song else "--inf"
            raise BadDataError(
                f"{option} takes vectors, and {sets.evaluated.name} holds moments", hint=f"leave out {option}"
            )
        figures = [_of_moments(reference, sets.evaluated)]
        curves: tuple[Curve, ...] = ()
        rows: tuple[Row, ...] = ()
    else:
        figures = [_of_vectors(reference, sets.evaluated, ci=ci, seed=seed)]
        figure, curves = _endless(reference, sets.evaluated, seed=seed) if inf else (None, ())
        figures += [] if figure is None else [figure]
        rows = _rows(reference, sets.evaluated) if per_song else ()
    settings: dict[str, Any] = {"inf": inf, "per_song": per_song, "ci": ci, "seed": seed}
    if ci:
        settings |= {"level": LEVEL, "resamples": RESAMPLES}
    return Evaluation(
        "fad",
        figures=tuple(figures),
        rows=rows,
        curves=curves,
        failed=sets.failed,
        warnings=(*_few(sets), *sets.warnings),
        settings=settings,
        provenance=sets.provenance,
    )


def _few(sets: Sets) -> list[str]:
    """Return what to know of sets with fewer vectors than dimensions."""
    found = []
    for one in (sets.reference, sets.evaluated):
        count = len(one.vectors) if isinstance(one, VectorSet) else one.count
        warning = None if count is None else rank_warning(count, one.width)
        if warning is not None:
            found.append(f"{one.name}: {warning}")
    return list(dict.fromkeys(found))  # both may be the same set


def _fitted(one: VectorSet | MomentSet) -> Gaussian:
    try:
        if isinstance(one, MomentSet):
            return gaussian_of(one.mean, one.covariance, one.count or 0, name=f"sigma of {one.name}")
        return gaussian(one.vectors, name=one.name)
    except TooFewError as error:
        raise BadDataError(str(error), hint="a window is a sample: give more or longer recordings") from error
    except ValueError as error:
        raise BadDataError(str(error)) from error


def _of_moments(reference: Gaussian, evaluated: MomentSet) -> Figure:
    value = frechet_distance(reference, _fitted(evaluated))
    note = "no interval: moments do not say how much items differ"
    return Figure("fad", value, count=evaluated.count or 0, better="lower", note=note)


def _of_vectors(reference: Gaussian, evaluated: VectorSet, *, ci: bool, seed: int) -> Figure:
    count = len(evaluated.ids)
    value = frechet_distance(reference, _fitted(evaluated))
    if not ci or count < 2:
        return Figure("fad", value, count=count, better="lower", note=NO_INTERVAL if ci else "")
    found = distance_interval(reference, evaluated.vectors, seed=seed, groups=evaluated.groups.tolist())
    # Where the distance is all rounding, its derivatives are, too, and may leave it outside.
    return Figure("fad", value, min(found.low, value), max(found.high, value), count=count, better="lower")


def _endless(reference: Gaussian, evaluated: VectorSet, *, seed: int) -> tuple[Figure, tuple[Curve, ...]]:
    """Return the distance of a set without end, and how it was found; a figure without a value says why."""
    count = len(evaluated.ids)
    try:
        found = extrapolated(reference, evaluated.vectors, seed=seed, groups=evaluated.groups.tolist())
    except ValueError as error:
        return Figure("fad-inf", None, count=count, better="lower", note=str(error)), ()
    figure = Figure(
        "fad-inf",
        found.value,
        found.low,
        found.high,
        count=count,
        better="lower",
        note=f"R² of the line through {len(found.sizes)} sizes: {found.r_squared:.3f}{_below(found)}",
    )
    along = tuple(1 / size for size in found.sizes)
    curve = Curve(
        "fad by number of items",
        x=along,
        y=found.distances,
        x_label="1 / items",
        y_label="fad",
        fit=tuple(found.value + found.slope * x for x in along),
    )
    return figure, (curve,)


def _below(found: Extrapolation) -> str:
    """Return what to say where a line goes below nought, as no distance does; nothing where it does not."""
    if found.low >= 0:
        return ""
    what = "the value" if found.value < 0 else "the interval"
    return f"; {what} goes below 0, as an estimate free of bias may: a distance of 0 is not excluded"


def _rows(reference: Gaussian, evaluated: VectorSet) -> tuple[Row, ...]:
    distances = by_song.distances(reference, evaluated.of_items)
    rows = []
    for position, item in enumerate(evaluated.ids):
        values: dict[str, Any] = {"fad": float(distances[position]), "windows": evaluated.lengths[position]}
        if evaluated.seconds is not None:
            values["seconds"] = round(evaluated.seconds[position], 3)
        note = "silent" if item in evaluated.silent else ""
        rows.append(Row(item, values, path=evaluated.paths[position], note=note))
    return tuple(sorted(rows, key=lambda row: row.id))


def _print_worst(run: Run, rows: tuple[Row, ...]) -> None:
    """Print the items that are least like the reference, the worst first."""
    worst = sorted(rows, key=lambda row: (-float(row.values["fad"] or 0.0), row.id))[:_SHOWN]
    cells = [(one_line(row.id), f"{row.values['fad']:.4g}", str(row.values["windows"])) for row in worst]
    more = f", the worst {len(worst)} of {len(rows)}" if len(rows) > len(worst) else ""
    run.console.table((f"item{more}", "fad", "windows"), cells)
    run.console.result("")
