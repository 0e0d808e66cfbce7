"""Phoneme alignment against the truth: with the times of the lines given, and with nothing but where is sung.

    python -m benchmarks.truth.words CORPUS [--every 2]

Prints mean absolute errors of the phonemes' beginnings and the shares within 50 and 100 ms, in mixes and, where
the corpus has stems, on the voice alone; beside them phonemes that share their line's time evenly, and in the
proportion of usual lengths. Lines get times as LRC files have them: a start, and an end not later than the next start.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from muze_dataset.extractors.alignment import Alignment
from muze_dataset.hearing.words.classes import classes_of, durations
from muze_dataset.hearing.words.pronounced import Pronounced, pronounce
from muze_dataset.hearing.words.timed import LINE, Timed, document
from muzecli.audio.reader import read_audio
from muzecli.listening.heard import Finding, Heard

GOALS = {"phonemes_in_50_ms": 0.8, "phonemes_in_100_ms": 0.9, "phoneme_error_s": 0.1}


def scores(track: dict, found: dict) -> dict[str, float]:
    """Return how well the phonemes' beginnings agree; nothing where either side has none, or other phonemes."""
    truth, ours = track.get("phoneme_timestamps"), found.get("phoneme_timestamps")
    if not truth or not ours or [p["phoneme"] for p in truth] != [p["phoneme"] for p in ours]:
        return {}
    return figures([p["start"] for p in truth], [p["start"] for p in ours])


def baseline(samples: np.ndarray, rate_hz: int) -> dict:
    """Return nothing: librosa aligns no words."""
    return {}


def figures(truth_s: Sequence[float], found_s: Sequence[float]) -> dict[str, float]:
    error = np.abs(np.asarray(found_s) - np.asarray(truth_s))
    return {
        "phoneme_error_s": float(error.mean()),
        "phonemes_in_50_ms": float((error <= 0.05).mean()),
        "phonemes_in_100_ms": float((error <= 0.1).mean()),
    }


def line_times(read: Pronounced, truth: list[dict], duration_s: float) -> list[Timed]:
    """Return the lines' times as an LRC file has them."""
    items, at = [], 0
    for line in read.lines:
        text, count = " ".join(word.text for word in line), sum(len(word.phonemes) for word in line)
        following = truth[at + count]["start"] if at + count < len(truth) else duration_s
        start_s = truth[at]["start"]
        items.append(Timed(text, start_s, min(following, start_s + 2.5 + 0.3 * len(text))))
        at += count
    return items


def shared_out(read: Pronounced, items: list[Timed], *, usual: bool) -> list[float]:
    """Return the beginnings of phonemes that share out their line's time."""
    starts: list[float] = []
    for line, item in zip(read.lines, items, strict=True):
        classes = classes_of([phoneme for word in line for phoneme in word.phonemes])
        length_s = item.end_s - item.start_s
        parts = durations(classes, length_s) if usual else np.ones(len(classes))
        starts += list(item.start_s + np.concatenate([[0.0], np.cumsum(parts)[:-1]]) / parts.sum() * length_s)
    return starts


def sung_spans(truth: list[dict], *, join_s: float = 0.6, pad_s: float = 0.15) -> list[list[float]]:
    """Return where is sung, as a good detector of voices would tell."""
    spans: list[list[float]] = []
    for item in truth:
        if spans and item["start"] - spans[-1][1] < join_s:
            spans[-1][1] = item["end"]
        else:
            spans.append([item["start"], item["end"]])
    return [[max(start - pad_s, 0.0), end + pad_s] for start, end in spans]


def heard_track(track: dict, folder: Path, *, items: list[Timed] | None, voice: Path | None) -> Heard:
    samples, info = read_audio(folder / track["audio_path"])
    truth = track["phoneme_timestamps"]
    known = {
        "lyrics": track["lyrics"],
        "language": track["language"],
        "phonemes_ipa": [p["phoneme"] for p in truth],
        "fact.voice_activity": sung_spans(truth),
        "fact.lyric_times": document(LINE, items) if items else None,
        "material.vocals": read_audio(voice)[0] if voice else None,
    }
    findings = {
        n: Finding(v, "truth") if v is not None else Finding(None, reason="none") for n, v in known.items()
    }
    return Heard(samples=samples, rate_hz=info.rate_hz, findings=findings)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every so many tracks")
    chosen = parser.parse_args()
    lines = (chosen.corpus / "dataset.jsonl").read_text(encoding="utf-8").splitlines()
    tracks = [track for track in map(json.loads, lines) if track["phoneme_timestamps"]]
    tables: dict[str, list[dict[str, float]]] = defaultdict(list)
    for track in tracks[:: chosen.every]:
        truth = track["phoneme_timestamps"]
        read = pronounce(track["lyrics"], track["language"])
        if len(read.phonemes) != len(truth):  # a song that ends before its words do
            continue
        starts = [p["start"] for p in truth]
        items = line_times(read, truth, track["duration"])
        tables["lines, even shares"].append(figures(starts, shared_out(read, items, usual=False)))
        tables["lines, usual lengths"].append(figures(starts, shared_out(read, items, usual=True)))
        stems = track["source"].get("stems") or {}
        voices = [chosen.corpus / path for name, path in stems.items() if name.endswith("vocals")]
        for given, known in (("lines", items), ("nothing", None)):
            for where, voice in (("mix", None), *(("voice", path) for path in voices[:1])):
                heard = heard_track(track, chosen.corpus, items=known, voice=voice)
                found = Alignment().extract(heard)["phoneme_timestamps"]
                name = f"{given}, {where}"
                got = scores(track, {"phoneme_timestamps": found.value})
                tables[name].append({**got, "found": float(found.value is not None)})
    for name, rows in tables.items():
        keys = sorted({key for row in rows for key in row})
        means = {key: np.mean([row[key] for row in rows if key in row]) for key in keys}
        print(
            f"{name:22}",
            len(rows),
            "tracks ",
            "  ".join(f"{key} {value:.3f}" for key, value in means.items()),
        )


if __name__ == "__main__":
    main()
