"""Energy must not depend on the master's level, and must rise with registers, strokes and loudness."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.extractors.energy import Energy
from muze_dataset.hearing.form.bands import HOP_SAMPLES, bands_of, centres_hz
from muze_dataset.hearing.form.energy import EnergyCurve, energy_curve
from muzecli.listening.heard import Finding, Heard

from .made import BAR_S, RATE_HZ, Floats, song


def curve_of(mono: Floats) -> EnergyCurve:
    curve = energy_curve(bands_of(mono))
    assert curve is not None
    return curve


@pytest.mark.parametrize("hz", [100.0, 440.0, 3000.0])
def test_a_sine_is_strongest_in_its_own_band(hz: float) -> None:
    mono = np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ).astype(np.float32)
    bands = bands_of(mono)
    assert bands.power.shape[0] == 1 + len(mono) // HOP_SAMPLES
    strongest = int(bands.power[5].argmax())
    assert strongest == int(np.abs(centres_hz() - hz).argmin())


def test_a_curve_has_two_values_a_second_and_stays_within_0_and_1() -> None:
    mono = song("ab", bars=4)
    curve = curve_of(mono)
    assert curve.rate_hz == 2.0
    assert len(curve.values) == pytest.approx(2 * len(mono) / RATE_HZ, abs=1.5)
    assert curve.values.min() >= 0.0 and curve.values.max() <= 1.0


def test_turning_a_song_down_changes_nothing() -> None:
    mono = song("ab", bars=4)
    np.testing.assert_allclose(curve_of(mono).values, curve_of(0.03 * mono).values, atol=1e-3)


def test_drums_and_highs_have_more_energy_than_soft_chords_and_these_than_a_note() -> None:
    curve = curve_of(song("qab", bars=4))
    quiet, soft, full = (curve.between(4 * BAR_S * i, 4 * BAR_S * (i + 1)) for i in range(3))
    assert quiet + 0.03 < soft and soft + 0.3 < full


def test_silence_around_a_song_leaves_its_energy_as_it_is() -> None:
    mono = song("b", bars=4)
    silence = np.zeros(10 * RATE_HZ, np.float32)
    padded = curve_of(np.concatenate((silence, mono, silence)))
    assert padded.mean == pytest.approx(curve_of(mono).mean, abs=0.05)
    assert padded.values[0] == 0.0


def test_between_gives_the_nearest_value_of_a_span_without_one() -> None:
    curve = EnergyCurve(2.0, np.array([0.1, 0.5, 0.9]), np.ones(3))
    assert curve.between(0.6, 0.7) == pytest.approx(0.9)
    assert curve.between(5.0, 6.0) == pytest.approx(0.9)
    assert curve.between(0.0, 1.0) == pytest.approx(0.3)


@pytest.mark.parametrize("mono", [np.zeros(RATE_HZ * 3, np.float32), song("b", bars=1)[: RATE_HZ // 10]])
def test_what_is_silent_or_too_short_has_none_and_says_why(mono: Floats) -> None:
    found = Energy().extract(Heard(findings={"material.mono": Finding(mono, "made")}))
    assert found["energy"].value is None
    assert found["energy"].reason == "silent, or shorter than 1 s"
    assert found["material.bands"].value is not None


def test_one_click_in_silence_is_finite() -> None:
    mono = np.zeros(RATE_HZ * 20, np.float32)
    mono[RATE_HZ] = 1.0
    curve = curve_of(mono)
    assert np.isfinite(curve.values).all() and 0.0 <= curve.mean <= 1.0
