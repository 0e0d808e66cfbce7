"""How right the extractors are: what they find in a synthetic corpus against its exact labels, beside librosa.

    python -m benchmarks listening_truth                     # makes 60 tracks in a temporary folder
    python -m benchmarks.listening_truth FOLDER [SUBJECT …]  # a corpus that is there, made with --stems
    python -m benchmarks.listening_truth FOLDER --jobs 2 --json FILE

Each subject (rhythm, harmony, form, voice, pitch) is a module of benchmarks/truth with its figures, its goals and what
librosa's defaults find in the same fields. A figure is the mean over the tracks that have something to say about it,
with a bootstrap interval of 95 % (2000 draws of tracks, seed 0).
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Subject:
    """What is measured together.

    Attributes:
        module: in benchmarks/truth.
        extractors: those whose finds are measured, and those that they make use of.
        alone: whether the voice's stem is heard, and not the mix.
    """

    module: str
    extractors: tuple[str, ...]
    alone: bool = False


SUBJECTS: Mapping[str, Subject] = {
    "rhythm": Subject("rhythm", ("beats",)),
    "harmony": Subject("harmony", ("key", "chords", "beats")),
    "form": Subject("form", ("sections", "energy", "beats")),
    "voice": Subject("voice", ("activity",)),
    "pitch": Subject("pitch", ("pitch", "vibrato", "breaths"), alone=True),
    "pitch in mixes": Subject("pitch", ("pitch", "vibrato", "breaths")),
}
TRACKS, SEED, DURATION = 60, 902, "30-120"
DRAWS = 2000


@dataclass(frozen=True)
class Work:
    """One track to measure: the corpus, its annotation, the subjects, and whether librosa is asked too."""

    folder: Path
    track: Mapping[str, Any]
    subjects: tuple[str, ...]
    with_librosa: bool


def module_of(subject: str) -> ModuleType:
    """Return the module that measures a subject."""
    return importlib.import_module(f"benchmarks.truth.{SUBJECTS[subject].module}")


def measure(work: Work) -> dict[str, dict[str, dict[str, float]]]:
    """Return, by subject, our figures and librosa's of one track."""
    from muzecli.audio.reader import read_audio

    rows: dict[str, dict[str, dict[str, float]]] = {}
    for name in work.subjects:
        subject, module = SUBJECTS[name], module_of(name)
        path = work.folder / work.track["audio_path"]
        if subject.alone:
            path = module.sung_line(work.folder, work.track)
            if path is None:
                continue
        samples, info = read_audio(path)
        found = listened(path, samples, info.rate_hz, subject.extractors)
        rows[name] = {"ours": module.scores(work.track, found)}
        if work.with_librosa:
            rows[name]["librosa"] = module.scores(work.track, module.baseline(samples, info.rate_hz))
    return rows


def listened(path: Path, samples: np.ndarray, rate_hz: int, names: Sequence[str]) -> dict[str, Any]:
    """Return field → value of what the named extractors, and those they need, find in samples (C, N)."""
    from muzecli.listening.heard import Heard
    from muzecli.listening.listen import listen
    from muzecli.listening.order import in_order

    order = in_order(_extractors(), names)
    found = listen(Heard(path=path, samples=samples, rate_hz=rate_hz), order)
    return {field: finding.value for group in found.values() for field, finding in group.items()}


_ALL: dict[str, Any] = {}


def _extractors() -> dict[str, Any]:
    if not _ALL:
        from muzecli.plugin import extractors

        _ALL.update(extractors.working()[0])
    return _ALL


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def table(rows: Sequence[Mapping[str, Any]], subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return a figure a row: its subject, name, ours with its interval, librosa's, the goal and the tracks."""
    lines: list[dict[str, Any]] = []
    for subject in subjects:
        goals = {} if subject == "pitch in mixes" else module_of(subject).GOALS
        of_subject = [row[subject] for row in rows if subject in row]
        names = list(dict.fromkeys(name for row in of_subject for name in row["ours"]))
        for name in names:
            ours = np.array([row["ours"][name] for row in of_subject if name in row["ours"]])
            other = [row["librosa"][name] for row in of_subject if name in row.get("librosa", {})]
            lines.append(
                {
                    "subject": subject,
                    "figure": name,
                    "ours": float(ours.mean()),
                    "interval": interval(ours),
                    "librosa": float(np.mean(other)) if other else None,
                    "goal": goals.get(name),
                    "tracks": len(ours),
                }
            )
    return lines


def met(line: Mapping[str, Any]) -> bool:
    """Say whether a figure reaches its goal; figures named `…_error` are to stay below theirs."""
    goal = line["goal"]
    if goal is None:
        return True
    return bool(line["ours"] <= goal if "error" in line["figure"] else line["ours"] >= goal)


def main() -> bool:
    """Measure a corpus; say whether all goals are reached."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--tracks", type=int)
    parser.add_argument("--librosa", type=int, metavar="N", help="ask librosa about N tracks only")
    parser.add_argument("--json", type=Path)
    alone = Path(sys.argv[0]).name != "__main__.py"
    given = parser.parse_args(None if alone else [])
    subjects = tuple(given.subjects or SUBJECTS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or _made(Path(temporary) / "corpus")
        lines = (folder / "dataset.jsonl").read_text(encoding="utf-8").splitlines()[: given.tracks]
        most = len(lines) if given.librosa is None else given.librosa
        work = [Work(folder, json.loads(line), subjects, i < most) for i, line in enumerate(lines)]
        with ProcessPoolExecutor(given.jobs) as pool:
            rows = list(pool.map(measure, work))
    figures = table(rows, subjects)
    write = sys.stdout.write
    write(f"{len(rows)} tracks of {folder.name}\n")
    write(
        f"{'subject':15} {'figure':28} {'ours':>7} {'95 % interval':>15} {'librosa':>8} {'goal':>6} {'tracks':>7}\n"
    )
    for line in figures:
        low, high = line["interval"]
        other = "–" if line["librosa"] is None else f"{line['librosa']:.3f}"
        goal = "" if line["goal"] is None else f"{line['goal']:g}"
        missed = "" if met(line) else "  missed"
        write(
            f"{line['subject']:15} {line['figure']:28} {line['ours']:7.3f} {low:7.3f}–{high:<7.3f}"
            f" {other:>8} {goal:>6} {line['tracks']:7d}{missed}\n"
        )
    if given.json:
        given.json.write_text(json.dumps({"figures": figures, "rows": rows}, indent=1), encoding="utf-8")
    return all(map(met, figures))


def _made(folder: Path) -> Path:
    command = [*(sys.executable, "-m", "muzecli", "dataset", "synth", "-o", str(folder), "--stems", "-q")]
    options = ["--tracks", str(TRACKS), "--duration", DURATION, "--seed", str(SEED), "--jobs", "2"]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    return folder


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
