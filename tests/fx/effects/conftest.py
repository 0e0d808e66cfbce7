from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import pytest

from muze_fx.chain import Chain
from muze_fx.effects import Effect

Samples = npt.NDArray[np.float32]


@pytest.fixture(scope="session")
def render() -> Callable[..., Samples]:
    """Run (C, N) samples through effects; `cut` decides the sizes of the blocks that go in."""

    def run(
        effects: Effect | Sequence[Effect], samples: Samples, rate_hz: int = 44_100, cut: int = 0, **options
    ):
        chain = Chain((effects,) if isinstance(effects, Effect) else tuple(effects))
        step = cut or max(samples.shape[1], 1)
        blocks = [samples[:, start : start + step] for start in range(0, samples.shape[1], step)]
        options.setdefault("tail", "none")
        return np.concatenate(list(chain.render(blocks, rate_hz, samples.shape[0], **options)), axis=1)

    return run


@pytest.fixture(scope="session")
def noise() -> Callable[..., Samples]:
    def make(channels: int = 2, frames: int = 20_000, level: float = 0.2, seed: int = 0) -> Samples:
        return (np.random.default_rng(seed).standard_normal((channels, frames)) * level).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def sine() -> Callable[..., Samples]:
    def make(freq_hz: float, frames: int, rate_hz: int = 44_100, level: float = 0.5) -> Samples:
        return (level * np.sin(2 * np.pi * freq_hz * np.arange(frames) / rate_hz)).astype(np.float32)[None]

    return make
