"""The convolver equals the textbook sum, whatever the lengths."""

from __future__ import annotations

import numpy as np
import pytest

from muzecli.audio.convolve import Convolver, fast_length
from tests.audio.conftest import noise


def reference(signal: np.ndarray, response: np.ndarray) -> np.ndarray:
    response = np.broadcast_to(np.atleast_2d(response), (signal.shape[0], response.shape[-1]))
    size = signal.shape[1] + response.shape[1]
    spectrum = np.fft.rfft(signal.astype(np.float64), size) * np.fft.rfft(response.astype(np.float64), size)
    return np.fft.irfft(spectrum, size)[:, : signal.shape[1]]


def run(convolver: Convolver, signal: np.ndarray, sizes: list[int]) -> np.ndarray:
    out, start, turn = [], 0, 0
    while start < signal.shape[1]:
        size = sizes[turn % len(sizes)]
        out.append(convolver.process(signal[:, start : start + size]))
        start, turn = start + size, turn + 1
    return np.concatenate(out, axis=1)


@pytest.mark.parametrize("length", [1, 2, 7, 500, 3000, 9000, 20_000])
@pytest.mark.parametrize("block_frames", [64, 4096, 8192])
def test_it_equals_the_sum_by_definition(length: int, block_frames: int) -> None:
    signal, response = noise(30_000, channels=2), noise(length, seed=1)[0]
    ours = run(Convolver(response, 2, block_frames=block_frames), signal, [block_frames])
    expected = reference(signal, response)
    assert np.abs(ours - expected).max() < 2e-6 * max(1, np.abs(expected).max())


@pytest.mark.parametrize("length", [300, 9000])
@pytest.mark.parametrize("sizes", [[1, 17, 4096], [5000], [333, 8192, 1], [30_000]])
def test_block_sizes_change_nothing(length: int, sizes: list[int]) -> None:
    signal, response = noise(20_000, channels=2), noise(length, seed=2, level=0.02)[0]
    even = run(Convolver(response, 2, block_frames=4096), signal, [4096])
    odd = run(Convolver(response, 2, block_frames=4096), signal[:, :9000], sizes)
    assert np.abs(even[:, :9000] - odd).max() < 1e-6


def test_an_impulse_gives_the_response_without_delay() -> None:
    response = noise(1000)[0]
    signal = np.zeros((1, 3000), dtype=np.float32)
    signal[0, 5] = 1
    out = Convolver(response, 1).process(signal)
    assert np.allclose(out[0, 5:1005], response, atol=1e-6)
    assert np.abs(out[0, :5]).max() < 1e-6
    assert np.abs(out[0, 1005:]).max() < 1e-6


def test_each_channel_may_have_its_own_response() -> None:
    signal = noise(5000, channels=2)
    responses = np.zeros((2, 10), dtype=np.float32)
    responses[0, 0], responses[1, 9] = 1, 0.5
    out = Convolver(responses, 2).process(signal)
    assert np.allclose(out[0], signal[0], atol=1e-6)
    assert np.allclose(out[1, 9:], 0.5 * signal[1, :-9], atol=1e-6)


def test_feeding_the_tail_gives_what_a_full_convolution_has() -> None:
    signal, response = noise(700), noise(400, seed=3)[0]
    convolver = Convolver(response, 1)
    parts = [
        convolver.process(signal),
        convolver.process(np.zeros((1, convolver.tail_frames), dtype=np.float32)),
    ]
    assert np.allclose(np.concatenate(parts, axis=1)[0], np.convolve(signal[0], response), atol=1e-5)


def test_output_is_float32_and_the_caller_keeps_it() -> None:
    convolver = Convolver(np.ones(3), 1, block_frames=100)
    first = convolver.process(np.ones((1, 100), dtype=np.float32))
    kept = first.copy()
    convolver.process(np.zeros((1, 100), dtype=np.float32))
    assert first.dtype == np.float32
    assert np.array_equal(first, kept)


def test_fast_lengths_are_the_smallest_even_products_of_two_three_and_five() -> None:
    smooth = sorted(
        2**a * 3**b * 5**c
        for a in range(1, 17)
        for b in range(11)
        for c in range(8)
        if 2**a * 3**b * 5**c < 70_000
    )
    for wanted in (*range(1, 700), 17_280, 19_800, 36_000, 65_535, 65_537):
        assert fast_length(wanted) == next(n for n in smooth if n >= wanted), wanted
