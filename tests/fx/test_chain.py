import numpy as np
import pytest

from muze_fx.chain import BLOCK_FRAMES, Chain, arranged
from muze_fx.effects import effect_from_dict
from muze_fx.effects.delay import Delay
from muze_fx.effects.gain import Gain
from muze_fx.effects.limiter import Limiter
from muze_fx.effects.reverb import Reverb
from muze_fx.effects.stereo_width import StereoWidth
from muze_fx.effects.tape import Tape
from muzecli.errors import BugError, ConfigError

FULL = Chain(
    tuple(
        effect_from_dict(entry)
        for entry in (
            {"effect": "compressor", "mix": 0.7},
            {"effect": "distortion", "kind": "tube", "mix": 0.5},
            {"effect": "equalizer", "bands": [{"type": "low_shelf", "freq_hz": 100, "gain_db": 3}]},
            {"effect": "tape", "wow": 0.1, "hiss_db": -70},
            {"effect": "reverb", "rt60_s": 0.5},
            {"effect": "limiter"},
        )
    )
)


def noise(channels=2, frames=30_000, level=0.2):
    return (np.random.default_rng(1).standard_normal((channels, frames)) * level).astype(np.float32)


def run(chain, samples, rate_hz=44_100, cut=None, **options):
    cut = cut or max(samples.shape[1], 1)
    blocks = (samples[:, at : at + cut] for at in range(0, samples.shape[1], cut))
    parts = list(chain.render(blocks, rate_hz, samples.shape[0], **options))
    assert all(0 < part.shape[1] <= BLOCK_FRAMES for part in parts)
    return np.concatenate(parts, axis=1) if parts else np.zeros((samples.shape[0], 0), np.float32)


@pytest.mark.parametrize("frames", [1, 1000, BLOCK_FRAMES, BLOCK_FRAMES + 1, 150_000])
def test_without_a_tail_the_length_is_the_inputs(frames):
    for chain in (Chain(), FULL, Chain((Limiter(),))):
        assert run(chain, noise(frames=frames), tail="none").shape == (2, frames)


def test_no_input_gives_no_output():
    assert run(FULL, noise(frames=0), tail="none").shape == (2, 0)
    assert run(FULL, noise(frames=0)).shape == (2, 0)


@pytest.mark.parametrize("tail", ["none", "auto", 0.25])
def test_the_cut_of_the_input_changes_nothing(tail):
    samples = noise(frames=140_000)
    whole = run(FULL, samples, tail=tail, seed=7, mix=0.8)
    for cut in (777, BLOCK_FRAMES, 100_000):
        np.testing.assert_array_equal(run(FULL, samples, cut=cut, tail=tail, seed=7, mix=0.8), whole)


def test_an_empty_chain_is_identity():
    samples = noise()
    np.testing.assert_array_equal(run(Chain(), samples), samples)
    np.testing.assert_array_equal(run(FULL, samples, mix=0.0), samples)


def test_latencies_add_up_and_are_taken_off():
    impulse = np.zeros((1, 90_000), np.float32)
    impulse[0, 70_000] = 0.8
    effects = [
        {"effect": "distortion", "drive_db": 6},
        {"effect": "limiter"},
        {"effect": "distortion", "drive_db": 3},
    ]
    chain = Chain(tuple(effect_from_dict(entry) for entry in effects))
    assert chain.build(44_100, 1).latency_samples > 5000
    for mix in (1.0, 0.5):
        assert np.argmax(np.abs(run(chain, impulse, mix=mix)[0])) == 70_000


def test_mix_is_linear():
    samples = noise()
    wet = run(FULL, samples, tail="none", seed=1)
    half = run(FULL, samples, tail="none", seed=1, mix=0.5)
    np.testing.assert_allclose(half, 0.5 * samples + 0.5 * wet, atol=1e-6)


def test_an_automatic_tail_rings_until_it_is_inaudible():
    samples = noise(frames=20_000)
    out = run(Chain((Reverb(rt60_s=0.8, mix=0.5),)), samples)
    tail = out[:, 20_000:]
    assert 0.6 * 44_100 < tail.shape[1] < 1.3 * 44_100
    assert np.abs(tail[:, -2000:]).max() < 1e-3
    np.testing.assert_array_equal(
        out[:, :20_000], run(Chain((Reverb(rt60_s=0.8, mix=0.5),)), samples, tail="none")
    )


def test_effects_that_do_not_ring_add_nothing():
    samples = noise()
    for entry in ({"effect": "tape"}, {"effect": "compressor"}, {"effect": "pitch", "semitones": 2}):
        assert run(Chain((effect_from_dict(entry),)), samples).shape == samples.shape


def test_silence_has_no_tail():
    assert run(Chain((Reverb(), Delay())), np.zeros((2, 5000), np.float32)).shape == (2, 5000)


def test_a_tail_keeps_its_pauses():
    """Echoes further apart than a block: the silence between them is part of the tail."""
    click = np.zeros((1, 100), np.float32)
    click[0, 50] = 1.0
    out = run(Chain((Delay(time_s=3.0, feedback=0.3, high_cut_hz=20_000),)), click)[0]
    echoes = np.flatnonzero(np.abs(out) > 1e-3)
    assert echoes.tolist() == [50 + 3 * 44_100 * n for n in range(6)]
    assert out.size > echoes[-1]


def test_a_tail_in_seconds_is_exact_and_fades():
    out = run(Chain((Tape(hiss_db=-30),)), noise(frames=10_000), tail=1.5)
    assert out.shape[1] == 10_000 + round(1.5 * 44_100)
    assert np.abs(out[:, -1]).max() < 1e-5
    assert np.abs(out[:, -3000:-2000]).max() > 1e-3


def test_seeds_belong_to_the_use_of_an_effect():
    """Another effect before it does not change an effect's noise; two of the same have different noise."""
    silence = np.zeros((1, 20_000), np.float32)
    tape = Tape(hiss_db=-40)
    alone = run(Chain((tape,)), silence, seed=3)
    np.testing.assert_array_equal(run(Chain((Gain(gain_db=6), tape)), silence, seed=3), alone)
    assert not np.array_equal(run(Chain((tape,)), silence, seed=4), alone)
    twice = run(Chain((tape, tape)), silence, seed=3)
    assert abs(np.corrcoef(twice[0] - alone[0], alone[0])[0, 1]) < 0.5


def test_neutral_effects_are_passed_over():
    chain = Chain((Gain(), Reverb(mix=0), Gain(gain_db=1)))
    assert chain.active == (Gain(gain_db=1),)
    assert chain.build(44_100, 2).latency_samples == 0


def test_warnings_name_what_is_left_out():
    chain = Chain((StereoWidth(width=2), Delay(ping_pong=True), StereoWidth()))
    assert chain.warnings(44_100, 2) == ()
    assert [line.split(":")[0] for line in chain.warnings(44_100, 1)] == ["stereo_width", "delay"]


def test_an_hour_streams():
    """Blocks come out as blocks go in; nothing waits for the end."""
    given = 0

    def blocks():
        nonlocal given
        for _ in range(40):
            given += 1
            yield np.zeros((2, BLOCK_FRAMES), np.float32)

    for taken, _ in enumerate(FULL.render(blocks(), 44_100, 2, tail="none")):
        assert given <= taken + 3


@pytest.mark.parametrize("tail", ["long", -1, 601, True, float("nan"), None])
def test_what_is_no_tail_is_refused_at_once(tail):
    with pytest.raises(ConfigError, match="tail must be auto, none, or a number of seconds"):
        FULL.render([], 44_100, 2, tail=tail)


def test_mix_and_shapes_are_checked():
    with pytest.raises(ConfigError, match=r"mix must be a number from 0 to 1; found 1\.5"):
        FULL.render([], 44_100, 2, mix=1.5)
    with pytest.raises(BugError, match="must have 2 channels"):
        list(Chain().render([noise(1)], 44_100, 2))


def named(effects):
    return [effect.name for effect in effects]


def test_default_order_and_wishes():
    effects = [
        effect_from_dict({"effect": name})
        for name in ("reverb", "limiter", "distortion", "delay", "compressor")
    ]
    assert named(arranged(effects)) == ["compressor", "distortion", "delay", "reverb", "limiter"]
    wished = arranged(effects, [("reverb", "distortion")])
    assert named(wished) == ["compressor", "delay", "reverb", "distortion", "limiter"]
    assert named(arranged(effects, [("delay", "compressor"), ("reverb", "delay")])) == [
        "distortion",
        "reverb",
        "delay",
        "compressor",
        "limiter",
    ]


def test_of_two_contradicting_wishes_the_later_counts():
    effects = [Reverb(), Delay()]
    assert named(arranged(effects, [("reverb", "delay"), ("delay", "reverb")])) == ["delay", "reverb"]
    assert named(arranged(effects, [("delay", "reverb"), ("reverb", "delay")])) == ["reverb", "delay"]
    assert named(arranged(effects, [("reverb", "phaser"), ("reverb", "reverb")])) == ["delay", "reverb"]
