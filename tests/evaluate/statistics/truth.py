"""Distances that are known beforehand, and forms of the distance that are slow, independent or both."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def orthogonal(random: np.random.Generator, width: int) -> Array:
    """Return a rotation or reflection, drawn evenly."""
    q, r = np.linalg.qr(random.standard_normal((width, width)))
    return q * np.sign(np.diag(r))


def stretch(random: np.random.Generator, width: int, ratio: float) -> Array:
    """Return a symmetric positive definite matrix whose eigenvalues go from 1/ratio to 1."""
    q = orthogonal(random, width)
    return (q * np.geomspace(1 / ratio, 1, width)) @ q.T


def stretched_distance(samples: Array, by: Array) -> float:
    """Return the distance of samples to the same ones times a symmetric positive semidefinite matrix T.

    x ↦ Tx is the gradient of a convex function, hence the cheapest way from one set to the other (Brenier 1991), and
    the distance is what it costs: ‖m − Tm‖² + tr (1 − T) C (1 − T), at any number of samples and without any root.
    """
    mean = samples.mean(axis=0)
    moved = (samples - mean) @ (np.eye(len(by)) - by)
    return float(np.square(mean - by @ mean).sum() + np.square(moved).sum() / (len(samples) - 1))


def root_trace(first: Array, covariance: Array) -> np.longdouble:
    """Return tr (C₁C₂)^½ in extended precision, for few centred, scaled samples A (n, D) of C₁ = AᵀA.

    The roots of the eigenvalues of A C₂ Aᵀ, n × n in the span of A, by Jacobi's rotations.
    """
    a = first.astype(np.longdouble)
    values = jacobi_eigenvalues(a @ covariance.astype(np.longdouble) @ a.T)
    return np.sqrt(np.maximum(values, 0)).sum()


def jacobi_eigenvalues(matrix: Array) -> Array:
    """Return the eigenvalues of a symmetric matrix, rotation by rotation, in its own precision."""
    a = matrix.copy()
    count = len(a)
    for _ in range(30):
        if np.abs(a - np.diag(np.diag(a))).max() <= 1e-25 * np.abs(np.diag(a)).max():
            break
        for p in range(count - 1):
            for q in range(p + 1, count):
                if a[p, q] == 0:
                    continue
                theta = (a[q, q] - a[p, p]) / (2 * a[p, q])
                sign = 1 if theta >= 0 else -1
                t = sign / (abs(theta) + np.sqrt(theta * theta + 1))
                c = 1 / np.sqrt(t * t + 1)
                rotation = np.array([[c, t * c], [-t * c, c]], dtype=a.dtype)
                a[:, [p, q]] = a[:, [p, q]] @ rotation
                a[[p, q], :] = rotation.T @ a[[p, q], :]
    return np.diag(a)
