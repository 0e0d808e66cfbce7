from collections.abc import Callable

import pytest
import torch
from tests.ldm.diffusion.exact import PROCESSES, noise
from torch import Tensor

from muze_ldm.diffusion.calls import Conditions, Model, Settle, chunked, predictor
from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.guidance import branches, guided
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import SAMPLERS
from muze_ldm.diffusion.times import times
from muzecli.errors import UsageError

B, L, D, F, K = 2, 3, 4, 5, 9


def conditions(*, text: bool = True, score: bool = True) -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(1)
    found = {"energy": torch.rand(B, generator=generator)}
    if text:
        found["context"] = torch.randn(B, L, D, generator=generator)
        found["context_mask"] = torch.ones(B, L, dtype=torch.bool)
    if score:
        found["control"] = torch.randn(B, F, 8, generator=generator)
        found["control_known"] = torch.ones(B, K, dtype=torch.bool)
    return found


Predicts = Callable[[Tensor, float, Conditions], Tensor]


def settling(predict: Predicts) -> Settle:
    return lambda given: lambda z, t: predict(z, t, given)


class Toy:
    """Says how much it was told: 1 for the energy, 10 · text, 100 · score; and what it was called with."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def settle(self, given: Conditions) -> Model:
        return settling(self)(given)

    def __call__(self, z: Tensor, t: float, given: Conditions) -> Tensor:
        self.sizes.append(len(z))
        value = given["energy"].clone()
        if "context" in given:
            mask = given.get("context_mask", torch.ones(given["context"].shape[:2]))
            value = value + 10.0 * (given["context"].sum(dim=2) * mask).sum(dim=1)
        if "control" in given:
            known = given["control_known"].any(dim=1) if "control_known" in given else 1.0
            value = value + 100.0 * given["control"].mean(dim=(1, 2)) * known
        return value.view(-1, 1, 1, 1) * (1.0 + z)


def latents() -> Tensor:
    return torch.randn(B, 2, 1, 6, generator=torch.Generator().manual_seed(2))


def without(given: Conditions, *names: str) -> dict[str, Tensor]:
    return {name: value for name, value in given.items() if not name.startswith(names)}


def test_scale_1_is_no_guidance_exactly() -> None:
    toy, given, z = Toy(), conditions(), latents()
    for guidance in (Guidance(), Guidance(rescale=0.7, interval=(0.2, 0.6))):
        model = guided(toy.settle, given, guidance, process=Process())
        toy.sizes.clear()
        assert torch.equal(model(z, 0.5), toy(z, 0.5, given))
        assert toy.sizes == [B, B]


@pytest.mark.parametrize(
    ("text", "score"), [(3.0, 1.0), (3.0, 3.0), (1.0, 2.5), (4.0, 1.5), (0.0, 1.0), (2.0, 0.0)]
)
def test_the_nested_sum_is_what_is_computed(text: float, score: float) -> None:
    toy, given, z = Toy(), conditions(), latents()
    full = toy(z, 0.5, given)
    only_score = toy(z, 0.5, without(given, "context"))
    neither = toy(z, 0.5, without(given, "context", "control"))
    wanted = neither + score * (only_score - neither) + text * (full - only_score)
    found = guided(toy.settle, given, Guidance(text, score), process=Process())(z, 0.5)
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize(
    ("guidance", "text", "score", "evaluations"),
    [
        (Guidance(3.0, 3.0), True, True, 2),  # nothing is left of p(score)
        (Guidance(3.0, 1.0), True, True, 2),  # nothing is left of p(∅)
        (Guidance(1.0, 3.0), True, True, 3),
        (Guidance(3.0, 2.0), True, True, 3),
        (Guidance(3.0, 1.0), False, True, 1),  # no text to leave out
        (Guidance(3.0, 2.0), False, True, 2),
        (Guidance(1.0, 3.0), True, False, 1),  # no score to leave out
        (Guidance(3.0, 2.0), True, False, 2),
        (Guidance(7.3, 2.1), False, False, 1),
        (Guidance(0.0, 0.0), True, True, 1),
    ],
)
def test_needless_evaluations_are_not_made(
    guidance: Guidance, text: bool, score: bool, evaluations: int
) -> None:
    toy, given = Toy(), conditions(text=text, score=score)
    guided(toy.settle, given, guidance, process=Process())(latents(), 0.5)
    assert toy.sizes == [evaluations * B]  # as one batch
    assert sum(term.factor for term in branches(given, guidance)) == pytest.approx(1.0)


def test_no_text_and_no_score_is_no_guidance_exactly() -> None:
    toy, given, z = Toy(), conditions(text=False, score=False), latents()
    assert torch.equal(
        guided(toy.settle, given, Guidance(7.3, 2.1), process=Process())(z, 0.5), toy(z, 0.5, given)
    )


def test_a_negative_prompt_stands_where_the_text_is_missing() -> None:
    toy, given, z = Toy(), conditions(), latents()
    negative = {"context": torch.randn(1, L + 2, D, generator=torch.Generator().manual_seed(3))}
    told = without(given, "context") | {"context": negative["context"].expand(B, -1, -1)}
    full, not_that = toy(z, 0.5, given), toy(z, 0.5, told)
    neither = toy(z, 0.5, without(told, "control"))
    found = guided(toy.settle, given, Guidance(3.0, 2.0), process=Process(), negative=negative)(z, 0.5)
    torch.testing.assert_close(
        found, neither + 2.0 * (not_that - neither) + 3.0 * (full - not_that), atol=1e-4, rtol=1e-4
    )
    # Without any prompt it is what is kept away from.
    given = conditions(text=False)
    told = given | {"context": negative["context"].expand(B, -1, -1)}
    found = guided(toy.settle, given, Guidance(3.0), process=Process(), negative=negative)(z, 0.5)
    full, not_that = toy(z, 0.5, given), toy(z, 0.5, told)
    torch.testing.assert_close(found, not_that + 3.0 * (full - not_that), atol=1e-4, rtol=1e-4)


def test_outside_the_interval_there_is_no_guidance() -> None:
    toy, given, z = Toy(), conditions(), latents()
    model = guided(toy.settle, given, Guidance(3.0, interval=(0.2, 0.6)), process=Process())
    for t in (0.1, 0.199, 0.601, 1.0):
        toy.sizes.clear()
        assert torch.equal(model(z, t), toy(z, t, given)) and toy.sizes == [B, B]
    for t in (0.2, 0.4, 0.6):
        assert not torch.allclose(model(z, t), toy(z, t, given))


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
@pytest.mark.parametrize("guidance", [Guidance(6.0, rescale=1.0), Guidance(0.0, 3.0, rescale=1.0)])
def test_rescale_gives_the_estimate_its_deviation_back(process: Process, guidance: Guidance) -> None:
    toy, given, z, t = Toy(), conditions(), latents(), 0.4

    def deviation(prediction: Tensor) -> Tensor:
        return process.to_x0(z, prediction, t).std(dim=(1, 2, 3))

    def of(rescale: float) -> Tensor:
        own = Guidance(guidance.text_scale, guidance.score_scale, rescale)
        return deviation(guided(toy.settle, given, own, process=process)(z, t))

    plain = deviation(toy(z, t, given))
    assert not torch.allclose(of(0.0), plain, rtol=0.05)
    torch.testing.assert_close(of(1.0), plain, atol=1e-3, rtol=1e-3)
    torch.testing.assert_close(of(0.5), 0.5 * (of(0.0) + plain), atol=1e-3, rtol=1e-3)


def test_other_groups_may_be_guided() -> None:
    toy, given, z = Toy(), conditions(), latents()

    def predict(z: Tensor, t: float, told: Conditions) -> Tensor:
        return toy(z, t, {"energy": torch.zeros(len(z)), **told})

    assert len(branches(given, Guidance(3.0), text=("text", "energy"), score=())) == 2
    model = guided(settling(predict), given, Guidance(3.0), process=Process(), text=("energy",), score=())
    full, less = toy(z, 0.5, given), predict(z, 0.5, without(given, "energy"))
    torch.testing.assert_close(model(z, 0.5), less + 3.0 * (full - less), atol=1e-4, rtol=1e-4)


def test_items_and_chunks_make_no_difference() -> None:
    given, z = conditions(), latents()
    guidance = Guidance(3.0, 2.0, rescale=0.5)
    whole = guided(Toy().settle, given, guidance, process=Process())(z, 0.5)
    toy = Toy()
    torch.testing.assert_close(
        guided(chunked(toy.settle, items=1), given, guidance, process=Process())(z, 0.5), whole
    )
    assert toy.sizes == [1] * (3 * B)
    alone = [
        guided(
            Toy().settle,
            {name: value[row : row + 1] for name, value in given.items()},
            guidance,
            process=Process(),
        )(z[row : row + 1], 0.5)
        for row in range(B)
    ]
    torch.testing.assert_close(torch.cat(alone), whole)
    with pytest.raises(ValueError, match=r"items must be at least 1, and it is 0"):
        chunked(toy.settle, items=0)


@pytest.mark.parametrize("process", PROCESSES.values(), ids=PROCESSES)
def test_guidance_of_gaussians_moves_their_mean(process: Process) -> None:
    """With and without text N(±1, s²): guidance by w leads to about (1 − w)(−1) + w(1), and no narrower."""

    def predict(z: Tensor, t: float, given: Conditions) -> Tensor:
        alpha, sigma = process.at(t)
        mean = torch.where(given["context_mask"].any(dim=1), 1.0, -1.0).view(-1, 1, 1, 1)
        gain = alpha * 0.25 / (alpha**2 * 0.25 + sigma**2)
        return process.from_x0(z, mean + gain * (z - alpha * mean), t)

    given = {"context": torch.zeros(1, 1, 1), "context_mask": torch.ones(1, 1, dtype=torch.bool)}
    model = guided(settling(predict), given, Guidance(2.0, 2.0), process=process)
    x = SAMPLERS["heun"].sample(model, process, noise(2000), times(50, process=process))
    assert x.mean() == pytest.approx(3.0, abs=0.1) and x.std() == pytest.approx(0.5, rel=0.05)


def test_a_network_is_called_with_a_time_for_each_item() -> None:
    seen: list[Tensor] = []

    def network(z: Tensor, t: Tensor, given: Conditions) -> tuple[Tensor, Tensor | None]:
        seen.append(t)
        return z.bfloat16(), torch.zeros(len(z), 4)

    found = predictor(network)({})(latents(), 0.25)
    assert torch.equal(seen[0], torch.full((B,), 0.25)) and found.dtype == torch.float32


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text_scale": -1.0}, r"the text scale must be at least 0, and it is -1"),
        ({"score_scale": float("nan")}, r"the score scale must be at least 0, and it is nan"),
        ({"rescale": 1.5}, r"the rescale must be 0…1, and it is 1\.5"),
        ({"interval": (0.6, 0.2)}, r"two times 0…1, the lower first, and it is 0\.6…0\.2"),
    ],
)
def test_guidance_out_of_range_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Guidance(**fields)  # type: ignore[arg-type]
