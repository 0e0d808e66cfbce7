"""The pitch of the voice, every 10 ms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from muzecli.errors import BadDataError, UnavailableError, UsageError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.listening.options import F0Model
from muzecli.song.track import F0_RATE_HZ, coarse_bin

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy.typing as npt

    from muze_dataset.hearing.pitch.contour import Contour
    from muze_dataset.hearing.pitch.crepe import Crepe

MODELS = tuple(map(str, F0Model))
"""What the option `f0_model` may name; None lets the recording decide."""
_FROM_MIX = "from the mix: no separator"
_MARGIN_S = 0.15  # around sung spans, whose borders are not exact


class Pitch:
    """Tracks the voice: alone by pYIN, separated by CREPE, in a mix as its most salient melody."""

    name = "pitch"
    version = "1"
    needs = ("audio", "has_vocals", "fact.voice_activity")
    uses = ("material.vocals",)
    gives = ("f0_contour", "f0_coarse", "f0_voiced_mask")
    cost_per_second = 0.015

    def __init__(self, find: Callable[[str], Path] | None = None) -> None:
        """Take how weights are found, for those who keep them elsewhere."""
        from muze_dataset.hearing.pitch.crepe_weights import crepe_weights

        self._find = find or crepe_weights
        self._loaded: dict[tuple[str, str], Crepe] = {}

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the model asked for and, where CREPE may be used, the hash of its weights.

        Raises:
            UsageError: the model is none.
            UnavailableError: it is one of CREPE's, and its weights are not here.
        """
        from muze_dataset.hearing.pitch.crepe_weights import SHA256

        model = _model(options)
        if model in ("pyin", "yin"):
            return {"f0_model": model}
        capacity = "full" if model == "crepe-full" else "tiny"
        try:
            self._find(capacity)
        except (UnavailableError, BadDataError) as error:
            if model is not None:
                raise
            return {"f0_model": None, "crepe": None, "reason": error.line}
        return {"f0_model": model, "crepe": SHA256[capacity]}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the contour, its bins and where it is voiced, or why nobody can be tracked."""
        if heard.value("has_vocals") is False:
            return dict.fromkeys(self.gives, absent("nobody sings"))
        count = math.ceil(heard.duration_s * F0_RATE_HZ - 1e-6)
        if count == 0:
            return dict.fromkeys(self.gives, absent("there is no audio"))
        contour, method, fallback = self._tracked(heard, count)
        if contour.confidence is None:
            return dict.fromkeys(self.gives, absent(f"no pitch was found ({method})"))
        confidence = round(min(max(contour.confidence, 0.0), 1.0), 3)
        hz = [round(value, 2) for value in contour.hz.astype(np.float64).tolist()]
        values: tuple[list[Any], ...] = (hz, [coarse_bin(value) for value in hz], [value > 0 for value in hz])
        return {
            name: Finding(value, method, confidence, fallback)
            for name, value in zip(self.gives, values, strict=True)
        }

    def _tracked(self, heard: Heard, count: int) -> tuple[Contour, str, str | None]:
        """Return the contour, the method, and why a lesser one had to do."""
        from muze_dataset.hearing.pitch.framing import at_rate
        from muze_dataset.hearing.pitch.periodicity import find_candidates
        from muze_dataset.hearing.pitch.solo import is_solo
        from muze_dataset.hearing.pitch.spans import frames_within

        model = _model(heard.options)
        everywhere = np.ones(count, dtype=bool)
        vocals = heard.value("material.vocals")
        if vocals is not None:
            signal = at_rate(vocals, heard.rate_hz)
            sung = frames_within(heard.value("fact.voice_activity"), count, margin_s=_MARGIN_S)
            return self._separated(heard, signal, sung, model)
        signal = at_rate(heard.audio, heard.rate_hz)
        found = find_candidates(signal, count)
        if is_solo(signal, found):
            chosen = model or "pyin"
            return self._alone(heard, signal, everywhere, chosen), f"{_title(chosen)}, a voice alone", None
        sung = frames_within(heard.value("fact.voice_activity"), count, margin_s=_MARGIN_S)
        if model is not None:
            return self._alone(heard, signal, sung, model), f"{_title(model)} on the mix", _FROM_MIX
        return _in_mix(heard, signal, sung), "harmonic salience of the mix", _FROM_MIX

    def _separated(
        self, heard: Heard, signal: npt.NDArray[np.float32], sung: npt.NDArray[np.bool_], model: str | None
    ) -> tuple[Contour, str, str | None]:
        fallback = None
        if model is None:
            try:
                self._find("tiny")
                model = "crepe-tiny"
            except (UnavailableError, BadDataError) as error:
                model, fallback = "pyin", error.line
        contour = self._alone(heard, signal, sung, model)
        return contour, f"{_title(model)} on separated vocals", fallback

    def _alone(
        self, heard: Heard, signal: npt.NDArray[np.float32], sung: npt.NDArray[np.bool_], model: str
    ) -> Contour:
        """Return the contour by a method for single voices, where somebody sings."""
        from muze_dataset.hearing.pitch.periodicity import find_candidates
        from muze_dataset.hearing.pitch.pyin import loud_enough, pyin, yin

        if model in ("pyin", "yin"):
            found = find_candidates(signal, sung.size)
            contour = pyin(signal, found) if model == "pyin" else yin(signal, found)
            return contour.within(sung)
        from muze_dataset.hearing.pitch.crepe import decode, salience

        network = self._network(model.removeprefix("crepe-"), str(heard.options["device"]))
        return decode(salience(network, signal, sung.size), sung & loud_enough(signal, sung.size))

    def _network(self, capacity: str, device: str) -> Crepe:
        from muze_dataset.hearing.pitch.crepe import load

        key = (capacity, device)
        if key not in self._loaded:
            path = self._find(capacity)
            self._loaded[key] = load(path, "full" if capacity == "full" else "tiny", device=device)
        return self._loaded[key]


def _in_mix(heard: Heard, middle: npt.NDArray[np.float32], sung: npt.NDArray[np.bool_]) -> Contour:
    from muze_dataset.hearing.pitch.framing import at_rate
    from muze_dataset.hearing.pitch.predominant import predominant

    side = None
    if len(heard.audio) == 2:
        side = at_rate(heard.audio, heard.rate_hz, side=True)
    return predominant(middle, side, sung.size, sung)


def _model(options: Mapping[str, Any]) -> str | None:
    model = options["f0_model"]
    if model is not None and model not in MODELS:
        raise UsageError(f"the pitch model must be one of {', '.join(MODELS)}; got '{model}'")
    return None if model is None else str(model)


def _title(model: str) -> str:
    return {"crepe-tiny": "CREPE tiny", "crepe-full": "CREPE full", "pyin": "pYIN", "yin": "YIN"}[model]
