"""Augmentation: drawn from the generator alone, different for each item, and always a spectrum."""

import torch

from muze_evaluate.clap.sound.augment import _smeared, augmented
from muze_evaluate.clap.sound.spectra import WIDTH, views


def some(count=6):
    return views(torch.randn(count, 8, WIDTH, generator=torch.Generator().manual_seed(3)) - 5)


def test_the_same_generator_draws_the_same():
    first, second = (augmented(some(), torch.Generator().manual_seed(7)) for _ in range(2))
    assert torch.equal(first.mel, second.mel) and torch.equal(first.semitones, second.semitones)
    other = augmented(some(), torch.Generator().manual_seed(8))
    assert not torch.equal(first.mel, other.mel)


def test_every_item_is_changed_in_a_way_of_its_own():
    same = some(1)
    twins = type(same)(same.mel.repeat(4, 1, 1), same.semitones.repeat(4, 1, 1))
    changed = augmented(twins, torch.Generator().manual_seed(1))
    assert len({tuple(mel.flatten()[:50].tolist()) for mel in changed.mel}) == 4
    assert torch.isfinite(changed.mel).all() and torch.isfinite(changed.semitones).all()


def test_a_room_rings_on_after_a_click_by_its_time():
    nats = torch.full((1, 1, 50), -20.0)
    nats[..., 10] = 0.0
    rung = _smeared(nats, torch.tensor([0.2]), torch.tensor([-2.0]), step_s=0.02)[0, 0]
    assert (rung[:10] < -19.9).all()
    falls = rung[12:40].diff()
    assert torch.allclose(falls, torch.full_like(falls, -0.1), atol=1e-3)  # 0.02 s of 0.2 s
