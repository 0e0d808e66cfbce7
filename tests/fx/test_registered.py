"""The effect chain as a registered treatment."""

from __future__ import annotations

import numpy as np
import pytest

from muze_fx.registered import FxTreatment
from muzecli.errors import ConfigError
from muzecli.plugin import Treatment

RATE_HZ = 16_000


def noise(channels: int = 2, frames: int = 70_001) -> np.ndarray:
    return (0.1 * np.random.default_rng(0).standard_normal((channels, frames))).astype(np.float32)


def test_it_is_a_treatment() -> None:
    assert isinstance(FxTreatment(), Treatment)
    assert FxTreatment.name == "fx"


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("frames", [1, 1000, 65_536, 70_001])
def test_the_shape_stays(channels: int, frames: int) -> None:
    chain = [{"effect": "reverb", "mix": 1.0}, {"effect": "limiter"}]
    treated = FxTreatment().treat(noise(channels, frames), RATE_HZ, chain=chain, seed=1)
    assert treated.shape == (channels, frames)
    assert treated.dtype == np.float32


def test_an_empty_chain_copies() -> None:
    samples = noise()
    treated = FxTreatment().treat(samples, RATE_HZ, chain=[], seed=1)
    assert np.array_equal(treated, samples)
    treated += 1.0
    assert not np.array_equal(treated, samples)


def test_nothing_in_nothing_out() -> None:
    assert FxTreatment().treat(noise(2, 0), RATE_HZ, chain=[{"effect": "reverb"}], seed=1).shape == (2, 0)


def test_latency_is_removed() -> None:
    click = np.zeros((1, 10_000), np.float32)
    click[0, 5000] = 0.5
    treated = FxTreatment().treat(click, RATE_HZ, chain=[{"effect": "limiter", "ceiling_db": 0}], seed=1)
    assert int(np.argmax(np.abs(treated))) == 5000


def test_gain_is_what_was_asked_for_and_no_other() -> None:
    treated = FxTreatment().treat(noise(), RATE_HZ, chain=[{"effect": "gain", "gain_db": 6}], seed=1)
    assert np.allclose(treated, noise() * 10 ** (6 / 20), atol=1e-6)


def test_the_seed_decides_the_room() -> None:
    first, again, other = (
        FxTreatment().treat(noise(), RATE_HZ, chain=[{"effect": "reverb", "mix": 1.0}], seed=seed)
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_faults_name_their_place() -> None:
    with pytest.raises(
        ConfigError, match=r"chain\[1\]\.mix: reverb mix must be a number from 0 to 1; found 7"
    ):
        FxTreatment().treat(
            noise(), RATE_HZ, chain=[{"effect": "gain"}, {"effect": "reverb", "mix": 7}], seed=1
        )
    with pytest.raises(ConfigError, match=r"chain\[0\]"):
        FxTreatment().treat(noise(), RATE_HZ, chain=[{"effect": "revreb"}], seed=1)
