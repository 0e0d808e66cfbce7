"""Melodies: what is sung, what leads, what answers, what runs through the chords.

motifs ──▶ phrases ──▶ strokes (rhythm, words) ──▶ search (pitches) ──▶ theme (memory) ──▶ parts
"""

from __future__ import annotations

from muze_plan.composer.melody.write import write_melodies

__all__ = ["write_melodies"]
