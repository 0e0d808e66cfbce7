"""Scorers with known truth about instruments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from tests.scorers import Bands

from muzecli.errors import BadDataError, UnavailableError
from muzecli.song.instruments import FAMILIES

Array = npt.NDArray[np.float32]


class Namer(Bands):
    """Hears in each family what its level says: sample i of the audio is the probability of family i."""

    name = "namer"
    stands_in = True

    def families(self, samples: Array, rate_hz: int) -> dict[str, float]:
        return {family: float(value) for family, value in zip(FAMILIES, samples[0], strict=False)}

    def family_thresholds(self) -> dict[str, float]:
        return {family: 0.2 for family in FAMILIES}


class AbsentNamer(Namer):
    """Its weights are not here."""

    def identity(self) -> Mapping[str, Any]:
        raise UnavailableError("the weights of the namer are not here", hint="train them")


class DamagedNamer(Namer):
    """Its weights are here and damaged."""

    def identity(self) -> Mapping[str, Any]:
        raise BadDataError("the weights of the namer are cut short")


class Wordy(Bands):
    """Places "drums" along the first axis, words against them against it; audio along it by its first sample."""

    name = "wordy"

    def embed_texts(self, texts: Sequence[str]) -> Array:
        def place(text: str) -> list[float]:
            sign = -1.0 if "without" in text or text.startswith("no ") else 1.0
            return [sign, 0.0] if "drum" in text or "percussion" in text else [0.0, 1.0]

        return np.array([place(text) for text in texts], np.float32)

    def embed_audio(self, audio: Sequence[tuple[Array, int]]) -> Array:
        return np.array([[samples[0, 0], 0.0] for samples, _ in audio], np.float32)
