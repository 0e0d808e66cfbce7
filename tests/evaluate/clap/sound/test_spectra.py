"""Spectra: where sounds lie in them, that powers add up, and that pieces make the whole."""

import numpy as np
import pytest
import torch

from muze_evaluate.clap.sound import spectra
from muze_evaluate.clap.sound.spectra import (
    BLOCK_SAMPLES,
    FLOOR_NATS,
    LOWEST_PITCH,
    RATE_HZ,
    SEMITONES,
    WIDTH,
    blocks_of,
    views,
)


def tone(hz, seconds=3.2):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize("pitch", [40, 57, 69, 84])
def test_a_tone_lies_in_its_semitone(pitch):
    blocks = blocks_of(tone(440.0 * 2 ** ((pitch - 69) / 12)))
    assert (blocks[4:-4, -SEMITONES:].argmax(axis=1) == pitch - LOWEST_PITCH).all()


def test_the_views_are_the_columns_in_order():
    blocks = torch.arange(2 * WIDTH, dtype=torch.float32).reshape(1, 2, WIDTH)
    both = views(blocks)
    assert both.mel.shape == (1, 64, 16) and both.semitones.shape == (1, SEMITONES, 2)
    assert both.mel[0, :, 0].tolist() == list(range(64))  # the first column of the first block
    assert both.mel[0, 0, 8] == WIDTH  # the first one of the second
    assert both.semitones[0, 0].tolist() == [512, WIDTH + 512]


def test_a_column_is_where_its_sound_is():
    samples = np.zeros(8 * BLOCK_SAMPLES, np.float32)
    samples[3 * BLOCK_SAMPLES + 2 * 640] = 1.0  # a click at block 3, column 2
    mel = views(torch.from_numpy(blocks_of(samples))[None]).mel[0]
    assert int(mel.sum(0).argmax()) == 3 * 8 + 2


def test_powers_of_sounds_that_are_strangers_add_up():
    first, second = (np.random.default_rng(seed).standard_normal(40 * BLOCK_SAMPLES) for seed in (1, 2))
    both = blocks_of((first + second).astype(np.float32))
    apart = np.logaddexp(blocks_of(first.astype(np.float32)), blocks_of(second.astype(np.float32)))
    assert abs(float((both - apart).mean())) < 0.05
    assert abs(float(both.mean() - blocks_of(first.astype(np.float32)).mean()) - np.log(2)) < 0.05


def test_a_window_does_not_change_the_power_of_noise():
    samples = np.random.default_rng(0).standard_normal(60 * BLOCK_SAMPLES).astype(np.float32)
    semitones = np.exp(blocks_of(samples)[8:-8, -12:]).mean(axis=0)
    bins = spectra._semitone_bank()[-12:].sum(dim=1).numpy()
    assert semitones / bins == pytest.approx(np.ones(12), rel=0.25)  # unit variance in every bin


def test_pieces_make_the_whole(monkeypatch):
    samples = np.random.default_rng(3).standard_normal(20 * BLOCK_SAMPLES + 77).astype(np.float32)
    whole = blocks_of(samples)
    monkeypatch.setattr(spectra, "_CHUNK_BLOCKS", 3)
    assert blocks_of(samples) == pytest.approx(whole, abs=1e-4)
    assert whole.shape == (21, WIDTH)


@pytest.mark.parametrize("count", [1, 100, BLOCK_SAMPLES])
def test_short_sounds_are_one_block(count):
    assert blocks_of(np.zeros(count, np.float32)) == pytest.approx(np.full((1, WIDTH), FLOOR_NATS))
