"""Tones of known pitch must lie on their semitones, however they are tuned, and nothing else must."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.extractors.semitones import Semitones as Extractor
from muze_dataset.hearing.harmony.peaks import spectral_peaks
from muze_dataset.hearing.harmony.semitones import LOW_PITCH, Semitones, semitones
from muzecli.listening.heard import Finding, Heard

from .tones import RATE_HZ, clicks, tones


def loudest(heard: Semitones, count: int) -> set[int]:
    return {LOW_PITCH + int(place) for place in heard.notes.mean(axis=0).argsort()[-count:]}


@pytest.mark.parametrize("cents", [-49, -31, -12, 0, 7, 25, 49])
def test_tuning_is_measured_and_taken_out(cents: int) -> None:
    heard = semitones(tones((48, 60, 64, 67), 3.0, cents=cents), RATE_HZ)
    assert heard.tuning_cents == pytest.approx(cents, abs=1.0)
    assert heard.tuning_confidence > 0.9
    assert set(np.argsort(heard.chroma.mean(axis=0))[-3:]) == {0, 4, 7}
    assert heard.bass.mean(axis=0).argmax() == 0


def test_overtones_are_not_taken_for_notes() -> None:
    heard = semitones(tones((48,), 2.0, partials=8), RATE_HZ)
    notes = heard.notes.mean(axis=0)
    assert notes.argmax() == 48 - LOW_PITCH
    third_partial = 48 + 19 - LOW_PITCH
    assert notes[third_partial] < 0.5 * heard.energies.mean(axis=0)[third_partial]
    assert notes[third_partial] < 0.2 * notes.max()


@pytest.mark.parametrize("pitch", [28, 40, 69, 93])
def test_a_sine_has_its_pitch_and_amplitude(pitch: int) -> None:
    peaks = spectral_peaks(tones((pitch,), 2.0, partials=1, amplitude=0.25), RATE_HZ)
    middle = (peaks.frame > 3) & (peaks.frame < 16)
    assert peaks.pitch[middle] == pytest.approx(pitch, abs=0.1)
    assert peaks.amplitude[middle] == pytest.approx(0.25, rel=0.05)


def test_drums_leave_little_of_themselves() -> None:
    tone = tones((60, 64, 67), 6.0)
    alone = semitones(tone, RATE_HZ)
    both = semitones(tone + clicks(6.0), RATE_HZ)
    assert np.corrcoef(alone.chroma.mean(axis=0), both.chroma.mean(axis=0))[0, 1] > 0.98


def test_noise_is_not_pitched_and_music_is() -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.1, 5 * RATE_HZ).astype(np.float32)
    assert not semitones(noise, RATE_HZ).is_pitched
    assert not semitones(clicks(5.0), RATE_HZ).is_pitched
    assert semitones(tones((57, 60, 64), 5.0), RATE_HZ).is_pitched


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 48_000])
def test_frames_are_a_tenth_of_a_second_at_any_rate(rate_hz: int) -> None:
    heard = semitones(tones((60,), 2.0, rate_hz=rate_hz), rate_hz)
    assert heard.energies.shape == (20, 84) and heard.chroma.shape == heard.bass.shape == (20, 12)
    assert heard.rate_hz == 10.0
    assert loudest(heard, 1) == {60}


@pytest.mark.parametrize("samples", [0, 1, 100, 2205])
def test_short_and_silent_audio_has_frames_without_anything(samples: int) -> None:
    heard = semitones(np.zeros(samples, np.float32), RATE_HZ)
    assert len(heard.energies) == 1
    assert not heard.energies.any() and not heard.notes.any()
    assert not heard.is_pitched and heard.tuning_cents == 0.0


def test_the_extractor_says_why_there_is_no_tuning() -> None:
    silence = Heard(findings={"material.mono": Finding(np.zeros(RATE_HZ, np.float32), "silence")})
    found = Extractor().extract(silence)
    assert found["fact.tuning_cents"].value is None
    assert (
        found["fact.tuning_cents"].reason == "nothing that sounds is tuned: the partials agree on no tuning"
    )
    assert found["material.semitones"].value is not None
