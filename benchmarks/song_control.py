"""Whether an engine plays what was planned: forty prompts, rendered and measured.

    python -m benchmarks.song_control                                    # the shipped model
    python -m benchmarks.song_control --engine sampler --limit 6         # what can be reached, a quick look
    python -m benchmarks.song_control --model runs/tiny/bundle --steps 16 --json > control.json
    python -m benchmarks.song_control --audio FOLDER                     # also keeps songs, references and plans

Each prompt of `song_prompts.yaml` becomes a plan, and the plan is rendered by the engine in this process, with its
own score as the reference. Beside the engine's figures stand those of the score, played a second time with another
mix and another singer: what an engine that plays every note can reach. `floor` is what comes for nothing: another
song's onsets, the right chords in another order.

    tempo      librosa's tempo within 4 % of the plan's, up to a factor of two    share of songs
    onsets     correlation of onset envelopes with the reference, best lag ±50 ms mean
    chords     share of harmonic energy in the classes of the planned chords      mean
    energy     pairs of sections as loud as their planned energies say            share of pairs
    faultless  no hole, click, NaN, clipping; the whole length                    share of songs

The modules of `benchmarks.hearing` define each. The issue of the goals gives those of the first three; that of the
energy order is nine tenths of what the sampler reaches.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.hearing import songs
from benchmarks.hearing.obedience import Obedience, obedience
from benchmarks.hearing.rhythm import onset_correlation
from benchmarks.hearing.tables import document, say, table
from muzecli.seeds import item_seed

SCHEMA = "muze.bench.song_control/1"
GOALS = {"tempo": 0.9, "onsets": 0.85, "chords": 0.6, "energy": 0.84, "faultless": 1.0}
SEED = 4


def main(words: Sequence[str] = ()) -> bool:
    """Render and measure; say whether the goals are met."""
    given = _parser().parse_args(list(words))
    player = songs.reference_player()
    rows: list[dict[str, Any]] = []
    earlier: songs.Song | None = None
    for number, prompt in enumerate(songs.prompts(given.prompts, given.limit)):
        seed = item_seed(given.seed, prompt)
        plan = songs.planned(prompt, duration_s=given.duration, seed=seed)
        reference = songs.reference(plan, seed=seed, player=player)
        again = songs.reference(plan, seed=item_seed(seed, "again"), player=player)
        song = songs.rendered(
            given.engine, plan, seed=seed, device=given.device, options=songs.engine_options(given)
        )
        own, reached = obedience(song, plan, reference), obedience(again, plan, reference)
        foreign = None if earlier is None else onset_correlation(song.heard, earlier.heard)[0]
        earlier = reference
        rows.append(
            {
                "prompt": prompt,
                "genre": plan.genre,
                "planned_bpm": plan.tempo_bpm,
                "time_signature": str(plan.time_signature),
                "duration_s": plan.duration_s,
                "engine": asdict(own) | {"faultless": own.faultless},
                "score": asdict(reached) | {"faultless": reached.faultless},
                "foreign_onsets": foreign,
            }
        )
        if not given.json:
            say(_line(number, prompt, plan.tempo_bpm, own, reached))
        if given.audio is not None:
            _keep(given.audio, number, {"song": song, "score": reference}, plan)
    figures = summary(rows)
    met = all(figures[name]["engine"] >= goal for name, goal in GOALS.items())
    if given.json:
        document(
            SCHEMA,
            {
                "engine": given.engine,
                "options": songs.engine_options(given),
                "reference": player,
                "seed": given.seed,
                "duration_s": given.duration,
                "figures": figures,
                "met": met,
                "songs": rows,
            },
        )
        return met
    say(f"\n{given.engine}, {len(rows)} songs of {given.duration:g} s; the score played by '{player}'")
    table(
        ("", given.engine, "songs that pass", "the score", "floor", "goal", "met"),
        [
            (name, f["engine"], f["passing"], f["score"], f["floor"], GOALS.get(name), f["met"])
            for name, f in figures.items()
        ],
    )
    cpu_s = sum(row["engine"]["cpu_s"] for row in rows)
    say(
        f"  rendering took {cpu_s:.1f} CPU-s, {cpu_s / sum(row['duration_s'] for row in rows):.3f} a second of audio"
    )
    say(f"  goals: {'met' if met else 'MISSED'}")
    return met


def summary(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return for each measure the engine's figure, the score's own, the floor, and whether the goal is met."""

    def of(who: str, field: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        return np.array([row[who][field] for row in rows], float)

    def order(who: str) -> float:
        pairs = of(who, "order_pairs").sum()
        return float(of(who, "order_kept").sum() / pairs) if pairs else 1.0

    foreign = [row["foreign_onsets"] for row in rows if row["foreign_onsets"] is not None]
    in_order = of("engine", "order_kept") == of("engine", "order_pairs")
    figures: dict[str, dict[str, Any]] = {
        "tempo": _figure(of("engine", "tempo_kept"), of("score", "tempo_kept"), None),
        "onsets": _figure(
            of("engine", "onsets"), of("score", "onsets"), float(np.mean(foreign)) if foreign else None, 0.85
        ),
        "chords": _figure(
            of("engine", "chords"), of("score", "chords"), float(of("engine", "chords_shuffled").mean()), 0.6
        ),
        "energy": {
            "engine": order("engine"),
            "score": order("score"),
            "floor": 0.5,
            "passing": float(in_order.mean()),
        },
        "faultless": _figure(of("engine", "faultless"), of("score", "faultless"), None),
        "tempo, beats alone": _figure(of("engine", "tempo_strict"), of("score", "tempo_strict"), None),
        "tempo, where the score's is heard": _where(of("engine", "tempo_kept"), of("score", "tempo_kept")),
        "chords, cosine": _figure(of("engine", "chords_cosine"), of("score", "chords_cosine"), None),
        "seconds of holes": _figure(of("engine", "holes_s"), of("score", "holes_s"), None, share=False),
        "clicks at joins": _figure(of("engine", "clicks"), of("score", "clicks"), None, share=False),
        "clipped runs": _figure(of("engine", "clipped"), of("score", "clipped"), None, share=False),
        "peak, highest": {
            "engine": float(of("engine", "peak").max()),
            "score": float(of("score", "peak").max()),
        },
        "lag in ms": {
            "engine": 1000 * float(of("engine", "lag_s").mean()),
            "score": 1000 * float(of("score", "lag_s").mean()),
        },
    }
    for name, figure in figures.items():
        goal = GOALS.get(name)
        figure["met"] = None if goal is None else bool(figure["engine"] >= goal)
        figure.setdefault("floor", None)
        figure.setdefault("passing", None)
    return figures


def _figure(
    engine: np.ndarray[Any, Any],
    score: np.ndarray[Any, Any],
    floor: float | None,
    least: float = 1.0,
    *,
    share: bool = True,
) -> dict[str, Any]:
    """Return means over songs, and the share of songs that reach the least value on their own."""
    return {
        "engine": float(engine.mean()),
        "score": float(score.mean()),
        "floor": floor,
        "passing": float((engine >= least).mean()) if share else float((engine == 0).mean()),
    }


def _where(engine: np.ndarray[Any, Any], score: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return the engine's share among the songs in which the score's own rendering passes."""
    return {"engine": float(engine[score > 0].mean()) if score.any() else 1.0, "score": 1.0}


def _line(number: int, prompt: str, planned_bpm: float, own: Obedience, score: Obedience) -> str:
    faults = (
        "" if own.faultless else f"  FAULTS {own.holes_s:g} s holes, {own.clicks} clicks, peak {own.peak:.2f}"
    )
    return (
        f"{number + 1:3} tempo {planned_bpm:5.1f} heard {own.tempo_bpm:5.1f} {'ok ' if own.tempo_kept else 'NO '}"
        f" ({score.tempo_bpm:5.1f})  onsets {own.onsets:.2f} ({score.onsets:.2f})  chords {own.chords:.2f}"
        f" ({score.chords:.2f})  energy {own.order_kept}/{own.order_pairs}{faults}  {prompt[:48]}"
    )


def _keep(folder: Path, number: int, made: dict[str, songs.Song], plan: Any) -> None:
    import soundfile

    from muzecli.song.documents import document_text, plan_document

    folder.mkdir(parents=True, exist_ok=True)
    for name, song in made.items():
        soundfile.write(
            folder / f"{number + 1:02}_{name}.wav", song.samples.T, song.rate_hz, subtype="PCM_16"
        )
    (folder / f"{number + 1:02}.plan.json").write_text(document_text(plan_document(plan)), "utf-8")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    songs.add_engine_options(parser)
    parser.add_argument("--prompts", type=Path, default=songs.PROMPTS)
    parser.add_argument("--limit", type=int, help="only the first N prompts")
    parser.add_argument("--duration", type=float, default=20.0, help="of each song in seconds (default: 20)")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--audio", type=Path, help="folder for the songs, their references and plans")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    raise SystemExit(not main(sys.argv[1:]))
