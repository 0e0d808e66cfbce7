"""Measure how well a scorer tells families of instruments, and write which of them it is trusted with.

    muze dataset synth -o runs/clap/corpus --tracks 2600 --duration 12-20 --seed 21 --stems
    python recipes/instrument_families.py runs/clap/corpus

Prints for each family its share of the held-out songs, and the listener's average precision with its interval
of 95 % (by the jackknife), precision and recall from the threshold on. Writes under the hash of
the model's weights, in plugins/muze_evaluate/instruments/tables.json, which families are kept: those whose interval
lies above their share. A scorer that names no families itself also gets thresholds, chosen on the songs of the split
"valid" for the best F-measure.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from muze_evaluate.control.planned import planned_from
from muze_evaluate.control.ranking import ranking
from muze_evaluate.instruments.listeners import Listener, NamesFamilies, find_listener
from muze_evaluate.instruments.tables import TABLES
from muzecli.audio.reader import read_audio
from muzecli.files import write_text
from muzecli.plugin import scorers
from muzecli.song.dataset import open_dataset
from muzecli.song.instruments import FAMILIES

Floats = npt.NDArray[np.float64]


def heard(folder: Path, split: str, listener: Listener, limit: int | None) -> tuple[Floats, Floats]:
    """Return who plays, (N, F) 0 or 1, and the listener's log-odds, (N, F), of the songs of a split."""
    dataset = open_dataset(folder)
    known = {} if listener.judged is None else listener.judged.thresholds
    asked: list[list[float]] = []
    found: list[list[float]] = []
    for track in dataset:
        if track.plan is None or track.split != split or (limit is not None and len(asked) == limit):
            continue
        samples, info = read_audio(dataset.path_of(track))
        log_odds = listener.log_odds(samples, info.rate_hz)
        families = planned_from(track.plan).families
        asked.append([float(family in families) for family in FAMILIES])
        # Thresholds of an earlier measurement are put back: they are what is sought.
        found.append([log_odds[family] + known.get(family, 0.0) for family in FAMILIES])
    if not asked:
        raise SystemExit(f"{folder} has no songs with plans in the split {split}")
    return np.array(asked), np.array(found)


def best_threshold(asked: Floats, found: Floats) -> float:
    """Return the log-odds that part songs with a family from the others with the best F-measure, (N,) each."""

    def f_measure(threshold: float) -> float:
        yes = found >= threshold
        hits = float(asked[yes].sum())
        return 2.0 * hits / float(yes.sum() + asked.sum())

    levels = np.unique(found)
    between = np.concatenate((levels[:1] - 1.0, (levels[1:] + levels[:-1]) / 2.0))
    return float(max(between, key=f_measure))


def measured(
    asked: Floats, found: Floats, thresholds: Mapping[str, float], write: Callable[[str], object]
) -> dict[str, dict[str, float | bool]]:
    """Return what is kept of each family and why; writes the table."""
    families: dict[str, dict[str, float | bool]] = {}
    write(f"{'family':9} {'share':>6} {'average precision':>22} {'precision':>10} {'recall':>7}\n")
    for column, family in enumerate(FAMILIES):
        truth, log_odds = asked[:, column], found[:, column]
        share = float(truth.mean())
        if not 0.0 < share < 1.0:
            families[family] = {"kept": False, "share": round(share, 3)}
            continue
        precision = ranking(truth[None, :, None], log_odds[:, None])
        assert precision is not None  # some songs have it, and some have not
        yes = log_odds >= thresholds.get(family, 0.0)
        hits = float(truth[yes].sum())
        # A perfect ranking has no interval: no song that is left out changes it.
        low, high = (precision.low, precision.high) if precision.low is not None else (precision.value,) * 2
        kept = low > share
        families[family] = {
            "kept": kept,
            "share": round(share, 3),
            "average_precision": round(precision.value, 3),
            "precision": round(hits / max(float(yes.sum()), 1.0), 3),
            "recall": round(hits / float(truth.sum()), 3),
        }
        if family in thresholds:
            families[family]["threshold"] = round(thresholds[family], 3)
        interval_text = f"{precision.value:.3f} [{low:.3f}, {high:.3f}]"
        write(
            f"{family:9} {share:6.3f} {interval_text:>22} {families[family]['precision']:10.3f} "
            f"{families[family]['recall']:7.3f}{'' if kept else '  left out'}\n"
        )
    return families


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path, help="of muze dataset synth")
    parser.add_argument("--split", default="test", help="of the songs to measure on")
    parser.add_argument("--limit", type=int, help="only so many songs of a split")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    given = parser.parse_args()
    listener = find_listener("cpu")
    named = isinstance(scorers.get(listener.name), NamesFamilies)
    thresholds: dict[str, float] = {}
    if not named:
        asked, found = heard(given.corpus, "valid", listener, given.limit)
        thresholds = {
            family: best_threshold(asked[:, column], found[:, column])
            for column, family in enumerate(FAMILIES)
        }
    asked, found = heard(given.corpus, given.split, listener, given.limit)
    write = sys.stdout.write
    write(
        f"{listener.name}, {listener.how}: {len(asked)} songs of {given.corpus.name}, split {given.split}\n"
    )
    families = measured(asked, found, thresholds, write)
    if given.dry_run:
        return
    tables = json.loads(TABLES.read_text(encoding="utf-8"))
    others = {sha: one for sha, one in tables["measured"].items() if one["scorer"] != listener.name}
    tables["measured"] = others  # of a scorer's earlier weights nobody speaks any more
    tables["measured"][str(listener.identity["sha256"])] = {
        "scorer": listener.name,
        "songs": len(asked),
        "families": families,
    }
    write_text(TABLES, json.dumps(tables, indent=2, ensure_ascii=False) + "\n", overwrite=True)


if __name__ == "__main__":
    main()
