"""Levels, voices and families."""

from __future__ import annotations

import pytest

from muze_evaluate.control import presence
from muzecli.song.plan import SectionSpan, SectionType


def section(start_s: float, end_s: float, *, sung: bool) -> SectionSpan:
    return SectionSpan(SectionType.VERSE, start_s, end_s, 0.0, 0.5, sung)


def test_loudness_needs_somebody_who_asked() -> None:
    assert presence.loudness_error(-14.0, -13.2) == pytest.approx(0.8)
    assert presence.loudness_error(None, -13.0) is None
    assert presence.loudness_error(-14.0, None) is None


def test_a_section_is_sung_from_a_tenth_of_it_on() -> None:
    sections = [section(0, 10, sung=True), section(10, 30, sung=False)]
    assert presence.sung_time_right(sections, [(2.0, 3.0)]) == 1.0
    assert presence.sung_time_right(sections, [(2.0, 2.9)]) == pytest.approx(2 / 3)
    assert presence.sung_time_right(sections, [(8.0, 12.0)]) == pytest.approx(1 / 3)
    assert presence.sung_time_right(sections, []) == pytest.approx(2 / 3)


def test_families_found_and_asked_for() -> None:
    found = {"drums": 0.9, "bass": 0.2, "keys": 0.6}
    assert presence.requested_found(("drums", "bass"), found) == 0.5
    assert presence.found_requested(("drums", "bass"), found) == 0.5
    assert presence.requested_found(("winds",), found) is None  # nobody can hear winds here
    assert presence.found_requested(("drums",), {"drums": 0.1}) is None
