"""Musical facts measured on notes alone, by rules that do not come from the code that wrote them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from muze_plan.composer.context import SectionContext, SongContext
from muzecli.song.score import Note


def section_at(song: SongContext, tick: int) -> SectionContext:
    return next(section for section in song.sections if section.start <= tick < section.end)


def chord_tones(song: SongContext, tick: int) -> tuple[int, ...]:
    return section_at(song, tick).chord_at(tick).chord.pitch_classes


def on_beats(song: SongContext, notes: Sequence[Note]) -> list[Note]:
    return [note for note in notes if note.start % song.metre.beat_ticks == 0]


def chord_share(song: SongContext, notes: Sequence[Note]) -> float:
    """Share of the notes on beats that belong to their chord."""
    strong = on_beats(song, notes)
    return sum(note.pitch % 12 in chord_tones(song, note.start) for note in strong) / len(strong)


def explained_share(song: SongContext, notes: Sequence[Note], colours: frozenset[int]) -> float:
    """Share of notes in the key, in a chord that sounds with them, among the genre's colours, or between steps."""
    found = 0
    for index, note in enumerate(notes):
        pc = note.pitch % 12
        tones = (*chord_tones(song, note.start), *chord_tones(song, note.end - 1))
        around = [*notes[max(index - 1, 0) : index], *notes[index + 1 : index + 2]]
        steps = all(abs(note.pitch - other.pitch) <= 2 for other in around)
        found += pc in song.key.scale or pc in tones or pc in colours or steps
    return found / len(notes)


def mean_interval(notes: Sequence[Note]) -> float:
    """Mean size of a melodic interval in semitones."""
    sizes = [abs(b.pitch - a.pitch) for a, b in pairwise(notes)]
    return sum(sizes) / len(sizes)


def leaps(notes: Sequence[Note], rest: int) -> tuple[int, int]:
    """Return (how many leaps above seven semitones turn back by at most four, how many there are)."""
    turned = wide = 0
    for a, b, c in zip(notes, notes[1:], notes[2:], strict=False):
        if b.start - a.end >= rest or c.start - b.end >= rest:
            continue
        move, after = b.pitch - a.pitch, c.pitch - b.pitch
        if abs(move) > 7:
            wide += 1
            turned += move * after < 0 and abs(after) <= 4
    return turned, wide


def phrase_ends(notes: Sequence[Note], rest: int) -> list[Note]:
    """Notes that silence follows."""
    return [a for a, b in pairwise(notes) if b.start - a.end >= rest] + list(notes[-1:])


Token = tuple[int, int]


def tokens(section: SectionContext, notes: Sequence[Note]) -> list[Token]:
    """(place in the bar, pitch class) of each note of a section."""
    return [
        ((note.start - section.start) % section.bar_ticks, note.pitch % 12)
        for note in notes
        if section.start <= note.start < section.end
    ]


def similarity(a: Sequence[Token], b: Sequence[Token]) -> float:
    """Edit similarity of rhythm and pitch, 0…1.

    One minus the Levenshtein distance over the longer length; exchanging a note costs a half for its place in
    the bar and a half for its pitch class.
    """
    previous = [float(i) for i in range(len(b) + 1)]
    for i, x in enumerate(a, 1):
        current = [float(i)]
        for j, y in enumerate(b, 1):
            exchanged = previous[j - 1] + 0.5 * (x[0] != y[0]) + 0.5 * (x[1] != y[1])
            current.append(min(previous[j] + 1, current[-1] + 1, exchanged))
        previous = current
    return 1.0 - previous[-1] / max(len(a), len(b), 1)
