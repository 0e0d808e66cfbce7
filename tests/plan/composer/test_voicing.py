from __future__ import annotations

from itertools import pairwise

import pytest

from muze_plan.composer.fretboard import STRINGS, shapes
from muze_plan.composer.styles import VoicingKind
from muze_plan.composer.voicing import lead_voices, motion, voicings
from muzecli.song.chord import QUALITIES, Chord
from muzecli.song.pitch import Key

PROGRESSIONS = {
    "pop": "C:maj G:maj A:min F:maj",
    "folk": "G:maj C:maj G:maj D:maj E:min C:maj D:7 G:maj",
    "jazz": "D:min7 G:7 C:maj7 A:7 D:min9 G:13 C:maj9 B:hdim7 E:7b9 A:min7",
    "inverted": "C:maj G:maj/B A:min F:maj C:maj/E D:min7 G:7sus4 G:7",
    "chromatic": "C:maj E:7 A:min Ab:7 G:7 Db:maj7 C:maj6",
}
SMOOTH = [kind for kind in VoicingKind if kind not in (VoicingKind.POWER, VoicingKind.GUITAR)]


def led(name: str, kind: VoicingKind) -> list[tuple[int, ...]]:
    chords = tuple(map(Chord.parse, PROGRESSIONS[name].split())) * 2
    return list(lead_voices(chords, kind, Key(0), 62, 36, 96))


@pytest.mark.parametrize("kind", SMOOTH)
@pytest.mark.parametrize("name", PROGRESSIONS)
def test_voices_move_little(name: str, kind: VoicingKind) -> None:
    moves = [abs(move) for a, b in pairwise(led(name, kind)) for move in motion(a, b)]
    assert sum(moves) / len(moves) <= 3.0
    assert max(moves) <= 9


@pytest.mark.parametrize("name", PROGRESSIONS)
def test_common_tones_stay(name: str) -> None:
    chords = tuple(map(Chord.parse, PROGRESSIONS[name].split()))
    led_chords = lead_voices(chords, VoicingKind.CLOSE, Key(0), 62, 36, 96)
    kept = possible = 0
    for (before, after), (a, b) in zip(pairwise(led_chords), pairwise(chords), strict=True):
        common = set(a.pitch_classes) & set(b.pitch_classes) & {p % 12 for p in before}
        possible += len(common)
        kept += len({pitch % 12 for pitch in set(before) & set(after)})
    assert kept >= 0.7 * possible


@pytest.mark.parametrize("kind", VoicingKind)
@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_has_a_voicing_of_its_own_notes_or_the_key(quality: str, kind: VoicingKind) -> None:
    key = Key(0)
    for root in range(12):
        chord = Chord(root, quality)
        options = voicings(chord, kind, key, 60, 36, 96)
        assert options
        for option in options:
            assert list(option) == sorted(set(option))
            assert {pitch % 12 for pitch in option} <= {*chord.pitch_classes, *key.scale}
            assert len({pitch % 12 for pitch in option} & set(chord.pitch_classes)) >= 2


def test_no_chord_is_silent() -> None:
    assert lead_voices((Chord(None), Chord.parse("C:maj")), VoicingKind.TRIAD, Key(0), 60, 36, 96)[0] == ()


def test_ranges_are_kept() -> None:
    for kind in VoicingKind:
        for option in voicings(Chord.parse("F#:min7"), kind, Key(6, "minor"), 60, 48, 80):
            assert option[0] >= 48
            assert option[-1] <= 80


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("C:maj", (48, 52, 55, 60, 64)),
        ("G:maj", (43, 47, 50, 55, 59, 67)),
        ("A:min", (45, 52, 57, 60, 64)),
        ("E:maj", (40, 47, 52, 56, 59, 64)),
        ("D:maj", (50, 57, 62, 66)),
        ("F:maj", (41, 48, 53, 57, 60, 65)),
    ],
)
def test_guitarists_know_the_open_chords(name: str, shape: tuple[int, ...]) -> None:
    assert shape in shapes(Chord.parse(name))


@pytest.mark.parametrize("quality", [q for q in QUALITIES if q != "5"])
def test_shapes_can_be_held(quality: str) -> None:
    for root in range(12):
        for shape in shapes(Chord(root, quality)):
            assert 4 <= len(shape) <= 6
            assert shape[0] % 12 == root
            frets = [
                pitch - string for pitch, string in zip(reversed(shape), reversed(STRINGS), strict=False)
            ]
            held = [fret for fret in frets if fret > 0]
            assert all(0 <= fret <= 12 for fret in frets)
            assert not held or max(held) - min(held) <= 3


def test_inverted_chords_have_their_bass_below() -> None:
    assert all(shape[0] % 12 == 11 for shape in shapes(Chord.parse("G:maj/B")))


def test_low_voices_keep_apart() -> None:
    for option in voicings(Chord.parse("C:maj7"), VoicingKind.CLOSE, Key(0), 48, 28, 96):
        assert all(high - low >= 3 for low, high in pairwise(option) if low < 48)
