"""Tracks become the dataset and what lies beside it, one at a time and in the order of their paths."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from muze_dataset.artists import ArtistVoices, artists_file, write_artists
from muze_dataset.build.assemble import track_of
from muze_dataset.build.inventory import Inventory, Seen
from muze_dataset.build.items import load_item
from muze_dataset.build.keys import keys_at
from muze_dataset.build.request import Settings
from muze_dataset.build.tally import Tally
from muze_dataset.build.units import CHECK, Failure
from muzecli.errors import TemporaryError
from muzecli.files import atomic_path, dump_json
from muzecli.listening.listen import persisted
from muzecli.song.checks import FieldError
from muzecli.song.dataset import write_dataset
from muzecli.song.track import Track


def failures_file(output: Path) -> Path:
    """Return where it is written which files failed: `d.json` → `d.failures.jsonl`."""
    return output.with_name(f"{output.stem}.failures.jsonl")


def files_beside(output: Path) -> tuple[Path, ...]:
    """Return the files that a build may write beside the dataset."""
    return failures_file(output), artists_file(output)


def join(settings: Settings, inventory: Inventory, joined: Path) -> tuple[Tally, ArtistVoices]:
    """Write the tracks of the last scan that did not fail.

    Args:
        settings: of the build.
        inventory: what became of each file; tracks that do not pass their checks are noted there as failed.
        joined: where to write.

    Returns:
        the counts and the voices of the artists.

    Raises:
        TemporaryError: what was found of a track is gone; it will be found again by the next run.
    """
    tally, voices = Tally(), ArtistVoices()

    def counted() -> Iterator[Track]:
        for seen in inventory.tracks():
            track = _track(settings, inventory, seen)
            if track is not None:
                tally.add(track)
                voices.add(track)
                yield track

    write_dataset(joined, counted(), overwrite=True)
    return tally, voices


def write_beside(settings: Settings, inventory: Inventory, voices: ArtistVoices) -> None:
    """Write which files failed and how the artists sound; files that would be empty are removed."""
    write_failures(settings.output, inventory)
    artists, means = artists_file(settings.output), voices.means()
    if means:
        write_artists(artists, means, overwrite=True)
    else:
        artists.unlink(missing_ok=True)


def write_failures(output: Path, inventory: Inventory) -> None:
    """Write which files failed, an object a line, in the order of their paths; nothing where none did."""
    path = failures_file(output)
    if not inventory.failed():
        path.unlink(missing_ok=True)
        return
    with atomic_path(path, overwrite=True) as part, part.open("w", encoding="utf-8", newline="\n") as out:
        for failure in inventory.failures():
            line = {"file": failure.path, "stage": failure.stage, "error": failure.error}
            if failure.hint is not None:
                line["hint"] = failure.hint
            out.write(dump_json(line | {"seconds": failure.seconds}) + "\n")


def _track(settings: Settings, inventory: Inventory, seen: Seen) -> Track | None:
    failure = inventory.failure_of(seen.path)
    if seen.sha256 is None or (failure is not None and failure.stage != CHECK):
        return None
    item = load_item(settings.state.items, seen.sha256)
    findings = item.known(keys_at(settings.footing, seen))
    kept = {one.name for one in settings.order if any(map(persisted, one.gives))}
    if item.recording is None or not kept <= findings.keys():
        inventory.mark(seen.path, None)
        inventory.commit()
        raise TemporaryError(
            f"what was found of {seen.path} is gone from {settings.state.folder}",
            hint="the same command again finds it anew",
        )
    first = inventory.first_of(seen.sha256)
    try:
        return track_of(
            path=seen.path,
            audio_path=Path(os.path.relpath(settings.folder / seen.path, settings.output.parent)).as_posix(),
            sha256=seen.sha256,
            size=seen.size,
            recording=item.recording,
            footing=settings.footing,
            findings=findings,
            duplicate_of=None if first == seen.path else first,
        )
    except FieldError as error:
        inventory.fail(Failure(seen.path, CHECK, str(error), error.hint, lasting=False))
        return None
