"""Control frames: folding, groups that are not known, and the two ways to write them."""

from __future__ import annotations

import torch
from tests.ldm.conditioning.batches import FOLD, FRAMES, TINY, conditions, same
from torch import Tensor

from muze_ldm.conditioning.control import CONTROL_UNIT, ControlEncoder
from muze_ldm.conditioning.features import masked_mean
from muzecli.song.frames import CHANNELS, GROUPS


def encoder() -> ControlEncoder:
    torch.manual_seed(0)
    return ControlEncoder.of(TINY).eval()


def run(model: ControlEncoder, control: Tensor, known: Tensor | None = None) -> Tensor:
    given = {"control": control} if known is None else {"control": control, "control_known": known}
    with torch.no_grad():
        result: Tensor = model(given, len(control), control.shape[2] // model.fold)
    return result


def test_takes_the_channels_that_scores_have() -> None:
    model = encoder()
    assert (model.channels, model.groups) == (len(CHANNELS), len(GROUPS))
    assert run(model, conditions(2)["control"]).shape == (2, 8, FRAMES)


def test_all_known_is_the_default() -> None:
    control = conditions(2)["control"]
    same(run(encoder(), control), run(encoder(), control, torch.ones(2, len(GROUPS), dtype=torch.bool)))


def test_each_unknown_group_is_hidden_and_told() -> None:
    model, control = encoder(), conditions(1)["control"]
    row = 0
    for number, names in enumerate(GROUPS.values()):
        known = torch.ones(1, len(GROUPS), dtype=torch.bool)
        known[0, number] = False
        other = control.clone()
        other[:, row : row + len(names)] = 0.77
        same(run(model, control, known), run(model, other, known))
        silent = control.clone()
        silent[:, row : row + len(names)] = 0.0
        assert not torch.allclose(run(model, control, known), run(model, silent))  # unknown is not silent
        row += len(names)
    assert row == len(CHANNELS)


def test_nothing_known_is_the_same_as_absent() -> None:
    model = encoder()
    unknown = run(model, conditions(2)["control"], torch.zeros(2, len(GROUPS), dtype=torch.bool))
    same(unknown, model({}, 2, FRAMES).detach())


def test_whole_numbers_of_127ths_mean_the_same() -> None:
    model = encoder()
    steps = torch.randint(0, 128, (2, len(CHANNELS), FRAMES * FOLD), dtype=torch.int8)
    same(run(model, steps), run(model, steps / CONTROL_UNIT))


def test_moves_with_the_music() -> None:
    model, control = encoder(), torch.rand(1, len(CHANNELS), 10 * FOLD)
    moved = torch.roll(control, FOLD, dims=2)
    same(run(model, moved)[:, :, 2:-1], run(model, control)[:, :, 1:-2])


def test_frames_within_a_latent_frame_differ() -> None:
    model, control = encoder(), torch.zeros(1, len(CHANNELS), FRAMES * FOLD)
    first, second = control.clone(), control.clone()
    first[0, 0, 4], second[0, 0, 5] = 1.0, 1.0
    assert not torch.allclose(run(model, first), run(model, second))


def test_mean_over_nothing_is_zero() -> None:
    values = torch.randn(2, 3, 4)
    mask = torch.tensor([[True, False, True], [False] * 3])
    same(masked_mean(values, mask), torch.stack([values[0, [0, 2]].mean(dim=0), torch.zeros(4)]))
