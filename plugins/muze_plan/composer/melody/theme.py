"""A theme: what sections of one kind share, remembered from the first time it sounds.

A chorus that comes back takes its notes from memory where the chords are the same, and is led along its own
contour where they differ, so it returns as itself. A verse has a theme of its own, of other motifs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from muze_plan.composer.context import SectionContext, SongContext
from muze_plan.composer.melody.arch import Arch
from muze_plan.composer.melody.line import Tessitura
from muze_plan.composer.melody.motifs import Motif, contour
from muze_plan.composer.melody.phrases import Close, Phrase, lengths, phrase_length, phrases, shared
from muze_plan.composer.melody.pulse import BarGrid, bar_grid
from muze_plan.composer.melody.rhythm import SHORTEST_S, Rhythm, bar_rhythms, choose, fitted
from muze_plan.composer.melody.search import Taste, find_pitches
from muze_plan.composer.melody.setting import Room, set_line
from muze_plan.composer.melody.strokes import Ideas, Stroke, phrase_strokes
from muze_plan.composer.melody.style import MelodyStyle, Weights
from muze_plan.composer.melody.sung import Sung, Tone
from muze_plan.composer.melody.syllables import lines, syllables
from muze_plan.composer.patterns import Pattern

_BREATH_S = 0.28
_LONGEST = 4  # bars of a phrase; what a line has left of its bars is silence


@dataclass(frozen=True)
class Kind:
    """What sort of theme it is.

    Attributes:
        form: of its phrases, as in `phrases.phrases`.
        place: where it lies in its singer's range, 0…1.
        density: notes beside those of a verse.
        span: semitones beside the genre's.
        last: how its last phrase ends.
        bars: of its phrases; None takes the genre's.
    """

    form: str
    place: float
    density: float = 1.0
    span: float = 1.0
    last: Close = Close.CLOSED
    bars: int | None = None


@dataclass
class Theme:
    """A theme and what it remembers.

    Attributes:
        song: the song it is for.
        style: how the genre sings.
        name: of the theme; its decisions are named for it.
        kind: what sort of theme it is.
        voice: whose density it has, "vocals", "lead" or "solo".
        tessitura: where it lies when it is first heard.
        energy: of the section it is first heard in.
        unlike: themes whose rhythms it avoids.
        patterns: that its rhythms come from; None takes the genre's.
        licks: contours that its motifs come from; empty makes new ones.
    """

    song: SongContext
    style: MelodyStyle
    name: str
    kind: Kind
    voice: str
    tessitura: Tessitura
    energy: float
    unlike: Sequence[Theme] = ()
    patterns: Sequence[Pattern] | None = None
    licks: Sequence[tuple[int, ...]] = ()
    told: dict[int, Sung] = field(default_factory=dict)
    by_label: dict[str, Sung] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rng = self.song.rng("melody", self.name, "motifs")
        plan = self.song.plan
        self.grid: BarGrid = bar_grid(self.song.metre, plan.tempo_bpm)
        self.phrase_bars = self.kind.bars or phrase_length(rng, self.style, plan.bar_s)
        scales = self.style.solo_scales if self.voice == "solo" else self.style.scales
        self.scale = _scale(self.song, scales[self.song.key.mode], "solo" if self.voice == "solo" else "tune")
        self.shortest = round(self.song.ticks(SHORTEST_S))
        self.breath = self._breath()
        self.ideas = self._ideas()
        self._strokes: dict[tuple[str, int, bool], tuple[Stroke, ...]] = {}

    def _breath(self) -> int:
        """Return the silence at a phrase's end: long enough to breathe, on the metre's grid."""
        part = self.grid.pulses[-1].length // self.grid.pulses[-1].parts
        need = self.song.ticks(_BREATH_S)
        parts = max(1, -(-int(need) // part))
        return min(part * parts, self.grid.ticks // 2)

    def _silence(self, bars: int) -> int:
        """Return the silence at the end of a phrase: a breath, or where the genre loves answers, time for one."""
        if self.voice != "vocals" or self.kind.form == "riff":
            return self.breath
        share = max(self.style.answers - 0.4, 0.0) * 0.6
        pulses = round(share * bars * len(self.grid.pulses))
        return max(self.breath, min(pulses * self.grid.pulse_ticks, bars * self.grid.ticks // 2))

    def _ideas(self) -> Ideas:
        rng = self.song.rng("melody", self.name, "ideas")
        plan = self.song.plan
        rhythms = bar_rhythms(self.patterns or self.style.rhythms, self.song.metre, plan.tempo_bpm)
        rate = self.style.density[self.voice] * self.kind.density * (0.55 + 0.9 * self.energy)
        notes = rate * plan.bar_s * 0.9
        notes = min(max(notes, 1.0), self.grid.ticks / max(self.shortest, 1) / 1.5)
        avoid: list[Rhythm] = []
        for theme in self.unlike:
            avoid += [theme.ideas.first.rhythm, theme.ideas.second.rhythm]
        first = self._motif("first", rhythms, notes, avoid)
        second = self._motif("second", rhythms, notes * rng.uniform(0.75, 1.1), [*avoid, first.rhythm])
        return Ideas(
            first,
            second,
            plan=rng.choice(("sentence", "period")),
            reply=rng.choices(("answer", "sequence", "contrast"), (2, 3, 2))[0],
            rise=rng.choice((-2.0, 2.0, 2.0, 3.0)),
        )

    def _motif(self, name: str, rhythms: Sequence[Rhythm], notes: float, avoid: Sequence[Rhythm]) -> Motif:
        rng = self.song.rng("melody", self.name, "motif", name)
        rhythm = choose(rng, rhythms, notes, unlike=avoid)
        if abs(len(rhythm) - notes) > 1.5:
            rhythm = fitted(rhythm, round(notes), self.grid, shortest=max(self.shortest, 1))
        if self.licks:
            lick = rng.choice(list(self.licks))
            steps = tuple(lick[i % len(lick)] for i in range(len(rhythm) - 1))
            return Motif(rhythm, steps)
        return Motif(rhythm, contour(rng, self.style, len(rhythm)))

    def strokes(self, label: str, bars: int, *, upbeat: bool) -> tuple[Stroke, ...]:
        """Return the strokes of a phrase; phrases of one label and length have the same."""
        key = (label, bars, upbeat)
        if key not in self._strokes:
            rng = self.song.rng("melody", self.name, "strokes", label, bars)
            self._strokes[key] = phrase_strokes(
                rng, self.style, self.grid, self.ideas, label, bars, breath=self._silence(bars), upbeat=upbeat
            )
        return self._strokes[key]

    def sing(
        self,
        section: SectionContext,
        *,
        lyrics: str | None = None,
        start_bar: int = 0,
        bars: int | None = None,
        upbeat: bool = False,
        last: Close | None = None,
    ) -> list[Sung]:
        """Return the theme as it sounds in a section, phrase by phrase.

        Args:
            section: where.
            lyrics: what is sung; None sings without words.
            start_bar: of the section, where it begins.
            bars: how many bars it fills; None fills the section.
            upbeat: whether its first phrase may begin before its first bar.
            last: how the last phrase ends; None ends as the kind of theme does.
        """
        bars = section.bars - start_bar if bars is None else bars
        words = [syllables(text, self.song.plan.language) for text in lines(lyrics or "")]
        arch = self._arch(section, section.start + start_bar * section.bar_ticks, bars)
        found: list[Sung] = []
        fresh: dict[str, Sung] = {}
        for phrase in self._phrases(section, bars, len(words), last):
            start = arch.start + phrase.bar * section.bar_ticks
            before = found[-1] if found else None
            told = self._told(phrase, fresh)
            if words:
                count = min(len(words), bars)
                line = words[len(words) * phrase.index // count : len(words) * (phrase.index + 1) // count]
                room = Room(
                    self._upbeat_room(before, start, upbeat),
                    phrase.bars * self.grid.ticks,
                    self.breath,
                    self.shortest,
                )
                own = self.strokes(phrase.label, phrase.bars, upbeat=room.upbeat > 0)
                strokes = set_line(own, [s for text in line for s in text], self.grid, room)
            elif told is not None and phrase.index in self.told:
                strokes = told.again()
            else:
                strokes = self.strokes(phrase.label, phrase.bars, upbeat=before is not None or upbeat)
            sung = self._pitched(arch, phrase, start, strokes, before, told)
            found.append(sung)
            fresh.setdefault(phrase.label, sung)
        for sung in found:
            self.told.setdefault(sung.phrase.index, sung)
            self.by_label.setdefault(sung.phrase.label, sung)
        return found

    def _phrases(
        self, section: SectionContext, bars: int, count: int, last: Close | None
    ) -> tuple[Phrase, ...]:
        """Return the phrases of a section: one a line where there are lines."""
        rng = self.song.rng("melody", self.name, "form")
        sizes = shared(bars, min(count, bars)) if count else lengths(bars, self.phrase_bars)
        found = phrases(
            rng, self.kind.form, sizes, last=last or self.kind.last, following=None if last else section.next
        )
        return tuple(replace(phrase, bars=min(phrase.bars, _LONGEST)) for phrase in found)

    def _told(self, phrase: Phrase, fresh: Mapping[str, Sung]) -> Sung | None:
        """Return what the phrase is to sound like: itself before, else another of its label."""
        told = self.told.get(phrase.index)
        if told is not None and told.phrase.label == phrase.label:
            return told
        return fresh.get(phrase.label) or self.by_label.get(phrase.label)

    def _upbeat_room(self, before: Sung | None, start: int, upbeat: bool) -> int:
        """Return the ticks before a phrase that its upbeat may take."""
        pulse = self.grid.pulses[-1].length
        if before is None:
            return pulse if upbeat else 0
        silent = start - before.start - before.tones[-1].offset - before.tones[-1].length
        return pulse if silent >= pulse + self.breath // 2 else 0

    def _arch(self, section: SectionContext, start: int, bars: int) -> Arch:
        """Return how the theme goes through a stretch of a section."""
        room, span = self.tessitura, self.style.span * self.kind.span
        middle = room.low + room.width * (self.kind.place + 0.16 * (section.energy - 0.5))
        level = min(max(middle, room.low + 0.3 * span), room.high - 0.45 * span)
        return Arch(
            section,
            start,
            bars,
            self.grid,
            self.song.key.tonic,
            self.scale,
            level,
            span,
            min(room.high, round(level + 0.5 * span)),
            steady=self.kind.form == "riff",
        )

    def _pitched(
        self,
        arch: Arch,
        phrase: Phrase,
        start: int,
        strokes: Sequence[Stroke],
        before: Sung | None,
        told: Sung | None,
    ) -> Sung:
        """Return a phrase with pitches: from memory where nothing has changed, else found anew."""
        section = arch.section
        end = start + phrase.bars * section.bar_ticks
        if start == section.start and section.start == 0:
            strokes = [stroke for stroke in strokes if stroke.offset >= 0]
        strokes = [s for s in strokes if start + s.offset < section.end]
        chords = tuple(
            (max(event.start - start, 0), event.chord)
            for event in section.chords
            if event.start < end and event.end > start
        )
        same = (
            told is not None
            and told.phrase.index == phrase.index
            and told.phrase.close is phrase.close
            and told.chords == chords
            and [tone.offset for tone in told.tones] == [stroke.offset for stroke in strokes]
        )
        if told is not None and same:
            pitches = [tone.pitch for tone in told.tones]
        else:
            pitches = find_pitches(
                arch.targets(phrase, start, strokes, told),
                low=self.tessitura.low,
                high=self.tessitura.high,
                taste=Taste(self.style.repeated, self.style.leaps, self.style.dissonance),
                rng=self.song.rng("melody", self.name, "pitches", section.index, phrase.index),
                before=tuple(tone.pitch for tone in before.tones[-2:]) if before else (),
            )
        tones = [
            Tone(stroke.offset, stroke.length, pitch, stroke.lyric)
            for stroke, pitch in zip(strokes, pitches, strict=True)
        ]
        if phrase.close is Close.FINAL:  # the song's last note is held
            left = section.end - start - tones[-1].offset
            tones[-1] = replace(tones[-1], length=min(left, max(tones[-1].length, 2 * self.grid.ticks)))
        return Sung(phrase, start, end, tuple(tones), chords)


def _scale(song: SongContext, weights: Weights, what: str) -> str:
    """Return the scale that a song's tunes, or its solos, are in."""
    return song.rng("melody", "scale", what).choices(list(weights), list(weights.values()))[0]
