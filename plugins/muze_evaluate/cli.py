"""Measure audio: distances between sets, fit to words, whether songs follow their plans, reconstructions, voices."""

from __future__ import annotations
