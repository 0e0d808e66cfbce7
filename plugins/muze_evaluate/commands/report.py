"""`muze evaluate report`: one page from evaluations and songs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from muze_evaluate.reading import read_evaluation
from muze_evaluate.report.card import Media
from muze_evaluate.report.finding import Choice, Named, Places, Shown, choose, recordings_at
from muze_evaluate.report.numbers import counted, size
from muze_evaluate.report.page import Page, page_html, with_own_groups
from muzecli.errors import FailedError, InputMissingError, MuzeError, UsageError
from muzecli.files import check_outputs, kind_of, write_text
from muzecli.options import Run

SCHEMA = "muze.evaluate-report/1"
_SUFFIXES = (".html", ".htm")


@dataclass(frozen=True)
class ReportRequest:
    """What is asked for.

    Attributes:
        inputs: documents of evaluations, folders and files of songs.
        output: the page.
        title: of the page.
        audio: where the audio of items may be.
        max_audio: songs that are shown.
        audio_seconds: of each at most.
        max_bytes: of sound and pictures in the page.
        overwrite: whether the page may be replaced.
    """

    inputs: tuple[Path, ...]
    output: Path
    title: str
    audio: tuple[Path, ...]
    max_audio: int
    audio_seconds: float
    max_bytes: int
    overwrite: bool


def report(run: Run, request: ReportRequest) -> None:
    """Write the page.

    Raises:
        UsageError: the output is no HTML file.
        InputMissingError, BadDataError: an input is missing or wrong.
        FailedError: audio of songs could not be read; the page has been written by then, and says so.
    """
    if request.output.suffix.lower() not in _SUFFIXES:
        raise UsageError(
            f"the name of the page must end in .html, got {request.output.name!r}", hint="-o report.html"
        )
    check_outputs([request.output], overwrite=request.overwrite)
    named = with_own_groups(_evaluations(request.inputs))
    songs = [path for path in request.inputs if not _is_document(path)]
    given, places = recordings_at(songs), Places(recordings_at([*songs, *request.audio]))
    choice = choose(named, given, places, max_songs=request.max_audio)
    for line in _not_here(named, places) if request.max_audio else ():
        run.console.notice(line)
    media, failures, warnings = _all_media(run, choice, request)
    for warning in (*warnings, *failures):
        run.console.warn(warning)
    text = page_html(Page(request.title, named, choice, media, warnings))
    write_text(request.output, text, overwrite=request.overwrite)
    run.console.result(str(request.output))
    with_media = sum(not isinstance(item, str) for item in media)
    run.console.document(
        SCHEMA,
        {
            "path": str(request.output),
            "bytes": len(text.encode()),
            "evaluations": [str(one.path) for one in named],
            "songs": [str(shown.song.path) for shown in choice.shown],
            "with_audio": with_media,
            "warnings": [*warnings, *failures],
        },
    )
    if failures:
        raise FailedError(f"the audio of {counted(len(failures), 'song')} could not be read")


def _is_document(path: Path) -> bool:
    return path.suffix.lower() == ".json"


def _evaluations(inputs: Sequence[Path]) -> list[Named]:
    for path in inputs:
        if kind_of(path) is None:
            raise InputMissingError(
                f"{path} must be a document of an evaluation or a folder of songs, and nothing is there",
                hint="muze evaluate … -o FILE writes documents",
            )
    return [Named(path.stem, path, read_evaluation(path)) for path in inputs if _is_document(path)]


def _not_here(named: Sequence[Named], places: Places) -> list[str]:
    """Return of which documents the audio is not to be had, and what would help."""
    found = []
    for one in named:
        rows = [row for row in one.evaluation.rows if row.path is not None]
        absent = sum(path is None for path in places.of(rows, one.path))
        if absent:
            found.append(
                f"{one.path}: the audio of {absent} of {counted(len(rows), 'item')} is not where it says;"
                " --audio DIR says where else"
            )
    return found


def _all_media(
    run: Run, choice: Choice, request: ReportRequest
) -> tuple[tuple[Media | str, ...], list[str], tuple[str, ...]]:
    """Return the media of each song or why there are none, what failed, and what did not fit."""
    media: list[Media | str] = []
    failures: list[str] = []
    left, silent = request.max_bytes, 0
    with run.console.progress("drawing", len(choice.shown), unit="songs") as progress:
        for shown in choice.shown:
            progress.advance(0, note=shown.song.id)
            try:
                made = _media(shown, request.audio_seconds) if left > 0 else None
            except MuzeError as error:
                failures.append(error.line)
                media.append(f"Its audio could not be read: {error.message}")
            else:
                if made is None or made.inside_page_bytes > left:
                    left, silent = 0, silent + 1
                    media.append("No sound and no picture: the page is as large as it may be.")
                else:
                    left -= made.inside_page_bytes
                    media.append(made)
            progress.advance()
    warning = (
        f"{counted(silent, 'song')} of {len(media)} without sound and picture, as those of the others take what the"
        f" page may, {size(request.max_bytes)} (--max-size)"
    )
    return tuple(media), failures, (warning,) if silent else ()


def _media(shown: Shown, seconds: float) -> Media:
    from muze_evaluate.report import player, spectrum

    excerpt = player.excerpt_of(shown.song.path, seconds=seconds)
    return Media(
        sound=player.mp3(excerpt),
        sound_mime=player.MIME,
        picture=spectrum.picture(spectrum.levels_db(excerpt)),
        picture_mime=spectrum.MIME,
        duration_s=excerpt.duration_s,
        whole_s=excerpt.whole_s,
        gain_db=excerpt.gain_db,
        frequencies=spectrum.frequency_ticks(),
        range_db=spectrum.RANGE_DB,
    )
