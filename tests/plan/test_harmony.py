"""Roman numerals, cadences, harmonic rhythm, and what a song's chords must do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_plan.genres import genre, genre_names
from muze_plan.harmony.cadences import cadence, closed
from muze_plan.harmony.harmonise import harmonise, numerals
from muze_plan.harmony.material import Stretch, letters
from muze_plan.harmony.progressions import CADENCES, COLOURS
from muze_plan.harmony.roman import parse_numeral, parse_progression
from muze_plan.harmony.spice import with_borrowed_chord, with_secondary_dominant
from muze_plan.harmony.tiling import fitting_pace, paced, shared, tiled
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import SectionType as S

C, C_MINOR = Key(0), Key(0, "minor")
SONG = [
    Stretch(S.INTRO, 4),
    Stretch(S.VERSE, 8),
    Stretch(S.PRE_CHORUS, 4),
    Stretch(S.CHORUS, 8),
    Stretch(S.VERSE, 8),
    Stretch(S.PRE_CHORUS, 4),
    Stretch(S.CHORUS, 8),
    Stretch(S.BRIDGE, 8),
    Stretch(S.CHORUS, 8),
    Stretch(S.OUTRO, 4),
]


# ---- numerals ----


@pytest.mark.parametrize(
    ("numeral", "key", "chord"),
    [
        ("I", "C major", "C:maj"),
        ("i", "A minor", "A:min"),
        ("bVII", "C major", "Bb:maj"),
        ("bVII", "A minor", "G:maj"),
        ("V7", "A minor", "E:7"),
        ("ii7b5", "C minor", "D:hdim7"),
        ("vii°7", "C minor", "B:dim7"),
        ("V7/V", "C major", "D:7"),
        ("V7/vi", "E major", "G#:7"),
        ("V7/ii", "F major", "D:7"),
        ("ii7/IV", "C major", "G:min7"),
        ("Isus4", "D major", "D:sus4"),
        ("I/3", "C major", "C:maj/E"),
        ("V/3", "F major", "C:maj/E"),
        ("V7/3", "G major", "D:7/F#"),
        ("V/3", "Bb major", "F:maj/A"),
        ("V7/7", "C major", "G:7/F"),
        ("IV/p", "C major", "F:maj/C"),
        ("I/p", "C major", "C:maj"),
        ("i5", "E minor", "E:5"),
        ("bII", "F# minor", "G:maj"),
        ("bVI", "E major", "C:maj"),
        ("bIII", "A major", "C:maj"),
        ("#iv°7", "C major", "F#:dim7"),
        ("Imaj9", "Eb major", "Eb:maj9"),
        ("V7#9", "E minor", "B:7#9"),
        ("I6", "C major", "C:maj6"),
        ("i6", "C minor", "C:min6"),
        ("III+", "C major", "E:aug"),
        ("V7sus4", "G major", "D:7sus4"),
        ("bVI", "Ab major", "E:maj"),
    ],
)
def test_a_numeral_in_a_key(numeral: str, key: str, chord: str) -> None:
    assert str(parse_numeral(numeral).chord(Key.parse(key))) == chord


@pytest.mark.parametrize(
    "text", ["I", "bVIImaj7", "V7/V", "i/3", "ii7b5", "vii°", "IV/p", "#iv°7", "I5", "V13"]
)
def test_a_numeral_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_numeral(text)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("H", "a chord is a Roman numeral"),
        ("iV", "a chord is a Roman numeral|after 'i' stands one of"),
        ("I8", "after 'I' stands one of .*, not '8'"),
        ("i+", r"after 'i' stands one of"),
        ("I/4", "has no note 4"),
        ("I5/5x", "Roman numeral"),
        ("V/V/V", "tonicises a tonicised chord|Roman numeral"),
    ],
)
def test_what_is_no_numeral(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_numeral(text)


def test_progressions() -> None:
    assert [len(bar) for bar in parse_progression("I vi | % | ii V7 | I")] == [2, 2, 2, 1]
    with pytest.raises(ValueError, match=r"bar 2 of 'I \|' is empty"):
        parse_progression("I |")
    with pytest.raises(ValueError, match="repeats the bar before"):
        parse_progression("% | I")


@given(
    index=st.integers(0, 23),
    name=st.sampled_from(["I", "ii", "iii", "IV", "V", "vi", "i", "iv", "bVI", "bVII"]),
)
def test_diatonic_numerals_are_in_the_key(index: int, name: str) -> None:
    key = Key.from_index(index)
    mode_own = {"major": {"I", "ii", "iii", "IV", "V", "vi"}, "minor": {"i", "iv", "bVI", "bVII"}}
    chord = parse_numeral(name).chord(key)
    assert (set(chord.pitch_classes) <= set(key.scale)) == (name in mode_own[key.mode])


# ---- cadences ----


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("colour", COLOURS)
def test_every_cadence_in_every_colour(mode: str, colour: str) -> None:
    for name in CADENCES:
        bars = cadence(name, mode, colour)
        assert bool(bars) == (name != "loop")
        for bar in bars:
            for numeral in bar:
                assert numeral.chord(Key(0, mode)).pitch_classes


def text(bars: object) -> str:
    return " | ".join(" ".join(map(str, bar)) for bar in bars)  # type: ignore[attr-defined]


def test_a_half_cadence_opens_and_an_authentic_one_closes() -> None:
    bars = parse_progression("I | vi | IV | I")
    assert text(closed(bars, cadence("half", "major", "triads"), final=False)) == "I | vi | IV | V"
    assert text(closed(bars, cadence("authentic", "major", "triads"), final=True)) == "I | vi | IV | I"
    open_end = parse_progression("I | vi | IV | V")
    assert text(closed(open_end, cadence("authentic", "major", "triads"), final=True)) == "I | vi | V7 | I"
    assert closed(open_end, cadence("half", "major", "triads"), final=False) == open_end
    assert closed(open_end, cadence("loop", "major", "triads"), final=True) == open_end
    assert text(closed(open_end[:1], cadence("jazz", "major", "sevenths"), final=True)) == "Imaj7"


# ---- laying out ----


def test_pace_stretches_and_halves() -> None:
    bars = parse_progression("I | V | vi | IV")
    assert text(paced(bars, 2, 4)) == "I | I | V | V | vi | vi | IV | IV"
    assert text(paced(bars, 0.5, 4)) == "I V | vi IV"
    assert paced(bars, 0.5, 1) == bars
    assert text(paced(parse_progression("I V7/V | V"), 2, 4)) == "I | V7/V | V | V"
    assert fitting_pace(bars, 4, 8, 4) == 2
    assert fitting_pace(bars, 1, 2, 4) == 0.5
    assert fitting_pace(bars, 1, 3, 4) == 1
    assert text(tiled(bars, 6)) == "I | V | vi | IV | I | V"


@pytest.mark.parametrize(
    ("count", "beats", "expected"),
    [
        (1, 4, "a"),
        (2, 4, "ab"),
        (2, 3, "aab"),
        (2, 5, "aaabb"),
        (2, 7, "aaaabbb"),
        (4, 3, "aad"),
        (3, 4, "aabc"),
    ],
)
def test_chords_change_on_beats(count: int, beats: int, expected: str) -> None:
    shares = shared("abcd"[:count], beats)
    assert "".join(shares) == expected
    assert beats % len(shares) == 0


def test_spice_stays_moderate_and_leads() -> None:
    import random

    bars = parse_progression("I | vi | IV | V")
    found = {text(with_secondary_dominant(bars, "major", random.Random(seed))) for seed in range(20)}
    assert found == {"I V7/vi | vi | IV | V", "I | vi V7/IV | IV | V", "I | vi | IV V7/V | V"}
    assert text(with_borrowed_chord(bars, "major", random.Random(1))) == "I | vi | IV iv | V"
    assert text(with_borrowed_chord(parse_progression("i | iv"), "minor", random.Random(1))) == "i | IV"


# ---- songs ----


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(genre_names()),
    index=st.integers(0, 23),
    metre=st.sampled_from(["4/4", "3/4", "6/8", "12/8", "5/4", "7/8", "2/4", "2/2"]),
    seed=st.integers(0, 2**32 - 1),
    bars=st.lists(st.integers(1, 20), min_size=len(SONG), max_size=len(SONG)),
)
def test_every_bar_has_chords_in_every_metre(
    name: str, index: int, metre: str, seed: int, bars: list[int]
) -> None:
    song = [Stretch(s.type, length) for s, length in zip(SONG, bars, strict=True)]
    key, signature = Key.from_index(index), TimeSignature.parse(metre)
    sections = harmonise(song, genre(name).harmony, key=key, metre=signature, seed=seed)
    assert [len(section) for section in sections] == bars
    for section in sections:
        for bar in section:
            assert signature.beats_per_bar % len(bar) == 0
            assert all(chord.root is not None for chord in bar)
    again = harmonise(song, genre(name).harmony, key=key, metre=signature, seed=seed)
    assert again == sections


def degrees(name: str, mode: str, seed: int) -> list[str]:
    return [text(bars) for bars in numerals(SONG, genre(name).harmony, mode=mode, beats=4, seed=seed)]


def test_verses_share_their_chords_and_choruses_have_others() -> None:
    for seed in range(40):
        verse, chorus = degrees("rock", "major", seed)[1::3][:2], degrees("rock", "major", seed)[3]
        assert verse[0] == verse[1]
        assert chorus == degrees("rock", "major", seed)[6]
        assert chorus.split(" | ")[:4] != verse[0].split(" | ")[:4]


def test_what_leads_to_a_chorus_mostly_opens() -> None:
    opened = 0
    for seed in range(100):
        bars = numerals(SONG, genre("pop").harmony, mode="major", beats=4, seed=seed)[2]
        opened += bars[-1][-1].dominant
    assert opened >= 85


def test_songs_end_at_home() -> None:
    home = total = 0
    for name in ("pop", "rock", "classical", "folk", "country", "jazz", "blues", "ballad", "cinematic"):
        for seed in range(20):
            for mode in ("major", "minor"):
                last = numerals(SONG, genre(name).harmony, mode=mode, beats=4, seed=seed)[-1][-1][-1]
                home, total = home + last.tonic, total + 1
    assert home / total > 0.9


def test_classical_songs_end_with_the_dominant_and_the_tonic() -> None:
    for seed in range(20):
        bars = numerals(SONG, genre("classical").harmony, mode="major", beats=4, seed=seed)[-1]
        assert bars[-1][-1].tonic
        before = bars[-2][-1] if len(bars[-1]) == 1 else bars[-1][-2]
        assert before.dominant or before.tonic


def test_twelve_bars_of_blues_are_those_twelve_bars() -> None:
    song = [Stretch(S.VERSE, 12, "A"), Stretch(S.SOLO, 12, "A"), Stretch(S.VERSE, 12, "A")]
    for seed in range(30):
        bars = numerals(song, genre("blues").harmony, mode="major", beats=4, seed=seed)[0]
        roots = [bar[0].step for bar in bars]
        assert len(bars) == 12
        assert roots[0] == 0 and roots[2] == 0 and roots[4] == 5 and roots[6] == 0
        assert bars[11][-1].dominant


def test_eight_bars_of_blues_get_a_tune_of_eight() -> None:
    song = [Stretch(S.VERSE, 8, "A"), Stretch(S.VERSE, 8, "A")]
    style = genre("blues").harmony
    eights = sum(
        numerals(song, style, mode="major", beats=4, seed=seed)[0][1][0].dominant for seed in range(30)
    )
    assert eights >= 24


def test_a_loop_that_is_cut_short_at_the_end_lands_at_home() -> None:
    style = replace(
        genre("lo_fi").harmony, cadences={"end": {"loop": 1.0}}, bars_a_chord={1.0: 1.0}, borrowed=0.0
    )
    for seed in range(40):
        song = [Stretch(S.VERSE, 8), Stretch(S.OUTRO, 7)]
        bars = numerals(song, style, mode="major", beats=4, seed=seed)[-1]
        cycle = 2 if bars[:2] == bars[2:4] else 4
        home = any(bar[0].tonic for bar in bars[:cycle])
        assert bars[-1] == bars[0][:1] or (home and bars[-1][0].tonic and len(bars[-1]) == 1), seed
        whole = numerals([Stretch(S.VERSE, 8), Stretch(S.OUTRO, 8)], style, mode="major", beats=4, seed=seed)
        assert whole[-1] == whole[0]


def test_no_song_ends_by_deceiving() -> None:
    for name in genre_names():
        assert "deceptive" not in genre(name).harmony.cadences.get("end", {}), name
        assert "half" not in genre(name).harmony.cadences.get("end", {}), name


def test_an_applied_dominant_is_no_way_home() -> None:
    bars = parse_progression("I | vi | V7/V | I")
    assert text(closed(bars, cadence("authentic", "major", "triads"), final=True)) == "I | vi | V7 | I"


def test_techno_stands_still_and_jazz_moves() -> None:
    def changes(name: str, mode: str) -> float:
        songs = [
            harmonise(SONG, genre(name).harmony, key=Key(0, mode), metre=TimeSignature(), seed=s)
            for s in range(20)
        ]
        roots = [[chord.root for section in song for bar in section for chord in bar] for song in songs]
        return sum(a != b for song in roots for a, b in pairwise(song)) / len(songs)

    assert changes("techno", "minor") < 25 < 45 < changes("jazz", "minor")


def test_a_decision_of_its_own_for_each_letter() -> None:
    """Another bridge does not change the verse."""
    style = genre("pop").harmony
    shorter = [s for s in SONG if s.type is not S.BRIDGE]
    for seed in range(10):
        with_bridge = numerals(SONG, style, mode="major", beats=4, seed=seed)
        without = numerals(shorter, style, mode="major", beats=4, seed=seed)
        assert with_bridge[1] == without[1]
        assert with_bridge[3] == without[3]


def test_letters() -> None:
    assert letters(
        [Stretch(S.VERSE, 4, "A"), Stretch(S.BRIDGE, 4, "B"), Stretch(S.SOLO, 4, "A")], 0
    ) == tuple("ABA")
    assert letters([Stretch(S.INTRO, 4), Stretch(S.OUTRO, 4)], 0) == ("verse", "verse")
    found = letters(SONG, 3)
    assert found[-1] == "chorus" and found[2] == "pre_chorus" and found[7] == "bridge"
