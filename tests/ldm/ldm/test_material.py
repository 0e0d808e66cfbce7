"""Latents with what is known of them, window by window: the same as put together by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.ldm.ldm.songs import FOLD, RATE_HZ, material, network, text, track

from muze_ldm.conditioning.control import CONTROL_UNIT, ControlEncoder
from muze_ldm.conditioning.facts import Window as Stretch
from muze_ldm.conditioning.from_track import facts_of_track
from muze_ldm.data.windows import Window
from muzecli.song.frames import CHANNELS

BEATS = {"beat_positions": [0.5, 1.0, 1.5, 2.0], "tempo": 120.0, "energy": 0.7}


def test_windows_are_stacked_and_what_is_beyond_the_end_is_told() -> None:
    made = material([100, 10], ["train", "train"])
    batch = made.batch([Window(0, 30), Window(1, 0)], 32)
    assert batch.latents.shape == (2, 8, 1, 32) and batch.latents.dtype == torch.float32
    whole = made.latents.latents(0)
    assert np.array_equal(batch.latents[0].numpy(), whole[..., 30:62])
    assert batch.real.sum(dim=1).tolist() == [32, 10]
    assert not batch.latents[1, ..., 10:].any()


def test_of_plain_audio_nothing_is_known() -> None:
    made = material([40, 40], ["train", "valid"])
    assert made.batch([Window(0, 0), Window(1, 4)], 32).conditions == {}


def test_an_annotation_tells_what_it_tells_of_that_window() -> None:
    made = material([100], ["train"], tracks=[track("a", **BEATS)])
    found = made.batch([Window(0, 25)], 32).conditions
    expected = facts_of_track(track("a", **BEATS), network()).window(Stretch(1.0, 32, RATE_HZ))
    assert set(found) == set(expected)
    assert found["beat_positions"].tolist()[0] == pytest.approx([0.0, 0.5, 1.0])
    assert found["energy"].tolist() == pytest.approx([0.7])
    assert not found["control_known"].all()  # nobody knows the drums


def test_a_text_that_one_recording_lacks_is_marked() -> None:
    made = material([40, 40], ["train"] * 2, texts=[text(1, 3), None])
    found = made.batch([Window(0, 0), Window(1, 0)], 32).conditions
    assert found["prompt_known"].tolist() == [True, False]
    assert found["context_mask"].tolist() == [[True] * 3, [False] * 3]


def test_control_frames_begin_where_the_window_does() -> None:
    made = material([60], ["train"], tracks=[track("a")], scored=[0])
    found = made.batch([Window(0, 20)], 32).conditions
    assert found["control"].dtype == torch.int8
    assert np.array_equal(found["control"][0].numpy(), made.controls.control(0, 20 * FOLD, 52 * FOLD))
    assert "control_known" not in found or found["control_known"].all()


def test_behind_a_scores_end_it_is_silent() -> None:
    made = material([40], ["train"], tracks=[track("a")], scored=[0])
    found = made.batch([Window(0, 30)], 32).conditions["control"]
    assert found.shape == (1, len(CHANNELS), 32 * FOLD)
    assert found[..., : 10 * FOLD].any() and not found[..., 10 * FOLD :].any()


def test_scores_and_annotations_share_a_batch() -> None:
    tracks = [track("a", **BEATS), track("b", **BEATS)]
    made = material([100, 100], ["train"] * 2, tracks=tracks, scored=[0])
    windows = [Window(0, 0), Window(1, 0)]
    mixed = made.batch(windows, 32).conditions
    assert mixed["control"].dtype == torch.float32
    alone = [made.batch([window], 32).conditions for window in windows]
    torch.testing.assert_close(mixed["control"][:1], alone[0]["control"].float() / CONTROL_UNIT)
    torch.testing.assert_close(mixed["control"][1:], alone[1]["control"])
    assert mixed["control_known"][0].all()
    assert torch.equal(mixed["control_known"][1:], alone[1]["control_known"])
    torch.manual_seed(0)
    encoder = ControlEncoder.of(network())
    for row, one in enumerate(alone):
        torch.testing.assert_close(encoder(mixed, 2, 32)[row : row + 1], encoder(one, 1, 32))
