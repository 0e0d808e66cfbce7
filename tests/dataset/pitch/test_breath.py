"""Breaths of known times must be found at them; consonants, tails and far noises are none."""

from __future__ import annotations

import numpy as np
import pytest

from muze_dataset.hearing.pitch.breath import Breath, find_breaths
from muze_dataset.hearing.pitch.periodicity import find_candidates
from muze_dataset.hearing.pitch.pyin import pyin

from .voices import Samples, breath, hiss, silence, voice

PHRASE = voice(220.0, 0.6)


def found_in(*parts: Samples, room: float = 1e-4) -> list[Breath]:
    signal = np.concatenate(parts)
    signal = signal + (room * np.random.default_rng(5).standard_normal(signal.size)).astype(np.float32)
    candidates = find_candidates(signal, len(signal) // 160)
    return find_breaths(signal, pyin(signal, candidates).hz, candidates)


@pytest.mark.parametrize("length_s", [0.15, 0.3, 0.6])
@pytest.mark.parametrize("level", [0.004, 0.02])
def test_a_breath_before_a_phrase_is_found_where_it_is(length_s: float, level: float) -> None:
    found = found_in(PHRASE, silence(0.4), breath(length_s, level), silence(0.06), PHRASE)
    assert len(found) == 1
    assert found[0].start_s == pytest.approx(1.0, abs=0.04)
    assert found[0].end_s == pytest.approx(1.0 + length_s, abs=0.04)
    assert 0.0 < found[0].clarity <= 1.0


def test_one_before_the_first_phrase_counts() -> None:
    assert len(found_in(silence(0.3), breath(0.3, 0.01), silence(0.05), PHRASE)) == 1


def test_a_breath_and_the_consonant_after_it_are_kept_apart() -> None:
    found = found_in(PHRASE, silence(0.3), breath(0.3, 0.01), silence(0.05), hiss(0.12, 0.02), PHRASE)
    assert len(found) == 1
    assert found[0].end_s == pytest.approx(1.2, abs=0.05)


@pytest.mark.parametrize(
    "parts",
    [
        (PHRASE, silence(0.3), hiss(0.2, 0.02), PHRASE),
        (PHRASE, silence(0.2), breath(0.3, 0.01), silence(1.0), PHRASE),
        (PHRASE, silence(0.3), breath(0.04, 0.01), silence(0.05), PHRASE),
        (PHRASE, silence(0.1), breath(1.4, 0.01), silence(0.05), PHRASE),
        (PHRASE, silence(0.3), breath(0.3, 0.2), silence(0.05), PHRASE),
        (PHRASE, silence(0.5), PHRASE),
        (PHRASE, silence(0.3), breath(0.3, 0.01)),
        (breath(0.3, 0.01),),
    ],
    ids=["hiss", "far", "short", "long", "loud", "pause", "nobody follows", "nobody sings"],
)
def test_other_noises_are_none(parts: tuple[Samples, ...]) -> None:
    assert found_in(*parts) == []
