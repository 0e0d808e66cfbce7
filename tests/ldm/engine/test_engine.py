"""From a plan to sound: length, determinism, what changes it, and audio that is there already."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.ldm.bundles import ToyEncoder, write_bundle
from tests.ldm.engine.songs import PLAN, rendered

from muze_ldm.engine import sampling, song, wishes
from muze_ldm.engine.decode import CROSSFADE_S
from muzecli.errors import UsageError
from muzecli.plugin import Reference

RATE_HZ = 32_000
JOINT = round(CROSSFADE_S * RATE_HZ)


@pytest.fixture(scope="module")
def first(bundle: Path) -> np.ndarray:
    """What other renderings are compared with."""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wishes, "_encoder", lambda name, device: ToyEncoder())
        return rendered(model=str(bundle))[0].samples


def test_a_song_is_as_long_as_its_plan_wide_and_told_of_on_the_way(bundle: Path, first: np.ndarray) -> None:
    result, told = rendered(model=str(bundle))
    assert result.rate_hz == RATE_HZ and result.stems == {}
    assert [item["name"] for item in result.weights] == ["vae", "vocoder", "ldm"]
    assert (
        result.samples.shape == (2, round(PLAN.duration_s * RATE_HZ)) and result.samples.dtype == np.float32
    )
    assert np.isfinite(result.samples).all() and result.samples.any()
    assert not np.array_equal(result.samples[0], result.samples[1])
    assert told == sorted(told) and told[0] == 0.0 and told[-1] == 1.0
    assert len([share for share in told if 0.05 < share <= 0.8]) == 3  # a step each


def test_the_same_arguments_give_the_same_bytes(bundle: Path, first: np.ndarray) -> None:
    assert rendered(model=str(bundle))[0].samples.tobytes() == first.tobytes()


@pytest.mark.parametrize(
    "changed",
    [
        {"seed": 4},
        {"steps": 4},
        {"sampler": "ddpm"},
        {"cfg_scale": 4.0},
        {"score_scale": 2.0},
        {"cfg_rescale": 0.7},
        {"cfg_interval": (0.5, 1.0)},
        {"negative_prompt": "dull"},
        {"score_control": False},
        {"style_of": "somebody"},
        {"vocoder_checkpoint": "griffin-lim"},
        {"plan": replace(PLAN, prompt="soft piano")},
        {"plan": replace(PLAN, prompt="")},
        {"plan": replace(PLAN, style_negative=("dull",))},
        {"plan": replace(PLAN, sections=(PLAN.sections[0], replace(PLAN.sections[1], energy=0.1)))},
    ],
)
def test_what_is_asked_for_is_heard(bundle: Path, first: np.ndarray, changed: dict[str, Any]) -> None:
    other = rendered(model=str(bundle), **changed)[0].samples
    assert other.shape == first.shape and np.isfinite(other).all()
    assert np.abs(other - first).max() > 1e-5


def test_the_score_is_not_looked_at_without_control(bundle: Path) -> None:
    plans = [PLAN, replace(PLAN, seed=99)]  # other notes
    free = [rendered(plan, model=str(bundle), score_control=False)[0].samples for plan in plans]
    assert np.array_equal(free[0], free[1])
    bound = [rendered(plan, model=str(bundle))[0].samples for plan in plans]
    assert not np.array_equal(bound[0], bound[1])


def test_rates_and_channels(bundle: Path, first: np.ndarray) -> None:
    result, _ = rendered(model=str(bundle), sample_rate=44_100, stereo=False)
    assert result.rate_hz == 44_100
    assert result.samples.shape == (1, round(PLAN.duration_s * 44_100))
    mono, _ = rendered(model=str(bundle), stereo=False)
    assert first.mean(axis=0) == pytest.approx(mono.samples[0], abs=1e-6)


def test_a_unet_and_other_objectives_render_too(tmp_path: Path) -> None:
    for objective, sampler in (("v", "ddim"), ("eps", "dpmpp_2m")):
        folder = write_bundle(tmp_path / objective, backbone="unet", text_width=16, objective=objective)
        result, _ = rendered(model=str(folder), sampler=sampler, window_s=2.0)
        assert (
            result.samples.shape[1] == round(PLAN.duration_s * RATE_HZ) and np.isfinite(result.samples).all()
        )


def test_a_song_shorter_than_a_window(bundle: Path) -> None:
    short = replace(PLAN, sections=PLAN.sections[:1])
    result, _ = rendered(short, model=str(bundle))
    assert result.samples.shape[1] == round(short.duration_s * RATE_HZ)


# ---- audio that is there already ----


def test_what_is_kept_stays_and_the_rest_is_new(bundle: Path, first: np.ndarray) -> None:
    edge_s = PLAN.spans[1].start_s
    reference = Reference(first, RATE_HZ, keep=((0.0, edge_s),))
    result, _ = rendered(seed=9, model=str(bundle), reference=reference)
    edge = round(edge_s * RATE_HZ)
    assert np.array_equal(result.samples[:, : edge - JOINT], first[:, : edge - JOINT])
    assert np.abs(result.samples[:, edge + JOINT :] - first[:, edge + JOINT :]).max() > 1e-3


def test_less_strength_stays_nearer_to_the_reference(bundle: Path, first: np.ndarray) -> None:
    def away(strength: float) -> float:
        latents: list[Any] = []
        original = sampling.sample_latents

        def spy(*args: Any, known: Any, **more: Any) -> Any:
            made = original(*args, known=known, **more)
            latents.append((made - known.latents).square().mean().item())
            return made

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(song, "sample_latents", spy)
            reference = Reference(first, RATE_HZ, strength=strength)
            rendered(seed=9, model=str(bundle), reference=reference, steps=8)
        return float(latents[0])

    assert away(0.1) < 0.5 * away(0.5) < away(1.0)


def test_a_continuation_knows_what_precedes(bundle: Path, first: np.ndarray) -> None:
    reference = Reference(first[:, : 3 * RATE_HZ], RATE_HZ, start_s=-2.5, keep=((-2.5, 0.5),))
    result, _ = rendered(seed=9, model=str(bundle), reference=reference)
    assert result.samples.shape == first.shape
    kept, at = round(0.5 * RATE_HZ), round(2.5 * RATE_HZ)
    assert np.array_equal(result.samples[:, : kept - JOINT], first[:, at : at + kept - JOINT])
    alone, _ = rendered(seed=9, model=str(bundle))
    assert not np.array_equal(result.samples[:, kept:], alone.samples[:, kept:])


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (Reference(np.zeros((2, 0), np.float32), RATE_HZ), "must have samples, and it has none"),
        (Reference(np.full((2, 9), np.nan, np.float32), RATE_HZ), "it holds NaN or infinity"),
        (Reference(np.zeros((2, 9), np.float32), RATE_HZ, strength=0.0), "the strength must be above 0"),
        (Reference(np.zeros((2, 9), np.float32), RATE_HZ, start_s=60.0), r"must touch the song, 0 to 7\.2"),
        (Reference(np.zeros((2, 9), np.float32), RATE_HZ, keep=((2.0, 1.0),)), "must end after it begins"),
    ],
)
def test_a_reference_is_checked_before_anything_is_loaded(reference: Reference, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        rendered(model="/nowhere", reference=reference)
