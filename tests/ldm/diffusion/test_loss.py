import pytest
import torch
from tests.ldm.diffusion.exact import PROCESSES
from torch import Tensor

from muze_ldm.diffusion.config import DiffusionConfig
from muze_ldm.diffusion.loss import answer_loss, ask, diffusion_loss
from muze_ldm.diffusion.process import Process

ALL = pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def latents(items: int = 4) -> Tensor:
    return torch.randn(items, 3, 1, 8, generator=generator(7))


@ALL
def test_a_question_holds_noisy_latents_and_their_answer(process: Process) -> None:
    x0 = latents()
    question = ask(process, x0, generator())
    assert question.z.shape == x0.shape and question.t.shape == (4,)
    torch.testing.assert_close(
        process.to_x0(question.z, question.target, question.t), x0, atol=1e-3, rtol=1e-3
    )
    noise = process.to_eps(question.z, question.target, question.t)
    assert noise.std() == pytest.approx(1.0, abs=0.2)


@ALL
def test_a_right_answer_costs_nothing_and_a_wrong_one_its_square(process: Process) -> None:
    question = ask(process, latents(), generator())
    right = answer_loss(process, question, question.target)
    assert right["loss"] == 0.0 and right["mse"] == 0.0
    wrong = answer_loss(process, question, question.target + 0.5)
    assert wrong["loss"] == pytest.approx(0.25) and wrong["mse"] == pytest.approx(0.25)


def test_weights_apply_item_by_item() -> None:
    process = Process(DiffusionConfig("v", weighting="min_snr"))
    question = ask(process, latents(), generator(), t=torch.tensor([0.1, 0.4, 0.6, 0.9]))
    off = torch.tensor([0.0, 0.0, 2.0, 0.0]).view(4, 1, 1, 1)
    found = answer_loss(process, question, question.target + off)
    assert found["loss"] == pytest.approx(float(process.loss_weight(question.t)[2]) * 4.0 / 4)
    assert found["mse"] == pytest.approx(1.0)


def test_padding_does_not_count() -> None:
    process = Process()
    question = ask(process, latents(2), generator())
    real = torch.ones(2, 8, dtype=torch.bool)
    real[1, 3:] = False
    prediction = question.target.clone()
    prediction[1, ..., :3] += 1.0
    prediction[1, ..., 3:] += 100.0
    assert answer_loss(process, question, prediction, real=real)["loss"] == pytest.approx(0.5)


def test_errors_are_added_up_in_single_precision() -> None:
    process = Process()
    question = ask(process, latents(), generator())
    found = answer_loss(process, question, question.target.bfloat16())
    assert found["loss"].dtype == torch.float32 and 0.0 < found["loss"] < 1e-4


def test_the_loss_of_a_network_is_that_of_its_answers() -> None:
    process, x0 = PROCESSES["v-cosine"], latents()
    weight = torch.tensor(0.3, requires_grad=True)
    seen: list[tuple[Tensor, object]] = []

    def network(z: Tensor, t: Tensor, conditions: object) -> tuple[Tensor, None]:
        seen.append((t, conditions))
        return weight * z, None

    conditions = {"energy": torch.rand(4)}
    found = diffusion_loss(network, process, x0, conditions, generator(1))
    question = ask(process, x0, generator(1))
    assert torch.equal(found["loss"], answer_loss(process, question, weight * question.z)["loss"])
    assert torch.equal(seen[0][0], question.t) and seen[0][1] is conditions
    (slope,) = torch.autograd.grad(found["loss"], [weight])
    assert slope != 0.0 and not found["mse"].requires_grad


def test_the_generator_decides_all_that_is_drawn() -> None:
    first, again, other = (ask(Process(), latents(), generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first.z, again.z) and not torch.equal(first.z, other.z)
    given = ask(Process(), latents(), generator(1), t=torch.full((4,), 0.25))
    assert torch.equal(given.t, torch.full((4,), 0.25))


@pytest.mark.parametrize("name", ["rectified_flow-straight", "v-cosine", "eps-cosine"])
def test_a_network_that_learned_a_gaussian_samples_it(name: str) -> None:
    """The whole way: least squares over questions gives weights that, sampled from, give the data back."""
    from muze_ldm.diffusion.samplers import SAMPLERS
    from muze_ldm.diffusion.times import times

    process, at = PROCESSES[name], times(20)
    generator_ = generator(3)
    x0 = 0.7 + 0.5 * torch.randn(4000, 1, 1, 1, generator=generator_, dtype=torch.float64)
    lines = {}
    for t in at[:-1]:  # for each time the best line, prediction = a z + b
        question = ask(process, x0, generator_, t=torch.full((4000,), t, dtype=torch.float64))
        inputs = torch.stack([question.z.flatten(), torch.ones(4000, dtype=torch.float64)], dim=1)
        lines[t] = torch.linalg.lstsq(inputs, question.target.flatten()).solution
    x = SAMPLERS["dpmpp_2m"].sample(
        lambda z, t: lines[t][0] * z + lines[t][1],
        process,
        torch.randn(4000, 1, 1, 1, generator=generator_, dtype=torch.float64),
        at,
    )
    assert x.mean() == pytest.approx(0.7, abs=0.05) and x.std() == pytest.approx(0.5, rel=0.08)
