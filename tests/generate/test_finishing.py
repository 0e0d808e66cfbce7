"""Levels, peaks, channels and crossfades, by what they must hold whatever goes in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from muze_generate.finishing.channels import widened, with_channels
from muze_generate.finishing.joints import matched_crossfade, on_grid, spliced
from muze_generate.finishing.levels import CEILING_DBTP, levelled, matching_gain_db, measured
from muze_generate.finishing.limiter import limited
from muzecli.audio.types import AudioInfo
from muzecli.errors import BugError

RATE_HZ = 16_000
Samples = npt.NDArray[np.float32]


def noise(seconds: float, level: float = 0.1, channels: int = 2, seed: int = 0) -> Samples:
    rng = np.random.default_rng(seed)
    return (level * rng.standard_normal((channels, round(seconds * RATE_HZ)))).astype(np.float32)


# ---- the limiter ----


@pytest.mark.parametrize("ceiling_dbtp", [-1.0, -6.0, -20.0])
def test_the_limiter_keeps_true_peaks_under_its_ceiling(ceiling_dbtp: float) -> None:
    samples = noise(2.0, 0.3)
    samples[:, 5000] = 3.0
    out = limited(samples, RATE_HZ, ceiling_dbtp=ceiling_dbtp)
    assert measured(out, RATE_HZ).true_peak_dbtp <= ceiling_dbtp + 1e-3
    assert out.shape == samples.shape


def test_the_limiter_leaves_alone_what_is_under_its_ceiling() -> None:
    samples = noise(1.0, 0.05)
    assert np.array_equal(limited(samples, RATE_HZ, ceiling_dbtp=-1.0), samples)


def test_a_single_peak_ducks_only_its_surroundings() -> None:
    samples = noise(2.0, 0.05)
    samples[:, RATE_HZ] = 2.0
    out = limited(samples, RATE_HZ, ceiling_dbtp=-1.0)
    assert np.array_equal(out[:, : RATE_HZ - 400], samples[:, : RATE_HZ - 400])
    assert np.allclose(out[:, -RATE_HZ // 4 :], samples[:, -RATE_HZ // 4 :], rtol=0.01)


def test_limiting_is_free_of_steps() -> None:
    at = np.arange(RATE_HZ) / RATE_HZ
    samples = np.sin(2 * np.pi * 50 * at)[None].astype(np.float32) * np.where(at > 0.5, 3.0, 0.3)[None]
    gain = limited(samples.astype(np.float32), RATE_HZ, ceiling_dbtp=-1.0) / np.where(
        samples == 0, 1, samples
    )
    assert np.abs(np.diff(gain[0, 5:])).max() < 0.02


# ---- loudness ----


@pytest.mark.parametrize("level", [1e-3, 0.02, 0.2, 4.0])
def test_loudness_reaches_its_target(level: float) -> None:
    done = levelled(noise(3.0, level), RATE_HZ, target_lufs=-18.0)
    assert measured(done.samples, RATE_HZ).lufs == pytest.approx(-18.0, abs=0.25)
    assert done.level.lufs == pytest.approx(-18.0, abs=0.25)


def test_loudness_that_peaks_leave_no_room_for_is_told() -> None:
    done = levelled(noise(3.0), RATE_HZ, target_lufs=-1.0)
    assert done.level.true_peak_dbtp <= CEILING_DBTP + 1e-3
    assert "peaks leave no room for -1" in done.warnings[0]


def test_silence_stays_silent_and_is_told() -> None:
    done = levelled(np.zeros((2, RATE_HZ), np.float32), RATE_HZ, target_lufs=-14.0)
    assert not done.samples.any()
    assert done.warnings == ("it is silent",)


def test_without_a_target_only_what_would_clip_is_turned_down() -> None:
    soft = noise(1.0, 0.05)
    assert levelled(soft, RATE_HZ, target_lufs=None).samples is soft
    loud = levelled(noise(1.0, 0.8), RATE_HZ, target_lufs=None)
    assert loud.level.true_peak_dbtp == pytest.approx(CEILING_DBTP)
    assert "turned down" in loud.warnings[0]


def test_levels_are_matched_by_what_both_have_in_common() -> None:
    samples = noise(2.0)
    assert matching_gain_db(samples, samples * 0.5, RATE_HZ) == pytest.approx(6.02, abs=0.05)
    assert matching_gain_db(samples, samples * 0.0, RATE_HZ) == 0.0
    assert matching_gain_db(samples, samples * 0.02, RATE_HZ) == 12.0


# ---- channels ----


def test_widening_keeps_the_mono_signal_and_the_middle_of_the_bass() -> None:
    at = np.arange(RATE_HZ) / RATE_HZ
    mono = noise(1.0, channels=1) + np.sin(2 * np.pi * 60 * at)[None].astype(np.float32)
    wide = widened(mono, RATE_HZ)
    assert np.allclose(wide.mean(axis=0), mono[0], atol=1e-6)
    side = np.fft.rfft((wide[0] - wide[1]) / 2 * np.hanning(RATE_HZ))
    middle = np.fft.rfft(mono[0] * np.hanning(RATE_HZ))
    assert abs(side[60]) < 0.03 * abs(middle[60])
    assert np.abs(side[1000:]).mean() > 0.3 * np.abs(middle[1000:]).mean()


def test_channels_become_what_is_asked() -> None:
    stereo = noise(0.2)
    assert with_channels(stereo, 2, RATE_HZ) is stereo
    assert np.allclose(with_channels(stereo, 1, RATE_HZ)[0], stereo.mean(axis=0))
    twice = np.repeat(stereo[:1], 2, axis=0)
    assert not np.allclose(*with_channels(twice, 2, RATE_HZ))
    silent = np.zeros((1, 100), np.float32)
    assert not with_channels(silent, 2, RATE_HZ).any()
    with pytest.raises(BugError, match="gave 6"):
        with_channels(np.zeros((6, 10), np.float32), 2, RATE_HZ)


# ---- crossfades ----


@pytest.mark.parametrize("mixed", [0.0, 0.5, 1.0])
def test_a_crossfade_has_constant_power_however_alike_its_sides(mixed: float) -> None:
    x, y = noise(2.0, seed=1), noise(2.0, seed=2)
    y = mixed * x + np.sqrt(1 - mixed**2, dtype=np.float32) * y
    out = matched_crossfade(x, y)
    powers = np.square(out).mean(axis=0).reshape(20, -1).mean(axis=1)
    assert powers == pytest.approx(0.01, rel=0.12)


def test_a_crossfade_of_equal_sides_is_that_side() -> None:
    x = noise(0.05)
    assert np.allclose(matched_crossfade(x, x), x, atol=1e-6)


def test_a_crossfade_begins_with_one_side_and_ends_with_the_other() -> None:
    x, y = noise(0.05, seed=1), noise(0.05, seed=2)
    out = matched_crossfade(x, y)
    assert np.allclose(out[:, 0], x[:, 0], atol=1e-3)
    assert np.allclose(out[:, -1], y[:, -1], atol=1e-3)


def test_a_joint_is_no_louder_than_its_sides_where_that_would_clip() -> None:
    rng = np.random.default_rng(0)
    x, y = (0.85 * np.sign(rng.standard_normal((1, 8000))).astype(np.float32) for _ in range(2))
    span = spliced(y, head=x[:, :800], tail=x[:, -800:])
    assert np.abs(span).max() <= 0.85 + 1e-6
    assert np.array_equal(span[:, 800:-800], y[:, 800:-800])


def test_dithered_samples_stand_on_the_grid_of_their_depth() -> None:
    info = AudioInfo(RATE_HZ, 2, 100, "wav", "PCM_16")
    span = noise(0.1, 0.2)
    out = on_grid(span, "PCM_16", info, seed=1)
    assert np.array_equal(np.rint(out * 2**15), out * 2**15)
    assert np.abs(out - span).max() < 2 / 2**15
    assert on_grid(span, "PCM_24", AudioInfo(RATE_HZ, 2, 100, "wav", "PCM_24"), seed=1) is span
