"""`muze dataset split`: train, valid and test, without a song on two sides.

What belongs together is one group: the recordings of a song (an artist, an album), the files with the same content,
and whatever either joins to them. A group's split is drawn by a hash of its seed and of the least of its members'
song hashes, so that it depends on nothing else in the dataset: tracks that are added move no song, unless they show
that two songs were one.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from muze_dataset.commands.identity import BY_SONG, belonging, content_identity, file_identity
from muze_dataset.commands.places import moved
from muzecli.errors import UsageError
from muzecli.files import check_outputs
from muzecli.options import Run
from muzecli.seeds import item_seed
from muzecli.song.dataset import Dataset, check_dataset_path, open_dataset, write_dataset
from muzecli.song.track import SPLITS, Track

SCHEMA = "muze.dataset-split/1"


@dataclass(frozen=True)
class SplitRequest:
    """How to divide.

    Attributes:
        valid: 0…1, share of the groups for choosing between models.
        test: 0…1, share for the final figure.
        by: "song", "artist" or "album": what stays on one side.
        seed: another seed draws another division.
        redraw: whether splits that are there are drawn anew, too.
    """

    valid: float = 0.1
    test: float = 0.1
    by: str = BY_SONG
    seed: int = 0
    redraw: bool = False

    def __post_init__(self) -> None:
        if self.valid + self.test >= 1.0:
            raise UsageError(
                "--valid and --test must leave something to train on: together less than 1; found "
                f"{self.valid:g} + {self.test:g}",
                hint="for example --valid 0.1 --test 0.1",
            )


class Groups:
    """Puts together what belongs together: a union-find over tracks in the order they are added."""

    def __init__(self) -> None:
        self._parents = array("l")
        self._least = array("Q")  # of a group, at its root: the least hash of its songs
        self._first: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._parents)

    def add(self, song: int, others: Iterable[int]) -> int:
        """Add a track; return its number.

        Args:
            song: what it has in common with the other recordings of its song; 64 bits.
            others: what else it may have in common with tracks.
        """
        index = len(self._parents)
        self._parents.append(index)
        self._least.append(song)
        for key in (song, *others):
            self._join(self._first.setdefault(key, index), index)
        return index

    def root(self, index: int) -> int:
        """Return the number of the track that stands for the group of a track."""
        parents = self._parents
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    def name(self, root: int) -> int:
        """Return what names a group whatever else is in the dataset."""
        return self._least[root]

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self.root(one), self.root(other)))
        self._parents[high] = low
        self._least[low] = min(self._least[low], self._least[high])


@dataclass(frozen=True)
class Division:
    """Which split each track is in.

    Attributes:
        numbers: index in `SPLITS` of each track, in order.
        groups: how many groups each split has.
        kept: how many tracks kept the split they had.
        torn: how many groups have tracks on several sides, since these were kept.
    """

    numbers: array[int]
    groups: Counter[str]
    kept: int
    torn: int


def divide(dataset: Dataset, request: SplitRequest) -> Division:
    """Decide for each track of a dataset, reading it once.

    Raises:
        InputMissingError, BadDataError: the dataset is missing or wrong.
    """
    groups = Groups()
    had = array("b")  # index in SPLITS, −1 for none
    for track in dataset:
        content = content_identity(track)
        same_audio = [file_identity(dataset, track), *([] if content is None else [content])]
        groups.add(belonging(track, request.by), same_audio)
        had.append(SPLITS.index(track.split) if track.split and not request.redraw else -1)
    of_group: dict[int, set[int]] = {}
    for index, number in enumerate(had):
        there = of_group.setdefault(groups.root(index), set())
        if number >= 0:
            there.add(number)
    # A song that was kept on several sides is torn already; what joins it does not enlarge the held-out parts.
    chosen = {
        root: min(there) if there else SPLITS.index(draw(groups.name(root), request))
        for root, there in of_group.items()
    }
    numbers = array("b", (n if n >= 0 else chosen[groups.root(i)] for i, n in enumerate(had)))
    return Division(
        numbers,
        Counter(SPLITS[number] for number in chosen.values()),
        kept=sum(number >= 0 for number in had),
        torn=sum(len(there) > 1 for there in of_group.values()),
    )


def draw(group: int, request: SplitRequest) -> str:
    """Return the split of a group that is in none."""
    place = item_seed(request.seed, f"split/{group:016x}") / 2**32
    if place < request.test:
        return "test"
    return "valid" if place < request.test + request.valid else "train"


def divided(
    run: Run, path: Path, output: Path, request: SplitRequest, *, overwrite: bool, dry_run: bool
) -> None:
    """Divide a dataset, write it with its splits, and print how much is in each.

    Raises:
        UsageError: the output's ending says no format.
        InputMissingError, BadDataError: the dataset is missing or wrong.
        OutputExistsError, OutputError: the output is there already, or cannot be written.
    """
    check_dataset_path(output)
    check_outputs([output], overwrite=overwrite)
    dataset = open_dataset(path)
    division = divide(dataset, request)
    seconds = dict.fromkeys(SPLITS, 0.0)

    def tracks() -> Iterator[Track]:
        for track, number in zip(dataset, division.numbers, strict=True):
            split = SPLITS[number]
            seconds[split] += track.duration
            yield replace(moved(track, dataset, output), split=split)

    if dry_run:
        for _ in tracks():
            pass
    else:
        write_dataset(output, tracks(), overwrite=overwrite)
    counts = Counter(SPLITS[number] for number in division.numbers)
    rows = [
        {
            "split": split,
            "tracks": counts[split],
            f"{request.by}s": division.groups[split],
            "hours": round(seconds[split] / 3600, 4),
        }
        for split in SPLITS
    ]
    total = len(division.numbers)
    run.console.table(list(rows[0]), [list(row.values()) for row in rows])
    run.console.result(
        f"{'would write' if dry_run else 'wrote'} {output}: {total} tracks, {division.kept} in the split they had"
    )
    if division.torn:
        run.console.warn(
            f"{division.torn} {request.by}s have tracks on several sides, in the splits that were there;"
            " --overwrite-splits draws them anew"
        )
    for split, share in (("valid", request.valid), ("test", request.test)):
        if share > 0 and total and not counts[split]:
            run.console.warn(f"no {request.by} was drawn for {split}: there are few; another --seed may")
    run.console.document(
        SCHEMA,
        {
            "output": str(output),
            "dry_run": dry_run,
            "by": request.by,
            "seed": request.seed,
            "tracks": total,
            "kept": division.kept,
            "torn": division.torn,
            "splits": rows,
        },
    )
