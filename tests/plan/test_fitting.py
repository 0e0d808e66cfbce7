"""Forms fitted to durations: exact sums, proportions, regular lengths, within half a bar of what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muze_plan.fitting import bars_for, fit, too_short
from muze_plan.templates import FormSection, Template, template, template_names
from muzecli.errors import UsageError
from muzecli.song.metre import TimeSignature
from muzecli.song.plan import SectionType

METRES = ["4/4", "3/4", "2/4", "6/8", "12/8", "5/4", "7/8", "9/8", "2/2"]


def shape(name: str, bars: int) -> list[tuple[str, int]]:
    return [(str(found.section.type), found.bars) for found in fit(template(name), bars)]


def test_thirty_seconds_of_verse_and_chorus() -> None:
    bars = bars_for(30, 120, TimeSignature())
    assert shape("verse_chorus", bars) == [
        ("intro", 2),
        ("verse", 4),
        ("chorus", 4),
        ("verse", 3),
        ("outro", 2),
    ]


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(template_names()),
    duration_s=st.floats(5, 600),
    tempo_bpm=st.floats(50, 220),
    metre=st.sampled_from(METRES).map(TimeSignature.parse),
)
def test_every_form_fits_every_duration(
    name: str, duration_s: float, tempo_bpm: float, metre: TimeSignature
) -> None:
    bar_s = metre.bar_s(tempo_bpm)
    bars = bars_for(duration_s, tempo_bpm, metre)
    fitted = fit(template(name), bars)
    assert sum(found.bars for found in fitted) == bars
    assert all(found.bars >= 1 for found in fitted)
    assert abs(bars * bar_s - duration_s) <= bar_s / 2 + 1e-9 or bars == 1
    order = [found.section for found in fitted]
    written = template(name).sections
    kept = [section for section in order if section in written]
    assert kept, "something of the form is left"


@pytest.mark.parametrize("name", template_names())
def test_a_form_as_written_stays_as_written(name: str) -> None:
    form = template(name)
    fitted = fit(form, sum(section.bars for section in form.sections))
    assert [found.bars for found in fitted] == [section.bars for section in form.sections]


@pytest.mark.parametrize("name", template_names())
def test_long_sections_are_regular(name: str) -> None:
    for bars in (80, 96, 128, 160):
        lengths = [found.bars for found in fit(template(name), bars)]
        regular = sum(length for length in lengths if length % 4 == 0 or length in (1, 2, 6))
        assert regular >= 0.75 * bars, (bars, lengths)


def test_twelve_bars_stay_twelve() -> None:
    for bars in range(13, 200):
        lengths = [f.bars for f in fit(template("twelve_bar_blues"), bars) if f.section.rigid]
        assert lengths and set(lengths) == {12}, bars


def test_a_short_song_leaves_out_and_a_long_one_plays_again() -> None:
    assert ("bridge", 8) in shape("verse_chorus_bridge", 56)
    short = [kind for kind, _ in shape("verse_chorus_bridge", 20)]
    assert short.count("chorus") == 2 and short.count("verse") == 1
    long = [kind for kind, _ in shape("verse_chorus_bridge", 200)]
    assert long.count("chorus") >= 4 and long[-2:] == ["chorus", "outro"]


def test_drops_and_choruses_end_what_builds() -> None:
    for name in ("edm_drop", "drum_and_bass_roller", "trance_anthem", "cinematic_build"):
        for bars in (24, 40, 64, 100, 150):
            kinds = [kind for kind, _ in shape(name, bars)]
            for kind, following in zip(kinds, [*kinds[1:], ""], strict=True):
                assert kind != "buildup" or following in ("drop", "chorus"), (name, bars, kinds)


def test_equal_kinds_are_equally_long_where_they_can_be() -> None:
    lengths = [bars for kind, bars in shape("verse_chorus_bridge", 60) if kind == "chorus"]
    assert len(set(lengths)) == 1


def test_one_bar_is_enough() -> None:
    for name in template_names():
        assert [found.bars for found in fit(template(name), 1)] == [1]


def test_least_lengths_are_kept_where_they_fit() -> None:
    sections = (
        FormSection(SectionType.INTRO, 8, 0.3, drop=1),
        FormSection(SectionType.VERSE, 8, 0.5, min_bars=6),
        FormSection(SectionType.CHORUS, 8, 0.8, min_bars=6),
    )
    fitted = fit(Template("t", "", sections), 12)
    assert [found.bars for found in fitted] == [6, 6]


def test_half_a_bar_is_rounded_up() -> None:
    assert bars_for(29.0, 120, TimeSignature()) == 15  # 14.5 bars
    assert bars_for(0.1, 60, TimeSignature()) == 1


def test_more_bars_than_a_song_has_are_refused() -> None:
    assert bars_for(3600, 266, TimeSignature()) == 3990
    with pytest.raises(UsageError, match="at most 4000 bars, and 3600 s at 400 bpm in 4/4 are 6000"):
        bars_for(3600, 400, TimeSignature())


def test_a_song_of_one_bar_may_be_longer_than_asked() -> None:
    assert too_short(1.0, 120, TimeSignature()) is None
    said = too_short(0.9, 120, TimeSignature())
    assert said == "a song has at least one bar, which lasts 2 s here; 0.9 s are less than half of it"


@pytest.mark.parametrize("bars", [36, 50, 60, 75, 100, 150, 300])
def test_solos_are_as_long_as_the_head_whose_changes_they_play(bars: int) -> None:
    choruses = [n for kind, n in shape("jazz_head_solos", bars) if kind in ("chorus", "solo")]
    assert len(set(choruses)) == 1, choruses


def test_long_sections_have_hardly_ever_an_odd_number_of_bars() -> None:
    odd = [
        (name, bars, kind, length)
        for name in template_names()
        for bars in range(40, 160, 7)
        for kind, length in shape(name, bars)
        if length > 8 and length % 2 and kind not in ("intro", "outro")
    ]
    assert len(odd) <= 2, odd
