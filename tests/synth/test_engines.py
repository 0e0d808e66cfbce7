"""Engines: options, progress, determinism, and what they say when something is missing."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest
from tests.synth.bands import band, part_of

from muze_fx.registered import FxTreatment
from muze_synth.engines import PlainEngine, PlayOptions, SamplerEngine, singer_for
from muze_synth.soundfont import _carried, load_fluidsynth
from muzecli import plugin
from muzecli.errors import UnavailableError, UsageError
from muzecli.plugin import Engine, Rendering
from muzecli.song.chord import Chord
from muzecli.song.metre import TimeSignature
from muzecli.song.pitch import Key
from muzecli.song.plan import Plan, Section, SectionType
from muzecli.song.score import Role, Score

BARS = 2
PLAN = Plan(
    prompt="",
    genre="pop",
    tempo_bpm=120.0,
    key=Key(9, "minor"),
    time_signature=TimeSignature(),
    seed=1,
    sections=(
        Section(SectionType.VERSE, BARS, 0.5, True, tuple((Chord.parse("A:min"),) for _ in range(BARS))),
    ),
)


class TwoBars:
    """Composes the same two bars for every plan."""

    name = "theory"

    def compose(self, plan: Plan) -> Score:
        return band(BARS)


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """A composer and a treatment, as if installed."""
    monkeypatch.setattr(plugin.composers, "get", lambda name: {"theory": TwoBars()}[name])
    monkeypatch.setattr(plugin.treatments, "get", lambda name: {"fx": FxTreatment()}[name])


def rendered(engine: Engine, *, seed: int = 4, **options: Any) -> tuple[Rendering, list[float]]:
    told: list[float] = []
    options = {"sample_rate": 16_000, **options}
    result = engine.render(PLAN, seed=seed, device="cpu", options=options, on_progress=told.append)
    return result, told


@pytest.mark.parametrize("engine", [SamplerEngine(), PlainEngine()])
def test_engines_keep_the_protocol(engine: Engine) -> None:
    assert isinstance(engine, Engine)
    assert engine.summary


def test_the_plain_engine_renders_a_plan() -> None:
    result, told = rendered(PlainEngine())
    assert result.rate_hz == 16_000
    assert result.samples.shape == (2, 16_000 * 6)  # two bars of two seconds, and the tail
    assert 0.05 < np.abs(result.samples).max() < 1.0
    assert result.stems == {} and result.weights == ()
    assert told == sorted(told) and told[0] == 0.0 and told[-1] == 1.0


def test_stems_are_given_when_asked_for() -> None:
    result, _ = rendered(PlainEngine(), stems=True)
    assert set(result.stems) == {*(part.name for part in band().parts), "room"}
    assert result.stems["female_vocals"].any()


def test_the_same_seed_gives_the_same_bytes_and_the_mix_has_a_seed_of_its_own() -> None:
    first, again, other, remixed = (
        rendered(PlainEngine(), seed=seed, **options)[0].samples
        for seed, options in ((4, {}), (4, {}), (5, {}), (4, {"mix_seed": 9}))
    )
    assert first.tobytes() == again.tobytes()
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, remixed)


def test_the_sampler_names_its_soundfont() -> None:
    try:
        load_fluidsynth()
    except UnavailableError as error:
        pytest.skip(f"{error.message} ({error.hint})")
    result, _ = rendered(SamplerEngine(), soundfont=_carried())
    assert result.samples.any()
    (font,) = result.weights
    assert font["name"] == "TimGM6mb.sf2" and len(font["sha256"]) == 64


def test_a_missing_library_is_said_before_any_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fluidsynth", None)
    told: list[float] = []
    with pytest.raises(UnavailableError, match="need the FluidSynth library"):
        SamplerEngine().render(PLAN, seed=1, device="cpu", options={}, on_progress=told.append)
    assert told == []


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        ({"stem": True}, "the engine 'plain' has no option 'stem'", "did you mean stems?"),
        ({"zzz": 1}, "has no option 'zzz'", "known: soundfont, sample_rate"),
        ({"sample_rate": 8000}, r"sample_rate must be a whole number of 16000…96000 Hz; found 8000", None),
        ({"sample_rate": "fast"}, "found 'fast'", None),
        ({"stems": "yes"}, "stems must be true or false; found 'yes'", None),
        ({"mix_seed": -1}, "mix_seed must be a whole number of 0…4294967295; found -1", None),
    ],
)
def test_options_are_checked(options: dict[str, Any], message: str, hint: str | None) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        PlayOptions.from_mapping(options, "plain")
    if hint is not None:
        assert (caught.value.hint or "").startswith(hint)


def test_a_singer_suits_the_part() -> None:
    low = part_of((0, 960, 45, 100), name="male_vocals", role=Role.VOCALS)
    high = part_of((0, 960, 76, 100), name="female_vocals", role=Role.VOCALS)
    score = band(BARS)
    singer = singer_for(None, 3)
    sung = [singer(part, score, rate_hz=16_000) for part in (low, high)]
    assert all(one.samples.shape[0] == 1 and one.samples.any() for one in sung)
    again = singer_for(None, 3)(low, score, rate_hz=16_000)
    assert np.array_equal(again.samples, sung[0].samples)
