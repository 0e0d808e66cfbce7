"""Tracks found in a .json document piece by piece."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.song.test_tracks import LEAST

from muzecli.errors import BadDataError
from muzecli.song import records
from muzecli.song.documents import TRACK_SCHEMA, track_document
from muzecli.song.records import Record, json_records

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    items=st.lists(VALUES, max_size=5),
    size=st.integers(1, 40),
    indent=st.sampled_from([None, 0, 2]),
    ascii_only=st.booleans(),
    shape=st.sampled_from(["list", "schema first", "tracks first"]),
)
def test_pieces_of_any_size_give_what_a_parser_gives(
    items: list[Any],
    size: int,
    indent: int | None,
    ascii_only: bool,
    shape: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document: Any = {
        "list": items,
        "schema first": {"schema": TRACK_SCHEMA, "tracks": items},
        "tracks first": {"tracks": items, "schema": TRACK_SCHEMA},
    }[shape]
    path = tmp_path / "d.json"
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    path.write_text(text.encode("utf-8", "replace").decode(), encoding="utf-8")
    monkeypatch.setattr(records, "_PIECE_CHARACTERS", size)
    found = list(json_records(path))
    assert [json.loads(record.source) for record in found] == json.loads(path.read_text(encoding="utf-8"))[
        slice(None) if shape == "list" else "tracks"
    ]
    assert [record.place for record in found] == list(range(1, len(items) + 1))
    for record in found:
        lines = path.read_text(encoding="utf-8").split("\n")[record.first_line - 1 :]
        assert record.source.split("\n")[0] in lines[0]


def read(path: Path, text: str) -> list[Record]:
    path.write_text(text, encoding="utf-8")
    return list(json_records(path))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "line 1: a dataset must be a list of tracks or an object"),
        ("3", "line 1: a dataset must be a list of tracks or an object"),
        ("[\n1,\n", "line 3: a track must be JSON: Expecting value"),
        ("[\n1,\n]", "line 3: a track must be JSON: Expecting value"),
        ("[1\n2]", "line 2: a dataset must be JSON: Expecting ',' delimiter"),
        ('[{"a": 1,\n"b": \n*}]', "line 3: a track must be JSON: Expecting value"),
        ('[{"a": "never\n', "line 1: a track must be JSON: Invalid control character"),
        ('[{"a": "never', "line 1: a track must be JSON: Unterminated string"),
        ("[1] x", "line 1: nothing may follow the end of a dataset"),
        ('{"schema": "muze.track/3.1"}', "tracks must be given; found nothing"),
        ('{"tracks": []}', "schema must be 'muze.track/3.1' in a dataset; found nothing"),
        ('{"schema": "muze.track/4", "tracks": [', "schema is muze.track/4, which is newer"),
        ('{"schema": "muze.track/3.1", "trax": 1, "tracks": []}', "trax is no field that is known here"),
        ('{"tracks": [], "tracks": []}', "line 1: a dataset must have its fields once each"),
        ('{"schema": "muze.track/3.1" "tracks": []}', "Expecting ',' delimiter"),
        ('{"schema": "muze.track/3.1", "tracks": {}}', "tracks must be a list"),
        ("[" + "9" * 5000 + "]", "numbers that mean something"),
        ("[" * 100_000, "must not be nested this deeply"),
    ],
)
def test_a_fault_of_the_document_names_its_line(text: str, fault: str, tmp_path: Path) -> None:
    with pytest.raises(BadDataError, match=fault.replace("[", r"\[")):
        read(tmp_path / "d.json", text)


@pytest.mark.parametrize(
    ("item", "fault"),
    [
        (
            '{"a": 1, "a": 2}',
            r"d\.json: track 2: line 3: a track must be strict JSON: the field 'a' stands twice",
        ),
        ('{"a": NaN}', r"d\.json: track 2: line 3: a track must be strict JSON: NaN is not a number"),
        ("7", r"d\.json: track 2: line 3: schema must be 'muze.track/3.1'"),
    ],
)
def test_a_fault_of_a_track_hides_no_other(item: str, fault: str, tmp_path: Path) -> None:
    good = json.dumps(track_document(LEAST))
    first, bad, last = read(tmp_path / "d.json", f"[\n{good},\n{item},\n{good}]")
    assert first.track() == last.track() == LEAST
    with pytest.raises(BadDataError, match=fault):
        bad.track()


def test_the_first_track_is_there_before_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_PIECE_CHARACTERS", 64)
    path = tmp_path / "d.json"
    path.write_bytes(b'[{"a": 1},\n' + b'{"b": 2},\n' * 10_000 + b"\xff]")
    found = json_records(path)
    assert next(found).source == '{"a": 1}'
    with pytest.raises(BadDataError, match=r"d\.json: a dataset must be UTF-8 text"):
        list(found)
