"""`muze dataset artists`: who sings, how alike their tracks sound, and who sounds like them."""

from __future__ import annotations

from pathlib import Path

from muze_dataset.artists import SCHEMA, artist_voices, nearest, write_artists
from muzecli.files import check_outputs
from muzecli.options import Run
from muzecli.song.dataset import open_dataset

LIST_SCHEMA = "muze.dataset-artists/1"


def listed(run: Run, path: Path, *, output: Path | None, overwrite: bool) -> None:
    """Print the artists of a dataset that have a voice; write their mean voices where asked to.

    Raises:
        InputMissingError, BadDataError: the dataset is missing or wrong.
        OutputExistsError, OutputError: the output is there already, or cannot be written.
    """
    dataset = open_dataset(path)
    if output is not None:
        check_outputs([output], overwrite=overwrite)
    voices = artist_voices(dataset)
    others = nearest(voices)
    if not voices:
        run.console.warn(
            f"{dataset.file}: no track has both an artist and a voice_embedding; muze dataset build measures it"
        )
    if output is not None:
        write_artists(output, voices, overwrite=overwrite)
    rows = []
    for name, voice in sorted(voices.items(), key=lambda item: (-item[1].tracks, item[0])):
        other, cosine = others.get(name, (None, None))
        rows.append(
            {
                "artist": name,
                "tracks": voice.tracks,
                "from": voice.measured_on,
                "cosine_to_mean": voice.cosine,
                "nearest": other,
                "cosine_to_nearest": cosine,
            }
        )
    columns = ("artist", "tracks", "from", "cosine to mean", "nearest", "cosine to nearest")
    run.console.table(
        columns, [[_short(value) for value in row.values()] for row in rows], title=f"{len(rows)} artists"
    )
    if output is not None:
        run.console.result(f"wrote {output}")
    run.console.document(
        LIST_SCHEMA,
        {
            "dataset": str(dataset.file),
            "artists": rows,
            "output": None if output is None else {"file": str(output), "schema": SCHEMA},
        },
    )


def _short(value: object) -> object:
    return f"{value:.3f}" if isinstance(value, float) else value
