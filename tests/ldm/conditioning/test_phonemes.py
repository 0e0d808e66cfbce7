"""Phonemes: order counts, padding does not; durations and what they are compared with."""

from __future__ import annotations

import math

import pytest
import torch
from tests.ldm.conditioning.batches import same

from muze_ldm.conditioning.phonemes import PhonemeEncoder, PhonemeTimestampEncoder, phoneme_duration_loss

NUMBERS = torch.tensor([[5, 6, 7, 8, 9], [11, 12, 0, 0, 0]])


@pytest.fixture
def encoder() -> PhonemeEncoder:
    torch.manual_seed(0)
    return PhonemeEncoder(16).eval()


def test_padding_changes_nothing(encoder: PhonemeEncoder) -> None:
    vector, durations = encoder(NUMBERS)
    alone, alone_durations = encoder(NUMBERS[1:, :2])
    same(vector[1:], alone)
    same(durations[1:, :2], alone_durations)
    assert (durations[1, 2:] == 0).all() and (durations[0] > 0).all()


def test_order_counts_in_both_directions(encoder: PhonemeEncoder) -> None:
    vector, durations = encoder(NUMBERS)
    other = NUMBERS.clone()
    other[0, 4] = 20
    _, later = encoder(other)
    assert not torch.allclose(durations[0, :4], later[0, :4])  # those before it hear of it
    assert not torch.allclose(vector[0], encoder(NUMBERS.flip(1))[0][0])


def test_is_a_bidirectional_gru(encoder: PhonemeEncoder) -> None:
    """Against torch's own, which reads packed sequences."""
    both = torch.nn.GRU(16, 8, batch_first=True, bidirectional=True)
    for name, parameter in encoder.onward.named_parameters():
        getattr(both, name).data.copy_(parameter)
        getattr(both, name + "_reverse").data.copy_(getattr(encoder.backward, name))
    lengths = (NUMBERS > 0).sum(dim=1)
    packed = torch.nn.utils.rnn.pack_padded_sequence(encoder.embedding(NUMBERS), lengths, batch_first=True)
    hidden, _ = torch.nn.utils.rnn.pad_packed_sequence(both(packed)[0], batch_first=True)
    expected = encoder.pooled(hidden.sum(dim=1) / lengths[:, None])
    same(encoder(NUMBERS)[0], expected)


def test_no_phonemes_at_all(encoder: PhonemeEncoder) -> None:
    vector, durations = encoder(torch.zeros(2, 0, dtype=torch.long))
    assert durations.shape == (2, 0)
    same(vector, encoder(torch.zeros(2, 3, dtype=torch.long))[0])


def test_times_are_a_set_without_its_padding() -> None:
    encoder = PhonemeTimestampEncoder(8)
    starts, ends = torch.tensor([[0.1, 0.5, 2.0]]), torch.tensor([[0.4, 0.6, 2.5]])
    padded = [torch.nn.functional.pad(times, (0, 2), value=-1.0) for times in (starts, ends)]
    same(encoder(*padded), encoder(starts, ends))
    same(encoder(starts.flip(1), ends.flip(1)), encoder(starts, ends))
    assert not torch.allclose(encoder(starts + 0.1, ends + 0.1), encoder(starts, ends))


def given(**more: torch.Tensor) -> dict[str, torch.Tensor]:
    starts = torch.tensor([[0.0, 0.1, 0.3, 0.6, 1.0], [0.0, 0.5, -1.0, -1.0, -1.0]])
    ends = torch.tensor([[0.1, 0.3, 0.6, 1.0, 1.5], [0.5, 0.6, -1.0, -1.0, -1.0]])
    return {"phonemes": NUMBERS, "phoneme_starts": starts, "phoneme_ends": ends, **more}


def test_durations_that_are_right_cost_nothing() -> None:
    truth = given()
    right = (truth["phoneme_ends"] - truth["phoneme_starts"]) * (NUMBERS > 0)
    same(phoneme_duration_loss(right, truth), torch.tensor(0.0))


def test_error_is_of_logarithms() -> None:
    durations = torch.full((2, 5), 0.2)
    logs = [math.log1p(100 * d) - math.log1p(20) for d in (0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.1)]
    expected = sum(log**2 for log in logs) / 7
    assert float(phoneme_duration_loss(durations, given())) == pytest.approx(expected, rel=1e-5)


def test_only_known_items_count() -> None:
    durations = torch.full((2, 5), 0.2, requires_grad=True)
    loss = phoneme_duration_loss(durations, given(phonemes_known=torch.tensor([False, True])))
    (gradient,) = torch.autograd.grad(loss, durations)
    assert (gradient[0] == 0).all() and (gradient[1, :2] != 0).all()
    nobody = phoneme_duration_loss(durations, given(phoneme_starts_known=torch.zeros(2, dtype=torch.bool)))
    assert nobody.item() == 0.0 and nobody.requires_grad


def test_without_times_there_is_nothing_to_learn() -> None:
    durations = torch.full((2, 5), 0.2, requires_grad=True)
    loss = phoneme_duration_loss(durations, {"phonemes": NUMBERS})
    assert loss.item() == 0.0 and loss.requires_grad
