"""What windows are told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.ldm.engine.songs import PLAN

from muze_ldm.bundle import Bundle, find_bundle, load_bundle
from muze_ldm.engine.options import LdmOptions
from muze_ldm.engine.timeline import Timeline, lay_windows
from muze_ldm.engine.wishes import negative_of, window_conditions
from muzecli.plugin import composers
from muzecli.song.frames import CHANNELS
from muzecli.song.plan import SECTION_TYPES, SectionType
from muzecli.song.score import Score


@pytest.fixture(scope="module")
def score() -> Score:
    return composers.get("theory").compose(PLAN)


@pytest.fixture(scope="module")
def loaded(bundle: Path) -> Bundle:
    return load_bundle(find_bundle(str(bundle)), device="cpu")


def told(loaded: Bundle, score: Score, *, lead: int = 0, **options: object) -> dict[str, torch.Tensor]:
    line = Timeline.of(PLAN.duration_s, rate_hz=25.0, lead=lead)
    windows = lay_windows(line.frames, line.edges(PLAN), width=64)
    chosen = LdmOptions.from_mapping(options)
    return window_conditions(loaded, PLAN, score, line, windows, chosen, device="cpu")


def test_every_window_has_its_section_and_its_stretch_of_the_score(loaded: Bundle, score: Score) -> None:
    found = told(loaded, score)
    windows = len(found["section_type"])
    types = found["section_type"].tolist()
    assert types[0] == SECTION_TYPES.index(SectionType.INTRO)
    assert types[-1] == SECTION_TYPES.index(SectionType.CHORUS)
    assert found["energy"][0] < found["energy"][-1]
    assert found["control"].shape == (windows, len(CHANNELS), 64 * 2)
    whole = score.frames(50.0).values
    np.testing.assert_array_equal(found["control"][0], whole[:, :128])
    assert found["tempo_bpm"].tolist() == [133.0] * windows
    assert found["context"].shape == (windows, 3, 16) and found["context_mask"].all()  # three words
    assert (found["prompt"] == found["prompt"][0]).all()


def test_beats_go_on_backwards_before_the_plan(loaded: Bundle, score: Score) -> None:
    found = told(loaded, score, lead=32)["control"][0]
    beat = found[[CHANNELS.index("beat_sin"), CHANNELS.index("beat_cos")]]
    assert (beat.square().sum(dim=0) > 0.99).all()
    at_s = (torch.arange(128) - 64) / 50.0
    wanted = torch.sin(2 * torch.pi * ((at_s * PLAN.tempo_bpm / 60.0) % 1.0))
    assert (beat[0] - wanted).abs().median() < 0.3  # to within a frame
    sung = [CHANNELS.index(name) for name in ("kick", "bass_C", "melody_C4")]
    assert not found[sung, :64].any()


def test_without_control_nothing_comes_from_the_score(loaded: Bundle, score: Score) -> None:
    found = told(loaded, score, score_control=False)
    assert {"section_type", "energy", "tempo_bpm", "key", "context"} <= found.keys()
    assert not {"control", "chord", "beat_positions", "num_beats"} & found.keys()


def test_negative_words(loaded: Bundle) -> None:
    def words(plan: object = PLAN, **options: object) -> dict[str, torch.Tensor] | None:
        return negative_of(loaded, plan, LdmOptions.from_mapping(options), device="cpu")  # type: ignore[arg-type]

    assert words() is None
    assert words(negative_prompt="dull", cfg_scale=1.0) is None
    given = words(negative_prompt="dull")
    assert given is not None and set(given) == {"context", "context_mask", "prompt"}
    planned = words(replace(PLAN, style_negative=("dull",)))
    assert planned is not None and torch.equal(planned["prompt"], given["prompt"])
    assert words(replace(PLAN, style_negative=("dull",)), negative_prompt="") is None
