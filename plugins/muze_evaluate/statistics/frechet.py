"""The Fréchet distance of two Gaussians, exact at any number of samples.

    d² = ‖μ₁ − μ₂‖² + tr C₁ + tr C₂ − 2 tr (C₁C₂)^½        (Dowson & Landau 1982; Fréchet audio distance: Kilgour 2019)

The trace of the root is usually taken from sqrtm or the eigenvalues of C₁C₂. That product squares the condition
of each covariance and is not even symmetric; with fewer samples than dimensions it is singular, the roots of its
rounding errors are complex, and the result comes out negative or not at all.

Here a Gaussian is kept as a factor A of its covariance, C₁ = AᵀA, such as the centred samples over √(n − 1). Then
tr (C₁C₂)^½ is the sum of the singular values of ABᵀ (its nuclear norm), whatever the rank, and with the singular
vectors ABᵀ = UΣVᵀ the three traces together are the remainder of an orthogonal Procrustes problem (Schönemann
1966; Bhatia, Jain & Lim 2019, theorem 1):

    tr C₁ + tr C₂ − 2‖ABᵀ‖_* = min over Q with orthonormal columns of ‖A − QB‖²  =  ‖A − UVᵀB‖²

A sum of squares cannot be negative, so nothing is clipped and no value stands for a failure. Nor does it cancel: the
entries of the remainder carry errors of some ε times the root of the trace, hence a set and the same in another order
are about ε² of the trace apart, where subtracting traces would leave ε of it or minus that. Only directions of less
than ε of the largest variance are lost in rounding; they add at most D·ε of the trace. Singular vectors cost more than
twice what the values do, so that the traces are subtracted where three digits at most go by it.

Legend: n samples, D dimensions, k rows of a factor, ε = 2.2e-16.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from muze_evaluate.statistics.samples import Array, same_width, samples

# Squaring samples moves the root of a covariance of condition κ by up to ε·√κ/2 of the largest deviation in each
# direction. Below this κ that is 1e-11, and a Cholesky factor costs a fifth of a QR of the samples; above it is QR.
WELL_CONDITIONED = 1e10
# Share of the traces that must be left for their difference to be taken as it is: then it is right to about 1e-11.
LEFT_OVER = 1e-3
# How far a covariance that was read may be from symmetric and from positive, relative to its largest entry and
# eigenvalue. Rounding to float32 stays within; a matrix that is no covariance does not.
COVARIANCE_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Gaussian:
    """A normal distribution fitted to samples.

    Attributes:
        mean: (D,).
        factor: (k, D) with factorᵀ·factor = the unbiased covariance; no rows where there is no spread at all.
        count: samples that it was fitted to.
    """

    mean: Array
    factor: Array
    count: int

    @property
    def width(self) -> int:
        """Dimensions."""
        return int(self.mean.shape[0])

    @property
    def trace(self) -> float:
        """Trace of the covariance: the summed variances."""
        return float(np.square(self.factor).sum())

    @property
    def covariance(self) -> Array:
        """(D, D) covariance."""
        return self.factor.T @ self.factor


def gaussian(values: ArrayLike, *, name: str = "samples") -> Gaussian:
    """Fit a Gaussian to samples.

    Args:
        values: (n, D) real numbers, at least two rows; widened to float64.
        name: what to call them in messages.

    Raises:
        TooFewError: one sample has a mean but no covariance.
        ValueError: no finite matrix, or numbers too large to square.
    """
    matrix = samples(values, name=name, at_least=2)
    mean, centred = centre(matrix)
    return Gaussian(mean, _reduced(centred, name) / np.sqrt(len(matrix) - 1), len(matrix))


def centre(matrix: Array) -> tuple[Array, Array]:
    """Return the mean (D,) of samples (n, D), and the samples less it.

    A sum over many rows loses digits; the mean of what is left holds them.
    """
    mean = matrix.mean(axis=0)
    centred = matrix - mean
    rest = centred.mean(axis=0)
    centred -= rest
    return mean + rest, centred


def gaussian_of(mean: ArrayLike, covariance: ArrayLike, count: int, *, name: str = "covariance") -> Gaussian:
    """Return a Gaussian from its mean and covariance, as others store them.

    Eigenvalues within rounding of nought (D·ε of the largest) are nought: their roots would be a millionth of the
    spread each, all noise. Negative ones down to −1e-6 of the largest are rounding of a narrower type, and nought too.

    Args:
        mean: (D,).
        covariance: (D, D), symmetric and positive semidefinite to 1e-6 of its largest entry.
        count: samples that they were estimated from.
        name: what to call it in messages.

    Raises:
        ValueError: shapes do not match, or no covariance.
    """
    given = np.asarray(mean)
    if given.ndim != 1:
        raise ValueError(f"the mean must be one number a dimension; its shape is {given.shape}")
    (middle,) = samples(given[None], name="the mean")
    matrix = samples(covariance, name=name)
    width = len(middle)
    if matrix.shape != (width, width):
        raise ValueError(f"{name} must be {width} × {width} as the mean is; it is {matrix.shape}")
    largest = float(np.abs(matrix).max())
    skew = float(np.abs(matrix - matrix.T).max())
    if skew > COVARIANCE_TOLERANCE * largest:
        raise ValueError(f"{name} must be symmetric; entries differ by {skew:.3g} from their mirror images")
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    top = float(max(values[-1], 0.0))
    if values[0] < -COVARIANCE_TOLERANCE * max(top, largest) or (top == 0.0 and largest > 0.0):
        raise ValueError(
            f"{name} must have no negative variance; its eigenvalues go from {values[0]:.3g} to {values[-1]:.3g}"
        )
    kept = values > width * np.finfo(np.float64).eps * top
    return Gaussian(middle, np.sqrt(values[kept])[:, None] * vectors[:, kept].T, count)


def frechet_distance(first: Gaussian, second: Gaussian) -> float:
    """Return the Fréchet distance (squared, as the field reports it): ‖μ₁−μ₂‖² + tr C₁ + tr C₂ − 2 tr (C₁C₂)^½.

    Never negative, the same to the last bit either way round, and of a Gaussian to itself nought, up to the rounding
    that the module tells of.

    Raises:
        ValueError: they have different widths.
    """
    same_width(first.width, second.width)
    return float(np.square(first.mean - second.mean).sum()) + _remainder(first, second)


def _remainder(first: Gaussian, second: Gaussian) -> float:
    """Return tr C₁ + tr C₂ − 2 tr (C₁C₂)^½, without singular vectors where they would change no digit."""
    tall, short = _ordered(first, second)
    traces = tall.trace + short.trace
    if tall.factor.shape == short.factor.shape:
        # Q = 1 bounds it from above. Factors of equal sets are equal but for signs, and those of Cholesky have none.
        bound = float(np.square(tall.factor - short.factor).sum())
        if bound < LEFT_OVER * traces:
            return aligned(first, second).remainder
    difference = traces - 2 * _nuclear_norm(tall.factor @ short.factor.T)
    return difference if difference >= LEFT_OVER * traces > 0 else aligned(first, second).remainder


@dataclass(frozen=True, eq=False)
class Aligned:
    """Two factors A and B turned onto each other as far as they go, by ABᵀ = UΣVᵀ.

    Attributes:
        remainder: tr C₁ + tr C₂ − 2 tr Σ, as a sum of squares.
        sizes: (k,) Σ, falling.
        second: (k, D) the second factor along the shared directions: VᵀB.
    """

    remainder: float
    sizes: Array
    second: Array


def aligned(first: Gaussian, second: Gaussian) -> Aligned:
    """Return what is left of two Gaussians' factors when one is turned onto the other.

    Raises:
        ValueError: they have different widths.
    """
    same_width(first.width, second.width)
    tall, short = _ordered(first, second)  # k₁ ≥ k₂ rows, so that the columns of Q are orthonormal
    if len(short.factor) == 0:
        return Aligned(tall.trace, np.empty(0), np.empty((0, tall.width)))
    shared = tall.factor @ short.factor.T  # (k₁, k₂)
    left, sizes, right = np.linalg.svd(shared, full_matrices=False)  # (k₁, k₂), (k₂,), (k₂, k₂)
    along = right @ short.factor
    remainder = float(np.square(tall.factor - left @ along).sum())
    return Aligned(remainder, sizes, along if short is second else left.T @ tall.factor)


def _nuclear_norm(matrix: Array) -> float:
    """Return the sum of the singular values; of nothing, nought."""
    return float(np.linalg.svd(matrix, compute_uv=False).sum()) if matrix.size else 0.0


def _ordered(first: Gaussian, second: Gaussian) -> tuple[Gaussian, Gaussian]:
    """Return both in an order that does not depend on which was named first, that of more rows in front."""

    def key(one: Gaussian) -> tuple[int, bytes, bytes]:
        return len(one.factor), one.mean.tobytes(), one.factor.tobytes()

    one, other = sorted((first, second), key=key, reverse=True)
    return one, other


def rank_warning(count: int, width: int) -> str | None:
    """Return what to know where samples are too few for a covariance of full rank; None where they are enough."""
    if count > width:
        return None
    return (
        f"{count} samples in {width} dimensions: the distance is exact for these samples, but as an estimate for "
        f"more of the same kind it is too large; more than {width} are needed for a covariance of full rank"
    )


def _reduced(centred: Array, name: str) -> Array:
    """Return a factor of at most D rows with the same squares as centred samples (n, D): factorᵀ·factor = xᵀx."""
    count, width = centred.shape
    with np.errstate(over="ignore"):
        squares = centred.T @ centred if count > width else np.square(centred)
    if not np.isfinite(squares).all():
        raise ValueError(f"{name} must be numbers whose squares can be summed; the largest are too large")
    if count <= width:
        return centred
    try:
        triangle = np.linalg.cholesky(squares).T
    except np.linalg.LinAlgError:
        # Singular to rounding, as by a dimension that never changes or follows from others.
        return np.asarray(np.linalg.qr(centred, mode="r"))
    # The ratio on the diagonal is the condition from below, in practice within a factor of D.
    diagonal = np.square(np.diag(triangle))
    if diagonal.max() > WELL_CONDITIONED * diagonal.min():
        return np.asarray(np.linalg.qr(centred, mode="r"))
    return np.ascontiguousarray(triangle)
