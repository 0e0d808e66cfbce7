"""The fitted numbers of the chord classifier and the key finder; `recipes/harmony_tables.py` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muzecli.files import file_sha256

TABLES = Path(__file__).with_name("tables.safetensors")


@cache
def tables() -> Mapping[str, npt.NDArray[np.float32]]:
    """Return them by name, float32."""
    from safetensors.numpy import load_file

    return {name: values.astype(np.float32) for name, values in load_file(TABLES).items()}


@cache
def tables_sha256() -> str:
    """Return the hash of their file, for what was found with them."""
    return file_sha256(TABLES)
