"""Whether choosing among takes pays: songs of four takes each, ranked by a scorer, measured against their plans.

    python -m benchmarks.song_rerank                            # forty prompts, 15 s each
    python -m benchmarks.song_rerank --audio FOLDER --limit 8   # keeps the takes, and uses those that are there
    python -m benchmarks.song_rerank --scorer clap --takes 8

All takes of a song have one plan, and a seed each; `muze generate --candidates` makes and ranks them, as anybody
would. `muze evaluate control` measures them all, and the gain of a song is what the take that was chosen reaches
beyond the mean of its takes, which is what taking any of them reaches. `best` is what a scorer that knew the measure
itself would gain. Intervals are of 95 %, over songs.

    score       the scorer's own figure, −1…1
    adherence   mean of the song's aspects that lie in 0…1 and have a truth in the plan: tempo, beats, downbeats, key,
                chords, boundaries, energy order, vocals, instruments
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.hearing import songs
from benchmarks.hearing.tables import document, say, table
from muze_evaluate.statistics.bootstrap import mean_interval

SCHEMA = "muze.bench.song_rerank/1"
ASPECTS = (
    "tempo within 4 %",
    "beats F",
    "downbeats F",
    "key, weighted",
    "chords, major/minor",
    "boundaries F, 3 s",
    "energy order",
    "vocals",
    "instruments found",
)
SEED = 4

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Takes:
    """The takes of one song, best first by the scorer.

    Attributes:
        score: (T,) the scorer's.
        adherence: (T,) mean of the aspects that have a number for every take.
        aspects: (T,) each of them.
    """

    score: Array
    adherence: Array
    aspects: dict[str, Array]


def main(words: Sequence[str] = ()) -> bool:
    """Render, rank and measure; the goal is that both figures gain."""
    given = _parser().parse_args(list(words))
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.audio or Path(scratch) / "takes"
        folder.mkdir(parents=True, exist_ok=True)
        names = [
            _made(folder / f"{number:02d}.flac", prompt, given)
            for number, prompt in enumerate(songs.prompts(given.prompts, given.limit), 1)
        ]
        found = Path(scratch) / "control.json"
        _muze("evaluate", "control", folder, "--no-chance", "--output", found)
        rows = {row["id"]: row["values"] for row in json.loads(found.read_text("utf-8"))["rows"]}
    made = [takes_of([rows[name] for name, _ in song], [score for _, score in song]) for song in names]
    figures = {"score": gains([song.score for song in made])}
    figures["adherence"] = gains([song.adherence for song in made])
    for aspect in ASPECTS:
        known = [song.aspects[aspect] for song in made if aspect in song.aspects]
        if len(known) > 1:
            figures[aspect] = gains(known)
    if given.json:
        document(SCHEMA, {"songs": len(made), "seed": given.seed, "scorer": given.scorer, "figures": figures})
    else:
        head = ("", "songs", "any take", "chosen", "gain", "from", "to", "best")
        say(f"{len(made)} songs of {given.takes} takes, {given.duration:g} s, seed {given.seed}")
        table(head, [(name, *figure.values()) for name, figure in figures.items()])
    return all(figures[name]["gain"] > 0.0 for name in ("score", "adherence"))


def takes_of(rows: Sequence[dict[str, Any]], scores: Sequence[float]) -> Takes:
    """Return the takes of a song from their rows; an aspect that some take lacks is left out for all."""
    aspects = {
        name: np.array([row[name] for row in rows], np.float64)
        for name in ASPECTS
        if all(row.get(name) is not None for row in rows)
    }
    return Takes(np.array(scores), np.mean(list(aspects.values()), axis=0), aspects)


def gains(takes: Sequence[Array]) -> dict[str, float]:
    """Return what the first of each song's takes has beyond their mean."""
    gain = [float(each[0] - each.mean()) for each in takes]
    interval = mean_interval(gain, seed=SEED)
    return {
        "songs": len(takes),
        "any": float(np.mean([each.mean() for each in takes])),
        "chosen": float(np.mean([each[0] for each in takes])),
        "gain": interval.value,
        "low": interval.low,
        "high": interval.high,
        "best": float(np.mean([each.max() - each.mean() for each in takes])),
    }


def _made(path: Path, prompt: str, given: argparse.Namespace) -> list[tuple[str, float]]:
    """Return name and score of each take of a song, best first; makes those that are not there."""
    sidecar = path.with_suffix(".json")
    if not sidecar.is_file():
        options = ("--duration", given.duration, "--seed", given.seed, "--candidates", given.takes)
        ranked = ("--scorer", given.scorer, "--keep-candidates", "--quiet")
        _muze("generate", "--prompt", prompt, *options, *ranked, "--output", path)
    takes = json.loads(sidecar.read_text("utf-8"))["generation"]["candidates"]["takes"]
    scores = sorted((take["score"] for take in takes), reverse=True)
    files = [
        path,
        *(path.with_name(f"{path.stem}_{place}{path.suffix}") for place in range(2, len(scores) + 1)),
    ]
    return [(file.name, score) for file, score in zip(files, scores, strict=True)]


def _muze(*words: object) -> None:
    subprocess.run(
        [sys.executable, "-m", "muzecli", *map(str, words)],
        check=True,
        cwd=songs.HERE.parent,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.song_rerank", description=__doc__)
    parser.add_argument(
        "--prompts", type=Path, default=songs.PROMPTS, help="YAML file with a list of prompts"
    )
    parser.add_argument("--limit", type=int, help="only the first so many prompts")
    parser.add_argument("--takes", type=int, default=4)
    parser.add_argument("--duration", type=float, default=15.0, help="seconds of each song")
    parser.add_argument("--scorer", default="auto")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--audio", type=Path, help="folder that keeps the takes")
    parser.add_argument("--json", action="store_true", help="one JSON document")
    return parser


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
