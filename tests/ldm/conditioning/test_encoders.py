"""The smaller encoders: numbers, genres, CLAP, beats, chords, pitch, vibrato, breaths."""

from __future__ import annotations

import torch
from tests.ldm.conditioning.batches import same

from muze_ldm.conditioning.features import sinusoid, time_waves
from muze_ldm.conditioning.music import (
    BeatEmbedding,
    ChordEmbedding,
    ClapFusion,
    GenreEncoder,
    NumberEncoder,
    PositionEncoder,
    VectorEncoder,
)
from muze_ldm.conditioning.singing import BreathEncoder, PitchEncoder
from muze_ldm.conditioning.vocabulary import chord_number
from muzecli.song.chord import Chord


def test_numbers_are_centred_and_scaled() -> None:
    tempo, plain = NumberEncoder(8, centre=60.0, scale=140.0), NumberEncoder(8)
    plain.load_state_dict(tempo.state_dict())
    same(tempo(torch.tensor([60.0, 200.0])), plain(torch.tensor([0.0, 1.0])))


def test_waves_tell_near_positions_from_far_ones() -> None:
    waves = sinusoid(1000.0 * torch.tensor([0.5, 0.51, 0.9]), 32)
    assert torch.dist(waves[0], waves[1]) < torch.dist(waves[0], waves[2])
    same(waves.norm(dim=1), torch.full((3,), 4.0))  # sin² + cos² of 16 angles
    assert PositionEncoder(16)(torch.tensor([0.1, 0.7])).shape == (2, 16)


def test_time_waves_reach_from_an_eighth_of_a_second_to_a_minute() -> None:
    waves = time_waves(torch.tensor([0.0, 0.125, 64.0]))
    fastest, slowest = waves[:, [15, 31]], waves[:, [0, 16]]
    torch.testing.assert_close(fastest[1], fastest[0], atol=1e-4, rtol=0)
    torch.testing.assert_close(slowest[2], slowest[0], atol=1e-4, rtol=0)


def test_embeddings_count_by_direction() -> None:
    encoder, x = VectorEncoder(32, 8), torch.randn(2, 32)
    torch.testing.assert_close(encoder(100.0 * x), encoder(x), rtol=1e-3, atol=1e-4)


def test_genres_are_a_mean() -> None:
    encoder = GenreEncoder(3, 8)
    both = encoder(torch.tensor([[1.0, 0.0, 1.0]]))
    each = encoder(torch.tensor([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]))
    same(both[0], each.mean(dim=0))


def test_clap_is_fused_from_either() -> None:
    fusion = ClapFusion(512, 16)
    audio, text = torch.randn(2, 512), torch.randn(2, 512)
    full, one = fusion({"clap_audio": audio, "clap_text": text}, 2), fusion({"clap_audio": audio}, 2)
    assert full.shape == one.shape == (2, 16)
    unknown = {"clap_audio": audio, "clap_text": text, "clap_text_known": torch.tensor([True, False])}
    same(fusion(unknown, 2), torch.stack([full[0], one[1]]))


def test_beats_are_a_set_without_its_padding() -> None:
    encoder, times = BeatEmbedding(8), torch.tensor([[0.1, 0.6, 1.1]])
    padded = torch.nn.functional.pad(times, (0, 3), value=-1.0)
    same(encoder({"beat_positions": padded}, 1), encoder({"beat_positions": times}, 1))
    none = encoder({"beat_positions": torch.zeros(1, 0)}, 1)
    assert torch.isfinite(none).all() and not torch.allclose(none, encoder({}, 1))


def test_chords_share_roots_and_qualities() -> None:
    encoder = ChordEmbedding(8)
    c, am, a, cm = (
        encoder(torch.tensor([chord_number(Chord.parse(t))])) for t in ("C:maj", "A:min", "A:maj", "C:min")
    )
    same(c + am, a + cm)  # until each has learned something of its own
    nothing = encoder(torch.tensor([0]))
    assert not torch.allclose(nothing, c)


def test_every_chord_number_has_a_place() -> None:
    numbers = torch.arange(1 + 12 * 32)
    assert torch.isfinite(ChordEmbedding(8)(numbers)).all()


def test_pitch_gives_pitch_and_voicing_at_the_rate_of_the_latents() -> None:
    encoder = PitchEncoder(64, 32).eval()
    given = {
        "f0_hz": torch.tensor([[220.0, 0.0, 440.0, 440.0]]),
        "f0_coarse": torch.tensor([[33, 0, 45, 45]]),
        "f0_voiced": torch.tensor([[True, False, True, True]]),
    }
    features = encoder(given, 1, 4)
    assert features.shape == (1, 96, 4) and encoder.channels == 96
    same(features[0, 64:, 2], features[0, 64:, 3])
    assert not torch.allclose(features[0, 64:, 0], features[0, 64:, 1])
    for key in given:
        rest = encoder({name: value for name, value in given.items() if name != key}, 1, 4)
        assert rest.shape == (1, 96, 4) and torch.isfinite(rest).all()


def test_octaves_are_equal_steps_of_pitch() -> None:
    encoder = PitchEncoder(8, 8)
    steps = encoder._values({"f0_hz": torch.tensor([[110.0, 220.0, 440.0]])})["f0_hz"][0]
    same(steps[1] - steps[0], steps[2] - steps[1])


def test_no_breath_is_not_an_unknown_breath() -> None:
    encoder = BreathEncoder(8)
    none, padded = encoder(torch.zeros(1, 0, 2)), encoder(torch.full((1, 3, 2), -1.0))
    same(none, padded)
    one = encoder(torch.tensor([[[1.0, 1.4], [-1.0, -1.0]]]))
    same(one, encoder(torch.tensor([[[1.0, 1.4]]])))
    assert not torch.allclose(one, none)
