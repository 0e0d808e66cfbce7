"""The backbones under guidance: encoded once, together or apart, windows or not."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from muze_ldm.backbone import build_backbone
from muze_ldm.diffusion.calls import chunked, predictor
from muze_ldm.diffusion.config import Guidance
from muze_ldm.diffusion.guidance import branches, guided
from muze_ldm.diffusion.process import Process
from muze_ldm.diffusion.samplers import SAMPLERS
from muze_ldm.diffusion.times import times
from muze_ldm.transformer.config import TransformerConfig
from muze_ldm.unet.config import UNetConfig
from muzecli.song.frames import CHANNELS

B, C, W, FOLD = 2, 4, 16, 2
SMALL = {
    "latent_channels": C,
    "latent_height": 1,
    "context_dim": 6,
    "prompt_dim": 6,
    "vector_dim": 16,
    "width_share": 0.125,
    "control_channels": CHANNELS,
    "control_fold": FOLD,
    "control_width": 8,
}


def transformer() -> nn.Module:
    config = TransformerConfig(**SMALL, model_width=16, layers=2, heads=2, embedding_width=16, text_width=8)  # type: ignore[arg-type]
    return build_backbone(config)  # type: ignore[return-value]


def unet() -> nn.Module:
    config = UNetConfig(
        **SMALL,  # type: ignore[arg-type]
        model_channels=16,
        channel_mult=(1, 2),
        num_res_blocks=1,
        attention_resolutions=(2,),
        embedding_channels=16,
        num_heads=2,
    )
    return build_backbone(config)  # type: ignore[return-value]


BACKBONES = pytest.mark.parametrize("make", [transformer, unet])


def network(make: Callable[[], nn.Module]) -> nn.Module:
    """A backbone whose zeroed layers say something too."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        built = make()
        for parameter in built.parameters():
            if not parameter.any():
                nn.init.normal_(parameter, std=0.2)
    return built.eval()


def conditions() -> dict[str, Tensor]:
    generator = torch.Generator().manual_seed(1)
    return {
        "context": torch.randn(B, 5, 6, generator=generator),
        "context_mask": torch.tensor([[True] * 5, [True] * 3 + [False] * 2]),
        "prompt": torch.randn(B, 6, generator=generator),
        "energy": torch.rand(B, generator=generator),
        "control": torch.rand(B, len(CHANNELS), W * FOLD, generator=generator),
    }


def latents(width: int = W) -> Tensor:
    return torch.randn(B, C, 1, width, generator=torch.Generator().manual_seed(2))


@BACKBONES
def test_branches_in_one_batch_are_as_if_each_were_alone(make: Callable[[], nn.Module]) -> None:
    """Text and score that are masked are the same to a network as text and score that are not there."""
    built, given, z, guidance = network(make), conditions(), latents(), Guidance(3.0, 2.0)
    negative = {"context": torch.randn(1, 7, 6, generator=torch.Generator().manual_seed(3))}
    for away in (None, negative):
        with torch.no_grad():
            terms = branches(given, guidance, negative=away)
            wanted = sum(
                (term.factor * built(z, torch.full((B,), 0.6), term.conditions)[0] for term in terms),
                torch.zeros_like(z),
            )
            for items in (1, 4, 6):
                settle = chunked(predictor(built), items=items)
                model = guided(settle, given, guidance, process=Process(), negative=away)
                torch.testing.assert_close(model(z, 0.6), wanted, atol=1e-4, rtol=1e-4)
        assert len(terms) == 3 and not torch.allclose(wanted, built(z, torch.full((B,), 0.6), given)[0])


class Wrapped(nn.Module):
    """Passes on every attribute, as the wrappers of devices and precisions do."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, z: Tensor, t: Tensor, given: dict[str, Tensor]) -> tuple[Tensor, Tensor | None]:
        found: tuple[Tensor, Tensor | None] = self.inner(z, t, given)
        return found

    def __getattr__(self, name: str) -> Tensor | nn.Module:
        if name in ("encode", "predict"):
            raise AssertionError("only the call of a wrapped network is safe")
        return super().__getattr__(name)


@BACKBONES
def test_conditions_are_encoded_once_for_all_steps(make: Callable[[], nn.Module]) -> None:
    built, given, counted = network(make), conditions(), list[int]()
    built.conditioner.register_forward_pre_hook(lambda module, inputs: counted.append(inputs[1]))  # type: ignore[union-attr]

    def sampled(what: nn.Module) -> Tensor:
        model = guided(chunked(predictor(what), items=3), given, Guidance(3.0), process=Process())
        return SAMPLERS["heun"].sample(model, Process(), latents(), times(4))

    once = sampled(built)
    assert counted == [3, 1]  # 2 B items, three at once
    counted.clear()
    torch.testing.assert_close(sampled(Wrapped(built)), once)
    assert counted == [3, 1] * 7


@BACKBONES
def test_other_widths_are_encoded_anew(make: Callable[[], nn.Module]) -> None:
    built, given = network(make), conditions()
    del given["control"]
    model = predictor(built)(given)
    with torch.no_grad():
        for width in (W, 2 * W, W):
            wanted, _ = built(latents(width), torch.full((B,), 0.5), given)
            torch.testing.assert_close(model(latents(width), 0.5), wanted)
