"""The fitted numbers: how evidence weighs, and which types follow which.

`tables.json` is written by `recipes/form_tables.py`, which fits it to planned songs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from muzecli.files import file_sha256

TABLES = Path(__file__).with_name("tables.json")

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BoundaryTable:
    """A logistic regression on evidence, E kinds of it and each again above its neighbours.

    Attributes:
        means, spreads: (2 E,) of the evidence at bar lines.
        weights: (2 E,) of the evidence in units of its spread.
        bias: log-odds where all evidence is at its mean; chosen for the best F-measure.
    """

    means: Float64
    spreads: Float64
    weights: Float64
    bias: float


@dataclass(frozen=True)
class LabelTable:
    """A multinomial logistic regression on what is known of a section, and a Markov chain of types.

    Y types, X features.

    Attributes:
        types: names of the types, Y of them.
        means, spreads: (X,) of the features.
        weights: (Y, X).
        bias: (Y,).
        prior: (Y,) log-probability of each type.
        first, last: (Y,) log-probability of a song's first and last section to be of each type, over the prior.
        follows: (Y, Y) log-probability of the column's type to follow the row's, over the prior.
    """

    types: tuple[str, ...]
    means: Float64
    spreads: Float64
    weights: Float64
    bias: Float64
    prior: Float64
    first: Float64
    last: Float64
    follows: Float64


@cache
def boundary_table() -> BoundaryTable:
    """Return the weights for bar lines."""
    fitted = _document()["boundaries"]
    return BoundaryTable(**{name: _array(fitted[name]) for name in _ARRAYS}, bias=float(fitted["bias"]))


@cache
def label_table() -> LabelTable:
    """Return the weights for types."""
    fitted = _document()["labels"]
    arrays = (*_ARRAYS, "bias", "prior", "first", "last", "follows")
    return LabelTable(types=tuple(fitted["types"]), **{name: _array(fitted[name]) for name in arrays})


@cache
def tables_sha256() -> str:
    """Return the hash of their file, for what was found with them."""
    return file_sha256(TABLES)


_ARRAYS = ("means", "spreads", "weights")


def _document() -> Mapping[str, Any]:
    document: Mapping[str, Any] = json.loads(TABLES.read_text(encoding="utf-8"))
    return document


def _array(values: Any) -> Float64:
    return np.asarray(values, dtype=np.float64)
