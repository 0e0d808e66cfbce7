"""Whose voice it is, as ECAPA-TDNN's vector of 192: where SpeechBrain and its weights are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Embed = Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]]

_FIELD = "ecapa_embedding"
_LONGEST_S = 120.0  # the network's attention keeps all frames of a voice at once: 2 minutes take about 1 GB
_DECIMALS = 6


class Ecapa:
    """Embeds the voice alone, or, without separated vocals, the parts of the mix that have one.

    Where it cannot, Resemblyzer's vector stands in under its own name: it has another length and other axes, so it
    is no value for this field.
    """

    name = "ecapa"
    version = "1"
    needs = ("audio", "fact.voice_activity")
    uses = ("material.vocals", "voice_embedding", "voice_embedding_separated")
    gives = (_FIELD,)
    cost_per_second = 0.05

    def __init__(self) -> None:
        self._embed: tuple[str, Embed] | None = None

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the hash of the weights; None where they or the package are not here."""
        from muze_dataset.hearing.voice.packaged import find_ecapa
        from muzecli.packages import package_version
        from muzecli.weights import sha256_of

        try:
            return {"weights": sha256_of(find_ecapa()), "speechbrain": package_version("speechbrain")}
        except UnavailableError as error:
            return {"weights": None, "reason": error.line}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the vector, or why there is none and what there is instead."""
        spans = heard.value("fact.voice_activity")
        if spans is None:
            reason = heard.reason("fact.voice_activity")
            return {_FIELD: absent(f"where the voice is was not found: {reason}")}
        if not spans:
            return {_FIELD: absent("there is no voice")}
        try:
            embed = self._loaded(str(heard.options["device"]))
        except (UnavailableError, BadDataError) as error:
            return {_FIELD: absent(f"{error.line}; {_instead(heard)}")}
        return {_FIELD: _vector(heard, spans, embed)}

    def _loaded(self, device: str) -> Embed:
        if self._embed is None or self._embed[0] != device:
            from muze_dataset.hearing.voice.ecapa import load_ecapa
            from muze_dataset.hearing.voice.packaged import find_ecapa

            self._embed = (device, load_ecapa(find_ecapa(), device))
        return self._embed[1]


def _vector(heard: Heard, spans: Any, embed: Embed) -> Finding:
    from muze_dataset.hearing.voice.utterances import RATE_HZ, SHORTEST_S
    from muze_dataset.hearing.voice.voiced import voiced_samples

    vocals = heard.value("material.vocals")
    samples = voiced_samples(heard.audio if vocals is None else vocals, heard.rate_hz, spans, RATE_HZ)
    samples = samples[: round(_LONGEST_S * RATE_HZ)]
    if len(samples) < SHORTEST_S * RATE_HZ or not samples.any():
        return absent(f"less than {SHORTEST_S:g} s of voice")
    fallback = None
    if vocals is None:
        fallback = f"from the mix, there are no separated vocals: {heard.reason('material.vocals')}"
    return Finding(
        [round(float(x), _DECIMALS) for x in embed(samples)], "SpeechBrain ECAPA-TDNN", fallback=fallback
    )


def _instead(heard: Heard) -> str:
    for name in ("voice_embedding_separated", "voice_embedding"):
        if heard.value(name) is not None:
            return f"{name} (Resemblyzer, 256 numbers) stands in"
    return "Resemblyzer, which would stand in, gave no vector either"
