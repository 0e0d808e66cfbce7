from __future__ import annotations

from pathlib import Path

import pytest

from muze_plan.composer.choosing import distance
from muze_plan.composer.kit import PERCUSSION, VOICES
from muze_plan.composer.preset_kind import StylePresets
from muze_plan.composer.style_files import load_style, read_style
from muze_plan.genres import genre, genre_names
from muzecli.errors import ConfigError
from muzecli.resources import presets_dir
from muzecli.song.metre import TimeSignature
from muzecli.song.score import Role

FILES = sorted((presets_dir() / "styles").glob("*.yaml"))
MINIMAL = """\
schema: muze.style/1
name: mine
summary: of my own
drums:
  grooves: [{name: one, kick: "x..."}]
bass:
  figures: [{name: roots, play: "R---"}]
comping: [{name: held}]
arrangement: {enter: {drums: 0.2}, intro: [drums], outro: [drums], breakdown: []}
"""


def test_there_are_twenty_five() -> None:
    assert len(FILES) == 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_is_valid_and_opens_with_its_command(path: Path) -> None:
    assert StylePresets().validate(None, path) == []
    assert path.read_text(encoding="utf-8").startswith("# muze plan ")
    assert read_style(path).name == path.stem


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_energy_has_its_own_playing_and_there_are_fills(path: Path) -> None:
    style = read_style(path)
    common = [groove for groove in style.drums.grooves if groove.metre == "4/4" and groove.types is None]
    assert len(common) >= 2
    for energy in (0.1, 0.35, 0.6, 0.9):
        assert any(distance(g.energy, energy) < 0.15 for g in common)
    assert style.drums.fills
    assert len([figure for figure in style.bass.figures if figure.metre == "4/4"]) >= 2
    assert any(comp.role is Role.PAD for comp in style.comping)


@pytest.mark.parametrize("name", genre_names())
def test_every_genre_has_a_style_that_seats_its_players(name: str) -> None:
    known = genre(name)
    style = load_style(known.style)
    assert {Role.DRUMS, Role.BASS, Role.CHORDS} <= set(style.arrangement.enter)
    assert style.arrangement.intro
    assert style.arrangement.outro


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_pattern_adds_up_in_its_metre(path: Path) -> None:
    style = read_style(path)
    patterns = [p for g in style.drums.grooves for p in (*g.voices.values(), *g.turn.values())]
    patterns += [p for layer in style.drums.layers for p in layer.voices.values()]
    patterns += [p for f in style.bass.figures for p in (f.play, f.turn) if p]
    patterns += [p for c in style.comping for p in (c.right, c.left, c.turn) if p]
    for pattern in patterns:
        for bar in pattern.bars:
            ticks = TimeSignature.parse(pattern.metre).bar_ticks
            assert ticks // len(bar) * len(bar) == ticks


@pytest.mark.parametrize("name", ["house", "techno", "trance", "disco"])
def test_dance_has_a_kick_on_every_beat(name: str) -> None:
    grooves = [g for g in load_style(name).drums.grooves if "kick" in g.voices and g.energy[1] == 1.0]
    for groove in grooves:
        beats = {hit.tick for hit in groove.voices["kick"].hits(0, TimeSignature(), 125)}
        assert {0, 480, 960, 1440} <= beats


def test_reggae_drops_the_one() -> None:
    one_drop = next(g for g in load_style("reggae").drums.grooves if g.name == "one drop")
    assert [hit.tick for hit in one_drop.voices["kick"].hits(0, TimeSignature(), 76)] == [960]


def test_a_style_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINIMAL, encoding="utf-8")
    assert read_style(path).drums.grooves[0].name == "one"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("muze.style/1", "muze.style/9", r"line 1, schema: must be muze.style/1, found 'muze.style/9'"),
        ('kick: "x..."', 'kick: "x..q"', r"line 5, drums.grooves.0.kick: .*not q"),
        ('kick: "x..."', 'kik: "x..."', r"line 5, drums.grooves.0.kik: there is no such field"),
        ('play: "R---"', "lag: 1", r"line 7, bass.figures.0.lag"),
        (', play: "R---"', "", r"line 7, .*must have one of play, walk: true and lock: true"),
        ("[{name: held}]", "[{name: held, for: [zither]}]", r"comping.0.for: .*found 'zither'"),
        (
            "[{name: held}]",
            "[{name: held, voicing: wobbly}]",
            r"voicing: must be one of triad, .*found 'wobbly'",
        ),
        ("[{name: held}]", "[{name: held, from: 0.8, to: 0.2}]", r"from: must not be above 'to'"),
        (
            "[{name: held}]",
            "[{name: held, role: pad}]",
            r"comping: must have at least one accompaniment for 4/4",
        ),
        ("intro: [drums]", "intro: [drum]", r"intro: must be roles"),
        (
            "[{name: one,",
            "[{name: one, metre: 3/4,",
            r"kick: 4 steps do not share a bar of 3/4|at least one groove",
        ),
    ],
)
def test_a_fault_names_file_line_and_field(tmp_path: Path, old: str, new: str, fault: str) -> None:
    path = tmp_path / "mine.yaml"
    assert old in MINIMAL
    path.write_text(MINIMAL.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=fault):
        read_style(path)
    assert len(StylePresets().validate(None, path)) == 1


def test_percussion_is_part_of_the_voices() -> None:
    assert set(VOICES) >= PERCUSSION


def test_salsa_keeps_its_clave() -> None:
    style = load_style("latin")

    def onsets(bar: str) -> set[int]:
        steps = bar.replace("-", ".")
        return {16 * i // len(steps) for i, step in enumerate(steps) if step != "."}

    salsa = next(groove for groove in style.drums.grooves if groove.name == "salsa")
    (clave,) = salsa.voices["claves"].bars
    assert onsets(clave) == {2, 4, 8, 11, 14}, "two strokes, then three"
    tumbao = next(figure.play for figure in style.bass.figures if figure.name == "tumbao")
    assert tumbao is not None
    assert onsets(tumbao.bars[0]) == {3, 6, 11, 14}, "bombo and ponche, never the first beat"
    assert all(bar.rstrip("-").endswith("n") for bar in tumbao.bars), "the ponche is the next chord's root"
    montuno = next(comp.right for comp in style.comping if comp.name == "montuno")
    assert montuno is not None
    for bar in montuno.bars:
        strokes = onsets(bar)
        assert {0, 2} < strokes, "on the beat in the bar's side of two"
        assert all(step % 2 for step in strokes if step >= 8), "off the beat in its side of three"


def test_bossa_beats_its_clave_over_two_bars() -> None:
    bossa = next(groove for groove in load_style("latin").drums.grooves if groove.name == "bossa")
    strokes = [
        16 * bar + i
        for bar, steps in enumerate(bossa.voices["claves"].bars)
        for i, s in enumerate(steps)
        if s == "x"
    ]
    assert strokes == [0, 6, 12, 20, 26]
    assert bossa.voices["rim"] == bossa.voices["claves"]
