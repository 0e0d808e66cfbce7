"""The arch of a section: what it wants of each note, from where the line lies, the chords, and the motif.

    ╭─climax                      the line rises to its highest note about two thirds into the section
  ╭─╯  ╰─╮                        and sinks to its end; the notes beside the climax lean towards it
╭─╯      ╰──
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sin

from muze_plan.composer.context import SectionContext
from muze_plan.composer.melody.phrases import Phrase
from muze_plan.composer.melody.pulse import BarGrid
from muze_plan.composer.melody.scales import palette, step_semitones
from muze_plan.composer.melody.search import Target
from muze_plan.composer.melody.strokes import Stroke
from muze_plan.composer.melody.sung import Sung

CLIMAX = 0.66
"""Where in a section its highest note lies, as a share of its length."""

_RISE, _STEADY = 0.75, 0.2  # height of the arch in spans: of a tune, of a riff


@dataclass(frozen=True)
class Arch:
    """A stretch of a section and how a line goes through it.

    Attributes:
        section: in which section.
        start: tick of its beginning.
        bars: whole bars.
        grid: of the metre.
        tonic: pitch class of the key.
        scale: name of the scale.
        level: MIDI pitch around which the line lies.
        span: semitones that the line covers.
        ceiling: MIDI pitch of the climax.
        steady: whether it stays on its level and has no climax, as riffs do.
    """

    section: SectionContext
    start: int
    bars: int
    grid: BarGrid
    tonic: int
    scale: str
    level: float
    span: float
    ceiling: int
    steady: bool

    def targets(
        self, phrase: Phrase, start: int, strokes: Sequence[Stroke], told: Sung | None
    ) -> list[Target]:
        """Return what is wanted of each note of a phrase.

        Args:
            phrase: which.
            start: tick of its first bar.
            strokes: its notes.
            told: what it is to sound like: itself at an earlier time, or a phrase of its label.
        """
        again = told is not None and told.phrase.index == phrase.index
        climax = None if again or self.steady else self._climax(phrase, start, strokes)
        targets: list[Target] = []
        for index, stroke in enumerate(strokes):
            last = index + 1 == len(strokes)
            target = self._alone(
                start, stroke, stroke.length if last else strokes[index + 1].offset - stroke.offset
            )
            previous = strokes[index - 1] if index else None
            if previous is not None and previous.group == stroke.group:
                target.wish = (stroke.degree - previous.degree) * step_semitones(self.scale)
            as_before = told is not None and again and told.phrase.close is phrase.close
            if told is not None and (as_before or index < len(strokes) - 2):
                target.remembered = told.pitch_at(stroke.offset)
            if not again:
                target.ceiling = self.ceiling
            if climax is not None:
                near = 1.0 - abs(stroke.offset - strokes[climax].offset) / self.grid.ticks
                target.anchor += 0.7 * max(near, 0.0) * max(self.ceiling - target.anchor, 0.0)
            if index == climax:
                target.climax, target.wish, target.remembered = True, None, None
            if last:
                target.close = phrase.close
            targets.append(target)
        return targets

    def _climax(self, phrase: Phrase, start: int, strokes: Sequence[Stroke]) -> int | None:
        """Return which note of a phrase is the section's highest, if one is: weighty, and near its place."""
        peak = self.start + CLIMAX * self.bars * self.grid.ticks - start
        if len(strokes) < 3 or not 0 <= peak < max(phrase.bars * self.grid.ticks, strokes[-1].offset):
            return None

        def fitness(index: int) -> float:
            stroke = strokes[index]
            weight = self.grid.strength(stroke.offset) + min(stroke.length / self.grid.pulse_ticks, 2.0)
            return weight - 1.5 * abs(stroke.offset - peak) / self.grid.ticks

        return max(range(1, len(strokes) - 1), key=fitness)

    def _alone(self, start: int, stroke: Stroke, lasts: int) -> Target:
        """Return what is wanted of a note by itself; it lasts until the next one."""
        tick = start + stroke.offset
        strength = self.grid.strength(stroke.offset)
        event = self.section.chord_at(tick)
        after = self.section.chord_at(tick + stroke.length - 1)
        held = None
        if after is not event:
            over = tick + stroke.length - after.start
            if strength < 0.5 and over > stroke.length / 2:
                event = after  # it is heard as coming early
            elif over > stroke.length / 4:
                held = palette(self.tonic, self.scale, after.chord)
        place = min(max((tick - self.start) / (self.bars * self.grid.ticks), 0.0), 1.0)
        slope = place / CLIMAX if place < CLIMAX else (1.0 - place) / (1.0 - CLIMAX)
        height = self.span * (_STEADY if self.steady else _RISE)
        return Target(
            kinds=palette(self.tonic, self.scale, event.chord),
            tonic=self.tonic,
            strength=strength,
            length=lasts / self.grid.pulse_ticks,
            anchor=self.level + height * (sin(slope * pi / 2) - 0.5) + stroke.lift,
            held=held,
        )
