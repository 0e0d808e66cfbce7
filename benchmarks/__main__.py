"""Run the benchmarks: `python -m benchmarks [NAME...]`."""

from __future__ import annotations

import importlib
import sys

NAMES = (
    "startup",
    "fx_plan",
    "fx_apply",
    "fx_hour",
    "fx_neighbours",
    "plan_song",
    "plan_reading",
    "corpus_truth",
    "corpus_speed",
    "listening_truth",
    "listening_cost",
    "song_control",
    "song_text",
    "song_speed",
    "song_rerank",
    "training_overhead",
    "clap_real",
    "evaluate_distance",
)


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all of them; return 1 where one misses its goal."""
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        sys.stderr.write(f"no benchmark named {', '.join(unknown)}; there are {', '.join(NAMES)}\n")
        return 2
    met = [importlib.import_module(f"benchmarks.{name}").main() for name in names or NAMES]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
