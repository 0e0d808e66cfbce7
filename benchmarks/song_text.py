"""Whether the words matter: opposite prompts, rendered without the score, and measured for what was asked.

    python -m benchmarks.song_text
    python -m benchmarks.song_text --model runs/tiny/bundle --steps 16 --seeds 3
    python -m benchmarks.song_text --alone             # one plan for both prompts: only the words differ
    python -m benchmarks.song_text --engine sampler --scales none   # plays the scores: what the measures can tell

The engine gets the option `score_control: false`, which hides the score from the model; it knows the words and the
sections of the plan. With `--alone` both prompts of a pair share the plan of neither, a neutral one, so that tempo,
key, genre and energy of the plan say the same to both, and only the text differs. Each pair is rendered for each seed
and each guidance by text (`cfg_scale`, 1 is none); noise is the same on both sides.

A pair is right where the measure of the prompt that asks for more is the larger one: by chance half of them are.
`factor` is the median of the two values' ratio.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from benchmarks.hearing import songs
from benchmarks.hearing.heard import Heard
from benchmarks.hearing.rhythm import onset_rate_hz
from benchmarks.hearing.tables import document, say, table
from benchmarks.hearing.timbre import centroid_hz, flatness, percussive_share, restlessness_db
from muzecli.seeds import item_seed
from muzecli.song.plan import Plan

SCHEMA = "muze.bench.song_text/1"
PAIRS = songs.HERE / "song_pairs.yaml"
GOAL_SHARE = 0.75
NEUTRAL = "instrumental piece with drums, bass, piano and strings"
SEED = 4
MEASURES: dict[str, Callable[[Heard], float]] = {
    "onset_rate_hz": onset_rate_hz,
    "centroid_hz": centroid_hz,
    "percussive_share": percussive_share,
    "restlessness_db": restlessness_db,
    "flatness": flatness,
}


@dataclass(frozen=True)
class Pair:
    """Two prompts that ask for opposite things.

    Attributes:
        direction: what it is about.
        measure: a name of `MEASURES`.
        more: the prompt whose figure should be larger.
        less: the other.
    """

    direction: str
    measure: str
    more: str
    less: str


def pairs_of(path: Path, limit: int | None) -> list[Pair]:
    """Return the pairs of a file, at most `limit` of each direction."""
    document = yaml.safe_load(path.read_text("utf-8"))
    return [
        Pair(direction["name"], direction["measure"], **pair)
        for direction in document["directions"]
        for pair in direction["pairs"][:limit]
    ]


def main(words: Sequence[str] = ()) -> bool:
    """Render and measure; the goal is three pairs in four at the highest guidance, over all directions."""
    given = _parser().parse_args(list(words))
    scales = [None if scale == "none" else float(scale) for scale in given.scales.split(",")]
    pairs = pairs_of(given.pairs, given.limit)
    rows = [row for pair in pairs for row in _measured(pair, scales, given)]
    figures = {
        str(scale): {
            name: _figures([row for row in rows if row["scale"] == scale and row["direction"] == name])
            for name in dict.fromkeys(pair.direction for pair in pairs)
        }
        | {"all": _figures([row for row in rows if row["scale"] == scale])}
        for scale in scales
    }
    met = bool(figures[str(scales[-1])]["all"]["right"] >= GOAL_SHARE)
    if given.json:
        document(
            SCHEMA,
            {
                "engine": given.engine,
                "options": _options(given, None),
                "alone": given.alone,
                "figures": figures,
                "met": met,
                "renderings": rows,
            },
        )
        return met
    knows = "the same plan for both prompts" if given.alone else "each prompt's own plan"
    say(f"\n{given.engine}, {len(pairs)} pairs × {given.seeds} seeds, {given.duration:g} s, {knows}")
    head = ["", *(f"{what}, guidance {scale}" for scale in scales for what in ("right", "factor"))]
    body = [
        [name, *(figures[str(scale)][name][what] for scale in scales for what in ("right", "factor"))]
        for name in figures[str(scales[0])]
    ]
    table(head, body)
    say(f"  goal: {GOAL_SHARE:.0%} right at guidance {scales[-1]}: {'met' if met else 'MISSED'}")
    return met


def _measured(pair: Pair, scales: Sequence[float | None], given: argparse.Namespace) -> list[dict[str, Any]]:
    measure = MEASURES[pair.measure]
    rows = []
    for scale in scales:
        for number in range(given.seeds):
            seed = item_seed(given.seed, f"{pair.more}/{number}")
            values = [
                measure(
                    songs.rendered(
                        given.engine,
                        _plan(prompt, seed, given),
                        seed=seed,
                        device=given.device,
                        options=_options(given, scale),
                    ).heard
                )
                for prompt in (pair.more, pair.less)
            ]
            rows.append(
                {
                    "direction": pair.direction,
                    "scale": scale,
                    "seed": seed,
                    "measure": pair.measure,
                    "more": {"prompt": pair.more, "value": values[0]},
                    "less": {"prompt": pair.less, "value": values[1]},
                    "right": values[0] > values[1],
                }
            )
            if not given.json:
                sign = "ok" if rows[-1]["right"] else "NO"
                say(
                    f"{sign} {pair.measure} {values[0]:8.3f} {values[1]:8.3f}  guidance {scale}"
                    f"  {pair.more[:44]} | {pair.less[:44]}"
                )
    return rows


def _plan(prompt: str, seed: int, given: argparse.Namespace) -> Plan:
    own = songs.planned(prompt, duration_s=given.duration, seed=seed)
    if not given.alone:
        return own
    neutral = songs.planned(NEUTRAL, duration_s=given.duration, seed=seed)
    return replace(neutral, prompt=prompt)


def _options(given: argparse.Namespace, scale: float | None) -> dict[str, Any]:
    """Return the engine's options; one that plays scores knows neither guidance nor life without a score."""
    options = songs.engine_options(given)
    if given.engine not in songs.REFERENCES:
        options["score_control"] = False
        if scale is not None:
            options["cfg_scale"] = scale
    return options


def _figures(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    return {
        "right": sum(row["right"] for row in rows) / len(rows),
        "factor": statistics.median(
            (row["more"]["value"] + 1e-6) / (row["less"]["value"] + 1e-6) for row in rows
        ),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    songs.add_engine_options(parser)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--limit", type=int, help="only the first N pairs of each direction")
    parser.add_argument("--seeds", type=int, default=2, help="renderings of each prompt (default: 2)")
    parser.add_argument("--duration", type=float, default=10.0, help="in seconds (default: 10)")
    parser.add_argument(
        "--scales", default="1,4", help="guidances by text, the goal's last; 'none' is the engine's own"
    )
    parser.add_argument(
        "--alone", action="store_true", help="one plan for both prompts: only the words differ"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
