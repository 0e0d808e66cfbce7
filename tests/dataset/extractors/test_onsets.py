import numpy as np
import pytest

from muze_dataset.extractors.onsets import Onsets
from muze_dataset.hearing.rhythm.onsets import find_onsets
from muzecli.listening.heard import Finding, Heard, absent


def heard_with(finding):
    return Heard(findings={"material.mono": finding})


@pytest.mark.parametrize("samples", [0, 1, 2205, 22_050])
def test_any_length_has_finite_onsets_of_its_length(samples):
    noise = np.random.default_rng(0).standard_normal(samples).astype(np.float32)
    onsets = Onsets().extract(heard_with(Finding(noise, "test")))["material.onsets"].value
    assert onsets.duration_s == samples / 22_050
    assert len(onsets.strength) == len(onsets.bands) == len(onsets.low) == len(onsets.high)
    for values in (onsets.bands, onsets.mid, onsets.changes):
        assert np.isfinite(values).all() and values.min() >= 0.0


def test_no_samples_no_onsets():
    found = Onsets().extract(heard_with(absent("it is a picture")))["material.onsets"]
    assert found.value is None and "it is a picture" in found.reason


def test_low_and_high_strokes_are_told_apart():
    time = np.arange(22_050) / 22_050
    samples = np.zeros(3 * 22_050, np.float32)
    samples[22_050 : 2 * 22_050] += (
        np.sin(2 * np.pi * 60 * time) * np.exp(-8 * time) * np.minimum(1, time / 0.01)
    )
    samples[2 * 22_050 :] += np.sin(2 * np.pi * 6000 * time) * np.exp(-8 * time)
    onsets = find_onsets(samples)
    assert abs(onsets.low[:190].argmax() / 100 - 1.0) <= 0.03
    assert abs(onsets.high[150:].argmax() / 100 + 1.5 - 2.0) <= 0.03


def test_broken_samples_leave_no_trace():
    samples = np.random.default_rng(0).standard_normal(22_050).astype(np.float32)
    samples[500] = np.nan
    assert np.isfinite(find_onsets(samples).bands).all()
