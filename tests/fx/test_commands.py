"""`muze fx plan|explain|list|export|compare` from outside, and the Python interface."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from tests.conftest import Muze

from muze_fx import EffectPipeline
from muzecli.errors import NotUnderstoodError, OutputExistsError, UsageError


def test_plan_prints_the_preset(muze: Muze) -> None:
    done = muze("fx", "plan", "warm tape")
    preset = json.loads(done.stdout)
    assert preset["schema"] == "muze.preset/1"
    assert preset["prompt"] == "warm tape"
    assert preset["chain"][0]["effect"] == "equalizer"
    assert set(preset["chain"][0]["bands"][0]) >= {"type", "freq_hz", "gain_db", "q"}
    assert json.loads(muze("fx", "plan", "warm tape", "--json").stdout) == preset


def test_plan_with_response(muze: Muze) -> None:
    done = muze("fx", "plan", "cut 3 dB at 300 Hz", "--response", "300, 1k,10 kHz")
    rows = json.loads(done.stdout)["response"]
    assert [row["freq_hz"] for row in rows] == [300, 1000, 10_000]
    assert rows[0]["gain_db"] == pytest.approx(-3.0, abs=0.1)
    assert muze("fx", "plan", "warm", "--response", "loud").returncode == 2


def test_a_plan_is_a_preset(muze: Muze, tmp_path: Path) -> None:
    done = muze("fx", "plan", "warm", "--response", "100", "-o", "p.json")
    assert done.stdout == b"p.json\n"
    assert muze("presets", "validate", "p.json", "--kind", "effects").returncode == 0
    assert muze("fx", "plan", "warm", "-o", "p.json").returncode == 73
    opposite = json.loads(muze("fx", "plan", "warm", "--amount", "-1", "--response", "100").stdout)
    assert opposite["response"][0]["gain_db"] < -2


def test_known_words_load_no_model(muze: Muze) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from muzecli.app import main; main(['fx', 'plan', 'warm tape, 20 % wet, no reverb']);"
        "sys.exit(any(m in sys.modules for m in ('torch', 'transformers', 'tokenizers', 'scipy', 'matplotlib')))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, check=False).returncode == 0
    )


def test_explain_says_which_words_did_what(muze: Muze) -> None:
    said = muze("fx", "explain", "slightly warm, cut 3 dB at 300 Hz, no reverb").stdout.decode()
    for part in ("slightly warm", "0.5", "cut 3 dB at 300 Hz", "peak −3.0 dB at 300 Hz", "no reverb"):
        assert part in said
    document = json.loads(muze("fx", "explain", "warm grobnik", "--json").stdout)
    assert document["schema"] == "muze.explain/1"
    assert document["unknown"] == ["grobnik"]
    assert document["accounts"][0]["note"]


def test_an_unknown_word_beside_known_ones_is_a_warning(muze: Muze) -> None:
    done = muze("fx", "plan", "warm grobnik")
    assert done.returncode == 0
    assert "'grobnik' means nothing to muze" in done.stderr.decode()


def test_list_names_every_effect_with_units(muze: Muze) -> None:
    effects = json.loads(muze("fx", "list", "--json").stdout)["effects"]
    assert {e["effect"] for e in effects} >= {
        *("equalizer", "compressor", "distortion", "tape", "vinyl", "reverb", "delay", "chorus", "phaser"),
        *("tremolo", "stereo_width", "pitch", "bitcrush", "gain", "limiter"),
    }
    for effect in effects:
        assert effect["summary"]
        for parameter in effect["parameters"]:
            assert parameter["description"], (effect["effect"], parameter["name"])
    one = muze("fx", "list", "reverb").stdout.decode()
    assert "rt60_s" in one and "0.05 … 20" in one
    wrong = muze("fx", "list", "reverv")
    assert wrong.returncode == 2
    assert b"did you mean 'reverb'?" in wrong.stderr


@pytest.mark.parametrize("target", ["pedalboard", "sox", "ffmpeg"])
def test_export(muze: Muze, target: str) -> None:
    done = muze("fx", "export", "concert-hall", "--to", target)
    assert done.returncode == 0, done.stderr.decode()
    assert {"pedalboard": "import", "sox": "sox ", "ffmpeg": "ffmpeg "}[target] in done.stdout.decode()
    document = json.loads(muze("fx", "export", "concert-hall", "--to", target, "--json").stdout)
    assert document["schema"] == "muze.export/1"
    assert muze("fx", "export", "concert-hall", "--to", "reaper").returncode == 2


def test_compare_prints_a_table_and_draws(muze: Muze, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    noise = 0.1 * rng.standard_normal((44_100, 2))
    soundfile.write(tmp_path / "work" / "a.wav", noise, 44_100)
    soundfile.write(tmp_path / "work" / "b.wav", 2 * noise, 44_100)
    done = muze("fx", "compare", "a.wav", "b.wav", "-o", "d.png")
    assert done.returncode == 0, done.stderr.decode()
    assert "LUFS" in done.stdout.decode()
    assert (tmp_path / "work" / "d.png").read_bytes().startswith(b"\x89PNG")
    assert muze("fx", "compare", "a.wav", "b.wav", "-o", "d.png").returncode == 73
    assert muze("fx", "compare", "a.wav", "b.wav", "-o", "d.txt").returncode == 2
    assert muze("fx", "compare", "a.wav", "nonesuch.wav").returncode == 66
    document = json.loads(muze("fx", "compare", "a.wav", "b.wav", "--json").stdout)
    assert document["schema"] == "muze.comparison/1"


def test_a_guess_names_the_model_that_made_it() -> None:
    from muze_fx.planning.planner import Account, Plan
    from muze_fx.planning.prompts import weights_of
    from muze_fx.preset import Preset

    known = Account("warm", "warm", "", "lexicon")
    guess = Account("cosyish", "warm", "", "guess", confidence=0.8)
    assert weights_of(Plan(Preset(), (known,))) == ()
    ((weights,),) = [weights_of(Plan(Preset(), (known, guess)))]
    assert weights["name"] == "minilm" and len(weights["sha256"]) == 64


# ---- Python ----


@pytest.fixture
def source(tmp_path: Path) -> Path:
    noise = 0.1 * np.random.default_rng(0).standard_normal((44_100, 2))
    soundfile.write(tmp_path / "in.wav", noise, 44_100, subtype="PCM_16")
    return tmp_path / "in.wav"


def test_the_pipeline(source: Path) -> None:
    target = source.with_name("out.flac")
    result = EffectPipeline().process(
        audio_path=source, text_prompt="warm tape in a hall", output_path=target
    )
    assert result.output_path == target
    assert set(result.parameters) == {"equalizer", "tape", "reverb", "stereo_width"} or {
        "equalizer",
        "tape",
        "reverb",
    } <= set(result.parameters)
    assert result.parameters["reverb"]["rt60_s"] > 1
    assert result.loudness["output_lufs"] == pytest.approx(result.loudness["input_lufs"], abs=0.1)
    assert soundfile.info(target).frames > 44_100
    with pytest.raises(OutputExistsError):
        EffectPipeline().process(audio_path=source, text_prompt="warm", output_path=target)
    with pytest.raises(NotUnderstoodError):
        EffectPipeline().process(source, "grobnik", source.with_name("x.wav"))
    assert not source.with_name("x.wav").exists()


def test_the_pipeline_and_the_command_give_the_same_bytes(muze: Muze, source: Path) -> None:
    EffectPipeline(seed=3).process(str(source), "vinyl", str(source.with_name("a.wav")))
    assert (
        muze("fx", "apply", source, "vinyl", "-o", source.with_name("b.wav"), "--seed", "3").returncode == 0
    )
    assert source.with_name("a.wav").read_bytes() == source.with_name("b.wav").read_bytes()


def test_a_base_preset_says_how_it_is_applied(source: Path) -> None:
    from muze_fx.preset import Options, Preset

    base = Preset(options=Options(amount=0.0, tail="none"))
    target = source.with_name("a.wav")
    EffectPipeline(match_loudness=False).process(source, "in a cathedral", target, base=base)
    assert np.allclose(soundfile.read(target)[0], soundfile.read(source)[0], atol=2 / 32_768)  # dither
    EffectPipeline(amount=1.0, tail=0.5).process(source, "in a cathedral", target, base=base, overwrite=True)
    assert soundfile.info(target).frames == 44_100 + 22_050


def test_the_pipeline_keeps_its_input(source: Path) -> None:
    before = source.read_bytes()
    with pytest.raises(UsageError, match="would replace its own input"):
        EffectPipeline().process(source, "warm", source, overwrite=True)
    assert source.read_bytes() == before
