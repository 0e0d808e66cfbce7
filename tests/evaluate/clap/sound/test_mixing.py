"""Mixing, stretching and transposing spectra, beside the spectra of sounds that were mixed and transposed."""

import numpy as np
import pytest

from muze_evaluate.clap.sound.mixing import mixed, stretched, transposed
from muze_evaluate.clap.sound.spectra import FLOOR_NATS, RATE_HZ, SEMITONES, WIDTH, blocks_of


def tone(hz):
    return blocks_of((0.5 * np.sin(2 * np.pi * hz * np.arange(4 * RATE_HZ) / RATE_HZ)).astype(np.float32))


def test_a_mix_is_as_loud_as_its_parts_together():
    part = np.zeros((2, WIDTH), np.float32)
    assert mixed([part, part], [0.0, np.log(3.0)]) == pytest.approx(
        np.full((2, WIDTH), np.log(4.0)), abs=1e-6
    )


def test_silence_stays_at_the_floor():
    silent = np.full((2, WIDTH), FLOOR_NATS, np.float32)
    assert mixed([silent], [-5.0]) == pytest.approx(silent)


@pytest.mark.parametrize("higher", [-3, 2])
def test_transposed_spectra_are_those_of_the_transposed_sound(higher):
    moved, expected = transposed(tone(440.0), higher), tone(440.0 * 2 ** (higher / 12))
    assert (moved[5:-5, -SEMITONES:].argmax(1) == expected[5:-5, -SEMITONES:].argmax(1)).all()
    mel, wanted = moved[5:-5, :64], expected[5:-5, :64]
    assert np.abs(mel.argmax(1) - wanted.argmax(1)).max() <= 1


def test_no_transposition_is_the_same():
    blocks = tone(440.0)
    assert transposed(blocks, 0) is blocks


def test_played_twice_as_fast_everything_comes_in_half_the_time():
    blocks = np.repeat(np.arange(8.0), 8 * 64).reshape(8, 512)  # the mel columns of block k are k
    blocks = np.hstack([blocks, np.repeat(np.arange(8.0), SEMITONES).reshape(8, SEMITONES)]).astype(
        np.float32
    )
    fast = stretched(blocks, 6, 2.0)
    assert fast[:4, -1].tolist() == [0.0, 2.0, 4.0, 6.0]
    assert fast[:4, 0].tolist() == [0.0, 2.0, 4.0, 6.0]
    assert (fast[4:] == np.float32(FLOOR_NATS)).all()


def test_what_is_too_short_ends_in_silence():
    kept = stretched(np.ones((2, WIDTH), np.float32), 3, 1.0)
    assert (kept[:2] == 1.0).all() and (kept[2] == np.float32(FLOOR_NATS)).all()
