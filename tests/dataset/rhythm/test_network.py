import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from muze_dataset.hearing.rhythm.network import METRES, TEMPI_BPM, load, stacked, think, weights_path

RECIPE = Path(__file__).parents[3] / "recipes" / "rhythm.py"


@pytest.fixture
def recipe():
    spec = importlib.util.spec_from_file_location("rhythm_recipe", RECIPE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_trained_is_what_listens(recipe):
    import torch

    torch.manual_seed(3)
    network = recipe.Network(20).eval()
    inputs = np.random.default_rng(3).standard_normal((300, 20)).astype(np.float32)
    with torch.no_grad():
        marks, tempo, metre = network(torch.from_numpy(inputs).T[None], torch.ones(1, 1, 300))
    opinions = think({name: value.numpy() for name, value in network.state_dict().items()}, inputs)
    assert np.allclose(opinions.beat, marks[0, 0], atol=1e-4)
    assert np.allclose(opinions.downbeat, marks[0, 1], atol=1e-4)
    assert np.allclose(opinions.tempo, torch.log_softmax(tempo, 1)[0], atol=1e-4)
    assert np.allclose(opinions.metre, torch.log_softmax(metre, 1)[0], atol=1e-4)


def test_examples_mark_the_beats_where_they_are_after_bending(recipe):
    rng = np.random.default_rng(8)
    song = recipe.metronome(rng)
    for _ in range(20):
        made = recipe.example(song, rng)
        assert made.inputs.shape == (recipe.LENGTH, 2 * song.bands.shape[1] + song.changes.shape[1])
        assert np.isfinite(made.inputs).all()
        if made.pulse:
            assert (made.marks[0] >= made.marks[1]).all()  # every downbeat is a beat
        else:
            assert not made.marks.any()


def test_the_shipped_weights_fit():
    weights = load(weights_path())
    assert weights["tempo.bias"].shape == TEMPI_BPM.shape
    assert weights["metre.bias"].shape == (len(METRES),)
    assert sum(value.nbytes for value in weights.values()) < 200_000


def test_two_frames_and_half_a_change_make_a_step():
    bands = np.arange(10, dtype=np.float32).reshape(5, 2)
    steps = stacked(bands, np.array([[1.0], [2.0]], np.float32))
    assert steps.tolist() == [[0, 5, 10, 15, 1], [20, 25, 30, 35, 1], [40, 45, 0, 0, 2]]
