"""Datasets as Parquet: a column a field, as pandas, Polars and DuckDB users expect them.

The columns are the fields of a track's document, in its order and under its names. Texts, numbers and truth values
are plain columns; lists are lists, spans and segments are lists of structs with named members. Only `source` and
`plan`, whose shape differs from track to track, are JSON text. The schema's name stands in the file's metadata under
`muze.schema` and, because most tools that rewrite a file drop that, in the column `schema`, too.

Reading is strict about values and easy about types: what a tool has widened or narrowed (a year as int64, a genre as
a dictionary) is taken back where no value changes by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from muzecli.errors import BadDataError, InputMissingError, UnavailableError
from muzecli.files import dump_json
from muzecli.song.checks import FieldError
from muzecli.song.documents.fields import Field, check_schema, explained
from muzecli.song.documents.source import parse_json
from muzecli.song.documents.tracks import TRACK_SCHEMA, track_document
from muzecli.song.records import Record

if TYPE_CHECKING:
    import pyarrow

    from muzecli.song.track import Track

METADATA_KEY = b"muze.schema"
JSON_COLUMNS = ("source", "plan")
GROUP_BYTES = 32 << 20
GROUP_ROWS = 4096
"""A row group is written when it has that size, uncompressed, or that many rows: it is what a writer holds."""
_ROWS_AT_ONCE = 16  # a song of ten minutes with all fields takes 3 MB as Python objects
_COMPRESSION = "zstd"


def columns() -> pyarrow.Schema:
    """Return the columns with their types.

    Raises:
        UnavailableError: pyarrow is not installed.
    """
    pa = _pyarrow()
    text, number, whole, flag = pa.string(), pa.float64(), pa.int32(), pa.bool_()
    numbers, span = pa.list_(number), [("start", number), ("end", number)]
    # Doubles, also for embeddings: a track comes back exactly as it was.
    types: dict[str, pyarrow.DataType] = {
        **dict.fromkeys(("schema", "audio_path", "track_id"), text),
        **{"duration": number, "sample_rate": whole},
        **dict.fromkeys(("artist", "title", "album", "genre"), text),
        **{"year": whole, "prompt": text, "text_sentiment": text, "sentiment_score": number},
        **{"tempo": number, "key": text, "key_idx": whole, "time_signature": text},
        **{"loudness_db": number, "energy": number, "has_vocals": flag, "lyrics": text, "language": text},
        "phonemes_ipa": pa.list_(text),
        "phoneme_timestamps": pa.list_(pa.struct([("phoneme", text), *span])),
        **dict.fromkeys(("voice_embedding", "voice_embedding_separated", "ecapa_embedding"), numbers),
        **dict.fromkeys(("clap_audio_embedding", "clap_text_embedding"), numbers),
        "segments": pa.list_(
            pa.struct(
                [("type", text), *span, ("energy", number), ("has_vocals", flag), ("lyrics", text)],
            )
        ),
        **{"beat_positions": numbers, "num_beats": whole, "downbeat_positions": numbers},
        "chord_progression": pa.list_(pa.struct([("chord", text), *span])),
        **{"f0_contour": numbers, "f0_coarse": pa.list_(pa.int8()), "f0_voiced_mask": pa.list_(flag)},
        **dict.fromkeys(("vibrato_rate", "vibrato_depth", "vibrato_extent"), number),
        "breath_positions": pa.list_(pa.struct(span)),
        **dict.fromkeys(("split", "source", "score_path", "plan"), text),
    }
    always = ("schema", "audio_path", "track_id", "duration", "sample_rate", "source")
    fields = [pa.field(name, kind, nullable=name not in always) for name, kind in types.items()]
    return pa.schema(fields, metadata={METADATA_KEY: TRACK_SCHEMA.encode()})


def write_parquet(path: Path, tracks: Iterable[Track]) -> int:
    """Write tracks to a file, one at a time and in row groups of `GROUP_BYTES`; the same give the same bytes.

    Returns:
        how many there were.

    Raises:
        UnavailableError: pyarrow is not installed.
        BadDataError: a track holds text that is not Unicode.
    """
    pa = _pyarrow()
    schema = columns()
    from pyarrow.parquet import ParquetWriter

    count = 0
    with ParquetWriter(path, schema, compression=_COMPRESSION, version="2.6") as writer:
        batches: list[pyarrow.RecordBatch] = []
        for rows in _a_few(map(row_of, tracks)):
            batches.append(_batch(rows, schema))
            count += len(rows)
            held = sum(batch.num_rows for batch in batches)
            if held >= GROUP_ROWS or sum(batch.nbytes for batch in batches) >= GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(batches), row_group_size=held)
                batches = []
        if batches:
            writer.write_table(pa.Table.from_batches(batches))
    return count


def _a_few(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows in lists of `_ROWS_AT_ONCE`: batches have a cost of their own, some 60 kB each."""
    rows = iter(rows)
    while found := list(islice(rows, _ROWS_AT_ONCE)):
        yield found


def _batch(rows: list[dict[str, Any]], schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    pa = _pyarrow()
    try:
        return pa.RecordBatch.from_pylist(rows, schema=schema)
    except UnicodeEncodeError as error:
        name = next(row["track_id"] for row in rows if _half_character(row))
        raise BadDataError(
            f"track {name!r} must hold Unicode text, and a text in it has half a character",
            hint="rename the file, or correct the tag",
        ) from error


def _half_character(value: Any) -> bool:
    """Say whether any text in a row cannot be written as UTF-8."""
    if isinstance(value, str):
        return any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, Mapping):
        return any(map(_half_character, value.values()))
    return isinstance(value, list) and any(map(_half_character, value))


def parquet_records(file: Path) -> Iterator[Record]:
    """Yield the rows of a Parquet file as documents, a few at a time.

    Raises:
        UnavailableError: pyarrow is not installed.
        InputMissingError: the file cannot be read.
        BadDataError: it is no Parquet file, or not of tracks of this schema.
    """
    pa = _pyarrow()
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(file) as rows:
            _check_metadata(file, rows.schema_arrow.metadata or {})
            place = 0
            for batch in rows.iter_batches(batch_size=_ROWS_AT_ONCE):
                for row in _as_declared(batch).to_pylist():
                    place += 1
                    yield Record(file, place, None, _document(file, place, row))
    except pa.ArrowInvalid as error:
        raise BadDataError(f"{file}: must be a Parquet file that is whole: {error}") from error
    except OSError as error:  # pyarrow raises it, without a number, for pages that do not decode
        if error.errno is None:
            raise BadDataError(f"{file}: must be a Parquet file that is whole: {error}") from error
        raise InputMissingError(f"cannot read the dataset {file}: {error.strerror}") from error


def row_of(track: Track) -> dict[str, Any]:
    """Return a track as a row."""
    row = track_document(track)
    if row["breath_positions"] is not None:
        row["breath_positions"] = [{"start": start, "end": end} for start, end in row["breath_positions"]]
    for name in JSON_COLUMNS:
        row[name] = None if row[name] is None else dump_json(row[name])
    return row


def _document(file: Path, place: int, row: dict[str, Any]) -> dict[str, Any]:
    """Return a row as a track's document."""
    for name in JSON_COLUMNS:
        if isinstance(row.get(name), str):
            row[name] = parse_json(row[name], name=f"{file}: track {place}: {name}", what=name)
    if row.get("source") is None:
        row.pop("source", None)
    breaths = row.get("breath_positions")
    if isinstance(breaths, list):
        row["breath_positions"] = [
            [item.get("start"), item.get("end")] if isinstance(item, Mapping) else item for item in breaths
        ]
    return row


def _as_declared(batch: pyarrow.RecordBatch) -> pyarrow.RecordBatch:
    """Return a batch with the columns that are known in their own types, where no value changes by that.

    A column that cannot be had in its type stays as it is; reading the track then names the row and the value.
    """
    pa = _pyarrow()
    wanted = columns()
    arrays = []
    for name, array in zip(batch.schema.names, batch.columns, strict=True):
        index = wanted.get_field_index(name)
        if index >= 0 and array.type != wanted.field(index).type:
            try:
                array = array.cast(wanted.field(index).type)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError):
                pass
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _check_metadata(file: Path, metadata: Mapping[bytes, bytes]) -> None:
    """Refuse a file of another version; one whose metadata a tool has dropped is told by its column `schema`."""
    if METADATA_KEY not in metadata:
        return
    found = metadata[METADATA_KEY].decode("utf-8", "replace")
    try:
        Field(None).built(check_schema, {"schema": found}, TRACK_SCHEMA, what="dataset")
    except FieldError as error:
        raise explained(error, name=str(file), text=None) from error


def _pyarrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise UnavailableError(
            "Parquet needs the package pyarrow, which is not installed", hint="pip install 'muze[parquet]'"
        ) from error
    return pyarrow
