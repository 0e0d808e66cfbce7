"""From what was understood to a chain: numbers exact, antonyms mirrored, words that agree do not double."""

from __future__ import annotations

import numpy as np
import pytest

from muze_fx.curves import CENTRES_HZ
from muze_fx.effects import EFFECTS
from muze_fx.effects.reverb import Reverb
from muze_fx.effects.stereo_width import StereoWidth
from muze_fx.planning.prompts import chain_for, shipped_lexicon
from muze_fx.planning.tone import CURVE_LIMIT_DB, summed
from muze_fx.preset import Preset
from muzecli.errors import NotUnderstoodError, UsageError

ASKED_FOR = (
    "in a cathedral",
    "intimate bedroom recording",
    "wide stereo field with ambient space",
    "concert hall acoustics",
    "outdoor natural reverb",
    "warm analog tape saturation",
    "vintage 1970s sound",
    "tube amplifier warmth",
    "crystal clear digital quality",
    "lo-fi vintage sound",
    "brighter with crisp highs",
    "bass-heavy and punchy",
    "enhance vocal presence",
    "boost midrange clarity",
    "gentle compression for smoothness",
    "heavy compression for punch",
    "vintage opto compressor sound",
    "warm vintage sound",
)


def response(prompt: str) -> np.ndarray:
    return chain_for(prompt).preset.response_db(CENTRES_HZ)


def effect(prompt: str, name: str) -> object:
    return next((e for e in chain_for(prompt).preset.chain if e.name == name), None)


def effects(prompt: str) -> list[str]:
    return [e.name for e in chain_for(prompt).preset.chain]


@pytest.mark.parametrize("prompt", ASKED_FOR)
def test_what_was_asked_for_is_understood_whole(prompt: str) -> None:
    plan = chain_for(prompt)
    assert plan.unknown == ()
    assert plan.preset.chain
    for account in plan.accounts:
        assert account.words and account.did and account.source in ("lexicon", "number")


@pytest.mark.parametrize(
    ("prompt", "freq_hz", "gain_db"),
    [
        ("cut 3 dB at 300 Hz", 300, -3.0),
        ("boost 2k by 4", 2000, 4.0),
        ("dip 6.5 dB around 1.2 kHz", 1200, -6.5),
        ("warm, and take 3 dB out at 300 Hz", None, None),
    ],
)
def test_numbers_are_exact(prompt: str, freq_hz: float | None, gain_db: float | None) -> None:
    preset = chain_for(prompt).preset
    if freq_hz is not None:
        assert preset.response_db([freq_hz])[0] == pytest.approx(gain_db, abs=0.01)
    else:
        bands = [band for e in preset.chain if e.name == "equalizer" for band in e.bands]  # type: ignore[attr-defined]
        assert any((b.type, b.freq_hz, b.gain_db) == ("peak", 300, -3) for b in bands)


def test_antonyms_are_mirror_images() -> None:
    lexicon = shipped_lexicon()
    pairs = [(d.name, d.opposite_of) for d in lexicon if d.opposite_of]
    assert len(pairs) >= 40
    grid = np.geomspace(30, 16_000, 40)
    for name, base in pairs:
        mirrored = chain_for(name).preset.response_db(grid) + chain_for(str(base)).preset.response_db(grid)
        assert np.abs(mirrored).max() < 0.05, (name, base)


@pytest.mark.parametrize("word", ["warm", "bright", "boomy", "crisp", "muddy"])
def test_negation_and_strength_scale_the_curve(word: str) -> None:
    full = response(word)
    assert np.abs(response(f"not {word}") + full).max() < 0.05
    assert np.abs(response(f"slightly {word}") - 0.5 * full).max() < 0.8
    assert np.abs(response(f"very {word}")).max() > 1.3 * np.abs(full).max()


def test_words_that_agree_do_not_double_and_words_that_differ_add() -> None:
    one = np.array([4.0, 4, 3, 2, 0, 0, -2, -3, -4, -4])
    other = np.array([0.0, 0, 0, 0, 3, 3, 0, 0, 0, 0])
    assert np.allclose(summed([one]), one)
    assert np.allclose(summed([one, one]), np.sqrt(2) * one)
    assert np.allclose(summed([one, other]), one + other)
    assert np.allclose(summed([one, -one]), 0)
    assert np.abs(summed([3 * one, 2 * one])).max() <= CURVE_LIMIT_DB + 1e-9
    assert np.array_equal(summed([]), np.zeros(10))
    # in prompts: a synonym beside its word
    assert np.abs(response("warm and mellow")).max() < 1.6 * max(
        np.abs(response("warm")).max(), np.abs(response("mellow")).max()
    )


def test_a_place_decides_the_room_and_the_bare_word_its_amount() -> None:
    outdoors, both = effect("outdoors", "reverb"), effect("outdoor natural reverb", "reverb")
    assert isinstance(outdoors, Reverb) and isinstance(both, Reverb)
    assert both.rt60_s == outdoors.rt60_s
    assert both.size_m == outdoors.size_m
    assert both.mix > outdoors.mix


def test_rooms_differ_sensibly() -> None:
    seconds = [effect(p, "reverb").rt60_s for p in ("bedroom", "small studio", "concert hall", "cathedral")]  # type: ignore[union-attr, attr-defined]
    assert seconds == sorted(seconds)
    assert seconds[0] < 0.6 < 1.5 < seconds[2] < seconds[3]


def test_numbers_win_over_words() -> None:
    reverb = effect("in a cathedral with 1.2 s of reverb, 20 % wet", "reverb")
    assert isinstance(reverb, Reverb)
    assert (reverb.rt60_s, reverb.mix) == (1.2, 0.2)
    assert reverb.size_m == effect("in a cathedral", "reverb").size_m  # type: ignore[union-attr, attr-defined]


def test_what_is_forbidden_is_absent() -> None:
    assert "reverb" not in effects("in a cathedral, no reverb")
    assert "distortion" not in effects("tube amplifier warmth without distortion")
    assert "equalizer" not in effects("warm tape, no eq")


def test_what_was_guessed_or_left_out_is_remarked() -> None:
    remarks = chain_for("warm grobnik in a submarine").remarks()
    assert "'grobnik' means nothing to muze and is left out" in remarks
    assert chain_for("no reverb").remarks() == ("nothing is left to do to the sound",)
    assert chain_for("warm").remarks() == ()


def test_a_share_belongs_to_the_effect_it_is_said_of_else_to_the_whole() -> None:
    assert chain_for("telephone, 20% wet").preset.options.mix == 0.2
    cathedral = chain_for("cathedral, 20% wet").preset
    assert cathedral.options.mix is None
    assert effect("cathedral, 20% wet", "reverb").mix == 0.2  # type: ignore[union-attr, attr-defined]


def test_a_loudness_said_is_an_option_of_the_preset() -> None:
    assert chain_for("warm, normalise to -14 LUFS").preset.options.loudness_lufs == -14


def test_a_slope_is_kept() -> None:
    octave_below = chain_for("high-pass 24 dB/oct at 200 Hz").preset.response_db([200, 100])
    assert octave_below[0] == pytest.approx(-3, abs=0.1)
    assert octave_below[1] == pytest.approx(-24, abs=0.5)


def test_limits() -> None:
    bright = response("bright")
    assert np.abs(response("bright but not too bright")).max() < 0.6 * np.abs(bright).max()
    assert np.sign(response("not too bright")[-2]) == -np.sign(bright[-2])


def test_the_order_said_is_the_order_of_the_chain() -> None:
    usual = effects("distortion and reverb")
    assert usual.index("distortion") < usual.index("reverb")
    turned = effects("reverb into distortion")
    assert turned.index("reverb") < turned.index("distortion")


def test_the_width_of_an_opposite_is_turned() -> None:
    wide, narrow = effect("wide", "stereo_width"), effect("not wide", "stereo_width")
    assert isinstance(wide, StereoWidth) and isinstance(narrow, StereoWidth)
    assert wide.width > 1 > narrow.width
    assert wide.width + narrow.width == pytest.approx(2.0)


def test_a_band_limited_medium_has_steep_edges() -> None:
    low, mid, high = chain_for("telephone").preset.response_db([75, 1500, 13_600])
    assert mid - low > 40
    assert mid - high > 40


def test_out_of_range_numbers_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match="gain_db must be a number from -24 to 24 dB"):
        chain_for("boost 60 dB at 100 Hz")


@pytest.mark.parametrize("prompt", ["", "   ", "asdf qwerty", "please do something", "the the the"])
def test_what_means_nothing_is_refused(prompt: str) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        chain_for(prompt)
    assert caught.value.exit_code == 76
    assert "cut 3 dB at 300 Hz" in (caught.value.hint or "")


# ---- changing a chain ----


BASE = Preset.from_dict(
    {
        "schema": "muze.preset/1",
        "prompt": "start",
        "chain": [
            {"effect": "equalizer", "bands": [{"type": "peak", "freq_hz": 300, "gain_db": -3, "q": 1}]},
            {"effect": "compressor", "threshold_db": -18, "ratio": 4},
            {"effect": "reverb", "rt60_s": 2, "mix": 0.3},
            {"effect": "reverb", "rt60_s": 0.3, "mix": 0.1},
        ],
        "options": {"tail": "none"},
    }
)


def changed(prompt: str) -> Preset:
    return chain_for(prompt, base=BASE).preset


def first(preset: Preset, name: str) -> object:
    return next((e for e in preset.chain if e.name == name), None)


def test_a_change_keeps_what_it_does_not_touch() -> None:
    brighter = changed("a bit brighter")
    assert {e for e in BASE.chain if e.name != "equalizer"} <= set(brighter.chain)
    assert BASE.chain[0] in brighter.chain
    assert brighter.response_db([10_000])[0] > 1
    assert brighter.options.tail == "none"
    assert brighter.prompt == "start; a bit brighter"
    assert [e.name for e in brighter.chain] == ["equalizer", "compressor", "equalizer", "reverb", "reverb"]
    assert [e.name for e in changed("wide").chain][-2:] == ["reverb", "stereo_width"]


def test_more_and_less_move_what_is_there() -> None:
    assert first(changed("more reverb"), "reverb").mix > 0.3  # type: ignore[union-attr, attr-defined]
    less = first(changed("a bit less reverb"), "reverb")
    assert isinstance(less, Reverb) and less.mix < 0.3
    assert [e.name for e in changed("no reverb").chain] == ["equalizer", "compressor"]
    assert first(changed("3 s of reverb"), "reverb").rt60_s == 3  # type: ignore[union-attr, attr-defined]


# ---- the whole lexicon ----


def test_every_descriptor_makes_a_chain_that_does_something() -> None:
    for descriptor in shipped_lexicon():
        preset = chain_for(descriptor.name).preset
        assert preset.chain or descriptor.kind == "effect", descriptor.name
        for e in preset.chain:
            assert e.name in EFFECTS
        assert Preset.from_dict(preset.to_dict()) == preset
