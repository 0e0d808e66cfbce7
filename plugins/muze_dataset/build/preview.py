"""What a build would do: how many files are new, who would listen to them in which order, and how long it may take."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from muze_dataset.build.candidates import Walk
from muze_dataset.build.inventory import Inventory
from muze_dataset.build.keys import digest_of, keys_at
from muze_dataset.build.request import Settings
from muzecli.errors import MuzeError
from muzecli.options import Run

_SAMPLE = 40  # files of which the length is read, to guess at all


def say_preview(run: Run, settings: Settings) -> None:
    """Say what a build would do; writes nothing."""
    new, paths, ignored = _new_files(settings)
    seconds = _mean_seconds(settings.folder, new) * len(new)
    costs = {one.name: one.cost_per_second for one in settings.order}
    cpu_hours = seconds * sum(costs.values()) / 3600.0
    run.console.result(
        f"would annotate {paths} files below {settings.request.audio_dir}, {len(new)} of them new or changed, "
        f"about {seconds / 3600.0:.2f} hours of audio, in {settings.request.output}"
    )
    run.console.result(
        f"at most about {cpu_hours:.2g} CPU hours, with every model here, by {len(costs)} extractors in this order:"
    )
    width = max(map(len, costs))
    for name, cost in costs.items():
        run.console.result(f"  {name.ljust(width)}  {cost:.3g} CPU s for a second of audio")
    run.console.document(
        "muze.dataset-build/1",
        {
            "output": str(settings.request.output),
            "dry_run": True,
            "files": paths,
            "new": len(new),
            "ignored": ignored,
            "hours": round(seconds / 3600.0, 4),
            "cpu_hours": round(cpu_hours, 4),
            "extractors": [_plain(settings, name, cost) for name, cost in costs.items()],
        },
    )


def _plain(settings: Settings, name: str, cost: float) -> dict[str, Any]:
    one = next(one for one in settings.order if one.name == name)
    return {"name": name, "version": one.version, "gives": list(one.gives), "cost_per_second": cost}


def _new_files(settings: Settings) -> tuple[list[str], int, int]:
    """Return the paths with something left to find, how many files there are, and how many are no audio."""
    done = _done(settings)
    walk = Walk(settings.folder)
    new, count = [], 0
    for path in islice(walk, settings.request.max_tracks):
        count += 1
        try:
            status = (settings.folder / path).stat()
        except OSError:  # it would fail
            continue
        if not stat.S_ISREG(status.st_mode):  # so would a pipe, and to open one may take forever
            continue
        if done.get(path) != (status.st_size, status.st_mtime_ns):
            new.append(path)
    return new, count, walk.ignored


def _done(settings: Settings) -> dict[str, tuple[int, int]]:
    """Return size and time of the files of which everything is found that a build would look for."""
    if not settings.state.inventory.is_file():
        return {}
    try:
        inventory = Inventory(settings.state.inventory, read_only=True)
    except sqlite3.DatabaseError:  # a build would make it anew, or say what hinders it
        return {}
    try:
        return {
            seen.path: (seen.size, seen.mtime_ns)
            for seen in inventory.tracks()
            if seen.sha256 is not None and seen.done == digest_of(keys_at(settings.footing, seen))
        }
    except sqlite3.DatabaseError:
        return {}
    finally:
        inventory.close()


def _mean_seconds(folder: Path, paths: Sequence[str]) -> float:
    """Return how long files are on average, by the headers of some that lie evenly among them."""
    from muzecli.audio.reader import open_audio

    lengths = []
    for path in paths[:: max(1, len(paths) // _SAMPLE)]:
        try:
            with open_audio(folder / path) as reader:
                lengths.append(reader.info.duration_s)
        except MuzeError:  # it will fail, and takes no time
            lengths.append(0.0)
    return sum(lengths) / len(lengths) if lengths else 0.0
