"""`muze dataset info`: what a dataset holds, as tables and as a page of plots."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from muze_dataset.commands.tally import PERCENTILES, Tally
from muzecli.files import check_outputs, write_bytes
from muzecli.options import Run
from muzecli.song.dataset import open_dataset

SCHEMA = "muze.dataset-info/1"
UNITS = {"duration": "s", "tempo": "BPM", "loudness_db": "LUFS", "energy": "", "sentiment_score": ""}
"""Of the numbers whose spread is told."""
_MOST_CHOICES = 12  # named on a line; the rest is counted
_REASON_LENGTH = 60


def described(run: Run, path: Path, *, plots: Path | None, overwrite: bool) -> None:
    """Print what a dataset holds, and draw it where asked to.

    Raises:
        UsageError: the picture's ending is none that can be drawn.
        InputMissingError, BadDataError: the dataset is missing or wrong.
        OutputExistsError, OutputError: the picture is there already, or cannot be written.
    """
    from muze_dataset.commands.page import page_bytes
    from muzecli.pictures import picture_format

    if plots is not None:
        picture_format(plots.suffix, example="dataset.png")
        check_outputs([plots], overwrite=overwrite)
    dataset = open_dataset(path)
    tally = Tally()
    for track in dataset:
        tally.add(dataset, track)
    found = {"dataset": str(dataset.file), **tally.document()}
    if plots is not None:
        write_bytes(plots, page_bytes(found, plots.suffix), overwrite=overwrite)
        found["plots"] = str(plots)
    _print(run, found)
    run.console.document(SCHEMA, found)


def _print(run: Run, found: Mapping[str, Any]) -> None:
    console, tracks = run.console, found["tracks"]
    console.result(
        f"{found['dataset']}: {tracks} tracks, {found['hours']:.2f} hours, {found['artists']} artists"
    )
    if found.get("plots"):
        console.result(f"wrote {found['plots']}")
    if not tracks:
        return
    heads = ("", "tracks", "mean", "min", *(f"{p} %" for p in PERCENTILES), "max")
    rows = []
    for name, values in found["numbers"].items():
        if values["count"]:
            keys = ("mean", "min", *(f"p{p}" for p in PERCENTILES), "max")
            label = f"{name} {UNITS[name]}".strip()
            rows.append([label, str(values["count"]), *(f"{values[key]:.4g}" for key in keys)])
    console.table(heads, rows, title="\nspread")
    rows = [[name.replace("_", " "), _counted(counts)] for name, counts in found["choices"].items() if counts]
    rows += [["voices", _counted(found["vocals"])], ["made", _counted(found["origins"])]]
    console.result("")
    console.table(("counts", ""), rows)
    for title, unit in (("sections", "count"), ("splits", "tracks")):
        rows = [[name, str(values[unit]), f"{values['hours']:.2f}"] for name, values in found[title].items()]
        if rows:
            console.result("")
            console.table((title, unit, "hours"), rows)
    rows = [
        [name, str(f["present"]), str(f["fallback"]), str(f["missing"]), _commonest(f["reasons"])]
        for name, f in found["fields"].items()
    ]
    heads = ("field", "present", "fallback", "missing", "commonest reason")
    console.table(heads, rows, title="\ncoverage")
    doubles = found["doubles"]
    console.result(
        f"\n{doubles['same_audio']} tracks have the audio of another, {doubles['same_song']} are a song again,"
        f" {doubles['songs_in_several_splits']} songs are in several splits"
    )


def _counted(counts: Mapping[str, int]) -> str:
    named = [f"{name} {count}" for name, count in list(counts.items())[:_MOST_CHOICES]]
    more = len(counts) - len(named)
    return ", ".join(named) + (f", and {more} more" if more > 0 else "")


def _commonest(reasons: Mapping[str, int]) -> str:
    if not reasons:
        return ""
    reason, count = next(iter(reasons.items()))
    short = reason if len(reason) <= _REASON_LENGTH else f"{reason[: _REASON_LENGTH - 1]}…"
    return f"{short} ({count})" if len(reasons) > 1 else short
