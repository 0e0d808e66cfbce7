"""One row of the picture: a strip of sections and chords, the notes, the lyrics, the drums.

x is bars from the song's beginning (0 is the first bar line), y of the notes is MIDI pitch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from muze_plan.show.labels import chord_label, clock, one_line, title
from muze_plan.show.palette import DRAWING_ORDER, FAINT, INK, section_colour
from muzecli.song.pitch import note_name
from muzecli.song.plan import SectionSpan
from muzecli.song.score import Note, Part, Role, Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Lines of the drum panel from below: name and General MIDI percussion keys.
_DRUMS = (
    ("kick", (35, 36)),
    ("snare", (37, 38, 39, 40)),
    ("toms", (41, 43, 45, 47, 48, 50)),
    ("hat", (42, 44, 46)),
    ("cymbal", (49, 51, 52, 53, 55, 57, 59)),
)
_OTHER = "percussion"
# Width of a character, about: of chords and lyrics in inches, of bold names in inches a point.
_CHORD_IN, _LYRIC_IN, _BOLD_IN = 0.082, 0.06, 0.0098
ROW_IN = 14.1
"""Width of a full row in inches."""

_OPACITY = {Role.PAD: 0.45, Role.CHORDS: 0.7, Role.EFFECTS: 0.5}
_LEAST_PITCHES = 24


@dataclass(frozen=True)
class Page:
    """What all rows share.

    Attributes:
        score: the notes.
        bars_a_row: bars in a full row.
        colours: of the parts by name.
    """

    score: Score
    bars_a_row: int
    colours: dict[str, str]

    @cached_property
    def bar_in(self) -> float:
        """Width of a bar in inches."""
        return ROW_IN / self.bars_a_row

    @cached_property
    def pitches(self) -> tuple[int, int]:
        """Lowest and highest pitch that is drawn, the same in all rows."""
        played = [note.pitch for part in self.score.parts if not part.is_drum for note in part.notes]
        low, high = min(played, default=60) - 3, max(played, default=60) + 2
        missing = max(0, _LEAST_PITCHES - (high - low))
        return low - missing // 2, high + missing - missing // 2

    @cached_property
    def drum_lines(self) -> list[tuple[str, list[Note]]]:
        """The lines of the drum panel from below that are played, each with its strokes."""
        strokes = [note for part in self.score.parts if part.is_drum for note in part.notes]
        named = {key for _, keys in _DRUMS for key in keys}
        lines = [(name, [note for note in strokes if note.pitch in keys]) for name, keys in _DRUMS]
        lines.append((_OTHER, [note for note in strokes if note.pitch not in named]))
        return [line for line in lines if line[1]]

    @cached_property
    def phrases(self) -> list[tuple[float, str]]:
        """What is sung: each word's beginning in bars and the word; a syllable that goes on ends with "-"."""
        sung = [note for part in self.score.parts for note in part.notes if (note.lyric or "").strip("- ")]
        sung.sort(key=lambda note: note.start)
        return [(self.bar(note.start), one_line(str(note.lyric))) for note in sung]

    def sections_between(self, first: float, last: float) -> Iterator[tuple[SectionSpan, float, float]]:
        """Yield the sections between two bar lines, with where they begin and end there in bars."""
        bar_s = self.score.time_signature.bar_s(self.score.tempo_bpm)
        for section in self.score.sections:
            left, right = max(section.start_s / bar_s, first), min(section.end_s / bar_s, last)
            if right - left > 1e-6:
                yield section, left, right

    def bar(self, tick: float) -> float:
        """Return a tick as bars."""
        return tick / self.score.time_signature.bar_ticks


def draw_row(axes: Mapping[str, Axes], page: Page, *, first_bar: int, bars: int) -> None:
    """Draw a row's panels, by name: strip, roll and, where the score has them, lyrics and drums."""
    for panel in axes.values():
        panel.set_xlim(first_bar, first_bar + bars)
        panel.tick_params(length=0, labelsize=8.5, labelcolor=INK)
        for spine in panel.spines.values():
            spine.set_visible(False)
    _draw_strip(axes["strip"], page, first_bar, bars)
    _draw_ground(axes["roll"], page, first_bar, bars)
    _draw_notes(axes["roll"], page, first_bar, bars)
    last = axes["roll"]
    if "lyrics" in axes:
        last.set_xticks([])
        last = axes["lyrics"]
        _draw_lyrics(last, page, first_bar, bars)
    if "drums" in axes:
        last.set_xticks([])
        last = axes["drums"]
        _draw_ground(last, page, first_bar, bars)
        _draw_drums(last, page, first_bar, bars)
    _draw_times(last, page, first_bar, bars)


def _draw_strip(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    """Draw sections as bands filled as high as their energy, and the chords under them."""
    axes.set_ylim(0.0, 1.0)
    axes.set_xticks([])
    axes.set_yticks([])
    for section, left, right in page.sections_between(first_bar, first_bar + bars):
        axes.axvspan(left, right, 0.4, 1.0, color=section_colour(section.type), linewidth=0)
        axes.axvspan(left, right, 0.4, 0.4 + 0.6 * section.energy, color=INK, alpha=0.1, linewidth=0)
        axes.axvline(left, 0.4, 1.0, color="white", linewidth=2.0)
        name = title(section.type) + (" ♪" if section.has_vocals else "")
        room_in = (right - left) * page.bar_in - 0.12
        size = next((size for size in (10.5, 9.0, 7.5) if len(name) * size * _BOLD_IN <= room_in), None)
        if size is not None:
            at = left + 0.09 / page.bar_in
            axes.text(at, 0.69, name, fontsize=size, fontweight="bold", color=INK, va="center")
    _draw_chords(axes, page, first_bar, bars)


def _draw_chords(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    """Name the chords where they begin; where they stand too close, those on bar lines go first."""
    named = []
    for event in page.score.chords:
        start, end = page.bar(event.start), page.bar(event.end)
        at = max(start, first_bar)
        is_seen = at < first_bar + bars and end > first_bar + (0.25 if start < first_bar else 0.0)
        if is_seen:
            label = chord_label(event.chord)
            reach = at + (len(label) * _CHORD_IN + 0.07) / page.bar_in
            named.append((at % 1.0 > 0.0, at, reach, label))
    taken: list[tuple[float, float]] = []
    for _, at, reach, label in sorted(named):
        if all(reach <= left or at >= right for left, right in taken):
            taken.append((at, reach))
            axes.text(at + 0.03 / page.bar_in, 0.17, label, fontsize=9, color=INK, va="center")


def _draw_ground(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    """Tint the panel by sections and draw bar lines, every fourth stronger."""
    for section, left, right in page.sections_between(first_bar, first_bar + bars):
        axes.axvspan(left, right, color=section_colour(section.type), alpha=0.33, linewidth=0)
    for bar in range(first_bar, first_bar + bars + 1):
        strong = bar % 4 == 0
        axes.axvline(
            bar, color="white" if not strong else FAINT, linewidth=1.0 if strong else 0.8, zorder=0.5
        )


def _draw_notes(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    low, high = page.pitches
    axes.set_ylim(low, high)
    octaves = [pitch for pitch in range(low, high + 1) if pitch % 12 == 0]
    axes.set_yticks(octaves, [note_name(pitch) for pitch in octaves])
    for pitch in octaves:
        axes.axhline(pitch - 0.5, color=FAINT, linewidth=0.8, zorder=0.4)
    behind = {role: rank for rank, role in enumerate(DRAWING_ORDER)}
    parts = [part for part in page.score.parts if not part.is_drum]
    for part in sorted(parts, key=lambda part: behind.get(part.role, 0)):
        _draw_part(axes, page, part, first_bar, bars, zorder=2.0 + behind.get(part.role, 0))


def _draw_part(axes: Axes, page: Page, part: Part, first_bar: int, bars: int, *, zorder: float) -> None:
    from matplotlib.collections import PolyCollection
    from matplotlib.colors import to_rgba

    seen = [
        note
        for note in part.notes
        if page.bar(note.end) > first_bar and page.bar(note.start) < first_bar + bars
    ]
    shapes, faces = [], []
    gap = 0.012 / page.bar_in  # so that repeated notes can be told apart
    for note in seen:
        left = max(page.bar(note.start), first_bar)
        right = max(min(page.bar(note.end), first_bar + bars) - gap, left + gap)
        foot, top = note.pitch - 0.46, note.pitch + 0.46
        shapes.append([(left, foot), (right, foot), (right, top), (left, top)])
        # Loud notes are full, soft ones paler.
        opacity = _OPACITY.get(part.role, 1.0) * (0.45 + 0.55 * note.velocity / 127)
        faces.append(to_rgba(page.colours[part.name], opacity))
    axes.add_collection(
        PolyCollection(shapes, facecolors=faces, edgecolors="none", zorder=zorder), autolim=False
    )


def _draw_lyrics(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    """Write syllables where they are sung; one that has no room joins the word before, or a second line."""
    axes.set_ylim(0.0, 1.0)
    axes.set_xticks([])
    axes.set_yticks([])
    texts: list[tuple[float, str]] = []  # where it begins, in bars, and what it says
    for at, syllable in page.phrases:
        if not first_bar <= at < first_bar + bars:
            continue
        if texts and at < _reach(page, texts[-1]) and at - texts[-1][0] < 1.0:
            begin, before = texts[-1]
            joined = before[:-1] + syllable if before.endswith("-") else f"{before} {syllable}"
            texts[-1] = (begin, joined)
        else:
            texts.append((at, syllable))
    free_from = [float("-inf")] * 2
    for text in texts:
        level = next((line for line, edge in enumerate(free_from) if text[0] >= edge), None)
        if level is None:
            continue
        free_from[level] = _reach(page, text)
        words = text[1].replace("$", r"\$")
        axes.text(text[0], 0.72 - 0.45 * level, words, fontsize=7.5, color=INK, va="center")


def _reach(page: Page, text: tuple[float, str]) -> float:
    """Return where a text ends, in bars."""
    return text[0] + (len(text[1]) + 1) * _LYRIC_IN / page.bar_in


def _draw_drums(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    """Draw strokes as marks, larger where they are louder."""
    lines = page.drum_lines
    axes.set_ylim(-0.7, len(lines) - 0.3)
    axes.set_yticks(range(len(lines)), [name for name, _ in lines], fontsize=7.5)
    for height, (_, strokes) in enumerate(lines):
        seen = [note for note in strokes if first_bar <= page.bar(note.start) < first_bar + bars]
        axes.scatter(
            [page.bar(note.start) for note in seen],
            [height] * len(seen),
            s=[2.0 + 16.0 * (note.velocity / 127) ** 2 for note in seen],
            color=INK,
            marker="o",
            linewidths=0,
            alpha=0.85,
            zorder=3,
            clip_on=False,
        )


def _draw_times(axes: Axes, page: Page, first_bar: int, bars: int) -> None:
    """Number the bars and, every fourth, say the time."""
    every = 1 if page.bars_a_row <= 24 else 2 if page.bars_a_row <= 32 else 4
    ticks = [bar for bar in range(first_bar, first_bar + bars) if bar % every == 0]
    bar_s = page.score.time_signature.bar_s(page.score.tempo_bpm)
    axes.set_xticks(
        ticks,
        [f"{bar + 1}\n{clock(bar * bar_s)}" if bar % (4 * every) == 0 else f"{bar + 1}\n" for bar in ticks],
    )
    for label in axes.get_xticklabels():
        label.set_horizontalalignment("left")
