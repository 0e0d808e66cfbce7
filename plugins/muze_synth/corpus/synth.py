"""`muze dataset synth`: check what was asked for, make the tracks, and join their annotations.

A track is done when its annotation lies in the hidden work folder, which is the last of its files to be written;
when all are there they are joined, in order, to `dataset.jsonl`. So an interrupted corpus goes on where it stopped
and ends as the same bytes.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muze_synth.corpus.place import DATASET, SUMMARY, check_place, clear, counts, is_whole, tidy
from muze_synth.corpus.settings import PLANNER, WORK_FOLDER, Item, Settings
from muze_synth.corpus.wishes import Wishes
from muzecli.errors import FailedError, InterruptedRunError, OutputError, UsageError
from muzecli.files import atomic_path, made_folder, write_json
from muzecli.jobs import check_job, close_job, locked, open_job
from muzecli.options import Run

SHORTEST_S, LONGEST_S = 5.0, 600.0


@dataclass(frozen=True)
class SynthRequest:
    """The options of `muze dataset synth`, as given."""

    output: Path
    tracks: int
    duration: str
    genres: str | None
    vocals: float | None
    sample_rate: int
    stems: bool
    audio: bool
    lyrics: bool
    player: str
    soundfont: Path | None
    seed: int
    jobs: int
    resume: bool
    overwrite: bool
    dry_run: bool


def synthesise(run: Run, request: SynthRequest) -> None:
    """Make the corpus that was asked for.

    Raises:
        UsageError: an option is out of range.
        OutputExistsError: the folder holds a finished corpus and `overwrite` is false, or files of somebody else.
        OutputError: the disk is full or refuses; the same command goes on.
        UnavailableError: sampled instruments were asked for and cannot be had.
        FailedError: some tracks failed; the others are there.
        InterruptedRunError: stopped; the same command goes on.
    """
    settings = _settings(run, request)
    configuration = settings.configuration()
    folder = request.output
    items = [Item(index, folder, settings) for index in range(settings.tracks)]
    if os.path.lexists(folder) and not folder.is_dir():
        raise UsageError(f"--output must be a folder, and {folder} is none")
    going_on = request.resume and folder.is_dir() and check_job(folder, configuration)
    if not going_on:
        check_place(folder, items, overwrite=request.overwrite)
    if request.dry_run:
        _say_dry_run(run, request, settings)
        return
    with made_folder(folder), locked(folder):
        if going_on:
            tidy(folder)
        else:
            clear(folder)
            open_job(folder, configuration, resume=False)
        failures = [] if is_whole(folder, configuration) else _make(run, request, items)
        _conclude(run, folder, items, settings, failures)


def _settings(run: Run, request: SynthRequest) -> Settings:
    from muzecli.plugin import planners
    from muzecli.song.captions import phrasings
    from muzecli.song.instruments import instruments
    from muzecli.song.score import Role

    known = tuple(planners.get(PLANNER).genres)
    wanted = known if request.genres is None else _names(request.genres)
    unknown = sorted(set(wanted) - set(known))
    if unknown or not wanted:
        raise UsageError(
            f"--genres names what there is not: {', '.join(unknown)}" if unknown else "--genres names none",
            hint=f"there are {', '.join(known)}",
        )
    shortest_s, longest_s = _durations(request.duration)
    if request.stems and not request.audio:
        raise UsageError("--stems needs audio, and --no-audio makes none", hint="give one of them")
    if request.soundfont is not None and (not request.audio or request.player == "plain"):
        without = "--player plain" if request.audio else "--no-audio"
        raise UsageError(
            f"--soundfont is for the sampler, and {without} does without", hint="give one of them"
        )
    player, soundfont, digest = _player(run, request)
    table = instruments()
    return Settings(
        tracks=request.tracks,
        seed=request.seed,
        wishes=Wishes(
            genres=tuple(sorted(set(wanted))),
            shortest_s=shortest_s,
            longest_s=longest_s,
            vocals_share=request.vocals,
            moods=tuple(sorted(phrasings()["moods"])),
            drums=tuple(sorted(name for name, one in table.items() if one.is_drum)),
            basses=tuple(sorted(name for name, one in table.items() if one.roles[0] == Role.BASS)),
        ),
        rate_hz=request.sample_rate,
        audio=request.audio,
        stems=request.stems,
        lyrics=request.lyrics,
        player=player,
        soundfont=soundfont,
        soundfont_sha256=digest,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in text.split(",")) if name)


def _durations(text: str) -> tuple[float, float]:
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(?:[-–]\s*(\d+(?:\.\d+)?)\s*)?", text)
    if match is None:
        raise UsageError(f"--duration must be seconds or a range like 20-40, not '{text}'")
    shortest_s = float(match[1])
    longest_s = float(match[2] or match[1])
    if not SHORTEST_S <= shortest_s <= longest_s <= LONGEST_S:
        raise UsageError(f"--duration must lie within {SHORTEST_S:g}…{LONGEST_S:g} s, and '{text}' does not")
    return shortest_s, longest_s


def _player(run: Run, request: SynthRequest) -> tuple[str, Path | None, str | None]:
    """Return what plays, the SoundFont and its hash."""
    from muze_synth.soundfont import find_soundfont, load_fluidsynth
    from muzecli.errors import UnavailableError

    if not request.audio or request.player == "plain":
        return "plain", None, None
    try:
        font = find_soundfont(request.soundfont)
        load_fluidsynth()
    except UnavailableError as error:
        if request.player == "sampler" or request.soundfont is not None:
            raise
        run.console.warn(f"{error.message}; the built-in synthesiser plays instead ({error.hint})")
        return "plain", None, None
    run.console.notice(f"playing {font.path.name}: {font.reason}")
    return "sampler", font.path, font.sha256


def _say_dry_run(run: Run, request: SynthRequest, settings: Settings) -> None:
    configuration = settings.configuration()
    mean_s = (settings.wishes.shortest_s + settings.wishes.longest_s) / 2
    run.console.result(
        f"would write {settings.tracks} tracks, about {settings.tracks * mean_s / 3600:.2f} hours, to {request.output}"
    )
    run.console.document(
        "muze.dataset-synth/1",
        {"folder": str(request.output), "dry_run": True, "configuration": configuration},
    )


def _make(run: Run, request: SynthRequest, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Make the tracks that are not there yet; return those that failed, and why."""
    from muze_synth.corpus.track import make_track
    from muzecli.batch import Outcome, run_batch

    left = [item for item in items if not item.annotation.is_file()]
    if len(left) < len(items):
        run.console.notice(f"{len(items) - len(left)} of {len(items)} are done already")
    failures: list[dict[str, Any]] = []

    def tell(outcome: Outcome[Item]) -> None:
        if isinstance(outcome.error, OutputError):  # a full disk spares no other track
            raise outcome.error
        if outcome.error is not None:
            run.console.warn(f"failed: track {outcome.item.track_id}: {outcome.error.message}")
            failures.append({"track_id": outcome.item.track_id, "message": outcome.error.message})

    if left:
        result = run_batch(
            left,
            make_track,
            jobs=min(request.jobs, len(left)),
            console=run.console,
            label="composing and rendering" if request.audio else "composing",
            name=lambda item: item.track_id,
            on_outcome=tell,
        )
        if result.stopped and len(result.outcomes) < len(left):
            done = len(items) - len(left) + len(result.outcomes) - len(failures)
            raise InterruptedRunError(
                f"stopped after {done} of {len(items)} tracks",
                hint="the same command again goes on with the rest",
            )
    return sorted(failures, key=lambda failure: str(failure["track_id"]))


def _conclude(
    run: Run, folder: Path, items: Sequence[Item], settings: Settings, failures: list[dict[str, Any]]
) -> None:
    """Join what was made and report; while tracks are missing the job stays open, to be tried again."""
    whole = is_whole(folder, settings.configuration())  # killed a moment before its end
    summary = counts(folder) if whole else _join(folder, items, settings)
    if not failures:
        shutil.rmtree(folder / WORK_FOLDER, ignore_errors=True)
        close_job(folder)
    run.console.result(str(folder / DATASET))
    run.console.document(
        "muze.dataset-synth/1", {"folder": str(folder), "dry_run": False, **summary, "failures": failures}
    )
    if failures:
        raise FailedError(
            f"{len(failures)} of {len(items)} tracks failed; the others are in {folder}",
            hint="each is named above, with its fault; the same command again tries them again",
            details={"failures": failures},
        )


def _join(folder: Path, items: Sequence[Item], settings: Settings) -> dict[str, Any]:
    """Write the annotations, in order, as one file, and beside it what it was made from; return the counts."""
    import json

    splits: dict[str, int] = {"train": 0, "valid": 0, "test": 0}
    seconds = 0.0
    with (
        atomic_path(folder / DATASET, overwrite=True) as part,
        part.open("w", encoding="utf-8") as stream,
    ):
        for item in items:
            if not item.annotation.is_file():
                continue
            text = item.annotation.read_text(encoding="utf-8")
            track = json.loads(text)
            splits[track["split"]] += 1
            seconds += track["duration"]
            stream.write(text.rstrip("\n") + "\n")
    summary = {"tracks": sum(splits.values()), "hours": round(seconds / 3600, 4), "splits": splits}
    write_json(
        folder / SUMMARY,
        {
            "schema": "muze.dataset/1",
            "tracks_file": DATASET,
            **summary,
            "made_from": settings.configuration(),
        },
        overwrite=True,
    )
    return summary
