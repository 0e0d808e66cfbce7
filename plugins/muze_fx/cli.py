"""Treat audio with words."""

from __future__ import annotations


def apply() -> None:
    """Treat audio with words: `muze fx apply in.wav "warm tape"`."""
