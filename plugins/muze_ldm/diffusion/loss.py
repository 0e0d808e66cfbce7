"""The training loss: how wrong predictions are of what became of latents at random times.

Legend: B items, C latent channels, H latent height, W latent frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from muze_ldm.diffusion.calls import Conditions, Network
from muze_ldm.diffusion.process import Process


@dataclass(frozen=True, eq=False)
class Question:
    """What a network is asked in training, and the right answer.

    Attributes:
        z: (B, C, H, W) noisy latents.
        t: (B,) their times.
        target: (B, C, H, W) what it is to predict.
    """

    z: Tensor
    t: Tensor
    target: Tensor


def ask(process: Process, x0: Tensor, generator: torch.Generator, *, t: Tensor | None = None) -> Question:
    """Return latents x0 (B, C, H, W) with noise.

    Args:
        process: how they become noise.
        x0: normalised latents.
        generator: source of the times and of the noise, on the device of x0.
        t: (B,) times, where they are not to be drawn, as in validation.
    """
    if t is None:
        t = process.draw_times(len(x0), generator)
    noise = torch.randn(x0.shape, generator=generator, device=x0.device, dtype=x0.dtype)
    return Question(process.add_noise(x0, noise, t), t, process.target(x0, noise, t))


def answer_loss(
    process: Process, question: Question, prediction: Tensor, *, real: Tensor | None = None
) -> dict[str, Tensor]:
    """Return how wrong a prediction is.

    Args:
        process: its objective and its weighting.
        question: what the network was asked.
        prediction: (B, C, H, W), in any precision; errors are added up in float32.
        real: (B, W) bool, False for frames that are padding and do not count; None: all count. Every item has
            at least one that does.

    Returns:
        "loss": the weighted mean of squares, "mse": the mean without weights, both scalars; "mse" has no gradient.
    """
    squares = (prediction.float() - question.target.float()).square()
    if real is None:
        mse = squares.mean(dim=(1, 2, 3))  # (B,)
    else:
        per_frame = squares.mean(dim=(1, 2)) * real  # (B, W)
        mse = per_frame.sum(dim=1) / real.sum(dim=1)
    return {"loss": (process.loss_weight(question.t) * mse).mean(), "mse": mse.detach().mean()}


def diffusion_loss(
    network: Network,
    process: Process,
    x0: Tensor,
    conditions: Conditions,
    generator: torch.Generator,
    *,
    real: Tensor | None = None,
    t: Tensor | None = None,
) -> dict[str, Tensor]:
    """Return the loss of a network on latents; `ask` and `answer_loss` do it in two steps, for other losses beside.

    Args:
        network: called with z, t, conditions; its phoneme durations are left aside.
        process: how latents become noise, what is asked, how it is weighted.
        x0: (B, C, H, W) normalised latents.
        conditions: of the B items, some of them dropped already.
        generator: source of the times and of the noise, on the device of x0.
        real: see `answer_loss`.
        t: see `ask`.
    """
    question = ask(process, x0, generator, t=t)
    prediction, _ = network(question.z, question.t, conditions)
    return answer_loss(process, question, prediction, real=real)
