"""The network: shapes, levels and lengths that it must not mind, and what it must hear."""

import numpy as np
import pytest
import torch

from muze_evaluate.clap.config import ClapConfig, ClapKind
from muze_evaluate.clap.hearing import LAGS, Harmony, Rhythm, _log_lags
from muze_evaluate.clap.network import Clap, levelled
from muze_evaluate.clap.sound.spectra import MEL, RATE_HZ, SEMITONES, WIDTH, views
from muzecli.plugin import model_kinds

SMALL = ClapConfig(
    width=16, channels=(4, 8), trunk_width=8, text_width=8, text_layers=1, text_heads=2, traits=("a", "b")
)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return Clap(SMALL).eval()


def some(blocks, count=2):
    return torch.randn(count, blocks, WIDTH, generator=torch.Generator().manual_seed(1)) - 5


@pytest.mark.parametrize("blocks", [1, 7, 16, 64])
def test_any_length_has_a_place(network, blocks):
    places, traits = network.embed_audio(views(some(blocks)))
    assert places.shape == (2, 16) and traits.shape == (2, 2)
    assert places.norm(dim=-1).detach().numpy() == pytest.approx(np.ones(2), abs=1e-5)


def test_level_does_not_matter(network):
    loud, soft = (network.embed_audio(views(some(16) + nats))[0] for nats in (0.0, -3.0))
    assert torch.allclose(loud, soft, atol=1e-5)


def test_levelled_power_has_a_mean_of_one():
    nats = some(8)[..., :512].reshape(2, 64, 64)
    relative = levelled(nats) * 3.5 - 5.0
    assert relative.exp().mean(dim=(1, 2)).numpy() == pytest.approx(np.ones(2), rel=1e-4)


def test_silence_has_a_place(network):
    places, _ = network.embed_audio(views(torch.full((1, 16, WIDTH), float(np.log(MEL.floor)))))
    assert torch.isfinite(places).all()


def test_padding_does_not_change_a_text(network):
    tokens = torch.randn(1, 4, 384, generator=torch.Generator().manual_seed(2))
    padded = torch.cat([tokens, torch.zeros(1, 3, 384)], dim=1)
    short = network.embed_text(tokens, torch.ones(1, 4, dtype=torch.bool))
    long = network.embed_text(padded, torch.tensor([[True] * 4 + [False] * 3]))
    assert torch.allclose(short, long, atol=1e-5)


def test_the_rhythm_curve_peaks_where_the_beat_returns():
    columns_a_beat = 25  # 0.5 s: 120 beats a minute
    mel = torch.zeros(1, 64, 512)
    mel[..., ::columns_a_beat] = 3.0
    rhythm = Rhythm(4)
    curves = []
    rhythm.net = torch.nn.Sequential(torch.nn.Identity())
    curves.append(rhythm(mel)[0, 0])
    lags_s = np.logspace(np.log10(0.2), np.log10(2.4), LAGS)
    assert lags_s[int(curves[0][lags_s < 0.8].argmax())] == pytest.approx(0.5, rel=0.03)


def test_lags_between_columns_are_interpolated():
    warp = _log_lags().numpy()
    assert warp.sum(axis=0) == pytest.approx(np.ones(LAGS), abs=1e-5)
    assert np.arange(len(warp)) @ warp == pytest.approx(
        np.logspace(np.log10(0.2), np.log10(2.4), LAGS) * RATE_HZ / MEL.hop_samples, rel=1e-5
    )


def test_the_mode_is_heard_alike_in_every_key():
    torch.manual_seed(3)
    harmony = Harmony(4).eval()
    harmony.out = torch.nn.Identity()

    def heard(tonic, third):
        chord = torch.full((1, SEMITONES, 8), -1.0)
        for octave in (2, 3):
            for interval in (0, third, 7):
                chord[:, 12 * octave + tonic + interval] = 2.0
        return harmony(chord)[0, :128].detach()  # mean and best of the rotations, before the absolute pitches

    major = heard(0, 4)
    between_keys = max(float((major - heard(tonic, 4)).abs().max()) for tonic in (5, 9))
    between_modes = float((major - heard(0, 3)).abs().max())
    assert between_keys < 0.1 * between_modes  # the edges of the bands make it not quite the same


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"channels": (8,)}, "channels must be those of 2 to 6 levels"),
        ({"window_blocks": 12}, "window_blocks must be a multiple of 8"),
        ({"text_heads": 3}, "text_width must be a multiple of text_heads"),
        ({"dropout": 1.0}, "dropout must be 0 or more and below 1"),
        ({"views": 0}, "views must be at least 1"),
        ({"trait_weight": -1.0}, "trait_weight must be 0 or more"),
        ({"text_layers": -1}, "text_layers must be 0 or more"),
    ],
)
def test_a_shape_that_cannot_be_is_refused(change, fault):
    with pytest.raises(ValueError, match=fault):
        ClapConfig(**change)


def test_the_kind_is_registered():
    assert isinstance(model_kinds.get("clap"), ClapKind)
    assert isinstance(model_kinds.get("clap").build(SMALL), Clap)
