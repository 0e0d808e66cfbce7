from __future__ import annotations

from dataclasses import replace

import pytest
from tests.plan.composer import plans

from muze_plan.composer.compose import HarmonicComposer
from muze_plan.composer.context import SongContext
from muze_plan.composer.drums import drum_strikes, groove_of, kick_ticks, last_chord
from muze_plan.composer.fills import build_strikes, fill_beats, fill_strikes
from muze_plan.composer.kit import key_of
from muze_plan.composer.style_files import load_style
from muze_plan.composer.styles import Build
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType
from muzecli.song.score import Role

COMPOSER = HarmonicComposer(lambda song: {})
DANCE = ["electronic", "house", "techno", "trance", "drum_and_bass", "synthwave"]


def song_of(genre: str, **options: object) -> SongContext:
    return COMPOSER.song(plans.plan(genre, **options))  # type: ignore[arg-type]


def of_type(song: SongContext, type_: SectionType, occurrence: int = 0):
    return next(s for s in song.sections if s.type is type_ and s.occurrence == occurrence)


@pytest.mark.parametrize("genre", plans.GENRES)
def test_strokes_stand_in_their_section_and_on_its_grid(genre: str) -> None:
    song = song_of(genre)
    for section in song.sections:
        strikes = drum_strikes(song, section)
        assert all(section.start <= s.tick < section.end for s in strikes)
        assert all((s.tick - section.start) % 20 == 0 for s in strikes)
        assert len({(s.tick, s.voice) for s in strikes}) == len(strikes)


@pytest.mark.parametrize("genre", DANCE)
def test_drops_are_fuller_than_breakdowns_and_begin_with_crash_and_kick(genre: str) -> None:
    song = song_of(genre)
    drop, breakdown = of_type(song, SectionType.DROP), of_type(song, SectionType.BREAKDOWN)
    hits, quiet = drum_strikes(song, drop), drum_strikes(song, breakdown)
    assert len(hits) / drop.bars > 2 * len(quiet) / breakdown.bars
    assert {"crash", "kick"} <= {s.voice for s in hits if s.tick == drop.start}
    assert kick_ticks(quiet) == []


@pytest.mark.parametrize("genre", DANCE)
def test_builds_rise_in_density_and_force(genre: str) -> None:
    song = song_of(genre)
    build = of_type(song, SectionType.BUILDUP)
    strikes = drum_strikes(song, build)
    half = (build.start + build.end) // 2
    rolled = [s for s in strikes if s.voice in ("snare", "floor_tom", "low_tom", "mid_tom")]
    early, late = ([s for s in rolled if (s.tick >= half) is second] for second in (False, True))
    assert len(late) > 1.5 * len(early)
    assert sum(s.force for s in late[-8:]) > 1.4 * sum(s.force for s in early[:8])


@pytest.mark.parametrize("build", [Build.SNARE_ROLL, Build.TOMS, Build.SWELL])
@pytest.mark.parametrize("metre", ["4/4", "3/4", "6/8", "7/8", "5/4", "12/8"])
def test_build_ups_fill_any_metre(build: Build, metre: str) -> None:
    signature = TimeSignature.parse(metre)
    strikes = build_strikes(build, 4, 0.7, signature, 120, breath=True)
    assert strikes[0].tick >= 0
    assert max(s.tick for s in strikes) < 4 * signature.bar_ticks
    halves = [
        sum((s.tick * 2 >= 4 * signature.bar_ticks) is second for s in strikes) for second in (False, True)
    ]
    assert halves[1] > halves[0]


def test_fills_are_scaled_by_what_follows() -> None:
    into_chorus = fill_beats(0.5, SectionType.CHORUS, 0.8)
    into_verse = fill_beats(0.5, SectionType.VERSE, 0.5)
    into_breakdown = fill_beats(0.8, SectionType.BREAKDOWN, 0.3)
    assert into_chorus == 4
    assert into_verse == 1
    assert into_breakdown == 1
    assert fill_beats(0.5, None, None) == 0
    assert fill_beats(0.1, SectionType.CHORUS, 0.3) <= 2


@pytest.mark.parametrize("genre", sorted(plans.GENRES))
@pytest.mark.parametrize("metre", ["4/4", "3/4", "2/4", "6/8", "7/8", "5/4", "12/8", "11/8", "2/2"])
def test_fills_fit_every_metre(genre: str, metre: str) -> None:
    signature = TimeSignature.parse(metre)
    for fill in load_style(genre).drums.fills:
        for tempo in (80, 240):
            strikes, length = fill_strikes(fill, signature, tempo)
            assert 0 < length <= signature.bar_ticks
            assert all(0 <= s.tick < length for s in strikes)


def test_a_chorus_gets_a_bigger_fill_than_a_verse() -> None:
    song = song_of("rock")
    pre = of_type(song, SectionType.PRE_CHORUS)
    chorus = of_type(song, SectionType.CHORUS)

    def fill_strokes(section) -> int:
        toms = ("snare", "high_tom", "mid_tom", "low_tom", "floor_tom")
        return sum(
            s.voice in toms for s in drum_strikes(song, section) if s.tick >= section.end - section.bar_ticks
        )

    assert fill_strokes(pre) > fill_strokes(chorus)


@pytest.mark.parametrize("genre", plans.GENRES)
def test_the_end_is_one_hit_on_the_last_chord(genre: str) -> None:
    song = song_of(genre)
    strikes = drum_strikes(song, song.sections[-1])
    assert max(s.tick for s in strikes) == last_chord(song)


def test_a_returning_section_has_its_groove_again() -> None:
    song = song_of("pop")
    one, two = of_type(song, SectionType.CHORUS), of_type(song, SectionType.CHORUS, 1)
    assert groove_of(song, one) == groove_of(song, two)
    first = {(s.tick - one.start, s.voice) for s in drum_strikes(song, one)}
    second = {(s.tick - two.start, s.voice) for s in drum_strikes(song, two)}
    assert len(first & second) > 0.85 * len(first | second)
    assert first != second


@pytest.mark.parametrize("genre", ["pop", "rock", "jazz", "techno", "latin"])
def test_grooves_of_more_energy_are_no_sparser(genre: str) -> None:
    song = song_of(genre)
    verse = next(s for s in song.sections if s.type is SectionType.VERSE)
    peak = max(song.sections, key=lambda s: s.energy)
    force = [sum(s.force for s in drum_strikes(song, section)) / section.bars for section in (verse, peak)]
    assert force[0] < force[1]


def test_timpani_play_notes_of_the_chord() -> None:
    for root in range(12):
        chord = Chord(root, "min")
        key = key_of("timpani", 48, chord)
        assert key is not None
        assert key == 36 or key % 12 in chord.pitch_classes
    assert key_of("closed_hat", 48, Chord(0)) is None
    assert key_of("timpani", 0, Chord(0)) is None


def test_hands_play_what_a_kit_would() -> None:
    plan = replace(plans.plan("rock"), instruments=("hand_drums", "acoustic_guitar"))
    score = COMPOSER.compose(plan)
    (drums,) = score.parts_of(Role.DRUMS)
    assert {note.pitch for note in drums.notes} & {62, 63, 64}


def test_a_second_player_takes_the_percussion() -> None:
    plan = replace(plans.plan("disco"), instruments=("drums", "latin_percussion", "electric_bass", "piano"))
    kit, hands = HarmonicComposer(lambda song: {}).compose(plan).parts_of(Role.DRUMS)
    assert kit.instrument == "drums"
    assert not {note.pitch for note in kit.notes} & set(range(60, 82))
    assert min(note.pitch for note in hands.notes) >= 54
