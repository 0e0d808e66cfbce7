"""From tracks to forms to classes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muze_plan.model.codes import (
    BAR_CLASSES,
    MISSING,
    REST,
    bars_class,
    encode,
    energy_bin,
    known_genres,
    open_classes,
)
from muze_plan.model.features import NONE, History, steps_of
from muze_plan.model.forms import Form, FormSection, form_of, read_forms, song_of, split_of
from muzecli.errors import BadDataError
from muzecli.song.dataset import write_dataset
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType
from muzecli.song.track import Segment, Track

VERSE, CHORUS, OUTRO = SectionType.VERSE, SectionType.CHORUS, SectionType.OUTRO


def track(*borders_s: float, **fields: object) -> Track:
    """A track whose segments end at these times."""
    kinds = [VERSE, CHORUS, OUTRO, VERSE]
    starts = (0.0, *borders_s)
    segments = tuple(
        Segment(kind, start, end, 0.25 * index, kind is not OUTRO)
        for index, (kind, start, end) in enumerate(zip(kinds, starts, borders_s, strict=False))
    )
    plain = Track("a.wav", "a", borders_s[-1], 32_000, tempo=120.0, segments=segments)
    return replace(plain, **fields)  # type: ignore[arg-type]


def bars(form: Form | None) -> list[int]:
    assert form is not None
    return [section.bars for section in form.sections]


def test_segments_are_counted_in_bars() -> None:
    form = form_of(track(16.1, 31.9, 40.0, genre="Hip-Hop ", has_vocals=True))
    assert bars(form) == [8, 8, 4]
    assert form is not None
    assert (form.genre, form.bars, form.time_signature, form.has_vocals) == (
        "hip_hop",
        20,
        TimeSignature(),
        True,
    )
    assert form.energy == pytest.approx((0 * 8 + 0.25 * 8 + 0.5 * 4) / 20)
    assert bars(form_of(track(16.1, 31.9, 40.0, time_signature=TimeSignature(3, 4)))) == [11, 10, 6]


def test_downbeats_come_before_the_tempo() -> None:
    # The tempo tag is twice what the bars say: what was heard wins.
    downbeats = tuple(4.0 * bar for bar in range(10))
    assert bars(form_of(track(16.2, 31.7, 40.0, downbeat_positions=downbeats))) == [4, 4, 2]


def test_a_segment_shorter_than_half_a_bar_is_left_out() -> None:
    assert bars(form_of(track(16.0, 16.4, 40.0))) == [8, 12]


def test_tracks_without_what_is_needed() -> None:
    assert form_of(track(8.0, 16.0, tempo=None)) is None
    assert form_of(Track("a.wav", "a", 10.0, 32_000, tempo=120.0)) is None


def test_a_song_is_in_one_split_whatever_its_recording() -> None:
    a = track(8.0, 16.0, artist="Ada", title="Waltz")
    b = replace(a, track_id="live", artist="ada ", title="WALTZ")
    assert song_of(a) == song_of(b)
    splits = [split_of(f"song {n}") for n in range(2000)]
    assert 0.07 < splits.count("valid") / 2000 < 0.13
    assert 0.07 < splits.count("test") / 2000 < 0.13
    assert form_of(replace(a, split="test")).split == "test"  # type: ignore[union-attr]


def test_reading_names_what_is_missing(tmp_path: Path) -> None:
    write_dataset(tmp_path / "dataset.jsonl", [track(8.0, 16.0, tempo=None)])
    with pytest.raises(BadDataError, match=r"learns from tracks with segments and a tempo, and .* has none"):
        read_forms([tmp_path])
    write_dataset(tmp_path / "more.json", [track(8.0, 16.0, track_id=f"t{n}") for n in range(5)])
    assert len(read_forms([tmp_path / "more.json"])) == 5
    assert len(read_forms([tmp_path / "more.json"], max_tracks=3)) == 3


# ---- classes ----


@given(st.integers(1, 500), st.integers(1, 600))
def test_bars_have_a_class_that_fits(length: int, left: int) -> None:
    found = bars_class(length, left)
    if length >= left:
        assert found == REST
    else:
        assert found < open_classes(left) or found == open_classes(left) == 0
        nearest = min(abs(value - length) for value in BAR_CLASSES if value < left)
        assert abs(BAR_CLASSES[found] - length) == nearest


def test_exact_lengths_are_exact() -> None:
    for index, value in enumerate(BAR_CLASSES):
        assert bars_class(value, value + 1) == index
    assert bars_class(8, 8) == REST


def test_energies() -> None:
    assert [energy_bin(value) for value in (0.0, 0.09, 0.1, 0.55, 0.999, 1.0)] == [0, 0, 1, 5, 9, 9]


def test_what_was_not_measured_is_missing() -> None:
    sections = (FormSection(VERSE, 8, None, None), FormSection(CHORUS, 8, 0.9, True))
    form = Form("s", "train", None, 120.0, TimeSignature(), 0.5, True, sections)
    first, second = encode(form)
    assert (first.energy, first.vocals, second.bars) == (MISSING, MISSING, REST)
    assert steps_of(form).before[1].tolist() == [1, 7, NONE["energy"], NONE["vocals"]]


def test_known_genres_are_those_of_enough_songs() -> None:
    form = Form("s", "train", "pop", 120.0, TimeSignature(), 0.5, True, (FormSection(VERSE, 8, 0.5, True),))
    forms = [form, form, replace(form, genre="jazz"), replace(form, genre=None)]
    assert known_genres(forms, at_least=1) == ("jazz", "pop")
    assert known_genres(forms, at_least=2) == ("pop",)


def test_history_remembers_what_returns() -> None:
    history = History(40)
    form = Form(
        *("s", "train", None, 120.0, TimeSignature(), 0.5, True),
        (
            FormSection(VERSE, 16, 0.3, True),
            FormSection(CHORUS, 8, 0.8, True),
            FormSection(VERSE, 16, 0.3, True),
        ),
    )
    assert history.returning(1, "bars") == NONE["bars"]
    for section, codes in list(zip(form.sections, encode(form), strict=True))[:2]:
        history.add(codes, section.bars)
    assert (history.left, history.count) == (16, 2)
    assert history.returning(1, "bars") == BAR_CLASSES.index(16)
    assert history.returning(3, "energy") == 8
