"""The pieces that melodies are made by, and the files they are made from."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from tests.plan.composer.melody.songs import GENRES

from muze_plan.composer.melody.motifs import Motif, contour
from muze_plan.composer.melody.phrases import Close, lengths, phrases, shared
from muze_plan.composer.melody.preset_kind import MelodyPresets
from muze_plan.composer.melody.pulse import bar_grid
from muze_plan.composer.melody.rhythm import at_rest, bar_rhythms, fitted, likeness, pushed
from muze_plan.composer.melody.scales import AVOID, CHORD, SCALE, palette
from muze_plan.composer.melody.search import Target, Taste, find_pitches
from muze_plan.composer.melody.style import melody_style, read_style
from muzecli.errors import ConfigError
from muzecli.presets import all_presets
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature

FOUR = bar_grid(TimeSignature(4, 4), 120)


@pytest.mark.parametrize(
    ("metre", "tempo", "pulses", "strong"),
    [
        ("4/4", 120, [480] * 4, [0, 960]),
        ("6/8", 60, [720, 720], [0, 720]),
        ("12/8", 60, [720] * 4, [0, 1440]),
        ("5/4", 120, [480] * 5, [0, 1440]),
        ("7/8", 300, [480, 480, 720], [0]),
        ("7/8", 100, [240] * 7, [0, 960]),
        ("3/4", 120, [480] * 3, [0]),
    ],
)
def test_pulses(metre: str, tempo: float, pulses: list[int], strong: list[int]) -> None:
    grid = bar_grid(TimeSignature.parse(metre), tempo)
    assert [pulse.length for pulse in grid.pulses] == pulses
    assert sum(pulses) == grid.ticks
    assert [pulse.start for pulse in grid.pulses if pulse.strength >= 0.7] == strong
    assert grid.strength(0) == grid.strength(grid.ticks) == 1.0


def test_a_chord_s_own_notes_replace_those_of_the_scale() -> None:
    kinds = palette(9, "minor", Chord(4))  # E major in A minor
    assert kinds[8] == CHORD  # G sharp
    assert kinds[7] is None  # G
    assert kinds[9] == AVOID  # A, above the G sharp
    assert kinds[2] == SCALE
    assert palette(0, "major", Chord(None))[0] == CHORD


def test_rhythms_are_thinned_at_their_weakest_and_split_at_their_longest() -> None:
    rhythm = ((0, 240), (240, 240), (480, 480), (960, 960))
    assert fitted(rhythm, 3, FOUR, shortest=60) == ((0, 480), (480, 480), (960, 960))
    assert fitted(rhythm, 5, FOUR, shortest=60) == ((0, 240), (240, 240), (480, 480), (960, 480), (1440, 480))
    assert fitted(((0, 120),), 9, FOUR, shortest=120) == ((0, 120),)


def test_pushed_notes_come_half_a_pulse_early() -> None:
    rhythm = ((0, 480), (480, 480), (960, 960))
    assert pushed(rhythm, FOUR, lambda: True) == ((0, 240), (240, 480), (720, 1200))
    assert pushed(rhythm, FOUR, lambda: False) == rhythm


def test_a_bar_at_rest_ends_with_a_held_strong_note() -> None:
    for seed in range(20):
        rhythm = at_rest(((0, 240), (240, 240), (600, 360), (1200, 240)), FOUR, random.Random(seed), 1800)
        offset, length = rhythm[-1]
        assert offset + length == 1800
        assert FOUR.strength(offset) >= 0.5


def test_likeness() -> None:
    assert likeness(((0, 1), (480, 1)), ((0, 9), (480, 9))) == 1.0
    assert likeness(((0, 1),), ((480, 1),)) == 0.0


@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8", "12/8", "5/4", "7/8", "2/4"])
def test_every_genre_has_rhythms_in_every_metre(metre: str) -> None:
    signature = TimeSignature.parse(metre)
    for genre in GENRES:
        style = melody_style(genre)
        for patterns in (style.rhythms, style.riffs):
            for rhythm in bar_rhythms(patterns, signature, 118):
                ends = [offset + length for offset, length in rhythm]
                assert all(end <= start for end, (start, _) in zip(ends, rhythm[1:], strict=False))
                assert ends[-1] <= signature.bar_ticks


def test_motifs_are_developed() -> None:
    motif = Motif(((0, 240), (240, 240), (480, 480), (960, 480)), (1, 2, -1))
    assert motif.inverted().steps == (-1, -2, 1)
    assert motif.fragment(0, 480) == Motif(((0, 240), (240, 240)), (1,))
    assert motif.fragment(480, 1920) == Motif(((0, 480), (480, 480)), (-1,))
    assert motif.with_rhythm(((0, 960), (960, 960))).steps == (1,)
    assert len(motif.with_rhythm(tuple((i * 240, 240) for i in range(8))).steps) == 7


def test_contours_have_a_step_between_any_two_notes() -> None:
    style = melody_style("pop")
    for notes in range(10):
        for seed in range(20):
            assert len(contour(random.Random(seed), style, notes)) == max(notes - 1, 0)


@pytest.mark.parametrize(
    ("bars", "phrase", "sizes"),
    [(8, 2, (2, 2, 2, 2)), (5, 2, (2, 3)), (3, 4, (3,)), (7, 4, (4, 3)), (9, 4, (4, 5)), (1, 2, (1,))],
)
def test_lengths(bars: int, phrase: int, sizes: tuple[int, ...]) -> None:
    assert lengths(bars, phrase) == sizes


@pytest.mark.parametrize(
    ("bars", "count", "sizes"),
    [(8, 4, (2, 2, 2, 2)), (8, 3, (2, 2, 4)), (6, 4, (1, 1, 2, 2)), (16, 3, (4, 4, 8)), (4, 4, (1, 1, 1, 1))],
)
def test_shared_bars(bars: int, count: int, sizes: tuple[int, ...]) -> None:
    assert shared(bars, count) == sizes


def test_phrases_ask_and_answer() -> None:
    made = phrases(random.Random(1), "chorus", (2, 2, 2, 2), last=Close.CLOSED, following=None)
    assert [phrase.close for phrase in made] == [Close.OPEN, Close.CLOSED, Close.OPEN, Close.CLOSED]
    assert made[0].label == made[2].label or made[0].label == made[1].label
    assert [phrase.bar for phrase in made] == [0, 2, 4, 6]


def target(chord: Chord, **more: object) -> Target:
    fields: dict[str, object] = {"strength": 1.0, "length": 1.0, "anchor": 64.0} | more
    return Target(palette(0, "major", chord), 0, **fields)  # type: ignore[arg-type]


def test_the_search_closes_on_the_tonic_and_follows_a_motif() -> None:
    taste = Taste(0.3, 0.3, 0.2, wander=0.0)
    c, g = Chord(0), Chord(7)
    targets = [target(c), target(g, strength=0.2, wish=2.0), target(c, wish=2.0, close=Close.CLOSED)]
    found = find_pitches(targets, low=57, high=76, taste=taste, rng=random.Random(0))
    assert found[-1] % 12 in (0, 4)
    assert found[0] < found[-1]


def test_the_search_resolves_dissonance_by_step() -> None:
    taste = Taste(0.3, 0.3, 1.0, wander=2.0)
    for seed in range(40):
        targets = [
            target(Chord(pc), strength=1.0 if i % 2 == 0 else 0.25) for i, pc in enumerate((0, 5, 7, 0, 9, 2))
        ]
        found = find_pitches(targets, low=57, high=76, taste=taste, rng=random.Random(seed))
        for t, a, b in zip(targets, found, found[1:], strict=False):
            if t.kinds[a % 12] != CHORD:
                assert abs(b - a) <= 2


def test_every_shipped_file_of_melodies_is_valid() -> None:
    files = [preset for preset in all_presets("melodies") if preset.source == "shipped"]
    assert sorted(preset.name for preset in files) == sorted(GENRES)
    for preset in files:
        assert MelodyPresets().validate(None, preset.path) == []
        assert preset.path.read_text(encoding="utf-8").startswith('# muze plan "')


def test_the_kind_of_preset_keeps_its_protocol() -> None:
    from muzecli.plugin import PresetKind

    kind = MelodyPresets()
    assert isinstance(kind, PresetKind)
    assert kind.describe({"summary": "tunes"}) == "tunes"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("schema: muze.melody/1", "schema: muze.melody/9", r"line \d+, schema: must be muze.melody/1"),
        ("name: pop", "name: rock", "must be that of the file, pop"),
        ("repeated: 0.45", "repeated: 4", r"line \d+, repeated: must be a number 0…1, found 4"),
        ("repeated: 0.45", "repeatd: 0.45", "repeatd: there is no such field"),
        ("x--- ---- x--x ----", "x--- ---- y--x ----", "4/4: a pattern's steps are x"),
        ("x--- ---- x--x ----", "---- ---- ---- ----", "each bar of a pattern has a note"),
        ("major: 5", "majestic: 5", "majestic: there is no such field"),
        ('"1 1 -2 1"', '"1 1 -9"', "a lick is some steps"),
        ('"1 1 -2 1"', '"up"', "a lick is steps such as"),
    ],
)
def test_faults_name_line_and_field(tmp_path: Path, old: str, new: str, message: str) -> None:
    shipped = next(preset.path for preset in all_presets("melodies") if preset.name == "pop")
    text = shipped.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "pop.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_style(path)
    assert re.search(message, MelodyPresets().validate(None, path)[0])


def test_an_unknown_genre_is_refused() -> None:
    with pytest.raises(ConfigError, match="no preset named"):
        melody_style("polka")
