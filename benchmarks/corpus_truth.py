"""Whether the labels of a synthetic corpus are so: librosa and mir_eval measure what was rendered.

    python -m benchmarks corpus_truth            # makes 100 tracks in a temporary folder and measures them
    python benchmarks/corpus_truth.py FOLDER     # measures a corpus that is there
    python benchmarks/corpus_truth.py FOLDER --worst   # also lists the tracks that disagree

A tempo agrees within 4 % of the label or of twice, half, three times or a third of it. Beats agree when mir_eval's
F-measure (±70 ms) reaches 0.7 at one of these metrical levels, offbeats included. A key agrees when the
Krumhansl–Kessler profile nearest to the mean chroma is the labelled one; its relative, parallel and the key a fifth
away are counted beside it (mir_eval's weighted score). Tempo and beats are asked of tracks with drums, keys of
tracks with harmony.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import librosa
import mir_eval
import numpy as np

from muzecli.audio.reader import read_audio
from muzecli.song.pitch import Key

GOAL_SHARE = 0.9
TRACKS = 100
TEMPO_FACTORS = (1.0, 2.0, 0.5, 3.0, 1 / 3)
TEMPO_TOLERANCE = 0.04
BEAT_F = 0.7

# Krumhansl, Cognitive Foundations of Musical Pitch, 1990, table 2.1.
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def measure(track: dict, folder: Path) -> dict:
    """Return what an independent look at one track's audio says about its labels."""
    samples, info = read_audio(folder / track["audio_path"])
    mono = samples.mean(axis=0)
    rate_hz = info.rate_hz
    has_drums = any(name for name in track["source"].get("drums", []))
    row = {"track_id": track["track_id"], "genre": track["genre"], "has_drums": has_drums}
    if has_drums:
        tempo_bpm, beats = librosa.beat.beat_track(y=mono, sr=rate_hz, units="time")
        tempo_bpm = float(np.atleast_1d(tempo_bpm)[0])
        row |= {
            "tempo_bpm": track["tempo"],
            "measured_bpm": tempo_bpm,
            "tempo_agrees": any(
                abs(tempo_bpm / (track["tempo"] * factor) - 1) < TEMPO_TOLERANCE for factor in TEMPO_FACTORS
            ),
            "beat_f": max(
                mir_eval.beat.f_measure(mir_eval.beat.trim_beats(level), mir_eval.beat.trim_beats(beats))
                for level in metrical_levels(np.array(track["beat_positions"]))
            ),
        }
        row["beats_agree"] = row["beat_f"] >= BEAT_F
    harmonic = librosa.effects.harmonic(mono, margin=3.0)
    chroma = librosa.feature.chroma_cqt(y=harmonic, sr=rate_hz, hop_length=1024).mean(axis=1)
    scores = [
        np.corrcoef(np.roll(profile, tonic), chroma)[0, 1]
        for profile in (_MAJOR, _MINOR)
        for tonic in range(12)
    ]
    row["key"] = track["key"]
    row["measured_key"] = str(Key.from_index(int(np.argmax(scores))))
    row["key_agrees"] = row["key"] == row["measured_key"]
    row["key_score"] = mir_eval.key.weighted_score(_plain(row["key"]), _plain(row["measured_key"]))
    return row


def metrical_levels(beats_s: np.ndarray) -> list[np.ndarray]:
    """Return the beats, their offbeats, twice, half, three times and a third as many of them."""
    between = (beats_s[:-1] + beats_s[1:]) / 2
    thirds = np.concatenate([beats_s[:-1] + np.diff(beats_s) * step / 3 for step in range(3)])
    levels = [beats_s, between, np.sort(np.concatenate((beats_s, between))), np.sort(thirds)]
    return levels + [beats_s[first::2] for first in range(2)] + [beats_s[first::3] for first in range(3)]


def _plain(key: str) -> str:
    """Return a key as mir_eval spells it: "F# minor" → "F# minor", "Bb major" → "Bb major"."""
    note, mode = key.split()
    return f"{note.lower()} {mode}"


def measured(folder: Path) -> list[dict]:
    """Return the rows of a corpus."""
    lines = (folder / "dataset.jsonl").read_text(encoding="utf-8").splitlines()
    return [measure(json.loads(line), folder) for line in lines]


def main() -> bool:
    """Measure a corpus; say whether the labels agree as often as they should."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--worst", action="store_true")
    given = parser.parse_args([] if Path(sys.argv[0]).name == "__main__.py" else None)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or _made(Path(temporary) / "corpus")
        rows = measured(folder)
    with_drums = [row for row in rows if row["has_drums"]]
    shares = {
        "tempo": _share(with_drums, "tempo_agrees"),
        "beats": _share(with_drums, "beats_agree"),
        "key": _share(rows, "key_agrees"),
    }
    write = sys.stdout.write
    write(f"labels of {len(rows)} tracks, {len(with_drums)} with drums\n")
    write(f"  tempo agrees up to a factor  {shares['tempo']:.3f}\n")
    write(f"  beats agree at some level    {shares['beats']:.3f}\n")
    write(f"  key is the same              {shares['key']:.3f}\n")
    write(f"  key, mir_eval's score        {np.mean([row['key_score'] for row in rows]):.3f}\n")
    if given.worst:
        for row in rows:
            if not (row["key_agrees"] and row.get("tempo_agrees", True) and row.get("beats_agree", True)):
                write(f"  {row}\n")
    met = min(shares.values()) >= GOAL_SHARE
    write(f"  {'met' if met else 'not met'}: goal {GOAL_SHARE}\n")
    return met


def _share(rows: list[dict], field: str) -> float:
    return float(np.mean([row[field] for row in rows])) if rows else 1.0


def _made(folder: Path) -> Path:
    command = [
        sys.executable,
        "-m",
        "muzecli",
        "dataset",
        "synth",
        "-o",
        str(folder),
        "--tracks",
        str(TRACKS),
    ]
    began = time.process_time(), time.perf_counter()
    subprocess.run([*command, "--seed", "7", "--jobs", "2", "-q"], check=True, stdout=subprocess.DEVNULL)
    sys.stdout.write(f"made in {time.perf_counter() - began[1]:.1f} s\n")
    return folder


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
