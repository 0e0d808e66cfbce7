import pytest
import torch

from muze_ldm.conditioning.keys import CONDITIONS
from muze_ldm.diffusion.joining import join
from muzecli.song.frames import GROUPS


def test_what_all_have_is_put_together_without_flags() -> None:
    joined = join([{"energy": torch.tensor([0.1, 0.2])}, {"energy": torch.tensor([0.3])}], [2, 1])
    assert list(joined) == ["energy"] and joined["energy"].tolist() == pytest.approx([0.1, 0.2, 0.3])


def test_what_one_lacks_is_marked_as_not_known() -> None:
    parts = [
        {"key": torch.tensor([3, 4])},
        {},
        {"key": torch.tensor([5]), "key_known": torch.tensor([False])},
    ]
    joined = join(parts, [2, 1, 1])
    assert joined["key"].tolist() == [3, 4, 0, 5] and joined["key"].dtype == torch.int64
    assert joined["key_known"].tolist() == [True, True, False, False]


def test_text_is_told_by_its_mask() -> None:
    parts = [
        {"context": torch.ones(1, 2, 3)},
        {},
        {"context": torch.ones(1, 4, 3), "context_mask": torch.tensor([[True, True, True, False]])},
    ]
    joined = join(parts, [1, 1, 1])
    assert joined["context"].shape == (3, 4, 3) and "context_known" not in joined
    wanted = [[True, True, False, False], [False] * 4, [True, True, True, False]]
    assert joined["context_mask"].tolist() == wanted
    assert torch.equal(joined["context"][0, 2:], torch.zeros(2, 3))


def test_controls_are_told_by_the_flags_of_their_groups() -> None:
    joined = join([{"control": torch.ones(1, 5, 8)}, {}], [1, 2])
    assert joined["control_known"].tolist() == [[True] * len(GROUPS)] + [[False] * len(GROUPS)] * 2
    some = torch.tensor([[True, False, True]])
    joined = join([{"control": torch.ones(1, 5, 8), "control_known": some}, {}], [1, 1])
    assert joined["control_known"].tolist() == [[True, False, True], [False] * 3]


def test_sequences_are_padded_as_the_table_says() -> None:
    joined = join(
        [
            {"beat_positions": torch.ones(1, 3), "breaths": torch.ones(1, 1, 2)},
            {"beat_positions": torch.ones(1, 1), "breaths": torch.ones(1, 2, 2)},
        ],
        [1, 1],
    )
    assert joined["beat_positions"].tolist() == [[1.0, 1.0, 1.0], [1.0, -1.0, -1.0]]
    assert joined["breaths"].tolist() == [[[1.0, 1.0], [-1.0, -1.0]], [[1.0, 1.0], [1.0, 1.0]]]
    assert CONDITIONS["beat_positions"].pad == -1.0


def test_shapes_that_must_agree_are_named() -> None:
    with pytest.raises(ValueError, match=r"control must be of one shape to be joined.*\(5, 8\) and \(5, 7\)"):
        join([{"control": torch.ones(1, 5, 8)}, {"control": torch.ones(1, 5, 7)}], [1, 1])
