import math

import pytest
import torch
from tests.ldm.diffusion.exact import PROCESSES

from muze_ldm.diffusion.config import OBJECTIVES, SCHEDULES, DiffusionConfig
from muze_ldm.diffusion.process import Process

ALL = pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
TIMES = (0.02, 0.3, 0.5, 0.9, 1.0)


def latents(items: int = 2, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    x0, noise = torch.randn(2, items, 3, 2, 5, generator=generator, dtype=torch.float64)
    return x0, noise


def test_every_objective_and_schedule_is_tried() -> None:
    assert {process.objective for process in PROCESSES.values()} == set(OBJECTIVES)
    assert {process.schedule for process in PROCESSES.values()} == set(SCHEDULES)


@ALL
def test_data_at_0_noise_at_1(process: Process) -> None:
    x0, noise = latents()
    assert torch.equal(process.add_noise(x0, noise, 0.0), x0)
    alpha, sigma = process.at(1.0)
    assert 0.0 <= alpha < 0.007 and sigma > 0.9999
    rising = [process.sigma(step / 50) for step in range(51)]
    assert rising == sorted(rising) and len(set(rising)) == 51


@ALL
@pytest.mark.parametrize("t", TIMES)
def test_a_right_prediction_gives_data_and_noise_back(process: Process, t: float) -> None:
    x0, noise = latents()
    z, target = process.add_noise(x0, noise, t), process.target(x0, noise, t)
    torch.testing.assert_close(process.to_x0(z, target, t), x0)
    torch.testing.assert_close(process.to_eps(z, target, t), noise)
    torch.testing.assert_close(process.from_x0(z, x0, t), target)


@ALL
@pytest.mark.parametrize("t", (0.1, 0.5, 0.95))
def test_velocity_is_the_slope_of_the_path_on_the_clock(process: Process, t: float) -> None:
    x0, noise = latents()
    step = 1e-4
    ahead, behind = t + step, t - step
    slope = (process.add_noise(x0, noise, ahead) - process.add_noise(x0, noise, behind)) / (
        process.clock(ahead) - process.clock(behind)
    )
    z = process.add_noise(x0, noise, t)
    torch.testing.assert_close(
        process.velocity(z, process.target(x0, noise, t), t), slope, atol=1e-5, rtol=1e-5
    )


@ALL
def test_a_time_for_each_item_is_as_one_time_for_all(process: Process) -> None:
    x0, noise = latents(items=len(TIMES))
    t = torch.tensor(TIMES, dtype=torch.float64)
    z, target = process.add_noise(x0, noise, t), process.target(x0, noise, t)
    for item, one in enumerate(TIMES):
        torch.testing.assert_close(z[item], process.add_noise(x0[item], noise[item], one))
        torch.testing.assert_close(target[item], process.target(x0[item], noise[item], one))
    torch.testing.assert_close(process.to_x0(z, target, t), x0)


@ALL
def test_the_clock_runs_back(process: Process) -> None:
    for t in (0.0, 1e-5, 0.02, 0.4, 1.0):
        assert process.time_at(process.clock(t)) == pytest.approx(t, abs=1e-12, rel=1e-9)


@pytest.mark.parametrize("schedule", ("cosine", "linear_beta"))
def test_angles_keep_the_variance(schedule: str) -> None:
    process = Process(DiffusionConfig("v", schedule))
    for t in TIMES:
        assert math.hypot(*process.at(t)) == pytest.approx(1.0, abs=1e-12)


@ALL
def test_log_snr_has_no_holes(process: Process) -> None:
    assert process.half_log_snr(0.0) == math.inf
    assert process.half_log_snr(1.0) < -4.9
    assert process.half_log_snr(0.5) == pytest.approx(math.log(process.alpha(0.5) / process.sigma(0.5)))


@pytest.mark.parametrize("weighting", ("snr", "min_snr", "soft_min_snr", "truncated_snr"))
@ALL
def test_weights_weigh_errors_of_the_data(process: Process, weighting: str) -> None:
    config = DiffusionConfig(process.objective, process.schedule, weighting, gamma=3.0)
    weighted = Process(config)
    t = torch.tensor([0.05, 0.3, 0.6, 0.9], dtype=torch.float64)
    x0, noise = latents(items=len(t))
    z, target = weighted.add_noise(x0, noise, t), weighted.target(x0, noise, t)
    prediction = target + 0.1
    error = (prediction - target).square().mean(dim=(1, 2, 3))
    error_x = (weighted.to_x0(z, prediction, t) - x0).square().mean(dim=(1, 2, 3))
    alpha, sigma = weighted.at(t)
    snr = (alpha / sigma) ** 2
    wanted = {
        "snr": snr,
        "min_snr": snr.clamp(max=3.0),
        "soft_min_snr": 3.0 * snr / (snr + 3.0),
        "truncated_snr": snr.clamp(min=1.0),
    }[weighting]
    torch.testing.assert_close(weighted.loss_weight(t) * error, wanted * error_x)


def test_weights_are_1_without_weighting_and_finite_with() -> None:
    t = torch.tensor([1e-4, 0.5, 1.0])
    assert torch.equal(Process().loss_weight(t), torch.ones(3))
    for process in PROCESSES.values():
        for weighting in ("snr", "min_snr", "soft_min_snr"):
            config = DiffusionConfig(process.objective, process.schedule, weighting)
            weight = Process(config).loss_weight(t)
            assert torch.isfinite(weight).all() and weight.max() <= 5.0 + 1e-5


@pytest.mark.parametrize("density", ("uniform", "logit_normal"))
def test_training_times_have_their_density_and_are_spread(density: str) -> None:
    process = Process(DiffusionConfig(time_density=density, time_mean=0.4, time_std=0.8))
    generator = torch.Generator().manual_seed(3)
    t = process.draw_times(1000, generator)
    assert t.shape == (1000,) and t.dtype == torch.float32 and t.min() > 0.0 and t.max() <= 1.0
    if density == "logit_normal":
        logit = torch.logit(t.double())
        assert logit.mean() == pytest.approx(0.4, abs=0.01) and logit.std() == pytest.approx(0.8, abs=0.01)
        t = torch.special.ndtr((logit - 0.4) / 0.8).float()
    counts = torch.histc(t, bins=50, min=0.0, max=1.0)  # 20 each, if they are spread
    assert counts.min() >= 19 and counts.max() <= 21
    # Each by itself has the density too: the first of a batch is anywhere.
    first = torch.stack([process.draw_times(4, generator)[0] for _ in range(400)])
    assert first.quantile(0.1) < 0.35 and first.quantile(0.9) > 0.75


def test_training_times_follow_the_generator() -> None:
    drawn = [Process().draw_times(8, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)]
    assert torch.equal(drawn[0], drawn[1]) and not torch.equal(drawn[0], drawn[2])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"objective": "score"}, r"objective must be one of eps, v, rectified_flow, not 'score'"),
        ({"schedule": "sigmoid"}, r"schedule must be one of auto, straight, .*, not 'sigmoid'"),
        ({"schedule": "cosine"}, r"straight with rectified_flow.* it is cosine with rectified_flow"),
        ({"objective": "v", "schedule": "straight"}, r"it is straight with v; auto chooses one that fits"),
        ({"weighting": "p2"}, r"weighting must be one of none, snr"),
        ({"gamma": 0.0}, r"gamma must be above 0, and it is 0"),
        ({"time_std": float("nan")}, r"time_std must be above 0, and it is nan"),
        ({"time_density": "normal"}, r"time_density must be one of uniform, logit_normal"),
    ],
)
def test_configurations_that_do_not_fit_are_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DiffusionConfig(**fields)  # type: ignore[arg-type]


def test_auto_chooses_a_schedule() -> None:
    assert [DiffusionConfig(objective).path for objective in OBJECTIVES] == ["cosine", "cosine", "straight"]
