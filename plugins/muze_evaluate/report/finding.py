"""Which songs a page shows, and where their audio is.

Songs that were given come first, then items of the evaluations whose audio is there: of each evaluation as many, from
its worst item to its best one in even steps, so that nobody's favourites are picked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from muze_evaluate.document import Evaluation, Row
from muze_evaluate.report.numbers import counted
from muze_evaluate.report.ranking import ranking, spread
from muze_evaluate.report.song import Song, song_of
from muze_evaluate.sets.audio import audio_of
from muzecli.errors import InputMissingError
from muzecli.files import kind_of


@dataclass(frozen=True)
class Named:
    """An evaluation, and what the page calls it.

    Attributes:
        name: of its file, without the ending.
        path: the file.
        evaluation: what is in it.
    """

    name: str
    path: Path
    evaluation: Evaluation


@dataclass(frozen=True)
class Shown:
    """A song of the page, and the items of the evaluations that it is.

    Attributes:
        song: what is known of it.
        items: (place of the evaluation, its row).
    """

    song: Song
    items: tuple[tuple[int, Row], ...] = ()


@dataclass(frozen=True)
class Choice:
    """The songs of a page.

    Attributes:
        shown: in order.
        remark: how they were chosen, a sentence; empty where there was nothing to choose.
    """

    shown: tuple[Shown, ...] = ()
    remark: str = ""


@dataclass(frozen=True)
class Places:
    """Where audio may be that is not where its document says.

    Attributes:
        by_id: every recording in the folders and files given.
    """

    by_id: Mapping[str, Path] = field(default_factory=dict)

    def of(self, rows: Sequence[Row], document: Path) -> list[Path | None]:
        """Return the audio of a document's items; None where it is not here.

        The name of a file alone decides only where no other item has it: `b/1.wav` is not the `1.wav` of `a`.

        Args:
            rows: all items of the document.
            document: its file, from whose folder relative paths may count.
        """
        named: dict[str, set[str]] = {}
        for row in rows:
            if row.path is not None:
                named.setdefault(Path(row.path).name, set()).add(row.path)
        return [self._of(row, document.parent, named) for row in rows]

    def _of(self, row: Row, folder: Path, named: Mapping[str, set[str]]) -> Path | None:
        ids = [row.id]
        if row.path is not None:
            for path in (Path(row.path), folder / row.path):
                if kind_of(path) == "file":
                    return path
            name = Path(row.path).name
            ids += [row.path, *([name] if len(named[name]) == 1 else [])]
        return next((self.by_id[id] for id in ids if id in self.by_id), None)


def recordings_at(paths: Sequence[Path]) -> dict[str, Path]:
    """Return the recordings in folders, below them, and in files, by id: the path from the folder, or the name.

    Of several recordings with one id each has its own path as id, so that none stands for another.

    Raises:
        InputMissingError: nothing is at one of the paths.
        BadDataError: a folder has no audio in it.
    """
    found: dict[str, dict[Path, Path]] = {}  # by id, then by where it really is
    for path in paths:
        kind = kind_of(path)
        if kind == "folder":
            items = [(item.id, Path(item.path)) for item in audio_of(path).items]
        elif kind == "file":
            items = [(path.name, path)]
        else:
            raise InputMissingError(f"{path} must be a folder or a file, and nothing is there")
        for id, audio in items:
            found.setdefault(id, {}).setdefault(audio.resolve(), audio)
    return {
        id if len(alike) == 1 else str(audio): audio
        for id, alike in found.items()
        for audio in alike.values()
    }


def choose(named: Sequence[Named], given: Mapping[str, Path], places: Places, *, max_songs: int) -> Choice:
    """Return the songs of a page.

    Args:
        named: the evaluations.
        given: songs that were asked for, by id; parts of songs are left out.
        places: where audio of items may be that is not where the documents say.
        max_songs: at most this many.
    """
    songs = [song for song in (song_of(id, path) for id, path in given.items()) if not song.is_stem]
    here = {song.path.resolve() for song in songs}
    items = _items_by_audio(named, places)
    others = [
        [
            found
            for found in _once(_with_audio(ranking(one.evaluation).rows, places, one.path))
            if found[1] not in here
        ]
        for one in named
    ]
    chosen = [songs[place] for place in spread(len(songs), max_songs)]
    left = max_songs - len(chosen)
    chosen += [song_of(row.id, path) for row, path in _shares(others, left)]
    total = len(here | {path for rows in others for _, path in rows})
    remark = _remark(len(chosen), total, ranked=bool(left and any(others)))
    return Choice(tuple(Shown(song, tuple(items.get(song.path.resolve(), ()))) for song in chosen), remark)


def _shares(lists: Sequence[Sequence[tuple[Row, Path]]], wanted: int) -> list[tuple[Row, Path]]:
    """Return items in even steps of each list in turn, no audio twice, at most `wanted`."""
    lists = [rows for rows in lists if rows]
    found: dict[Path, Row] = {}
    for index, rows in enumerate(lists):
        share = -(-(wanted - len(found)) // (len(lists) - index))
        fresh = [(row, path) for row, path in rows if path not in found]
        for place in spread(len(fresh), share):
            row, path = fresh[place]
            found.setdefault(path, row)
    return [(row, path) for path, row in found.items()]


def _with_audio(rows: Sequence[Row], places: Places, document: Path) -> list[tuple[Row, Path]]:
    """Return items whose audio is here, with it; an item may have rows in several groups."""
    found = zip(rows, places.of(rows, document), strict=True)
    return [(row, path.resolve()) for row, path in found if path is not None]


def _once(found: Sequence[tuple[Row, Path]]) -> list[tuple[Row, Path]]:
    """Return the first item of each audio."""
    first = {path: row for row, path in reversed(found)}
    return [(row, path) for row, path in found if first[path] is row]


def _items_by_audio(named: Sequence[Named], places: Places) -> dict[Path, list[tuple[int, Row]]]:
    found: dict[Path, list[tuple[int, Row]]] = {}
    for index, one in enumerate(named):
        for row, path in _with_audio(one.evaluation.rows, places, one.path):
            found.setdefault(path, []).append((index, row))
    return found


def _remark(shown: int, total: int, *, ranked: bool) -> str:
    if shown == total:
        return ""
    order = "in even steps from the worst item to the best" if ranked else "in even steps along their names"
    return f"{shown} of {counted(total, 'song')} here, {order}"


def anchors(shown: Iterable[Shown]) -> dict[int, dict[tuple[str, str], str]]:
    """Return, by evaluation, the anchor of each item that is on the page, by its group and id."""
    found: dict[int, dict[tuple[str, str], str]] = {}
    for number, one in enumerate(shown, start=1):
        for index, row in one.items:
            found.setdefault(index, {})[row.group, row.id] = f"song-{number}"
    return found
