import pytest
import torch
from tests.ldm.diffusion.exact import GAUSSIAN, PROCESSES, TWO, noise

from muze_ldm.diffusion.editing import keep, restart
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import SAMPLERS
from muze_ldm.diffusion.times import times

CASES = pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)


@CASES
@pytest.mark.parametrize("name", SAMPLERS)
def test_what_is_kept_comes_out_bit_by_bit(name: str, process: Process) -> None:
    known, z = noise(40, seed=1).float(), noise(40, seed=2).float()
    mask = torch.zeros(40, dtype=torch.bool)
    mask[:15] = mask[30:] = True
    x = SAMPLERS[name].sample(
        TWO.model(process),
        process,
        z,
        times(8),
        generator=torch.Generator().manual_seed(3),
        constrain=keep(process, known, mask, z),
    )
    assert torch.equal(x[..., mask], known[..., mask])
    assert not torch.equal(x[..., ~mask], known[..., ~mask])


def test_the_rest_is_drawn_to_fit() -> None:
    """Pairs of latents that are all but equal: to keep one is to say the other."""
    process = Process()
    mean = torch.tensor([1.0, 1.0], dtype=torch.float64)
    covariance = torch.tensor([[1.0, 0.98], [0.98, 1.0]], dtype=torch.float64)

    def model(z: torch.Tensor, t: float) -> torch.Tensor:
        # E[x | z] of a Gaussian with this covariance (z is (B, 1, 1, 2)).
        alpha, sigma = process.at(t)
        inner = alpha**2 * covariance + sigma**2 * torch.eye(2, dtype=torch.float64)
        gain = alpha * covariance @ torch.linalg.inv(inner)
        return process.from_x0(z, mean + (z - alpha * mean) @ gain.T, t)

    known = torch.zeros(500, 1, 1, 2, dtype=torch.float64)
    known[..., 0] = torch.linspace(-1.0, 3.0, 500, dtype=torch.float64).view(-1, 1, 1)
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(500, 1, 1, 2, generator=generator, dtype=torch.float64)
    mask = torch.tensor([True, False])
    x = SAMPLERS["ddpm"].sample(
        model, process, z, times(64), generator=generator, constrain=keep(process, known, mask, z)
    )
    assert torch.equal(x[..., 0], known[..., 0])
    both = torch.stack([x[..., 0].flatten(), x[..., 1].flatten()])
    assert torch.corrcoef(both)[0, 1] > 0.9


def test_a_border_may_be_soft() -> None:
    process, known, z = Process(), noise(11, seed=1), noise(11, seed=2)
    mask = torch.linspace(1.0, 0.0, 11, dtype=torch.float64)
    found = keep(process, known, mask, z)(torch.zeros_like(known), 0.0)
    torch.testing.assert_close(found, mask * known)
    assert torch.equal(found[..., 0], known[..., 0])


def test_everything_kept_and_nothing_kept() -> None:
    process, known, z = PROCESSES["v-cosine"], noise(9, seed=1), noise(9, seed=2)
    model, at = TWO.model(process), times(5)
    everything = keep(process, known, torch.ones(9, dtype=torch.bool), z)
    assert torch.equal(SAMPLERS["heun"].sample(model, process, z, at, constrain=everything), known)
    nothing = keep(process, known, torch.zeros(9, dtype=torch.bool), z)
    free = SAMPLERS["heun"].sample(model, process, z, at)
    assert torch.equal(SAMPLERS["heun"].sample(model, process, z, at, constrain=nothing), free)


@CASES
@pytest.mark.parametrize("name", ("ddim", "dpmpp_2m", "euler", "heun"))
def test_the_less_strength_the_more_stays(name: str, process: Process) -> None:
    x0 = 0.7 + 0.5 * noise(200, seed=1)
    found = []
    for strength in (0.05, 0.4, 0.8, 1.0):
        z = restart(process, x0, noise(200, seed=2), strength=strength)
        found.append(
            SAMPLERS[name].sample(
                GAUSSIAN.model(process), process, z, times(40, start=strength, process=process)
            )
        )
    distances = [float((x - x0).abs().mean()) for x in found]
    assert distances == sorted(distances) and distances[0] < 0.15 and distances[-1] > 0.4
    for x in found:  # whatever stays, it is data
        assert x.mean() == pytest.approx(0.7, abs=0.1) and x.std() == pytest.approx(0.5, rel=0.15)


def test_arguments_out_of_range_are_refused() -> None:
    process, known = Process(), noise(4)
    with pytest.raises(ValueError, match=r"must be 0…1, and it is -0\.5…0"):
        keep(process, known, torch.tensor([0.0, -0.5, 0.0, 0.0]), known)
    with pytest.raises(ValueError, match=r"strength must be above 0, at most 1, and it is 0"):
        restart(process, known, known, strength=0.0)
