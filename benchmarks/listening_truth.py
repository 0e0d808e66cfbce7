"""How right the extractors are: what they find in a synthetic corpus against its exact labels, beside librosa.

    python -m benchmarks listening_truth                     # makes 60 tracks in a temporary folder
    python -m benchmarks.listening_truth FOLDER [SUBJECT …]  # a corpus that is there, made with --stems
    python -m benchmarks.listening_truth FOLDER --jobs 2 --json FILE

Each subject (rhythm, harmony, form, pitch …) is a module of benchmarks/truth with its figures, its goals and what
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
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "rhythm": ("beats", "semitones"),
    "harmony": ("key", "chords", "beats"),
    "form": ("sections", "energy", "beats"),
    "pitch": ("pitch", "vibrato", "breaths"),
    "voice": ("activity",),
    "words": ("alignment",),
}
"""Which extractors find what a subject measures, those included that they can make use of."""
TRACKS, SEED, DURATION = 60, 902, "30-120"
DRAWS = 2000


@dataclass(frozen=True)
class Work:
    """One track to measure: the corpus, its annotation, and the subjects."""

    folder: Path
    track: Mapping[str, Any]
    subjects: tuple[str, ...]


def subject_modules(subjects: Iterable[str]) -> dict[str, ModuleType]:
    """Return the modules that measure the subjects."""
    return {name: importlib.import_module(f"benchmarks.truth.{name}") for name in subjects}


def measure(work: Work) -> dict[str, dict[str, dict[str, float]]]:
    """Return, by subject, our figures and librosa's of one track."""
    from muzecli.audio.reader import read_audio

    rows: dict[str, dict[str, dict[str, float]]] = {}
    for name, module in subject_modules(work.subjects).items():
        place = getattr(module, "audio_of", _mix)(work.track)
        if place is None:
            continue
        path = work.folder / place
        samples, info = read_audio(path)
        given = getattr(module, "given", _nothing)(work.track)
        found = listened(path, samples, info.rate_hz, SUBJECTS[name], given)
        rows[name] = {"ours": module.scores(dict(work.track), found)}
        if hasattr(module, "baseline"):
            rows[name]["librosa"] = module.scores(dict(work.track), module.baseline(samples, info.rate_hz))
    return rows


def listened(
    path: Path,
    samples: np.ndarray,
    rate_hz: int,
    names: Sequence[str],
    given: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return field → value of what the named extractors, and those they need, find.

    Args:
        path: the file.
        samples: (C, N).
        rate_hz: their rate.
        names: extractors.
        given: values that are told instead of found, by field.
    """
    from muzecli.listening.heard import Finding, Heard
    from muzecli.listening.listen import listen
    from muzecli.listening.order import in_order

    known = {field: Finding(value, "told") for field, value in (given or {}).items()}
    order = [
        one for one in in_order(_extractors(), names) if not set(one.gives) <= set(known) or one.name in names
    ]
    found = listen(Heard(path=path, samples=samples, rate_hz=rate_hz, findings=known), order)
    return {field: finding.value for group in found.values() for field, finding in group.items()}


_ALL: dict[str, Any] = {}


def _extractors() -> dict[str, Any]:
    if not _ALL:
        from muzecli.plugin import extractors

        _ALL.update(extractors.working()[0])
    return _ALL


def _mix(track: Mapping[str, Any]) -> str:
    return str(track["audio_path"])


def _nothing(track: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean."""
    rng = np.random.default_rng(0)
    means = values[rng.integers(0, len(values), (DRAWS, len(values)))].mean(axis=1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def table(rows: Sequence[Mapping[str, Any]], subjects: Sequence[str]) -> list[dict[str, Any]]:
    """Return a figure a row: its subject, name, ours with its interval, librosa's, the goal and the tracks."""
    lines: list[dict[str, Any]] = []
    for subject, module in subject_modules(subjects).items():
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
                    "goal": module.GOALS.get(name),
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
    parser.add_argument("--json", type=Path)
    alone = Path(sys.argv[0]).name != "__main__.py"
    given = parser.parse_args(None if alone else [])
    subjects = tuple(given.subjects or SUBJECTS)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or _made(Path(temporary) / "corpus")
        lines = (folder / "dataset.jsonl").read_text(encoding="utf-8").splitlines()[: given.tracks]
        work = [Work(folder, json.loads(line), subjects) for line in lines]
        with ProcessPoolExecutor(given.jobs) as pool:
            rows = list(pool.map(measure, work))
    figures = table(rows, subjects)
    write = sys.stdout.write
    write(f"{len(rows)} tracks of {folder.name}\n")
    write(
        f"{'subject':9} {'figure':28} {'ours':>7} {'95 % interval':>15} {'librosa':>8} {'goal':>6} {'tracks':>7}\n"
    )
    for line in figures:
        low, high = line["interval"]
        other = "–" if line["librosa"] is None else f"{line['librosa']:.3f}"
        goal = "" if line["goal"] is None else f"{line['goal']:g}"
        missed = "" if met(line) else "  missed"
        write(
            f"{line['subject']:9} {line['figure']:28} {line['ours']:7.3f} {low:7.3f}–{high:<7.3f}"
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
