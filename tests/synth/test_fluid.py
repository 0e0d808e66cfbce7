"""Sampled instruments: time, pitch, determinism, and what happens where a SoundFont lacks something."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.synth.bands import band, part_of, score_of
from tests.synth.test_soundfont import write_font

from muze_synth.fluid import BLOCK_FRAMES, FluidPlayer
from muze_synth.play import play
from muze_synth.soundfont import SoundFont, _carried, load_fluidsynth, read_soundfont
from muzecli.errors import BadDataError, UnavailableError
from muzecli.song.score import Role

RATE_HZ = 32_000


@pytest.fixture(scope="module")
def player() -> FluidPlayer:
    """A player of the small SoundFont that is always there; skipped without the library."""
    try:
        load_fluidsynth()
    except UnavailableError as error:
        pytest.skip(f"{error.message} ({error.hint})")
    carried = _carried()
    assert carried is not None
    return FluidPlayer(read_soundfont(carried, reason="carried"))


def onset(stem: np.ndarray) -> int:
    """First frame that reaches a tenth of the peak."""
    level = np.abs(stem).max(axis=0)
    return int(np.argmax(level > 0.1 * level.max()))


def test_events_stay_within_half_a_block_of_their_place(player: FluidPlayer) -> None:
    first = None
    for tick in (480, 481, 499, 700, 733, 911):
        part = part_of((tick, tick + 60, 38, 120), name="drums", role=Role.DRUMS, is_drum=True)
        score = score_of((part,), tempo_bpm=97.0)
        stem = play(score, rate_hz=RATE_HZ, player=player)["drums"]
        late = onset(stem) - score.seconds(tick) * RATE_HZ
        first = late if first is None else first
        assert abs(late - first) <= BLOCK_FRAMES + 1
        assert -BLOCK_FRAMES / 2 <= late <= BLOCK_FRAMES / 2 + 0.004 * RATE_HZ  # and the drum's own attack


def test_every_stem_is_the_same_whatever_was_played_before(player: FluidPlayer) -> None:
    score = band(2)
    before = play(score, rate_hz=RATE_HZ, player=player)
    play(band(1, seed=5), rate_hz=44_100, player=player)
    after = play(score, rate_hz=RATE_HZ, player=player)
    for name, stem in before.items():
        assert stem.tobytes() == after[name].tobytes()


def test_stems_hold_their_own_part_alone(player: FluidPlayer) -> None:
    score = band(2)
    together = play(score, rate_hz=RATE_HZ, player=player)
    for part in score.parts:
        alone = play(replace(score, parts=(part,)), rate_hz=RATE_HZ, player=player)[part.name]
        # A voice that another part used before begins a block otherwise.
        assert np.square(alone - together[part.name]).sum() < 1e-3 * np.square(alone).sum()


def test_a_part_without_notes_is_silent(player: FluidPlayer) -> None:
    stems = play(score_of((part_of(), part_of(name="other"))), rate_hz=RATE_HZ, player=player)
    assert not stems["piano"].any() and not stems["other"].any()


@pytest.mark.parametrize("rate_hz", [22_050, 44_100])
def test_pitch(player: FluidPlayer, rate_hz: int) -> None:
    part = part_of((0, 3840, 69, 100), program=19)  # an organ's A
    stem = play(score_of((part,)), rate_hz=rate_hz, player=player)["piano"]
    spectrum = np.abs(np.fft.rfft(stem.sum(axis=0)[: 4 * rate_hz] * np.hanning(4 * rate_hz)))
    found_hz = (np.argmax(spectrum[4 * 400 : 4 * 480]) + 4 * 400) / 4
    assert abs(1200 * np.log2(found_hz / 440)) < 6  # the samples themselves are not exact


def test_notes_ring_out_to_the_end_of_the_tail_and_no_further(player: FluidPlayer) -> None:
    part = part_of((0, 3840, 60, 100), program=48)
    stem = play(score_of((part,), bars=2), rate_hz=RATE_HZ, player=player, tail_s=1.0)["piano"]
    assert stem.shape[1] == 5 * RATE_HZ
    assert np.abs(stem[:, int(4.05 * RATE_HZ) : int(4.2 * RATE_HZ)]).max() > 1e-3
    assert stem[0, -1] == 0.0


def test_more_parts_than_a_midi_cable_has_channels(player: FluidPlayer) -> None:
    parts = tuple(part_of((0, 480, 60, 100), name=f"part{i}", program=i) for i in range(70))
    stems = play(score_of(parts, bars=1), rate_hz=8000, player=player, tail_s=0.1)
    assert len(stems) == 70
    assert all(stem.any() for stem in stems.values())


def test_louder_notes_are_louder(player: FluidPlayer) -> None:
    levels = [
        play(score_of((part_of((0, 480, 60, velocity)),)), rate_hz=RATE_HZ, player=player)["piano"].std()
        for velocity in (30, 70, 120)
    ]
    assert levels[0] < levels[1] < levels[2]


def test_a_repeated_note_is_not_cut_by_the_end_of_the_one_before(player: FluidPlayer) -> None:
    twice = part_of((0, 960, 60, 100), (960, 1920, 60, 100), program=16)
    stem = play(score_of((twice,)), rate_hz=RATE_HZ, player=player)["piano"]
    assert stem[:, int(1.2 * RATE_HZ) : int(1.6 * RATE_HZ)].std() > 0.5 * stem[:, : int(0.9 * RATE_HZ)].std()


def test_quick_notes_are_damped(player: FluidPlayer) -> None:
    def ringing(step: int) -> float:
        """Level after the last of eight notes, against the notes themselves."""
        part = part_of(*[(i * step, i * step + 60, 60, 100) for i in range(8)], program=14)
        stem = play(score_of((part,), bars=4), rate_hz=RATE_HZ, player=player)["piano"]
        end = int((7 * step + 60) / 960 * RATE_HZ)
        after = stem[:, end + int(0.5 * RATE_HZ) : end + int(0.7 * RATE_HZ)]
        return float(after.std() / stem[:, :end].std())

    assert ringing(120) < 0.7 * ringing(480)


def test_what_a_font_lacks_is_replaced_and_told(player: FluidPlayer) -> None:
    font = SoundFont(
        player.font.path, "test", frozenset({(0, 0), (0, 25), (0, 33), (0, 80), (128, 0), (128, 8)})
    )
    small = FluidPlayer(font)
    assert small.preset(part_of(program=30)) == (0, 25)
    assert small.preset(part_of(program=39)) == (0, 33)
    assert small.preset(part_of(program=70)) == (0, 80)
    assert small.preset(part_of(program=25, is_drum=True)) == (128, 0)
    score = score_of((part_of(name="synth_bass", program=39), part_of(name="piano")))
    assert small.substitutions(score) == (
        "TimGM6mb.sf2 has no program 39 for 'synth_bass'; 33 plays instead",
    )
    drumless = FluidPlayer(replace(font, presets=frozenset({(0, 0)})))
    with pytest.raises(BadDataError, match="has no drum kit for 'drums'"):
        drumless.preset(part_of(name="drums", is_drum=True))


def test_a_font_without_sound_is_refused_in_silence(
    player: FluidPlayer, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    empty = FluidPlayer(read_soundfont(write_font(tmp_path / "empty.sf2"), reason="asked for"))
    with pytest.raises(BadDataError, match=r"able to use the SoundFont .*empty\.sf2; it failed to load it"):
        play(band(1), rate_hz=RATE_HZ, player=empty)
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "")
