"""Exported texts: they run, they sound like muze, and what they cannot do they say."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from muze_fx.biquad import Band, response_db
from muze_fx.effects import EFFECTS
from muze_fx.effects.parts.room import decay_slope_db_s
from muze_fx.effects.parts.saturation import Curve
from muze_fx.export import TARGETS, Exported, export
from muze_fx.export.freeverb import PEDALBOARD, SOX, comb_for
from muze_fx.export.waveshape import Waveshape
from muze_fx.preset import Preset
from muzecli.errors import UsageError

Samples = npt.NDArray[np.float32]
Run = Callable[..., Samples]

RATE_HZ = 44_100

# A setting of every effect that does something.
ACTIVE: dict[str, dict[str, Any]] = {
    "noise_gate": {},
    "pitch": {"semitones": -2, "formant_semitones": 1},
    "compressor": {"makeup_db": 3},
    "distortion": {"kind": "tube", "tone": 0.5},
    "equalizer": {"bands": [{"type": "peak", "freq_hz": 300, "gain_db": -3, "q": 1}]},
    "tape": {"wow": 0.2, "flutter": 0.2, "hiss_db": -60},
    "bitcrush": {"rate_hz": 11_025},
    "chorus": {},
    "phaser": {},
    "tremolo": {},
    "delay": {},
    "reverb": {},
    "stereo_width": {"width": 1.5},
    "vinyl": {},
    "gain": {"gain_db": 2},
    "limiter": {},
}


def preset(*chain: dict[str, Any], **rest: Any) -> Preset:
    return Preset.from_dict({"schema": "muze.preset/1", "chain": list(chain), **rest})


def effect(name: str, **settings: Any) -> dict[str, Any]:
    return {"effect": name, **settings}


EVERYTHING = preset(*(effect(name, **settings) for name, settings in ACTIVE.items()))


def code(exported: Exported) -> list[str]:
    """The lines that a program reads."""
    lines = (line for line in exported.text.splitlines() if not line.lstrip().startswith("#"))
    return [line for line in lines if not line.startswith("TAIL_S")]


def needs(target: str) -> None:
    if target != "pedalboard" and shutil.which(target) is None:
        pytest.skip(f"{target} is not installed")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run an exported text on samples; returns what it wrote."""

    def go(exported: Exported, target: str, samples: Samples, rate_hz: int = RATE_HZ) -> Samples:
        needs(target)
        soundfile.write(tmp_path / "in.wav", samples.T, rate_hz, subtype="FLOAT")
        (tmp_path / "out.wav").unlink(missing_ok=True)
        script = tmp_path / "script"
        script.write_text(exported.text, encoding="utf-8")
        words = (
            [sys.executable, "script", "in.wav", "out.wav"] if target == "pedalboard" else ["sh", "script"]
        )
        done = subprocess.run(
            words,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=100,
            stdin=subprocess.DEVNULL,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        if target == "sox":
            assert "clipped" not in done.stderr
        result, result_rate_hz = soundfile.read(tmp_path / "out.wav", dtype="float32", always_2d=True)
        assert result_rate_hz == rate_hz
        assert np.isfinite(result).all()
        left = sorted(p.name for p in tmp_path.iterdir() if p.is_file())
        assert left == ["in.wav", "out.wav", "script"]
        return np.ascontiguousarray(result.T)

    return go


@pytest.fixture(scope="module")
def noise() -> Samples:
    """A second and a half of half-correlated stereo noise from 30 Hz to 14 kHz that swells: (2, N)."""
    rng = np.random.default_rng(3)
    count = 3 * RATE_HZ // 2
    white = rng.standard_normal((2, count))
    white[1] = 0.6 * white[0] + 0.8 * white[1]
    spectrum = np.fft.rfft(white)
    freqs = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum *= np.where((freqs > 30) & (freqs < 14_000), 1 / np.sqrt(np.maximum(freqs, 30) / 30), 0)
    pink = np.fft.irfft(spectrum, count)
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 2 * np.arange(count) / RATE_HZ)
    result: Samples = np.clip(0.2 * pink / pink.std() * swell, -1, 1).astype(np.float32)
    return result


def impulse(channels: int = 2, seconds: float = 1.0, level: float = 0.25) -> Samples:
    samples = np.zeros((channels, round(seconds * RATE_HZ)), np.float32)
    samples[:, 0] = level
    return samples


def rendered(chain: Preset, samples: Samples) -> Samples:
    blocks = chain.as_chain().render([samples], RATE_HZ, samples.shape[0], tail="none")
    return np.concatenate(list(blocks), axis=1)


def residual_db(expected: Samples, found: Samples) -> float:
    count = min(expected.shape[1], found.shape[1])
    difference = expected[:, :count] - found[:, :count]
    return float(10 * np.log10(np.mean(difference**2) / np.mean(expected[:, :count] ** 2) + 1e-20))


# ---- nothing is lost silently ----


def test_settings_of_every_effect_are_listed_here() -> None:
    assert set(ACTIVE) == set(EFFECTS)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ACTIVE)
def test_every_effect_is_written_or_warned_about(name: str, target: str) -> None:
    nothing = export(preset(), target)
    exported = export(preset(effect(name, **ACTIVE[name])), target)
    assert code(exported) != code(nothing) or any(w.startswith(name) for w in exported.warnings)
    assert nothing.warnings == ()


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("name", ACTIVE)
def test_every_parameter_changes_the_text_or_is_named_in_a_warning(name: str, target: str) -> None:
    base = EFFECTS[name].from_dict(ACTIVE[name])
    before = export(Preset((base,)), target)
    for parameter in base.parameters():
        if parameter.kind == "bands":
            continue
        value = getattr(base, parameter.name)
        changed: object
        if parameter.kind == "number":
            middle = math.sqrt(parameter.low * parameter.high) if parameter.low > 0 else 0.0
            others = [v for v in (middle, 0.7 * parameter.high) if v != value]
            changed = parameter.clipped(others[0] if others[0] != parameter.neutral else others[-1])
        elif parameter.kind == "choice":
            changed = next(c for c in parameter.choices if c != value)
        else:
            changed = not value
        settings = {**base.to_dict(), parameter.name: changed}
        after = export(preset(settings), target)
        warned = any(
            w.startswith(f"{name}:") and parameter.name in w for w in (*before.warnings, *after.warnings)
        )
        assert code(after) != code(before) or warned, f"{parameter.name}: {value} -> {changed}"


@pytest.mark.parametrize("target", TARGETS)
def test_warnings_stand_in_the_text_as_comments(target: str) -> None:
    exported = export(EVERYTHING, target)
    assert exported.warnings
    comments = [line for line in exported.text.splitlines() if line.startswith("#")]
    for warning in exported.warnings:
        assert f"# - {warning}" in comments


@pytest.mark.parametrize("target", TARGETS)
def test_a_prompt_stays_a_comment(target: str) -> None:
    hostile = 'warm"; rm -rf /\n"""\nimport os\r$(touch x)\x1b[2J `id` {0} % \u2028exit 1'
    plain, strange = preset(effect("gain", gain_db=2)), preset(effect("gain", gain_db=2), prompt=hostile)
    assert code(export(plain, target)) == code(export(strange, target))
    assert "\x1b" not in export(strange, target).text


def test_another_target_is_refused() -> None:
    with pytest.raises(UsageError, match="must be one of pedalboard, sox, ffmpeg; found 'audacity'"):
        export(EVERYTHING, "audacity")


# ---- syntax ----


def test_sox_command_of_one_band() -> None:
    text = export(preset(effect("equalizer", **ACTIVE["equalizer"])), "sox").text
    command = text[text.index("sox in.wav") :]
    assert command == "sox in.wav -b 24 out.wav \\\n  vol 0.25 \\\n  equalizer 300 1q -3 \\\n  vol 4\n"


def test_sox_script_of_two_roads() -> None:
    text = export(preset(effect("compressor", threshold_db=-20, ratio=4, mix=0.5)), "sox").text
    lines = text[text.index("set -e") :].splitlines()
    assert lines[:3] == ["set -e", "t=$(mktemp -d)", "trap 'rm -rf \"$t\"' EXIT"]
    assert 'sox -m -v 0.5 "$t/1.sox" -v 0.5 "$t/2.sox" -b 24 out.wav \\' in lines
    # 12 dB lower: the corner at -32 dB, and 32 dB above it a quarter of that
    assert any("-32.0412,-32.0412,0,-24.0309" in line for line in lines)


def test_ffmpeg_command_of_two_bands() -> None:
    bands = [
        {"type": "low_shelf", "freq_hz": 100, "gain_db": 4, "q": 0.7},
        {"type": "high_pass", "freq_hz": 30, "q": 0.5},
    ]
    text = export(preset(effect("equalizer", bands=bands)), "ffmpeg").text
    assert text[text.index("ffmpeg -i") :] == (
        'ffmpeg -i in.wav -filter_complex "\n'
        "  [0:a]aformat=sample_fmts=fltp,lowshelf=f=100:t=q:w=0.7:g=4,highpass=f=30:t=q:w=0.5:p=2[out]\n"
        '" -map "[out]" -c:a pcm_f32le out.wav\n'
    )


def test_pedalboard_script_holds_only_what_it_uses() -> None:
    text = export(preset(effect("gain", gain_db=-3)), "pedalboard").text
    assert "audio = run([pedalboard.Gain(-3)], audio, rate_hz)" in text
    assert "def equalizer" not in text and "StreamResampler" not in text
    compile(text, "script.py", "exec")


def test_presets_own_amount_mix_and_tail_are_obeyed() -> None:
    gain = effect("gain", gain_db=4)
    assert "gain -4" in export(preset(gain, options={"amount": -1.0}), "sox").text
    assert "-v 0.25" in export(preset(gain, options={"mix": 0.25}), "sox").text
    reverb = effect("reverb", rt60_s=2, pre_delay_ms=0)
    assert "pad 0 2.5" in export(preset(reverb), "sox").text
    assert "pad 0 7" in export(preset(reverb, options={"tail": 7}), "sox").text
    assert "pad 0" not in export(preset(reverb, options={"tail": "none"}), "sox").text
    assert "apad=pad_dur=7" in export(preset(reverb, options={"tail": 7}), "ffmpeg").text
    assert "TAIL_S = 7 " in export(preset(reverb, options={"tail": 7}), "pedalboard").text


# ---- they run, and sound like muze ----


@pytest.mark.parametrize("target", TARGETS)
def test_equaliser_response_is_the_presets(target: str, run: Run) -> None:
    bands: list[dict[str, Any]] = [
        {"type": "high_pass", "freq_hz": 35, "q": 1.1},
        {"type": "low_shelf", "freq_hz": 120, "gain_db": 6, "q": 0.6},
        {"type": "peak", "freq_hz": 900, "gain_db": -8, "q": 3},
        {"type": "high_shelf", "freq_hz": 5000, "gain_db": 5, "q": 0.8},
        {"type": "low_pass", "freq_hz": 15_000, "q": 0.5},
    ]
    out = run(export(preset(effect("equalizer", bands=bands)), target), target, impulse())
    freqs = np.array([31, 50, 100, 300, 900, 2000, 5000, 10_000, 15_000, 19_000])
    turns = np.exp(-2j * np.pi * freqs[:, None] * np.arange(out.shape[1]) / RATE_HZ)
    found = 20 * np.log10(np.abs(turns @ (out[0] / 0.25)))
    expected = response_db([Band(**band) for band in bands], freqs, RATE_HZ)
    assert np.abs(found - expected).max() < 0.3


@pytest.mark.parametrize("target", TARGETS)
def test_exact_counterparts_give_muzes_own_samples(target: str, run: Run, noise: Samples) -> None:
    chain = preset(
        effect("tremolo", rate_hz=3, depth=0.6, shape="triangle"),
        effect("compressor", threshold_db=-24, ratio=4, attack_ms=5, release_ms=80, makeup_db=4, mix=0.7),
        effect("distortion", kind="tube", drive_db=10, bias=0.3, tone=-0.4, mix=0.8),
        effect("tape", drive_db=3),
        effect("delay", time_s=0.12, feedback=0.4, high_cut_hz=20_000, ping_pong=True, mix=0.3),
        effect("stereo_width", width=1.4),
        effect("gain", gain_db=-4),
        options={"mix": 0.9},
    )
    out = run(export(chain, target), target, noise)
    wet = rendered(chain, noise)
    expected = noise + np.float32(0.9) * (wet - noise)
    # The last moments are left out: at the very end filters and resamplers are flushed in different ways.
    assert residual_db(expected[:, :-2000], out) < -38.0
    assert out.shape[1] > noise.shape[1]  # echoes go on


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("bits", "rate_hz"), [(5.5, 11_025), (8, 48_000)])
def test_crushed_bits_are_the_same_bits(
    target: str, bits: float, rate_hz: float, run: Run, noise: Samples
) -> None:
    chain = preset(effect("bitcrush", bits=bits, rate_hz=rate_hz))
    assert residual_db(rendered(chain, noise), run(export(chain, target), target, noise)) < -100.0


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("rt60_s", [0.8, 2.5])
def test_rooms_last_as_long_and_are_as_loud(target: str, rt60_s: float, run: Run) -> None:
    settings = {"rt60_s": rt60_s, "damping": 0.5, "pre_delay_ms": 20, "low_cut_hz": 20, "mix": 1}
    out = run(export(preset(effect("reverb", **settings)), target), target, impulse(level=1.0)).astype(
        np.float64
    )
    for channel in out:
        assert -60 / decay_slope_db_s(channel, RATE_HZ) == pytest.approx(rt60_s, rel=0.12)
        start = int(np.argmax(np.abs(channel) > 0.05 * np.abs(channel).max()))
        assert 0.019 < start / RATE_HZ < 0.06
        energy_db = 10 * math.log10(float((channel**2).sum()))
        assert abs(energy_db) < 1.5
    together = abs(float(np.vdot(out[0], out[1]))) / float((out**2).sum() / 2)
    assert together < 0.2  # a wide room


@pytest.mark.parametrize("target", TARGETS)
def test_limiter_holds_its_ceiling(target: str, run: Run, noise: Samples) -> None:
    chain = preset(effect("limiter", ceiling_db=-9, gain_db=8))
    out = run(export(chain, target), target, noise)
    assert np.abs(out).max() <= 10 ** (-9 / 20) * 1.002
    change_db = 10 * math.log10(float(np.mean(out**2) / np.mean(rendered(chain, noise) ** 2)))
    assert abs(change_db) < 1.5


@pytest.mark.parametrize("target", TARGETS)
def test_everything_at_once_runs(target: str, run: Run, noise: Samples) -> None:
    out = run(export(EVERYTHING, target), target, noise)
    assert out.shape[0] == 2 and out.shape[1] > noise.shape[1] + RATE_HZ
    assert 0.02 < np.abs(out).max() <= 10 ** (-1 / 20) * 1.002  # the limiter comes last


@pytest.mark.parametrize("target", TARGETS)
def test_mono_and_low_rates_run_too(target: str, run: Run, noise: Samples) -> None:
    exported = export(EVERYTHING, target, rate_hz=16_000, channels=1)
    assert any(w.startswith("stereo_width: needs stereo") for w in exported.warnings)
    out = run(exported, target, noise[:1, :16_000], 16_000)
    assert out.shape[0] == 1
    high = preset(effect("equalizer", bands=[{"type": "peak", "freq_hz": 12_000, "gain_db": 6, "q": 1}]))
    exported = export(high, target, rate_hz=16_000, channels=1)
    assert any("12000 Hz" in w for w in exported.warnings)
    assert residual_db(noise[:1, :16_000], run(exported, target, noise[:1, :16_000], 16_000)) < -80.0


def test_a_pedalboard_script_lowers_what_would_clip(run: Run, noise: Samples) -> None:
    out = run(export(preset(effect("gain", gain_db=30)), "pedalboard"), "pedalboard", noise)
    assert np.abs(out).max() == pytest.approx(1.0, abs=1e-4)
    assert np.corrcoef(out[0], noise[0])[0, 1] > 0.9999  # lowered, not cut


# ---- the maths behind ----


@pytest.mark.parametrize("kind", ["soft", "tube", "hard", "fuzz"])
@pytest.mark.parametrize(("drive_db", "bias"), [(3.0, 0.0), (24.0, 0.6)])
def test_waveshape_is_the_engines_curve(kind: str, drive_db: float, bias: float) -> None:
    curve = Curve(kind, drive_db, bias)
    shape = Waveshape.of(curve, RATE_HZ)
    x = np.linspace(-1, 1, 401)
    expected = curve.compile()(x.astype(np.float32))
    assert np.abs(shape(x) - expected).max() < 1e-5
    before_db, after_db = np.array(shape.raised_table(4.0)).T
    v = np.interp(20 * np.log10((x / 4 + 1) / 2), before_db, after_db)
    raised = 4 * (2 * 10 ** (v / 20) - 1)
    assert np.abs(raised - expected).max() < 0.02
    if shape.is_odd:
        levels, out = np.array(shape.level_table()).T
        positive = x[x > 0.001]
        looked_up = 10 ** (np.interp(20 * np.log10(positive), levels, out) / 20)
        assert np.abs(looked_up - shape(positive)).max() < 0.01


@pytest.mark.parametrize("rt60_s", [0.7, 1.5, 4.0])
@pytest.mark.parametrize("damping", [0.0, 0.6])
def test_freeverb_settings_reach_the_reverberation_time(rt60_s: float, damping: float) -> None:
    import pedalboard

    comb = comb_for(rt60_s, damping, PEDALBOARD)
    room_size = (comb.feedback - 0.7) / 0.28
    reverb = pedalboard.Reverb(room_size, comb.damping / 0.4, wet_level=1, dry_level=0)
    response = reverb(impulse(1, 1.3 * rt60_s + 0.3), RATE_HZ)[0].astype(np.float64)
    assert -60 / decay_slope_db_s(response, RATE_HZ) == pytest.approx(rt60_s, rel=0.06)
    high_s = -60 / decay_slope_db_s(response, RATE_HZ, 4000.0)
    assert high_s == pytest.approx(rt60_s / (4000 / 1400) ** (0.6 * damping), rel=0.12)


def test_freeverb_settings_stay_within_what_a_program_can_do() -> None:
    for limits in (PEDALBOARD, SOX):
        for rt60_s in (0.05, 1.0, 20.0):
            comb = comb_for(rt60_s, 0.5, limits)
            assert limits.feedback[0] <= comb.feedback <= limits.feedback[1]
            assert limits.damping[0] <= comb.damping <= limits.damping[1]
