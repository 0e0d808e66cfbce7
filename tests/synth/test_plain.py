"""The built-in synthesiser: pitch, envelopes, levels, no aliasing, percussion, determinism."""

from __future__ import annotations

import numpy as np
import pytest
from tests.synth.bands import band, part_of, score_of

from muze_synth.plain import struck, sustained
from muze_synth.plain.drive import driven
from muze_synth.plain.kits import KEYS, KITS, described
from muze_synth.plain.patches import Fm, Harmonic, Modal, Patch
from muze_synth.plain.percussion import LEVEL, VARIANTS, strike
from muze_synth.plain.player import PlainPlayer
from muze_synth.plain.programs import PROGRAMS
from muze_synth.plain.tone import tone
from muze_synth.play import Samples, play
from muzecli.song.score import Role

RATE_HZ = 32_000
NOISES = (sustained.WIND,)
FIRST = {patch: PROGRAMS.index(patch) for patch in dict.fromkeys(PROGRAMS)}
FAMILIES = {
    "piano": 0,
    "electric piano": 4,
    "mallet": 11,
    "organ": 16,
    "guitar": 24,
    "bass": 33,
    "bow": 40,
    "strings": 48,
    "choir": 52,
    "brass": 56,
    "reed": 65,
    "pipe": 73,
    "lead": 81,
    "pad": 89,
}


def named(patch: Patch) -> str:
    for module in (struck, sustained):
        for name, value in vars(module).items():
            if value is patch:
                return name.lower()
    raise AssertionError(patch)


def sound_of(program: int, pitch: int = 69, seconds: float = 1.0, rate_hz: int = RATE_HZ) -> Samples:
    return tone(program, pitch, 0, round(seconds * rate_hz), rate_hz)


def cents_off(sound: Samples, expected_hz: float, rate_hz: int = RATE_HZ) -> float:
    """Centre of the spectrum's energy within half a semitone of a pitch, in cents from it."""
    size = 8 * rate_hz
    spectrum = np.fft.rfft(sound.sum(axis=0) * np.hanning(sound.shape[1]), size)
    freqs = np.fft.rfftfreq(size, 1 / rate_hz)
    near = np.abs(1200 * np.log2(np.maximum(freqs, 1) / expected_hz)) < 50
    power = np.abs(spectrum[near]) ** 2
    return float(1200 * np.log2((freqs[near] * power).sum() / power.sum() / expected_hz))


def test_every_program_has_a_patch() -> None:
    assert len(PROGRAMS) == 128
    assert all(isinstance(patch, Harmonic | Modal | Fm) for patch in PROGRAMS)


@pytest.mark.parametrize("patch", [p for p in FIRST if p not in NOISES], ids=named)
def test_pitch_within_five_cents(patch: Patch) -> None:
    sound = sound_of(FIRST[patch], 69, 2.0)
    assert abs(cents_off(sound, 440.0)) < (12 if named(patch) == "wood" else 5)  # wood hardly rings


@pytest.mark.parametrize("rate_hz", [16_000, 44_100])
@pytest.mark.parametrize("pitch", [33, 57, 84])
def test_pitch_holds_over_the_keyboard_and_at_other_rates(pitch: int, rate_hz: int) -> None:
    sound = sound_of(0, pitch, 2.0, rate_hz)
    assert abs(cents_off(sound, 440 * 2 ** ((pitch - 69) / 12), rate_hz)) < 5


@pytest.mark.parametrize("patch", list(FIRST), ids=named)
def test_what_is_held_stays_and_what_is_struck_dies_away(patch: Patch) -> None:
    sound = sound_of(FIRST[patch], 60, 2.0)
    early = float(np.square(sound[:, int(0.4 * RATE_HZ) : int(0.8 * RATE_HZ)]).mean())
    late = float(np.square(sound[:, int(1.5 * RATE_HZ) : int(1.9 * RATE_HZ)]).mean())
    fall_db = 10 * np.log10(early / max(late, 1e-12))
    if isinstance(patch, Harmonic) and patch.sustain[0] == 1.0:
        assert abs(fall_db) < 3
    else:
        assert fall_db > 1.5


@pytest.mark.parametrize("program", FAMILIES.values(), ids=FAMILIES)
def test_levels_of_parts(program: int) -> None:
    part = part_of(*[(960 * i, 960 * i + 900, 55 + 3 * i, 110) for i in range(4)], program=program)
    stem = play(score_of((part,)), rate_hz=RATE_HZ, player=PlainPlayer())["piano"]
    assert 0.08 < np.abs(stem).max() < 0.8
    assert abs(stem.mean()) < 1e-3
    assert 0.01 < stem.std() < 0.2


@pytest.mark.parametrize("program", [3, 26, 27, 30, 48, 56, 80, 81, 90], ids=str)
def test_nothing_aliases(program: int) -> None:
    """Between the harmonics of a high tone there is nothing but the vibrato's own spread and a noise floor."""
    rate_hz = 22_050
    patch = PROGRAMS[program]
    assert isinstance(patch, Harmonic)
    sound = sound_of(program, 100, 1.0, rate_hz).mean(axis=0)[: rate_hz // 2 * 2]
    power = np.abs(np.fft.rfft(sound * np.blackman(len(sound)))) ** 2
    freqs = np.fft.rfftfreq(len(sound), 1 / rate_hz)
    base_hz = 440 * 2 ** (31 / 12) * patch.octave
    away = np.abs(freqs / base_hz - np.round(freqs / base_hz)) * base_hz
    between = power[(away > 0.2 * base_hz) & (freqs > base_hz / 2)].sum()
    assert patch.noise == 0
    assert 10 * np.log10(between / power.sum()) < -50


def test_soft_notes_are_darker() -> None:
    def centroid(softness: int) -> float:
        sound = tone(0, 60, softness, RATE_HZ // 2, RATE_HZ)[0]
        power = np.abs(np.fft.rfft(sound)) ** 2
        return float((np.fft.rfftfreq(len(sound), 1 / RATE_HZ) * power).sum() / power.sum())

    assert centroid(0) > centroid(1) > centroid(3)


def test_overdrive_folds_back_less_than_a_plain_clipper() -> None:
    rate_hz, tone_hz = 32_000, 3100.0
    wave = 0.3 * np.sin(2 * np.pi * tone_hz * np.arange(rate_hz) / rate_hz)[None].astype(np.float32)
    freqs = np.fft.rfftfreq(rate_hz, 1 / rate_hz)

    def folded(sound: Samples) -> float:
        power = np.abs(np.fft.rfft(sound[0] * np.blackman(rate_hz))) ** 2
        low = freqs < 2800  # below the tone there is nothing but what folded back
        return float(power[low].sum() / power.sum())

    naive = np.tanh(14 * wave)
    assert folded(driven(wave, 14, rate_hz)) < 0.2 * folded(naive)
    assert np.abs(driven(wave, 14, rate_hz)).max() < 1.0
    assert not driven(np.zeros((2, 100), np.float32), 5, rate_hz).any()


@pytest.mark.parametrize("kit", [0, *KITS])
def test_every_key_of_every_kit_sounds_and_ends(kit: int) -> None:
    for key in range(27, 88):
        sound = strike(kit, key, variant=0, softness=0, rate_hz=22_050)
        assert np.isclose(np.abs(sound).max(), LEVEL * described(kit, key).level)
        assert np.isfinite(sound).all()
        assert sound[-1] == 0.0
        start = np.square(sound[: len(sound) // 4]).sum()
        assert start > 0.5 * np.square(sound).sum() or described(kit, key).strokes > 1


def share_below(key: int, hz: float) -> float:
    sound = strike(0, key, variant=0, softness=0, rate_hz=44_100)
    power = np.abs(np.fft.rfft(sound)) ** 2
    return float(power[np.fft.rfftfreq(len(sound), 1 / 44_100) < hz].sum() / power.sum())


def test_where_drums_and_cymbals_have_their_energy() -> None:
    assert share_below(36, 200) > 0.8
    assert 0.1 < share_below(38, 500) < 0.9
    assert share_below(42, 3000) < 0.05
    assert share_below(49, 1000) < 0.1
    lengths = [len(strike(0, key, variant=0, softness=0, rate_hz=22_050)) for key in (42, 46, 49)]
    assert lengths == sorted(lengths)


def test_takes_differ_and_are_the_same_again() -> None:
    takes = [strike(0, 38, variant=v, softness=0, rate_hz=22_050) for v in range(VARIANTS)]
    assert not np.array_equal(takes[0], takes[1])
    assert np.array_equal(takes[0], strike(0, 38, variant=0, softness=0, rate_hz=22_050))
    assert KEYS[42].stops == (46,)


def test_a_closed_hi_hat_stops_the_open_one() -> None:
    def tail(*notes: tuple[int, int, int, int]) -> float:
        part = part_of(*notes, name="drums", role=Role.DRUMS, is_drum=True)
        stem = play(score_of((part,)), rate_hz=RATE_HZ, player=PlainPlayer())["drums"]
        return float(np.abs(stem[:, int(0.40 * RATE_HZ) : int(0.5 * RATE_HZ)]).max())

    assert tail((0, 60, 46, 110), (240, 300, 42, 1)) < 0.1 * tail((0, 60, 46, 110))


def test_notes_begin_at_their_very_sample() -> None:
    for tick in (481, 733):
        part = part_of((tick, tick + 60, 36, 120), name="drums", role=Role.DRUMS, is_drum=True)
        score = score_of((part,), tempo_bpm=97.3)
        stem = play(score, rate_hz=RATE_HZ, player=PlainPlayer())["drums"]
        start = round(score.seconds(tick) * RATE_HZ)
        assert not stem[:, :start].any()
        assert stem[:, start : start + 8].any()


def test_a_note_ends_with_a_release_and_silence_follows() -> None:
    part = part_of((0, 480, 60, 100), program=16)
    stem = play(score_of((part,)), rate_hz=RATE_HZ, player=PlainPlayer())["piano"]
    assert stem[:, int(0.45 * RATE_HZ) : int(0.5 * RATE_HZ)].std() > 0.02
    assert np.abs(np.diff(stem[:, int(0.5 * RATE_HZ) : int(0.7 * RATE_HZ)])).max() < 0.05  # no click
    assert not stem[:, int(0.75 * RATE_HZ) :].any()


def test_silence_is_exact() -> None:
    stems = play(
        score_of((part_of(), part_of(name="drums", is_drum=True))), rate_hz=8000, player=PlainPlayer()
    )
    assert not any(stem.any() for stem in stems.values())


def test_the_same_score_gives_the_same_bytes() -> None:
    score = band(1)
    first = play(score, rate_hz=RATE_HZ, player=PlainPlayer())
    play(band(1, seed=3), rate_hz=RATE_HZ, player=PlainPlayer())
    again = play(score, rate_hz=RATE_HZ, player=PlainPlayer())
    assert all(first[name].tobytes() == again[name].tobytes() for name in first)


def test_louder_notes_are_louder() -> None:
    levels = [
        play(score_of((part_of((0, 480, 60, v)),)), rate_hz=8000, player=PlainPlayer())["piano"].std()
        for v in (20, 60, 100, 127)
    ]
    assert levels == sorted(levels) and levels[0] > 0


def test_no_bit_of_the_whole_compass_breaks() -> None:
    for program in range(0, 128, 5):
        for pitch in (0, 21, 108, 127):
            sound = tone(program, pitch, 3, 2000, 16_000)
            assert np.isfinite(sound).all() and np.abs(sound).max() < 1.5
