import json

import numpy as np
import pytest
import yaml

from muze_fx.effects import EFFECTS
from muze_fx.preset import SCHEMA, Options, Preset
from muzecli.errors import ConfigError, InputMissingError

WARM_HALL = {
    "schema": SCHEMA,
    "prompt": "warm tape in a hall",
    "chain": [
        {
            "effect": "equalizer",
            "bands": [
                {"type": "low_shelf", "freq_hz": 120.5, "gain_db": 3, "q": 0.7},
                {"type": "high_pass", "freq_hz": 40},
            ],
        },
        {"effect": "tape", "drive_db": 5},
        {"effect": "reverb", "rt60_s": 2.1, "mix": 0.3},
    ],
    "options": {"amount": 1.5, "tail": "auto"},
    "about": {"muze": "0.1.0", "words": ["warm"]},
}


def changed(**changes):
    return {**WARM_HALL, **changes}


def test_round_trip_is_exact():
    preset = Preset.from_dict(WARM_HALL)
    assert Preset.from_dict(preset.to_dict()) == preset
    assert Preset.from_dict(json.loads(json.dumps(preset.to_dict()))) == preset
    assert preset.options == Options(amount=1.5, tail="auto")
    assert [effect.name for effect in preset.chain] == ["equalizer", "tape", "reverb"]
    assert preset.to_dict()["chain"][2]["damping"] == preset.chain[2].damping  # defaults are written out


def test_every_effect_survives_the_round_trip():
    preset = Preset(tuple(effect() for effect in EFFECTS.values()))
    again = Preset.from_dict(json.loads(json.dumps(preset.to_dict())))
    assert again == preset
    assert "options" not in preset.to_dict() and "about" not in preset.to_dict()


@pytest.mark.parametrize("suffix", [".json", ".yaml", ".yml"])
def test_files(tmp_path, suffix):
    path = tmp_path / f"hall{suffix}"
    path.write_text(json.dumps(WARM_HALL) if suffix == ".json" else yaml.safe_dump(WARM_HALL))
    assert Preset.load(path) == Preset.from_dict(WARM_HALL)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.json", "{", r"a\.json: line 1 a preset must be JSON"),
        ("a.yaml", "chain: [", r"a\.yaml: line 2 a preset must be YAML or JSON"),
        ("a.json", "[]", r"a\.json: a preset must be a mapping; found list"),
        ("a.json", '{"chain": []}', r"schema must be 'muze.preset/1'; found None"),
        ("a.json", b"\xff\xfe", "must be UTF-8"),
    ],
)
def test_broken_files_are_named(tmp_path, name, text, message):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError, match=message) as caught:
        Preset.load(path)
    assert caught.value.message.startswith(str(path))
    assert caught.value.exit_code == 78


def test_a_missing_file_is_missing_input(tmp_path):
    with pytest.raises(InputMissingError, match=r"the preset .*gone\.json does not exist"):
        Preset.load(tmp_path / "gone.json")


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (changed(schema="muze.preset/9"), "schema must be 'muze.preset/1'; found 'muze.preset/9'", None),
        (changed(chian=[]), "a preset has no key 'chian'", "'chain'"),
        (changed(chain={"effect": "gain"}), "chain must be a list of effects", None),
        (changed(chain=["gain"]), r"chain\[0\]: a chain entry must be a mapping", None),
        (changed(chain=[{"mix": 1}]), r"chain\[0\]: a chain entry must name its effect", None),
        (changed(chain=[{"effect": "gian"}]), r"chain\[0\].effect: there is no effect 'gian'", "'gain'"),
        (
            changed(chain=[{"effect": "gain"}, {"effect": "reverb", "rt60_s": 40}]),
            r"chain\[1\].rt60_s: reverb rt60_s must be a number from 0.05 to 20 s; found 40",
            None,
        ),
        (
            changed(chain=[{"effect": "reverb", "rt60": 4}]),
            r"chain\[0\].rt60: reverb has no parameter 'rt60'",
            "'rt60_s'",
        ),
        (
            changed(chain=[{"effect": "equalizer", "bands": [{"type": "peak", "freq_hz": 1}]}]),
            r"chain\[0\].bands\[0\].freq_hz: equalizer band freq_hz must be a number from 20",
            None,
        ),
        (
            changed(chain=[{"effect": "equalizer", "bands": [{"type": "peak", "freq_hz": 100, "gain": 1}]}]),
            r"chain\[0\].bands\[0\].gain",
            "'gain_db'",
        ),
        (changed(options={"amont": 1}), "options has no key 'amont'", "'amount'"),
        (changed(options={"amount": 3}), "options.amount must be a number from -2 to 2; found 3", None),
        (changed(options={"mix": "all"}), "options.mix must be a number from 0 to 1; found 'all'", None),
        (changed(options={"tail": "long"}), "options.tail must be auto, none", None),
        (changed(prompt=3), "prompt must be text", None),
        (changed(about=[]), "about must be a mapping", None),
    ],
)
def test_every_fault_is_named_with_its_place(data, message, hint):
    with pytest.raises(ConfigError, match=message) as caught:
        Preset.from_dict(data)
    if hint is not None:
        assert hint in caught.value.hint


def test_scaling():
    preset = Preset.from_dict(WARM_HALL)
    assert preset.scaled(1.0) is preset
    assert preset.scaled(0.0).chain == ()
    half = preset.scaled(0.5)
    assert half.chain[0].bands[0].gain_db == 1.5
    assert half.chain[1].drive_db == 2.5
    assert half.chain[2].mix == pytest.approx(0.15)
    opposite = preset.scaled(-1.0)
    assert [band.gain_db for band in opposite.chain[0].bands] == [-3]
    assert "reverb" not in [effect.name for effect in opposite.chain]  # there is no less than no room
    with pytest.raises(ConfigError, match="amount must be a number from -2 to 2; found 5"):
        preset.scaled(5)


def test_the_opposite_response_is_the_mirror_image():
    bands = [
        {"type": "low_shelf", "freq_hz": 150, "gain_db": 4},
        {"type": "peak", "freq_hz": 3000, "gain_db": -5},
    ]
    preset = Preset.from_dict({"schema": SCHEMA, "chain": [{"effect": "equalizer", "bands": bands}]})
    freqs = np.geomspace(20, 20_000, 50)
    np.testing.assert_allclose(preset.scaled(-1).response_db(freqs), -preset.response_db(freqs), atol=1e-9)


def test_the_response_is_that_of_all_equalisers():
    cut = {"effect": "equalizer", "bands": [{"type": "peak", "freq_hz": 300, "gain_db": -3, "q": 1}]}
    preset = Preset.from_dict({"schema": SCHEMA, "chain": [cut, {"effect": "tape"}, cut]})
    assert preset.response_db([300])[0] == pytest.approx(-6.0, abs=1e-6)
    assert Preset().response_db([300])[0] == 0.0
