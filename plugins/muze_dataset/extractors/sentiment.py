"""Whether what is sung is positive or negative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent

_MOST_LINES = 200  # of a song; more say nothing new
_METHOD = "MiniLM sentence vectors between two poles"


class Sentiment:
    """Judges English lyrics line by line; a line that comes back counts once."""

    name = "sentiment"
    version = "1"
    needs = ("lyrics", "language")
    uses = ()
    gives = ("text_sentiment", "sentiment_score")
    cost_per_second = 0.001

    def depends_on(self, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the hash of the sentence encoder's weights; None where they are not here."""
        from muzecli.weights import MINILM, find_weights

        try:
            return {"weights": find_weights(MINILM).sha256}
        except UnavailableError as error:
            return {"weights": None, "reason": error.line}

    def extract(self, heard: Heard) -> Mapping[str, Finding]:
        """Judge."""
        lyrics, language = heard.value("lyrics"), heard.value("language")
        reason = None
        if not lyrics:
            reason = f"there are no lyrics: {heard.reason('lyrics')}"
        elif language != "en":
            which = f"are {language}" if language else "are in an unknown language"
            reason = f"the lyrics {which}, and only English ones are judged"
        if reason is not None:
            return dict.fromkeys(self.gives, absent(reason))
        from muze_dataset.describing.valence import valence
        from muzecli.song.sentiment import sentiment_word

        lines = list(dict.fromkeys(line.strip() for line in lyrics.splitlines() if line.strip()))
        try:
            score = round(valence(lines[:_MOST_LINES]), 4)
        except UnavailableError as error:
            return dict.fromkeys(self.gives, absent(error.line))
        return {
            "text_sentiment": Finding(sentiment_word(score), _METHOD),
            "sentiment_score": Finding(score, _METHOD),
        }
