"""A melodic line as it is handed over: one note at a time, in range, with dynamics."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from muze_plan.composer.melody.pulse import BarGrid
from muzecli.song.instruments import Instrument
from muzecli.song.score import Note


@dataclass(frozen=True)
class Tessitura:
    """Where a line lies.

    Attributes:
        low: lowest pitch that is written.
        high: highest one, at least an octave above.
    """

    low: int
    high: int

    @property
    def width(self) -> int:
        """In semitones."""
        return self.high - self.low

    def nearest(self, pitch: int) -> int:
        """Return the pitch moved by octaves to lie inside, as near as may be."""
        while pitch < self.low:
            pitch += 12
        while pitch > self.high:
            pitch -= 12
        return pitch


def tessitura(instrument: Instrument, *, about: int | None = None, width: int = 22) -> Tessitura:
    """Return where an instrument sings: of its comfortable range so much, around a pitch where one is given."""
    low, high = instrument.comfortable_low, instrument.comfortable_high
    if high - low < 14:
        spare = 14 - (high - low)
        high = min(high + spare, instrument.high)
        low = max(high - 14, instrument.low)
    if high - low > width:
        middle = about if about is not None else low + round(0.6 * (high - low))
        low = min(max(middle - width // 2, low), high - width)
        high = low + width
    return Tessitura(low, high)


def one_at_a_time(notes: Iterable[Note], *, start: int, end: int) -> list[Note]:
    """Return the notes in order, each ended by the next, those outside a span left out or cut."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda n: n.start):
        if not start <= note.start < end:
            continue
        if line and line[-1].start == note.start:
            continue
        if line and line[-1].end > note.start:
            line[-1] = replace(line[-1], end=note.start)
        line.append(replace(note, end=min(note.end, end)))
    return line


def transposed(notes: Sequence[Note], room: Tessitura) -> list[Note]:
    """Return a line moved by octaves as a whole to where most of it lies inside; strays are folded one by one."""
    if not notes:
        return []
    middle = sum(note.pitch for note in notes) / len(notes)
    target = (room.low + room.high) / 2
    moves = sorted(range(-48, 49, 12), key=lambda move: abs(middle + move - target))
    best = min(
        moves,
        key=lambda move: (
            sum(not room.low <= note.pitch + move <= room.high for note in notes),
            abs(middle + move - target),
        ),
    )
    return [replace(note, pitch=room.nearest(note.pitch + best)) for note in notes]


def velocity(
    tick: int, grid: BarGrid, *, energy: float, base: int = 58, height: float = 0.0, accent: float = 0.0
) -> int:
    """Return how loud a note is.

    Args:
        tick: of its beginning.
        grid: of the metre.
        energy: of the section, 0…1.
        base: velocity of a weak note at energy 0.
        height: −1…1, where it lies in the line.
        accent: −1…1, what else sets it off.
    """
    loud = base + 42 * energy + 7 * grid.strength(tick) + 5 * height + 6 * accent
    return round(min(max(loud, 20), 124))
