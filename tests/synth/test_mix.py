"""Mixes: levels, places, rooms, loudness, and a ceiling that nothing passes."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.synth.bands import band, part_of, score_of

from muze_fx.registered import FxTreatment
from muze_synth.mix import Mix, MixRecipe, mix
from muze_synth.mix.levels import loudness_lufs
from muze_synth.mix.limiter import finished
from muze_synth.mix.mixing import ROOM
from muze_synth.mix.panning import matrix, places
from muze_synth.mix.preset_kinds import MixFiles
from muze_synth.mix.recipe import mix_faults
from muze_synth.plain.player import PlainPlayer
from muze_synth.play import Samples, play
from muzecli.audio.loudness import LoudnessMeter
from muzecli.errors import ConfigError
from muzecli.resources import presets_dir
from muzecli.song.score import Role, Score

RATE_HZ = 32_000
GENRES = (presets_dir() / "mixes" / "genres.yaml").read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(GENRES)


class Untreated:
    """Takes note of the chains and changes nothing."""

    name = "fx"

    def __init__(self) -> None:
        self.chains: list[list[str]] = []

    def treat(
        self, samples: Samples, rate_hz: int, *, chain: Sequence[Mapping[str, Any]], seed: int
    ) -> Samples:
        self.chains.append([effect["effect"] for effect in chain])
        return samples.copy()


@pytest.fixture(scope="module")
def score() -> Score:
    return band(4)


@pytest.fixture(scope="module")
def stems(score: Score) -> dict[str, Samples]:
    return play(score, rate_hz=RATE_HZ, player=PlainPlayer())


@pytest.fixture(scope="module")
def mixed(score: Score, stems: dict[str, Samples]) -> Mix:
    recipe = MixRecipe.seeded(3, "pop")
    return mix(stems, score, rate_hz=RATE_HZ, recipe=recipe, treatment=FxTreatment())


def exact_lufs(samples: Samples) -> float:
    meter = LoudnessMeter(RATE_HZ, samples.shape[0], true_peak=False)
    meter.add(samples)
    return meter.integrated_lufs


def test_stems_add_up_to_the_premaster(mixed: Mix, score: Score) -> None:
    assert set(mixed.stems) == {*(part.name for part in score.parts), ROOM}
    assert np.abs(sum(mixed.stems.values()) - mixed.premaster).max() < 1e-5


def test_asking_for_stems_changes_nothing_in_the_master(
    mixed: Mix, score: Score, stems: dict[str, Samples]
) -> None:
    again = mix(stems, score, rate_hz=RATE_HZ, recipe=mixed.recipe, treatment=FxTreatment(), with_stems=False)
    assert again.stems == {}
    assert again.samples.tobytes() == mixed.samples.tobytes()


def test_mixing_leaves_the_stems_as_they_are(score: Score, stems: dict[str, Samples]) -> None:
    before = {name: stem.copy() for name, stem in stems.items()}
    mix(stems, score, rate_hz=RATE_HZ, recipe=MixRecipe(), treatment=Untreated())
    assert all(np.array_equal(before[name], stems[name]) for name in stems)


@pytest.mark.parametrize("genre", ["classical", "jazz", "pop", "metal", "techno", "lo_fi"])
def test_loudness_is_reached_below_full_scale(score: Score, stems: dict[str, Samples], genre: str) -> None:
    recipe = replace(MixRecipe.seeded(11, genre), fade_out_s=0.0)
    master = mix(
        stems, score, rate_hz=RATE_HZ, recipe=recipe, treatment=FxTreatment(), with_stems=False
    ).samples
    assert np.abs(master).max() <= 10 ** (-1 / 20)
    assert abs(master.mean()) < 1e-3
    assert exact_lufs(master) == pytest.approx(recipe.loudness_lufs, abs=0.6)


def test_a_loudness_out_of_reach_is_not_forced(score: Score, stems: dict[str, Samples]) -> None:
    recipe = MixRecipe(loudness_lufs=-5.0)
    master = mix(stems, score, rate_hz=RATE_HZ, recipe=recipe, treatment=Untreated()).samples
    assert -14.0 < exact_lufs(master) < -5.0
    assert np.abs(master).max() <= 10 ** (-1 / 20)


def test_a_mix_holds_together_in_mono(mixed: Mix) -> None:
    left, right = mixed.samples
    assert np.corrcoef(left, right)[0, 1] > 0.3
    mono = np.repeat(mixed.samples.mean(axis=0, keepdims=True), 2, axis=0)
    assert exact_lufs(mixed.samples) - exact_lufs(mono) < 2.0


def test_levels_are_those_of_the_recipe(score: Score, stems: dict[str, Samples]) -> None:
    """However loud a stem comes in, its role decides how loud it goes out."""
    louder = {name: stem * (10.0 if name == "piano" else 0.1) for name, stem in stems.items()}
    levels = {"chords": -6.0, "lead": 0.0, "pad": -12.0, "bass": -3.0}
    recipe = MixRecipe(levels_db=levels, width=1.0, glue=1.0)
    found = mix(louder, score, rate_hz=RATE_HZ, recipe=recipe, treatment=Untreated()).stems
    lufs = {part.role: loudness_lufs(found[part.name], RATE_HZ) for part in score.parts}
    assert lufs[Role.CHORDS] - lufs[Role.PAD] == pytest.approx(6.0, abs=1.6)
    assert lufs[Role.BASS] - lufs[Role.CHORDS] == pytest.approx(3.0, abs=1.6)


def test_two_parts_of_a_role_share_its_level() -> None:
    notes = ((0, 3800, 60, 100),)
    one = part_of(*notes, name="one", program=48)
    two = part_of(*notes, name="two", program=48)
    bass = part_of((0, 3800, 36, 100), name="bass", role=Role.BASS, program=33)
    recipe = MixRecipe(width=0.0, glue=1.0)
    sums = []
    for parts in ((one, bass), (one, two, bass)):
        score = score_of(parts)
        stems = play(score, rate_hz=RATE_HZ, player=PlainPlayer())
        found = mix(stems, score, rate_hz=RATE_HZ, recipe=recipe, treatment=Untreated()).stems
        sums.append(loudness_lufs(found["one"], RATE_HZ) - loudness_lufs(found["bass"], RATE_HZ))
    assert sums[0] - sums[1] == pytest.approx(3.0, abs=0.1)


def test_a_stem_in_mono_is_mixed_like_two_channels_alike(score: Score, stems: dict[str, Samples]) -> None:
    mono = {name: stem.mean(axis=0, keepdims=True) for name, stem in stems.items()}
    both = {name: np.repeat(stem, 2, axis=0) for name, stem in mono.items()}
    first, second = (
        mix(given, score, rate_hz=RATE_HZ, recipe=MixRecipe(glue=1.0), treatment=Untreated()).stems
        for given in (mono, both)
    )
    # Two channels alike are 3 dB louder than one, which the levels even out.
    for name in stems:
        assert np.allclose(first[name], second[name], rtol=0.02, atol=1e-5)


def test_silence_stays_silent(score: Score, stems: dict[str, Samples]) -> None:
    silent = {name: np.zeros_like(stem) for name, stem in stems.items()}
    found = mix(silent, score, rate_hz=RATE_HZ, recipe=MixRecipe(), treatment=FxTreatment())
    assert not found.samples.any()
    one = {name: stem if name == "piano" else silent[name] for name, stem in stems.items()}
    assert mix(one, score, rate_hz=RATE_HZ, recipe=MixRecipe(), treatment=FxTreatment()).samples.any()


def test_a_room_is_heard_and_effects_come_from_the_treatment(score: Score, stems: dict[str, Samples]) -> None:
    untreated = Untreated()
    mix(stems, score, rate_hz=RATE_HZ, recipe=MixRecipe(), treatment=untreated, with_stems=False)
    assert sum("reverb" in chain for chain in untreated.chains) == 1
    assert untreated.chains[-1] == ["equalizer", "compressor"]
    near, far = (
        mix(stems, score, rate_hz=RATE_HZ, recipe=MixRecipe(sends_db=db), treatment=FxTreatment()).stems[ROOM]
        for db in (-6.0, 6.0)
    )
    assert 8.0 < loudness_lufs(far, RATE_HZ) - loudness_lufs(near, RATE_HZ) < 13.0


def test_a_song_may_end_by_fading(score: Score, stems: dict[str, Samples]) -> None:
    recipe = MixRecipe(fade_out_s=3.0)
    master = mix(stems, score, rate_hz=RATE_HZ, recipe=recipe, treatment=Untreated()).samples
    assert not master[:, -1].any()
    full = mix(stems, score, rate_hz=RATE_HZ, recipe=MixRecipe(), treatment=Untreated()).samples
    start = master.shape[1] - 3 * RATE_HZ
    assert np.array_equal(master[:, :start], full[:, :start])


# ------------------------------------------------------------------------------------------- places


@given(st.floats(-1, 1), st.floats(0, 1))
def test_power_is_constant_wherever_a_part_stands(place: float, width: float) -> None:
    part = part_of((0, 10, 60, 1))
    for signal in (np.array([1.0, 1.0]), np.array([0.5, 0.5])):
        moved = matrix(part, place, width, 1.0) @ signal
        assert np.square(moved).sum() == pytest.approx(np.square(signal).sum(), rel=1e-5)


def test_who_stands_where(score: Score) -> None:
    where = places(score.parts, 1.0, 7)
    assert where["drums"] == where["electric_bass"] == where["female_vocals"] == 0.0
    assert where["piano"] * where["muted_guitar"] < 0 or abs(where["strings"]) > 0.05
    assert all(abs(place) <= 0.8 for place in where.values())
    assert set(places(score.parts, 0.0, 7).values()) == {0.0}
    assert places(score.parts, 1.0, 7) == where != places(score.parts, 1.0, 8)


# ------------------------------------------------------------------------------------------ limiter


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(-30, -5), st.integers(1, 40_000))
def test_no_sample_passes_the_ceiling(seed: int, loudness: float, frames: int) -> None:
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal((2, frames)) * rng.choice([0.01, 0.3, 3.0], (1, frames), p=[0.9, 0.09, 0.01])
    out = finished(sound.astype(np.float32), 16_000, loudness_lufs=loudness, ceiling_db=-1.0)
    assert out.shape == sound.shape
    assert np.abs(out).max() <= np.float32(10 ** (-1 / 20))
    assert np.isfinite(out).all()


def test_peaks_between_the_samples_count_too() -> None:
    """A tone at a quarter of the rate, sampled off its peaks: the wave is 3 dB higher than any sample."""
    phase = np.arange(32_000) * np.pi / 2 + np.pi / 4
    tone = np.repeat(0.6 * np.sin(phase)[None], 2, axis=0).astype(np.float32)
    out = finished(tone, 16_000, loudness_lufs=0.0, ceiling_db=-1.0)
    meter = LoudnessMeter(16_000, 2)
    meter.add(out[:, 2000:-2000])
    assert meter.true_peak_dbtp < 0.0
    assert finished(np.zeros((2, 0), np.float32), 16_000, loudness_lufs=-9, ceiling_db=-1).shape == (2, 0)


def test_below_the_ceiling_the_limiter_only_turns_the_volume() -> None:
    sound = (0.1 * np.random.default_rng(0).standard_normal((2, 64_000))).astype(np.float32)
    out = finished(sound, RATE_HZ, loudness_lufs=-30.0, ceiling_db=-1.0)
    gain = out / sound
    assert gain.min() == pytest.approx(gain.max(), rel=1e-5)
    assert exact_lufs(out) == pytest.approx(-30.0, abs=0.1)


@pytest.mark.parametrize("rate_hz", [22_050, 32_000, 48_000])
def test_quick_loudness_agrees_with_the_meter(stems: dict[str, Samples], rate_hz: int) -> None:
    for stem in stems.values():
        meter = LoudnessMeter(rate_hz, 2, true_peak=False)
        meter.add(stem)
        assert loudness_lufs(stem, rate_hz) == pytest.approx(meter.integrated_lufs, abs=0.7)
    assert loudness_lufs(np.zeros((2, 100), np.float32), rate_hz) == -math.inf


# ------------------------------------------------------------------------------------------ recipes


def test_every_genre_has_a_mix_within_its_ranges() -> None:
    assert len(DOCUMENT["genres"]) == 25
    assert GENRES.startswith("# muze ")
    for genre, style in DOCUMENT["genres"].items():
        recipes = [MixRecipe.seeded(seed, genre) for seed in range(30)]
        low, high = style.get("loudness_lufs", DOCUMENT["default"]["loudness_lufs"])
        assert all(low <= recipe.loudness_lufs <= high for recipe in recipes)
        assert max(r.loudness_lufs for r in recipes) - min(r.loudness_lufs for r in recipes) > 0.6 * (
            high - low
        )
        assert all(0 <= recipe.width <= 1 and recipe.glue >= 1 for recipe in recipes)


def test_genres_with_presets_of_their_own_are_mixed_too() -> None:
    for path in (presets_dir() / "genres").glob("*.yaml"):
        assert path.stem in DOCUMENT["genres"]


def test_a_recipe_is_the_same_by_its_seed_and_survives_json() -> None:
    recipe = MixRecipe.random(random.Random(5), "jazz")
    assert recipe == MixRecipe.random(random.Random(5), "jazz") != MixRecipe.random(random.Random(6), "jazz")
    assert MixRecipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe
    with pytest.raises(ConfigError, match=r"no such field: .* unexpected keyword argument 'loudnes'"):
        MixRecipe.from_dict({"loudnes": 3})


def test_a_genre_nobody_knows_is_mixed_like_the_default() -> None:
    recipe = MixRecipe.seeded(1, "yodel")
    low, high = DOCUMENT["default"]["loudness_lufs"]
    assert low <= recipe.loudness_lufs <= high
    assert MixRecipe().level_db(Role.PAD) == DOCUMENT["default"]["levels_db"]["pad"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"schema": "muze.mixes/2"}, "schema must be muze.mixes/1"),
        ({"genre": {}}, "unknown field 'genre'"),
        (
            {"genres": {"x": {"loudness_lufs": [-5, -9]}}},
            "genres.x.loudness_lufs must be two numbers from -40 to -5",
        ),
        ({"genres": {"x": {"levels_db": {"tuba": 1}}}}, "genres.x.levels_db: there is no role 'tuba'"),
        ({"genres": {"x": {"levels_db": {"pad": "low"}}}}, "genres.x.levels_db.pad must be a number"),
        ({"genres": {"x": {"room": {"walls": 4}}}}, "genres.x.room: unknown field 'walls'"),
        ({"genres": {"x": {"room": {"rt60_s": 3}}}}, "genres.x.room.rt60_s must be two numbers"),
        ({"genres": {"x": {"fade_out": 2}}}, "genres.x.fade_out must be a number from 0 to 1"),
        ({"genres": {"x": {"colour": 2}}}, "genres.x: unknown field 'colour'"),
        ({"genres": {"x": 3}}, "genres.x must be a mapping"),
        ({"default": {}}, "default: fade_out is missing"),
        ({"default": 3}, "default and genres must be mappings"),
    ],
)
def test_what_is_wrong_with_a_file_of_mixes_is_named(change: dict[str, Any], fault: str) -> None:
    faults = mix_faults({**DOCUMENT, **change})
    assert any(line.startswith(fault) for line in faults), faults


def test_the_shipped_file_is_valid_and_described() -> None:
    kind = MixFiles()
    assert kind.validate(DOCUMENT, Path("genres.yaml")) == []
    assert kind.validate([], Path("genres.yaml")) != []
    assert kind.describe(DOCUMENT).startswith("mixes of 25 genres: ambient")


def test_a_score_that_nobody_plays_is_as_long_as_it_is_and_silent() -> None:
    empty = score_of(())
    mixed = mix({}, empty, rate_hz=16_000, recipe=MixRecipe())
    assert mixed.samples.shape == (2, math.ceil(empty.duration_s * 16_000))
    assert not mixed.samples.any()
