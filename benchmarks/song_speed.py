"""What a song costs: `muze generate`, whole process, against its length and against MusicGen-small's architecture.

    python -m benchmarks.song_speed
    python -m benchmarks.song_speed --model runs/tiny/bundle --steps 16
    python -m benchmarks.song_speed --durations 15,30 --no-peer            # a quick look

Each song is one process: start-up, loading and writing count, and user and system time of all threads. The peer is
built with random weights in the same run (`benchmarks.song_peer` says what is measured and what is carried on in
proportion); nothing of it is downloaded, and its loading is not counted.

Goals: at least 20 times less CPU time than the peer for 30 s; the default song of 30 s in less time than it lasts;
the longest song below 2.5 GB; CPU time, wall time and memory linear in the duration: no run is farther than 15 % from
the straight line of least squares, and none of the slopes is negative by more than that.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hearing.tables import document, say, table
from benchmarks.measure import Cost, muze, run_once

SCHEMA = "muze.bench.song_speed/1"
PROMPT = "energetic electronic dance track with heavy bass"
TEMPLATE = "verse_chorus"
SONG_S = 30
DURATIONS_S = (15, 30, 60, 120)
GOAL_RATIO = 20.0
GOAL_MB = 2500.0
MOST_OFF_LINE = 0.15
FIELDS = ("cpu_s", "wall_s", "memory_mb")


def main(words: Sequence[str] = ()) -> bool:
    """Measure songs and the peer; say whether the goals are met."""
    given = _parser().parse_args(list(words))
    durations = sorted({int(text) for text in given.durations.split(",")} | {SONG_S})
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        run_once(_command(SONG_S // 2, given), folder)  # compiled modules and the disk's cache
        costs = {duration: _median(duration, given, folder) for duration in durations}
    lines = {field: line(durations, [getattr(costs[d], field) for d in durations]) for field in FIELDS}
    peer = None if given.no_peer else _peer(given)
    own = costs[SONG_S]
    verdicts: dict[str, bool] = {
        f"{SONG_S} s of song in less than {SONG_S} s": own.wall_s < SONG_S,
        f"{durations[-1]} s below {GOAL_MB:g} MB": costs[durations[-1]].memory_mb < GOAL_MB,
    }
    if len(durations) > 2:
        verdicts["linear in the duration"] = all(fit["off_line"] <= MOST_OFF_LINE for fit in lines.values())
    if peer is not None:
        ratio = peer["song_cpu_s"] / own.cpu_s
        verdicts[f"{ratio:.1f} times less CPU time than the peer, at least {GOAL_RATIO:g}"] = (
            ratio >= GOAL_RATIO
        )
    met = all(verdicts.values())
    if given.json:
        document(
            SCHEMA,
            {
                "durations_s": {str(d): {f: getattr(costs[d], f) for f in FIELDS} for d in durations},
                "lines": lines,
                "peer": peer,
                "verdicts": verdicts,
                "met": met,
            },
        )
        return met
    say("\nmuze generate, whole process")
    table(
        ("seconds of song", "CPU-s", "wall s", "MB", "CPU-s for 30 s of it"),
        [(str(d), c.cpu_s, c.wall_s, c.memory_mb, c.cpu_s / d * 30) for d, c in costs.items()],
    )
    table(
        ("line", "at the start", "a second", "farthest run off it"),
        [(field, fit["start"], fit["slope"], fit["off_line"]) for field, fit in lines.items()],
    )
    if peer is not None:
        say(
            f"\nMusicGen-small's architecture, {peer['parameters'] / 1e6:.0f} M random weights,"
            f" {peer['threads']} threads: {peer['step_cpu_s']:.3f} CPU-s a guided step × {peer['steps']}"
            f" + EnCodec {peer['codec_cpu_s']:.1f} = {peer['song_cpu_s']:.0f} CPU-s for {SONG_S} s"
            f" (carried on in proportion from {given.peer_steps} steps; {peer['memory_mb']:.0f} MB)"
        )
    for what, is_so in verdicts.items():
        say(f"  {what}: {'met' if is_so else 'MISSED'}")
    return met


def line(durations: Sequence[float], values: Sequence[float]) -> dict[str, float]:
    """Return the straight line of least squares, and the farthest value's distance from it, relative to the line.

    A start below zero, which no run can have, counts as a distance too: it is what faster than linear growth makes.
    """
    x, y = np.asarray(durations, float), np.asarray(values, float)
    if len(x) < 2:
        return {"start": float(y[0]), "slope": 0.0, "off_line": 0.0}
    slope, start = np.polyfit(x, y, 1)
    fitted = start + slope * x
    off = np.abs(y - fitted) / np.maximum(fitted, 1e-9)
    below = max(0.0, -start / y.max())
    return {"start": float(start), "slope": float(slope), "off_line": float(max(off.max(), below))}


def _median(duration_s: int, given: argparse.Namespace, folder: Path) -> Cost:
    costs = [run_once(_command(duration_s, given), folder) for _ in range(given.runs)]
    return Cost(*(float(np.median([getattr(cost, field) for cost in costs])) for field in FIELDS))


def _command(duration_s: int, given: argparse.Namespace) -> list[str | Path]:
    options: list[str | Path] = ["--engine", given.engine, "--duration", str(duration_s), "--seed", "1"]
    if given.model is not None:
        options += ["--model", Path(given.model).resolve() if Path(given.model).exists() else given.model]
    if given.steps is not None:
        options += ["--num-steps", str(given.steps)]
    template = ("--template", TEMPLATE)
    return muze("generate", "--prompt", PROMPT, *template, *options, "-o", "song.wav", "--overwrite", "-q")


def _peer(given: argparse.Namespace) -> dict[str, Any]:
    root = Path(__file__).resolve().parent.parent
    command = [sys.executable, "-m", "benchmarks.song_peer", "--steps", str(given.peer_steps)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\nfailed: {done.stderr[-2000:]}")
    measured: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--engine", default="ldm", help="name of the engine (default: ldm)")
    parser.add_argument("--model", help="name or folder of the model bundle")
    parser.add_argument("--steps", type=int, help="steps of the sampler")
    parser.add_argument("--durations", default=",".join(map(str, DURATIONS_S)), help="seconds, with commas")
    parser.add_argument("--runs", type=int, default=1, help="of each duration; medians count (default: 1)")
    parser.add_argument("--no-peer", action="store_true", help="leave MusicGen out")
    parser.add_argument("--peer-steps", type=int, default=24, help="decode steps to measure (default: 24)")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
