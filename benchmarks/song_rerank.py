"""Whether choosing among takes pays: songs of four takes each, ranked, and measured against their plans.

    python -m benchmarks.song_rerank                            # forty prompts, 15 s each
    python -m benchmarks.song_rerank --audio FOLDER --limit 8   # keeps the takes, and uses those that are there
    python -m benchmarks.song_rerank --scorer clap --takes 8

All takes of a song have one plan, and a seed each; `muze generate --candidates` makes and marks them, as anybody
would. From the marks in the sidecars follows which take is chosen by the words, by the plan, and by both. A gain is
what the chosen take reaches beyond the mean of the song's takes, which is what taking any of them reaches; intervals
are of 95 %, over songs. `best` is what one would gain who knew the figure itself.

    score        the scorer's own figure, −1…1
    adherence    the judge's: mean of the aspects that it heard in all takes, 0…1
    librosa: …   measures that have no say in any ranking (`benchmarks.hearing`): tempo within 4 %, share of harmonic
                 energy in the planned chords, pairs of sections as loud as planned
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.hearing import songs
from benchmarks.hearing.dynamics import energy_order
from benchmarks.hearing.harmony import chord_spans, chroma, overlap
from benchmarks.hearing.heard import Heard
from benchmarks.hearing.tables import document, say, table
from benchmarks.hearing.tempo import agrees, tempo_bpm
from muze_evaluate.statistics.bootstrap import mean_interval
from muze_generate.playing.ranking import Marks, adherence, order
from muzecli.audio.reader import read_audio
from muzecli.song.documents import plan_from_document

SCHEMA = "muze.bench.song_rerank/1"
INDEPENDENT = ("librosa: tempo", "librosa: chords", "librosa: energy order")
RANKINGS = ("words", "plan", "both")
SEED = 4

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Song:
    """The takes of a song, in the order of making.

    Attributes:
        marks: (T,) what was said of them.
        figures: (T,) each by name; only those that every take has.
    """

    marks: tuple[Marks, ...]
    figures: Mapping[str, Array]

    def chosen(self, ranking: str) -> int:
        """Return the place of the take that comes first by "words", "plan" or "both"."""
        keep = {"words": {"follows": {}}, "plan": {"score": None}, "both": {}}[ranking]
        return order([replace(marks, **keep) for marks in self.marks])[0]


def main(words: Sequence[str] = ()) -> bool:
    """Render, rank and measure; the goal is that ranking by both gains in score and in adherence."""
    given = _parser().parse_args(list(words))
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.audio or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        made = [
            _song(folder / f"{number:02d}.flac", prompt, given)
            for number, prompt in enumerate(songs.prompts(given.prompts, given.limit), 1)
        ]
    figures = {name: gains(made, name) for name in ("score", "adherence", *INDEPENDENT)}
    if given.json:
        document(SCHEMA, {"songs": len(made), "seed": given.seed, "figures": figures})
    else:
        say(f"{len(made)} songs of {given.takes} takes, {given.duration:g} s, seed {given.seed}; gains by")
        rows = []
        for name, found in figures.items():
            shown = [_shown(found[ranking]) for ranking in RANKINGS]
            rows.append((name, found["songs"], found["any"], *shown, found["best"]))
        table(("", "songs", "any take", *RANKINGS, "best"), rows)
    return all(figures[name]["both"]["gain"] > 0.0 for name in ("score", "adherence"))


def gains(made: Sequence[Song], name: str) -> dict[str, Any]:
    """Return what each ranking gains in one figure."""
    known = [song for song in made if name in song.figures]
    found: dict[str, Any] = {
        "songs": len(known),
        "any": float(np.mean([song.figures[name].mean() for song in known])),
        "best": float(np.mean([_apart(song, name).max() for song in known])),
    }
    for ranking in RANKINGS:
        gain = [float(_apart(song, name)[song.chosen(ranking)]) for song in known]
        interval = mean_interval(gain, seed=SEED)
        found[ranking] = {"gain": interval.value, "low": interval.low, "high": interval.high}
    return found


def _apart(song: Song, name: str) -> Array:
    """Return how far each take's figure is from the mean of the takes."""
    return np.asarray(song.figures[name] - song.figures[name].mean())


def _shown(found: Mapping[str, float]) -> str:
    return f"{found['gain']:+.3f} [{found['low']:+.3f}, {found['high']:+.3f}]"


def _song(path: Path, prompt: str, given: argparse.Namespace) -> Song:
    """Return a song's takes, measured; makes those that are not there."""
    if not path.with_suffix(".json").is_file():
        options = ("--duration", given.duration, "--seed", given.seed, "--candidates", given.takes)
        ranked = ("--scorer", given.scorer, "--keep-candidates", "--quiet", "--output", path)
        _muze("generate", "--prompt", prompt, *options, *ranked)
    sidecar = json.loads(path.with_suffix(".json").read_text("utf-8"))
    takes = sidecar["generation"]["candidates"]["takes"]  # in the order of making
    marks = tuple(Marks(take["score"], take["follows"]) for take in takes)
    heard = _heard(path, len(takes))
    rows = [
        {"score": mark.score, "adherence": follows, **heard[take["number"]]}
        for mark, follows, take in zip(marks, adherence(marks), takes, strict=True)
    ]
    names = [name for name in rows[0] if all(row[name] is not None for row in rows)]
    return Song(marks, {name: np.array([row[name] for row in rows], np.float64) for name in names})


def _heard(path: Path, count: int) -> dict[int, dict[str, float | None]]:
    """Return what librosa hears of each take, by its number; files stand in the order of their rank."""
    found = {}
    for place in range(1, count + 1):
        file = path if place == 1 else path.with_name(f"{path.stem}_{place}{path.suffix}")
        sidecar = json.loads(file.with_suffix(".json").read_text("utf-8"))
        found[sidecar["generation"]["take"]] = independent(file, sidecar["plan"])
    return found


def independent(path: Path, planned: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what librosa hears of a take, against its plan."""
    samples, info = read_audio(path)
    plan = plan_from_document(planned)
    heard = Heard.of(samples, info.rate_hz)
    kept, pairs = energy_order(heard, plan.spans)
    found = (
        float(agrees(tempo_bpm(heard), plan.tempo_bpm)),
        overlap(chroma(heard), chord_spans(plan))[0],
        kept / pairs if pairs else None,
    )
    return dict(zip(INDEPENDENT, found, strict=True))


def _muze(*words: object) -> None:
    subprocess.run(
        [sys.executable, "-m", "muzecli", *map(str, words)],
        check=True,
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
