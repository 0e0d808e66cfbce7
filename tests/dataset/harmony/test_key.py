"""Cadences must be heard in their key, in any transposition; what has no pitch has no key."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.extractors.key import KeyFinder
from muze_dataset.hearing.harmony.semitones import semitones
from muzecli.listening.heard import Finding, Heard
from muzecli.song.chord import Chord
from muzecli.song.pitch import Key

from .tones import RATE_HZ, Floats, song

CADENCES = {
    "major": ("C:maj", "F:maj", "D:min", "G:7", "A:min", "F:maj", "G:7", "C:maj"),
    "minor": ("C:min", "F:min", "Ab:maj", "G:7", "C:min", "Ab:maj", "G:7", "C:min"),
}


def heard(mono: Floats) -> dict[str, Finding]:
    measured = Finding(semitones(mono, RATE_HZ), "measured")
    return dict(KeyFinder().extract(Heard(findings={"material.semitones": measured})))


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", [0, 3, 8])
def test_a_cadence_is_heard_in_its_key(mode: str, tonic: int) -> None:
    chords = [str(Chord.parse(name).transposed(tonic)) for name in CADENCES[mode]]
    found = heard(song(chords, 1.5))
    assert found["key"].value == str(Key(tonic, mode))
    assert found["key"].confidence is not None and found["key"].confidence > 0.5


def test_candidates_fall_in_weight_and_begin_with_the_key() -> None:
    found = heard(song(CADENCES["minor"], 1.0))
    candidates = found["fact.key_candidates"].value
    weights = [candidate["weight"] for candidate in candidates]
    assert candidates[0]["key"] == found["key"].value
    assert weights == sorted(weights, reverse=True) and sum(weights) <= 1.001


def test_a_short_chord_tells_less_than_a_song() -> None:
    alone, whole = heard(song(["C:maj"], 1.0)), heard(song(CADENCES["major"], 1.5))
    assert alone["key"].confidence is not None and whole["key"].confidence is not None
    assert alone["key"].confidence < whole["key"].confidence


def test_noise_has_no_key() -> None:
    noise = np.random.default_rng(0).normal(0.0, 0.1, 4 * RATE_HZ).astype(np.float32)
    found = heard(noise)
    for name in ("key", "fact.key_candidates"):
        assert found[name].value is None and found[name].reason == "nothing that sounds is tuned to a scale"
