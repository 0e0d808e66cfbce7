"""Fit the tables of form: how evidence for section boundaries weighs, and the names of sections.

    muze dataset synth -o runs/tiny/corpus --tracks 1100 --duration 20-40 --seed 11
    muze dataset synth -o runs/truth/dev --tracks 90 --duration 30-120 --seed 501 --stems
    python recipes/form_tables.py runs/tiny/corpus runs/truth/dev --cache runs/form

Writes plugins/muze_dataset/hearing/form/tables.json, the same bytes from the same songs, and prints the constants of
energy.py. Needs scikit-learn. What was heard of a song is kept in the cache.

So that they hear music and not the synthesiser: there are few numbers, every kind of evidence is relative to the
song, voices and words are left out of half the songs, and names are learned from sections as they are found as well
as from those that were planned.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression

import muze_dataset.hearing.form.tables as tables_module
from muze_dataset.extractors.mono import RATE_HZ
from muze_dataset.hearing.form import energy
from muze_dataset.hearing.form.bands import Bands, bands_of
from muze_dataset.hearing.form.boundaries import EVIDENCE, evidence
from muze_dataset.hearing.form.form import Music, describe
from muze_dataset.hearing.form.grid import lay_grid
from muze_dataset.hearing.form.on_grid import sounds_on
from muze_dataset.hearing.form.traits import TRAITS, traits
from muze_dataset.hearing.harmony.semitones import semitones
from muze_dataset.hearing.words.timed import Timed
from muzecli.audio.reader import read_audio
from muzecli.audio.resample import resample
from muzecli.song.plan import SECTION_TYPES, SectionType

Floats = npt.NDArray[np.float64]

TYPES = tuple(str(kind) for kind in SECTION_TYPES if kind is not SectionType.UNKNOWN)
PERCENTILES = (0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100)
HALF_BEAT_S = 0.3
BIAS = 1.4
"""Added to the boundaries' log-odds: the regression counts bar lines, F-measure wants precision and recall alike."""


@dataclass(frozen=True)
class Pitches:
    """What form reads of `material.semitones`."""

    rate_hz: float
    energies: npt.NDArray[np.float32]


def songs(
    folders: list[Path], cache: Path, every: int
) -> Iterator[tuple[dict[str, Any], Bands, Pitches, float]]:
    """Yield each song's truth and what was heard of it."""
    cache.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        lines = (folder / "dataset.jsonl").read_text(encoding="utf-8").splitlines()
        for line in lines[:: every if len(lines) > 200 else 1]:
            track = json.loads(line)
            kept = cache / f"{folder.parent.name}-{folder.name}-{track['track_id']}.npz"
            if not kept.exists():
                samples, info = read_audio(folder / track["audio_path"])
                mono = resample(samples.mean(axis=0, keepdims=True), info.rate_hz, RATE_HZ)[0]
                bands, pitches = bands_of(mono), semitones(mono, RATE_HZ)
                np.savez(
                    kept,
                    rate_hz=bands.rate_hz,
                    power=bands.power,
                    loud=bands.loud,
                    pitch_rate_hz=pitches.rate_hz,
                    energies=pitches.energies.astype(np.float16),
                    duration_s=samples.shape[1] / info.rate_hz,
                )
            with np.load(kept) as found:
                yield (
                    track,
                    Bands(float(found["rate_hz"]), found["power"], found["loud"]),
                    Pitches(float(found["pitch_rate_hz"]), found["energies"].astype(np.float32)),
                    float(found["duration_s"]),
                )


def music_of(
    track: dict[str, Any], bands: Bands, pitches: Pitches, duration_s: float, *, sung: bool
) -> Music:
    """Return what form is heard in: true beats, and, if `sung`, true voices and words."""
    sections = [one for one in track["segments"] if one["has_vocals"]]
    lines = [
        Timed(
            text,
            one["start"] + (one["end"] - one["start"]) * i / count,
            one["start"] + (one["end"] - one["start"]) * (i + 1) / count,
        )
        for one in sections
        for count in (len((one.get("lyrics") or "").splitlines()),)
        for i, text in enumerate((one.get("lyrics") or "").splitlines())
    ]
    return Music(
        duration_s=duration_s,
        bands=bands,
        pitches=pitches,
        energy=energy.energy_curve(bands),
        beats_s=track["beat_positions"],
        downbeats_s=track["downbeat_positions"],
        voices_s=[(one["start"], one["end"]) for one in sections] if sung else None,
        lines=lines if sung else (),
    )


def fit_boundaries(rows: list[Floats], hits: list[npt.NDArray[np.bool_]]) -> dict[str, Any]:
    """Fit the weights of the evidence."""
    x, y = np.concatenate(rows), np.concatenate(hits)
    means, spreads = x.mean(axis=0), x.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=0.3, max_iter=2000).fit((x - means) / spreads, y)
    return {
        "means": rounded(means),
        "spreads": rounded(spreads),
        "weights": rounded(fitted.coef_[0]),
        "bias": round(float(fitted.intercept_[0]) + BIAS, 4),
    }


def fit_labels(rows: list[Floats], names: list[list[str]]) -> dict[str, Any]:
    """Fit the weights of the traits and the chain of types."""
    x = np.concatenate(rows)
    y = np.array([TYPES.index(name) for song in names for name in song])
    means, spreads = x.mean(axis=0), x.std(axis=0) + 1e-9
    fitted = LogisticRegression(C=0.1, max_iter=4000).fit((x - means) / spreads, y)
    weights, bias = np.zeros((len(TYPES), x.shape[1])), np.full(len(TYPES), -12.0)
    weights[fitted.classes_], bias[fitted.classes_] = fitted.coef_, fitted.intercept_
    counts = np.bincount(y, minlength=len(TYPES)) + 1.0
    prior = np.log(counts / counts.sum())
    first, last = counts / counts.sum() * 10.0, counts / counts.sum() * 10.0  # ten songs that know nothing
    follows = np.tile(counts / counts.sum() * 5.0, (len(TYPES), 1))
    for song in names:
        at = [TYPES.index(name) for name in song]
        first[at[0]] += 1.0
        last[at[-1]] += 1.0
        for before, after in pairwise(at):
            follows[before, after] += 1.0
    return {
        "types": list(TYPES),
        "means": rounded(means),
        "spreads": rounded(spreads),
        "weights": [rounded(row) for row in weights],
        "bias": rounded(bias),
        "prior": rounded(prior),
        "first": rounded(np.log(first / first.sum()) - prior),
        "last": rounded(np.log(last / last.sum()) - prior),
        "follows": [rounded(np.log(row / row.sum()) - prior) for row in follows],
    }


def print_energy(terms: list[Floats], planned: list[float]) -> None:
    """Print the constants of energy.py."""
    x = np.array(terms)
    means, spreads = x.mean(axis=0), x.std(axis=0)
    sums = (x - means) / spreads @ np.array(energy.WEIGHTS)
    ladder = zip(np.percentile(sums, PERCENTILES), np.percentile(planned, PERCENTILES), strict=True)
    rungs = tuple((round(float(s), 2), round(float(e), 2)) for s, e in ladder)
    sys.stdout.write(
        f"_CENTRES = {tuple(rounded(means))}\n_SPREADS = {tuple(rounded(spreads))}\n_LADDER = {rungs}\n"
    )


def rounded(values: Floats) -> list[float]:
    """Return values with as many digits as matter."""
    return [round(float(value), 4) for value in values]


def main(arguments: list[str]) -> None:
    """Fit, write and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", nargs="+", type=Path)
    parser.add_argument("--cache", type=Path, default=Path("runs/form"))
    parser.add_argument("--every", type=int, default=2, help="of a large corpus, take every n-th song")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(tables_module.__file__).with_name("tables.json")
    )
    options = parser.parse_args(arguments)
    chance = random.Random(5)
    rows, hits, trait_rows, names, terms, planned = [], [], [], [], [], []
    for track, bands, pitches, duration_s in songs(options.corpora, options.cache, options.every):
        music = music_of(track, bands, pitches, duration_s, sung=chance.random() < 0.5)
        grid = lay_grid(duration_s, music.beats_s, music.downbeats_s)
        sounds, loud = sounds_on(grid, bands, pitches), energy.loud_power(bands)
        if sounds is None or loud is None or music.energy is None:
            continue
        segments = track["segments"]
        columns = energy.energy_terms(bands, loud)
        for one in segments:
            span = slice(int(one["start"] * bands.rate_hz), int(one["end"] * bands.rate_hz) + 1)
            terms.append(columns[span].mean(axis=0))
            planned.append(one["energy"])
        starts = np.array([one["start"] for one in segments])
        times_s = grid.bar_edges_s
        if len(times_s) > 4:
            rows.append(evidence(sounds)[1:-1])
            hits.append((np.abs(times_s[1:-1, None] - starts) < HALF_BEAT_S).any(axis=1))
        lines = np.unique([*(np.abs(times_s[:, None] - starts).argmin(axis=0)), len(times_s) - 1])
        if len(lines) == len(segments) + 1 and len(segments) > 1:
            sections, likeness = describe(music, music.energy, grid, sounds, lines)
            trait_rows.append(traits(sections, likeness))
            names.append([one["type"] for one in segments])
    document = {
        "evidence": list(EVIDENCE),
        "traits": list(TRAITS),
        "boundaries": fit_boundaries(rows, hits),
        "labels": fit_labels(trait_rows, names),
    }
    options.output.write_text(
        json.dumps(document, indent=None, separators=(",", ":")) + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{len(rows)} songs, {sum(map(len, names))} sections: {options.output}\n")
    print_energy(terms, planned)


if __name__ == "__main__":
    main(sys.argv[1:])
