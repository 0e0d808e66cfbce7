"""Whether there is a voice, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

if TYPE_CHECKING:
    from muze_dataset.hearing.voice.detector import VoiceDetector

_DECIMALS = 4


class Activity:
    """Hears singing and speech, alone or in a mix, by a small network; on separated vocals where there are any."""

    name = "activity"
    version = "1"
    needs = ("audio",)
    uses = ("material.vocals",)
    gives = ("has_vocals", "fact.voice_activity")
    cost_per_second = 0.006

    def __init__(self) -> None:
        self._network: VoiceDetector | None = None

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the hash of the network's weights; None where they are not here."""
        from muze_dataset.hearing.voice.packaged import detector_weights

        try:
            return {"weights": detector_weights().sha256}
        except UnavailableError as error:
            return {"weights": None, "reason": error.line}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Return the decision and the spans, or why the one or the other cannot be had."""
        from muze_dataset.hearing.voice.packaged import detector_weights

        try:
            if self._network is None:
                from muze_dataset.hearing.voice.detector import load_detector

                self._network = load_detector(detector_weights())
        except UnavailableError as error:
            return dict.fromkeys(self.gives, absent(error.line))
        return _findings(heard, self._network)


def _findings(heard: Heard, network: VoiceDetector) -> Mapping[str, Finding]:
    from muze_dataset.hearing.voice.detector import logits_of
    from muze_dataset.hearing.voice.spans import judge
    from muze_dataset.hearing.voice.spectra import HOP_S, at_detector_rate, detector_input, mel_powers

    mix = mel_powers(at_detector_rate(heard.audio, heard.rate_hz))
    vocals = heard.value("material.vocals")
    if vocals is None:
        levels, method = detector_input(mix), "network on mel spectra of mid and side"
    else:
        alone = mel_powers(at_detector_rate(vocals, heard.rate_hz))
        levels, method = detector_input(alone, against=mix), "network on mel spectra of separated vocals"
    judged = judge(logits_of(network, levels), HOP_S, heard.duration_s)
    if judged.has_voice is None:
        return dict.fromkeys(("has_vocals", "fact.voice_activity"), absent(judged.reason))
    spans = [[round(start_s, _DECIMALS), round(end_s, _DECIMALS)] for start_s, end_s in judged.spans]
    return {
        "has_vocals": Finding(judged.has_voice, method, round(judged.confidence, 3)),
        "fact.voice_activity": Finding(spans, f"{method}, Viterbi", round(judged.frame_confidence, 3)),
    }
