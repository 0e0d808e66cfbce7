"""How exact the Fréchet distance is and what it costs, beside the two usual forms; and the kernel distance likewise.

    python -m benchmarks evaluate_distance

The sets have a distance that is known beforehand: the second is the first times a symmetric positive semidefinite
matrix T, which is the cheapest way from one to the other (Brenier 1991), so that the distance is what that way costs,
‖m − mT‖² + tr (1 − T) C (1 − T), without any root. Ten samples against ten thousand are made the same way, by a T of
rank nine. Sets stored as float16 are no longer exact images of each other; there the value to meet is the symmetric
form tr (C₁^½ C₂ C₁^½)^½ of what was stored.

The peers are what is commonly done: `sqrtm` of C₁C₂, again with 1e-6 added to both diagonals where that is not finite,
and the roots of the eigenvalues of C₁C₂. Both take the real part of what comes out. Seconds are CPU seconds from
samples to a number, the least of three in turns.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from scipy.spatial.distance import cdist, pdist

from muze_evaluate.statistics.frechet import frechet_distance, gaussian
from muze_evaluate.statistics.kernel import kernel_distance

WIDTH = 512
ROUNDS = 3
EXACT = 1e-8  # of the distance
IDENTICAL = 1e-9  # of the trace, where the distance is nought
KERNEL_EXACT = 1e-9

Array = np.ndarray
Distance = Callable[[Array, Array], float]


@dataclass(frozen=True)
class Case:
    """Two sets (n, D) and (m, D), the distance between them, and what an error of it is held against."""

    name: str
    first: Array
    second: Array
    expected: float
    scale: float
    bound: float = EXACT


def ours(first: Array, second: Array) -> float:
    return frechet_distance(gaussian(first), gaussian(second))


def by_root(first: Array, second: Array) -> float:
    """The matrix root of the product, and another try with a little added where that fails."""
    apart, one, two = _moments(first, second)
    root = scipy.linalg.sqrtm(one @ two)
    if not np.isfinite(root).all():
        offset = np.eye(len(one)) * 1e-6
        root = scipy.linalg.sqrtm((one + offset) @ (two + offset))
    return float(apart + np.trace(one) + np.trace(two) - 2 * np.trace(root.real))


def by_eigenvalues(first: Array, second: Array) -> float:
    """The roots of the eigenvalues of the product, as complex numbers."""
    apart, one, two = _moments(first, second)
    roots = np.sqrt(np.linalg.eigvals(one @ two).astype(complex))
    return float(apart + np.trace(one) + np.trace(two) - 2 * roots.sum().real)


def _moments(first: Array, second: Array) -> tuple[float, Array, Array]:
    apart = first.mean(axis=0) - second.mean(axis=0)
    return float(apart @ apart), np.cov(first, rowvar=False), np.cov(second, rowvar=False)


def symmetric(first: Array, second: Array) -> float:
    """tr (C₁^½ C₂ C₁^½)^½ by two symmetric decompositions: exact enough at full rank, and no peer's form."""
    apart, one, two = _moments(first.astype(np.float64), second.astype(np.float64))
    values, vectors = np.linalg.eigh(one)
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    middle = np.linalg.eigvalsh(root @ two @ root)
    return float(apart + np.trace(one) + np.trace(two) - 2 * np.sqrt(np.maximum(middle, 0)).sum())


def cases(random: np.random.Generator) -> list[Case]:
    """Return the sets; their dimensions' deviations fall from 1 to 0.01, as those of embeddings do."""

    def drawn(count: int) -> Array:
        return random.standard_normal((count, WIDTH)) * np.geomspace(1, 0.01, WIDTH) @ _turn(random) + 0.1

    found = []
    for count in (10_000, 1_000, 10):
        samples, by = drawn(count), _stretch(random, WIDTH)
        expected = _way(samples, by)
        found.append(Case(f"{count:,} and their images", samples, samples @ by, expected, expected))
    many = drawn(10_000)
    few, expected = _few(random, many)
    found.append(Case("10 against 10,000", few, many, expected, expected))
    for count in (10_000, 10):
        same = drawn(count)
        shuffled = same[random.permutation(count)]
        trace = float(np.square(same - same.mean(axis=0)).sum() / (count - 1))
        found.append(Case(f"{count:,}, themselves in another order", same, shuffled, 0.0, trace, IDENTICAL))
    samples = drawn(1_000)
    halves = samples.astype(np.float16), (samples @ _stretch(random, WIDTH)).astype(np.float16)
    expected = symmetric(*halves)
    found.append(Case("1,000, stored as float16", *halves, expected, expected))
    return found


def _turn(random: np.random.Generator) -> Array:
    return np.linalg.qr(random.standard_normal((WIDTH, WIDTH)))[0]


def _stretch(random: np.random.Generator, rank: int) -> Array:
    """Return T: as wide as the sets, of eigenvalues from 0.5 to 1.5, and nought beyond the rank."""
    turn = _turn(random)[:, :rank]
    return (turn * np.linspace(0.5, 1.5, rank)) @ turn.T


def _way(samples: Array, by: Array) -> float:
    """Return what it costs to move each sample to its image: the distance."""
    mean, back = samples.mean(axis=0), np.eye(WIDTH) - by
    return float(np.square(mean @ back).sum() + np.square((samples - mean) @ back).sum() / (len(samples) - 1))


def _few(random: np.random.Generator, many: Array, count: int = 10) -> tuple[Array, float]:
    """Return few samples with the very mean and covariance that an image of many of that rank has, and the distance."""
    by = _stretch(random, count - 1)
    image = many @ by
    mean = image.mean(axis=0)
    _, sizes, axes = np.linalg.svd(np.linalg.qr(image - mean, mode="r"))
    factor = sizes[: count - 1, None] * axes[: count - 1] / np.sqrt(len(many) - 1)  # (count − 1, D)
    spread = np.linalg.qr(np.column_stack([np.ones(count), random.standard_normal((count, count - 1))]))[0][
        :, 1:
    ]
    return mean + np.sqrt(count - 1) * spread @ factor, _way(many, by)


def timed(functions: Sequence[Distance], first: Array, second: Array) -> list[tuple[float, float]]:
    """Return each function's value and its least CPU seconds, taken in turns."""
    values, seconds = [0.0] * len(functions), [float("inf")] * len(functions)
    for _ in range(ROUNDS):
        for number, function in enumerate(functions):
            began = time.process_time()
            values[number] = function(first, second)
            seconds[number] = min(seconds[number], time.process_time() - began)
    return list(zip(values, seconds, strict=True))


def fréchet(write: Callable[[str], object]) -> bool:
    """Print the table of the Fréchet distance; say whether ours is exact and not slower in every row."""
    names = ("ours", "sqrtm", "eigvals")
    write(f"\nFréchet distance in {WIDTH} dimensions: value, absolute error, CPU seconds\n")
    write(
        f"  {'sets':<34}{'known':>12}" + "".join(f"{name:>16}{'error':>9}{'s':>7}" for name in names) + "\n"
    )
    exact, quick, totals = True, True, np.zeros(len(names))
    for case in cases(np.random.default_rng(6)):
        found = timed((ours, by_root, by_eigenvalues), case.first, case.second)
        columns = (f"{value:16.8g}{abs(value - case.expected):9.1e}{s:7.3f}" for value, s in found)
        write(f"  {case.name:<34}{case.expected:12.8g}" + "".join(columns) + "\n")
        seconds = np.array([s for _, s in found])
        exact &= found[0][0] >= 0 and abs(found[0][0] - case.expected) <= case.bound * case.scale
        quick &= bool(seconds[0] <= seconds[1])
        totals += seconds
    quick &= bool(totals[0] <= totals[1:].min())
    write(f"  {'together':<46}" + "".join(f"{total:32.3f}" for total in totals) + "\n")
    write(
        f"  goal: ours within {EXACT:g} of the distance, {IDENTICAL:g} of the trace where it is nought, never "
        f"negative: {_said(exact)}; never slower than the root, together not slower than either: {_said(quick)}\n"
    )
    return exact and quick


def plain_kernel(first: Array, second: Array) -> float:
    """The unbiased MMD² term by term, all pairs at once."""
    sigma = np.median(pdist(first))
    n, m = len(first), len(second)
    one, two, both = (
        np.exp(-cdist(a, b, "sqeuclidean") / (2 * sigma**2))
        for a, b in ((first, first), (second, second), (first, second))
    )
    return float(100 * ((one.sum() - n) / (n * (n - 1)) + (two.sum() - m) / (m * (m - 1)) - 2 * both.mean()))


def kernels(write: Callable[[str], object], count: int = 3_000) -> bool:
    """Print the kernel distance beside the plain formula; say whether they agree and ours is not slower."""
    random = np.random.default_rng(7)
    first = random.standard_normal((count, WIDTH))
    second = 1.05 * random.standard_normal((count, WIDTH)) + 0.02
    (value, seconds), (plain, longer) = timed((kernel_distance, plain_kernel), first, second)
    met = abs(value - plain) <= KERNEL_EXACT and seconds <= longer
    write(f"\nKernel distance of {count:,} and {count:,} in {WIDTH} dimensions\n")
    write(f"  in blocks {value:.12f} {seconds:.2f} CPU-s; plain {plain:.12f} {longer:.2f} CPU-s\n")
    write(f"  goal: the same within {KERNEL_EXACT:g}, and not slower: {_said(met)}\n")
    return met


def _said(met: bool) -> str:
    return "met" if met else "MISSED"


def measure() -> bool:
    """Measure both, and say whether both are as they ought to be."""
    met = [fréchet(sys.stdout.write), kernels(sys.stdout.write)]
    return all(met)


def main() -> bool:
    """Measure in a process of one thread, so that CPU seconds compare."""
    command = [sys.executable, "-m", "benchmarks.evaluate_distance"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(command, env=environment, check=False).returncode == 0


if __name__ == "__main__":
    raise SystemExit(not measure())
