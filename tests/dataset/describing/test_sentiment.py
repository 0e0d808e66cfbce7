"""Sentiment: joyful lines above neutral ones above sad ones, and no judgement where there is nothing to judge."""

from __future__ import annotations

import numpy as np
import pytest
from tests.dataset.describing.lines import NEGATIVE, NEUTRAL, POSITIVE

from muze_dataset.describing.valence import valence
from muze_dataset.extractors.sentiment import Sentiment
from muzecli.errors import UnavailableError
from muzecli.listening.heard import Finding, Heard, absent
from muzecli.song.sentiment import sentiment_word


def heard(lyrics: str | None, language: str | None) -> Heard:
    return Heard(
        findings={
            "lyrics": absent("nobody sings") if lyrics is None else Finding(lyrics, "text"),
            "language": absent("unknown") if language is None else Finding(language, "text"),
        }
    )


def test_joyful_lines_are_above_sad_ones() -> None:
    joyful = np.array([valence([line]) for line in POSITIVE])
    sad = np.array([valence([line]) for line in NEGATIVE])
    assert (joyful[:, None] > sad).mean() > 0.95
    assert sad.mean() < np.mean([valence([line]) for line in NEUTRAL]) < joyful.mean()
    assert valence(POSITIVE) > 0.3
    assert valence(NEGATIVE) < -0.3


def test_the_mean_counts_and_nothing_is_neutral() -> None:
    assert valence(()) == 0.0
    assert valence(NEGATIVE) < valence([*POSITIVE, *NEGATIVE]) < valence(POSITIVE)


@pytest.mark.parametrize(("score", "word"), [(0.25, "positive"), (0.24, "neutral"), (-0.3, "negative")])
def test_scores_as_words(score: float, word: str) -> None:
    assert sentiment_word(score) == word


def test_a_chorus_counts_once() -> None:
    once = Sentiment().extract(heard(f"{POSITIVE[0]}\n{NEGATIVE[0]}", "en"))
    often = Sentiment().extract(heard(f"{POSITIVE[0]}\n{NEGATIVE[0]}\n{POSITIVE[0]}\n\n", "en"))
    assert once == often
    assert once["sentiment_score"].method


@pytest.mark.parametrize(
    ("lyrics", "language", "reason"),
    [
        (None, None, "there are no lyrics: nobody sings"),
        ("Kocham cię", "pl", "the lyrics are pl, and only English ones are judged"),
        ("la la", None, "the lyrics are in an unknown language, and only English ones are judged"),
    ],
)
def test_what_cannot_be_judged_says_why(lyrics: str | None, language: str | None, reason: str) -> None:
    found = Sentiment().extract(heard(lyrics, language))
    assert found == {"text_sentiment": absent(reason), "sentiment_score": absent(reason)}


def test_without_the_encoder_there_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*arguments: object) -> None:
        raise UnavailableError("no weights", hint="get them")

    assert len(Sentiment().depends_on({})["weights"]) == 64
    monkeypatch.setattr("muzecli.weights.find_weights", missing)
    assert Sentiment().depends_on({})["weights"] is None
    monkeypatch.setattr("muze_dataset.describing.valence.valence", missing)
    found = Sentiment().extract(heard(POSITIVE[0], "en"))
    assert "no weights" in str(found["sentiment_score"].reason)
