"""`muze dataset merge`: several datasets become one, each recording once.

The datasets are read twice: first for what identifies their tracks, which decides what stays under which id, then
to write it. Of what is left out only hashes are compared, so memory grows with the number of tracks and not with
what is known of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from muze_dataset.artists import ArtistVoices, artists_file, write_artists
from muze_dataset.commands.comparison import PATHS, summary_of
from muze_dataset.commands.identity import content_identity, file_identity, hash_of
from muze_dataset.commands.places import moved
from muzecli.files import check_outputs, dump_json
from muzecli.options import Run
from muzecli.song.dataset import Dataset, check_dataset_path, open_dataset, write_dataset
from muzecli.song.track import Track

SCHEMA = "muze.dataset-merge/1"
_LISTED = 1000  # doubles told one by one under --json
_SHOWN = 5

Place = tuple[int, int]
"""Which dataset, and which of its tracks, both from 0."""


@dataclass(frozen=True)
class Double:
    """A track that is left out, since an earlier one is the same recording.

    Attributes:
        dataset: the name of its dataset.
        track_id: its id there.
        kept: the id of the one that stays.
        differs: the fields of which the two say different things.
        only_here: the fields that this one has and the other lacks.
    """

    dataset: str
    track_id: str
    kept: str
    differs: tuple[str, ...]
    only_here: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "dataset": self.dataset,
            "track_id": self.track_id,
            "kept": self.kept,
            "differs": list(self.differs),
            "only_here": list(self.only_here),
        }


@dataclass
class Decisions:
    """What becomes of each track.

    Attributes:
        doubles: a track that is left out → the one that stays in its place.
        new_ids: a track whose id another recording has → its new id.
        tracks: how many each dataset has.
    """

    doubles: dict[Place, Place] = field(default_factory=dict)
    new_ids: dict[Place, str] = field(default_factory=dict)
    tracks: list[int] = field(default_factory=list)


def decide(datasets: Sequence[Dataset]) -> Decisions:
    """Read what identifies the tracks, and decide; the order of the datasets and of their tracks alone counts.

    Raises:
        InputMissingError, BadDataError: a dataset is missing or wrong.
    """
    decisions = Decisions()
    by_audio: dict[int, Place] = {}
    ids: set[str] = set()
    for number, dataset in enumerate(datasets):
        index = -1
        for index, track in enumerate(dataset):
            place = (number, index)
            content = content_identity(track)
            known_by = [file_identity(dataset, track), *([] if content is None else [content])]
            kept = next((by_audio[key] for key in known_by if key in by_audio), None)
            for key in known_by:
                by_audio.setdefault(key, place if kept is None else kept)
            if kept is not None:
                decisions.doubles[place] = kept
                continue
            new_id = _free_id(track.track_id, dataset.name, ids)
            if new_id != track.track_id:
                decisions.new_ids[place] = new_id
            ids.add(new_id)
        decisions.tracks.append(index + 1)
    return decisions


def _free_id(track_id: str, dataset: str, taken: set[str]) -> str:
    """Return an id that no other recording has: its own, else with the dataset's name before it."""
    candidate, attempt = track_id, 1
    while candidate in taken:
        candidate = f"{dataset}/{track_id}" if attempt == 1 else f"{dataset}-{attempt}/{track_id}"
        attempt += 1
    return candidate


class Merging:
    """Carries decisions out: yields what stays, and notes what the rest says differently.

    Attributes:
        doubles: what was left out, the first `_LISTED` of it.
        differing: field → how many tracks that were left out say something else of it.
        only_left_out: field → how many of them know it while the one that stays does not.
        voices: of the artists of all that stays.
    """

    def __init__(self, datasets: Sequence[Dataset], decisions: Decisions, target: Path) -> None:
        self.doubles: list[Double] = []
        self.differing: Counter[str] = Counter()
        self.only_left_out: Counter[str] = Counter()
        self.voices = ArtistVoices()
        self._datasets = datasets
        self._decisions = decisions
        self._target = target
        self._compared = set(decisions.doubles.values())
        self._kept: dict[Place, tuple[str, Mapping[str, int]]] = {}

    def tracks(self) -> Iterator[Track]:
        """Yield what stays, as it is in the new place."""
        for number, dataset in enumerate(self._datasets):
            for index, track in enumerate(dataset):
                place = (number, index)
                if place in self._decisions.doubles:
                    self._compare(track, place)
                    continue
                new_id = self._decisions.new_ids.get(place, track.track_id)
                if place in self._compared:
                    self._kept[place] = (new_id, _hashes(track))
                self.voices.add(track)
                yield replace(moved(track, dataset, self._target), track_id=new_id)

    def _compare(self, track: Track, place: Place) -> None:
        kept_id, kept = self._kept[self._decisions.doubles[place]]
        own = _hashes(track)
        differs = tuple(name for name in own if name in kept and own[name] != kept[name])
        only_here = tuple(name for name in own if name not in kept)
        self.differing.update(differs)
        self.only_left_out.update(only_here)
        if len(self.doubles) < _LISTED:
            name = self._datasets[place[0]].name
            self.doubles.append(Double(name, track.track_id, kept_id, differs, only_here))


def _hashes(track: Track) -> dict[str, int]:
    """Return a hash of each field that a track has, but for those that say where it is."""
    return {
        name: hash_of(dump_json(value))
        for name, value in summary_of(track).items()
        if value is not None and name not in PATHS
    }


def merged(run: Run, paths: Sequence[Path], output: Path, *, overwrite: bool, dry_run: bool) -> None:
    """Join datasets, write the result and what was found on the way.

    Raises:
        UsageError: the output's ending says no format.
        InputMissingError, BadDataError: a dataset is missing or wrong.
        OutputExistsError, OutputError: the output is there already, or cannot be written.
    """
    check_dataset_path(output)
    beside = artists_file(output)
    check_outputs([output, beside], overwrite=overwrite)
    datasets = [open_dataset(path) for path in paths]
    decisions = decide(datasets)
    merging = Merging(datasets, decisions, output)
    total = sum(decisions.tracks) - len(decisions.doubles)
    with run.console.progress("merging", total, unit="tracks") as progress:
        tracks = _told(merging.tracks(), progress.advance)
        count = sum(1 for _ in tracks) if dry_run else write_dataset(output, tracks, overwrite=overwrite)
    voices = merging.voices.means()
    if not dry_run:
        if voices:
            write_artists(beside, voices, overwrite=overwrite)
        else:
            with suppress(OSError):  # of the dataset that was replaced
                beside.unlink()
    _report(run, datasets, decisions, merging, output, count=count, artists=len(voices), dry_run=dry_run)


def _told(tracks: Iterable[Track], advance: Any) -> Iterator[Track]:
    for track in tracks:
        yield track
        advance(1)


def _report(
    run: Run,
    datasets: Sequence[Dataset],
    decisions: Decisions,
    merging: Merging,
    output: Path,
    *,
    count: int,
    artists: int,
    dry_run: bool,
) -> None:
    left_out = Counter(number for number, _ in decisions.doubles)
    renamed = Counter(number for number, _ in decisions.new_ids)
    rows = [
        {
            "dataset": str(dataset.file),
            "tracks": decisions.tracks[number],
            "kept": decisions.tracks[number] - left_out[number],
            "doubles": left_out[number],
            "renamed": renamed[number],
        }
        for number, dataset in enumerate(datasets)
    ]
    run.console.table(list(rows[0]), [list(row.values()) for row in rows])
    for double in merging.doubles[:_SHOWN]:
        about = f"; differs in {', '.join(double.differs)}" if double.differs else ""
        more = f"; knows {', '.join(double.only_here)} beside" if double.only_here else ""
        run.console.result(f"{double.dataset}: {double.track_id} is {double.kept} again{about}{more}")
    if len(decisions.doubles) > _SHOWN:
        run.console.result(f"… and {len(decisions.doubles) - _SHOWN} more (--json lists them)")
    for (number, _), new_id in list(decisions.new_ids.items())[:_SHOWN]:
        run.console.result(
            f"{datasets[number].name}: an id is taken by another recording; it is {new_id} now"
        )
    if len(decisions.new_ids) > _SHOWN:
        run.console.result(f"… and {len(decisions.new_ids) - _SHOWN} more renamed")
    if merging.differing:
        counted = ", ".join(f"{name} {times}" for name, times in merging.differing.most_common())
        run.console.warn(f"tracks that were left out say other things: {counted}")
    if merging.only_left_out:
        counted = ", ".join(f"{name} {times}" for name, times in merging.only_left_out.most_common())
        run.console.warn(
            f"tracks that were left out know more: {counted}; name the dataset that knows most first"
        )
    verb = "would write" if dry_run else "wrote"
    run.console.result(f"{verb} {output}: {count} tracks, {artists} artists with a voice")
    run.console.document(
        SCHEMA,
        {
            "output": str(output),
            "dry_run": dry_run,
            "tracks": count,
            "artists_with_voice": artists,
            "datasets": rows,
            "differing": dict(merging.differing.most_common()),
            "only_left_out": dict(merging.only_left_out.most_common()),
            "doubles": [double.document() for double in merging.doubles],
            "doubles_left_unlisted": max(0, len(decisions.doubles) - len(merging.doubles)),
            "renamed": [
                {"dataset": datasets[number].name, "place": index + 1, "track_id": new_id}
                for (number, index), new_id in decisions.new_ids.items()
            ],
        },
    )
