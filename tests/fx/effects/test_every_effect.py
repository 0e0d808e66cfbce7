"""What holds for every effect, whatever it does."""

import math
from dataclasses import replace

import numpy as np
import pytest

from muze_fx.effects import EFFECTS, effect_class, effect_from_dict
from muzecli.errors import ConfigError

SETTINGS = {
    "noise_gate": {"threshold_db": -20},
    "pitch": {"semitones": 3, "formant_semitones": -2, "mix": 0.6},
    "equalizer": {"bands": [{"type": "peak", "freq_hz": 300, "gain_db": -3, "q": 1}]},
    "distortion": {"kind": "tube", "drive_db": 12, "bias": 0.2, "tone": 0.3},
    "tape": {"wow": 0.2, "flutter": 0.2, "hiss_db": -60},
    "stereo_width": {"width": 1.5},
    "gain": {"gain_db": -3},
    "bitcrush": {"bits": 8, "rate_hz": 7000},
    "delay": {"time_s": 0.1},
    "reverb": {"rt60_s": 0.4},
    "limiter": {"gain_db": 6},
}
NOISY = {"tape", "vinyl"}
NAMES = tuple(EFFECTS)


def make(name, **changes):
    return effect_from_dict({"effect": name, **SETTINGS.get(name, {}), **changes})


def test_all_named_effects_are_there():
    assert len(EFFECTS) == 16
    assert [effect.order for effect in EFFECTS.values()] == sorted(
        effect.order for effect in EFFECTS.values()
    )


@pytest.mark.parametrize("name", NAMES)
def test_parameters_describe_themselves(name):
    effect = EFFECTS[name]()
    assert effect.summary and not effect.summary.endswith(".")
    for parameter in effect.parameters():
        assert parameter.description
        if parameter.kind == "number":
            assert parameter.low < parameter.high
            assert parameter.low <= parameter.default <= parameter.high
            if parameter.neutral is not None:
                assert parameter.low <= parameter.neutral <= parameter.high
        for suffix, unit in (
            ("_hz", "Hz"),
            ("_ms", "ms"),
            ("_s", "s"),
            ("_m", "m"),
            ("semitones", "semitones"),
        ):
            if parameter.name.endswith(suffix):
                assert parameter.unit == unit
        if parameter.name.endswith("_db"):
            assert parameter.unit in ("dB", "dBFS")


@pytest.mark.parametrize("name", NAMES)
def test_a_value_out_of_range_is_refused_by_name_and_range(name):
    for parameter in effect_class(name).parameters():
        if parameter.kind != "number":
            continue
        for value in (parameter.low - 1, parameter.high + 1, math.nan, math.inf, "loud", None, True):
            with pytest.raises(
                ConfigError, match=rf"{name} {parameter.name} must be a number from"
            ) as caught:
                make(name, **{parameter.name: value})
            assert caught.value.exit_code == 78
            assert repr(value) in caught.value.message
            assert caught.value.details["parameter"] == parameter.name


@pytest.mark.parametrize("name", NAMES)
def test_both_ends_of_each_range_run(name, render, noise):
    samples = noise(frames=3000)
    for parameter in effect_class(name).parameters():
        if parameter.kind == "number":
            for value in (parameter.low, parameter.high):
                out = render(make(name, **{parameter.name: value}), samples)
                assert out.shape == samples.shape
                assert np.isfinite(out).all()


@pytest.mark.parametrize("name", NAMES)
def test_dictionary_and_back(name):
    effect = make(name)
    assert effect_from_dict(effect.to_dict()) == effect


def test_unknown_names_are_met_with_the_nearest():
    with pytest.raises(ConfigError, match="reverb has no parameter 'rt60'") as caught:
        make("reverb", rt60=1.0)
    assert "rt60_s" in caught.value.hint
    with pytest.raises(ConfigError, match="no effect 'reverp'") as caught:
        effect_from_dict({"effect": "reverp"})
    assert "'reverb'" in caught.value.hint


def test_words_and_switches_are_checked():
    with pytest.raises(
        ConfigError, match="distortion kind must be one of soft, tube, hard, fuzz; found 'loud'"
    ):
        make("distortion", kind="loud")
    with pytest.raises(ConfigError, match="delay ping_pong must be true or false; found 1"):
        make("delay", ping_pong=1)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "limiter"])
def test_a_neutral_setting_changes_nothing(name, render, noise):
    samples = noise()
    nothing = make(name).scaled(0.0)
    assert nothing.is_neutral
    assert not make(name).is_neutral
    np.testing.assert_array_equal(render(nothing, samples), samples)
    if any(parameter.name == "mix" for parameter in nothing.parameters()):
        dry = replace(make(name), mix=0.0)
        assert dry.is_neutral
        np.testing.assert_array_equal(render(dry, samples), samples)


@pytest.mark.parametrize("name", NAMES)
def test_strength_one_changes_nothing_and_the_opposite_is_within_range(name):
    effect = make(name)
    again = effect.scaled(1.0)
    for parameter in effect.parameters():
        if parameter.kind == "number":
            assert getattr(again, parameter.name) == pytest.approx(getattr(effect, parameter.name))
    effect.scaled(-2.0)
    effect.scaled(2.0)


@pytest.mark.parametrize("name", NAMES)
def test_output_does_not_depend_on_how_the_input_was_cut(name, render, noise):
    samples = noise(frames=70_001)
    whole = render(make(name), samples, 8000)
    np.testing.assert_array_equal(render(make(name), samples, 8000, cut=4099), whole)
    assert whole.shape == samples.shape


@pytest.mark.parametrize("name", NAMES)
def test_processors_give_the_same_whatever_the_block(name, noise):
    samples = noise(frames=24_000)

    def run(sizes):
        processor = make(name).build(44_100, 2, 5)
        starts = np.cumsum([0, *sizes[:-1]])
        parts = [
            processor.process(samples[:, at : at + size]) for at, size in zip(starts, sizes, strict=True)
        ]
        assert [part.shape[1] for part in parts] == sizes
        return np.concatenate(parts, axis=1)

    # The phase vocoder's frames meet the same samples in other batches: rounding may differ in the last bits.
    np.testing.assert_allclose(run([400, 2000, 12_000, 9600]), run([24_000]), atol=2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_sound(name, render, noise):
    samples = noise()
    first = render(make(name), samples, seed=3)
    np.testing.assert_array_equal(render(make(name), samples, seed=3), first)
    if name in NOISY or name == "reverb":
        assert not np.array_equal(render(make(name), samples, seed=4), first)


@pytest.mark.parametrize("rate_hz", [8000, 44_100, 192_000])
@pytest.mark.parametrize("name", NAMES)
def test_every_rate_and_channel_count(name, rate_hz, render, noise):
    for channels in (1, 2, 4):
        samples = noise(channels, 6000)
        out = render(make(name), samples, rate_hz)
        assert out.shape == samples.shape
        assert out.dtype == np.float32
        assert np.isfinite(out).all()


@pytest.mark.parametrize(
    "name", sorted(set(NAMES) - NOISY - {"stereo_width", "reverb", "compressor", "noise_gate"})
)
def test_channels_are_treated_alike(name, render, noise):
    """Four copies of one channel come out as four copies (rooms and dynamics have tests of their own)."""
    mono = noise(1)
    many = render(make(name), np.repeat(mono, 4, axis=0))
    alone = render(make(name), mono)
    for channel in many:
        np.testing.assert_allclose(channel, alone[0], atol=2e-5)


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"vinyl"}))
def test_silence_stays_silence(name, render):
    effect = make(name, hiss_db=-120) if name == "tape" else make(name)
    out = render(effect, np.zeros((2, 9000), np.float32))
    assert np.abs(out).max() < 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_input_is_left_as_it_was(name, noise):
    samples = noise(frames=65_536)
    before = samples.copy()
    make(name).build(44_100, 2, 0).process(samples)
    np.testing.assert_array_equal(samples, before)


@pytest.mark.parametrize(
    "effect",
    [
        make("limiter"),
        make("compressor", mix=0.5),
        make("distortion", kind="soft", bias=0, tone=0, drive_db=12),
        make("distortion", kind="soft", bias=0, tone=0, drive_db=30),
        make(
            "tape", wow=0, flutter=0, hiss_db=-120, bandwidth_hz=20_000
        ),  # a low-pass has a delay of its own
        make("tape", mix=0.4, hiss_db=-120),
        make("pitch", mix=0.3),
        make("chorus", mix=0.3),
        make("reverb", mix=0.3),
        make("equalizer"),
        make("noise_gate"),
    ],
    ids=lambda effect: effect.name,
)
@pytest.mark.parametrize("rate_hz", [8000, 48_000])
def test_latency_is_compensated(effect, rate_hz, render):
    impulse = np.zeros((2, 30_000), np.float32)
    impulse[:, 12_345] = 0.9
    out = render(effect, impulse, rate_hz)
    assert np.argmax(np.abs(out[0])) == 12_345
    assert np.argmax(np.abs(out[1])) == 12_345


def test_two_settings_merge_to_the_stronger_of_each():
    one, other = (
        make("compressor", ratio=2, makeup_db=3, attack_ms=5),
        make("compressor", ratio=8, attack_ms=30),
    )
    merged = one.merged(other)
    assert (merged.ratio, merged.makeup_db, merged.attack_ms) == (8, 3, 30)
    assert other.merged(one) == merged


def test_levels_scale_by_amplitude_and_frequencies_by_ratio():
    tape = make("tape", hiss_db=-60, bandwidth_hz=5000, drive_db=6)
    assert tape.scaled(2.0).hiss_db == pytest.approx(-53.98, abs=0.01)
    assert tape.scaled(0.5).hiss_db == pytest.approx(-66.02, abs=0.01)
    assert tape.scaled(-1.0).hiss_db == -120
    assert tape.scaled(0.5).bandwidth_hz == pytest.approx(10_000)
    assert tape.scaled(1.5).drive_db == pytest.approx(9)
    assert make("stereo_width", width=1.6).scaled(-1.0).width == pytest.approx(0.4)
    assert make("gain", gain_db=4).scaled(-1.0).gain_db == -4
    assert make("reverb").scaled(-1.0).is_neutral
