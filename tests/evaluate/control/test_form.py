"""Boundaries against mir_eval, ranks against scipy, and sections that cannot be compared."""

from __future__ import annotations

import itertools
import warnings

import numpy as np
import pytest

from muze_evaluate.control import form
from muze_evaluate.control.measured import EnergyCurve, Part
from muzecli.song.plan import SectionSpan, SectionType


def spans(*edges: float, energies: tuple[float, ...] = (), types: tuple[str, ...] = ()) -> list[SectionSpan]:
    pairs = list(itertools.pairwise(edges))
    return [
        SectionSpan(
            SectionType(types[at] if types else "verse"),
            start,
            end,
            0.0,
            energies[at] if energies else 0.5,
            False,
        )
        for at, (start, end) in enumerate(pairs)
    ]


def parts(*edges: float, types: tuple[str, ...] = ()) -> list[Part]:
    pairs = list(itertools.pairwise(edges))
    return [Part(types[at] if types else "verse", start, end) for at, (start, end) in enumerate(pairs)]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("window_s", form.WINDOWS_S)
def test_inner_boundaries_are_compared_as_mir_eval_does(seed: int, window_s: float) -> None:
    from mir_eval import segment

    rng = np.random.default_rng(seed)
    wanted = [0.0, *np.sort(rng.uniform(0, 60, rng.integers(1, 6))), 60.0]
    found = [0.0, *np.sort(rng.uniform(0, 60, rng.integers(0, 8))), 60.0]

    def pairs(edges: list[float]) -> np.ndarray:
        return np.array(list(itertools.pairwise(edges)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = segment.detection(pairs(wanted), pairs(found), window=window_s, trim=True)[2]
    assert form.boundary_f(spans(*wanted), parts(*found), window_s=window_s) == pytest.approx(expected)


def test_one_section_has_no_inner_boundary() -> None:
    assert form.boundary_f(spans(0, 20), parts(0, 10, 20), window_s=3.0) is None
    assert form.boundary_f(spans(0, 10, 20), parts(0, 20), window_s=3.0) == 0.0
    assert form.boundary_f(spans(0, 10, 20), None, window_s=3.0) == 0.0


def test_types_are_right_for_as_long_as_they_last() -> None:
    wanted = spans(0, 10, 20, types=("verse", "chorus"))
    assert form.type_share(wanted, parts(0, 5, 20, types=("verse", "chorus"))) == 0.75
    assert form.type_share(wanted, None) == 0.0


def curve(*values: float) -> EnergyCurve:
    return EnergyCurve(1.0, tuple(values))


def test_energies_are_those_of_the_planned_spans() -> None:
    assert form.energies(spans(0, 2, 3), curve(1, 2, 6, 9)).tolist() == [1.5, 6.0]
    assert form.energies(spans(0, 2.5, 2.6), curve(1, 1, 1, 9)).tolist() == [1.0, 9.0]


def test_the_order_of_energies_leaves_out_ties_in_the_plan() -> None:
    wanted = spans(0, 1, 2, 3, energies=(0.2, 0.3, 0.31))
    assert form.energy_order(wanted, curve(1, 2, 0)) == 0.5  # the pair of the last two does not count
    assert form.energy_order(wanted, curve(1, 1, 2)) == 0.75  # a measured tie is half right
    assert form.energy_order(spans(0, 1, 2, energies=(0.5, 0.55)), curve(1, 2)) is None


@pytest.mark.parametrize("seed", range(10))
def test_ranks_correlate_as_in_scipy(seed: int) -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(seed)
    wanted, found = rng.integers(0, 6, 7) / 10.0, rng.integers(0, 5, 7) / 10.0
    expected = spearmanr(wanted, found).statistic
    got = form.energy_correlation(spans(*range(8), energies=tuple(wanted)), curve(*found))
    assert got == pytest.approx(expected)


def test_a_correlation_takes_three_sections_that_differ() -> None:
    assert form.energy_correlation(spans(0, 1, 2, energies=(0.1, 0.9)), curve(1, 2)) is None
    assert form.energy_correlation(spans(0, 1, 2, 3, energies=(0.5, 0.5, 0.5)), curve(1, 2, 3)) is None
    assert form.energy_correlation(spans(0, 1, 2, 3, energies=(0.1, 0.5, 0.9)), curve(1, 1, 1)) == 0.0
