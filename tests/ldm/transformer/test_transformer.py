"""What is the transformer's own: where text and voice enter, folding, lengths."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from tests.ldm.unet.networks import conditions, latents, network

from muze_ldm.transformer.model import LatentTransformer


def made(**values: Any) -> LatentTransformer:
    model = network("transformer", **values)
    assert isinstance(model, LatentTransformer)
    return model


@pytest.mark.parametrize(("every", "expected"), [(1, [0, 1, 2, 3]), (2, [0, 2]), (3, [0, 3]), (9, [0])])
def test_text_and_voice_enter_some_blocks(every: int, expected: list[int]) -> None:
    model = made(layers=4, text_every=every, voice_every=every)
    blocks = list(model.blocks)
    assert [n for n, block in enumerate(blocks) if block.attend_text is not None] == expected
    assert [n for n, block in enumerate(blocks) if block.voice is not None] == expected


def test_rows_are_channels() -> None:
    """A transformer of height 2 is that of height 1 on twice the channels."""
    tall, flat = made(latent_height=2), made(latent_channels=8)
    flat.load_state_dict(tall.state_dict())
    z, t = latents(2, 6, height=2)
    given = conditions(2, 6)
    with torch.no_grad():
        expected, _ = tall(z, t, given)
        found, _ = flat(z.reshape(2, 8, 1, 6), t, given)
    torch.testing.assert_close(found.reshape(2, 4, 2, 6), expected)


def test_only_distances_in_time_count() -> None:
    """Without conditions in time, a window moved within silence gives the same, moved."""
    model = made()
    z, t = latents(1, 6)
    with torch.no_grad():
        forth, _ = model(z, t, {})
        back, _ = model(z.flip(-1), t, {})
        assert not torch.allclose(back.flip(-1), forth, atol=1e-5)  # before is not after
        constant, _ = model(z[..., :1].expand(-1, -1, -1, 6), t, {})
    torch.testing.assert_close(constant, constant[..., :1].expand_as(constant))


def test_blocks_begin_as_their_short_cuts() -> None:
    model = network("transformer", awake=False)
    assert isinstance(model, LatentTransformer)
    encoded = model.encode(conditions(2, 6), 2, 6)
    x, embedding = torch.randn(2, 6, 16), torch.randn(2, 12)
    angles = torch.polar(torch.ones(6, 4), torch.randn(6, 4))
    for block in model.blocks:
        torch.testing.assert_close(block(x, embedding, angles, encoded), x, rtol=0.0, atol=0.0)
