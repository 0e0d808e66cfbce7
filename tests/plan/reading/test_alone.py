"""Who plays alone, and who plays a solo among others."""

from __future__ import annotations

import pytest

from muze_plan.reading import read_prompt


@pytest.mark.parametrize(
    "prompt",
    ["piano solo", "a piano solo in C minor", "solo piano", "slow piano solo", "piano only", "just piano"],
)
def test_a_prompt_that_opens_with_a_solo_wants_nobody_else(prompt):
    reading = read_prompt(prompt)
    assert set(reading.instruments) == {"piano"}
    assert {"drums", "electric_bass", "female_vocals"} <= set(reading.without)


@pytest.mark.parametrize(
    "prompt",
    [
        "song with a guitar solo",
        "rock with a drum solo",
        "guitar solo over a funk groove",
        "a slow song that has a piano solo",
    ],
)
def test_a_solo_within_a_song_leaves_the_band(prompt):
    assert "electric_bass" not in read_prompt(prompt).without


def test_two_and_only_they():
    reading = read_prompt("guitar and voice only")
    assert reading.has_vocals
    assert {"drums", "electric_bass", "strings"} <= set(reading.without)
    both = read_prompt("piano and strings only")
    assert set(both.instruments) == {"piano", "strings"}
    assert "drums" in both.without
