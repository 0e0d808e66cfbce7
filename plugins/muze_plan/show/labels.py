"""Chords, times and names as people read them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from muzecli.song.chord import Chord
from muzecli.song.pitch import FLAT_NAMES, SHARP_NAMES
from muzecli.song.plan import BarChords

_SUFFIXES = {
    "maj": "",
    "min": "m",
    "aug": "+",
    "maj6": "6",
    "min6": "m6",
    "min7": "m7",
    "minmaj7": "m(maj7)",
    "hdim7": "m7b5",
    "min9": "m9",
}
# Control characters, changes of direction, halves of characters and what is no character at all.
_UNSHOWN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
SAME_BAR = "%"
"""What stands for a bar that repeats the one before, as in chord charts."""


def chord_label(chord: Chord) -> str:
    """Return a chord as lead sheets have it: "Am7", "Bb/D"; "–" for no chord."""
    if chord.root is None:
        return "–"
    names = FLAT_NAMES if chord.flats else SHARP_NAMES
    bass = "" if chord.bass is None else f"/{names[chord.bass]}"
    return f"{names[chord.root]}{_SUFFIXES.get(chord.quality, chord.quality)}{bass}"


def bar_labels(bars: Sequence[BarChords]) -> list[str]:
    """Return the chords of each bar, `SAME_BAR` where they repeat the bar before."""
    return [
        SAME_BAR if index and bar == bars[index - 1] else " ".join(map(chord_label, bar))
        for index, bar in enumerate(bars)
    ]


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds: "1:05.3"."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"


def title(name: str) -> str:
    """Return a name as people read it: "pre_chorus" → "pre-chorus", "synth_bass" → "synth bass"."""
    return one_line(name.replace("pre_", "pre-").replace("post_", "post-").replace("_", " "))


def one_line(text: str) -> str:
    """Return text without line breaks, repeated blanks, control characters and changes of direction.

    A prompt may hold anything; a terminal must not act on it, nor a picture turn all that follows around.
    """
    return " ".join(_UNSHOWN.sub("", " ".join(text.split())).split())
