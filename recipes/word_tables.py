"""Fit how the classes of phonemes sound, on synthetic songs whose phonemes' times are known.

    muze dataset synth -o runs/words/songs --tracks 1100 --duration 20-40 --seed 1
    muze dataset synth -o runs/words/stems --tracks 90 --duration 30-120 --seed 501 --stems
    python recipes/word_tables.py runs/words/songs runs/words/stems

Writes plugins/muze_dataset/hearing/words/tables.safetensors, the same bytes from the same songs: `mixed` is fitted on
whole songs of both folders, `alone` on those and on the voices of the second. Separated voices keep something of
what played beside them, so `alone` has heard that, too.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save

from muze_dataset.hearing.words import sounds
from muze_dataset.hearing.words.classes import SILENCE, class_of
from muze_dataset.hearing.words.frames import FRAMES_A_SECOND, measure
from muzecli.audio.reader import read_audio

SONGS = 160
TABLES = sounds.TABLES

Examples = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]


def sung(corpus: Path) -> Iterator[dict[str, Any]]:
    """Yield the tracks of a corpus that have phonemes."""
    for line in (corpus / "dataset.jsonl").read_text(encoding="utf-8").splitlines():
        track = json.loads(line)
        if track["phoneme_timestamps"]:
            yield track


def voice_of(track: dict[str, Any]) -> str | None:
    """Return the file of a track's voice, where it is one."""
    stems = track["source"].get("stems") or {}
    voices = [file for name, file in stems.items() if name.endswith("vocals")]
    return voices[0] if len(voices) == 1 else None


def examples(path: Path, track: dict[str, Any]) -> Examples:
    """Return features and classes of all frames of a file."""
    samples, info = read_audio(path)
    frames = measure(samples, info.rate_hz)
    classes = np.full(len(frames), SILENCE)
    for item in track["phoneme_timestamps"]:
        start, end = (round(item[edge] * FRAMES_A_SECOND) for edge in ("start", "end"))
        classes[start:end] = class_of(item["phoneme"])
    return frames.features(classes != SILENCE), classes


def joined(parts: list[Examples]) -> Examples:
    """Return examples one after the other."""
    return np.concatenate([features for features, _ in parts]), np.concatenate(
        [classes for _, classes in parts]
    )


def main() -> None:
    """Fit and write both tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("songs", type=Path, help="folder of a corpus")
    parser.add_argument("stems", type=Path, help="folder of a corpus with stems")
    folders = parser.parse_args()
    tracks = list(sung(folders.songs))
    chosen = tracks[:: max(len(tracks) // SONGS, 1)][:SONGS]
    mixes = [examples(folders.songs / track["audio_path"], track) for track in chosen]
    singing = list(sung(folders.stems))
    mixes += [examples(folders.stems / track["audio_path"], track) for track in singing]
    voices = [examples(folders.stems / voice, track) for track in singing if (voice := voice_of(track))]
    values = {}
    for name, parts in ((sounds.MIXED, mixes), (sounds.ALONE, mixes + voices)):
        means, covariances = sounds.fit(*joined(parts))
        values[f"{name}.means"] = means.astype(np.float32)
        values[f"{name}.covariances"] = covariances.astype(np.float32)
    TABLES.write_bytes(save(values))
    sys.stdout.write(f"{TABLES}: {len(mixes)} songs, {len(voices)} voices\n")


if __name__ == "__main__":
    main()
