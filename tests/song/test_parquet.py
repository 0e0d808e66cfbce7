"""Datasets as Parquet: exact there and back, the same bytes, and columns as other tools expect them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet as pq
from tests.song.test_tracks import LEAST, WHOLE, tracks

from muzecli.errors import BadDataError, InputMissingError, OutputExistsError, UnavailableError, UsageError
from muzecli.song import Track
from muzecli.song import parquet as our_parquet
from muzecli.song.dataset import open_dataset, write_dataset


def written(folder: Path, *tracks: Track) -> Path:
    path = folder / "d.parquet"
    write_dataset(path, tracks, overwrite=True)
    return path


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(tracks(), max_size=3, unique_by=lambda track: track.track_id))
def test_tracks_come_back_as_they_were(found: list[Track], tmp_path: Path) -> None:
    assert list(open_dataset(written(tmp_path, *found))) == found


def test_a_whole_track_and_an_empty_one_come_back(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE, LEAST)
    assert list(open_dataset(path)) == [WHOLE, LEAST]
    with pytest.raises(OutputExistsError, match="already exists"):
        write_dataset(path, [LEAST])
    assert list(open_dataset(written(tmp_path))) == []


def test_columns_are_what_other_tools_expect(tmp_path: Path) -> None:
    table = pq.read_table(written(tmp_path, WHOLE, LEAST))
    schema = table.schema
    assert schema.metadata[b"muze.schema"] == b"muze.track/3.1"
    assert schema.names[:5] == ["schema", "audio_path", "track_id", "duration", "sample_rate"]
    assert schema.field("tempo").type == pa.float64() and schema.field("year").type == pa.int32()
    assert schema.field("has_vocals").type == pa.bool_()
    assert schema.field("f0_contour").type == pa.list_(pa.float64())
    assert [f.name for f in schema.field("segments").type.value_type] == [
        *("type", "start", "end", "energy", "has_vocals", "lyrics")
    ]
    row = table.to_pylist()[0]
    assert row["breath_positions"] == [{"start": 1.8, "end": 1.95}]
    assert row["chord_progression"][1] == {"chord": "F:maj/A", "start": 2.0, "end": 4.0}
    assert row["source"] == '{"origin": "synthetic", "stems": {"bass": "stems/0001/bass.flac"}}'
    assert row["plan"].startswith('{"schema": "muze.plan/1"')
    least = table.to_pylist()[1]
    assert least["plan"] is None and least["tempo"] is None and least["num_beats"] is None


def test_every_field_of_a_track_has_its_column() -> None:
    expected = ["schema", *Track.__dataclass_fields__]
    names = [name for name in our_parquet.columns().names if name not in ("key_idx", "num_beats")]
    assert names == expected


def test_the_same_tracks_give_the_same_bytes_in_groups(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [replace(WHOLE, track_id=f"{n}") for n in range(40)]
    first = written(tmp_path, *many).read_bytes()
    assert written(tmp_path, *many).read_bytes() == first
    assert pq.ParquetFile(tmp_path / "d.parquet").num_row_groups == 1
    monkeypatch.setattr(our_parquet, "GROUP_BYTES", 100_000)
    path = written(tmp_path, *many)
    assert pq.ParquetFile(path).num_row_groups > 1
    assert list(open_dataset(path)) == many


def test_a_group_is_let_go_once_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(our_parquet, "GROUP_ROWS", 16)
    seen: list[int] = []

    def made() -> Iterator[Track]:
        for number in range(160):
            seen.append(pa.total_allocated_bytes())
            yield replace(WHOLE, track_id=f"{number}")

    write_dataset(tmp_path / "d.parquet", made())
    assert max(seen[80:]) <= max(seen[:80]) + 100_000
    assert pq.ParquetFile(tmp_path / "d.parquet").num_row_groups == 10


def test_nothing_is_left_of_a_write_that_failed(tmp_path: Path) -> None:
    def failing() -> Iterator[Track]:
        yield WHOLE
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_dataset(tmp_path / "d.parquet", failing())
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(BadDataError, match=r"track 'a' must hold Unicode text"):
        write_dataset(tmp_path / "d.parquet", [replace(LEAST, title="\udcff")])


def test_files_that_other_tools_rewrote_are_read(tmp_path: Path) -> None:
    """pandas, Polars and DuckDB drop the metadata, widen numbers and have list types of their own."""
    table = pq.read_table(written(tmp_path, WHOLE)).replace_schema_metadata(None)
    changes = {
        "year": pa.float64(),
        "genre": pa.dictionary(pa.int32(), pa.string()),
        "lyrics": pa.large_string(),
        "f0_coarse": pa.list_(pa.int64()),
        "beat_positions": pa.large_list(pa.float64()),
    }
    for name, kind in changes.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table.column(name).cast(kind))
    table = table.drop_columns(["plan", "album"])
    pq.write_table(table, tmp_path / "e.parquet")
    assert list(open_dataset(tmp_path / "e.parquet")) == [replace(WHOLE, plan=None)]


@pytest.mark.parametrize(
    ("column", "value", "fault"),
    [
        ("energy", 2.0, r"d\.parquet: track 2: energy must be a number from 0 to 1; found 2.0"),
        ("source", "{", r"d\.parquet: track 2: source: line 1: a source must be JSON"),
        ("year", 2024.5, r"d\.parquet: track 2: year must be a whole number; found 2024.5"),
        ("tempoo", 3.0, r"d\.parquet: track 1: tempoo is no field that is known here"),
        ("schema", "muze.track/4", r"d\.parquet: track 2: schema is muze.track/4, which is newer"),
    ],
)
def test_a_fault_names_the_track_and_the_field(
    column: str, value: object, fault: str, tmp_path: Path
) -> None:
    path = written(tmp_path, LEAST, replace(LEAST, track_id="b"))
    rows = pq.read_table(path).to_pylist()
    rows[1][column] = value
    fields = [field for field in our_parquet.columns() if field.name != column]
    found = pa.array([row.get(column) for row in rows])
    table = pa.Table.from_pylist(
        [{k: v for k, v in row.items() if k != column} for row in rows], pa.schema(fields)
    )
    pq.write_table(table.append_column(column, found), path)
    with pytest.raises(BadDataError, match=fault):
        list(open_dataset(path))


def test_files_of_other_versions_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, WHOLE)
    pq.write_table(pq.read_table(path).replace_schema_metadata({"muze.schema": "muze.track/9"}), path)
    with pytest.raises(BadDataError, match=r"d\.parquet: schema is muze.track/9, which is newer"):
        list(open_dataset(path))
    path.write_bytes(written(tmp_path, WHOLE).read_bytes()[:-20])
    with pytest.raises(BadDataError, match=r"d\.parquet: must be a Parquet file that is whole"):
        list(open_dataset(path))
    found = open_dataset(path)
    path.unlink()
    with pytest.raises(InputMissingError, match="cannot read the dataset"):
        list(found)


def test_without_pyarrow_the_way_to_get_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, LEAST)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnavailableError, match="pyarrow") as caught:
        list(open_dataset(path))
    assert caught.value.hint == "pip install 'muze[parquet]'"
    with pytest.raises(UnavailableError):
        write_dataset(tmp_path / "e.parquet", [LEAST])
    assert not (tmp_path / "e.parquet").exists()


def test_an_ending_that_means_no_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"must end in \.jsonl, \.json, \.parquet; found"):
        write_dataset(tmp_path / "d.csv", [LEAST])


def test_other_formats_do_not_load_pyarrow() -> None:
    code = "import sys, muzecli.song.dataset, muzecli.song.parquet; print('pyarrow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"False"
