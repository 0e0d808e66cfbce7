"""Whose voice it is, as Resemblyzer's vector: of the voice in the mix, and of the voice alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[np.float32]

_MIX, _ALONE = "voice_embedding", "voice_embedding_separated"
_DECIMALS = 6


class Voice:
    """Embeds the parts that have a voice (GE2E, 256 numbers).

    Args:
        find: returns the checkpoint, or says why there is none.
    """

    name = "voice"
    version = "1"
    needs = ("audio", "fact.voice_activity")
    uses = ("material.vocals",)
    gives = (_MIX, _ALONE)
    cost_per_second = 0.02

    def __init__(self, find: Callable[[], Path] | None = None) -> None:
        from muze_dataset.hearing.voice.packaged import find_resemblyzer

        self._find = find or find_resemblyzer
        self._embed: tuple[str, Callable[[Array], Array]] | None = None

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the hash of the weights; None where there are none."""
        from muzecli.weights import sha256_of

        try:
            return {"weights": sha256_of(self._find())}
        except (UnavailableError, BadDataError) as error:
            return {"weights": None, "reason": error.line}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return both vectors, or why there is none."""
        spans = heard.value("fact.voice_activity")
        if spans is None:
            return self._absent(f"where the voice is was not found: {heard.reason('fact.voice_activity')}")
        if not spans:
            return self._absent("there is no voice")
        try:
            path = self._find()
        except (UnavailableError, BadDataError) as error:
            return self._absent(error.line)
        embed = self._loaded(path, heard)
        found = {_MIX: _vector(heard.audio, heard.rate_hz, spans, embed, "with what sounds beside it")}
        vocals = heard.value("material.vocals")
        if vocals is None:
            why = heard.reason("material.vocals")
            return {**found, _ALONE: absent(f"there are no separated vocals: {why}")}
        return {**found, _ALONE: _vector(vocals, heard.rate_hz, spans, embed, "on separated vocals")}

    def _absent(self, reason: str) -> Mapping[str, Finding]:
        return dict.fromkeys(self.gives, absent(reason))

    def _loaded(self, path: Path, heard: Heard) -> Callable[[Array], Array]:
        import numpy as np
        import torch

        from muze_dataset.hearing.voice.ge2e import load_speaker_encoder

        device = str(heard.options["device"])
        if self._embed is None or self._embed[0] != device:
            encoder = load_speaker_encoder(path, device)
            batch = max(int(heard.options["batch_size"]), 1)

            def embed(windows: Array) -> Array:
                with torch.inference_mode():
                    parts = [
                        encoder(torch.from_numpy(windows[start : start + batch]).to(device)).cpu().numpy()
                        for start in range(0, len(windows), batch)
                    ]
                return np.concatenate(parts)

            self._embed = (device, embed)
        return self._embed[1]


def _vector(samples: Array, rate_hz: int, spans: Any, embed: Callable[[Array], Array], how: str) -> Finding:
    from muze_dataset.hearing.voice.utterances import RATE_HZ, SHORTEST_S, utterance_vector
    from muze_dataset.hearing.voice.voiced import voiced_samples

    vector = utterance_vector(voiced_samples(samples, rate_hz, spans, RATE_HZ), embed)
    if vector is None:
        return absent(f"less than {SHORTEST_S:g} s of voice")
    return Finding(
        [round(float(x), _DECIMALS) for x in vector], f"Resemblyzer (GE2E) on the sung parts, {how}"
    )
