"""Small scores for tests of players and mixes."""

from __future__ import annotations

import random

from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.score import ChordEvent, Note, Part, Role, Score

BAR = 1920
PARTS = (
    ("drums", Role.DRUMS, "drums", 0, True),
    ("electric_bass", Role.BASS, "electric_bass", 33, False),
    ("piano", Role.CHORDS, "piano", 0, False),
    ("strings", Role.PAD, "strings", 48, False),
    ("muted_guitar", Role.ARPEGGIO, "muted_guitar", 28, False),
    ("female_vocals", Role.VOCALS, "female_vocals", 53, False),
)
PROGRESSION = (("A:min", 57, 3), ("F:maj", 53, 4), ("C:maj", 48, 4), ("G:maj", 55, 4))


def score_of(parts: tuple[Part, ...], *, bars: int = 2, tempo_bpm: float = 120.0) -> Score:
    return Score(tempo_bpm, TimeSignature(), Key(9, "minor"), bars, parts, ())


def part_of(
    *notes: tuple[int, int, int, int],
    name: str = "piano",
    role: Role = Role.CHORDS,
    program: int = 0,
    is_drum: bool = False,
) -> Part:
    """Make a part of (start, end, pitch, velocity)."""
    return Part(name, role, name, program, is_drum, tuple(sorted(Note(*note) for note in notes)))


def band(bars: int = 4, *, seed: int = 0) -> Score:
    """A pop band of six that plays four chords over and over."""
    rng = random.Random(seed)
    notes: dict[str, list[Note]] = {name: [] for name, *_ in PARTS}

    def add(name: str, start: int, length: int, pitch: int, velocity: int) -> None:
        notes[name].append(Note(start, start + length, pitch, velocity + rng.randint(-5, 5)))

    chords = []
    for bar in range(bars):
        start = bar * BAR
        name, root, third = PROGRESSION[bar % 4]
        chords.append(ChordEvent(start, start + BAR, Chord.parse(name)))
        for beat in range(4):
            at = start + beat * 480
            add("drums", at, 60, 38 if beat % 2 else 36, 105)
            for half in range(2):
                add("drums", at + 240 * half, 60, 42, 80)
                add("electric_bass", at + 240 * half, 220, root - 24, 96)
            for step in range(4):
                pitch = root + 12 + (0, third, 7, 12)[step]
                add("muted_guitar", at + 120 * step, 110, pitch, 78)
            add("female_vocals", at, 440, root + 12 + rng.choice((0, third, 7)), 95)
        for pitch in (root, root + third, root + 7):
            add("piano", start, 900, pitch, 80)
            add("strings", start, 1880, pitch + 12, 70)
    parts = tuple(Part(*fields, tuple(sorted(notes[fields[0]]))) for fields in PARTS)
    return Score(120.0, TimeSignature(), Key(9, "minor"), bars, parts, tuple(chords))
