"""Sentiment scores as words."""

from __future__ import annotations

NEUTRAL_BELOW = 0.25
"""A sentiment nearer to 0 than this is neither positive nor negative."""


def sentiment_word(score: float) -> str:
    """Return "positive", "neutral" or "negative" for a score in −1…1."""
    if abs(score) < NEUTRAL_BELOW:
        return "neutral"
    return "positive" if score > 0 else "negative"
