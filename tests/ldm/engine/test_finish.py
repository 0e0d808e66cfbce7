"""Length, rate, fades, and what stays of a reference."""

from __future__ import annotations

import numpy as np
import pytest

from muze_ldm.engine.finish import finished, with_kept
from muzecli.plugin import Reference

RATE_HZ = 8000
JOINT = 400


def tone(seconds: float, hz: float = 300.0, channels: int = 2) -> np.ndarray:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return np.tile(np.sin(2 * np.pi * hz * at).astype(np.float32) * 0.5, (channels, 1))


def noise(seconds: float, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((2, round(seconds * RATE_HZ))).astype(np.float32) * 0.1


@pytest.mark.parametrize("stereo", [True, False])
@pytest.mark.parametrize("to_rate_hz", [32_000, 44_100])
def test_a_song_is_exactly_as_long_as_its_plan(to_rate_hz: int, stereo: bool) -> None:
    mono = np.full(32_000 * 2 + 700, 0.25, np.float32)
    song = finished(
        mono, rate_hz=32_000, duration_s=2.0123, to_rate_hz=to_rate_hz, stereo=stereo, fade_in_s=0.002
    )
    assert song.shape == (1 + stereo, round(2.0123 * to_rate_hz))
    assert np.abs(song[:, -1]).max() < 0.01 and abs(song[0, 0]) < 0.02
    assert song.mean(axis=0)[to_rate_hz] == pytest.approx(0.25, abs=0.01)


def test_what_is_missing_at_the_end_is_silence() -> None:
    song = finished(
        np.ones(4000, np.float32),
        rate_hz=RATE_HZ,
        duration_s=1.0,
        to_rate_hz=RATE_HZ,
        stereo=False,
        fade_in_s=0.0,
    )
    assert song.shape == (1, 8000) and not song[:, 4000:].any()


def test_kept_spans_are_the_references_own_samples_and_joints_end_at_their_edges() -> None:
    old, new = noise(4.0, 1), noise(4.0, 2)
    song = with_kept(new, RATE_HZ, Reference(old, RATE_HZ), [(0.0, 1.0), (2.0, 4.0)])
    assert np.array_equal(song[:, : RATE_HZ - JOINT], old[:, : RATE_HZ - JOINT])
    assert np.array_equal(song[:, 2 * RATE_HZ :], old[:, 2 * RATE_HZ :])
    middle = slice(RATE_HZ, 2 * RATE_HZ - JOINT)
    assert np.array_equal(song[:, middle], new[:, middle])
    # Halfway through a joint both are heard, at the level of either.
    for edge in (RATE_HZ, 2 * RATE_HZ):
        joint = slice(edge - JOINT, edge)
        assert np.std(song[:, joint]) == pytest.approx(0.1, rel=0.15)
        assert not np.array_equal(song[:, joint], old[:, joint])


def test_a_reference_that_begins_with_what_is_kept_has_its_joint_after_that() -> None:
    old, new = tone(1.0), noise(4.0, 2)
    song = with_kept(new, RATE_HZ, Reference(old, RATE_HZ, start_s=1.0), [(1.0, 2.0)])
    assert np.array_equal(song[:, :RATE_HZ], new[:, :RATE_HZ])
    assert np.array_equal(song[:, 2 * RATE_HZ :], new[:, 2 * RATE_HZ :])
    inner = slice(RATE_HZ + JOINT, 2 * RATE_HZ - JOINT)
    assert np.array_equal(song[:, inner], old[:, inner.start - RATE_HZ : inner.stop - RATE_HZ])
    assert np.abs(np.diff(song[:, 2 * RATE_HZ - 2 : 2 * RATE_HZ + 2])).max() < 0.5


def test_what_precedes_the_song_is_not_in_it() -> None:
    new = noise(2.0, 2)
    for end_s in (1.0, 0.5, 1.05):
        before = Reference(tone(end_s), RATE_HZ, start_s=-1.0)
        assert np.array_equal(with_kept(new, RATE_HZ, before, [(-1.0, 0.0)]), new)
    lead = with_kept(new, RATE_HZ, Reference(tone(1.5), RATE_HZ, start_s=-1.0), [(-1.0, 0.5)])
    kept = RATE_HZ // 2 - JOINT
    assert np.array_equal(lead[:, :kept], tone(1.5)[:, RATE_HZ : RATE_HZ + kept])
    assert np.array_equal(lead[:, RATE_HZ // 2 :], new[:, RATE_HZ // 2 :])


def test_a_mono_reference_of_another_rate_is_fitted() -> None:
    old = np.full((1, 16_000), 0.3, np.float32)
    song = with_kept(np.zeros((2, 8000), np.float32), RATE_HZ, Reference(old, 16_000), [(0.2, 0.6)])
    assert song[:, 2000:4000] == pytest.approx(0.3, abs=1e-3)
    assert not song[:, : 1600 - JOINT].any() and not song[:, 4800 + JOINT :].any()
