"""A phrase with its notes, as a theme hands it over and remembers it."""

from __future__ import annotations

from dataclasses import dataclass

from muze_plan.composer.melody.phrases import Phrase
from muze_plan.composer.melody.strokes import Stroke
from muzecli.song.chord import Chord


@dataclass(frozen=True)
class Tone:
    """A note of a phrase.

    Attributes:
        offset: ticks from the phrase's beginning.
        length: ticks.
        pitch: MIDI pitch.
        lyric: as in `Note`.
    """

    offset: int
    length: int
    pitch: int
    lyric: str | None = None


@dataclass(frozen=True)
class Sung:
    """A phrase with its notes.

    Attributes:
        phrase: which.
        start: tick of its first bar.
        end: tick of the bar after its last.
        tones: in order.
        chords: (offset of its beginning, chord) as they sound in it, the one after it included.
    """

    phrase: Phrase
    start: int
    end: int
    tones: tuple[Tone, ...]
    chords: tuple[tuple[int, Chord], ...]

    def pitch_at(self, offset: int) -> int | None:
        """Return the pitch of the note that began last at an offset; None before the first."""
        found = None
        for tone in self.tones:
            if tone.offset > offset:
                break
            found = tone.pitch
        return found

    def again(self) -> tuple[Stroke, ...]:
        """Return the strokes of the phrase as it was sung, without its words."""
        return tuple(Stroke(tone.offset, tone.length, index) for index, tone in enumerate(self.tones))
