"""The summary."""

from __future__ import annotations

from muze_dataset.build.tally import FieldTally, Tally, summary_lines
from muze_dataset.build.units import Failure


def test_reasons_are_ranked_and_few():
    field = FieldTally()
    for count, reason in ((3, "b"), (5, "a"), (3, "c"), (1, "d"), (1, "e")):
        for _ in range(count):
            field.add({"reason": reason})
    field.add({"by": "x/1", "method": "m"})
    field.add({"by": "x/1", "method": "m", "fallback": "no model"})
    assert field.document() == {
        "values": 2,
        "fallbacks": 1,
        "missing": 13,
        "fallback_reasons": {"no model": 1},
        "missing_reasons": {"a": 5, "b": 3, "c": 3, "other reasons": 2},
    }


def test_a_million_different_reasons_take_no_room():
    field = FieldTally()
    for number in range(10_000):
        field.add({"reason": f"reason {number}"})
    assert len(field.missing) <= 201
    assert field.missing.total() == 10_000


def test_the_lines_say_it_in_words():
    tally = Tally(tracks=2, seconds=5400.0, duplicates=1)
    tally.fields["key"] = FieldTally()
    tally.fields["key"].add({"reason": "no tones"})
    tally.fields["tempo"] = FieldTally(values=2)
    tally.count_failures([Failure("a", "decode", "odd"), Failure("b", "decode", "odd")])
    assert tally.document()["failed_by_stage"] == {"decode": 2}
    assert list(summary_lines(tally.document())) == [
        "2 tracks, 1.50 hours; 1 the same as another",
        "  key    0 values, 1 without (no tones)",
        "  tempo  2 values",
    ]
