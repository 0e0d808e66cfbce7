"""Every sampler under every objective, against data whose diffusion is known in closed form."""

import math
from collections.abc import Sequence
from itertools import product

import pytest
import torch
from tests.ldm.diffusion.exact import GAUSSIAN, PROCESSES, TWO, noise, quantiles

from muze_ldm.diffusion.config import SAMPLER_NAMES
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import SAMPLERS, find_sampler
from muze_ldm.diffusion.times import times
from muzecli.errors import UsageError

EVERY = [
    pytest.param(name, process, id=f"{name}-{key}")
    for name, (key, process) in product(SAMPLERS, PROCESSES.items())
]
DETERMINISTIC = [case for case in EVERY if case.values[0] != "ddpm"]

STD_WITHIN = {"ddpm": 0.11, "ddim": 0.055, "euler": 0.055, "heun": 0.004, "dpmpp_2m": 0.008}
"""How far the standard deviation of a Gaussian may be off after 32 steps, relatively."""
MEAN_WITHIN = {"ddpm": 0.01, "ddim": 0.003, "euler": 0.015, "heun": 0.003, "dpmpp_2m": 0.003}
"""How far its mean may be off, 0.7; 0.0023 of it is that z_1 has 0.0067 of the data in it, and noise has none."""
TWO_WITHIN = {"ddim": 0.022, "euler": 0.021, "heun": 0.004, "dpmpp_2m": 0.003}
"""How far latents of two components may be from where they belong after 32 steps, in the mean."""


@pytest.mark.parametrize(("name", "process"), EVERY)
def test_a_gaussian_has_its_mean_and_deviation(name: str, process: Process) -> None:
    z = noise(20_000) if name == "ddpm" else quantiles(2001)
    x = SAMPLERS[name].sample(
        GAUSSIAN.model(process),
        process,
        z,
        times(32, process=process),
        generator=torch.Generator().manual_seed(1),
    )
    assert x.mean() == pytest.approx(0.7, abs=MEAN_WITHIN[name])
    assert x.std() == pytest.approx(0.5, rel=STD_WITHIN[name])


@pytest.mark.parametrize(("name", "process"), DETERMINISTIC)
def test_two_components_go_where_the_ode_takes_them(name: str, process: Process) -> None:
    z = quantiles(201)
    x = SAMPLERS[name].sample(TWO.model(process), process, z, times(32, process=process))
    assert (x - TWO.carried(z, process)).abs().mean() < TWO_WITHIN[name]


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_fresh_noise_leaves_two_components_their_shares(process: Process) -> None:
    x = SAMPLERS["ddpm"].sample(
        TWO.model(process),
        process,
        noise(4000),
        times(64, process=process),
        generator=torch.Generator().manual_seed(2),
    )
    upper = x[x > 0.2]
    assert upper.numel() / x.numel() == pytest.approx(0.7, abs=0.03)
    assert upper.mean() == pytest.approx(1.0, abs=0.02) and upper.std() == pytest.approx(0.2, rel=0.12)


@pytest.mark.parametrize("eta", (0.5, 1.0))
@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_with_many_steps_fresh_noise_gives_the_right_variance(process: Process, eta: float) -> None:
    x = SAMPLERS["ddim"].sample(
        GAUSSIAN.model(process),
        process,
        noise(10_000),
        times(250, process=process),
        eta=eta,
        generator=torch.Generator().manual_seed(3),
    )
    assert x.mean() == pytest.approx(0.7, abs=0.015) and x.std() == pytest.approx(0.5, rel=0.04)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_ddpm_is_ddim_with_eta_1(process: Process) -> None:
    model, z, at = TWO.model(process), noise(50), times(12)
    ddpm = SAMPLERS["ddpm"].sample(model, process, z, at, generator=torch.Generator().manual_seed(4))
    ddim = SAMPLERS["ddim"].sample(model, process, z, at, eta=1.0, generator=torch.Generator().manual_seed(4))
    torch.testing.assert_close(ddpm, ddim, atol=1e-9, rtol=1e-9)


def error(name: str, process: Process, at: Sequence[float]) -> float:
    """Mean distance from the exact trajectories of a Gaussian, between any two times."""
    z = quantiles(101)
    ((_, mean, std),), ((_, end_mean, end_std),) = (GAUSSIAN.at(process, t) for t in (at[0], at[-1]))
    x = SAMPLERS[name].sample(GAUSSIAN.model(process), process, mean + std * z, at)
    return float((x - end_mean - end_std * z).abs().mean())


def even_in_log_snr(process: Process, steps: int, *, start: float = 0.97, end: float = 0.03) -> list[float]:
    """Times between which λ falls by equal amounts: what the order of dpmpp_2m is stated for."""
    first, last = process.half_log_snr(start), process.half_log_snr(end)
    found = []
    for step in range(steps + 1):
        wanted, low, high = first + (last - first) * step / steps, 0.0, 1.0
        for _ in range(60):
            middle = 0.5 * (low + high)
            low, high = (middle, high) if process.half_log_snr(middle) > wanted else (low, middle)
        found.append(middle)
    return found


@pytest.mark.parametrize(("name", "process"), DETERMINISTIC)
def test_errors_fall_with_the_order_of_the_method(name: str, process: Process) -> None:
    if name == "dpmpp_2m":
        few, many = (error(name, process, even_in_log_snr(process, steps)) for steps in (64, 128))
    else:
        few, many = (error(name, process, times(steps, process=process)) for steps in (64, 128))
    order = 2.0 if name in ("heun", "dpmpp_2m") else 1.0
    assert math.log2(few / many) == pytest.approx(order, abs=0.1)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_second_order_is_nearer_at_equal_steps(process: Process) -> None:
    at = times(32, process=process)
    errors = {name: error(name, process, at) for name in ("ddim", "euler", "heun", "dpmpp_2m")}
    assert errors["heun"] < 0.2 * min(errors["ddim"], errors["euler"])
    assert errors["dpmpp_2m"] < 0.25 * min(errors["ddim"], errors["euler"])


def test_euler_is_ddim_on_a_straight_path() -> None:
    process = PROCESSES["rectified_flow-straight"]
    x = [
        SAMPLERS[name].sample(TWO.model(process), process, noise(50), times(9)) for name in ("euler", "ddim")
    ]
    torch.testing.assert_close(x[0], x[1], atol=1e-12, rtol=1e-12)


@pytest.mark.parametrize(("name", "process"), EVERY)
def test_a_model_that_knows_the_data_is_believed(name: str, process: Process) -> None:
    x0 = quantiles(20)
    x = SAMPLERS[name].sample(
        lambda z, t: process.from_x0(z, x0, t),
        process,
        noise(20),
        times(64, process=process),
        generator=torch.Generator().manual_seed(5),
    )
    torch.testing.assert_close(x, x0, atol=0.05 if name == "euler" else 5e-3, rtol=0.0)


@pytest.mark.parametrize(("name", "process"), EVERY)
def test_the_same_input_gives_the_same_bytes(name: str, process: Process) -> None:
    def once(seed: int) -> torch.Tensor:
        return SAMPLERS[name].sample(
            TWO.model(process), process, noise(30), times(7), generator=torch.Generator().manual_seed(seed)
        )

    assert torch.equal(once(1), once(1))
    # Only ddpm draws from the generator.
    assert torch.equal(once(1), once(2)) == (name != "ddpm")


def test_ddim_draws_only_with_eta() -> None:
    process = PROCESSES["v-cosine"]
    x = [
        SAMPLERS["ddim"].sample(
            TWO.model(process),
            process,
            noise(30),
            times(7),
            eta=eta,
            generator=torch.Generator().manual_seed(seed),
        )
        for eta, seed in ((0.0, 1), (0.0, 2), (0.4, 1), (0.4, 2))
    ]
    assert torch.equal(x[0], x[1]) and not torch.equal(x[2], x[3])
    with pytest.raises(ValueError, match=r"must be given a generator"):
        SAMPLERS["ddim"].sample(TWO.model(process), process, noise(30), times(7), eta=0.4)


@pytest.mark.parametrize("name", SAMPLERS)
def test_the_model_is_called_as_often_as_is_said_and_never_at_0(name: str) -> None:
    process, asked, done = PROCESSES["v-cosine"], list[float](), list[int]()
    exact = TWO.model(process)

    def model(z: torch.Tensor, t: float) -> torch.Tensor:
        asked.append(t)
        return exact(z, t)

    generator = torch.Generator().manual_seed(0)
    SAMPLERS[name].sample(model, process, noise(3), times(6), generator=generator, on_step=done.append)
    assert len(asked) == SAMPLERS[name].calls * 5 + 1 and min(asked) > 0.0 and max(asked) == 1.0
    assert done == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize("name", SAMPLERS)
def test_one_step_is_enough_to_end_with_data(name: str) -> None:
    process = PROCESSES["rectified_flow-straight"]
    generator = torch.Generator().manual_seed(0)
    x = SAMPLERS[name].sample(GAUSSIAN.model(process), process, noise(5), times(1), generator=generator)
    torch.testing.assert_close(x, torch.full_like(x, 0.7))  # the mean: all that is known of noise


@pytest.mark.parametrize(("name", "process"), DETERMINISTIC)
def test_single_precision_is_enough(name: str, process: Process) -> None:
    z, at = noise(100), times(32, process=process)
    exact = SAMPLERS[name].sample(TWO.model(process), process, z, at)
    single = SAMPLERS[name].sample(TWO.model(process), process, z.float(), at)
    assert single.dtype == torch.float32
    torch.testing.assert_close(single.double(), exact, atol=2e-3, rtol=0.0)


def test_no_gradients_are_kept() -> None:
    process, weight = PROCESSES["v-cosine"], torch.ones((), dtype=torch.float64, requires_grad=True)
    x = SAMPLERS["heun"].sample(lambda z, t: weight * z, process, noise(4), times(3))
    assert not x.requires_grad


def test_samplers_are_found_by_name() -> None:
    assert tuple(SAMPLERS) == SAMPLER_NAMES
    assert find_sampler("ddim", eta=0.3).takes_eta
    with pytest.raises(UsageError, match=r"must be one of ddpm, ddim, dpmpp_2m, euler, heun, not 'plms'"):
        find_sampler("plms")
    with pytest.raises(UsageError, match=r"eta must be 0 with the sampler heun, and it is 0\.5"):
        find_sampler("heun", eta=0.5)
    with pytest.raises(UsageError, match=r"eta must be 0…1, and it is 1\.5"):
        find_sampler("ddim", eta=1.5)
